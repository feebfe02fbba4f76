import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from sealwright import limits
from sealwright.errors import MalformedSignatureError
from sealwright.formats.notary import attributes as attribute
from sealwright.formats.notary import jws
from sealwright.formats.notary.attributes import UnsignedAttributes
from world import notary, pki

CHAIN = pki.chain("ec256")
CONTENT = notary.signed(CHAIN)
P = "io.cncf.notary."
GOOD: Mapping[str, Any] = {
    "alg": "ES256",
    "crit": [P + "signingScheme"],
    "cty": "application/vnd.cncf.notary.payload.v1+json",
    P + "signingScheme": "notary.x509",
    P + "signingTime": "2026-11-19T12:00:00Z",
}
WRONG_ALGORITHMS: tuple[Any, ...] = ("RS256", "HS256", "none", "es256", "EdDSA", "", 1, ["ES256"], {})
AUTHORITY: Mapping[str, Any] = {
    **GOOD,
    P + "signingScheme": "notary.x509.signingAuthority",
    P + "signingTime": None,
    P + "authenticSigningTime": "2026-11-19T12:00:00Z",
    "crit": [P + "signingScheme", P + "authenticSigningTime"],
}


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def envelope(**changes: Any) -> bytes:
    members = {**json.loads(CONTENT), **changes}
    return json.dumps({name: value for name, value in members.items() if value is not None}).encode()


def protecting(members: Mapping[str, Any]) -> bytes:
    header = {name: value for name, value in members.items() if value is not None}
    return envelope(protected=encoded(json.dumps(header).encode()))


def heading(**changes: Any) -> bytes:
    header = {**json.loads(CONTENT)["header"], **changes}
    return envelope(header={name: value for name, value in header.items() if value is not None})


def refusal(content: bytes) -> str:
    with pytest.raises(MalformedSignatureError) as caught:
        jws.read(content)
    assert str(caught.value)
    return caught.value.code


def test_an_envelope_is_read() -> None:
    read = jws.read(CONTENT)
    members = json.loads(CONTENT)
    assert "application/jose+json" == read.media_type
    assert f"{members['protected']}.{members['payload']}".encode() == read.message
    assert CHAIN.certificates == read.chain
    assert "ES256" == read.attributes.algorithm.jws
    assert notary.SIGNED_AT == read.attributes.signing_time
    assert "test/1" == read.unsigned.agent


def test_an_envelope_may_be_spaced_as_it_likes() -> None:
    assert jws.read(CONTENT) == jws.read(json.dumps(json.loads(CONTENT), indent=4).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b"\xff",
        CONTENT + b"x",
        CONTENT[:-1],
        b"\xef\xbb\xbf" + CONTENT,
        b".".join(CONTENT.split(b'"')[3:10:4]),  # compact serialization
        envelope(payload=None),
        envelope(signature=None),
        envelope(header=None),
        envelope(protected=None),
        envelope(signatures=[]),
        envelope(extra=1),
        envelope(header=[]),
        envelope(header="x"),
        CONTENT.replace(b'"payload":', b'"payload":"","payload":'),
        CONTENT.replace(b'"payload"', b'"Payload"'),
        envelope(protected=encoded(b"[]")),
        envelope(protected=encoded(b"{}x")),
        envelope(protected=encoded(b'{"alg":"ES256","alg":"ES256"}')),
        envelope(protected=encoded(b"[" * 100_000)),
    ],
)
def test_what_is_no_flattened_jws_is_refused(content: bytes) -> None:
    assert "parse.envelope-malformed" == refusal(content)


def test_a_huge_envelope_is_refused() -> None:
    assert "parse.envelope-malformed" == refusal(CONTENT + b" " * limits.ENVELOPE_BYTES)


@pytest.mark.parametrize("member", ["payload", "protected", "signature"])
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "=",
        lambda text: text + "==",
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text + "+",
        lambda text: text + "/",
        lambda text: text + "é",
        lambda text: text[:1],
        lambda text: "QR",  # the last character holds bits that no byte needs
        lambda text: 1,
        lambda text: [text],
    ],
)
def test_base64url_has_one_form(member: str, change: Callable[[str], Any]) -> None:
    text = json.loads(CONTENT)[member]
    assert "parse.attribute-malformed" == refusal(envelope(**{member: change(text)}))


