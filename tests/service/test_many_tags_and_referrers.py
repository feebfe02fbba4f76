"""Ten thousand tags and a thousand referrers, page by page, while others push: those, and each once."""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest

from sealwright import limits, media_types
from sealwright.digest import Digest
from world.registry import Registry
from world.storages import Storages
from world.wire import IMAGE, Wire

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize(
        "storage_kind",
        ["folder", pytest.param("shared", marks=pytest.mark.peer("postgres", "versitygw"))],
    ),
]

NAME = "many/app"
TAGS = 10_000
REFERRERS = 1_000
KINDS = ("application/x.a", "application/x.b")
CONFIG = {"mediaType": media_types.EMPTY, "digest": str(Digest.of(b"{}")), "size": 2}


def manifest(**members: object) -> bytes:
    whole = {"schemaVersion": 2, "mediaType": IMAGE, "config": CONFIG, "layers": [], **members}
    return json.dumps(whole).encode()


def put(wire: Wire, content: bytes, *tags: str) -> Digest:
    """Push a manifest by its digest, to these tags."""
    digest = Digest.of(content)
    path = f"/v2/{NAME}/manifests/{digest}?{urlencode([('tag', tag) for tag in tags])}"
    assert 201 == wire.ask("PUT", path, content, {"Content-Type": IMAGE}).status
    return digest


def pages(wire: Wire, path: str, **query: object) -> Iterator[dict[str, list[str]]]:
    """What every page says, as `Link` leads to its end."""
    following = f"{path}?{urlencode(query)}" if query else path
    while following:
        answer = wire.ask("GET", following)
        assert 200 == answer.status, answer
        yield answer.json
        link = re.fullmatch(r'<(/v2/[^>]+)>; rel="next"', answer.headers.get("link", ""))
        following = link[1] if link else ""


def referrer(subject: Digest, number: int) -> bytes:
    return manifest(
        subject={"mediaType": IMAGE, "digest": str(subject), "size": 1},
        artifactType=KINDS[number % 2],
        annotations={"number": str(number)},
    )


@contextmanager
def pushing(wire: Wire, subject: Digest) -> Iterator[list[int]]:
    """Somebody else pushes tags and referrers without end; gives the numbers of what they pushed."""
    done = threading.Event()
    pushed: list[int] = []

    def work() -> None:
        number = TAGS
        while not done.is_set():
            put(wire, referrer(subject, number), f"late-{number:05}", f"{number:05}-late")
            pushed.append(number)
            number += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield pushed
    finally:
        done.set()
        thread.join(60)
        assert not thread.is_alive()


def test_listings_in_pages_are_exact_while_others_push(storages: Storages, storage_kind: str) -> None:
    tags = {f"v{number:05}" for number in range(TAGS)}
    with Registry(storages.settings(storage_kind)) as registry:
        wire = Wire(registry.address)
        subject = put(wire, manifest())
        ordered = sorted(tags)
        for first in range(0, TAGS, limits.TAGS_PER_PUSH):
            put(wire, manifest(), *ordered[first : first + limits.TAGS_PER_PUSH])
        referrers = {put(wire, referrer(subject, number)): number for number in range(REFERRERS)}
        with pushing(wire, subject) as pushed:
            for length in ({}, {"n": 100_000}, {"n": 997}, {"n": 2_500}):
                require_tags(wire, tags, length)
            for length in ({}, {"n": 7}, {"n": 333}, {"n": 1_000}):
                require_referrers(wire, subject, referrers, length)
        assert len(pushed) > 10, pushed
        late = {f"late-{number:05}" for number in pushed} | {f"{number:05}-late" for number in pushed}
        assert sorted(tags | late) == [
            tag for page in pages(wire, f"/v2/{NAME}/tags/list") for tag in page["tags"]
        ]
        late_referrers = {Digest.of(referrer(subject, number)) for number in pushed}
        assert referrers.keys() | late_referrers == set(
            listed(wire, f"/v2/{NAME}/referrers/{subject}", {"n": 100})
        )


def require_tags(wire: Wire, tags: set[str], length: dict[str, int]) -> None:
    """Every tag that was there before is listed once, in order, in pages of the wanted length."""
    found: list[str] = []
    for page in pages(wire, f"/v2/{NAME}/tags/list", **length):
        assert len(page["tags"]) <= min(length.get("n", limits.LISTING_PAGE), limits.LISTING_PAGE)
        found += page["tags"]
    assert sorted(set(found)) == found
    assert tags == {tag for tag in found if "late" not in tag}


def require_referrers(
    wire: Wire, subject: Digest, referrers: dict[Digest, int], length: dict[str, int]
) -> None:
    """Every referrer that was there before is listed once, of all types or of one."""
    path = f"/v2/{NAME}/referrers/{subject}"
    found = listed(wire, path, length)
    assert sorted(set(found)) == found
    assert referrers.keys() <= set(found)
    for turn, kind in enumerate(KINDS):
        found = listed(wire, path, {**length, "artifactType": kind})
        assert sorted(set(found)) == found
        assert {one for one, number in referrers.items() if number % 2 == turn} == referrers.keys() & found


def listed(wire: Wire, path: str, query: Mapping[str, int | str]) -> list[str]:
    """The digests of referrers, page by page; each page is of the wanted type, and as long as wanted."""
    found: list[str] = []
    for page in pages(wire, path, **query):
        entries: list[dict[str, str]] = page["manifests"]  # type: ignore[assignment]  # descriptors
        assert len(entries) <= int(query.get("n", limits.LISTING_PAGE))
        assert {query.get("artifactType", entry["artifactType"]) for entry in entries} == {
            entry["artifactType"] for entry in entries
        }
        found += [entry["digest"] for entry in entries]
    return found
