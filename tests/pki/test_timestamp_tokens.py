"""Timestamp tokens: what is read, what is believed, and every way in which one can be wrong."""

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from sealwright import limits, reasons
from sealwright.errors import ArtifactError
from sealwright.pki.certificate import Certificate
from sealwright.pki.timestamps import authority, encoding, token
from sealwright.pki.timestamps.structures import Imprint
from world import pki, timestamps

ABOUT = b"the value of a signature"
TSA = timestamps.authority()
OTHER = timestamps.authority("ec384")
SECOND = dt.timedelta(seconds=1)


def made(**changes: Any) -> bytes:
    return timestamps.token(TSA, ABOUT, **changes)


def believed(content: bytes, *roots: bytes, about: bytes = ABOUT) -> tuple[Certificate, ...]:
    """The chain of a token that is right in all that it is alone, or what is wrong."""
    read = token.read(content)
    read.require_about(about)
    return authority.chain(read, read.require_signed(), roots or (TSA.root,))


def fault(call: Callable[[], object]) -> str:
    """The code of what is wrong; of the chain, the code of its rule."""
    with pytest.raises(ArtifactError) as raised:
        call()
    assert reasons.sentence(raised.value.code, raised.value.data)
    assert raised.value.hint
    return str(raised.value.data.get("rule", raised.value.code))


# what is believed


@pytest.mark.parametrize("kind", ["ec256", "ec384", "ec521", "rsa2048", "rsa3072"])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_a_token_of_each_key_and_hash_is_believed(kind: str, digest: str) -> None:
    tsa = timestamps.authority(kind)
    content = timestamps.token(tsa, ABOUT, digest=digest, hash_name=digest)
    assert tsa.certificates == tuple(one.der for one in believed(content, tsa.root))


@pytest.mark.parametrize(
    "changes",
    [
        {"naming": "v1"},
        {"naming_hash": "sha384"},
        {"naming_hash": "sha512", "name_issuer": True},
        {"name_issuer": True},
        {"naming": "v1", "name_issuer": True},
        {"sort": False},
        {"certificates": tuple(sorted(TSA.certificates, reverse=True))},
        {"certificates": TSA.certificates},
        {"certificates": (*TSA.certificates[:2], *OTHER.certificates)},
        {"more_attributes": (timestamps.attribute("1.2.3.4", timestamps.integer(7)),)},
        {"ordering": b"\x01\x01\xff"},
        {"nonce": 1 << 158},
        {
            "extensions": timestamps.element(
                0xA1, timestamps.sequence(timestamps.oid("1.2.3"), timestamps.octets(b"x"))
            )
        },
    ],
)
def test_what_authorities_differ_in_is_read(changes: dict[str, Any]) -> None:
    for content in (made(**changes), timestamps.berish(made(**changes))):
        assert TSA.certificates == tuple(one.der for one in believed(content))


@pytest.mark.parametrize("scheme", ["pss", "rsa"])
def test_rsa_signs_in_each_of_its_ways(scheme: str) -> None:
    tsa = timestamps.authority("rsa2048")
    content = timestamps.token(tsa, ABOUT, scheme=scheme, digest="sha512")
    assert tsa.certificates == tuple(one.der for one in believed(content, tsa.root))


@pytest.mark.parametrize("salt", [-1, 2**31, 2**63, 2**200, 31])
def test_a_salt_of_any_length_is_looked_at_and_refused(salt: int) -> None:
    tsa = timestamps.authority("rsa2048")
    content = timestamps.token(
        tsa, ABOUT, scheme="pss", algorithm_id=timestamps.pss("sha256", "sha256", salt)
    )
    assert "timestamp.signature-invalid" == fault(lambda: believed(content, tsa.root))


@pytest.mark.parametrize("length", [2, 3, 6])
def test_the_way_to_the_root_may_be_short_or_long(length: int) -> None:
    tsa = timestamps.authority("ec256", length)
    content = timestamps.token(tsa, ABOUT, certificates=tsa.certificates[-2::-1])
    assert tsa.certificates == tuple(one.der for one in believed(content, tsa.root))


def test_an_expired_certificate_beside_a_good_one_of_the_same_name_stands_in_nobody_s_way() -> None:
    old = timestamps.authority(issuer={"not_after": timestamps.MADE_AT - SECOND})
    weak = timestamps.authority(issuer={"usages": ("crl_sign",)})
    carried = (TSA.certificates[0], old.certificates[1], weak.certificates[1], TSA.certificates[1])
    assert TSA.certificates == tuple(one.der for one in believed(made(certificates=carried)))


