"""Scopes: how they are read, and that none gives more than is held."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright import limits
from sealwright.errors import UsageError
from sealwright.service.accounts import scopes
from sealwright.service.accounts.scopes import Access
from sealwright.service.configuration.rights import RIGHTS
from sealwright.service.web.caller import Caller, Grant

ALL = Caller("admin", "user", (Grant("*", frozenset({"admin"})),))


def one(text: str) -> tuple[str, str, tuple[str, ...]] | None:
    found = scopes.parse([text])
    return (found[0].type, found[0].name, found[0].actions) if found else None


def test_a_scope_is_type_name_and_actions() -> None:
    assert ("repository", "team/app", ("pull", "push")) == one("repository:team/app:pull,push")
    assert ("registry", "catalog", ("*",)) == one("registry:catalog:*")


def test_scopes_for_one_repository_are_merged() -> None:
    found = scopes.parse(["repository:a:pull", "repository:b:pull repository:a:push"])
    assert (
        Access("repository", "a", ("pull", "push")),
        Access("repository", "b", ("pull",)),
    ) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "::",
        "repository",
        "repository:a",
        "repository::pull",
        "repository:..:pull",
        "repository:a/../b:pull",
        "repository:../a:pull",
        "repository:a//b:pull",
        "repository:/a:pull",
        "repository:a/:pull",
        "repository:*:pull",
        "repository:team/*:pull",
        "repository:a?:pull",
        "repository:A/b:pull",
        "repository:a/b%2e:pull",
        "repository:a\0b:pull",
        "repository:a\u0131:pull",
        "repository:host.example:5000/a:pull",
        "repository(plugin):a:pull",
        "plugin:a:pull",
        "REPOSITORY:a:pull",
        "registry:other:*",
        "repository:" + "a" * 256 + ":pull",
        "repository:" + "a/" * 500_000 + "a:pull",
    ],
)
def test_what_is_not_a_scope_of_ours_gives_nothing(text: str) -> None:
    assert () == scopes.granted(scopes.parse([text]), ALL)


def test_only_so_many_are_read() -> None:
    texts = [f"repository:a{number}:pull" for number in range(limits.SCOPES_ASKED + 1)]
    assert limits.SCOPES_ASKED == len(scopes.parse(texts[:-1]))
    for asked in (texts, [" ".join(texts)], ["repository:a:pull"] * 1000):
        with pytest.raises(UsageError) as caught:
            scopes.parse(asked)
        assert "service.scopes-too-many" == caught.value.code


@pytest.mark.parametrize(
    ("held", "asked", "given"),
    [
        ({"pull"}, "pull,push", ("pull",)),
        ({"pull", "push"}, "pull", ("pull",)),
        ({"pull", "sign"}, "pull,push", ("pull", "sign")),
        ({"pull", "sign"}, "pull", ("pull",)),
        ({"pull", "audit"}, "pull", ("pull", "audit")),
        ({"sign"}, "sign", ("sign",)),
        ({"pull", "push", "sign"}, "*", ("pull", "push", "sign")),
        ({"admin"}, "*", RIGHTS),
        ({"admin"}, "pull,push", ("pull", "push", "sign", "audit")),
        ({"admin"}, "delete", ("delete",)),
        ({"pull"}, "admin", ()),
        ({"pull"}, "PULL", ()),
        ({"pull"}, "pull,fly,", ("pull",)),
        ({"pull"}, "", ()),
        (set(), "pull,push", ()),
    ],
)
def test_what_is_given_is_what_is_asked_and_held(held: set[str], asked: str, given: tuple[str, ...]) -> None:
    caller = Caller("alice", "user", (Grant("team/*", frozenset(held)),))  # type: ignore[arg-type]  # rights
    found = scopes.granted(scopes.parse([f"repository:team/app:{asked}"]), caller)
    assert ((Access("repository", "team/app", given),) if given else ()) == found
    assert () == scopes.granted(scopes.parse([f"repository:other:{asked}"]), caller)


def test_the_list_of_repositories_is_for_all_and_administration_for_administrators() -> None:
    nobody = Caller("alice", "user", ())
    asked = scopes.parse(["registry:catalog:*", "registry:admin:*"])
    assert "registry:catalog:*" == scopes.shown(scopes.granted(asked, nobody))
    assert "registry:catalog:* registry:admin:*" == scopes.shown(scopes.granted(asked, ALL))


@given(st.lists(st.text(max_size=40), max_size=5), st.sampled_from(RIGHTS))
def test_no_text_gives_a_right_that_is_not_held(texts: list[str], right: str) -> None:
    held = frozenset({right})
    caller = Caller("alice", "user", (Grant("team/app", held),))  # type: ignore[arg-type]  # a right
    prefixed = [*texts, *(f"repository:team/app:{text}" for text in texts)]
    for grant in scopes.grants(scopes.granted(scopes.parse(prefixed), caller)):
        assert "team/app" == grant.pattern
        assert grant.rights <= (held if right != "admin" else frozenset(RIGHTS))


KEYS = scopes.parse(["registry:vault:*"])
RELEASE = Grant("vault:production/release", frozenset({"pull", "sign"}))


def test_one_scope_asks_for_all_that_is_held_for_keys_of_vaults() -> None:
    held = (RELEASE, Grant("vault:staging/*", frozenset({"admin"})), Grant("*", frozenset({"pull"})))
    alice = Caller("alice", "user", held)

    given = scopes.granted(KEYS, alice)

    assert "vault:production/release:pull,sign vault:staging/*:admin" == scopes.shown(given)
    assert set(held[:2]) == set(scopes.grants(given))
    assert given == scopes.granted(given, alice)
    assert () == scopes.granted(scopes.parse(["registry:vault:pull"]), alice)
    assert () == scopes.granted(KEYS, Caller("bob", "user", held[2:]))


def test_a_token_of_an_administrator_administers_keys_and_nothing_else() -> None:
    token = Caller("admin", "user", scopes.grants(scopes.granted(KEYS, ALL)), by_token=True)

    assert token.may("sign", "vault:production/release")
    assert not token.may("pull", "team/app")
    assert not token.administers


def test_what_is_taken_away_for_keys_a_token_holds_no_longer() -> None:
    given = scopes.granted(KEYS, Caller("alice", "user", (RELEASE,)))

    less = Caller("alice", "user", (Grant(RELEASE.pattern, frozenset({"pull"})),))
    other = Caller("alice", "user", (Grant("vault:production/*", RELEASE.rights),))

    assert "vault:production/release:pull" == scopes.shown(scopes.granted(given, less))
    assert () == scopes.granted(given, other)
    assert given == scopes.granted(given, ALL)


def test_nobody_asks_for_the_rights_of_a_pattern_by_itself() -> None:
    for text in ("vault:production/release:sign", "vault:*:admin", "registry:vault:admin"):
        assert () == scopes.granted(scopes.parse([text]), ALL)
