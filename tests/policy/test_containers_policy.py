"""policy.json: what is refused and where, what is taken, and what it comes to for an image."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import DocumentError
from sealwright.evidence import Keyring
from sealwright.policy.containers import document
from sealwright.policy.containers.lowering import ContainersPolicy, parse
from sealwright.reference import Reference
from sealwright.rules import Accept, AllOf, IdentityMatch, KeyringRule, Reject, SignedBy
from sealwright.signature import Subject
from world.containers import ACCEPT, BROKEN, GOOD, REJECT, identity, policy, signed_by

FILE = "policy.json"
IMAGE = Descriptor("", Digest.of(b""), 0)
FULCIO = {"caPath": "/ca", "oidcIssuer": "https://i", "subjectEmail": "a@b"}
PKI = {"caRootsPath": "/ca", "subjectEmail": "a@b"}


def problems(content: bytes) -> list[DocumentError]:
    with pytest.raises(DocumentError) as caught:
        document.read(content, FILE)
    first: DocumentError = caught.value
    return [first, *first.others]


def sigstore(**members: object) -> bytes:
    return policy({"type": "sigstoreSigned", **members})


def subject(name: str, transport: str = "docker") -> Subject:
    return Subject(IMAGE, transport, Reference.parse(name) if transport == "docker" else name)


def read(content: bytes) -> ContainersPolicy:
    return parse(content, FILE)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_policy_is_refused_with_file_line_column_and_a_fix(name: str) -> None:
    content, code, line, column = BROKEN[name]

    first = problems(content)[0]

    assert (code, line, column) == (first.code, first.line, first.column)
    assert str(first).startswith(f"{FILE}:{line}:{column}: ")
    assert first.hint
    assert "<" not in str(first).replace("%", "")


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (sigstore(), "containers.none-of-one", "keyPath"),
        (sigstore(keyPath=""), "containers.none-of-one", "keyDatas, fulcio, pki"),
        (sigstore(keyPath="/k", keyData="QQ=="), "containers.several-of-one", "keyPath and keyData"),
        (sigstore(keyPaths=[]), "containers.list-empty", "keyPaths"),
        (sigstore(keyDatas=None), "containers.list-empty", "keyDatas"),
        (sigstore(keyDatas=["!"]), "containers.data-malformed", "byte 0"),
        (sigstore(keyDatas="QQ=="), "containers.wrong-type", "a list"),
        (sigstore(keyPath=1), "containers.wrong-type", "a string"),
        (sigstore(keyPath="/k", rekor="x"), "containers.unknown-member", '"rekor"'),
        (sigstore(keyPath="/k", signedIdentity={"type": "zz"}), "containers.identity-unknown", '"zz"'),
        (sigstore(fulcio=FULCIO), "containers.rekor-missing", "Rekor"),
        (
            sigstore(keyPath="/k", rekorPublicKeyPath="/r", rekorPublicKeyData="QQ=="),
            "containers.several-of-at-most-one",
            "rekorPublicKeyPath and rekorPublicKeyData",
        ),
        (sigstore(pki=PKI, rekorPublicKeyPath="/r"), "containers.rekor-with-pki", "rekorPublicKeyPath"),
        (sigstore(fulcio=[], rekorPublicKeyPath="/r"), "containers.wrong-type", "an object"),
        (
            sigstore(fulcio={**FULCIO, "caPath": ""}, rekorPublicKeyPath="/r"),
            "containers.none-of-one",
            "fulcio needs one of caPath, caData",
        ),
        (
            sigstore(fulcio={**FULCIO, "caData": "QQ=="}, rekorPublicKeyPath="/r"),
            "containers.several-of-one",
            "caPath and caData",
        ),
        (
            sigstore(fulcio={"caPath": "/c", "oidcIssuer": "i"}, rekorPublicKeyPath="/r"),
            "containers.member-missing",
            "subjectEmail",
        ),
        (
            sigstore(fulcio={**FULCIO, "subject": "x"}, rekorPublicKeyPath="/r"),
            "containers.unknown-member",
            'did you mean "subjectEmail"',
        ),
        (sigstore(pki=1), "containers.wrong-type", "an object"),
        (sigstore(pki={"caRootsPath": "/c"}), "containers.none-of-some", "subjectEmail, subjectHostname"),
        (
            sigstore(pki={**PKI, "caIntermediatesPath": "/a", "caIntermediatesData": "QQ=="}),
            "containers.several-of-at-most-one",
            "caIntermediatesPath and caIntermediatesData",
        ),
        (sigstore(pki={"subjectEmail": "a"}), "containers.none-of-one", "caRootsPath"),
    ],
)
def test_a_broken_sigstore_requirement_is_refused(content: bytes, code: str, words: str) -> None:
    first = problems(content)[0]

    assert code == first.code
    assert words in str(first)
    assert first.hint


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    content = policy(
        {"type": "rejct"},
        signed_by(keyType="GPGKey", keyPath="", extra=1),
        docker={"a.example": [], "b.example": [signed_by(keyData="?", signedIdentity={"type": "matchExat"})]},
        dir={"relative": [REJECT]},
    )

    found = problems(content)

    assert [
        "containers.requirement-unknown",
        "containers.key-type-unknown",
        "containers.unknown-member",
        "containers.nothing-named",
        "containers.requirements-empty",
        "containers.data-malformed",
        "containers.identity-unknown",
        "containers.several-of-one",
        "containers.scope-invalid",
    ] == [one.code for one in found]
    assert 'did you mean "reject"' in str(found[0])
    assert len({(one.line, one.column) for one in found}) == len(found)


def test_members_that_stand_three_times_are_told_twice_each_at_its_place() -> None:
    content = b'{"default":[{"type":"reject"}],\n"x":{"y":1,"y":2},\n"default":1,\n"default":{"a":1,"a":2}}'

    assert [
        ("containers.unknown-member", 2),
        ("containers.member-repeated", 3),
        ("containers.member-repeated", 4),
    ] == [(one.code, one.line) for one in problems(content)]


NEWER = {
    "several Sigstore keys in files": sigstore(keyPaths=["/k"], signedIdentity={"type": "matchRepository"}),
    "several Sigstore keys": sigstore(keyDatas=["QQ==", "QUI="], rekorPublicKeyDatas=["QQ=="]),
    "Fulcio": sigstore(fulcio=FULCIO, rekorPublicKeyPaths=["/r"]),
    "PKI": sigstore(pki={"caRootsData": "QQ==", "caIntermediatesPath": "/i", "subjectHostname": "h"}),
}
"""What versions after 5.23 take."""


@pytest.mark.parametrize("content", [*GOOD.values(), *NEWER.values()], ids=[*GOOD, *NEWER])
def test_a_good_policy_is_taken(content: bytes) -> None:
    assert FILE == document.read(content, FILE).file


def test_the_most_specific_section_decides_alone() -> None:
    names = [
        "r.example:5000/a/b:v1",
        "r.example:5000/a/b",
        "r.example:5000/a",
        "r.example:5000",
        "*.example",
        "",
    ]
    scopes: dict[str, list[object]] = {name: [REJECT] for name in reversed(names)}
    wanted = subject("r.example:5000/a/b:v1")

    for name in names:
        choice = read(policy(ACCEPT, docker=scopes, dir={"": [REJECT]})).chosen(wanted)
        assert ("docker", name) == (choice.section.transport, choice.section.scope)
        assert tuple(names) == choice.tried
        del scopes[name]

    assert "default" == read(policy(ACCEPT, docker=scopes)).chosen(wanted).section.name


def test_a_statement_is_named_after_its_transport_and_scope() -> None:
    made = read(policy(REJECT, docker={"r.example/app": [ACCEPT], "": [REJECT]}, oci={"/srv": [ACCEPT]}))

    assert "docker r.example/app" == made.statement(subject("r.example/app:v1")).name
    assert "docker default" == made.statement(subject("r.example/b:v1")).name
    assert "oci /srv" == made.statement(subject("/srv/layout", "oci")).name
    assert "default" == made.statement(subject("/elsewhere", "oci")).name
    assert "default" == made.statement(subject("/srv", "blob")).name


def test_requirements_are_lowered_one_by_one_and_all_must_be_met() -> None:
    remap = {"type": "remapIdentity", "prefix": "a.example", "signedPrefix": "b.example"}
    content = policy(
        signed_by(keyPath="/one"),
        signed_by(keyPath=None, keyPaths=["/two", "three"], signedIdentity={"type": "matchRepository"}),
        signed_by(keyPath=None, keyData="QUJD", signedIdentity=remap),
        ACCEPT,
    )
    rings = (Keyring(("/one",)), Keyring(("/two", "three")), Keyring(inline=(b"ABC",)))
    matches = (
        IdentityMatch(),
        IdentityMatch("matchRepository"),
        IdentityMatch("remapIdentity", prefix="a.example", signed_prefix="b.example"),
    )

    made = parse(content, FILE, lenient=True)
    statement = made.statement(subject("r.example/app:v1"))

    assert isinstance(statement.requirement, AllOf)
    assert "policy.json:2: default" == statement.requirement.origin
    *signed, last = statement.requirement.of
    rules = [one.rule for one in signed if isinstance(one, SignedBy)]
    assert [
        KeyringRule(ring, match, lenient=True) for ring, match in zip(rings, matches, strict=True)
    ] == rules
    assert [
        "policy.json:3: signedBy keyPath /one, matchRepoDigestOrExact",
        "policy.json:8: signedBy keyPath /two, keyPath three, matchRepository",
        "policy.json:19: signedBy keyData (SHA-256 b5d4045c), remapIdentity a.example b.example",
        "policy.json:29: insecureAcceptAnything",
    ] == [one.origin for one in statement.requirement.of]
    assert isinstance(last, Accept)
    assert frozenset(rings) == statement.needs
    assert "containers" == made.language
    assert Digest.of(content) == made.digest


@pytest.mark.parametrize("name", ["dockerReference", "dockerRepository"])
def test_the_name_of_an_exact_identity_is_kept_as_written(name: str) -> None:
    made = read(identity(name.replace("docker", "exact"), **{name: "busybox:v1"}))

    requirement = made.statement(subject("r.example/app:v1")).requirement

    assert isinstance(requirement, SignedBy)
    assert isinstance(requirement.rule, KeyringRule)
    assert "busybox:v1" == requirement.rule.identity.name


@pytest.mark.parametrize(
    ("requirement", "reason"),
    [
        (REJECT, ""),
        (
            {"type": "signedBaseLayer", "baseLayerIdentity": {"type": "matchExact"}},
            "containers.base-layer-unsupported",
        ),
        ({"type": "sigstoreSigned", "keyPath": "/k"}, "containers.sigstore-unsupported"),
        (signed_by(keyType="X509Certificates"), "containers.key-type-unsupported"),
        (signed_by(keyType="signedByGPGKeys"), "containers.key-type-unsupported"),
    ],
)
def test_what_nobody_can_meet_rejects_and_says_why(requirement: dict[str, object], reason: str) -> None:
    lowered = read(policy(requirement)).statement(subject("r.example/app")).requirement

    assert isinstance(lowered, Reject)
    assert reason == lowered.reason
    assert lowered.origin.startswith("policy.json:3: ")
    assert frozenset() == read(policy(requirement)).statement(subject("r.example/app")).needs


@given(st.binary(max_size=200))
def test_whatever_stands_in_the_file_it_is_read_or_refused(content: bytes) -> None:
    try:
        document.read(content, FILE)
    except DocumentError as error:
        assert error.code.startswith("containers.")


_NAMES = st.sampled_from(
    [
        *("default", "transports", "docker", "dir", "type", "keyType", "keyPath", "keyPaths", "keyData", ""),
        *(
            "signedIdentity",
            "dockerReference",
            "prefix",
            "signedPrefix",
            "fulcio",
            "pki",
            "reject",
            "signedBy",
        ),
        *("sigstoreSigned", "GPGKeys", "remapIdentity", "exactReference", "/a", "QQ==", "rekorPublicKeyPath"),
    ]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | _NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
def test_whatever_values_stand_in_the_file_it_is_read_or_refused(value: object) -> None:
    try:
        document.read(
            json.dumps({"default": [value], "transports": {"docker": {"a": [value]}}}).encode(), FILE
        )
    except DocumentError as error:
        for one in (error, *error.others):
            assert one.line > 0
            assert str(one)