# what it says


def accuracy(seconds: int = 0, millis: int = 0, micros: int = 0) -> bytes:
    return timestamps.sequence(
        timestamps.integer(seconds) if seconds else b"",
        timestamps.element(0x80, timestamps.integer(millis)[2:]) if millis else b"",
        timestamps.element(0x81, timestamps.integer(micros)[2:]) if micros else b"",
    )


ZEROS = timestamps.sequence(timestamps.integer(0))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, dt.timedelta()),
        ({"policy": timestamps.BASELINE}, SECOND),
        ({"policy": timestamps.BASELINE, "accuracy": accuracy()}, SECOND),
        ({"policy": timestamps.BASELINE, "accuracy": ZEROS}, SECOND),
        ({"accuracy": ZEROS}, dt.timedelta()),
        ({"policy": timestamps.BASELINE, "accuracy": accuracy(micros=5)}, dt.timedelta(microseconds=5)),
        ({"accuracy": accuracy(1, 2, 3)}, dt.timedelta(seconds=1, milliseconds=2, microseconds=3)),
        ({"accuracy": accuracy(millis=999)}, dt.timedelta(milliseconds=999)),
    ],
)
def test_accuracy_is_as_the_token_says_or_its_policy(changes: dict[str, Any], expected: dt.timedelta) -> None:
    read = token.read(made(**changes))
    assert expected == read.accuracy
    assert timestamps.MADE_AT - expected == read.earliest
    assert timestamps.MADE_AT + expected == read.latest


def test_an_accuracy_beyond_all_times_is_bounded_by_them() -> None:
    for seconds in (10**12, 10**30):
        read = token.read(made(accuracy=accuracy(seconds)))
        assert dt.datetime.min.replace(tzinfo=dt.UTC) == read.earliest
        assert dt.datetime.max.replace(tzinfo=dt.UTC) == read.latest


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [
        (b"20261120000000Z", 0),
        (b"20261120000000.5Z", 500_000),
        (b"20261120000000.000001Z", 1),
        (b"20261120000000.1234567Z", 123_456),
    ],
)
def test_a_time_has_fractions(text: bytes, microsecond: int) -> None:
    read = token.read(made(gen_time=timestamps.element(0x18, text)))
    assert dt.datetime(2026, 11, 20, 0, 0, 0, microsecond, dt.UTC) == read.info.made_at


# what is refused


def _changed(content: bytes) -> bytes:
    """The token with its time changed after it was signed."""
    return content.replace(b"20261120000000Z", b"20261119000000Z")


