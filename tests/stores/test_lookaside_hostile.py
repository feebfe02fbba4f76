"""A signature store that does its worst: what was good before stays good, and time and memory are bounded."""

import time
import tracemalloc
from collections.abc import Callable

import pytest

from sealwright import limits, reasons
from sealwright.digest import Digest
from sealwright.signature import Listed, StoredSignature, Unreadable
from sealwright.stores.lookaside import LookasideStore
from sealwright.transport.client import Transport
from sealwright.transport.deadline import Deadline
from world import simple
from world.hostile_registry import HostileRegistry, Reply, Seen
from world.registry import free_port
from world.simple_stores import contents, problems, subject

DIGEST = Digest.of(b"manifest")
ABOUT = subject(DIGEST)
FOLDER = f"/ns/app@sha256={DIGEST.encoded}"
MIB = 1024 * 1024


@pytest.fixture
def make(hostile: HostileRegistry, transport: Transport) -> Callable[..., LookasideStore]:
    def store(seconds: float | None = None) -> LookasideStore:
        return LookasideStore(
            "h.example",
            "ns/app",
            reads=hostile.url,
            writes="",
            transport=lambda: transport,
            deadline=Deadline(seconds),
        )

    return store


def serve(hostile: HostileRegistry, *answers: bytes | Reply) -> None:
    for number, answer in enumerate(answers, 1):
        reply = answer if isinstance(answer, Reply) else Reply(200, answer)
        hostile.on(f"GET {FOLDER}/signature-{number}", reply)


@pytest.mark.parametrize(
    ("reply", "code", "retryable"),
    [
        (Reply(500), "store.answered", True),
        (Reply(503), "store.answered", True),
        (Reply(429), "store.answered", True),
        (Reply(403), "store.answered", False),
        (Reply(410), "store.answered", False),
        (Reply(204), "store.answered", False),
        (Reply(304), "store.answered", False),
        (Reply(206, b"part"), "store.answered", False),
        (Reply(302), "store.answered", False),
        (Reply(200, b"\xa3\x01", length=100), "network.body-cut-short", True),
        (Reply(drop=True), "network.connection-lost", True),
        (Reply(raw=b"SSH-2.0-OpenSSH\r\n"), "network.protocol", False),
        (Reply(302, headers={"Location": "signature-2"}), "network.too-many-redirects", False),
        (Reply(302, headers={"Location": "ftp://h.example/"}), "network.not-a-url", False),
    ],
)
def test_a_failure_ends_the_list_and_takes_nothing_away(
    hostile: HostileRegistry, make: Callable[..., LookasideStore], reply: Reply, code: str, *, retryable: bool
) -> None:
    made = [simple.signed(DIGEST) for _ in range(2)]
    serve(hostile, made[0], reply, made[1])
    store = make()
    assert made[:1] == contents(store, ABOUT)
    assert [(code, retryable)] == problems(store.listed(ABOUT))
    assert f"GET {FOLDER}/signature-3" not in hostile.lines
    *_, told = store.listed(ABOUT)
    assert isinstance(told, Unreadable)
    assert f"{hostile.url}{FOLDER}/signature-2" == told.location
    assert "<" not in reasons.sentence(told.reason, told.data)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(200, b"<!DOCTYPE html><html>Sorry</html>"), "store.not-a-signature"),
        (Reply(200, b"", {"Content-Type": "text/html"}), "store.not-a-signature"),
        (Reply(200, b"-----BEGIN PGP SIGNED MESSAGE-----\n\nx"), "store.not-a-signature"),
        (Reply(200, bytes(5 * MIB)), "store.too-large"),
        (Reply(200, endless=bytes(65536)), "store.too-large"),
    ],
)
def test_what_is_no_signature_is_passed_over(
    hostile: HostileRegistry, make: Callable[..., LookasideStore], reply: Reply, code: str
) -> None:
    made = [simple.signed(DIGEST) for _ in range(2)]
    serve(hostile, made[0], reply, made[1])
    assert made == contents(make(), ABOUT)
    assert [(code, False)] == problems(make().listed(ABOUT))