@pytest.mark.parametrize("text", ["QQ", "QR==", "QQ==\n", "Q-==", "é", 1, None, "A"])
def test_certificates_and_tokens_have_one_form_of_base64(text: Any) -> None:
    assert "parse.attribute-malformed" == refusal(heading(x5c=[text]))
    if text is not None:
        assert "parse.attribute-malformed" == refusal(heading(**{P + "timestampSignature": text}))


@pytest.mark.parametrize(
    ("x5c", "code"),
    [
        (None, "parse.chain-missing"),
        ([], "parse.chain-missing"),
        ("QQ==", "parse.attribute-malformed"),
        ({}, "parse.attribute-malformed"),
        (["QQ=="] * (limits.CERTIFICATE_CHAIN_LENGTH + 1), "parse.chain-too-long"),
    ],
)
def test_the_chain_is_a_list_of_some_certificates(x5c: Any, code: str) -> None:
    assert code == refusal(heading(x5c=x5c))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"alg": None}, "parse.attribute-missing"),
        ({"cty": None}, "parse.attribute-missing"),
        ({"crit": None}, "parse.attribute-missing"),
        ({P + "signingScheme": None}, "parse.critical-malformed"),
        ({P + "signingScheme": None, "crit": [P + "signingTime"]}, "parse.attribute-missing"),
        *(({"alg": name}, "parse.algorithm-unsupported") for name in WRONG_ALGORITHMS),
        ({"cty": "application/json"}, "parse.content-type"),
        ({"cty": 1}, "parse.content-type"),
        ({"cty": "Application/vnd.cncf.notary.payload.v1+json"}, "parse.content-type"),
        ({"crit": []}, "parse.critical-malformed"),
        ({"crit": "x"}, "parse.critical-malformed"),
        ({"crit": [1]}, "parse.critical-malformed"),
        ({"crit": [None]}, "parse.critical-malformed"),
        ({"crit": [["x"]]}, "parse.critical-malformed"),
        ({"crit": [P + "signingScheme", "absent"]}, "parse.critical-malformed"),
        ({"crit": [P + "signingScheme", P + "signingScheme"]}, "parse.critical-malformed"),
        ({"crit": [P + "signingScheme", "alg"]}, "parse.critical-malformed"),
        ({"crit": [P + "signingScheme", "cty"]}, "parse.critical-malformed"),
        ({"crit": [P + "signingScheme", "crit"]}, "parse.critical-malformed"),
        ({"crit": [P + "signingTime"]}, "parse.not-marked-critical"),
        ({P + "expiry": "2027-01-01T00:00:00Z"}, "parse.not-marked-critical"),
        ({P + "verificationPlugin": "x"}, "parse.not-marked-critical"),
        ({P + "signingScheme": "notary.default.x509"}, "parse.scheme-unknown"),
        ({P + "signingScheme": "Notary.x509"}, "parse.scheme-unknown"),
        ({P + "signingScheme": 1}, "parse.attribute-malformed"),
        ({"ALG": "ES256"}, "parse.attribute-ambiguous"),
        ({P + "SigningScheme": "notary.x509"}, "parse.attribute-ambiguous"),
        ({"X5C": []}, "parse.attribute-ambiguous"),
        (
            {
                P + "verificationPluginMinVersion": "1.0.0",
                "crit": [P + "signingScheme", P + "verificationPluginMinVersion"],
            },
            "parse.attribute-missing",
        ),
    ],
)
def test_a_protected_header_is_refused(changes: Mapping[str, Any], code: str) -> None:
    assert code == refusal(protecting({**GOOD, **changes}))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({P + "signingTime": "2026-11-19T12:00:00Z"}, "parse.attribute-unexpected"),
        ({P + "authenticSigningTime": None}, "parse.critical-malformed"),
        ({P + "authenticSigningTime": None, "crit": [P + "signingScheme"]}, "parse.attribute-missing"),
        ({"crit": [P + "signingScheme"]}, "parse.not-marked-critical"),
        ({P + "signingScheme": "notary.x509"}, "parse.attribute-unexpected"),
    ],
)
def test_an_authority_has_its_own_signing_time(changes: Mapping[str, Any], code: str) -> None:
    read = jws.read(protecting(AUTHORITY)).attributes
    assert notary.SIGNED_AT == read.authentic_signing_time == read.signed_at
    assert code == refusal(protecting({**AUTHORITY, **changes}))


