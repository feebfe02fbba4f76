"""The signature store of the service: what a client that counts from 1 to the first 404 gets to see."""

import base64
import uuid

import pytest

from sealwright.digest import Digest
from world import simple
from world.wire import Answer, Wire


@pytest.fixture
def name() -> str:
    return f"ns/{uuid.uuid4()}"


@pytest.fixture
def digest(wire: Wire, name: str) -> Digest:
    return simple.push_image(wire, name, unique=name)


def store(wire: Wire, name: str, digest: Digest) -> list[bytes]:
    """Everything that a client finds: it ends at a 404, and at nothing else."""
    found: list[bytes] = []
    while True:
        answer = wire.ask("GET", f"/lookaside/{name}@sha256={digest.encoded}/signature-{len(found) + 1}")
        if answer.status == 404:
            return found
        assert 200 == answer.status, answer
        found.append(answer.body)


def attach(wire: Wire, name: str, digest: Digest, count: int) -> list[bytes]:
    contents = [simple.signed(digest) for _ in range(count)]
    for number, content in enumerate(contents, 1):
        told = simple.name_of(digest, number)
        assert 201 == simple.attach(wire, name, digest, content, name=told).status
    return contents


def revoke(wire: Wire, name: str, digest: Digest, number: int) -> None:
    assert 202 == wire.ask("DELETE", simple.path(name, simple.name_of(digest, number))).status


def test_signatures_are_numbered_from_one_in_the_order_of_their_coming(
    wire: Wire, name: str, digest: Digest
) -> None:
    assert attach(wire, name, digest, 3) == store(wire, name, digest)


def test_a_signature_is_sent_as_bytes_and_never_as_a_page(wire: Wire, name: str, digest: Digest) -> None:
    (content,) = attach(wire, name, digest, 1)
    path = f"/lookaside/{name}@sha256={digest.encoded}/signature-1"
    got, head = wire.ask("GET", path), wire.ask("HEAD", path)
    assert (200, content) == (got.status, got.body)
    assert (200, b"") == (head.status, head.body)
    for answer in (got, head):
        assert "application/octet-stream" == answer.headers["content-type"]
        assert str(len(content)) == answer.headers["content-length"]
        assert "nosniff" == answer.headers["x-content-type-options"]
        assert f'"{Digest.of(content)}"' == answer.headers["etag"]
    again = wire.ask("GET", path, headers={"If-None-Match": got.headers["etag"]})
    assert (304, b"") == (again.status, again.body)


@pytest.mark.parametrize("gone", [1, 2, 3, 4])
def test_a_revoked_number_is_taken_by_the_last(wire: Wire, name: str, digest: Digest, gone: int) -> None:
    contents = attach(wire, name, digest, 4)
    revoke(wire, name, digest, gone)
    last = contents.pop()
    if gone < 4:
        contents[gone - 1] = last
    assert contents == store(wire, name, digest)
    more = simple.signed(digest)
    assert 201 == simple.attach(wire, name, digest, more).status
    assert [*contents, more] == store(wire, name, digest)


def test_there_is_no_hole_whatever_is_revoked(wire: Wire, name: str, digest: Digest) -> None:
    live = dict(enumerate(attach(wire, name, digest, 7), 1))
    for number in (7, 1, 4, 2, 6, 3, 5):
        revoke(wire, name, digest, number)
        del live[number]
        assert sorted(live.values()) == sorted(store(wire, name, digest))


@pytest.mark.parametrize(
    "form",
    [
        "/lookaside/{name}@sha256={hex}/signature-1",
        "/lookaside//{name}@sha256={hex}/signature-1",
        "//lookaside///{name}@sha256={hex}//signature-1",
        "/lookaside/{name}%40sha256%3D{hex}/signature-1",
        "/lookaside/{name}@sha256:{hex}/signature-1",
        "/lookaside/127.0.0.1:5000/{name}@sha256:{hex}/signature-1",
        "/lookaside/registry.example/{name}@sha256:{hex}/signature-1",
        "/lookaside/localhost/{name}@sha256={hex}/signature-1",
        "/lookaside/[::1]:5000/{name}@sha256:{hex}/signature-1",
        "/lookaside/sha256={hex}/signature-1",
    ],
)
def test_every_layout_that_clients_know_is_served(wire: Wire, name: str, digest: Digest, form: str) -> None:
    (content,) = attach(wire, name, digest, 1)
    answer = wire.ask("GET", form.format(name=name, hex=digest.encoded))
    assert (200, content) == (answer.status, answer.body)


def test_the_layout_without_repositories_counts_over_all_of_them(
    wire: Wire, name: str, digest: Digest
) -> None:
    both = simple.signed(digest)
    assert digest == simple.push_image(wire, f"{name}/copy", unique=name)
    first, second = simple.signed(digest), simple.signed(digest)
    for repository, content in (
        (name, first),
        (name, both),
        (f"{name}/copy", both),
        (f"{name}/copy", second),
    ):
        assert 201 == simple.attach(wire, repository, digest, content).status

    def ask(number: int) -> Answer:
        return wire.ask("GET", f"/lookaside/sha256={digest.encoded}/signature-{number}")

    assert [first, both, second] == [ask(number).body for number in (1, 2, 3)]
    assert 404 == ask(4).status


@pytest.mark.parametrize(
    "form",
    [
        "/lookaside/{name}@sha256={hex}/signature-0",
        "/lookaside/{name}@sha256={hex}/signature-01",
        "/lookaside/{name}@sha256={hex}/signature-2",
        "/lookaside/{name}@sha256={hex}/signature-999999999",
        "/lookaside/{name}@sha256={hex}/signature-9999999999",
        "/lookaside/{name}@sha256={hex}/signature-x",
        "/lookaside/{name}@sha256={hex}/",
        "/lookaside/{name}@sha256={hex}",
        "/lookaside/{name}@sha256=abc/signature-1",
        "/lookaside/{name}@md5={hex}/signature-1",
        "/lookaside/{name}/none@sha256={hex}/signature-1",
        "/lookaside/{name}@x@sha256={hex}/signature-1",
        "/lookaside/none/../{name}@sha256={hex}/signature-1",
        "/lookaside/",
        "/lookaside/" + "a" * 1100,
        "//elsewhere/{name}@sha256={hex}/signature-1",
        "/lookaside/sha256={hex}/signature-2",
    ],
)
def test_everything_else_is_the_end_of_the_list(wire: Wire, name: str, digest: Digest, form: str) -> None:
    attach(wire, name, digest, 1)
    answer = wire.ask("GET", form.format(name=name, hex=digest.encoded))
    assert (404, "application/json") == (answer.status, answer.headers["content-type"])
    assert "nosniff" == answer.headers["x-content-type-options"]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nothing_can_be_changed_there(wire: Wire, name: str, digest: Digest, method: str) -> None:
    attach(wire, name, digest, 1)
    answer = wire.ask(method, f"/lookaside/{name}@sha256={digest.encoded}/signature-1")
    assert (405, "GET, HEAD") == (answer.status, answer.headers["allow"])


def test_the_extension_and_the_store_show_the_same(wire: Wire, name: str, digest: Digest) -> None:
    attach(wire, name, digest, 5)
    revoke(wire, name, digest, 2)
    assert sorted(simple.listed(wire, name, digest)) == sorted(store(wire, name, digest))
    listed = wire.ask("GET", simple.path(name, digest)).json["signatures"]
    assert all(base64.b64decode(one["content"]) in store(wire, name, digest) for one in listed)