def test_a_signature_that_breaks_off_once_is_asked_for_again(
    hostile: HostileRegistry, make: Callable[..., LookasideStore]
) -> None:
    made = [simple.signed(DIGEST) for _ in range(2)]
    serve(hostile, *made)
    cut = Reply(200, made[0][:50], length=len(made[0]))
    hostile.on(f"GET {FOLDER}/signature-1", cut, cut, Reply(200, made[0]))
    assert made == contents(make(), ABOUT)


def test_a_store_that_nobody_runs_is_told_of_as_passing(transport: Transport) -> None:
    store = LookasideStore(
        "h.example",
        "ns/app",
        reads=f"http://127.0.0.1:{free_port()}",
        writes="",
        transport=lambda: transport,
    )
    assert [("network.refused", True)] == problems(store.listed(ABOUT))


def test_secrets_in_a_redirect_to_itself_are_not_told(hostile: HostileRegistry, transport: Transport) -> None:
    hostile.on_match("GET .*", Reply(302, headers={"Location": f"{FOLDER}/signature-1?tok=secret"}))
    store = LookasideStore(
        "h.example",
        "ns/app",
        reads=f"{hostile.url}?tok=secret",
        writes="",
        transport=lambda: transport,
    )
    (told,) = store.listed(ABOUT)
    assert isinstance(told, Unreadable)
    assert "secret" not in repr(told)


def test_signatures_without_end_are_given_up_after_as_many_as_are_enough(
    hostile: HostileRegistry, make: Callable[..., LookasideStore]
) -> None:
    hostile.on_match("GET .*", lambda _: Reply(200, simple.signed(DIGEST)))
    store = make()
    listed = list(store.listed(ABOUT))
    assert [("store.too-many", False)] == problems(listed)
    good = [one for one in listed if isinstance(one, Listed)]
    assert limits.LOOKASIDE_SIGNATURES == len(good)
    assert limits.LOOKASIDE_SIGNATURES + 1 == len(hostile.seen)
    assert isinstance(store.fetch(ABOUT, good[0]), StoredSignature)
    assert isinstance(store.fetch(ABOUT, good[-1]), StoredSignature)


@pytest.mark.parametrize("size", [4 * MIB - 1, 5 * MIB])
def test_large_ones_without_end_are_given_up_after_as_many_bytes_as_are_enough(
    hostile: HostileRegistry, make: Callable[..., LookasideStore], size: int
) -> None:
    made = simple.signed(DIGEST)
    filler = b"\xa3" + bytes(size)

    def answer(seen: Seen) -> Reply:
        return Reply(200, made if seen.path.endswith("signature-1") else filler)

    hostile.on_match("GET .*", answer)
    tracemalloc.start()
    try:
        assert [made] == contents(make(), ABOUT)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    *_, last = problems(make().listed(ABOUT))
    assert ("store.too-much", False) == last
    asked = len(hostile.seen) // 2
    assert limits.LOOKASIDE_BYTES // (4 * MIB) <= asked <= limits.LOOKASIDE_BYTES // (4 * MIB) + 3
    assert most < 64 * MIB, "the server in this process included"


@pytest.mark.parametrize("reply", [Reply(200, bytes(1000), trickle=0.05), Reply(200, b"x", delay=5)])
def test_a_slow_store_costs_no_more_time_than_it_is_given(
    hostile: HostileRegistry, make: Callable[..., LookasideStore], reply: Reply
) -> None:
    made = simple.signed(DIGEST)
    serve(hostile, made, reply)
    store = make(1)
    begun = time.monotonic()
    assert [made] == contents(store, ABOUT)
    assert time.monotonic() - begun < 3
    assert [("network.timed-out", True)] == problems(store.listed(ABOUT))[-1:]


def test_a_store_that_answers_each_number_slowly_shares_one_deadline(
    hostile: HostileRegistry, make: Callable[..., LookasideStore]
) -> None:
    hostile.on_match("GET .*", lambda _: Reply(200, simple.signed(DIGEST), delay=0.3))
    begun = time.monotonic()
    listed = list(make(1).listed(ABOUT))
    assert time.monotonic() - begun < 3
    assert [("network.timed-out", True)] == problems(listed)
    assert 2 <= len(listed) <= 4
    assert limits.LOOKASIDE_SECONDS <= 60
