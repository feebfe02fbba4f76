"""OCSP responses: what counts, and every way in which one does not."""

import datetime as dt
from typing import Any

import pytest
from asn1crypto import core
from asn1crypto import ocsp as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as library
from cryptography.x509.oid import ExtendedKeyUsageOID

from sealwright import limits
from sealwright.errors import CheckFailedError
from sealwright.evidence import OcspAnswer
from sealwright.pki import certificate
from sealwright.pki.revocation import ocsp, signed
from world import pki, revocation
from world.revocation import START

CHAIN = revocation.chain()
LEAF, ISSUER, ROOT = (certificate.parse(der) for der in CHAIN.certificates)


def answered(
    content: bytes, *, nonce: bytes = b"", at: dt.datetime = START, about: Any = LEAF, issuer: Any = ISSUER
) -> ocsp.Answered:
    return ocsp.answered(OcspAnswer(content, nonce), about, issuer, at)


def refused(content: bytes, **options: Any) -> CheckFailedError:
    with pytest.raises(CheckFailedError) as caught:
        answered(content, **options)
    return caught.value


@pytest.mark.parametrize("hash_name", ["SHA1", "SHA256", "SHA384", "SHA512"])
@pytest.mark.parametrize("by_key", [True, False])
def test_a_response_of_the_issuer_counts_whatever_names_the_certificate(
    hash_name: str, *, by_key: bool
) -> None:
    found = answered(revocation.ocsp(CHAIN, hash_name=hash_name, by_key=by_key))
    assert "good" == found.standing.state
    assert found.delegate is None
    assert revocation.hours(-1) == found.standing.made_at
    assert revocation.hours(24) == found.standing.until


def test_a_revocation_tells_when_and_why() -> None:
    content = revocation.ocsp(CHAIN, state="revoked", reason=x509.ReasonFlags.key_compromise)
    standing = answered(content).standing
    assert ("revoked", revocation.hours(-48)) == (standing.state, standing.revoked_at)
    assert "keyCompromise" == standing.reason


def test_a_responder_may_say_that_it_does_not_know() -> None:
    assert "unknown" == answered(revocation.ocsp(CHAIN, state="unknown")).standing.state


@pytest.mark.parametrize("by_key", [True, False])
def test_a_delegate_of_the_issuer_may_answer(*, by_key: bool) -> None:
    signer = revocation.delegate(CHAIN)
    found = answered(revocation.ocsp(CHAIN, signer=signer, by_key=by_key))
    assert found.delegate is not None
    assert signer[0] == found.delegate.der
    assert found.unchecked


def test_a_delegate_without_nocheck_is_told() -> None:
    found = answered(revocation.ocsp(CHAIN, signer=revocation.delegate(CHAIN, unchecked=False)))
    assert not found.unchecked


DELEGATES = {
    "without the purpose": {"purposes": (ExtendedKeyUsageOID.CODE_SIGNING,)},
    "for any purpose": {"purposes": (ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,)},
    "without purposes": {"purposes": None},
    "not for signatures": {"usages": ("key_encipherment",)},
    "issued by the root": {"issuer": 2},
    "not valid any more": {"not_after": revocation.hours(-2)},
    "not valid yet": {"not_before": revocation.hours(2)},
}


@pytest.mark.parametrize("what", DELEGATES)
def test_a_delegate_that_is_none_may_not_answer(what: str) -> None:
    changes: Any = DELEGATES[what]
    signer = revocation.delegate(CHAIN, **changes)
    assert "revocation.not-authorised" == refused(revocation.ocsp(CHAIN, signer=signer)).code


def test_the_certificate_itself_may_not_answer() -> None:
    signer = (CHAIN.certificates[0], CHAIN.signer)
    assert "revocation.not-authorised" == refused(revocation.ocsp(CHAIN, signer=signer)).code


def test_a_delegate_of_a_stranger_may_not_answer() -> None:
    other = revocation.chain("ec384")
    assert (
        "revocation.not-authorised" == refused(revocation.ocsp(CHAIN, signer=revocation.delegate(other))).code
    )


def test_a_delegate_that_does_not_come_along_is_not_known() -> None:
    content = revocation.ocsp(CHAIN, signer=revocation.delegate(CHAIN), embedded=())
    assert "revocation.not-authorised" == refused(content).code


def test_the_name_of_the_issuer_is_not_enough() -> None:
    name, key = ISSUER.handle.subject, pki.key("ec256", "somebody")
    own = pki.certificate(name, key.public_key(), name, key, ca=True, usages=None, purposes=None)
    alone = revocation.ocsp(CHAIN, signer=(own, key), embedded=(), by_key=False)
    assert "revocation.signature-invalid" == refused(alone).code
    beside = revocation.ocsp(CHAIN, signer=(own, key), by_key=False)
    assert "revocation.not-authorised" == refused(beside).code


