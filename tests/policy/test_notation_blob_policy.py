import json
from typing import Any

import pytest

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import DocumentError, NoStatementError
from sealwright.evidence import TrustStore
from sealwright.policy.notation import levels, lowering
from sealwright.policy.notation.document import read
from sealwright.rules import Accept, SignedBy, X509Rule
from sealwright.signature import Subject

FILE = "trustpolicy.blob.json"
ABOUT = Subject(Descriptor("", Digest.of(b"x"), 1), "blob", "net-monitor.tar")


def statement(**changes: Any) -> dict[str, Any]:
    members = {
        "name": "one",
        "signatureVerification": {"level": "strict"},
        "trustStores": ["ca:acme"],
        "trustedIdentities": ["*"],
        **changes,
    }
    return {name: value for name, value in members.items() if value is not None}


def skip(**changes: Any) -> dict[str, Any]:
    members = {"signatureVerification": {"level": "skip"}, "trustStores": None, "trustedIdentities": None}
    return statement(**{**members, **changes})


def policy(*statements: Any, **changes: Any) -> bytes:
    return json.dumps({"version": "1.0", "trustPolicies": list(statements), **changes}, indent=1).encode()


def problems(content: bytes) -> list[DocumentError]:
    with pytest.raises(DocumentError) as caught:
        read(content, FILE, "blob")
    first: DocumentError = caught.value
    return [first, *first.others]


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"{", "policy.malformed", 1),
        (policy(version=""), "policy.version-missing", 2),
        (policy(statement(), version="2.0"), "policy.version-unsupported", 2),
        (policy(), "policy.no-statements", 3),
        (policy(statement(name="")), "policy.name-missing", 4),
        (policy(statement(), statement()), "policy.name-repeated", 17),
        (policy(statement(signatureVerification={})), "policy.level-missing", 6),
        (policy(statement(signatureVerification={"level": "hard"})), "policy.level-unknown", 7),
        (policy(statement(trustStores=["acme"])), "policy.trust-store-malformed", 10),
        (policy(statement(trustStores=None)), "policy.trust-missing", 4),
        (policy(statement(trustedIdentities=["*", "x"])), "policy.identity-wildcard-mixed", 12),
        (policy(skip(trustStores=["ca:acme"])), "policy.skip-with-trust", 4),
        (policy(statement(globalPolicy="yes")), "policy.wrong-type", 15),
        (policy(statement(globalPolicy=1)), "policy.wrong-type", 15),
        (policy(statement(registryScopes=["*"])), "policy.unknown-member", 15),
        (policy(statement(globalpolicy=True)), "policy.unknown-member", 15),
        (policy(skip(globalPolicy=True)), "policy.global-skip", 9),
        (
            policy(statement(globalPolicy=True), statement(name="two", globalPolicy=True)),
            "policy.global-repeated",
            28,
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(content: bytes, code: str, line: int) -> None:
    found = problems(content)[0]
    assert (code, line, "blob") == (found.code, found.line, found.data["artifacts"])


def test_all_problems_are_told_at_once() -> None:
    wrong = policy(statement(name="", trustStores=["x"]), skip(name="two", globalPolicy=True))
    assert ["policy.name-missing", "policy.trust-store-malformed", "policy.global-skip"] == [
        one.code for one in problems(wrong)
    ]


def test_a_policy_for_images_is_none_for_files_and_the_other_way_round() -> None:
    for_images = policy(statement(registryScopes=["*"]))
    for_files = policy(statement(globalPolicy=True))
    assert "policy.unknown-member" == problems(for_images)[0].code
    with pytest.raises(DocumentError) as caught:
        read(for_files, FILE)
    assert "policy.unknown-member" == caught.value.code
    assert "artifacts" not in caught.value.data


@pytest.mark.parametrize("level", ["strict", "permissive", "audit"])
def test_a_statement_is_lowered_as_one_for_images(level: str) -> None:
    content = policy(statement(globalPolicy=True, signatureVerification={"level": level}))
    chosen = lowering.parse(content, FILE, {"build": "42"}, "blob").statement(ABOUT)
    requirement = chosen.requirement
    assert isinstance(requirement, SignedBy)
    assert isinstance(requirement.rule, X509Rule)
    assert ("ca:acme",) == requirement.rule.stores
    assert {"build": "42"} == requirement.rule.metadata
    assert levels.LEVELS[level]["expiry"] == requirement.rule.actions["expiry"]
    assert frozenset({TrustStore("ca", "acme")}) == chosen.needs


def test_the_statement_that_is_named_decides_else_the_global_one() -> None:
    content = policy(statement(name="one"), statement(name="all", globalPolicy=True), skip(name="none"))
    parsed = {name: lowering.parse(content, FILE, None, "blob", name) for name in ("", "one", "none")}
    assert {"": "all", "one": "one", "none": "none"} == {
        name: one.statement(ABOUT).name for name, one in parsed.items()
    }
    assert isinstance(parsed["none"].statement(ABOUT).requirement, Accept)


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("", "policy.no-global-statement"),
        ("two", "policy.no-named-statement"),
        ("ONE", "policy.no-named-statement"),
        (" one", "policy.no-named-statement"),
    ],
)
def test_no_statement_decides_where_none_is_meant(named: str, code: str) -> None:
    parsed = lowering.parse(policy(statement()), FILE, None, "blob", named)
    with pytest.raises(NoStatementError) as caught:
        parsed.statement(ABOUT)
    assert code == caught.value.code
