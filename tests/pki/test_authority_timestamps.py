import datetime as dt
import hashlib
from functools import cache
from typing import Any

import pytest
import rfc3161_client
from asn1crypto import algos, cms, core, tsp
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import VerifierBuilder

from sealwright import limits
from sealwright.errors import CheckFailedError
from sealwright.pki import issuing, names
from sealwright.pki.authority import timestamps
from sealwright.pki.authority.timestamps import ANY_POLICY, Request
from world import pki

TERM = issuing.Term(pki.NOT_BEFORE, pki.NOT_AFTER, 2**158 + 7)
MESSAGE = b"a signature"
SERIAL = 2**127 + 5
KINDS = ("rsa2048", "rsa3072", "rsa4096", "ec256", "ec384", "ec521")
AT = pki.NOW.replace(microsecond=123_456)


def subject(common_name: str) -> names.Name:
    return names.parse(f"CN={common_name},O=Acme,ST=WA,C=US")


@cache
def chain(kind: str) -> tuple[issuing.Issuer, issuing.Issuer, issuing.Issuer]:
    above = {"rsa4096": "rsa2048"}.get(kind, kind)
    root_key, key, own = pki.key(above, "root"), pki.key(above, "intermediate 0"), pki.key(kind)
    root = issuing.Issuer(issuing.root(root_key, subject("Root"), TERM), root_key)
    below = issuing.Issuer(issuing.intermediate(key.public_key(), subject("CA"), root, TERM), key)
    signer = issuing.Issuer(issuing.timestamper(own.public_key(), subject("TSA"), below, TERM), own)
    return signer, below, root


def authority(kind: str = "ec256", accuracy: int = 1000) -> timestamps.Authority:
    signer, below, _ = chain(kind)
    certificates = (signer.certificate.der, below.certificate.der)
    return timestamps.authority(signer, certificates, accuracy=accuracy)


def request(**changes: Any) -> bytes:
    """A request in DER, with any member changed; None leaves one out."""
    members = {
        "version": "v1",
        "message_imprint": imprint("sha256"),
        "nonce": 12345,
        "cert_req": True,
        **changes,
    }
    kept = {name: value for name, value in members.items() if value is not None}
    return bytes(tsp.TimeStampReq(kept).dump())


def imprint(hash_name: str, value: bytes | None = None) -> dict[str, Any]:
    hashed = hashlib.new(hash_name, MESSAGE).digest() if value is None else value
    return {"hash_algorithm": {"algorithm": hash_name}, "hashed_message": hashed}


def stamped(asked: bytes, of: timestamps.Authority | None = None) -> Any:
    of = of or authority()
    return tsp.TimeStampResp.load(
        timestamps.made(of, timestamps.read(asked, of.policy), AT, SERIAL), strict=True
    )


def info(reply: Any) -> Any:
    return reply["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed


@pytest.mark.parametrize("hash_name", ["sha256", "sha512"])
@pytest.mark.parametrize("kind", KINDS)
def test_another_reader_takes_the_token(kind: str, hash_name: str) -> None:
    signer, below, root = chain(kind)
    asked = request(message_imprint=imprint(hash_name))
    of = authority(kind)
    content = timestamps.made(of, timestamps.read(asked, of.policy), AT, SERIAL)
    reply = rfc3161_client.decode_timestamp_response(content)
    verifier = (
        VerifierBuilder()
        .add_root_certificate(root.certificate.handle)
        .add_intermediate_certificate(below.certificate.handle)
        .tsa_certificate(signer.certificate.handle)
        .nonce(12345)
        .policy_id(x509.ObjectIdentifier(ANY_POLICY))
        .build()
    )
    assert verifier.verify_message(reply, MESSAGE)
    assert SERIAL == reply.tst_info.serial_number
    assert pki.NOW == reply.tst_info.gen_time  # it drops fractions


def test_a_token_says_what_was_asked_for() -> None:
    reply = stamped(request(message_imprint=imprint("sha384")))
    told = info(reply)
    assert "granted" == reply["status"]["status"].native
    assert "v1" == told["version"].native
    assert ANY_POLICY == told["policy"].dotted
    assert ("sha384", hashlib.sha384(MESSAGE).digest()) == (
        told["message_imprint"]["hash_algorithm"]["algorithm"].native,
        told["message_imprint"]["hashed_message"].native,
    )
    assert (SERIAL, 12345, False) == tuple(
        told[name].native for name in ("serial_number", "nonce", "ordering")
    )
    assert told["tsa"].dump().endswith(chain("ec256")[0].certificate.handle.subject.public_bytes())


@pytest.mark.parametrize(
    ("millis", "expected"),
    [(1, (None, 1)), (999, (None, 999)), (1000, (1, None)), (60_250, (60, 250)), (3_600_000, (3600, None))],
)
def test_the_accuracy_is_told_in_seconds_and_thousandths(millis: int, expected: tuple[Any, Any]) -> None:
    accuracy = info(stamped(request(), authority(accuracy=millis)))["accuracy"]
    assert expected == (accuracy["seconds"].native, accuracy["millis"].native)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (pki.NOW, b"20261120120000Z"),
        (pki.NOW.replace(microsecond=120_999), b"20261120120000.12Z"),
        (pki.NOW.astimezone(dt.timezone(dt.timedelta(hours=5))), b"20261120120000Z"),
    ],
)
def test_the_time_is_written_without_zeros_at_its_end(at: dt.datetime, expected: bytes) -> None:
    of = authority()
    content = timestamps.made(of, timestamps.read(request(), of.policy), at, SERIAL)
    assert expected == info(tsp.TimeStampResp.load(content))["gen_time"].contents