OTHERS = {
    "another serial number": {"serial": 4},
    "another issuer": {"issuer": CHAIN.certificates[2]},
}


@pytest.mark.parametrize("what", OTHERS)
def test_a_response_about_another_certificate_says_nothing(what: str) -> None:
    changes: Any = OTHERS[what]
    assert "revocation.other-certificate" == refused(revocation.ocsp(CHAIN, **changes)).code


@pytest.mark.parametrize(
    ("times", "code"),
    [
        ({"this": 1, "until": 24}, "revocation.not-yet-valid"),
        ({"this": -24, "until": -0.1}, "revocation.ended"),
        ({"this": -2, "until": None}, "revocation.ended"),
        ({"this": 0, "until": -1}, "revocation.answer-malformed"),
    ],
)
def test_a_response_counts_in_its_time_alone(times: Any, code: str) -> None:
    assert code == refused(revocation.ocsp(CHAIN, **times)).code


def test_clocks_may_differ_a_little() -> None:
    skew = limits.CLOCK_SKEW_SECONDS / 3600
    assert "good" == answered(revocation.ocsp(CHAIN, this=skew)).standing.state
    assert "revocation.not-yet-valid" == refused(revocation.ocsp(CHAIN, this=skew + 0.01)).code


def test_a_response_without_an_end_counts_for_a_while() -> None:
    found = answered(revocation.ocsp(CHAIN, this=-0.5, until=None)).standing
    assert revocation.hours(-0.5) + dt.timedelta(seconds=limits.OCSP_WITHOUT_END_SECONDS) == found.until


def test_the_nonce_is_the_one_that_was_sent() -> None:
    content = revocation.ocsp(CHAIN, nonce=b"n" * 16)
    assert "good" == answered(content, nonce=b"n" * 16).standing.state
    assert "revocation.nonce-mismatch" == refused(content, nonce=b"o" * 16).code


def test_responders_that_know_no_nonce_are_believed() -> None:
    assert "good" == answered(revocation.ocsp(CHAIN), nonce=b"n" * 16).standing.state


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (library.OCSPResponseStatus.MALFORMED_REQUEST, "malformedRequest"),
        (library.OCSPResponseStatus.INTERNAL_ERROR, "internalError"),
        (library.OCSPResponseStatus.TRY_LATER, "tryLater"),
        (library.OCSPResponseStatus.SIG_REQUIRED, "sigRequired"),
        (library.OCSPResponseStatus.UNAUTHORIZED, "unauthorized"),
    ],
)
def test_a_responder_may_refuse(status: library.OCSPResponseStatus, word: str) -> None:
    error = refused(revocation.refusal(status))
    assert ("revocation.responder-refused", word) == (error.code, error.data["status"])


def test_a_critical_extension_that_nobody_knows_spoils_a_response() -> None:
    error = refused(revocation.ocsp(CHAIN, critical=True))
    assert ("revocation.critical-extension", "1.2.3.4") == (error.code, error.data["extensions"])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x30\x03\x0a\x01\x00",
        b"<html>",
        b"\x30\x03\x0a\x01\x09",
        b"\0" * (limits.OCSP_RESPONSE_BYTES + 1),
    ],
)
def test_what_is_no_response_is_told_so(content: bytes) -> None:
    assert "revocation.answer-malformed" == refused(content).code


def test_no_byte_of_what_is_signed_can_be_changed() -> None:
    content = revocation.ocsp(CHAIN)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        try:
            found = answered(bytes(changed)).standing
        except CheckFailedError:
            continue
        assert "good" == found.state
        assert library.load_der_ocsp_response(bytes(changed)).tbs_response_bytes in content, place


def single(found: asn1.OCSPResponse, extensions: Any = None, **changes: Any) -> Any:
    """A copy of the first single response, changed."""
    copied = found["response_bytes"]["response"].parsed["tbs_response_data"]["responses"][0].copy()
    for name, value in changes.items():
        copied["cert_id"][name] = value
    if extensions is not None:
        copied["single_extensions"] = extensions
    return copied


def with_singles(*changes: Any) -> bytes:
    """A response of the issuer with several single ones, each a copy of a good one with these changes."""
    found = asn1.OCSPResponse.load(revocation.ocsp(CHAIN))
    basic = found["response_bytes"]["response"].parsed
    basic["tbs_response_data"]["responses"] = [single(found, **change) for change in changes]
    message = basic["tbs_response_data"].dump(force=True)
    basic["signature"] = CHAIN.issuers[0].sign(message, ec.ECDSA(hashes.SHA256()))  # type: ignore[call-arg, arg-type]  # a key of the kind ec256
    found["response_bytes"]["response"] = core.ParsableOctetString(basic.dump(force=True))
    made: bytes = found.dump(force=True)
    return made