@pytest.mark.parametrize("name", ["signingTime", "authenticSigningTime", "expiry"])
@pytest.mark.parametrize(
    "time",
    [
        "2026-11-19T12:00:00.5Z",
        "2026-11-19T12:00:00",
        "2026-11-19 12:00:00Z",
        "2026-11-19t12:00:00z",
        "2026-13-19T12:00:00Z",
        "2026-11-19T12:00:60Z",
        "2026-11-19T12:00:00+2500",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+10:00",
        "٢٠٢٦-11-19T12:00:00Z",
        "",
        1795089600,
        None,
    ],
)
def test_times_are_whole_seconds_in_rfc_3339(name: str, time: Any) -> None:
    members = {**(AUTHORITY if name == "authenticSigningTime" else GOOD), P + name: time}
    if time is None:  # JSON's null, which `protecting` takes for absence
        members[P + name] = []
    if name == "expiry":
        members["crit"] = [P + "signingScheme", P + "expiry"]
    assert "parse.attribute-malformed" == refusal(protecting(members))


def test_times_may_have_an_offset() -> None:
    read = jws.read(protecting({**GOOD, P + "signingTime": "2026-11-19T14:00:00+02:00"}))
    assert datetime(2026, 11, 19, 12, tzinfo=UTC) == read.attributes.signing_time


def test_a_signing_time_is_optional_as_in_the_specification() -> None:
    assert jws.read(protecting({**GOOD, P + "signingTime": None})).attributes.signed_at is None


@pytest.mark.parametrize(
    ("expiry", "fits"),
    [("2026-11-19T12:00:01Z", True), ("2026-11-19T12:00:00Z", False), ("2020-01-01T00:00:00Z", False)],
)
def test_a_signature_expires_after_it_was_made(expiry: str, *, fits: bool) -> None:
    members = {**GOOD, P + "expiry": expiry, "crit": [P + "signingScheme", P + "expiry"]}
    if fits:
        assert jws.read(protecting(members)).attributes.expiry
    else:
        assert "parse.expiry-not-after-signing" == refusal(protecting(members))


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("com.acme.plugin", True),
        ("a_B-1", True),
        ("...", True),
        ("", False),
        (".", False),
        ("..", False),
        ("../x", False),
        ("a/b", False),
        ("a b", False),
        ("a\n", False),
        ("é", False),
    ],
)
def test_a_plugin_has_a_plain_name(name: str, *, fits: bool) -> None:
    plugin, version = P + "verificationPlugin", P + "verificationPluginMinVersion"
    crit = [P + "signingScheme", plugin, version]
    content = protecting({**GOOD, plugin: name, version: "1.0.0", "crit": crit})
    if fits:
        read = jws.read(content).attributes
        assert (name, "1.0.0") == (read.plugin, read.plugin_min_version)
    else:
        assert "parse.plugin-name-invalid" == refusal(content)


def test_attributes_that_nobody_knows_are_kept() -> None:
    members = {**GOOD, "com.acme.a": {"b": [1]}, "com.acme.c": 1, "crit": [P + "signingScheme", "com.acme.a"]}
    read = jws.read(protecting(members)).attributes
    assert {"com.acme.a": {"b": [1]}, "com.acme.c": 1} == read.extended
    assert ("com.acme.a",) == read.unknown_critical


@pytest.mark.parametrize("name", ["alg", "cty", "crit", *attribute.SIGNED])
def test_what_counts_only_signed_is_refused_unsigned(name: str) -> None:
    assert "parse.attribute-unsigned" == refusal(heading(**{name: "x"}))


def test_no_attribute_stands_in_both_headers() -> None:
    header = {**json.loads(CONTENT)["header"], "com.acme.a": 1}
    protected = encoded(json.dumps({**GOOD, "com.acme.a": 1}).encode())
    assert "parse.attribute-unsigned" == refusal(envelope(header=header, protected=protected))


def test_unsigned_attributes_that_nobody_knows_are_kept() -> None:
    assert {"kid": [1]} == jws.read(heading(kid=[1])).unsigned.others


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({P + "signingAgent": 1}, "parse.attribute-malformed"),
        ({P + "SigningAgent": "x"}, "parse.attribute-ambiguous"),
    ],
)
def test_an_unprotected_header_is_refused(changes: Mapping[str, Any], code: str) -> None:
    assert code == refusal(heading(**changes))


def test_what_is_written_is_read() -> None:
    unsigned = UnsignedAttributes(agent="é/1", timestamp=b"token", others={"x": 1})
    signed = notary.attributes(CHAIN, extended={"com.acme.a": "b"})
    read = jws.read(notary.crafted(CHAIN, "application/jose+json", signed, unsigned))
    assert signed == read.attributes
    assert unsigned == read.unsigned
