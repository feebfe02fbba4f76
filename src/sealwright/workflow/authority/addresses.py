"""The addresses that a CA writes into certificates: given once, then remembered in the ledger.

`{ca}` in an address becomes the key of the CA, SHA-256 in hexadecimal, so that a CA and its former selves
each have a list of their own.
"""

import re
from datetime import datetime
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import UsageError
from sealwright.pki.certificate import Certificate
from sealwright.pki.issuing import Addresses
from sealwright.workflow.authority import cas
from sealwright.workflow.authority.entries import Addressed
from sealwright.workflow.authority.ledger import Ledger, writing

__all__ = ["CA", "Given", "remember", "remember_deltas", "remembered"]

CA = "{ca}"
_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[\x21-\x7e]*)?")


class Given(msgspec.Struct, frozen=True):
    """Addresses as somebody gives them: None leaves what is remembered, empty text forgets it.

    `delta` is where delta lists are, which whole lists tell.
    """

    ocsp: str | None = None
    crl: str | None = None
    issuer: str | None = None
    delta: str | None = None

    def require(self) -> None:
        """Return if each can stand in a certificate.

        Raises:
            UsageError: `pki.address-invalid`.
        """
        for url in (self.ocsp, self.crl, self.issuer, self.delta):
            if not url:
                continue
            if len(url) > limits.PKI_URL_LENGTH:
                problem = f"it is longer than {limits.PKI_URL_LENGTH} characters"
                raise UsageError("pki.address-invalid", url=url[:80], problem=problem)
            if _URL.fullmatch(url) is None:
                raise UsageError("pki.address-invalid", url=url, problem="it is no http URL")

    def require_apart(self) -> None:
        """Return if the addresses of lists and certificates can be those of several CAs.

        Raises:
            UsageError: `pki.address-of-one-ca`.
        """
        for url in (self.crl, self.issuer, self.delta):
            if url and CA not in url:
                raise UsageError("pki.address-of-one-ca", url=url)


def remember(ledger: Ledger, name: str, given: Given, at: datetime) -> None:
    """Keep what was given for a CA, if it is news; for whoever holds the lock.

    Raises:
        UsageError: `pki.address-invalid`.
        StorageError: the ledger cannot be written.
    """
    given.require()
    before = ledger.addressed.get(name) or Addressed(at, name)
    old = before.addresses
    new = Addresses(
        old.ocsp if given.ocsp is None else given.ocsp,
        old.crl if given.crl is None else given.crl,
        old.issuer if given.issuer is None else given.issuer,
    )
    delta = before.delta if given.delta is None else given.delta
    if (new, delta) != (old, before.delta):
        ledger.append(Addressed(at, name, new, delta))


def remember_deltas(folder: Path, url: str, at: datetime) -> None:
    """Keep where the delta lists of every CA of a folder are.

    Raises:
        UsageError: `pki.address-invalid`, `pki.address-of-one-ca`.
        DocumentError, StorageError: a file cannot be used.
    """
    given = Given(delta=url)
    names = sorted({ca.stem.partition(".")[0] for ca in cas.found(folder)})
    if len(names) > 1:
        given.require_apart()
    with writing(cas.opened(folder, at)) as ledger:
        for name in names:
            remember(ledger, name, given, at)


def remembered(ledger: Ledger, name: str, issuer: Certificate) -> Addresses:
    """What is written into a certificate.

    Args:
        ledger: of the folder.
        name: of the CA that issues it.
        issuer: the certificate of that CA.
    """
    kept = ledger.addressed.get(name)
    if kept is None:
        return Addresses()
    key = issuer.key_fingerprint
    urls = (kept.addresses.ocsp, kept.addresses.crl, kept.addresses.issuer)
    return Addresses(*(url.replace(CA, key) for url in urls))