def test_certificates_come_along_only_if_asked_for_and_in_the_order_of_der() -> None:
    signer, below, _ = chain("ec256")
    found = stamped(request())["time_stamp_token"]["content"]["certificates"]
    expected = sorted((signer.certificate.der, below.certificate.der))
    assert expected == [one.dump() for one in found]
    without = stamped(request(cert_req=None))["time_stamp_token"]["content"]["certificates"]
    assert isinstance(without, core.Void)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_signed_says_which_certificate_signed(kind: str) -> None:
    signer = chain(kind)[0]
    signed = stamped(request(), authority(kind))["time_stamp_token"]["content"]
    (one,) = signed["signer_infos"]
    assert ("v3", "v1") == (signed["version"].native, one["version"].native)
    attributes = {each["type"].native: each["values"] for each in one["signed_attrs"]}
    assert {"content_type", "message_digest", "signing_certificate_v2"} == set(attributes)
    (certificate,) = attributes["signing_certificate_v2"][0]["certs"]
    assert hashlib.sha256(signer.certificate.der).digest() == certificate["cert_hash"].native
    assert signer.certificate.serial == certificate["issuer_serial"]["serial_number"].native
    assert "sha256" == certificate["hash_algorithm"]["algorithm"].native
    assert signer.certificate.serial == one["sid"].chosen["serial_number"].native
    digest = hashlib.new(one["digest_algorithm"]["algorithm"].native)
    digest.update(signed["encap_content_info"]["content"].parsed.dump())
    assert digest.digest() == attributes["message_digest"][0].native
    assert (
        cms.CMSAttributes.load(one["signed_attrs"].untag().dump()).dump()
        == one["signed_attrs"].untag().dump()
    )


def test_a_nonce_is_told_only_if_one_came() -> None:
    assert info(stamped(request(nonce=None)))["nonce"].native is None


@pytest.mark.parametrize("nonce", [0, -1, 127, 128, -128, -129, 2**159 - 1, -(2**64)])
def test_any_nonce_comes_back_as_it_came(nonce: int) -> None:
    reply = stamped(request(nonce=nonce))
    assert core.Integer(nonce).contents == info(reply)["nonce"].contents


def test_a_timestamper_is_certified_for_nothing_else() -> None:
    made = chain("ec256")[0].certificate
    purpose = made.handle.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert (True, [ExtendedKeyUsageOID.TIME_STAMPING]) == (purpose.critical, list(purpose.value))
    assert made.key_usage is not None
    assert (True, frozenset({"digitalSignature"})) == (made.key_usage.critical, made.key_usage.bits)
    assert not made.is_ca


def other_version() -> bytes:
    return request().replace(b"\x02\x01\x01", b"\x02\x01\x02", 1)


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (b"", "badDataFormat"),
        (b"junk", "badDataFormat"),
        (b"\x30\x80\x00\x00", "badDataFormat"),
        (b"\x30" * 4096, "badDataFormat"),
        (b"\x30\x82\x0f\xfc" * 1024, "badDataFormat"),
        (request()[:-1], "badDataFormat"),
        (request() + b"\x00", "badDataFormat"),
        (bytes(limits.TIMESTAMP_REQUEST_BYTES + 1), "badDataFormat"),
        (request(message_imprint=imprint("sha256", b"short")), "badDataFormat"),
        (other_version(), "badRequest"),
        (request(nonce=2 ** (8 * limits.TIMESTAMP_NONCE_BYTES)), "badRequest"),
        (request(message_imprint=imprint("sha1")), "badAlg"),
        (request(message_imprint=imprint("md5")), "badAlg"),
        (
            request(
                message_imprint={
                    "hash_algorithm": {"algorithm": algos.DigestAlgorithmId("1.2.3.4")},
                    "hashed_message": bytes(32),
                }
            ),
            "badAlg",
        ),
        (request(req_policy="1.2.3.4.1"), "unacceptedPolicy"),
        (
            request(extensions=[{"extn_id": "1.2.3.4", "critical": False, "extn_value": b"\x05\x00"}]),
            "unacceptedExtension",
        ),
    ],
    ids=[
        "empty", "junk", "endless", "nested", "nested with lengths", "short", "trailing", "large", "imprint",
        "version", "nonce", "SHA-1", "MD5", "unknown hash", "policy", "extension",
    ],
)  # fmt: skip
def test_what_cannot_be_granted_is_refused_by_its_kind(content: bytes, failure: str) -> None:
    with pytest.raises(CheckFailedError) as caught:
        timestamps.read(content, ANY_POLICY)
    assert ("pki.timestamp-refused", failure) == (caught.value.code, caught.value.data["failure"])


def test_a_policy_that_is_ours_may_be_asked_for() -> None:
    expected = Request("sha256", hashlib.sha256(MESSAGE).digest(), ANY_POLICY, 12345, certificates=True)
    assert expected == timestamps.read(request(req_policy=ANY_POLICY), ANY_POLICY)


@pytest.mark.parametrize(
    ("failure", "name"),
    [
        ("badAlg", "bad_alg"),
        ("badRequest", "bad_request"),
        ("badDataFormat", "bad_data_format"),
        ("timeNotAvailable", "time_not_available"),
        ("unacceptedPolicy", "unaccepted_policy"),
        ("unacceptedExtension", "unaccepted_extensions"),
    ],
)
def test_a_refusal_says_why_in_a_bit_and_in_words(failure: timestamps.Failure, name: str) -> None:
    content = timestamps.refusal(failure, "because")
    status = tsp.PKIStatusInfo.load(core.Sequence.load(content)[0].dump())
    assert "rejection" == status["status"].native
    assert {name} == status["fail_info"].native
    assert ["because"] == status["status_string"].native
