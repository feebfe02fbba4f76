"""The structures of RFC 3161 and CMS as records; the only module that knows how they are read and written.

Sources: RFC 3161, section 2.4; RFC 5652, sections 5.1 to 5.3; RFC 5035, sections 3 to 5 (which certificate
signed). What is read was made definite by `encoding`, so depth and size are bounded. Nothing is judged here
but whether the bytes have the form; the names of algorithms are those of hashlib, or dotted numbers where
they are none of ours.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, TypeVar

import msgspec
from asn1crypto import algos, cms, core, tsp

from sealwright import limits
from sealwright.errors import MalformedContentError
from sealwright.pki.timestamps.encoding import definite

__all__ = [
    "CONTENT_TYPE",
    "HASHES",
    "MESSAGE_DIGEST",
    "TST_INFO",
    "Attribute",
    "CertificateHash",
    "Imprint",
    "IssuerAndSerial",
    "ReadReply",
    "Scheme",
    "SignedData",
    "Signer",
    "TimestampInfo",
    "read_info",
    "read_reply",
    "read_token",
    "write_request",
]

T = TypeVar("T")

TST_INFO = "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"

HASHES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
"""The hashes that are strong enough, by their numbers."""

_VERSION = 3
"""Of signed data around anything but plain data (RFC 5652, section 5.1)."""

_RSA = "1.2.840.113549.1.1.1"
_PSS = "1.2.840.113549.1.1.10"
_SCHEMES = {
    "1.2.840.113549.1.1.11": ("pkcs1", "sha256"),
    "1.2.840.113549.1.1.12": ("pkcs1", "sha384"),
    "1.2.840.113549.1.1.13": ("pkcs1", "sha512"),
    "1.2.840.10045.4.3.2": ("ecdsa", "sha256"),
    "1.2.840.10045.4.3.3": ("ecdsa", "sha384"),
    "1.2.840.10045.4.3.4": ("ecdsa", "sha512"),
}

_TIME = re.compile(rb"(\d{14})(?:\.(\d{1,20}))?Z")
"""A time as RFC 3161 has it: to the second, or finer, in UTC."""

_UNREADABLE = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    NotImplementedError,
)
"""What the library raises for bytes that have another form."""


class Imprint(msgspec.Struct, frozen=True):
    """The hash of what is timestamped: of which kind, and its value."""

    hash_name: str
    value: bytes


class IssuerAndSerial(msgspec.Struct, frozen=True):
    """How a certificate is named: the DER bytes of its issuer's name, and its serial."""

    issuer: bytes
    serial: int


class CertificateHash(msgspec.Struct, frozen=True):
    """Which certificate signed (ESSCertID and ESSCertIDv2): its hash, and maybe its name."""

    hash_name: str
    value: bytes
    named: IssuerAndSerial | None


class Attribute(msgspec.Struct, frozen=True):
    """A signed attribute: its type, all its bytes in DER, and the bytes of each value."""

    type: str
    der: bytes
    values: tuple[bytes, ...]


class Scheme(msgspec.Struct, frozen=True):
    """How a signer signed. `salt` is the length in bytes of a PSS salt."""

    kind: Literal["pkcs1", "pss", "ecdsa", "unknown"]
    hash_name: str
    salt: int = 0


class Signer(msgspec.Struct, frozen=True):
    """One SignerInfo. `named` is None where the certificate is named by its key.

    `certificates` are the first entries of the attributes that say which certificate signed.
    """

    version: int
    named: IssuerAndSerial | None
    digest: str
    scheme: Scheme
    attributes: tuple[Attribute, ...]
    certificates: tuple[CertificateHash, ...]
    signature: bytes


class SignedData(msgspec.Struct, frozen=True):
    """What a token is made of. `certificates` are DER with their names, in the order of the token."""

    version: int
    content_type: str
    content: bytes
    certificates: tuple[tuple[IssuerAndSerial, bytes], ...]
    signers: tuple[Signer, ...]


class TimestampInfo(msgspec.Struct, frozen=True):
    """What an authority says (TSTInfo). `accuracy` is None where it says nothing, or nothing but zeros.

    `critical` are the numbers of extensions that must be understood.
    """

    version: int
    policy: str
    imprint: Imprint
    serial: int
    made_at: datetime
    accuracy: timedelta | None
    ordering: bool
    nonce: int | None
    critical: tuple[str, ...]


class ReadReply(msgspec.Struct, frozen=True):
    """An authority's reply: its status, its own words, the bits of the failure, and the token's bytes."""

    status: int
    words: str
    failures: frozenset[int]
    token: bytes


class _Reply(core.Sequence):  # type: ignore[misc]  # the library has no types
    """TimeStampResp; the library's own demands a token where there is none."""

    _fields = [("status", tsp.PKIStatusInfo), ("token", core.Any, {"optional": True})]  # noqa: RUF012  # its way


