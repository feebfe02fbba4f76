"""The CAs of a folder: their certificates and keys, present and former, and their ledger.

A CA that was renewed with a new key lives on as its former self, `NAME.<serial>`, which still answers for
what it issued.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError, KeyUnavailableError, SealwrightError, UsageError
from sealwright.homes import files
from sealwright.keys.local_file import load_private_key
from sealwright.keys.passphrases import Passphrases
from sealwright.pki import certificate, issuing
from sealwright.pki.certificate import Certificate
from sealwright.workflow.authority.entries import Issued
from sealwright.workflow.authority.ledger import Ledger

__all__ = ["INTERMEDIATE", "ROOT", "Ca", "chain_of", "found", "of_name", "opened", "require_valid"]

ROOT = "root"
INTERMEDIATE = "intermediate"

_FORMER = re.compile(rf"(?:{ROOT}|{INTERMEDIATE})\.[0-9a-f]{{1,40}}\.pem")
_LIST = ".crl.pem"


class Ca(msgspec.Struct, frozen=True, dict=True):
    """One key of a CA.

    Attributes:
        stem: of its files: `root`, `intermediate`, or one of these with a serial if it is a former key.
        chain: its certificate and those above it.
        folder: where it lives.
    """

    stem: str
    chain: tuple[Certificate, ...]
    folder: Path

    @property
    def certificate(self) -> Certificate:
        """Its own certificate."""
        return self.chain[0]

    @cached_property
    def key(self) -> str:
        """Its key, as the ledger has it."""
        return self.certificate.key_fingerprint

    @property
    def key_file(self) -> Path:
        """The file of its private key, which may be elsewhere."""
        return self.folder / f"{self.stem}.key"

    @property
    def key_is_here(self) -> bool:
        """Whether the file of the private key is in the folder."""
        return self.key_file.exists()

    def issuer(self, passphrases: Passphrases) -> issuing.Issuer:
        """The CA ready to sign.

        Raises:
            CallerError: `pki.ca-key-absent`, or the key cannot be used.
            StorageError: the file cannot be read.
        """
        if not self.key_is_here:
            raise UsageError("pki.ca-key-absent", file=str(self.key_file))
        private_key = load_private_key(self.key_file, passphrases)
        try:
            issuing.require_key(self.certificate, private_key)
        except KeyUnavailableError as error:
            raise DocumentError.about(str(self.key_file), error) from None
        return issuing.Issuer(self.certificate, private_key)


def chain_of(file: Path) -> tuple[Certificate, ...] | None:
    """The certificates in a file; None if it is not there.

    Raises:
        DocumentError: the file holds something else.
        StorageError: the file cannot be read.
    """
    content = files.read_optional(file, limits.CONFIG_FILE_BYTES)
    if content is None:
        return None
    try:
        return certificate.parse_file(content)
    except SealwrightError as error:
        raise DocumentError.about(str(file), error) from None


def found(folder: Path) -> tuple[Ca, ...]:
    """The CAs of a folder, each key once: the root's and the intermediate's, then their former ones.

    Raises:
        DocumentError, StorageError: a file cannot be used.
    """
    present = [folder / f"{name}.pem" for name in (ROOT, INTERMEDIATE)]
    former = sorted(file for file in folder.glob("*.*.pem") if _FORMER.fullmatch(file.name))
    cas: dict[str, Ca] = {}
    for file in (*present, *former):
        chain = chain_of(file)
        if chain is not None and chain[0].is_ca:
            cas.setdefault(chain[0].key_fingerprint, Ca(file.stem, chain, folder))
    return tuple(cas.values())


def of_name(folder: Path, name: str) -> Ca:
    """The CA of a name, with its present key.

    Raises:
        UsageError: `pki.no-such-name`.
        DocumentError, StorageError: its file cannot be used.
    """
    chain = chain_of(folder / f"{name}.pem")
    if chain is None or not chain[0].is_ca:
        raise UsageError("pki.no-such-name", name=name, folder=str(folder))
    return Ca(name, chain, folder)


def opened(folder: Path, at: datetime) -> Ledger:
    """The ledger of a folder, read.

    Args:
        folder: of the PKI.
        at: the time that a new ledger begins with, aware.

    Raises:
        DocumentError: `pki.ledger-malformed`, or a certificate in the folder cannot be read.
        StorageError: a file cannot be read.
    """
    ledger = Ledger(folder, lambda: tuple(_present(folder, at)))
    ledger.refresh()
    return ledger


def _present(folder: Path, at: datetime) -> Iterator[Issued]:
    """The certificates that were issued before there was a ledger."""
    cas = found(folder)
    files_there = sorted(file for file in folder.glob("*.pem") if not file.name.endswith(_LIST))
    for _, file in zip(range(limits.PKI_CERTIFICATES), files_there, strict=False):
        own = (chain_of(file) or (None,))[0]
        above = next((ca for ca in cas if own is not None and own.issued_by(ca.certificate)), None)
        if own is not None and above is not None:
            yield recorded(own, above.key, at, "ca" if own.is_ca else "leaf", file.stem)


def require_valid(ca: Certificate, at: datetime) -> None:
    """Return if a CA can still issue something that starts at a time.

    Raises:
        UsageError: `pki.ca-ended`.
    """
    if at >= ca.not_after:
        raise UsageError("pki.ca-ended", subject=ca.subject_text, end=f"{ca.not_after:%Y-%m-%d}")


def recorded(own: Certificate, ca: str, at: datetime, role: str, name: str) -> Issued:
    """A certificate as the ledger has it.

    Args:
        own: the certificate.
        ca: the key of its CA.
        at: when it is written down.
        role: `leaf`, `ca`, `ocsp` or `tsa`.
        name: of its files.
    """
    return Issued(at, ca, f"{own.serial:x}", own.subject_text, own.not_after, role, name)
