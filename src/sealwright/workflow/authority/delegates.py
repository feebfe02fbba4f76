"""Those who work in a CA's name, so that its key need not be at hand: OCSP responders and the timestamper.

    responders/NAME.key, .pem    answers for the CA of that name, short-lived
    tsa/tsa.key, .pem            stamps the time

They are made where the key of the CA is, and made anew there before they end; the key stays, unless they were
revoked. Elsewhere they serve until they end. Their keys are encrypted if that of the CA is.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError, KeyUnavailableError, UsageError
from sealwright.homes import files
from sealwright.keys.generating import generate
from sealwright.keys.local_file import load_private_key
from sealwright.keys.passphrases import Passphrases
from sealwright.pki import issuing, key_files, names
from sealwright.pki.certificate import Certificate
from sealwright.pki.keys import PrivateKey
from sealwright.workflow.authority import cas
from sealwright.workflow.authority.addresses import remembered
from sealwright.workflow.authority.cas import Ca
from sealwright.workflow.authority.ledger import Ledger, writing

__all__ = ["RESPONDER_DAYS", "TIMESTAMPER_DAYS", "Delegate", "responder", "timestamper"]

RESPONDER_DAYS = 30
TIMESTAMPER_DAYS = 365
_SERIAL_BITS = 159
_RENEWED = 3
"""A new one is made in the last third of the old one's time."""

Issue = Callable[[PrivateKey, issuing.Issuer, issuing.Term], Certificate]


class Delegate(msgspec.Struct, frozen=True):
    """Somebody who works in a CA's name.

    Attributes:
        signer: certificate and key.
        chain: the certificate and those above it, without the root.
        made: whether it was made just now.
    """

    signer: issuing.Issuer
    chain: tuple[Certificate, ...]
    made: bool

    @property
    def until(self) -> datetime:
        """When its certificate ends."""
        return self.signer.certificate.not_after


class _Place(msgspec.Struct, frozen=True):
    """Where a delegate is kept, what it is called and for how long it lasts."""

    folder: Path
    name: str
    role: str
    days: int


def responder(
    ledger: Ledger, ca: Ca, passphrases: Passphrases, at: datetime, days: int = RESPONDER_DAYS
) -> Delegate:
    """Who answers OCSP for a CA, made or renewed if need be.

    Args:
        ledger: of the folder.
        ca: whose certificates it answers for.
        passphrases: of the keys.
        at: the time, aware.
        days: how long a new one lasts.

    Raises:
        CallerError: `pki.ca-key-absent` or `pki.ca-ended`: a new one is needed, and cannot be made; or a key
            cannot be used.
        StorageError: a file cannot be read or written.
    """
    place = _Place(ca.folder / "responders", ca.stem, "ocsp", days)
    subject = _called(ca.certificate, "OCSP responder")

    def issue(key: PrivateKey, issuer: issuing.Issuer, term: issuing.Term) -> Certificate:
        return issuing.responder(key.public_key(), subject, issuer, term)

    return _delegate(ledger, ca, passphrases, at, place, issue)


def timestamper(
    ledger: Ledger, passphrases: Passphrases, at: datetime, days: int = TIMESTAMPER_DAYS
) -> Delegate:
    """Who stamps the time, certified by the intermediate CA if there is one, else by the root.

    Args and errors: as for `responder`.
    """
    folder = ledger.folder
    name = cas.INTERMEDIATE if (folder / f"{cas.INTERMEDIATE}.pem").exists() else cas.ROOT
    ca = cas.of_name(folder, name)
    place = _Place(folder / "tsa", "tsa", "tsa", days)
    subject = _called(ca.certificate, "timestamp authority")

    def issue(key: PrivateKey, issuer: issuing.Issuer, term: issuing.Term) -> Certificate:
        addresses = remembered(ledger, name, issuer.certificate)
        return issuing.timestamper(key.public_key(), subject, issuer, term, addresses)

    return _delegate(ledger, ca, passphrases, at, place, issue)


def _delegate(
    ledger: Ledger, ca: Ca, passphrases: Passphrases, at: datetime, place: _Place, issue: Issue
) -> Delegate:
    old = _present(ledger, ca, place)
    if old is not None and at < _renewal(old[0]):
        return _opened(place, old, passphrases, made=False)
    if not ca.key_is_here and old is not None and old[0].valid_at(at):
        return _opened(place, old, passphrases, made=False)
    cas.require_valid(ca.certificate, at)
    issuer = ca.issuer(passphrases)
    with writing(ledger):
        now = _present(ledger, ca, place)
        if now is not None and now != old:  # somebody else was faster
            return _opened(place, now, passphrases, made=False)
        private_key = _key(ledger, ca, place, passphrases)
        start = at.replace(microsecond=0)
        end = min(start + timedelta(days=place.days), ca.certificate.not_after)
        term = issuing.Term(start, end, secrets.randbits(_SERIAL_BITS) | 1)
        certificate = issue(private_key, issuer, term)
        ledger.append(cas.recorded(certificate, ca.key, start, place.role, ""))
        chain = (certificate, *ca.chain)
        files.write(place.folder / f"{place.name}.pem", issuing.pem(*chain))
    return _opened(place, chain, passphrases, made=True, private_key=private_key)


def _renewal(certificate: Certificate) -> datetime:
    return certificate.not_after - (certificate.not_after - certificate.not_before) / _RENEWED


def _present(ledger: Ledger, ca: Ca, place: _Place) -> tuple[Certificate, ...] | None:
    """The chain that is there, if this CA's key signed it and it was not revoked."""
    chain = cas.chain_of(place.folder / f"{place.name}.pem")
    if chain is None or not chain[0].issued_by(ca.certificate):
        return None
    return None if chain[0].serial in ledger.revoked(ca.key) else chain


def _opened(
    place: _Place,
    chain: tuple[Certificate, ...],
    passphrases: Passphrases,
    *,
    made: bool,
    private_key: PrivateKey | None = None,
) -> Delegate:
    file = place.folder / f"{place.name}.key"
    key = private_key or load_private_key(file, passphrases)
    try:
        issuing.require_key(chain[0], key)
    except KeyUnavailableError as error:
        raise DocumentError.about(str(file), error) from None
    below = tuple(one for one in chain if not one.is_self_signed)
    return Delegate(issuing.Issuer(chain[0], key), below, made)


def _key(ledger: Ledger, ca: Ca, place: _Place, passphrases: Passphrases) -> PrivateKey:
    """The key that is there, unless it was revoked; else a new one of the same kind as the CA's."""
    file = place.folder / f"{place.name}.key"
    chain = cas.chain_of(place.folder / f"{place.name}.pem")
    if file.exists() and (chain is None or chain[0].serial not in ledger.revoked(ca.key)):
        return load_private_key(file, passphrases)
    algorithm = ca.certificate.algorithm
    if algorithm is None:
        raise UsageError("key.unsupported", key=ca.certificate.key_words)
    private_key = generate(algorithm.key_spec)
    closed = key_files.is_encrypted(files.read(ca.key_file, limits.CONFIG_FILE_BYTES))
    passphrase = passphrases.new(f"the key {place.folder.name}/{place.name}") if closed else None
    files.write(file, key_files.serialise(private_key, passphrase), files.PRIVATE)
    return private_key


def _called(ca: Certificate, role: str) -> names.Name:
    """The CA's subject, with a common name that says what it does."""
    rest = tuple(pair for pair in ca.subject if pair[0] != "CN")
    common = next((value for short, value in ca.subject if short == "CN"), "")
    return (("CN", f"{common} {role}"[-64:].strip()), *rest)