CRITICAL = timestamps.element(
    0xA1,
    timestamps.sequence(timestamps.oid("1.2.3"), b"\x01\x01\xff", timestamps.octets(b"x")),
)
DIGEST = timestamps.attribute(
    "1.2.840.113549.1.9.4", timestamps.octets(b"x" * 32), timestamps.octets(b"y" * 32)
)
REFUSED = {
    "a token about something else": (lambda: timestamps.token(TSA, b"other"), "timestamp.imprint-mismatch"),
    "an imprint of SHA-1": (lambda: made(hash_name="sha1"), "timestamp.imprint-algorithm"),
    "a digest of SHA-1": (lambda: made(digest="sha1"), "timestamp.algorithm"),
    "a name by SHA-1 in the new attribute": (lambda: made(naming_hash="sha1"), "timestamp.algorithm"),
    "a changed time": (lambda: _changed(made()), "timestamp.digest-mismatch"),
    "a digest of something else": (lambda: made(signed_info=b"other"), "timestamp.digest-mismatch"),
    "a signature that is none": (lambda: made(sign=lambda _: b"no"), "timestamp.signature-invalid"),
    "a signature of another key": (
        lambda: timestamps.token(pki.Chain(OTHER.signer, TSA.certificates), ABOUT, digest="sha256"),
        "timestamp.signature-invalid",
    ),
    "two signers": (lambda: made(times=2), "timestamp.signers"),
    "too many signers": (
        lambda: made(times=limits.TIMESTAMP_CERTIFICATES + 1),
        "timestamp.malformed",
    ),
    "no signer": (lambda: made(times=0), "timestamp.signers"),
    "no name of the certificate": (lambda: made(drop=("naming",)), "timestamp.signer-not-named"),
    "the name of another certificate": (
        lambda: made(named=OTHER.certificates[0]),
        "timestamp.signer-mismatch",
    ),
    "another certificate by the old name": (
        lambda: made(naming="v1", named=OTHER.certificates[0]),
        "timestamp.signer-mismatch",
    ),
    "a signer that is not carried": (lambda: made(signer=OTHER.certificates[0]), "timestamp.signer-missing"),
    "no certificates": (lambda: made(certificates=()), "timestamp.signer-missing"),
    "no content type": (lambda: made(drop=("content type",)), "timestamp.attributes"),
    "another content type": (lambda: made(attribute_content_type="1.2.3"), "timestamp.attributes"),
    "no digest": (lambda: made(drop=("digest",)), "timestamp.attributes"),
    "no attributes": (lambda: made(drop=("digest", "content type", "naming")), "timestamp.attributes"),
    "a digest with two values": (
        lambda: made(drop=("digest",), more_attributes=(DIGEST,)),
        "timestamp.attributes",
    ),
    "a digest twice": (lambda: made(more_attributes=(DIGEST,)), "timestamp.attributes"),
    "another version": (lambda: made(version=1), "timestamp.not-a-timestamp"),
    "a version of its own": (lambda: made(version=5), "timestamp.not-a-timestamp"),
    "another version of what it says": (lambda: made(info_version=2), "timestamp.not-a-timestamp"),
    "another version of its signer": (lambda: made(signer_version=3), "timestamp.signer-unnamed"),
    "another kind of content": (
        lambda: made(content_type="1.2.840.113549.1.7.1"),
        "timestamp.not-a-timestamp",
    ),
    "no signed data": (
        lambda: timestamps.sequence(
            timestamps.oid("1.2.840.113549.1.7.1"), timestamps.tagged(0, timestamps.octets(b"x"))
        ),
        "timestamp.not-signed-data",
    ),
    "an extension that must be understood": (lambda: made(extensions=CRITICAL), "timestamp.extension"),
    "a time that is not in UTC": (
        lambda: made(gen_time=timestamps.element(0x18, b"20261120000000+0100")),
        "timestamp.malformed",
    ),
    "a time that is none": (
        lambda: made(gen_time=timestamps.element(0x18, b"20261320000000Z")),
        "timestamp.malformed",
    ),
    "an accuracy below zero": (lambda: made(accuracy=accuracy(-1)), "timestamp.malformed"),
    "an accuracy of more milliseconds than a second has": (
        lambda: made(accuracy=accuracy(millis=1000)),
        "timestamp.malformed",
    ),
    "too many certificates": (
        lambda: made(certificates=TSA.certificates[:1] * (limits.TIMESTAMP_CERTIFICATES + 1)),
        "timestamp.malformed",
    ),
    "a policy without an end": (lambda: made(policy=f"1.2.{1 << 900}"), "timestamp.malformed"),
    "a nonce without an end": (lambda: made(nonce=1 << 100_000), "timestamp.malformed"),
    "a version without an end": (lambda: made(version=1 << 100_000), "timestamp.malformed"),
    "a certificate that is none of X.509": (
        lambda: made(certificates=(*TSA.certificates[:2], timestamps.tagged(2, timestamps.sequence()))),
        "timestamp.malformed",
    ),
    "a signer named by its key": (
        lambda: made(sid=timestamps.element(0x80, b"key"), signer_version=3),
        "timestamp.signer-unnamed",
    ),
    "a signer named by its key under the version of the other": (
        lambda: made(sid=timestamps.element(0x80, b"key")),
        "timestamp.signer-unnamed",
    ),
    "an issuer named otherwise": (
        lambda: made(name_issuer=True, naming_issuer=timestamps.element(0x82, b"acme.example")),
        "timestamp.malformed",
    ),
    "the name of another issuer": (
        lambda: made(
            name_issuer=True,
            naming_issuer=timestamps.tagged(4, timestamps.name_and_serial(OTHER.certificates[0])[0]),
        ),
        "timestamp.signer-mismatch",
    ),
    "an algorithm of other keys": (
        lambda: made(algorithm_id=timestamps.algorithm("1.2.840.113549.1.1.11")),
        "timestamp.algorithm",
    ),
    "an algorithm that is not known": (
        lambda: made(algorithm_id=timestamps.algorithm("1.2.3.4")),
        "timestamp.algorithm",
    ),
    "an algorithm for other keys than RSA": (
        lambda: made(algorithm_id=timestamps.pss("sha256", "sha256")),
        "timestamp.algorithm",
    ),
    "RSA-PSS with two hashes": (
        lambda: made(algorithm_id=timestamps.pss("sha256", "sha384")),
        "timestamp.algorithm",
    ),
    "RSA-PSS with SHA-1": (lambda: made(algorithm_id=timestamps.pss("sha1", "sha1")), "timestamp.algorithm"),
    "RSA-PSS without parameters": (
        lambda: made(algorithm_id=timestamps.algorithm("1.2.840.113549.1.1.10", b"")),
        "timestamp.algorithm",
    ),
    "something behind it": (lambda: made() + b"\0", "timestamp.malformed"),
    "nothing": (lambda: b"", "timestamp.malformed"),
    "half of it": (lambda: made()[:200], "timestamp.malformed"),
}


