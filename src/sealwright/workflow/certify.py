"""A small PKI in a folder: root CA, intermediate CA, signing certificates, requests and renewal.

For each name the folder holds `NAME.key` (PKCS #8, encrypted, mode 0600) and `NAME.pem` (the certificate
and those above it, up to the root). The names `root` and `intermediate` are the CAs. A certificate that is
renewed is kept as `NAME.<serial>.pem`.
"""

import secrets
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError, SealwrightError, UsageError
from sealwright.events import EventSink, Notice
from sealwright.homes import files
from sealwright.keys.generating import generate
from sealwright.keys.local_file import load_private_key
from sealwright.keys.passphrases import Passphrases
from sealwright.pki import certificate, issuing, key_files, names
from sealwright.pki.certificate import Certificate
from sealwright.pki.keys import PrivateKey

__all__ = ["INTERMEDIATE", "ROOT", "Made", "Pki"]

ROOT = "root"
INTERMEDIATE = "intermediate"
_SERIAL_BITS = 159
"""RFC 5280, 4.1.2.2: positive, at most 20 octets. All of it is random, so that nobody can guess one."""


class Made(msgspec.Struct, frozen=True):
    """What was made: the files, and the new certificate (None for a request)."""

    pem_file: Path
    key_file: Path | None
    certificate: Certificate | None


