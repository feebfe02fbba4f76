"""Signatures that name a plugin: when it is asked, what it is told, and what becomes of its answer."""

import base64
import itertools
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright import limits, media_types
from sealwright.evidence import Evidence, PluginReply, Unavailable
from sealwright.formats.notary import attributes as attribute
from sealwright.formats.notary import semantic_version, signature
from sealwright.verdict import STAGES, Judgement
from world import notary, pki
from world.notary import IDENTITY, REVOCATION

CHAIN = pki.chain("ec256", leaf={"extensions": (pki.OCSP,)})
PLAIN = pki.chain("ec256")
TRUST = notary.trusting(CHAIN.root, PLAIN.root)
ENDLESS = 6
NAME = "com.acme.plugin"
MARKED = (attribute.SCHEME, attribute.PLUGIN)
EXTENDED = {"com.acme.x": {"a": [1, "b", None]}, "com.acme.y": "z"}
BOTH = pytest.mark.parametrize("envelope", notary.ENVELOPES)
Answer = bytes | Unavailable


class Consulted:
    """A judgement, and what the plugin was asked on the way."""

    def __init__(self, judgement: Judgement, asked: list[PluginReply]) -> None:
        self.judgement = judgement
        self.asked = asked
        self.outcomes = {check.name: check.reason or check.outcome for check in judgement.checks}

    @property
    def told(self) -> Any:
        """The last request."""
        return json.loads(self.asked[-1].request)


def reply(**changes: Any) -> Callable[[Any], bytes]:
    """A plugin that processes everything and agrees; `results` and `processed` change that."""

    def answer(request: Any) -> bytes:
        asked = request["trustPolicy"]["signatureVerification"]
        results = {one: {"success": True} for one in asked} | changes.get("results", {})
        processed = changes.get("processed", request["signature"]["unprocessedAttributes"])
        members = {"verificationResults": results, "processedAttributes": processed}
        return json.dumps(members).encode()

    return answer


def consulted(
    said: Answer | None = None,
    answer: Callable[[Any], Answer] | None = None,
    *,
    content: bytes | None = None,
    envelope: str = media_types.NOTARY_JWS,
    evidence: Evidence = TRUST,
    **changes: Any,
) -> Consulted:
    """Judge a signature, giving it the plugin's answers as they are asked for."""
    content = signed() if content is None else content
    parsed = signature.parse(notary.stored(content, envelope))
    asked: list[PluginReply] = []
    for _ in range(ENDLESS):
        judged = parsed.judge(notary.SUBJECT, notary.rule(**changes), "policy:1", evidence, pki.NOW)
        assert judged is not None
        if not judged.needs:
            return Consulted(judged.judgement, asked)
        (need,) = judged.needs
        assert isinstance(need, PluginReply)
        asked.append(need)
        if need.command == "get-plugin-metadata":
            given_back: object = notary.plugin_metadata(NAME, IDENTITY) if said is None else said
        else:
            given_back = (answer or reply())(json.loads(need.request))
        evidence = evidence.with_answers({need: given_back})
    raise AssertionError("it asks on and on")


def signed(
    chain: pki.Chain = PLAIN,
    envelope: str = media_types.NOTARY_JWS,
    extended: Mapping[Any, object] | None = None,
    least: str = "",
    **changes: Any,
) -> bytes:
    """A signature that names the plugin; all of `extended` is marked critical."""
    extended = extended or {}
    critical = (*MARKED, *((attribute.PLUGIN_MIN_VERSION,) if least else ()), *extended)
    critical = (*critical, *changes.pop("critical", ()))
    said = notary.attributes(
        chain,
        plugin=NAME,
        plugin_min_version=least,
        extended={**extended, **changes.pop("uncritical", {})},
        critical=critical,
        **changes,
    )
    return notary.crafted(chain, envelope, said)


# what it is told