@pytest.mark.parametrize("row", REFUSED.values(), ids=REFUSED)
def test_a_wrong_token_is_refused(row: tuple[Callable[[], bytes], str]) -> None:
    make, expected = row
    assert expected == fault(lambda: believed(make()))


def _chain(**changes: Any) -> Callable[[], tuple[bytes, bytes]]:
    """A token of an authority that is odd, and the authority's root."""

    def make() -> tuple[bytes, bytes]:
        tsa = timestamps.authority(
            changes.get("kind", "ec256"), **{k: v for k, v in changes.items() if k != "kind"}
        )
        return timestamps.token(tsa, ABOUT), tsa.root

    return make


LATER = timestamps.MADE_AT + SECOND
EARLIER = timestamps.MADE_AT - SECOND
CODE_SIGNING = ExtendedKeyUsageOID.CODE_SIGNING
TIME_STAMPING = ExtendedKeyUsageOID.TIME_STAMPING
CHAINS = {
    "another purpose": (_chain(leaf={"purposes": (CODE_SIGNING,)}), "certificate.not-for-timestamps"),
    "one purpose more": (
        _chain(leaf={"purposes": (TIME_STAMPING, CODE_SIGNING)}),
        "certificate.not-for-timestamps",
    ),
    "no purpose": (_chain(leaf={"purposes": None}), "certificate.not-for-timestamps"),
    "a purpose that is not critical": (
        _chain(leaf={"purposes_critical": False}),
        "certificate.timestamping-not-critical",
    ),
    "no key usage": (_chain(leaf={"usages": None}), "certificate.key-usage-missing"),
    "another key usage": (_chain(leaf={"usages": ("content_commitment",)}), "certificate.leaf-cannot-sign"),
    "too many key usages": (
        _chain(leaf={"usages": ("digital_signature", "crl_sign")}),
        "certificate.leaf-key-usage-too-wide",
    ),
    "a signer that is a CA": (_chain(leaf={"ca": True}), "certificate.leaf-is-ca"),
    "a signer expired before": (_chain(leaf={"not_after": EARLIER}), "timestamp.authority-not-valid"),
    "a signer not valid yet": (_chain(leaf={"not_before": LATER}), "timestamp.authority-not-valid"),
    "an issuer expired before": (_chain(issuer={"not_after": EARLIER}), "timestamp.authority-not-valid"),
    "a root expired before": (_chain(root={"not_after": EARLIER}), "timestamp.authority-not-valid"),
    "an issuer that is no CA": (_chain(issuer={"ca": False}), "certificate.ca-constraints-missing"),
    "an issuer that may not issue": (_chain(issuer={"usages": ("crl_sign",)}), "certificate.ca-cannot-issue"),
    "a root with a path too short": (_chain(root={"path_length": 0}), "certificate.path-too-long"),
    "a key too small": (_chain(kind="rsa1024", issuer_kind="ec256"), "certificate.key-too-weak"),
}


@pytest.mark.parametrize("row", CHAINS.values(), ids=CHAINS)
def test_an_authority_with_a_wrong_certificate_is_refused(
    row: tuple[Callable[[], tuple[bytes, bytes]], str],
) -> None:
    make, expected = row
    content, root = make()
    assert expected == fault(lambda: believed(content, root))


