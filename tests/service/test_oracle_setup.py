"""`/api/v1/oracle`: what clients are told, and whose keys sign whose requests."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace

from sealwright import limits
from sealwright.service import checking
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.oracle import Oracle
from sealwright.service.configuration.tunnel import Tunnel
from world.accounts import Guarded, basic, bearer, token_for
from world.oracle import Signer, new_key, pem, private_key
from world.registry import Registry
from world.wire import Answer, Wire

KEYS, SESSIONS = "/api/v1/oracle/api-keys", "/api/v1/oracle/sessions"
ALICE = basic("alice", "wonderland")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    whole = Configuration.on(tmp_path_factory.mktemp("guarded"))
    with Guarded(replace(whole, oracle=Oracle(namespace="acme"))) as running:
        yield running


def ask(wire: Wire, method: str, path: str, who: Mapping[str, str], **order: object) -> Answer:
    return wire.ask(method, path, json.dumps(order).encode() if order else None, who)


def test_whoever_sets_up_a_client_is_told_what_it_has_to_know(guarded: Guarded) -> None:
    told = ask(guarded.wire, "GET", "/api/v1/oracle", ALICE).json
    other = ask(guarded.wire, "GET", "/api/v1/oracle", guarded.admin).json
    assert told["tenancy"].startswith("ocid1.tenancy.oclocal..")
    assert told["user"].startswith("ocid1.user.oclocal..")
    assert told["user"] != other["user"]
    assert {
        "namespace": "acme",
        "tenancy": other["tenancy"],
        "user": told["user"],
        "region": "local-1",
        "realm": "oclocal",
        "domain": "sealwright.internal",
        "tunnel": "",
        "authority": "",
    } == told
    assert 401 == guarded.wire.ask("GET", "/api/v1/oracle").status


def test_a_key_signs_for_its_account_until_it_is_removed(guarded: Guarded) -> None:
    key = private_key(1)
    added = ask(guarded.wire, "POST", KEYS, ALICE, publicKey=pem(key), note="a note")
    assert 201 == added.status
    assert ("a note", pem(key)) == (added.json["note"], added.json["publicKey"])
    assert [added.json] == ask(guarded.wire, "GET", KEYS, ALICE).json["keys"]
    assert {"keys": []} == ask(guarded.wire, "GET", KEYS, guarded.admin).json
    assert 409 == ask(guarded.wire, "POST", KEYS, ALICE, publicKey=pem(key)).status
    told = ask(guarded.wire, "GET", "/api/v1/oracle", ALICE).json
    other = ask(guarded.wire, "GET", "/api/v1/oracle", guarded.admin).json
    path = f"/20160918/container/configuration?compartmentId={told['tenancy']}"

    def signed_as(user: str) -> int:
        name = f"{told['tenancy']}/{user}/{added.json['fingerprint']}"
        return Signer(guarded.registry.address, name, key).ask("GET", path).status

    assert (200, 401) == (signed_as(told["user"]), signed_as(other["user"]))
    one = f"{KEYS}/{added.json['fingerprint']}"
    assert 404 == ask(guarded.wire, "DELETE", one, guarded.admin).status
    assert 200 == signed_as(told["user"])
    assert 204 == ask(guarded.wire, "DELETE", one, ALICE).status
    assert 401 == signed_as(told["user"])
    assert 404 == ask(guarded.wire, "DELETE", one, ALICE).status


def test_no_bearer_token_makes_what_outlives_it(guarded: Guarded) -> None:
    for scopes in ((), ("registry:admin:*",), ("repository:acme/app:pull,push",)):
        token = bearer(token_for(guarded.wire, ALICE, *scopes).json["token"])
        order = {"publicKey": pem(private_key(1))}
        assert 401 == ask(guarded.wire, "POST", KEYS, token, **order).status
        assert 401 == ask(guarded.wire, "POST", SESSIONS, token, **order).status
        assert 401 == ask(guarded.wire, "GET", KEYS, token).status
    assert 401 == ask(guarded.wire, "POST", SESSIONS, {}, publicKey=pem(private_key(1))).status


def test_a_session_signs_with_its_own_key_alone(guarded: Guarded) -> None:
    key = private_key(1)
    made = ask(guarded.wire, "POST", SESSIONS, ALICE, publicKey=pem(key), seconds=60)
    assert 201 == made.status
    tenancy = ask(guarded.wire, "GET", "/api/v1/oracle", ALICE).json["tenancy"]
    path = f"/20160918/container/configuration?compartmentId={tenancy}"
    name = f"ST${made.json['token']}"
    assert 200 == Signer(guarded.registry.address, name, key).ask("GET", path).status
    assert 401 == Signer(guarded.registry.address, name, private_key(2)).ask("GET", path).status


@pytest.mark.parametrize("path", [KEYS, SESSIONS])
def test_what_is_no_key_for_requests_is_refused(guarded: Guarded, path: str) -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    text = curve.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()
    good = pem(private_key(1))
    for order in (
        {"publicKey": text},
        {"publicKey": pem(new_key(1024))},
        {"publicKey": ""},
        {"publicKey": good[:-40]},
        {"publicKey": 7},
        {"public_key": good},
        {"publicKey": good, "more": 1},
    ):
        assert 400 == ask(guarded.wire, "POST", path, ALICE, **order).status
    assert 400 == guarded.wire.ask("POST", path, b"[]", ALICE).status
    assert 413 == guarded.wire.ask("POST", path, b"x" * 100_000, ALICE).status


def test_notes_and_sessions_have_an_end(guarded: Guarded) -> None:
    good = pem(private_key(1))
    assert 400 == ask(guarded.wire, "POST", KEYS, ALICE, publicKey=good, note="x" * 201).status
    for seconds in (0, -1, limits.ORACLE_SESSION_SECONDS + 1):
        assert 400 == ask(guarded.wire, "POST", SESSIONS, ALICE, publicKey=good, seconds=seconds).status


def test_there_is_nothing_else_there(guarded: Guarded) -> None:
    assert 405 == ask(guarded.wire, "POST", "/api/v1/oracle", ALICE, a=1).status
    assert 405 == ask(guarded.wire, "GET", SESSIONS, ALICE).status
    assert 404 == ask(guarded.wire, "GET", "/api/v1/oracle/else", ALICE).status
    assert 404 == ask(guarded.wire, "DELETE", f"{KEYS}/NOT:HEX", ALICE).status


def test_without_a_namespace_nothing_is_served(tmp_path: Path) -> None:
    with Registry(tmp_path) as plain:
        assert 404 == Wire(plain.address).ask("GET", "/api/v1/oracle").status
        assert 404 == Wire(plain.address).ask("GET", "/20180608/vaults").status


def test_a_tunnel_on_every_address_is_told_by_the_name_that_was_called(tmp_path: Path) -> None:
    whole = Configuration.on(tmp_path)
    everywhere = Tunnel("0.0.0.0", 0)  # noqa: S104  # that is the test
    with Guarded(replace(whole, oracle=Oracle(namespace="acme"), tunnel=everywhere)) as running:
        told = running.wire.ask("GET", "/api/v1/oracle", headers=ALICE | {"Host": "registry.example:5000"})
        assert told.json["tunnel"].startswith("http://registry.example:")


def test_a_tunnel_that_leads_nowhere_is_found_before_the_start(tmp_path: Path) -> None:
    said: list[str] = []
    whole = replace(Configuration.on(tmp_path), tunnel=Tunnel(port=5003))
    [problem] = checking.problems(whole, said.append)
    assert ("service.setting-invalid", "tunnel.port") == (problem.code, problem.data["setting"])
    assert [] == checking.problems(replace(whole, oracle=Oracle(namespace="acme")), said.append)
    assert "tunnel: 127.0.0.1, port 5003" in said
