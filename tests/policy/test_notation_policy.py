import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import DocumentError, NoStatementError
from sealwright.evidence import TrustStore
from sealwright.policy.notation import levels, lowering
from sealwright.policy.notation.document import Document, read
from sealwright.reference import Reference
from sealwright.rules import Accept, SignedBy, X509Rule
from sealwright.signature import Subject

FILE = "trustpolicy.json"
IDENTITY = "x509.subject: C=US, ST=WA, O=acme"


def statement(**changes: Any) -> dict[str, Any]:
    members = {
        "name": "one",
        "registryScopes": ["registry.acme.example/net-monitor"],
        "signatureVerification": {"level": "strict"},
        "trustStores": ["ca:acme"],
        "trustedIdentities": ["*"],
        **changes,
    }
    return {name: value for name, value in members.items() if value is not None}


def policy(*statements: Any, **changes: Any) -> bytes:
    return json.dumps({"version": "1.0", "trustPolicies": list(statements), **changes}, indent=1).encode()


def problems(content: bytes) -> list[DocumentError]:
    with pytest.raises(DocumentError) as caught:
        read(content, FILE)
    first: DocumentError = caught.value
    return [first, *first.others]


def verification(level: str, **more: Any) -> dict[str, Any]:
    return {"level": level, **more}


SKIP: dict[str, Any] = {
    "signatureVerification": {"level": "skip"},
    "trustStores": None,
    "trustedIdentities": None,
}


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"{", "policy.malformed", "property name"),
        (b"[]", "policy.wrong-type", "the document must be an object"),
        (policy(statement(), version=None), "policy.version-missing", "version"),
        (policy(statement(), version="2.0"), "policy.version-unsupported", '"2.0"'),
        (policy(statement(), version=1), "policy.wrong-type", "version must be a string"),
        (policy(), "policy.no-statements", "no statements"),
        (policy(statement(), trustPolices=[]), "policy.unknown-member", 'did you mean "trustPolicies"'),
        (policy(statement(Name="x")), "policy.unknown-member", 'did you mean "name"'),
        (policy(statement(xyzzy="x")), "policy.unknown-member", '"xyzzy" is unknown here'),
        (policy(statement(name=None)), "policy.name-missing", "no name"),
        (
            policy(statement(), statement(registryScopes=["a.example/b"])),
            "policy.name-repeated",
            'named "one"',
        ),
        (policy(statement(signatureVerification=None)), "policy.level-missing", "no level"),
        (policy(statement(signatureVerification=3)), "policy.wrong-type", "must be an object"),
        (
            policy(statement(signatureVerification=verification("strickt"))),
            "policy.level-unknown",
            'did you mean "strict"?',
        ),
        (
            policy(
                statement(
                    **{**SKIP, "signatureVerification": verification("skip", override={"expiry": "log"})}
                )
            ),
            "policy.level-not-customizable",
            "cannot be customised",
        ),
        (
            policy(statement(signatureVerification=verification("strict", override={"expirey": "log"}))),
            "policy.override-type-unknown",
            'did you mean "expiry"?',
        ),
        (
            policy(statement(signatureVerification=verification("strict", override=["expiry"]))),
            "policy.wrong-type",
            "override must be an object",
        ),
        (
            policy(statement(signatureVerification=verification("strict", override={"expiry": "warn"}))),
            "policy.override-action-unknown",
            '"warn"',
        ),
        (
            policy(statement(signatureVerification=verification("strict", override={"integrity": "log"}))),
            "policy.override-not-allowed",
            "always enforced",
        ),
        (
            policy(statement(signatureVerification=verification("strict", override={"expiry": "skip"}))),
            "policy.override-skip-not-allowed",
            '"expiry"',
        ),
        (
            policy(statement(signatureVerification=verification("strict", verifyTimestamp="never"))),
            "policy.verify-timestamp-unknown",
            '"never"',
        ),
        (
            policy(statement(signatureVerification=verification("strict", revokedAfterSigning="accpet"))),
            "policy.revoked-after-signing-unknown",
            '"accept"',
        ),
        (
            policy(statement(signatureVerification=verification("skip"))),
            "policy.skip-with-trust",
            "skips verification and yet",
        ),
        (policy(statement(trustStores=None)), "policy.trust-missing", "both"),
        (policy(statement(trustedIdentities=[])), "policy.trust-missing", "both"),
        (policy(statement(trustStores=["acme"])), "policy.trust-store-malformed", '"acme"'),
        (policy(statement(trustStores=["cas:acme"])), "policy.trust-store-type-unknown", 'mean "ca"?'),
        (policy(statement(trustStores=["ca:ac/me"])), "policy.trust-store-name-invalid", '"ca:ac/me"'),
        (policy(statement(trustStores=["ca:.."])), "policy.trust-store-name-invalid", '"ca:.."'),
        (policy(statement(trustStores="ca:acme")), "policy.wrong-type", "must be a list"),
        (policy(statement(trustStores=[1])), "policy.wrong-type", "trustStores.0 must be a string"),
        (policy(statement(trustedIdentities=["*", IDENTITY])), "policy.identity-wildcard-mixed", "beside it"),
        (policy(statement(trustedIdentities=[""])), "policy.identity-empty", "empty"),
        (policy(statement(trustedIdentities=["C=US"])), "policy.identity-no-separator", '"C=US"'),
        (
            policy(statement(trustedIdentities=["x509.subject:"])),
            "policy.identity-no-value",
            "without a value",
        ),
        (policy(statement(trustedIdentities=["x509.subject: C=US"])), "policy.identity-invalid", "not valid"),
        (
            policy(statement(trustedIdentities=[IDENTITY, IDENTITY + ", OU=build"])),
            "policy.identity-overlap",
            "overlapping",
        ),
        (policy(statement(registryScopes=[])), "policy.scopes-missing", "no registry scope"),
        (
            policy(statement(registryScopes=["*", "a.example/b"])),
            "policy.scope-wildcard-mixed",
            "beside it",
        ),
        (policy(statement(**SKIP, registryScopes=["*"])), "policy.wildcard-skip", "for every image"),
        (policy(statement(registryScopes=["a.example/*"])), "policy.scope-with-wildcard", "a.example/*"),
        (policy(statement(registryScopes=["https://a.example/b"])), "policy.scope-invalid", "https"),
        (policy(statement(registryScopes=["alpine"])), "policy.scope-invalid", "alpine"),
        (policy(statement(registryScopes=["a.example/b:v1"])), "policy.scope-invalid", "b:v1"),
        (policy(statement(registryScopes=["a.example/B"])), "policy.scope-invalid", "a.example/B"),
        (policy(statement(), statement(name="two")), "policy.scope-repeated", '"one" and "two"'),
    ],
)
def test_every_mistake_has_its_code_words_and_place(content: bytes, code: str, words: str) -> None:
    found = problems(content)

    matching = [problem for problem in found if problem.code == code]
    assert matching
    assert words in str(matching[0])
    assert str(matching[0]).startswith(f"{FILE}:{matching[0].line}:{matching[0].column}: ")
    assert matching[0].line >= 1
    assert matching[0].hint


