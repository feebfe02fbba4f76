"""What the real notation accepts and we refuse, on purpose: envelopes, payloads, chains and policies.

Every envelope is pushed beside its image; only the oddity that the test is named for keeps it from counting.
Each refusal has its reason code.
"""

import json
from collections.abc import Iterator

import pytest

from peers.notation import BOTH, Notation
from peers.odd_envelopes import (
    ACCEPTED_BY_BOTH,
    ACCEPTED_BY_NOTATION,
    CHAIN,
    JWS,
    REFUSED_BY_BOTH,
    REFUSED_BY_NOTATION,
    ROOTS,
    Make,
    signed,
)
from world import images
from world.home import Done, Home, statement
from world.registry import Registry


class World:
    """A registry, and a user who trusts the roots of the chains above."""

    def __init__(self, registry: Registry, home: Home) -> None:
        self.registry = registry
        self.home = home
        self._images: dict[str, str] = {}

    def image(self, what: str, envelope: str, make: Make) -> str:
        """An image with one odd signature, made once for all programs."""
        if what not in self._images:
            name = f"{self.registry.local}/{what.lower().replace(' ', '-').replace(chr(39), '')}"
            self._images[what] = images.push(name, "v1", what)
            with images.repository_at(name) as repository:
                subject = repository.resolve("v1")
                content = make(subject)
                images.attach_signature(repository, subject, envelope, content, *CHAIN.certificates)
        return self._images[what]

    def reasons(self, image: str) -> tuple[int, list[str]]:
        """Our exit code, and the reasons why signatures do not count."""
        done = self.home.seal("verify", "--output", "json", image)
        verdict = json.loads(done.out)
        judged = [
            check for each in verdict["signatures"] for one in each["judgements"] for check in one["checks"]
        ]
        found = [check["reason"] for check in judged if check["reason"]]
        return done.status, found + [each["reason"] for each in verdict["unreadable"]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("strictness")
    home = Home(folder / "home")
    home.add_key("build", CHAIN)
    home.trust("acme", *ROOTS)
    home.policy(statement())
    with Registry(folder / "registry") as registry:
        yield World(registry, home)


@pytest.mark.parametrize("what", ACCEPTED_BY_NOTATION)
@pytest.mark.parametrize("name", BOTH)
def test_notation_accepts_and_we_refuse(name: str, what: str, world: World) -> None:
    envelope, make, code = ACCEPTED_BY_NOTATION[what]
    image = world.image(what, envelope, make)
    assert Notation(name, world.home).accepts(image)
    assert (1, [code]) == world.reasons(image)


def test_a_leaf_for_any_purpose_is_refused_for_its_purpose(world: World) -> None:
    image = world.image("a leaf for any purpose", JWS, ACCEPTED_BY_NOTATION["a leaf for any purpose"][1])
    assert "anyExtendedKeyUsage" in world.home.seal("verify", image).out


@pytest.mark.parametrize("what", REFUSED_BY_NOTATION)
@pytest.mark.parametrize("name", BOTH)
def test_notation_refuses_and_we_accept_as_the_specification_does(name: str, what: str, world: World) -> None:
    envelope, make = REFUSED_BY_NOTATION[what]
    image = world.image(what, envelope, make)
    assert not Notation(name, world.home).accepts(image)
    assert (0, []) == world.reasons(image)


@pytest.mark.parametrize("what", REFUSED_BY_BOTH)
@pytest.mark.parametrize("name", BOTH)
def test_both_refuse(name: str, what: str, world: World) -> None:
    envelope, make, code = REFUSED_BY_BOTH[what]
    image = world.image(what, envelope, make)
    assert not Notation(name, world.home).accepts(image)
    assert (1, [code]) == world.reasons(image)


@pytest.mark.parametrize("what", ACCEPTED_BY_BOTH)
@pytest.mark.parametrize("name", BOTH)
def test_both_accept(name: str, what: str, world: World) -> None:
    envelope, make = ACCEPTED_BY_BOTH[what]
    image = world.image(what, envelope, make)
    assert Notation(name, world.home).accepts(image)
    assert (0, []) == world.reasons(image)


GOOD = json.dumps({"version": "1.0", "trustPolicies": [statement()]})
POLICIES = {
    "a member that nobody knows": (
        GOOD.replace('"version"', '"comment": 1, "version"'),
        "policy.unknown-member",
    ),
    "an override that is misspelt and so overrides nothing": (
        GOOD.replace('"level"', '"overide": {"expiry": "log"}, "level"'),
        "policy.unknown-member",
    ),
    "a member in capitals": (GOOD.replace('"level"', '"LEVEL"'), "policy.unknown-member"),
    "two levels of which the last counts": (
        GOOD.replace('"level"', '"level": "skip", "level"'),
        "policy.malformed",
    ),
    "something behind the policy": (GOOD + "{}", "policy.malformed"),
    "verification skipped for every image": (
        json.dumps({"version": "1.0", "trustPolicies": [statement(level="skip")]}),
        "policy.wildcard-skip",
    ),
}


@pytest.mark.parametrize("what", POLICIES)
@pytest.mark.parametrize("name", BOTH)
def test_notation_takes_a_policy_and_we_refuse_it(name: str, what: str, world: World) -> None:
    policy, code = POLICIES[what]
    image = world.image("an ordinary JWS", JWS, signed())
    file = world.home.notation / "trustpolicy.json"
    before = file.read_text()
    try:
        file.write_text(policy)
        assert Notation(name, world.home).accepts(image)
        refused: Done = world.home.seal("verify", image)
    finally:
        file.write_text(before)
    assert 2 == refused.status
    assert f"[{code}]" in refused.err
    assert str(file) in refused.err
