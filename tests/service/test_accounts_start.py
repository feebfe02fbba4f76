"""How accounts come into force: at the first start, and while a server runs."""

import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from sealwright.errors import DocumentError
from sealwright.service.accounts.actions import accounts
from sealwright.service.configuration import Configuration, load
from sealwright.service.configuration.accounts import Accounts
from sealwright.service.serving import Server
from world.accounts import ACTOR, Guarded, basic, database
from world.registry import Registry
from world.wire import Wire


def required(folder: Path) -> Configuration:
    return replace(Configuration.on(folder), accounts=Accounts(required=True))


def password_of(said: list[str]) -> str:
    sentence = next(one for one in said if one.startswith("made the administrator admin"))
    return sentence.rpartition(" ")[2]


def test_without_accounts_everybody_may_do_everything(tmp_path: Path) -> None:
    with Registry(tmp_path) as registry:
        wire = Wire(registry.address)
        for headers in ({}, basic("alice", "anything"), {"Authorization": "Bearer anything"}):
            assert 200 == wire.ask("GET", "/v2/", headers=headers).status
        assert (404, "UNSUPPORTED") == (wire.ask("GET", "/token").status, wire.ask("GET", "/token").code)
        assert 404 == wire.ask("GET", "/api/v1/grants").status
        assert 404 == wire.ask("POST", "/api/v1/tokens", b"{}").status


def test_the_first_account_ends_that_also_for_a_server_that_runs(tmp_path: Path) -> None:
    with Registry(tmp_path) as registry:
        wire = Wire(registry.address)
        wire.push_blob("a", b"content")
        found = database(tmp_path)
        accounts.add_user(found, ACTOR, "alice", "wonderland")
        Guarded.settle()
        assert [401, 401] == [wire.ask("GET", path).status for path in ("/v2/", "/v2/a/tags/list")]
        assert 200 == wire.ask("GET", "/v2/", headers=basic("alice", "wonderland")).status
        accounts.remove(found, ACTOR, "alice", "user")
        Guarded.settle()
        assert 401 == wire.ask("GET", "/v2/").status, "it does not open again when the last one goes"
        found.close()


def test_a_group_alone_is_nobody_who_could_log_in(tmp_path: Path) -> None:
    found = database(tmp_path)
    accounts.add_group(found, ACTOR, "team")
    found.close()
    with Registry(tmp_path) as registry:
        assert 200 == Wire(registry.address).ask("GET", "/v2/").status


def test_a_service_that_requires_accounts_makes_an_administrator_and_says_so_once(tmp_path: Path) -> None:
    with Registry(required(tmp_path)) as registry:
        wire = Wire(registry.address)
        assert 401 == wire.ask("GET", "/v2/").status
        password = password_of(registry.announced)
        assert len(password) >= 20
        me = wire.ask("GET", "/api/v1/me", headers=basic("admin", password)).json
        assert ("admin", True) == (me["name"], me["administers"])
        assert not any("anonymous" in sentence for sentence in registry.announced)
    with Registry(required(tmp_path)) as registry:
        assert [f"serving {tmp_path} at http://{registry.address}"] == registry.announced
        headers = basic("admin", password)
        assert 200 == Wire(registry.address).ask("GET", "/v2/", headers=headers).status


def test_two_first_administrators_have_two_passwords(tmp_path: Path) -> None:
    made = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        found = database(folder)
        made.append(accounts.first_administrator(found))
        assert accounts.first_administrator(found) is None
        found.close()
    assert 2 == len(set(made))


def test_who_listens_for_others_makes_an_administrator_first(tmp_path: Path) -> None:
    said: list[str] = []
    server = Server(Configuration.on(tmp_path, "0.0.0.0"), said.append)  # noqa: S104  # what is tested
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wire = Wire(f"127.0.0.1:{server.port}")
        assert 401 == wire.ask("GET", "/v2/").status
        assert 200 == wire.ask("GET", "/v2/", headers=basic("admin", password_of(said))).status
    finally:
        server.stop()
        thread.join(20)
    assert not any("anonymous" in sentence for sentence in said)


def test_a_public_address_is_where_tokens_are_had(tmp_path: Path) -> None:
    usual = Configuration.on(tmp_path)
    server = replace(usual.server, public_url="https://registry.example/")
    named = Accounts(required=True, service="registry.example")
    with Registry(replace(usual, server=server, accounts=named)) as registry:
        told = Wire(registry.address).ask("GET", "/v2/").headers["www-authenticate"]
        assert 'Bearer realm="https://registry.example/token",service="registry.example"' == told


@pytest.mark.parametrize("url", ["registry.example", 'https://a"b', "https://a b", "ftp://a", "https://"])
def test_what_is_no_public_address_is_refused(tmp_path: Path, url: str) -> None:
    file = tmp_path / "serve.toml"
    file.write_text(f"[server]\npublic_url = '{url}'\n")
    with pytest.raises(DocumentError) as caught:
        load(file, {})
    assert "service.setting-invalid" == caught.value.code
