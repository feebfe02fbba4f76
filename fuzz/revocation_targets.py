"""What is fuzzed of revocation: responses, lists and bundles; with the CA's signature, and without.

Without it, no change makes an answer count: whatever counts has exactly the signed bytes of a seed. With it,
the bytes are signed anew after each change, so that what is behind the signature is reached.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp as library
from target import Target

from sealwright.errors import CheckFailedError
from sealwright.evidence import Crl, Evidence, OcspAnswer, OcspResponse
from sealwright.pki import certificate
from sealwright.pki.revocation import addresses, bundle, crl, ocsp
from sealwright.pki.revocation.answers import judged
from sealwright.pki.revocation.assess import assess
from world import revocation
from world.revocation import Revoked

FLAGS = x509.ReasonFlags
URL = "http://acme.example/1"
CHAIN = revocation.chain(ocsp=[URL], crl=[URL])
LEAF, ISSUER, _ = (certificate.parse(der) for der in CHAIN.certificates)
POINT = addresses.of(LEAF.der).points[0]
AT = revocation.START
SUCCESSFUL = b"\x0a\x01\x00"
OCSP_BASIC = bytes.fromhex("06092b0601050507300101")
ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")


@cache
def responses() -> tuple[bytes, ...]:
    """Once: the library puts the time of day into each."""
    return tuple(_responses())


def _responses() -> Iterator[bytes]:
    yield revocation.ocsp(CHAIN)
    yield revocation.ocsp(CHAIN, state="revoked", reason=FLAGS.key_compromise, nonce=b"n" * 16)
    yield revocation.ocsp(CHAIN, state="unknown", hash_name="SHA256", by_key=False, until=None)
    yield revocation.ocsp(CHAIN, signer=revocation.delegate(CHAIN))
    yield revocation.ocsp(CHAIN, signer=revocation.delegate(CHAIN, unchecked=False), critical=True)
    yield revocation.refusal(library.OCSPResponseStatus.TRY_LATER)


def lists() -> Iterator[bytes]:
    scope = revocation.scope(full_name=[x509.UniformResourceIdentifier(URL)], only_contains_user_certs=True)
    yield revocation.crl(CHAIN)
    yield revocation.crl(
        CHAIN, [Revoked(reason=FLAGS.superseded, invalid=-60), Revoked(serial=5)], scope=scope
    )
    yield revocation.crl(CHAIN, [Revoked(reason=FLAGS.remove_from_crl)], number=6, base=5)
    yield revocation.crl(CHAIN, [Revoked(serial=9, critical=True)], deltas=[URL], critical=True)


def bundles() -> Iterator[bytes]:
    need = OcspResponse(URL, LEAF.der, ISSUER.der)
    yield bundle.write({})
    yield bundle.write(
        {need: OcspAnswer(revocation.ocsp(CHAIN)), Crl(URL, ISSUER.der): revocation.crl(CHAIN)}
    )


SIGNED_RESPONSES = frozenset(
    library.load_der_ocsp_response(content).tbs_response_bytes for content in responses()[:-1]
)
SIGNED_LISTS = frozenset(x509.load_der_x509_crl(content).tbs_certlist_bytes for content in lists())


def _response(content: bytes) -> None:
    ocsp.answered(OcspAnswer(content), LEAF, ISSUER, AT)
    assert library.load_der_ocsp_response(content).tbs_response_bytes in SIGNED_RESPONSES


def _list(content: bytes) -> None:
    found = crl.issued(content, ISSUER.der)
    assert found.handle.tbs_certlist_bytes in SIGNED_LISTS
    _used(found)


def _signed_response(tbs: bytes) -> None:
    """A whole response around the bytes that are signed."""
    basic = _sequence(tbs, ECDSA_SHA256, _signature(tbs))
    inner = _sequence(OCSP_BASIC, _element(0x04, basic))
    content = _sequence(SUCCESSFUL, _element(0xA0, inner))
    found = ocsp.answered(OcspAnswer(content), LEAF, ISSUER, AT)
    msgspec.json.encode(found.standing)


def _signed_list(tbs: bytes) -> None:
    """A whole list around the bytes that are signed."""
    content = _sequence(tbs, ECDSA_SHA256, _signature(tbs))
    _used(crl.issued(content, ISSUER.der))
    evidence = Evidence(
        {OcspResponse(URL, LEAF.der, ISSUER.der): OcspAnswer(b""), Crl(URL, ISSUER.der): content}
    )
    assess((LEAF, ISSUER, certificate.parse(CHAIN.root)), evidence, AT, signed_at=AT - timedelta(days=1))


def _used(found: crl.RevocationList) -> None:
    found.require_current(AT)
    crl.covered(found, LEAF, POINT)
    crl.require_delta(found, found)
    msgspec.json.encode(crl.standing(found, found, LEAF))


def _bundle(content: bytes) -> None:
    answers = bundle.read(content)
    assert answers == bundle.read(bundle.write(answers))
    for need, answer in answers.items():
        try:
            judged(need, answer, AT)
        except CheckFailedError as error:
            str(error)


def _signature(message: bytes) -> bytes:
    key = CHAIN.issuers[0]
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    value = key.sign(message, ec.ECDSA(hashes.SHA256()))
    return _element(0x03, b"\0" + value)


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = size.to_bytes(max(1, (size.bit_length() + 7) // 8))
    return bytes([tag]) + (length if size < 0x80 else bytes([0x80 | len(length)]) + length) + content  # noqa: PLR2004  # DER


def _sequence(*parts: bytes) -> bytes:
    return _element(0x30, b"".join(parts))


TARGETS: Mapping[str, Target] = {
    "ocsp": Target(_response, responses, 4096),
    "ocsp-signed": Target(_signed_response, lambda: sorted(SIGNED_RESPONSES), 4096),
    "crl": Target(_list, lists, 4096),
    "crl-signed": Target(_signed_list, lambda: sorted(SIGNED_LISTS), 4096),
    "revocation-bundle": Target(_bundle, bundles, 8192),
}