@BOTH
def test_a_plugin_is_told_what_the_contract_says_and_nothing_else(envelope: str) -> None:
    expiry = pki.NOW.replace(year=2027)
    found = consulted(
        content=signed(
            envelope=envelope,
            extended=EXTENDED,
            uncritical={"com.acme.other": 1},
            least="1.0.0",
            expiry=expiry,
            critical=(attribute.EXPIRY,),
        ),
        envelope=envelope,
        all_identities=("x509.subject: C=US", "com.acme: somebody"),
        plugin_config={"region": "here"},
    )
    assert ["get-plugin-metadata", "verify-signature"] == [need.command for need in found.asked]
    assert {"pluginConfig": {"region": "here"}} == json.loads(found.asked[0].request)
    expected = {
        "contractVersion": "1.0",
        "signature": {
            "criticalAttributes": {
                "contentType": "application/vnd.cncf.notary.payload.v1+json",
                "signingScheme": "notary.x509",
                "expiry": "2027-11-20T12:00:00Z",
                "extendedAttributes": EXTENDED,
            },
            "unprocessedAttributes": list(EXTENDED),
            "certificateChain": [base64.b64encode(der).decode() for der in PLAIN.certificates],
        },
        "trustPolicy": {
            "trustedIdentities": ["x509.subject: C=US", "com.acme: somebody"],
            "signatureVerification": [IDENTITY],
        },
        "pluginConfig": {"region": "here"},
    }
    assert expected == found.told
    assert found.judgement.counts


def test_what_is_not_there_is_not_told() -> None:
    found = consulted()
    assert b"{}" == found.asked[0].request
    assert {"contentType", "signingScheme"} == found.told["signature"]["criticalAttributes"].keys()
    assert [] == found.told["signature"]["unprocessedAttributes"]
    assert "pluginConfig" not in found.told


def test_an_authority_tells_its_signing_time() -> None:
    critical = (*MARKED, attribute.AUTHENTIC_SIGNING_TIME)
    content = notary.crafted(PLAIN, signed_attributes=notary.authority(PLAIN, plugin=NAME, critical=critical))
    trust = notary.trusting(PLAIN.root, kind="signingAuthority")
    found = consulted(content=content, evidence=trust, stores=("signingAuthority:acme",))
    told = found.told["signature"]["criticalAttributes"]
    assert "notary.x509.signingAuthority" == told["signingScheme"]
    assert "2026-11-19T12:00:00Z" == told["authenticSigningTime"]


# what it may take over


def test_the_plugin_decides_on_the_signer_in_our_place() -> None:
    found = consulted(identities=())
    assert "passed" == found.outcomes["identity"]
    assert found.judgement.counts
    check = found.judgement.checks[-1]
    assert {"plugin": NAME, "version": "1.2.3", "asked": [IDENTITY]} == check.data
    said = consulted(answer=reply(results={IDENTITY: {"success": True, "reason": "a friend"}}))
    told = [one.judgement.checks[STAGES.index("identity")].data for one in (found, said)]
    assert [{"plugin": NAME}, {"plugin": NAME, "said": "a friend"}] == told
    no = consulted(answer=reply(results={IDENTITY: {"success": False, "reason": "a\x1b[31m\nstranger"}}))
    assert "identity.plugin-refused" == no.outcomes["identity"]
    assert "a [31m stranger" == no.judgement.checks[STAGES.index("identity")].data["said"]
    assert not no.judgement.counts


def test_a_signer_that_the_plugin_refuses_is_only_told_of_where_the_policy_only_logs() -> None:
    no = consulted(
        answer=reply(results={IDENTITY: {"success": False}}),
        actions={"authenticity": "log", "timestamp": "log"},
    )
    assert "identity.plugin-refused" == no.outcomes["identity"]
    assert "passed" == no.outcomes["plugin"]
    assert not no.judgement.authentic


def test_the_plugin_decides_on_revocation_in_our_place() -> None:
    metadata = notary.plugin_metadata(NAME, REVOCATION)
    found = consulted(metadata, content=signed(CHAIN))  # which names a responder that is not asked
    assert ["get-plugin-metadata", "verify-signature"] == [need.command for need in found.asked]
    assert "passed" == found.outcomes["revocation"]
    assert found.judgement.counts
    no = consulted(metadata, reply(results={REVOCATION: {"success": False, "reason": "taken back"}}))
    assert "revocation.plugin-refused" == no.outcomes["revocation"]
    assert not no.judgement.counts


