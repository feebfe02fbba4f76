"""Answers of responders and CAs, right ones and all kinds of wrong ones, made with `cryptography` alone.

    chain = revocation.chain(ocsp=("http://127.0.0.1:1/ocsp",))
    revocation.ocsp(chain, state="revoked")      a response about the leaf, by its issuer
    revocation.crl(chain, [Revoked(2)])          a list of the leaf's issuer

The leaf's serial number is `LEAF`, that of its issuer `CA`. Times are hours from now.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as library
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from world import pki

__all__ = ["CA", "LEAF", "Revoked", "chain", "crl", "delegate", "ocsp", "refusal"]

LEAF, CA = 7001, 8001
START = dt.datetime.now(dt.UTC).replace(microsecond=0)  # noqa: TID251  # servers and peers have no other clock
_STATES = {
    "good": library.OCSPCertStatus.GOOD,
    "revoked": library.OCSPCertStatus.REVOKED,
    "unknown": library.OCSPCertStatus.UNKNOWN,
}


def hours(number: float, since: dt.datetime | None = None) -> dt.datetime:
    """A time so many hours from when the tests began, or from another time."""
    return (since or START) + dt.timedelta(hours=number)


def access(*urls: str) -> tuple[x509.ExtensionType, bool]:
    """The extension that names responders."""
    found = [
        x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(url))
        for url in urls
    ]
    return x509.AuthorityInformationAccess(found), False


def point(
    *urls: str, reasons: Iterable[x509.ReasonFlags] | None = None, issuer: str = ""
) -> x509.DistributionPoint:
    """A distribution point; `issuer` names another issuer of its lists."""
    names = [x509.UniformResourceIdentifier(url) for url in urls]
    other = [x509.DirectoryName(pki.name(issuer))] if issuer else None
    return x509.DistributionPoint(names or None, None, None if reasons is None else frozenset(reasons), other)


def points(*found: x509.DistributionPoint | str) -> tuple[x509.ExtensionType, bool]:
    """The extension that names places of lists; a URL is a point of its own."""
    return x509.CRLDistributionPoints([point(one) if isinstance(one, str) else one for one in found]), False


def freshest(*urls: str) -> tuple[x509.ExtensionType, bool]:
    """The extension that names places of delta lists."""
    return x509.FreshestCRL([point(url) for url in urls]), False


def extensions(
    ocsp: Sequence[str] = (), crl: Sequence[x509.DistributionPoint | str] = (), deltas: Sequence[str] = ()
) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    """The extensions of a certificate that can be revoked."""
    found = []
    if ocsp:
        found.append(access(*ocsp))
    if crl:
        found.append(points(*crl))
    if deltas:
        found.append(freshest(*deltas))
    return tuple(found)


def chain(
    kind: str = "ec256",
    *,
    ocsp: Sequence[str] = (),
    crl: Sequence[x509.DistributionPoint | str] = (),
    deltas: Sequence[str] = (),
    ca: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    length: int = 3,
    **changes: Any,
) -> pki.Chain:
    """Leaf, intermediate and root. The leaf says where to ask; `ca` are such extensions of its issuer."""
    leaf = {"serial": LEAF, "extensions": extensions(ocsp, crl, deltas), **changes.pop("leaf", {})}
    issuer = {"serial": CA, "extensions": ca, **changes.pop("issuer", {})}
    return pki.chain(kind, length, leaf=leaf, issuer=issuer, **changes)


def delegate(
    made: pki.Chain,
    *,
    purposes: tuple[x509.ObjectIdentifier, ...] | None = (ExtendedKeyUsageOID.OCSP_SIGNING,),
    issuer: int = 1,
    key: str = "delegate",
    usages: tuple[str, ...] = ("digital_signature",),
    unchecked: bool = True,
    more: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    **changes: Any,
) -> tuple[bytes, Any]:
    """A certificate for a responder, and its key.

    Args:
        made: the chain of the certificates that it answers for.
        purposes: of its certificate.
        issuer: which certificate of the chain issued it.
        key: names its key.
        usages: of its key.
        unchecked: it has id-pkix-ocsp-nocheck.
        more: further extensions.
        changes: more arguments of `pki.certificate`.
    """
    own = pki.key("ec256", key)
    upper = x509.load_der_x509_certificate(made.certificates[issuer])
    added = ((x509.OCSPNoCheck(), False), *more) if unchecked else more
    members: dict[str, Any] = {
        "ca": False,
        "usages": usages,
        "purposes": purposes,
        "extensions": added,
        "serial": 9001,
        **changes,
    }
    signer = made.issuers[issuer - 1]
    subject = pki.name(f"Responder {key}")
    return pki.certificate(subject, own.public_key(), upper.subject, signer, **members), own


def ocsp(
    made: pki.Chain,
    index: int = 0,
    *,
    state: str = "good",
    this: float = -1,
    until: float | None = 24,
    revoked: float = -48,
    reason: x509.ReasonFlags | None = None,
    signer: tuple[bytes, Any] | None = None,
    embedded: Sequence[bytes] | None = None,
    hash_name: str = "SHA1",
    signed_with: str = "SHA256",
    by_key: bool = True,
    serial: int | None = None,
    issuer: bytes | None = None,
    nonce: bytes = b"",
    critical: bool = False,
) -> bytes:
    """A response about a certificate of a chain.

    Args:
        made: the chain.
        index: of the certificate in it.
        state: `good`, `revoked` or `unknown`.
        this: when it is true, in hours.
        until: when it ends, in hours; None: it does not say.
        revoked: when the certificate was revoked, in hours.
        reason: why.
        signer: a certificate and its key; the issuer if left out.
        embedded: certificates that come along; the signer's, if that is not the issuer.
        hash_name: what the certificate is named with.
        signed_with: the hash of the signature.
        by_key: the signer is named by the key, else by the name.
        serial: another serial number.
        issuer: another issuer that it says the certificate has.
        nonce: that comes along.
        critical: it has a critical extension that nobody knows.
    """
    about, upper = (x509.load_der_x509_certificate(der) for der in made.certificates[index : index + 2])
    named = upper if issuer is None else x509.load_der_x509_certificate(issuer)
    own = (made.certificates[index + 1], made.issuers[index]) if signer is None else signer
    if embedded is None:
        embedded = () if signer is None else (signer[0],)
    algorithm = getattr(hashes, hash_name)()
    request = library.OCSPRequestBuilder().add_certificate(about, named, algorithm).build()
    certificate_id = (request.issuer_name_hash, request.issuer_key_hash)
    builder = library.OCSPResponseBuilder().add_response_by_hash(
        *certificate_id,
        about.serial_number if serial is None else serial,
        algorithm,
        _STATES[state],
        hours(this),
        None if until is None else hours(until),
        hours(revoked) if state == "revoked" else None,
        reason,
    )
    encoding = library.OCSPResponderEncoding.HASH if by_key else library.OCSPResponderEncoding.NAME
    builder = builder.responder_id(encoding, x509.load_der_x509_certificate(own[0]))
    if embedded:
        builder = builder.certificates([x509.load_der_x509_certificate(der) for der in embedded])
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    if critical:
        builder = builder.add_extension(
            x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), critical=True
        )
    return builder.sign(own[1], getattr(hashes, signed_with)()).public_bytes(Encoding.DER)


def refusal(status: library.OCSPResponseStatus) -> bytes:
    """A response that says only why there is none."""
    return library.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


class Revoked(NamedTuple):
    """An entry of a list; times in hours."""

    serial: int = LEAF
    at: float = -48
    reason: x509.ReasonFlags | None = None
    invalid: float | None = None
    critical: bool = False


def crl(
    made: pki.Chain,
    entries: Iterable[Revoked] = (),
    *,
    index: int = 0,
    this: float = -1,
    until: float = 24,
    number: int | None = 5,
    base: int | None = None,
    scope: x509.IssuingDistributionPoint | None = None,
    deltas: Sequence[str] = (),
    issuer: x509.Name | None = None,
    key: Any = None,
    signed_with: str = "SHA256",
    critical: bool = False,
) -> bytes:
    """A list of the issuer of a certificate.

    Args:
        made: the chain.
        entries: what was revoked.
        index: of the certificate in the chain.
        this: when it is true, in hours.
        until: when it ends, in hours.
        number: of the list.
        base: it is a delta list that builds on this number.
        scope: what it is about.
        deltas: places of delta lists.
        issuer: another name.
        key: another key.
        signed_with: the hash of the signature.
        critical: it has a critical extension that nobody knows.
    """
    upper = x509.load_der_x509_certificate(made.certificates[index + 1])
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(upper.subject if issuer is None else issuer)
        .last_update(hours(this))
        .next_update(hours(until))
    )
    for entry in entries:
        one = x509.RevokedCertificateBuilder().serial_number(entry.serial).revocation_date(hours(entry.at))
        if entry.reason is not None:
            one = one.add_extension(x509.CRLReason(entry.reason), critical=False)
        if entry.invalid is not None:
            one = one.add_extension(x509.InvalidityDate(hours(entry.invalid)), critical=False)
        if entry.critical:
            one = one.add_extension(
                x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.5"), b"\x05\x00"), critical=True
            )
        builder = builder.add_revoked_certificate(one.build())
    if number is not None:
        builder = builder.add_extension(x509.CRLNumber(number), critical=False)
    if base is not None:
        builder = builder.add_extension(x509.DeltaCRLIndicator(base), critical=True)
    if scope is not None:
        builder = builder.add_extension(scope, critical=True)
    if deltas:
        builder = builder.add_extension(freshest(*deltas)[0], critical=False)
    if critical:
        builder = builder.add_extension(
            x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), critical=True
        )
    digest = getattr(hashes, signed_with)()
    return builder.sign(made.issuers[index] if key is None else key, digest).public_bytes(Encoding.DER)


def scope(**members: Any) -> x509.IssuingDistributionPoint:
    """What a list is about; everything, unless told."""
    usual: dict[str, Any] = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**{**usual, **members})
