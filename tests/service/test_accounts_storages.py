"""Accounts on every kind of database, and two servers that share one."""

from collections.abc import Iterator

import pytest

from sealwright.service.accounts.actions import accounts, grants, tokens
from sealwright.service.accounts.queries import accounts as rows
from sealwright.service.accounts.queries import grants as held
from sealwright.service.accounts.queries import state
from sealwright.service.accounts.queries import tokens as kept
from sealwright.service.storage import Database, now, open_database
from world.accounts import ACTOR, Guarded, basic, bearer, token_for
from world.registry import Registry
from world.storages import Storages
from world.wire import Wire


@pytest.fixture
def database(storages: Storages, storage_kind: str) -> Iterator[Database]:
    found = open_database(storages.settings(storage_kind))
    found.migrate()
    yield found
    found.close()


def test_accounts_live_and_go(database: Database) -> None:
    password = accounts.first_administrator(database)
    assert password is not None
    assert accounts.first_administrator(database) is None
    accounts.add_robot(database, ACTOR, "ci")
    accounts.add_group(database, ACTOR, "team")
    accounts.set_password(database, ACTOR, "admin", "adminadmin")
    accounts.set_disabled(database, ACTOR, "ci", disabled=True)
    assert (True, False) == tuple(accounts.join(database, ACTOR, "team", "ci") for _ in range(2))
    assert ["ci"] == rows.members(database, accounts.required(database, "team").id)
    robot = accounts.required(database, "ci")
    assert (["team"], 1) == (rows.groups(database, robot.id), robot.disabled)
    grants.grant(database, ACTOR, "team", "a/*", {"pull", "push"})
    grants.grant(database, ACTOR, "anonymous", "b", {"pull"})
    assert ["a/*", "b"] == [grant.pattern for grant in held.held(database, robot.id)]
    assert ["b"] == [grant.pattern for grant in held.held_by_everybody(database)]
    assert ["admin", "anonymous", "team"] == [name for name, _ in held.listed(database)]
    assert 1 == grants.revoke(database, ACTOR, "team", "a/*", {"push", "sign"})
    assert accounts.leave(database, ACTOR, "team", "ci")
    assert ["b"] == [grant.pattern for grant in held.held(database, robot.id)]
    accounts.remove(database, ACTOR, "team", "group")
    assert [] == rows.listed(database, "group")
    assert ["admin", "anonymous"] == [name for name, _ in held.listed(database)]


def test_tokens_live_and_go(database: Database) -> None:
    accounts.add_robot(database, ACTOR, "ci")
    robot = accounts.required(database, "ci").id
    first = tokens.issue(database, ACTOR, "ci", "first", 60)
    tokens.issue(database, ACTOR, "ci", "for ever", 0)
    assert ["first", "for ever"] == [one.note for one in kept.listed(database, robot, now())]
    later = now() + 61_000_000
    assert ["for ever"] == [one.note for one in kept.listed(database, 0, later)]
    refresh = [tokens.issue(database, ACTOR, "ci", "", 60, "refresh") for _ in range(3)]
    with database.write() as transaction:
        kept.drop_oldest(transaction, robot, 2)
        assert 1 == kept.count(transaction, robot, "refresh")
    assert kept.find(database, refresh[0].id) is None
    assert kept.find(database, refresh[2].id) is not None
    tokens.revoke(database, ACTOR, first.id, "ci")
    assert kept.find(database, first.id) is None
    assert 1 == accounts.required(database, "ci").generation


def test_every_change_is_counted_and_two_keys_are_kept(database: Database) -> None:
    before = state.state(database)
    assert not before.in_force
    tokens.ensure_keys(database)
    tokens.ensure_keys(database)
    (first,) = state.keys(database)
    second, third = tokens.rotate_keys(database, ACTOR), tokens.rotate_keys(database, ACTOR)
    assert [third, second] == [key.id for key in state.keys(database)]
    assert first.id not in (second, third)
    accounts.add_robot(database, ACTOR, "ci")
    after = state.state(database)
    assert after.in_force
    assert before.version + 4 == after.version


@pytest.mark.peer("postgres", "versitygw")
def test_two_servers_take_each_others_tokens_and_notice_each_others_changes(storages: Storages) -> None:
    settings = storages.settings("shared")
    database = open_database(settings)
    database.migrate()
    accounts.add_user(database, ACTOR, "alice", "wonderland")
    grants.grant(database, ACTOR, "alice", "team/*", {"pull", "push"})
    with Registry(settings) as one, Registry(settings) as other:
        here, there = Wire(one.address), Wire(other.address)
        alice = basic("alice", "wonderland")
        token = bearer(token_for(here, alice, "repository:team/app:pull,push").json["token"])
        for wire in (here, there):
            assert 202 == wire.ask("POST", "/v2/team/app/blobs/uploads/", headers=token).status
        made = here.ask("POST", "/api/v1/tokens", b"{}", alice).json
        personal = bearer(made["token"])
        assert [200, 200] == [wire.ask("GET", "/v2/", headers=personal).status for wire in (here, there)]
        assert 204 == there.ask("DELETE", f"/api/v1/tokens/{made['id']}", headers=personal).status
        Guarded.settle()
        assert [401, 401] == [wire.ask("GET", "/v2/", headers=personal).status for wire in (here, there)]
        assert [401, 401] == [wire.ask("GET", "/v2/", headers=token).status for wire in (here, there)]
    database.close()