def test_revocation_is_not_asked_for_where_the_policy_skips_it() -> None:
    both = notary.plugin_metadata(NAME, IDENTITY, REVOCATION)
    found = consulted(both, actions={"revocation": "skip"})
    assert [IDENTITY] == found.told["trustPolicy"]["signatureVerification"]
    assert "skipped" == found.outcomes["revocation"]
    alone = notary.plugin_metadata(NAME, REVOCATION)
    found = consulted(alone, actions={"revocation": "skip"})
    assert ["get-plugin-metadata"] == [need.command for need in found.asked]
    assert found.judgement.counts
    left = consulted(alone, content=signed(extended=EXTENDED), actions={"revocation": "skip"})
    assert "plugin.attribute-unprocessed" == left.outcomes["plugin"]
    assert not left.judgement.counts


def test_a_plugin_for_revocation_is_not_asked_about_a_signer_whom_we_refuse() -> None:
    found = consulted(notary.plugin_metadata(NAME, REVOCATION), identities=())
    assert ["get-plugin-metadata"] == [need.command for need in found.asked]
    assert "identity.no-match" == found.outcomes["identity"]
    assert "not_reached" == found.outcomes["revocation"] == found.outcomes["plugin"]


@pytest.mark.parametrize("capabilities", [(IDENTITY,), (REVOCATION,), (IDENTITY, REVOCATION)])
def test_trust_store_expiry_and_time_are_never_left_to_a_plugin(capabilities: tuple[str, ...]) -> None:
    metadata = notary.plugin_metadata(NAME, *capabilities)
    over = signed(expiry=pki.NOW - (pki.NOW - notary.SIGNED_AT) / 2, critical=(attribute.EXPIRY,))
    assert "expiry.expired" == consulted(metadata, content=over).outcomes["expiry"]
    stranger = consulted(metadata, evidence=notary.trusting(b"x"))
    assert "authenticity.untrusted-chain" == stranger.outcomes["authenticity"]
    assert [] == stranger.asked


# what is wrong with it

METADATA: Mapping[str, tuple[Answer, str]] = {
    "not JSON": (b"{", "plugin.answer-malformed"),
    "nothing": (b"", "plugin.answer-malformed"),
    "a list": (b"[]", "plugin.answer-malformed"),
    "text after it": (notary.plugin_metadata(NAME, IDENTITY) + b"{}", "plugin.answer-malformed"),
    "a member twice": (b'{"name":"a","name":"b"}', "plugin.answer-malformed"),
    "a number for a name": (notary.plugin_metadata(NAME, IDENTITY, name=7), "plugin.answer-malformed"),
    "no UTF-8": (b'{"name":"\xff"}', "plugin.answer-malformed"),
    "deep nesting": (b'{"x":' + b"[" * 99 + b"]" * 99 + b"}", "plugin.answer-malformed"),
    "no name": (notary.plugin_metadata(NAME, IDENTITY, name=""), "plugin.metadata-empty"),
    "no description": (notary.plugin_metadata(NAME, IDENTITY, description=""), "plugin.metadata-empty"),
    "no version": (notary.plugin_metadata(NAME, IDENTITY, version=""), "plugin.metadata-empty"),
    "no URL": (notary.plugin_metadata(NAME, IDENTITY, url=""), "plugin.metadata-empty"),
    "no contract": (
        notary.plugin_metadata(NAME, IDENTITY, supportedContractVersions=[]),
        "plugin.metadata-empty",
    ),
    "no capability": (notary.plugin_metadata(NAME), "plugin.metadata-empty"),
    "another contract": (
        notary.plugin_metadata(NAME, IDENTITY, supportedContractVersions=["2.0"]),
        "plugin.contract-unknown",
    ),
    "another name": (notary.plugin_metadata("other", IDENTITY), "plugin.name-differs"),
    "not there": (
        Unavailable("plugin.absent", retryable=False, data={"plugin": NAME, "file": "x"}),
        "plugin.absent",
    ),
    "only signing": (notary.plugin_metadata(NAME, "SIGNATURE_GENERATOR.RAW"), "plugin.cannot-verify"),
    "no version number": (notary.plugin_metadata(NAME, IDENTITY, version="v1"), "plugin.version-invalid"),
}