def test_of_several_single_responses_the_one_about_the_certificate_counts() -> None:
    content = with_singles({"serial_number": 3}, {}, {"serial_number": 4})
    assert 3 == len(list(library.load_der_ocsp_response(content).responses))
    assert "good" == answered(content).standing.state


def test_several_single_responses_about_others_say_nothing() -> None:
    content = with_singles({"serial_number": 3}, {"serial_number": 4})
    assert "revocation.other-certificate" == refused(content).code


def test_a_critical_extension_of_one_of_several_is_seen() -> None:
    unknown = [{"extn_id": "1.2.3.4", "critical": True, "extn_value": b"\x05\x00"}]
    content = with_singles({"serial_number": 3}, {"extensions": unknown})
    assert "revocation.critical-extension" == refused(content).code
    elsewhere = with_singles({"serial_number": 3, "extensions": unknown}, {})
    assert "good" == answered(elsewhere).standing.state


def test_more_single_responses_than_anybody_needs_are_refused() -> None:
    content = with_singles(*({"serial_number": number} for number in range(limits.OCSP_RESPONSES + 1)))
    assert "revocation.answer-malformed" == refused(content).code


def test_a_request_names_the_certificate_and_carries_the_nonce() -> None:
    request = library.load_der_ocsp_request(ocsp.request(LEAF, ISSUER, b"n" * 32))
    whole = (
        library.OCSPRequestBuilder()
        .add_certificate(LEAF.handle, ISSUER.handle, request.hash_algorithm)
        .add_extension(x509.OCSPNonce(b"n" * 32), critical=False)
        .build()
    )
    assert whole.public_bytes(Encoding.DER) == request.public_bytes(Encoding.DER)
    assert "sha1" == request.hash_algorithm.name
    assert [] == list(library.load_der_ocsp_request(ocsp.request(LEAF, ISSUER)).extensions)


@pytest.mark.parametrize("kind", ["rsa2048", "ec384", "ec521"])
def test_every_kind_of_key_may_answer(kind: str) -> None:
    made = revocation.chain("ec256", issuer_kind=kind)
    leaf, issuer, _ = (certificate.parse(der) for der in made.certificates)
    content = revocation.ocsp(made)
    assert "good" == answered(content, about=leaf, issuer=issuer).standing.state


RSA_CHAIN = revocation.chain("ec256", issuer_kind="rsa2048")
RSA_LEAF, RSA_ISSUER, _ = (certificate.parse(der) for der in RSA_CHAIN.certificates)


def with_pss(digest: str = "sha256", mask: str = "sha256", salt: int = 32, trailer: int = 1) -> bytes:
    """A response that is signed with RSASSA-PSS and says so with these parameters."""
    found = asn1.OCSPResponse.load(revocation.ocsp(RSA_CHAIN))
    basic = found["response_bytes"]["response"].parsed
    basic["signature_algorithm"] = {
        "algorithm": "rsassa_pss",
        "parameters": {
            "hash_algorithm": {"algorithm": digest},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": mask}},
            "salt_length": salt,
            "trailer_field": trailer,
        },
    }
    message = basic["tbs_response_data"].dump(force=True)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    basic["signature"] = RSA_CHAIN.issuers[0].sign(message, pss, hashes.SHA256())  # type: ignore[call-arg, arg-type]  # a key of RSA
    found["response_bytes"]["response"] = core.ParsableOctetString(basic.dump(force=True))
    made: bytes = found.dump(force=True)
    return made


def test_a_response_may_be_signed_with_pss() -> None:
    found = answered(with_pss(), about=RSA_LEAF, issuer=RSA_ISSUER)
    assert "good" == found.standing.state


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"digest": "sha1"}, "revocation.answer-malformed"),
        ({"mask": "sha1"}, "revocation.answer-malformed"),
        ({"salt": 65}, "revocation.answer-malformed"),
        ({"trailer": 2}, "revocation.answer-malformed"),
        ({"salt": 20}, "revocation.signature-invalid"),
        ({"digest": "sha512"}, "revocation.signature-invalid"),
    ],
)
def test_pss_with_other_parameters_does_not_count(changes: Any, code: str) -> None:
    assert code == refused(with_pss(**changes), about=RSA_LEAF, issuer=RSA_ISSUER).code


def test_ed25519_may_sign_and_weak_hashes_may_not() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    signature = key.sign(b"message")
    assert signed.is_signed(key.public_key(), signature, b"message", None, None)
    assert not signed.is_signed(key.public_key(), signature, b"another", None, None)
    assert not signed.is_signed(key.public_key(), signature, b"message", hashes.SHA1(), None)  # noqa: S303  # that is the point
