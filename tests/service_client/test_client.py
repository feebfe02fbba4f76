"""The client of our service, and whatever may answer in its place: nothing is believed, nor read for ever."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import AccessDeniedError, NetworkError, NotFoundError, RegistryError, SealwrightError
from sealwright.service_client.answers import KeptSignature
from sealwright.service_client.client import ServiceClient
from sealwright.transport.client import Transport
from sealwright.transport.message import Request
from sealwright.transport.response import Response
from sealwright.transport.retries import RetryPolicy
from world.hostile_registry import HostileRegistry, Reply, Seen

DIGEST = Digest.of(b"image")
SIGNATURE = KeptSignature(
    "an-id", "app", DIGEST, "simple", "signed", "atomic", DIGEST, "2026-01-01T00:00:00Z"
)
RECORD = {
    "number": 1,
    "at": "2026-01-01T00:00:00Z",
    "by": "somebody",
    "maker": "client",
    "result": "verified",
}

Asks = Callable[[ServiceClient], object]
ASKS: Mapping[str, Asks] = {
    "image": lambda client: client.image("app", DIGEST),
    "images": lambda client: list(client.images(DIGEST)),
    "history": lambda client: list(client.history(SIGNATURE)),
    "record": lambda client: client.record(SIGNATURE, {"result": "removed"}),
}


@pytest.fixture
def server() -> Iterator[HostileRegistry]:
    with HostileRegistry() as running:
        yield running


@pytest.fixture
def client(server: HostileRegistry) -> Iterator[ServiceClient]:
    transport = Transport(environment={}, retries=RetryPolicy(tries=2, shortest=0.001, longest=0.01))

    def send(
        method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Response:
        return transport.send(Request(method, url, headers or {}, body))

    yield ServiceClient(send, server.url)
    transport.close()


def every(server: HostileRegistry, reply: Reply | Callable[[Seen], Reply]) -> None:
    server.on_match(".*", reply)


def error(status: int, reason: str = "service.right-missing", message: str = "no") -> Reply:
    body = {"errors": [{"code": "DENIED", "message": message, "detail": {"reason": reason}}]}
    return Reply(status, json.dumps(body).encode())


@pytest.mark.parametrize("name", ASKS)
@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html>"),
        Reply(200, b""),
        Reply(200, b"[]"),
        Reply(200, b"{}"),
        Reply(200, b"\xff"),
        Reply(200, b'{"images": [1], "verifications": [1], "next": null}'),
        Reply(200, b"[" * 100_000),
        Reply(404, b"404 page not found"),
        Reply(404, b'{"errors": []}'),
        Reply(405, b'{"errors": [{"code": "UNSUPPORTED", "message": "no"}]}'),
        Reply(401, b""),
    ],
    ids=lambda reply: f"{reply.status} {reply.body[:12]!r}",
)
def test_what_does_not_answer_as_our_service_is_told(
    server: HostileRegistry, client: ServiceClient, name: str, reply: Reply
) -> None:
    every(server, reply)
    with pytest.raises(RegistryError) as caught:
        ASKS[name](client)
    assert "registry.service-absent" == caught.value.code
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (401, AccessDeniedError, False),
        (403, AccessDeniedError, False),
        (404, NotFoundError, False),
        (409, RegistryError, False),
        (429, RegistryError, True),
        (500, RegistryError, True),
        (503, RegistryError, True),
    ],
)
def test_a_refusal_says_what_the_service_says(
    server: HostileRegistry,
    client: ServiceClient,
    status: int,
    kind: type[SealwrightError],
    *,
    retryable: bool,
) -> None:
    every(server, error(status, "service.some-reason", "it\x1b[2J may not be\n" + "x" * 10_000))
    with pytest.raises(kind) as caught:
        client.image("app", DIGEST)
    data = caught.value.data
    assert ("registry.service-refused", status, "service.some-reason") == (
        caught.value.code,
        data["status"],
        data["reason"],
    )
    assert str(data["said"]).startswith("it [2J may not be x")
    assert len(str(data["said"])) == limits.CLAIM_LENGTH
    assert retryable == caught.value.retryable


def test_an_answer_without_an_end_is_not_read_for_ever(
    server: HostileRegistry, client: ServiceClient
) -> None:
    every(server, Reply(200, endless=b"x" * 65536))
    with pytest.raises(NetworkError) as caught:
        client.image("app", DIGEST)
    assert "network.answer-too-large" == caught.value.code


def test_pages_without_an_end_are_not_asked_for_for_ever(
    server: HostileRegistry, client: ServiceClient
) -> None:
    page: dict[str, Any] = {"status": "verified", "verifications": [RECORD], "images": [], "next": "1"}
    every(server, Reply(200, json.dumps(page).encode()))
    assert limits.SERVICE_PAGES == len(list(client.history(SIGNATURE)))
    assert [] == list(client.images(DIGEST))
    assert 2 * limits.SERVICE_PAGES == len(server.seen)


def test_a_record_is_sent_once(server: HostileRegistry, client: ServiceClient) -> None:
    every(server, Reply(drop=True))
    with pytest.raises(NetworkError):
        client.record(SIGNATURE, {"result": "removed"})
    assert ["POST /api/v1/signatures/an-id/verifications"] == server.lines


def test_members_that_are_not_known_are_passed_over(server: HostileRegistry, client: ServiceClient) -> None:
    every(server, Reply(201, json.dumps(RECORD | {"verdict": None, "weather": "fine"}).encode()))
    made = client.record(SIGNATURE, {"result": "verified", "evidence": [DIGEST]})
    assert (1, "somebody", "verified") == (made.number, made.by, made.result)
    assert {"result": "verified", "evidence": [DIGEST]} == json.loads(server.seen[0].body)
