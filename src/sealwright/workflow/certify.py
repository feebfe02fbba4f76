"""A small PKI in a folder: root CA, intermediate CA, signing certificates, requests and renewal.

For each name the folder holds `NAME.key` (PKCS #8, encrypted, mode 0600; or the URI of a key elsewhere) and
`NAME.pem` (the certificate and those above it, up to the root). The names `root` and `intermediate` are the
CAs. A certificate that is renewed is kept as `NAME.<serial>.pem`. What is issued is in the ledger first
(`authority.ledger`).
"""

import secrets
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError, SealwrightError, UsageError
from sealwright.events import EventSink, Notice
from sealwright.homes import files
from sealwright.keys.by_uri import is_elsewhere, open_elsewhere
from sealwright.keys.generating import generate
from sealwright.keys.local_file import load_private_key
from sealwright.keys.passphrases import Passphrases
from sealwright.pki import issuing, key_files, names
from sealwright.pki.certificate import Certificate
from sealwright.pki.keys import PrivateKey
from sealwright.workflow.authority import addresses, cas
from sealwright.workflow.authority.addresses import Given
from sealwright.workflow.authority.cas import INTERMEDIATE, ROOT
from sealwright.workflow.authority.ledger import Ledger, writing

__all__ = ["INTERMEDIATE", "ROOT", "Made", "Pki"]

_SERIAL_BITS = 159
"""RFC 5280, 4.1.2.2: positive, at most 20 octets. All of it is random, so that nobody can guess one."""


class Made(msgspec.Struct, frozen=True):
    """What was made: the files, and the new certificate (None for a request).

    `key_file` is None where no private key was made.
    """

    pem_file: Path
    key_file: Path | None
    certificate: Certificate | None


class NewKey(msgspec.Struct, frozen=True):
    """The private key of a new certificate; `uri` says where it is, unless it is to be kept in a file."""

    private_key: PrivateKey
    uri: str = ""