@pytest.mark.parametrize("what", METADATA)
def test_a_plugin_that_cannot_tell_about_itself_lets_no_signature_count(what: str) -> None:
    metadata, reason = METADATA[what]
    found = consulted(metadata)
    assert ["get-plugin-metadata"] == [need.command for need in found.asked]
    assert reason == found.outcomes["plugin"] == found.outcomes["identity"]
    assert "unavailable" == found.judgement.outcome("identity")
    assert not found.judgement.counts
    logged = consulted(metadata, actions=dict.fromkeys(("authenticity", "revocation", "timestamp"), "log"))
    assert not logged.judgement.counts


ANSWERS: Mapping[str, tuple[Answer, str]] = {
    "not JSON": (b"yes", "plugin.answer-malformed"),
    "no results": (b"{}", "plugin.answer-malformed"),
    "results as a list": (b'{"verificationResults":[]}', "plugin.answer-malformed"),
    "success as text": (
        json.dumps({"verificationResults": {IDENTITY: {"success": "true"}}}).encode(),
        "plugin.answer-malformed",
    ),
    "success left out": (
        json.dumps({"verificationResults": {IDENTITY: {}}}).encode(),
        "plugin.answer-malformed",
    ),
    "success in capitals": (
        json.dumps({"verificationResults": {IDENTITY: {"Success": True}}}).encode(),
        "plugin.answer-malformed",
    ),
    "another capability": (
        json.dumps({"verificationResults": {REVOCATION: {"success": True}}}).encode(),
        "plugin.result-missing",
    ),
    "a failure": (Unavailable("plugin.throttled", retryable=True, data={"plugin": NAME}), "plugin.throttled"),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_an_answer_that_cannot_be_used_lets_no_signature_count(what: str) -> None:
    answer, reason = ANSWERS[what]
    found = consulted(answer=lambda _: answer)
    assert reason == found.outcomes["plugin"] == found.outcomes["identity"]
    assert not found.judgement.counts


@BOTH
@pytest.mark.parametrize("processed", [[], ["com.acme.x"], ["com.acme.x", "COM.ACME.Y"], None])
def test_every_critical_attribute_that_we_do_not_know_must_be_processed(
    envelope: str, processed: Any
) -> None:
    content = signed(envelope=envelope, extended=EXTENDED)
    found = consulted(answer=reply(processed=processed), content=content, envelope=envelope)
    assert "plugin.attribute-unprocessed" == found.outcomes["plugin"]
    assert not found.judgement.counts
    assert consulted(content=content, envelope=envelope).judgement.counts


@pytest.mark.parametrize(
    "odd",
    [
        {77: "a"},
        {"com.acme.x": {1: 2}},
        {"com.acme.x": 2**64 - 1},
        {"com.acme.x": [float("nan")]},
        {"com.acme.x": float("inf")},
    ],
)
def test_what_json_cannot_tell_no_plugin_can_have_processed(odd: Mapping[Any, object]) -> None:
    envelope = media_types.NOTARY_COSE
    found = consulted(
        answer=reply(processed=[77, "com.acme.x"]),
        content=signed(envelope=envelope, extended=odd),
        envelope=envelope,
    )
    assert [] == found.told["signature"]["unprocessedAttributes"]
    assert "plugin.attribute-unprocessed" == found.outcomes["plugin"]


def test_a_number_that_is_too_large_is_not_told() -> None:
    found = consulted(content=signed(extended={"com.acme.x": 2**70}))
    assert "plugin.attribute-unprocessed" == found.outcomes["plugin"]
    told = consulted(content=signed(extended={"com.acme.x": 1.5}))
    assert {"com.acme.x": 1.5} == told.told["signature"]["criticalAttributes"]["extendedAttributes"]


def test_bytes_in_cose_are_told_in_base64() -> None:
    envelope = media_types.NOTARY_COSE
    found = consulted(content=signed(envelope=envelope, extended={"com.acme.x": b"\0\1"}), envelope=envelope)
    assert {"com.acme.x": "AAE="} == found.told["signature"]["criticalAttributes"]["extendedAttributes"]
    assert found.judgement.counts


@pytest.mark.parametrize(
    ("least", "reason"),
    [
        ("1.2.3", "passed"),
        ("1.2.3-rc.1", "passed"),
        ("1.2.3+build.9", "passed"),
        ("0.9.10", "passed"),
        ("1.2.4-rc.1", "plugin.version-too-low"),
        ("1.10.0", "plugin.version-too-low"),
        ("1.2", "plugin.min-version-invalid"),
        ("v1.2.3", "plugin.min-version-invalid"),
        ("1.02.3", "plugin.min-version-invalid"),
        ("9" * 300 + ".0.0", "plugin.min-version-invalid"),
    ],
)
def test_the_plugin_is_of_the_version_that_the_signature_asks_for(least: str, reason: str) -> None:
    found = consulted(content=signed(least=least))
    assert reason == found.outcomes["plugin"]
    assert ("passed" == reason) is found.judgement.counts


def test_a_plugin_that_says_too_much_is_not_read() -> None:
    found = consulted(b" " * (limits.PLUGIN_OUTPUT_BYTES + 1))
    assert "plugin.answer-malformed" == found.outcomes["plugin"]


# versions


def test_versions_are_in_the_order_of_semantic_versioning() -> None:
    order = "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1"
    found = [semantic_version.parse(text) for text in [*order.split(), "1.0.0", "1.0.1", "1.10.0", "2.0.0"]]
    versions = [one for one in found if one is not None]
    assert 11 == len(versions)
    assert all(one < later for one, later in itertools.pairwise(versions))
    assert semantic_version.parse("1.0.0+a") == semantic_version.parse("1.0.0+b")


@pytest.mark.parametrize("text", ["", "1.0", "1.0.0.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.0.0+", "a.b.c"])
def test_other_texts_are_no_versions(text: str) -> None:
    assert semantic_version.parse(text) is None


# never before it is trusted


@given(
    trusted=st.booleans(),
    broken=st.booleans(),
    other=st.booleans(),
    actions=st.fixed_dictionaries(
        {check: st.sampled_from(["enforce", "log"]) for check in ("authenticity", "expiry", "timestamp")}
        | {"revocation": st.sampled_from(["enforce", "log", "skip"])}
    ),
    capabilities=st.lists(st.sampled_from([IDENTITY, REVOCATION]), min_size=1, unique=True),
    envelope=st.sampled_from(notary.ENVELOPES),
    extended=st.sampled_from([{}, EXTENDED]),
)
def test_no_plugin_runs_before_the_chain_has_reached_a_trust_anchor(
    *,
    trusted: bool,
    broken: bool,
    other: bool,
    actions: Any,
    capabilities: list[str],
    envelope: str,
    extended: Mapping[str, object],
) -> None:
    content = signed(envelope=envelope, extended=extended)
    if broken:
        parsed = signature.parse(notary.stored(content, envelope)).envelope
        at = content.find(parsed.signature)
        if at < 0:  # JWS has it in base64
            at = len(content) - 10
        content = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    target: dict[str, Any] = {"metadata": {"a": "b"}} if other else {}
    try:
        found = consulted(
            notary.plugin_metadata(NAME, *capabilities),
            content=content,
            envelope=envelope,
            evidence=TRUST if trusted else notary.trusting(b"x"),
            actions=actions,
            **target,
        )
    except Exception as error:
        if not broken or "parse." not in getattr(error, "code", ""):
            raise
        return
    reached = trusted and not broken and not other
    assert reached is bool(found.asked)
    assert reached or not found.judgement.counts