def test_a_member_named_twice_is_refused() -> None:
    (problem,) = problems(b'{"version":"1.0",\n "version":"1.0","trustPolicies":[]}')

    assert (FILE, 2, 2) == (problem.file, problem.line, problem.column)
    assert 'the member "version" stands twice' in str(problem)


def test_all_problems_of_a_file_are_reported_at_once() -> None:
    bad = statement(name="", trustStores=["acme"], registryScopes=["alpine"], nome="x")

    codes = {problem.code for problem in problems(policy(bad, version="9"))}

    expected = {
        "policy.version-unsupported",
        "policy.unknown-member",
        "policy.name-missing",
        "policy.trust-store-malformed",
        "policy.scope-invalid",
    }
    assert expected == codes


def test_places_point_at_the_value_or_the_unknown_name() -> None:
    content = b'{"version": "1.0",\n "trustPolicies": [\n  {"name": "n", "levle": 1}]}'

    unknown = next(problem for problem in problems(content) if problem.code == "policy.unknown-member")

    assert (3, 17) == (unknown.line, unknown.column)


@pytest.mark.parametrize("level", ["strict", "permissive", "audit"])
def test_levels_lower_to_the_actions_of_our_checks(level: str) -> None:
    chosen = lower(statement(signatureVerification=verification(level)))

    assert isinstance(chosen, SignedBy)
    assert isinstance(chosen.rule, X509Rule)
    table = levels.LEVELS[level]
    assert table["authenticity"] == chosen.rule.actions["identity"] == chosen.rule.actions["authenticity"]
    assert table["authenticTimestamp"] == chosen.rule.actions["timestamp"]
    assert table["revocation"] == chosen.rule.actions["revocation"]
    assert table["expiry"] == chosen.rule.actions["expiry"]
    assert "enforce" == chosen.rule.actions["integrity"]


def test_an_override_makes_the_level_custom() -> None:
    chosen = lower(
        statement(
            signatureVerification=verification("strict", override={"revocation": "skip", "expiry": "log"})
        )
    )

    assert isinstance(chosen, SignedBy)
    assert isinstance(chosen.rule, X509Rule)
    assert ("skip", "log", "enforce") == tuple(
        chosen.rule.actions[check] for check in ("revocation", "expiry", "timestamp")
    )
    assert 'statement "one", level custom' in chosen.origin


