"""The client of vaults, and whatever may answer in their place."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping

import pytest

from sealwright import limits
from sealwright.errors import (
    AccessDeniedError,
    KeyUnavailableError,
    NotFoundError,
    RegistryError,
    SealwrightError,
    UsageError,
)
from sealwright.service_client.vaults import VaultClient
from sealwright.transport.client import Transport
from sealwright.transport.message import Request
from sealwright.transport.response import Response
from sealwright.transport.retries import RetryPolicy
from world.hostile_registry import HostileRegistry, Reply

VAULT = {"id": "v", "name": "production", "state": "ACTIVE"}
KEY = {"id": "k", "name": "build", "vault": "v", "state": "ENABLED", "algorithm": "ECDSA"}
VERSION = {"id": "kv", "number": 1, "state": "ENABLED"}

ASKS: Mapping[str, Callable[[VaultClient], object]] = {
    "vaults": lambda client: list(client.vaults()),
    "vault": lambda client: client.vault("v"),
    "create_vault": lambda client: client.create_vault({"name": "production"}),
    "change_vault": lambda client: client.change_vault("v", {"name": "staging"}),
    "act_on_vault": lambda client: client.act_on_vault("v", "cancel-deletion"),
    "wrapping_key": lambda client: client.wrapping_key("v"),
    "keys": lambda client: list(client.keys("v", "build")),
    "key": lambda client: client.key("k"),
    "create_key": lambda client: client.create_key("v", {"name": "build"}),
    "import_key": lambda client: client.import_key("v", {"name": "build"}),
    "change_key": lambda client: client.change_key("k", {"name": "release"}),
    "act_on_key": lambda client: client.act_on_key("k", "disable"),
    "rotate": lambda client: client.rotate("k"),
    "versions": lambda client: list(client.versions("k")),
    "version": lambda client: client.version("k", "1"),
    "act_on_version": lambda client: client.act_on_version("k", "1", "cancel-deletion"),
    "put_certificates": lambda client: client.put_certificates("k", "1", "PEM"),
    "sign": lambda client: client.sign("k", "", "ECDSA_SHA_256", b"message"),
    "verify": lambda client: client.verify("k", "", "ECDSA_SHA_256", b"message", b"signature"),
    "export": lambda client: client.export("k"),
}


@pytest.fixture
def server() -> Iterator[HostileRegistry]:
    with HostileRegistry() as running:
        yield running


@pytest.fixture
def client(server: HostileRegistry) -> Iterator[VaultClient]:
    transport = Transport(environment={}, retries=RetryPolicy(tries=1, shortest=0.001, longest=0.01))

    def send(
        method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Response:
        return transport.send(Request(method, url, headers or {}, body))

    yield VaultClient(send, server.url)
    transport.close()


def answer(value: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value).encode())


def refusal(status: int, reason: str, **detail: str) -> Reply:
    error = {"code": "DENIED", "message": "the server's words", "detail": {"reason": reason, **detail}}
    return answer({"errors": [error]}, status)


@pytest.mark.parametrize("name", ASKS)
@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html>"),
        Reply(200, b""),
        Reply(200, b"[]"),
        Reply(200, b"[" * 100_000),
        Reply(200, b'{"items": [1], "id": 5, "signature": 1, "publicKey": 1, "valid": "yes"}'),
        Reply(404, b"404 page not found"),
    ],
    ids=lambda reply: f"{reply.status} {reply.body[:12]!r}",
)
def test_what_does_not_answer_as_our_service_is_told(
    server: HostileRegistry, client: VaultClient, name: str, reply: Reply
) -> None:
    server.on_match(".*", reply)
    with pytest.raises(RegistryError) as caught:
        ASKS[name](client)
    assert "registry.service-absent" == caught.value.code


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        (401, "approval.needed", AccessDeniedError),
        (403, "approval.needed", AccessDeniedError),
        (404, "vault.unknown", NotFoundError),
        (409, "vault.state", KeyUnavailableError),
        (400, "vault.name-invalid", UsageError),
        (503, "vault.no-root", RegistryError),
    ],
)
def test_a_refusal_is_the_error_that_it_would_be_here(
    server: HostileRegistry, client: VaultClient, status: int, reason: str, kind: type[SealwrightError]
) -> None:
    server.on_match(".*", refusal(status, reason, key="build", name="build"))
    with pytest.raises(kind) as caught:
        client.key("k")
    assert (reason, "build") == (caught.value.code, caught.value.data["key"])
    assert str(caught.value)
    assert (status == 503) == caught.value.retryable


@pytest.mark.parametrize("reason", ["vault.of-another-version", "key.passphrase-wrong", "", "x" * 10_000])
def test_a_refusal_in_codes_that_are_not_for_us_stays_what_the_service_said(
    server: HostileRegistry, client: VaultClient, reason: str
) -> None:
    server.on_match(".*", refusal(403, reason))
    with pytest.raises(AccessDeniedError) as caught:
        client.key("k")
    assert "registry.service-refused" == caught.value.code
    assert "the server's words" in str(caught.value)


def test_what_the_service_tells_of_itself_is_one_bounded_line(
    server: HostileRegistry, client: VaultClient
) -> None:
    server.on_match(".*", refusal(409, "vault.state", name="a\x1b[2J\nb" + "x" * 10_000))
    with pytest.raises(KeyUnavailableError) as caught:
        client.key("k")
    shown = str(caught.value.data["name"])
    assert shown.startswith("a [2J b")
    assert limits.CLAIM_LENGTH == len(shown)


def test_every_page_is_read_and_no_more_than_a_bound(server: HostileRegistry, client: VaultClient) -> None:
    server.on("GET /api/v1/vaults", answer({"items": [VAULT], "next": "a b"}))
    server.on("GET /api/v1/vaults?last=a+b", answer({"items": [VAULT], "next": None}))

    assert 2 == len(list(client.vaults()))

    server.on_match("GET /api/v1/keys.*", answer({"items": [KEY], "next": "again"}))
    assert limits.SERVICE_PAGES == len(list(client.keys()))


def test_identifiers_and_names_are_escaped(server: HostileRegistry, client: VaultClient) -> None:
    server.on_match(".*", answer({"items": [], "next": None}))

    list(client.keys("../me", "a&b c"))
    list(client.versions("k/../.."))

    assert [
        "GET /api/v1/vaults/..%2Fme/keys?name=a%26b+c",
        "GET /api/v1/keys/k%2F..%2F../versions?n=100",
    ] == server.lines


def test_a_signature_is_asked_for_with_all_that_was_given(
    server: HostileRegistry, client: VaultClient
) -> None:
    told = {"key": "k", "version": "kv", "algorithm": "ECDSA_SHA_256", "signature": "AAE=", "proof": "Ag=="}
    server.on_match(".*", answer(told))

    made = client.sign("k", "kv", "ECDSA_SHA_256", b"\xff", digested=True, approval="r")

    assert (b"\0\1", b"\2") == (made.signature, made.proof)
    (asked,) = server.seen
    assert "POST /api/v1/keys/k/sign" == asked.line
    assert {
        "message": base64.b64encode(b"\xff").decode(),
        "algorithm": "ECDSA_SHA_256",
        "digested": True,
        "version": "kv",
        "approval": "r",
    } == json.loads(asked.body)


def test_a_signature_is_asked_for_once(server: HostileRegistry, client: VaultClient) -> None:
    server.on_match(".*", Reply(drop=True))
    with pytest.raises(SealwrightError):
        client.sign("k", "", "ECDSA_SHA_256", b"message")
    assert 1 == len(server.seen)
