"""Timestamp tokens and replies, right or wrong in any way, put together from bytes.

    chain = timestamps.authority()                   leaf for timestamps, intermediate, root
    timestamps.token(chain, b"what", made_at=NOW)    an ordinary token
    timestamps.reply(chain, request)                 what an authority answers to a request

Everything but the keys is written here octet by octet, so that the product is not tested with itself.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from asn1crypto import core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as x509_ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from world import pki

TSA: Mapping[str, Any] = {"purposes": (ExtendedKeyUsageOID.TIME_STAMPING,), "purposes_critical": True}
POLICY = "1.3.6.1.4.1.99999.1"
BASELINE = "0.4.0.2023.1.1"
MADE_AT = pki.NOW - dt.timedelta(hours=12)

SIGNED_DATA = "1.2.840.113549.1.7.2"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
HASHES = {
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_RSA = {
    "sha1": "1.2.840.113549.1.1.5",
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
}
_ECDSA = {
    "sha1": "1.2.840.10045.4.1",
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}
_PSS = "1.2.840.113549.1.1.10"
_RSA_ALONE = "1.2.840.113549.1.1.1"
_MGF1 = "1.2.840.113549.1.1.8"


# octets


def element(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(size))) + size + content


def sequence(*contents: bytes) -> bytes:
    return element(0x30, *contents)


def set_of(*contents: bytes) -> bytes:
    return element(0x31, *contents)


def octets(content: bytes) -> bytes:
    return element(0x04, content)


def tagged(number: int, *contents: bytes) -> bytes:
    return element(0xA0 | number, *contents)


def integer(value: int) -> bytes:
    return bytes(core.Integer(value).dump())


def oid(dotted: str) -> bytes:
    return bytes(core.ObjectIdentifier(dotted).dump())


def algorithm(dotted: str, parameters: bytes = b"\x05\x00") -> bytes:
    return sequence(oid(dotted), parameters)


def time(at: dt.datetime) -> bytes:
    text = at.astimezone(dt.UTC).strftime("%Y%m%d%H%M%S")
    if at.microsecond:
        text += f".{at.microsecond:06d}".rstrip("0")
    return element(0x18, f"{text}Z".encode())


# certificates


def authority(kind: str = "ec256", length: int = 3, **changes: Any) -> pki.Chain:
    """A chain whose leaf signs timestamps; `changes` are as of `pki.chain`."""
    leaf = {**TSA, **changes.pop("leaf", {})}
    subject = changes.pop("subject", pki.name(f"Clock {kind}"))
    return pki.chain(kind, length, leaf=leaf, subject=subject, **changes)


def name_and_serial(der: bytes) -> tuple[bytes, int]:
    fields = asn1_x509.Certificate.load(der)["tbs_certificate"]
    return bytes(fields["issuer"].dump()), int(fields["serial_number"])


# tokens


class Token(NamedTuple):
    """How a token is made; every part can be made wrong.

    `certificates` are those that it carries, in their order; `signer` is the certificate that SignerInfo
    names and `named` the one that the signed attributes name. `times` is how often the signer stands in it.
    `sid`, `naming_issuer` and `algorithm_id` stand in the place of what would be written otherwise.
    """

    chain: pki.Chain
    imprint: bytes
    hash_name: str = "sha256"
    made_at: dt.datetime = MADE_AT
    nonce: int | None = None
    policy: str = POLICY
    accuracy: bytes = b""
    ordering: bytes = b""
    extensions: bytes = b""
    info_version: int = 1
    gen_time: bytes = b""
    version: int = 3
    signer_version: int = 1
    content_type: str = TST_INFO
    attribute_content_type: str = TST_INFO
    certificates: tuple[bytes, ...] | None = None
    signer: bytes = b""
    named: bytes = b""
    naming: str = "v2"
    naming_hash: str = "sha256"
    name_issuer: bool = False
    naming_issuer: bytes = b""
    sid: bytes = b""
    algorithm_id: bytes = b""
    digest: str = "sha256"
    scheme: str = ""
    signed_info: bytes = b""
    more_attributes: tuple[bytes, ...] = ()
    drop: tuple[str, ...] = ()
    times: int = 1
    sort: bool = True
    sign: Callable[[bytes], bytes] | None = None


def token(chain: pki.Chain, about: bytes, **changes: Any) -> bytes:
    """A TimeStampToken about some bytes; `changes` are members of `Token`."""
    hash_name = changes.get("hash_name", "sha256")
    return build(Token(chain, **{"imprint": hashlib.new(hash_name, about).digest(), **changes}))


def build(plan: Token) -> bytes:
    """The token of a plan."""
    info = _info(plan)
    carried = plan.chain.certificates[:-1] if plan.certificates is None else plan.certificates
    one = _signer(plan, plan.signed_info or info)
    content = sequence(
        integer(plan.version),
        set_of(algorithm(HASHES[plan.digest])),
        sequence(oid(plan.content_type), tagged(0, octets(info))),
        tagged(0, *carried) if carried else b"",
        set_of(*[one] * plan.times),
    )
    return sequence(oid(SIGNED_DATA), tagged(0, content))


def _info(plan: Token) -> bytes:
    return sequence(
        integer(plan.info_version),
        oid(plan.policy),
        sequence(algorithm(HASHES[plan.hash_name]), octets(plan.imprint)),
        integer(4711),
        plan.gen_time or time(plan.made_at),
        plan.accuracy,
        plan.ordering,
        integer(plan.nonce) if plan.nonce is not None else b"",
        plan.extensions,
    )


def attribute(dotted: str, *values: bytes) -> bytes:
    return sequence(oid(dotted), set_of(*values))


def _naming(plan: Token) -> bytes:
    der = plan.named or plan.chain.certificates[0]
    issuer, serial = name_and_serial(der)
    issuer = plan.naming_issuer or tagged(4, issuer)
    named = sequence(sequence(issuer), integer(serial)) if plan.name_issuer else b""
    if plan.naming == "v1":
        value = sequence(octets(hashlib.sha1(der, usedforsecurity=False).digest()), named)
        return attribute("1.2.840.113549.1.9.16.2.12", sequence(sequence(value)))
    kind = b"" if plan.naming_hash == "sha256" else sequence(oid(HASHES[plan.naming_hash]))
    value = sequence(kind, octets(hashlib.new(plan.naming_hash, der).digest()), named)
    return attribute("1.2.840.113549.1.9.16.2.47", sequence(sequence(value)))


def _signer(plan: Token, info: bytes) -> bytes:
    kinds = {
        "content type": attribute("1.2.840.113549.1.9.3", oid(plan.attribute_content_type)),
        "digest": attribute("1.2.840.113549.1.9.4", octets(hashlib.new(plan.digest, info).digest())),
        "naming": _naming(plan),
    }
    attributes = [one for name, one in kinds.items() if name not in plan.drop] + list(plan.more_attributes)
    attributes.sort(reverse=not plan.sort)
    issuer, serial = name_and_serial(plan.signer or plan.chain.certificates[0])
    message = set_of(*sorted(attributes))
    dotted, value = _signature(plan, message)
    return sequence(
        integer(plan.signer_version),
        plan.sid or sequence(issuer, integer(serial)),
        algorithm(HASHES[plan.digest]),
        tagged(0, *attributes) if attributes else b"",
        plan.algorithm_id or dotted,
        octets(value),
    )


def _signature(plan: Token, message: bytes) -> tuple[bytes, bytes]:
    digest: Any = getattr(hashes, plan.digest.upper())()
    key = plan.chain.signer
    if isinstance(key, ec.EllipticCurvePrivateKey):
        sign = plan.sign or (lambda content: key.sign(content, ec.ECDSA(digest)))
        return algorithm(_ECDSA[plan.digest], b""), sign(message)
    assert isinstance(key, rsa.RSAPrivateKey)
    if plan.scheme == "pss":
        kind = algorithm(HASHES[plan.digest])
        size = digest.digest_size
        parameters = sequence(
            tagged(0, kind), tagged(1, sequence(oid(_MGF1), kind)), tagged(2, integer(size))
        )
        salted = padding.PSS(padding.MGF1(digest), size)
        return sequence(oid(_PSS), parameters), key.sign(message, salted, digest)
    dotted = _RSA_ALONE if plan.scheme == "rsa" else _RSA[plan.digest]
    return algorithm(dotted), key.sign(message, padding.PKCS1v15(), digest)


def pss(hash_name: str, mask: str, salt: int = 32) -> bytes:
    """The name of RSA-PSS with a hash, and another for the mask."""
    kinds = (algorithm(HASHES[hash_name]), algorithm(HASHES[mask]))
    mgf1 = sequence(oid(_MGF1), kinds[1])
    return sequence(oid(_PSS), sequence(tagged(0, kinds[0]), tagged(1, mgf1), tagged(2, integer(salt))))


# replies


def granted(made: bytes, status: int = 0) -> bytes:
    """A TimeStampResp that carries a token."""
    return sequence(sequence(integer(status)), made)


def rejected(status: int = 2, failure: int | None = None, words: str = "") -> bytes:
    """A TimeStampResp without a token; `failure` is the number of a bit."""
    bits = b""
    if failure is not None:
        octet, bit = divmod(failure, 8)
        bits = element(0x03, bytes((7 - bit,)), bytes(octet), bytes((0x80 >> bit,)))
    text = sequence(element(0x0C, words.encode())) if words else b""
    return sequence(sequence(integer(status), text, bits))


def reply(chain: pki.Chain, request: bytes, **changes: Any) -> bytes:
    """What an authority answers to a request; `changes` are members of `Token`, and `status`."""
    asked = tsp.TimeStampReq.load(request)
    imprint = asked["message_imprint"]
    status = changes.pop("status", 0)
    plan = Token(
        chain,
        **{
            "imprint": imprint["hashed_message"].native,
            "hash_name": imprint["hash_algorithm"]["algorithm"].native,
            "nonce": asked["nonce"].native,
            **changes,
        },
    )
    return granted(build(plan), status)


def berish(der: bytes) -> bytes:
    """The same element with indefinite lengths, and octet strings in pieces, down to where DER is signed."""
    tag, content = der[0], _content(der)
    if tag in (0x30, 0xA0) and content[:1] in (b"\x06", b"\x30", b"\x02", b"\x04"):
        parts = list(_elements(content))
        if tag == 0x30 and _is_certificate(der):
            return der
        return bytes((tag, 0x80)) + b"".join(map(berish, parts)) + b"\0\0"
    if tag == 0x04 and len(content) > 1:
        half = len(content) // 2
        return b"\x24\x80" + octets(content[:half]) + octets(content[half:]) + b"\0\0"
    return der


def _is_certificate(der: bytes) -> bool:
    try:
        asn1_x509.Certificate.load(der)["tbs_certificate"]["serial_number"].native  # noqa: B018  # reads on access
    except (ValueError, TypeError):
        return False
    return True


def _content(der: bytes) -> bytes:
    return der[2 + (der[1] & 0x7F if der[1] & 0x80 else 0) :]


def _elements(content: bytes) -> Any:
    while content:
        head = 2 + (content[1] & 0x7F if content[1] & 0x80 else 0)
        length = int.from_bytes(content[2:head]) if content[1] & 0x80 else content[1]
        yield content[: head + length]
        content = content[head + length :]


# revocation


def ocsp(chain: pki.Chain, at: dt.datetime, revoked_at: dt.datetime | None = None) -> bytes:
    """What the issuer of a chain's leaf says of it in OCSP, in the hour around a time."""
    leaf, issuer = (x509.load_der_x509_certificate(der) for der in chain.certificates[:2])
    hour = dt.timedelta(hours=1)
    builder = x509_ocsp.OCSPResponseBuilder().add_response(
        cert=leaf,
        issuer=issuer,
        algorithm=hashes.SHA1(),  # noqa: S303  # what requests for OCSP name certificates by
        cert_status=x509_ocsp.OCSPCertStatus.REVOKED if revoked_at else x509_ocsp.OCSPCertStatus.GOOD,
        this_update=(at - hour).replace(microsecond=0),
        next_update=(at + hour).replace(microsecond=0),
        revocation_time=revoked_at,
        revocation_reason=x509.ReasonFlags.key_compromise if revoked_at else None,
    )
    signed = builder.responder_id(x509_ocsp.OCSPResponderEncoding.NAME, issuer).sign(
        chain.issuers[0], hashes.SHA256()
    )
    return signed.public_bytes(Encoding.DER)