def test_skip_lowers_to_accept() -> None:
    assert isinstance(lower(statement(**SKIP)), Accept)


def test_an_exact_scope_beats_the_wildcard() -> None:
    everything = statement(name="all", registryScopes=["*"], trustStores=["ca:other"])
    parsed = lowering.parse(policy(everything, statement()), FILE)

    assert "one" == parsed.statement(subject("registry.acme.example/net-monitor:v1")).name
    assert "all" == parsed.statement(subject("registry.acme.example/net-monitor2:v1")).name


def test_needs_are_the_stores_but_for_those_of_timestamps() -> None:
    stores = ["ca:acme", "signingAuthority:aws", "tsa:time"]
    parsed = lowering.parse(policy(statement(trustStores=stores)), FILE, {"build": "42"})

    chosen = parsed.statement(subject("registry.acme.example/net-monitor:v1"))

    assert frozenset({TrustStore("ca", "acme"), TrustStore("signingAuthority", "aws")}) == chosen.needs
    assert isinstance(chosen.requirement, SignedBy)
    assert isinstance(chosen.requirement.rule, X509Rule)
    assert {"build": "42"} == chosen.requirement.rule.metadata


def test_no_statement_about_the_image_is_an_error_of_its_own() -> None:
    parsed = lowering.parse(policy(statement()), FILE)

    with pytest.raises(NoStatementError) as caught:
        parsed.statement(subject("other.example/x:v1"))

    assert f"no statement of {FILE} is about other.example/x" == str(caught.value)
    assert "other.example/x" in caught.value.hint
    assert ("notation", FILE) == (parsed.language, parsed.origin)


def test_identities_of_other_kinds_are_left_to_plugins_and_match_nothing() -> None:
    chosen = lower(statement(trustedIdentities=["aws.arn:xyz"]))

    assert isinstance(chosen, SignedBy)
    assert isinstance(chosen.rule, X509Rule)
    assert () == chosen.rule.identities
    assert ("aws.arn:xyz",) == chosen.rule.all_identities


def test_all_identities_are_handed_on_in_their_own_words() -> None:
    chosen = lower(statement(trustedIdentities=[IDENTITY, "aws.arn:xyz"]))

    assert isinstance(chosen, SignedBy)
    assert isinstance(chosen.rule, X509Rule)
    assert (IDENTITY, "aws.arn:xyz") == chosen.rule.all_identities
    assert [IDENTITY] == [identity.words for identity in chosen.rule.identities]


@pytest.mark.parametrize(("member", "word"), [({}, "refuse"), ("refuse", "refuse"), ("accept", "accept")])
def test_what_was_signed_before_a_revocation_counts_only_where_the_policy_says_so(
    member: Any, word: str
) -> None:
    more = {"revokedAfterSigning": member} if member else {}
    chosen = lower(statement(signatureVerification=verification("strict", **more)))

    assert isinstance(chosen, SignedBy)
    assert isinstance(chosen.rule, X509Rule)
    assert word == chosen.rule.revoked_after_signing


MEMBERS = (
    *("version", "trustPolicies", "name", "registryScopes", "signatureVerification", "trustStores"),
    *("trustedIdentities", "level", "override", "verifyTimestamp", "revokedAfterSigning", "expiry", "odd"),
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(["", "*", "strict", "skip", "ca:x", IDENTITY, "a/b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "version",
                    "trustPolicies",
                    "name",
                    "registryScopes",
                    "signatureVerification",
                    "trustStores",
                    "trustedIdentities",
                    "level",
                    "override",
                    "verifyTimestamp",
                    "expiry",
                    "odd",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(JSON, st.sampled_from(["registryScopes", "signatureVerification", "trustStores", "trustedIdentities"]))
def test_whatever_shape_a_policy_has_it_is_read_or_complained_about(value: object, member: str) -> None:
    for content in (json.dumps(value).encode(), policy(value), policy(statement(**{member: value}))):
        try:
            assert isinstance(read(content, FILE), Document)
        except DocumentError as error:
            for problem in (error, *error.others):
                assert str(problem)
                assert problem.hint is not None


def subject(reference: str) -> Subject:
    return Subject(Descriptor("t", Digest.of(b""), 0), "docker", Reference.parse(reference))


def lower(one: dict[str, Any]) -> object:
    parsed = lowering.parse(policy(one), FILE)
    return parsed.statement(subject("registry.acme.example/net-monitor:v1")).requirement
