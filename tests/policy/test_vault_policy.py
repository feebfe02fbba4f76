"""Policies about keys of a vault: read with all their problems, and lowered to what they mean."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright import limits
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import DocumentError, NoStatementError
from sealwright.evidence import PublicKey
from sealwright.policy.vault import document, explaining, lint, lowering
from sealwright.policy.vault.document import VaultStatement
from sealwright.reference import Reference
from sealwright.rules import AllOf, AtLeast, KeyRule, Reject, SignedBy
from sealwright.signature import Subject
from world import kms

IMAGE = Descriptor("application/vnd.oci.image.manifest.v1+json", Digest.parse(kms.DIGEST), 528)
ONE = {"key": kms.KEY}
NAMED = {"key": "release", "vault": "prod", "versions": [1, kms.VERSION]}
BY_NAME = {"key": "release"}


def statement(signed_by: object = ONE, **more: object) -> dict[str, Any]:
    return {"name": "release", "scopes": ["registry.example/ns"], "signedBy": signed_by, **more}


def written(*statements: object, **more: object) -> bytes:
    return json.dumps({"version": "1.0", "statements": statements, **more}, indent=2).encode()


def subject(name: str = "registry.example/ns/app:v1") -> Subject:
    return Subject(IMAGE, "docker", Reference.parse(name))


def lowered(signed_by: object, **more: object) -> object:
    policy = lowering.parse(written(statement(signed_by, **more)), "policy.json")
    return policy.statement(subject()).requirement


def rule(requirement: object) -> KeyRule:
    assert isinstance(requirement, SignedBy)
    assert isinstance(requirement.rule, KeyRule)
    return requirement.rule


def problems(content: bytes) -> list[tuple[str, int]]:
    with pytest.raises(DocumentError) as caught:
        document.read(content, "policy.json")
    every = [caught.value, *caught.value.others]
    assert all(one.line and one.column and str(one) and one.hint for one in every)
    return [(one.code, one.line) for one in every]


def codes(content: bytes) -> list[str]:
    return [code for code, _ in problems(content)]


def test_a_key_is_asked_for_with_all_that_the_statement_says() -> None:
    content = written(
        statement(
            NAMED,
            regions=["us-phoenix-1", "local-1"],
            repositoryName="project01/app",
            keyStates={"disabled": "accept", "blocked": "accept", "deleted": "refuse"},
            exportedKeys="12h",
        ),
        service="registry.example:5000",
    )
    policy = lowering.parse(content, "policy.json", {"build": "7"})
    found = policy.statement(subject())
    assert "release" == found.name
    assert frozenset() == found.needs
    expected = KeyRule(
        PublicKey("release", "prod", "registry.example:5000"),
        ("1", kms.VERSION),
        ("us-phoenix-1", "local-1"),
        "project01/app",
        frozenset({"disabled", "blocked"}),
        {"build": "7"},
        12 * 3600,
    )
    assert expected == rule(found.requirement)
    assert ("vault", "policy.json", Digest.of(content)) == (policy.language, policy.origin, policy.digest)


def test_what_is_not_said_is_strict() -> None:
    expected = KeyRule(PublicKey(kms.KEY), export_age=limits.KMS_EXPORT_SECONDS)
    assert expected == rule(lowered(ONE))
    assert 0 == rule(lowered(ONE, exportedKeys="refuse")).export_age


def test_keys_are_put_together() -> None:
    both = [ONE, BY_NAME]
    any_of, two = lowered({"any": both}), lowered({"atLeast": 2, "of": both})
    assert isinstance(any_of, AtLeast)
    assert isinstance(two, AtLeast)
    assert (1, 2) == (any_of.count, two.count)
    assert [kms.KEY, "release"] == [rule(one).key.key for one in two.of]
    every = lowered({"all": [ONE, {"any": [BY_NAME]}, {"all": [ONE]}]})
    assert isinstance(every, AllOf)
    assert [SignedBy, AtLeast, AllOf] == [type(one) for one in every.of]
    assert "policy.json:" in every.origin
    assert "all of these 3" in every.origin


@pytest.mark.parametrize("empty", [{"any": []}, {"all": []}, {"all": [ONE, {"any": []}]}])
def test_an_empty_list_of_keys_refuses(empty: object) -> None:
    found = lowered(empty)
    inner = found.of[-1] if isinstance(found, AllOf) else found
    assert isinstance(inner, Reject)
    assert "policy.vault-no-keys" == inner.reason


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("registry.example/ns/app", "one repository"),
        ("registry.example/ns/app/more", "one repository"),
        ("registry.example/ns/application", "part"),
        ("registry.example/ns", "part"),
        ("registry.example/nsx", "registry"),
        ("registry.example:5000/ns/app", "all"),
        ("alpine", "all"),
    ],
)
def test_the_most_specific_scope_decides(name: str, chosen: str) -> None:
    content = written(
        statement(name="all", scopes=["*"]),
        statement(name="part"),
        statement(name="registry", scopes=["registry.example"]),
        statement(name="one repository", scopes=["localhost/x", "registry.example/ns/app"]),
    )
    policy = lowering.parse(content, "policy.json")
    assert chosen == policy.statement(subject(name)).name


def test_an_image_that_no_scope_is_about_has_no_statement() -> None:
    policy = lowering.parse(written(statement()), "policy.json")
    with pytest.raises(NoStatementError) as caught:
        policy.statement(subject("registry.example/other/app"))
    assert "policy.vault-no-statement" == caught.value.code
    with pytest.raises(NoStatementError):
        policy.statement(Subject(IMAGE, "oci", "/srv/layout"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ["policy.malformed"]),
        (b"{}", ["policy.version-missing", "policy.vault-no-statements"]),
        (b"[]", ["policy.wrong-type", "policy.version-missing", "policy.vault-no-statements"]),
        (written(), ["policy.vault-no-statements"]),
        (written(statement(), version="2.0"), ["policy.version-unsupported"]),
        (written(statement(), statments=[]), ["policy.unknown-member"]),
        (written(statement(), service="https://registry.example"), ["policy.vault-service"]),
        (written(statement(), service="*"), ["policy.vault-service"]),
        (written(statement(), service="registry.example/ns"), ["policy.vault-service"]),
        (written(statement(), statement(scopes=["*"])), ["policy.name-repeated"]),
        (written(statement(), statement(name="b")), ["policy.scope-repeated"]),
        (
            written({}),
            ["policy.name-missing", "policy.vault-scopes-missing", "policy.vault-signed-by-missing"],
        ),
        (written(statement(scopes=["alpine", "*.example"])), ["policy.vault-scope"] * 2),
        (written(statement(scopes=["registry.example/"])), ["policy.vault-scope"]),
        (written(statement(scope=["*"])), ["policy.unknown-member"]),
        (written(statement({})), ["policy.vault-requirement"]),
        (written(statement({"key": "a", "any": []})), ["policy.vault-requirement"]),
        (written(statement([])), ["policy.wrong-type", "policy.vault-key-missing"]),
        (written(statement({"key": ""})), ["policy.vault-key-missing"]),
        (written(statement({"key": 7})), ["policy.wrong-type", "policy.vault-key-missing"]),
        (written(statement({"key": kms.VERSION})), ["policy.vault-key-invalid"]),
        (written(statement({"key": "ocid1.key.short"})), ["policy.vault-key-invalid"]),
        (written(statement({**ONE, "version": 1})), ["policy.unknown-member"]),
        (written(statement({**ONE, "versions": []})), ["policy.vault-versions-empty"]),
        (written(statement({**ONE, "versions": [0, True, "1", 1.5, None]})), ["policy.vault-version"] * 5),
        (written(statement({"any": [ONE, ONE]})), ["policy.vault-key-repeated"]),
        (written(statement({"any": ONE})), ["policy.wrong-type"]),
        (written(statement({"any": [{"any": []}]})), ["policy.unknown-member", "policy.vault-key-missing"]),
        (written(statement({"atLeast": 2, "of": [ONE]})), ["policy.vault-count"]),
        (written(statement({"atLeast": 0, "of": [ONE]})), ["policy.vault-count"]),
        (written(statement({"atLeast": True, "of": [ONE]})), ["policy.vault-count"]),
        (written(statement({"atLeast": "1", "of": [ONE]})), ["policy.vault-count"]),
        (written(statement({"atLeast": 1})), ["policy.vault-count"]),
        (written(statement(keyStates={"disabled": "acept"})), ["policy.vault-state"]),
        (written(statement(keyStates={"deleted": ["accept"]})), ["policy.vault-state"]),
        (written(statement(keyStates={"enabled": "accept"})), ["policy.unknown-member"]),
        (written(statement(exportedKeys="a while")), ["policy.vault-exported-keys"]),
        (written(statement(exportedKeys="0d")), ["policy.vault-exported-keys"]),
        (written(statement(exportedKeys=30)), ["policy.wrong-type"]),
        (written(statement(regions="local-1")), ["policy.wrong-type"]),
    ],
)
def test_every_problem_is_told_with_its_place(content: bytes, expected: list[str]) -> None:
    assert expected == codes(content)


def test_a_problem_is_told_where_it_stands() -> None:
    content = written(statement({"any": [ONE, {"key": "ocid1.key.short"}]}))
    line = 1 + content.decode().split("\n").index('            "key": "ocid1.key.short"')
    assert [("policy.vault-key-invalid", line)] == problems(content)


WORDS = st.sampled_from(["key", "vault", "versions", "any", "all", "atLeast", "of", "more"])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner),
        max_leaves=12,
    )
)
def test_any_requirement_is_read_or_refused(value: object) -> None:
    try:
        lowering.parse(written(statement(value)), "policy.json").statement(subject())
    except DocumentError as error:
        assert error.code.startswith("policy.")


def linted(signed_by: object = ONE, **more: object) -> list[tuple[str, str]]:
    found = lint.findings(document.read(written(statement(signed_by, **more)), "policy.json"))
    assert all(one.line and one.sentence and one.hint for one in found)
    return [(one.level, one.code) for one in found]


def test_lint_tells_what_is_hardly_meant() -> None:
    assert [] == linted({"all": [ONE, {"any": [NAMED]}]})
    assert [("warning", "lint.vault-no-keys")] == linted({"any": []})
    assert [("note", "lint.vault-key-by-name")] == linted(BY_NAME)
    assert [("warning", "lint.vault-key-twice")] == linted({"all": [ONE, {"any": [ONE, NAMED]}]})
    accepted = {"pendingDeletion": "accept", "deleted": "accept", "disabled": "accept"}
    assert [("warning", "lint.vault-state-accepted")] * 2 == linted(keyStates=accepted)
    assert [("warning", "lint.vault-export-age")] == linted(exportedKeys="400d")


def explained(name: str, **more: object) -> explaining.Explained:
    asked = {"all": [ONE, {"atLeast": 2, "of": [BY_NAME, NAMED]}]}
    policy = lowering.parse(written(statement(asked, **more)), "policy.json")
    return explaining.explain(policy, subject(name))


def test_a_policy_is_explained_in_sentences() -> None:
    told = explained("registry.example/ns/app:v1")
    assert ("release", "registry.example/ns", 4) == (told.statement, told.scope, told.line)
    depth = [len(one) - len(one.lstrip()) for one in told.requirements]
    assert [0, 2, 2, 4, 4, 0, 0, 0, 0] == depth
    text = "\n".join(told.requirements)
    for words in (
        "all of these 2",
        f"the key {kms.KEY}",
        "2 of these 2 keys",
        f"the key release of the vault prod, version 1 or {kms.VERSION}",
        "the repository app",
        "the region of its key",
        "enabled keys only",
        "exported keys count for 30 days",
    ):
        assert words in text
    told = explained(
        "registry.example/ns/app:v1",
        repositoryName="other",
        regions=["a", "b"],
        keyStates={"disabled": "accept"},
        exportedKeys="refuse",
    )
    assert (
        "each about the repository other",
        "each about the region a or b",
        "by enabled keys, and by those that are disabled",
        "exported keys do not count",
    ) == told.requirements[-4:]


def test_an_empty_list_and_a_nameless_image_are_explained() -> None:
    policy = lowering.parse(written(statement({"any": []}, scopes=["*"])), "policy.json")
    told = explaining.explain(policy, Subject(IMAGE, "oci", "/srv/layout"))
    assert "empty list" in told.requirements[0]
    assert "each about the repository of the image's name" in told.requirements


def test_a_statement_keeps_what_it_was_read_from() -> None:
    (found,) = document.read(written(statement()), "policy.json").statements
    assert isinstance(found, VaultStatement)
    assert ("registry.example/ns",) == found.scopes