class Pki(msgspec.Struct, frozen=True):
    """The PKI in a folder.

    Wherever a new key is wanted, `key` is the type of one to be made, of `keys.generating.KEY_SPECS`, or
    the URI of one that is there (on a token, in a vault): then `NAME.key` holds that URI.

    `at` is the time at which certificates start. `unencrypted` leaves new keys in the clear, with a notice.
    `given` are addresses that the CA which issues is to remember and to write into certificates.
    """

    folder: Path
    at: datetime
    passphrases: Passphrases
    events: EventSink
    unencrypted: bool = False
    given: Given = Given()

    def remember(self, name: str) -> None:
        """Keep the addresses that were given for a CA, before it issues anything.

        Raises:
            UsageError: `pki.address-invalid`.
            StorageError: the ledger cannot be written.
        """
        if self.given != Given():
            with writing(self._ledger()) as ledger:
                addresses.remember(ledger, name, self.given, self.at)

    def root(self, subject: names.Name, key: str, days: int) -> Made:
        """A new root CA.

        Raises:
            UsageError: `file.exists`, `pki.key-type-unknown`, `pki.days-out-of-range`.
            StorageError: a file cannot be written.
        """
        self._require_free(ROOT)
        term = self._term(days, None)
        new = self._key(key)
        made = issuing.root(new.private_key, subject, term)
        return self._keep(ROOT, (made,), new, issuing.Issuer(made, new.private_key))

    def intermediate(self, subject: names.Name, key: str, days: int) -> Made:
        """A new CA below the root.

        Raises:
            UsageError: as `root`, or `pki.no-such-name` if there is no root.
            DocumentError: the root's key or certificate cannot be used.
            StorageError: a file cannot be read or written.
        """
        self._require_free(INTERMEDIATE)
        above, issuer = self._issuer(ROOT)
        term = self._term(days, issuer.certificate)
        new = self._key(key)
        wanted = self._addresses(ROOT, issuer)
        made = issuing.intermediate(new.private_key.public_key(), subject, issuer, term, addresses=wanted)
        return self._keep(INTERMEDIATE, (made, *above), new, issuer)

    def issue(self, name: str, subject: names.Name | None, key: str, days: int) -> Made:
        """A new key and its signing certificate, from the intermediate CA if there is one, else the root.

        Args:
            name: of the files; not `root` and not `intermediate`.
            subject: None takes the CA's, with `name` as common name.
            key: see `Pki`.
            days: how long it is valid; cut at the CA's own end, with a notice.

        Raises:
            UsageError: `pki.name-invalid`, or as `intermediate`.
            DocumentError: the CA's key or certificate cannot be used.
            StorageError: a file cannot be read or written.
        """
        self._require_free(_leaf_name(name))
        name_of_ca = self._signing_ca()
        above, issuer = self._issuer(name_of_ca)
        subject = subject or _below(issuer.certificate, name)
        term = self._term(days, issuer.certificate)
        new = self._key(key)
        wanted = self._addresses(name_of_ca, issuer)
        made = issuing.leaf(new.private_key.public_key(), subject, issuer, term, wanted)
        return self._keep(name, (made, *above), new, issuer)

    def request(self, name: str, subject: names.Name, key: str) -> Made:
        """A signing request (`NAME.csr`) for a CA elsewhere, and the new key, if it is one.

        Raises:
            UsageError: `pki.name-invalid`, `file.exists`, `pki.key-type-unknown`.
            StorageError: a file cannot be written.
        """
        self._require_free(_leaf_name(name))
        new = self._key(key)
        file = self.folder / f"{name}.csr"
        key_file = None if new.uri else self._write_key(name, new, self._passphrase(name, new))
        files.write(file, issuing.request(new.private_key, subject))
        return Made(file, key_file, None)

    def certify(self, name: str, request_file: Path, days: int, *, as_ca: bool = False) -> Made:
        """A certificate for somebody else's signing request; subject and key are taken from it.

        Args:
            name: of the new `NAME.pem`.
            request_file: a PKCS #10 request in PEM or DER.
            days: how long the certificate is valid.
            as_ca: make it an intermediate CA below the root.

        Raises:
            UsageError: `pki.name-invalid`, `file.exists`, `pki.no-such-name`.
            DocumentError: the request or the CA cannot be used.
            StorageError: a file cannot be read or written.
        """
        self._require_free(name if as_ca else _leaf_name(name))
        try:
            request = issuing.read_request(files.read(request_file, limits.CONFIG_FILE_BYTES))
        except SealwrightError as error:
            raise DocumentError.about(str(request_file), error) from None
        name_of_ca = ROOT if as_ca else self._signing_ca()
        above, issuer = self._issuer(name_of_ca)
        term = self._term(days, issuer.certificate)
        issue = issuing.intermediate if as_ca else issuing.leaf
        wanted = self._addresses(name_of_ca, issuer)
        made = issue(request.public_key, request.subject, issuer, term, addresses=wanted)
        return self._keep(name, (made, *above), None, issuer)

    def renew(self, name: str, days: int, key_spec: str | None = None) -> Made:
        """A new certificate for the same subject; the old one is kept beside it.

        Args:
            name: of the files.
            days: how long the new certificate is valid.
            key_spec: of a new key, which replaces the old key file; None keeps the old key.

        Raises:
            UsageError: `pki.no-such-name`.
            DocumentError: a key or certificate cannot be used.
            StorageError: a file cannot be read or written.
        """
        chain = self._chain(name)
        old = chain[0]
        issuer_name = ROOT if name in (ROOT, INTERMEDIATE) else self._signing_ca()
        above, issuer = self._issuer(issuer_name)
        if name == ROOT:
            above = ()
        term = self._term(days, issuer.certificate if name != ROOT else None)
        new = NewKey(generate(key_spec)) if key_spec and name != ROOT else None
        wanted = self._addresses(issuer_name, issuer)
        made = issuing.renewed(old, issuer, term, new.private_key.public_key() if new else None, wanted)
        files.write(self.folder / f"{name}.{old.serial:x}.pem", issuing.pem(*chain))
        if new is not None:
            old_key = self.folder / f"{name}.key"
            kept = files.read_optional(old_key, limits.CONFIG_FILE_BYTES)
            if kept is not None:
                files.write(self.folder / f"{name}.{old.serial:x}.key", kept, files.PRIVATE)
        return self._keep(name, (made, *above), new, issuer, anew=True)

    def _key(self, key: str) -> NewKey:
        if is_elsewhere(key):
            return NewKey(open_elsewhere(key, self.passphrases), key)
        return NewKey(generate(key))

    def _ledger(self) -> Ledger:
        return cas.opened(self.folder, self.at)

    def _addresses(self, name: str, issuer: issuing.Issuer) -> issuing.Addresses:
        """What the CA of that name writes into certificates, now that it was told."""
        self.remember(name)
        return addresses.remembered(self._ledger(), name, issuer.certificate)

    def _signing_ca(self) -> str:
        return INTERMEDIATE if (self.folder / f"{INTERMEDIATE}.pem").exists() else ROOT

    def _chain(self, name: str) -> tuple[Certificate, ...]:
        chain = cas.chain_of(self.folder / f"{name}.pem")
        if chain is None:
            raise UsageError("pki.no-such-name", name=name, folder=str(self.folder))
        return chain

    def _issuer(self, name: str) -> tuple[tuple[Certificate, ...], issuing.Issuer]:
        """The chain of a CA, and the CA ready to sign."""
        chain = self._chain(name)
        private_key = load_private_key(self.folder / f"{name}.key", self.passphrases)
        return chain, issuing.Issuer(chain[0], private_key)

    def _term(self, days: int, issuer: Certificate | None) -> issuing.Term:
        if not 0 < days <= limits.CERTIFICATE_DAYS:
            raise UsageError("pki.days-out-of-range", days=days, limit=limits.CERTIFICATE_DAYS)
        start = self.at.replace(microsecond=0)
        end = start + timedelta(days=days)
        if issuer is not None:
            cas.require_valid(issuer, start)
        if issuer is not None and end > issuer.not_after:
            end = issuer.not_after
            self.events(Notice("pki.shortened", {"end": f"{end:%Y-%m-%d}", "issuer": issuer.subject_text}))
        return issuing.Term(start, end, secrets.randbits(_SERIAL_BITS) | 1)

    def _require_free(self, name: str) -> None:
        for file in (self.folder / f"{name}.pem", self.folder / f"{name}.key", self.folder / f"{name}.csr"):
            if file.exists():
                raise UsageError("file.exists", file=str(file))

    def _keep(
        self,
        name: str,
        chain: tuple[Certificate, ...],
        new: NewKey | None,
        issuer: issuing.Issuer,
        *,
        anew: bool = False,
    ) -> Made:
        """Write down that a certificate was issued, then its key, then the certificate."""
        passphrase = None if new is None else self._passphrase(name, new)
        own = chain[0]
        role = "ca" if own.is_ca else "leaf"
        file = self.folder / f"{name}.pem"
        with writing(self._ledger()) as ledger:
            if not anew:
                self._require_free(name)
            line = cas.recorded(own, issuer.certificate.key_fingerprint, self.at, role, name)
            ledger.append(line)
            key_file = None if new is None else self._write_key(name, new, passphrase)
            files.write(file, issuing.pem(*chain))
        return Made(file, key_file, own)

    def _passphrase(self, name: str, new: NewKey) -> bytes | None:
        """What a new key is encrypted with; asked for before anybody is kept waiting."""
        if new.uri:
            return None
        if self.unencrypted:
            self.events(Notice("pki.key-in-clear", {"file": str(self.folder / f"{name}.key")}))
            return None
        return self.passphrases.new(f"the key {name}")

    def _write_key(self, name: str, new: NewKey, passphrase: bytes | None) -> Path | None:
        """Keep a key, or where it is; gives the file of a key."""
        file = self.folder / f"{name}.key"
        content = f"{new.uri}\n".encode() if new.uri else key_files.serialise(new.private_key, passphrase)
        files.write(file, content, files.PRIVATE)
        return None if new.uri else file


def _leaf_name(name: str) -> str:
    usable = name.replace("-", "").replace("_", "").replace(".", "")
    if name in (ROOT, INTERMEDIATE) or not (usable.isascii() and usable.isalnum()) or name.startswith("."):
        raise UsageError("pki.name-invalid", name=name)
    return name


def _below(issuer: Certificate, name: str) -> names.Name:
    """The issuer's subject with another common name."""
    rest = tuple(pair for pair in issuer.subject if pair[0] != "CN")
    return (("CN", name), *rest)