class Pki(msgspec.Struct, frozen=True):
    """The PKI in a folder.

    `at` is the time at which certificates start. `unencrypted` leaves new keys in the clear, with a notice.
    """

    folder: Path
    at: datetime
    passphrases: Passphrases
    events: EventSink
    unencrypted: bool = False

    def root(self, subject: names.Name, key_spec: str, days: int) -> Made:
        """A new root CA.

        Raises:
            UsageError: `file.exists`, `pki.key-type-unknown`, `pki.days-out-of-range`.
            StorageError: a file cannot be written.
        """
        self._require_free(ROOT)
        term = self._term(days, None)
        private_key = generate(key_spec)
        return self._keep(ROOT, (issuing.root(private_key, subject, term),), private_key)

    def intermediate(self, subject: names.Name, key_spec: str, days: int) -> Made:
        """A new CA below the root.

        Raises:
            UsageError: as `root`, or `pki.no-such-name` if there is no root.
            DocumentError: the root's key or certificate cannot be used.
            StorageError: a file cannot be read or written.
        """
        self._require_free(INTERMEDIATE)
        above, issuer = self._issuer(ROOT)
        term = self._term(days, issuer.certificate)
        private_key = generate(key_spec)
        made = issuing.intermediate(private_key.public_key(), subject, issuer, term)
        return self._keep(INTERMEDIATE, (made, *above), private_key)

    def issue(self, name: str, subject: names.Name | None, key_spec: str, days: int) -> Made:
        """A new key and its signing certificate, from the intermediate CA if there is one, else the root.

        Args:
            name: of the files; not `root` and not `intermediate`.
            subject: None takes the CA's, with `name` as common name.
            key_spec: one of `keys.generating.KEY_SPECS`.
            days: how long it is valid; cut at the CA's own end, with a notice.

        Raises:
            UsageError: `pki.name-invalid`, or as `intermediate`.
            DocumentError: the CA's key or certificate cannot be used.
            StorageError: a file cannot be read or written.
        """
        self._require_free(_leaf_name(name))
        above, issuer = self._issuer(self._signing_ca())
        subject = subject or _below(issuer.certificate, name)
        term = self._term(days, issuer.certificate)
        private_key = generate(key_spec)
        made = issuing.leaf(private_key.public_key(), subject, issuer, term)
        return self._keep(name, (made, *above), private_key)

    def request_for(self, name: str, subject: names.Name, private_key: PrivateKey) -> Made:
        """A signing request (`NAME.csr`) for a key that is there already, such as one in hardware.

        Raises:
            UsageError: `pki.name-invalid`, `file.exists`.
            KeyUnavailableError: the key cannot sign.
            StorageError: a file cannot be written.
        """
        self._require_free(_leaf_name(name))
        file = self.folder / f"{name}.csr"
        files.write(file, issuing.request(private_key, subject))
        return Made(file, None, None)

    def request(self, name: str, subject: names.Name, key_spec: str) -> Made:
        """A new key and a signing request (`NAME.csr`) for a CA elsewhere.

        Raises:
            UsageError: `pki.name-invalid`, `file.exists`, `pki.key-type-unknown`.
            StorageError: a file cannot be written.
        """
        self._require_free(_leaf_name(name))
        private_key = generate(key_spec)
        file = self.folder / f"{name}.csr"
        key_file = self._keep_key(name, private_key)
        files.write(file, issuing.request(private_key, subject))
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
        above, issuer = self._issuer(ROOT if as_ca else self._signing_ca())
        term = self._term(days, issuer.certificate)
        issue = issuing.intermediate if as_ca else issuing.leaf
        return self._keep(name, (issue(request.public_key, request.subject, issuer, term), *above), None)

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
        private_key = generate(key_spec) if key_spec and name != ROOT else None
        made = issuing.renewed(old, issuer, term, private_key.public_key() if private_key else None)
        files.write(self.folder / f"{name}.{old.serial:x}.pem", issuing.pem(*chain))
        if private_key is not None:
            old_key = self.folder / f"{name}.key"
            kept = files.read_optional(old_key, limits.CONFIG_FILE_BYTES)
            if kept is not None:
                files.write(self.folder / f"{name}.{old.serial:x}.key", kept, files.PRIVATE)
        return self._keep(name, (made, *above), private_key)

    def _signing_ca(self) -> str:
        return INTERMEDIATE if (self.folder / f"{INTERMEDIATE}.pem").exists() else ROOT

    def _chain(self, name: str) -> tuple[Certificate, ...]:
        file = self.folder / f"{name}.pem"
        content = files.read_optional(file, limits.CONFIG_FILE_BYTES)
        if content is None:
            raise UsageError("pki.no-such-name", name=name, folder=str(self.folder))
        try:
            return certificate.parse_file(content)
        except SealwrightError as error:
            raise DocumentError.about(str(file), error) from None

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
        if issuer is not None and end > issuer.not_after:
            end = issuer.not_after
            self.events(Notice("pki.shortened", {"end": f"{end:%Y-%m-%d}", "issuer": issuer.subject_text}))
        return issuing.Term(start, end, secrets.randbits(_SERIAL_BITS) | 1)

    def _require_free(self, name: str) -> None:
        for file in (self.folder / f"{name}.pem", self.folder / f"{name}.key", self.folder / f"{name}.csr"):
            if file.exists():
                raise UsageError("file.exists", file=str(file))

    def _keep(self, name: str, chain: tuple[Certificate, ...], private_key: PrivateKey | None) -> Made:
        key_file = None if private_key is None else self._keep_key(name, private_key)
        file = self.folder / f"{name}.pem"
        files.write(file, issuing.pem(*chain))
        return Made(file, key_file, chain[0])

    def _keep_key(self, name: str, private_key: PrivateKey) -> Path:
        file = self.folder / f"{name}.key"
        passphrase = None
        if self.unencrypted:
            self.events(Notice("pki.key-in-clear", {"file": str(file)}))
        else:
            passphrase = self.passphrases.new(f"the key {name}")
        files.write(file, key_files.serialise(private_key, passphrase), files.PRIVATE)
        return file


def _leaf_name(name: str) -> str:
    usable = name.replace("-", "").replace("_", "").replace(".", "")
    if name in (ROOT, INTERMEDIATE) or not (usable.isascii() and usable.isalnum()) or name.startswith("."):
        raise UsageError("pki.name-invalid", name=name)
    return name


def _below(issuer: Certificate, name: str) -> names.Name:
    """The issuer's subject with another common name."""
    rest = tuple(pair for pair in issuer.subject if pair[0] != "CN")
    return (("CN", name), *rest)
