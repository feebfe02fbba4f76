"""Redirects: followed where that is safe, and never with secrets to somebody else."""

import pytest

from sealwright.errors import NetworkError
from sealwright.transport.client import Transport
from sealwright.transport.message import Request, StreamedBody
from sealwright.transport.tls import VerifiedTls
from world.hostile_registry import HostileRegistry, Reply
from world.tls import Tls

SECRETS = {"Authorization": "Bearer secret", "Cookie": "session=secret", "X-Plain": "kept"}


def to(url: str, status: int = 307) -> Reply:
    return Reply(status, headers={"Location": url})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_reader_is_taken_along(server: HostileRegistry, transport: Transport, status: int) -> None:
    server.on("GET /a", to("/b?c=d", status))
    server.on("GET /b?c=d", Reply(200, b"here"))
    response = transport.send(Request("GET", f"{server.url}/a", SECRETS))
    assert b"here" == response.read(10)
    assert f"{server.url}/b?c=d" == response.url
    assert "Bearer secret" == server.seen[1].headers["authorization"]


def test_secrets_stay_with_their_origin(
    server: HostileRegistry, other: HostileRegistry, transport: Transport
) -> None:
    server.on("GET /a", to(f"{other.url}/b"))
    other.on("GET /b", to(f"{server.url}/c"))
    server.on("GET /c", Reply(200))
    transport.send(Request("GET", f"{server.url}/a", SECRETS)).discard()
    assert {"authorization", "cookie"}.isdisjoint(other.seen[0].headers)
    assert "kept" == other.seen[0].headers["x-plain"]
    assert {"authorization", "cookie"}.isdisjoint(server.seen[1].headers), "also not on the way back"


def test_another_name_of_the_same_machine_is_another_origin(
    server: HostileRegistry, transport: Transport
) -> None:
    server.on("GET /a", to(f"http://localhost:{server.port}/b"))
    server.on("GET /b", Reply(200))
    transport.send(Request("GET", f"{server.url}/a", SECRETS)).discard()
    assert "authorization" not in server.seen[1].headers


def test_redirects_are_counted(server: HostileRegistry, transport: Transport) -> None:
    server.on_match(r"GET /\d*", lambda seen: to(f"/{len(server.seen)}"))
    with pytest.raises(NetworkError) as caught:
        transport.send(Request("GET", f"{server.url}/0"))
    assert "network.too-many-redirects" == caught.value.code
    assert 6 == len(server.seen)


def test_none_leads_away_from_encryption(
    server: HostileRegistry, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tls = Tls(tmp_path_factory.mktemp("tls"))
    with HostileRegistry(tls.server()) as secure:
        secure.on("GET /a", to(f"{server.url}/b"))
        transport = Transport(VerifiedTls(tls.ca_file, environment={}), environment={})
        with pytest.raises(NetworkError) as caught:
            transport.send(Request("GET", f"{secure.url}/a", SECRETS))
        transport.close()
    assert "network.redirect-insecure" == caught.value.code
    assert [] == server.seen


def test_a_body_is_sent_again_to_the_new_place(
    server: HostileRegistry, other: HostileRegistry, transport: Transport
) -> None:
    server.on("PUT /a", to(f"{other.url}/b"))
    other.on("PUT /b", Reply(201))
    body = StreamedBody(lambda: iter([b"content"]), 7)
    assert 201 == transport.send(Request("PUT", f"{server.url}/a", SECRETS, body)).status
    assert b"content" == other.seen[0].body


def test_a_stream_that_must_not_be_sent_twice_is_not_redirected(
    server: HostileRegistry, transport: Transport
) -> None:
    server.on("PATCH /a", to("/b"))
    body = StreamedBody(lambda: iter([b"content"]), 7)
    with pytest.raises(NetworkError) as caught:
        transport.send(Request("PATCH", f"{server.url}/a", {}, body))
    assert "network.redirect-of-a-stream" == caught.value.code


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_writer_is_not_turned_into_a_reader(
    server: HostileRegistry, transport: Transport, status: int
) -> None:
    server.on("POST /a", to("/b", status))
    assert status == transport.send(Request("POST", f"{server.url}/a")).status
    assert ["POST /a"] == server.lines


def test_the_caller_may_want_none(server: HostileRegistry, transport: Transport) -> None:
    server.on("GET /a", to("/b"))
    assert 307 == transport.send(Request("GET", f"{server.url}/a"), redirects="none").status


def test_the_caller_may_want_the_same_origin_only(
    server: HostileRegistry, other: HostileRegistry, transport: Transport
) -> None:
    server.on("GET /a", to("/b"))
    server.on("GET /b", to(f"{other.url}/c"))
    with pytest.raises(NetworkError) as caught:
        transport.send(Request("GET", f"{server.url}/a"), redirects="same-origin")
    assert "network.redirect-elsewhere" == caught.value.code
    assert [] == other.seen


@pytest.mark.parametrize("location", ["ftp://x/", "http://a b/", "http://x:y/", "//[::1", "//[x]/"])
def test_a_location_that_leads_nowhere(server: HostileRegistry, transport: Transport, location: str) -> None:
    server.on("GET /a", to(location))
    with pytest.raises(NetworkError) as caught:
        transport.send(Request("GET", f"{server.url}/a"))
    assert "network.not-a-url" == caught.value.code


def test_a_redirect_without_a_place_is_an_answer(server: HostileRegistry, transport: Transport) -> None:
    server.on("GET /a", Reply(307))
    assert 307 == transport.send(Request("GET", f"{server.url}/a")).status