class _Values(core.SetOf):  # type: ignore[misc]  # the library has no types
    """The values of an attribute, whatever they are."""

    _child_spec = core.Any


def _reading(read: Callable[[], T]) -> T:
    try:
        return read()
    except _UNREADABLE:  # in words that are about the library
        raise _malformed("a part of it has another form than RFC 3161 and RFC 5652 give it") from None


def _malformed(problem: str) -> MalformedContentError:
    return MalformedContentError("timestamp.malformed", problem=problem)


def _number(value: Any) -> int:
    """A number of a length that can be told to people."""
    if not 0 < len(value.contents) <= limits.TIMESTAMP_NUMBER_BYTES:
        raise _malformed("a number in it is too long, or has no octets")
    return int(value)


def _dotted(value: Any) -> str:
    """The number of a thing, of a length that can be told to people."""
    if len(value.contents) > limits.TIMESTAMP_NUMBER_BYTES:
        raise _malformed("the number of a thing in it is too long")
    return str(value.dotted)


def write_request(imprint: Imprint, nonce: int, policy: str) -> bytes:
    """A TimeStampReq that asks for certificates, in DER.

    Args:
        imprint: what is to be timestamped.
        nonce: not negative.
        policy: dotted; empty leaves the choice to the authority.
    """
    members: dict[str, object] = {
        "version": "v1",
        "message_imprint": {
            "hash_algorithm": {"algorithm": imprint.hash_name, "parameters": core.Null()},
            "hashed_message": imprint.value,
        },
        "nonce": nonce,
        "cert_req": True,
    }
    if policy:
        members["req_policy"] = policy
    return bytes(tsp.TimeStampReq(members).dump())


def read_reply(content: bytes) -> ReadReply:
    """Read a TimeStampResp.

    Raises:
        MalformedContentError: `timestamp.malformed`.
    """
    return _reading(lambda: _reply(definite(content)))


def _reply(der: bytes) -> ReadReply:
    reply = _Reply.load(der, strict=True)
    status = reply["status"]
    words = [part.native for part in status["status_string"]] if status["status_string"] else []
    bits = status["fail_info"].native if status["fail_info"] else set()
    numbers = {name: bit for bit, name in tsp.PKIFailureInfo._map.items()}  # noqa: SLF001  # its table
    failures = frozenset(numbers[bit] if isinstance(bit, str) else bit for bit in bits)
    token = reply["token"]
    return ReadReply(
        _number(status["status"]), "; ".join(words)[:500], failures, token.dump() if token else b""
    )


@lru_cache(maxsize=limits.TIMESTAMPS_REMEMBERED)
def read_token(content: bytes) -> SignedData:
    """Read a TimeStampToken. What was read is remembered, since each round of a decision looks again.

    Raises:
        MalformedContentError: `timestamp.malformed` or `timestamp.not-signed-data`.
    """
    return _reading(lambda: _token(definite(content)))


def _token(der: bytes) -> SignedData:
    outer = cms.ContentInfo.load(der, strict=True)
    if outer["content_type"].native != "signed_data":
        raise MalformedContentError("timestamp.not-signed-data", found=_dotted(outer["content_type"]))
    signed = outer["content"]
    version = _number(signed["version"])
    if version < _VERSION:  # the library then reads what is older than CMS
        raise MalformedContentError("timestamp.not-a-timestamp", version=version, content_type="of PKCS #7")
    for one in signed["digest_algorithms"]:  # nothing depends on them, but they have a form
        _hash(one)
    if len(signed["signer_infos"]) > limits.TIMESTAMP_CERTIFICATES:
        raise _malformed(f"it has more than {limits.TIMESTAMP_CERTIFICATES} signers")
    inner = signed["encap_content_info"]
    content = inner["content"]
    return SignedData(
        version=version,
        content_type=_dotted(inner["content_type"]),
        content=bytes(content) if content else b"",
        certificates=tuple(_certificates(signed["certificates"] or ())),
        signers=tuple(_signer(one) for one in signed["signer_infos"]),
    )


def _certificates(choices: Sequence[Any]) -> Iterable[tuple[IssuerAndSerial, bytes]]:
    if len(choices) > limits.TIMESTAMP_CERTIFICATES:
        raise _malformed(f"it carries more than {limits.TIMESTAMP_CERTIFICATES} certificates")
    for choice in choices:
        if choice.name != "certificate":
            raise _malformed("it carries a certificate that is none of X.509")
        fields = choice.chosen["tbs_certificate"]
        yield IssuerAndSerial(fields["issuer"].dump(), _number(fields["serial_number"])), choice.chosen.dump()


def _signer(one: Any) -> Signer:  # the library has no types
    attributes = tuple(_attribute(attribute) for attribute in one["signed_attrs"] or ())
    return Signer(
        version=_number(one["version"]),
        named=_sid(one["sid"]),
        digest=_hash(one["digest_algorithm"]),
        scheme=_scheme(one["signature_algorithm"], _hash(one["digest_algorithm"])),
        attributes=attributes,
        certificates=tuple(_certificate_hashes(attributes)),
        signature=one["signature"].native,
    )