def test_a_key_usage_of_an_authority_need_not_be_critical() -> None:
    tsa = timestamps.authority(leaf={"usages_critical": False}, issuer={"usages_critical": False})
    assert 3 == len(believed(timestamps.token(tsa, ABOUT), tsa.root))


def test_a_chain_that_the_token_brings_along_is_not_trusted_for_that() -> None:
    content = timestamps.token(OTHER, ABOUT, certificates=OTHER.certificates)
    assert "timestamp.untrusted-chain" == fault(lambda: believed(content))
    same_name = timestamps.authority(root={"serial": 2})
    mixed = timestamps.token(OTHER, ABOUT, certificates=(*OTHER.certificates, *same_name.certificates))
    assert "timestamp.untrusted-chain" == fault(lambda: believed(mixed))


def test_an_issuer_that_is_missing_is_told() -> None:
    content = made(certificates=TSA.certificates[:1])
    assert "timestamp.untrusted-chain" == fault(lambda: believed(content))


def test_a_signer_is_no_anchor_of_itself() -> None:
    alone = pki.chain("ec256", 1, leaf=timestamps.TSA)
    content = timestamps.token(alone, ABOUT, certificates=alone.certificates)
    assert "timestamp.untrusted-chain" == fault(lambda: believed(content, alone.root))


def test_certificates_that_all_issue_each_other_are_each_looked_at_once() -> None:
    """One name and one key for all of them: every certificate issued every other."""
    name, key = pki.name("Maze"), pki.key("ec256", "maze")
    maze = [
        pki.certificate(name, key.public_key(), name, key, **{**pki.CA, "serial": serial})
        for serial in range(2, limits.TIMESTAMP_CERTIFICATES + 1)
    ]
    leaf_name = pki.name("Clock in a maze")
    leaf = pki.certificate(leaf_name, TSA.signer.public_key(), name, key, **{**pki.LEAF, **timestamps.TSA})
    content = timestamps.token(pki.Chain(TSA.signer, (leaf, *maze)), ABOUT, certificates=(leaf, *maze))
    assert "timestamp.untrusted-chain" == fault(lambda: believed(content))


# encoding


def test_der_comes_back_as_it_is_and_ber_as_der() -> None:
    content = made()
    assert content == encoding.definite(content)
    assert content != timestamps.berish(content)
    assert content == encoding.definite(timestamps.berish(content))
    assert content == encoding.definite(b"\x30\x83\x00" + content[2:4] + content[4:])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x30\x80" * (limits.TIMESTAMP_DEPTH + 1), "nested deeper"),
        (timestamps.sequence(b"\x05\x00" * limits.TIMESTAMP_ELEMENTS), "more than 20000 elements"),
        (b"\x04\x83" + bytes(limits.TIMESTAMP_BYTES), "larger than"),
        (b"\x30\x03\x04\x02", "reaches over the end"),
        (b"\x30\x02\x04\x01\x00", "reaches over the end"),
        (b"\x30\x01\x04", "ends too early"),
        (b"\x30\x80\x04\x01\x00", "ends too early"),
        (b"\x04\x80\x00\x00", "has no length"),
        (b"\x3f\x80\x01\x00", "long tag"),
        (b"\x30\x85\x00\x00\x00\x00\x00", "too many octets"),
        (b"\x30\x02\x00\x00", "end of contents"),
        (b"\x00\x00", "end of contents"),
        (b"\x24\x80\x02\x01\x00\x00\x00", "a piece that is none"),
        (b"\x30\x00\x00", "something stands behind"),
    ],
)
def test_hostile_octets_are_refused_before_anything_looks_into_them(content: bytes, words: str) -> None:
    with pytest.raises(ArtifactError) as raised:
        encoding.definite(content)
    assert words in str(raised.value)


def test_octets_in_pieces_may_be_in_pieces_of_pieces() -> None:
    pieces = b"\x24\x80\x24\x04\x04\x02ab\x04\x01c\x00\x00"
    assert b"\x04\x03abc" == encoding.definite(pieces)
    assert b"\x30\x81\x80" + b"\x05\x00" * 64 == encoding.definite(
        b"\x30\x80" + b"\x05\x00" * 64 + b"\x00\x00"
    )


def test_the_imprint_is_read_as_it_is() -> None:
    expected = Imprint("sha256", hashlib.sha256(ABOUT).digest())
    assert expected == token.read(made()).info.imprint