def _sid(choice: Any) -> IssuerAndSerial | None:
    if choice.name != "issuer_and_serial_number":
        return None
    return IssuerAndSerial(choice.chosen["issuer"].dump(), _number(choice.chosen["serial_number"]))


def _hash(algorithm: Any) -> str:
    dotted: str = _dotted(algorithm["algorithm"])
    return HASHES.get(dotted, dotted)


def _scheme(algorithm: Any, digest: str) -> Scheme:
    dotted: str = _dotted(algorithm["algorithm"])
    if dotted == _RSA:
        return Scheme("pkcs1", digest)
    if dotted == _PSS:
        return _pss(algorithm["parameters"])
    kind, hash_name = _SCHEMES.get(dotted, ("unknown", dotted))
    return Scheme(kind, hash_name)  # type: ignore[arg-type]  # the table holds the kinds


def _pss(parameters: Any) -> Scheme:
    if not isinstance(parameters, algos.RSASSAPSSParams):
        return Scheme("unknown", _PSS)
    hash_name = _hash(parameters["hash_algorithm"])
    mask = parameters["mask_gen_algorithm"]
    if mask["algorithm"].native != "mgf1" or _hash(mask["parameters"]) != hash_name:
        return Scheme("unknown", _PSS)
    return Scheme("pss", hash_name, _number(parameters["salt_length"]))


def _attribute(attribute: Any) -> Attribute:
    return Attribute(
        _dotted(attribute["type"]),
        attribute.dump(),
        tuple(value.dump() for value in _Values.load(attribute["values"].dump(), strict=True)),
    )


def _certificate_hashes(attributes: Sequence[Attribute]) -> Iterable[CertificateHash]:
    for attribute in attributes:
        if attribute.type == SIGNING_CERTIFICATE:
            for value in attribute.values:
                first = tsp.SigningCertificate.load(value, strict=True)["certs"][0]
                yield CertificateHash("sha1", first["cert_hash"].native, _issuer_serial(first))
        elif attribute.type == SIGNING_CERTIFICATE_V2:
            for value in attribute.values:
                first = tsp.SigningCertificateV2.load(value, strict=True)["certs"][0]
                hash_name = _hash(first["hash_algorithm"])
                yield CertificateHash(hash_name, first["cert_hash"].native, _issuer_serial(first))


def _issuer_serial(certificate: Any) -> IssuerAndSerial | None:
    named = certificate["issuer_serial"]
    if not named:
        return None
    (issuer,) = named["issuer"]
    if issuer.name != "directory_name":
        raise _malformed("the issuer of its signer's certificate is named in no way that is known")
    return IssuerAndSerial(issuer.chosen.untag().dump(), _number(named["serial_number"]))


def read_info(content: bytes) -> TimestampInfo:
    """Read a TSTInfo.

    Raises:
        MalformedContentError: `timestamp.malformed`.
    """
    return _reading(lambda: _info(definite(content)))


def _info(der: bytes) -> TimestampInfo:
    info = tsp.TSTInfo.load(der, strict=True)
    imprint = info["message_imprint"]
    nonce = info["nonce"]
    return TimestampInfo(
        version=_number(info["version"]),
        policy=_dotted(info["policy"]),
        imprint=Imprint(_hash(imprint["hash_algorithm"]), imprint["hashed_message"].native),
        serial=_number(info["serial_number"]),
        made_at=_time(info["gen_time"].contents),
        accuracy=_accuracy(info["accuracy"]),
        ordering=bool(info["ordering"].native),
        nonce=_number(nonce) if nonce.contents else None,
        critical=tuple(_dotted(one["extn_id"]) for one in info["extensions"] or () if one["critical"].native),
    )


def _time(content: bytes) -> datetime:
    """A time, its fraction cut to whole microseconds."""
    found = _TIME.fullmatch(content)
    if not found:
        raise _malformed("its time is not written as RFC 3161 has it")
    whole = datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return whole.replace(microsecond=int((found[2] or b"0").ljust(6, b"0")[:6]))


def _accuracy(accuracy: Any) -> timedelta | None:
    if not accuracy.contents:
        return None
    parts = [
        _number(accuracy[name]) if accuracy[name].contents else 0 for name in ("seconds", "millis", "micros")
    ]
    seconds, millis, micros = parts
    if seconds < 0 or not 0 <= millis < 1000 or not 0 <= micros < 1000:  # noqa: PLR2004  # RFC 3161, section 2.4.2
        raise _malformed("its accuracy is out of range")
    if not any(parts):
        return None
    try:
        return timedelta(seconds=seconds, milliseconds=millis, microseconds=micros)
    except OverflowError:
        return -timedelta.min
