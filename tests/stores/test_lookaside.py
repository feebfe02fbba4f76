"""Signature stores in folders and on web servers, by every layout."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from sealwright import limits, reasons
from sealwright.digest import Digest
from sealwright.errors import SealwrightError, StorageError, UsageError
from sealwright.service.configuration import Configuration
from sealwright.signature import Listed, StoredSignature, Unreadable
from sealwright.stores.lookaside import LookasideStore
from sealwright.transport.client import Transport
from sealwright.transport.tls import VerifiedTls
from world import openpgp, simple
from world.hostile_registry import HostileRegistry, Reply
from world.registry import Registry
from world.simple_stores import contents, finished, problems, subject
from world.tls import Tls
from world.wire import Wire

DIGEST = Digest.of(b"manifest")
ABOUT = subject(DIGEST)
OTHER = subject(Digest.of(b"other"))
USUAL = f"ns/app@sha256={DIGEST.encoded}"
OLDER = f"registry.example/ns/app@{DIGEST}"
MIXED = f"registry.example/ns/app@sha256={DIGEST.encoded}"


def no_transport() -> Transport:
    raise AssertionError("a folder needs no HTTP")


def in_folder(folder: Path, *, older: bool = False) -> LookasideStore:
    base = folder.as_uri()
    return LookasideStore(
        "registry.example", "ns/app", reads=base, writes=base, transport=no_transport, older=older
    )


@pytest.fixture
def on_the_web(transport: Transport) -> Callable[..., LookasideStore]:
    def make(reads: str, *, older: bool = False) -> LookasideStore:
        return LookasideStore(
            "registry.example", "ns/app", reads=reads, writes=reads, transport=lambda: transport, older=older
        )

    return make


def serve(hostile: HostileRegistry, path: str, *answers: bytes | Reply) -> None:
    """Give out signatures from number 1 on."""
    for number, answer in enumerate(answers, 1):
        reply = answer if isinstance(answer, Reply) else Reply(200, answer)
        hostile.on(f"GET {path}/signature-{number}", reply)


def signatures(count: int) -> list[bytes]:
    return [simple.signed(DIGEST) for _ in range(count)]


def test_what_is_added_is_listed_in_its_order_and_fetched(tmp_path: Path) -> None:
    store = in_folder(tmp_path / "store")
    made = signatures(3)
    paths = [store.add(ABOUT, finished(one)) for one in made]
    assert [str(tmp_path / "store" / USUAL / f"signature-{n}") for n in (1, 2, 3)] == paths
    assert made == [Path(path).read_bytes() for path in paths]
    assert made == contents(store, ABOUT)
    assert [] == contents(store, OTHER)


def test_files_can_be_read_by_everybody_and_nothing_else_is_left(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        path = Path(in_folder(tmp_path / "store").add(ABOUT, finished(simple.signed(DIGEST))))
    finally:
        os.umask(before)
    assert 0o644 == path.stat().st_mode & 0o777
    assert {0o755} == {folder.stat().st_mode & 0o777 for folder in (path.parent, path.parent.parent)}
    assert [path] == list(path.parent.iterdir())


def test_the_same_signature_is_kept_once(tmp_path: Path) -> None:
    store = in_folder(tmp_path)
    first, second = signatures(2)
    one = store.add(ABOUT, finished(first))
    store.add(ABOUT, finished(second))
    assert one == store.add(ABOUT, finished(first))
    assert [first, second] == contents(store, ABOUT)


def test_a_new_signature_fills_the_first_gap(tmp_path: Path) -> None:
    store = in_folder(tmp_path)
    made = signatures(4)
    paths = [Path(store.add(ABOUT, finished(one))) for one in made[:3]]
    paths[1].unlink()
    assert str(paths[1]) == store.add(ABOUT, finished(made[3]))
    assert [made[0], made[3], made[2]] == contents(store, ABOUT)


def test_a_gap_ends_the_list_and_what_hides_behind_it_is_told(tmp_path: Path) -> None:
    store = in_folder(tmp_path)
    made = signatures(3)
    paths = [Path(store.add(ABOUT, finished(one))) for one in made]
    paths[1].unlink()
    *listed, hidden = store.listed(ABOUT)
    assert [str(paths[0])] == [one.location for one in listed]
    assert isinstance(hidden, Unreadable)
    assert (str(paths[2]), "store.gap") == (hidden.location, hidden.reason)
    assert "signature-2 is missing" in reasons.sentence(hidden.reason, hidden.data)


def test_a_full_folder_takes_no_more_than_clients_read(tmp_path: Path) -> None:
    folder = tmp_path / USUAL
    folder.mkdir(parents=True)
    for number in range(1, limits.SIMPLE_SIGNATURES + 1):
        (folder / f"signature-{number}").write_bytes(str(number).encode())
    with pytest.raises(StorageError, match="holds 127 signatures already") as caught:
        in_folder(tmp_path).add(ABOUT, finished(simple.signed(DIGEST)))
    assert "store.full" == caught.value.code
    assert limits.SIMPLE_SIGNATURES == len(list(folder.iterdir()))


def test_a_folder_that_is_not_there_is_an_empty_list(tmp_path: Path) -> None:
    assert [] == list(in_folder(tmp_path / "nowhere").listed(ABOUT))
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be written") as caught:
        in_folder(tmp_path / "file").add(ABOUT, finished(b"x"))
    assert "file.unwritable" == caught.value.code


def test_the_layout_of_old_atomic_is_read_and_on_request_written(tmp_path: Path) -> None:
    made = signatures(4)
    for folder, content in ((OLDER, made[0]), (MIXED, made[1]), (USUAL, made[2])):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "signature-1").write_bytes(content)
    (tmp_path / MIXED / "signature-2").write_bytes(made[2])
    assert [made[2], made[0], made[1]] == contents(in_folder(tmp_path), ABOUT)
    older = in_folder(tmp_path, older=True)
    assert str(tmp_path / OLDER / "signature-2") == older.add(ABOUT, finished(made[3]))
    assert [made[0], made[3], made[1], made[2]] == contents(older, ABOUT)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "store.not-a-signature"),
        (b"<html>sorry</html>", "store.not-a-signature"),
        (b"-----BEGIN PGP MESSAGE-----\n", "store.not-a-signature"),
        (b"-----BEGIN PGP SIGNED MESSAGE-----\n", "store.not-a-signature"),
        (openpgp.signature(), "store.not-a-signature"),
        (openpgp.literal(b"{}"), "store.not-a-signature"),
        (b"\xa3\xff\xff", "store.not-a-signature"),
        (b"\x00sigstore-json\n{}", "store.not-a-signature"),
        (bytes(limits.SIMPLE_SIGNATURE_BYTES + 1), "file.too-large"),
    ],
)
def test_what_is_no_signature_hides_none_behind_it(tmp_path: Path, content: bytes, code: str) -> None:
    store = in_folder(tmp_path)
    made = signatures(2)
    first = Path(store.add(ABOUT, finished(made[0])))
    first.with_name("signature-2").write_bytes(content)
    assert str(first.with_name("signature-3")) == store.add(ABOUT, finished(made[1]))
    assert made == contents(store, ABOUT)
    assert [(code, False)] == problems(store.listed(ABOUT))


def test_a_pipe_in_the_place_of_a_signature_is_not_waited_for(tmp_path: Path) -> None:
    store = in_folder(tmp_path)
    made = signatures(2)
    first = Path(store.add(ABOUT, finished(made[0])))
    os.mkfifo(first.with_name("signature-2"))
    store.add(ABOUT, finished(made[1]))
    assert made == contents(store, ABOUT)
    assert [("file.not-regular", False)] == problems(store.listed(ABOUT))


def test_signatures_of_every_version_are_listed_for_others_to_judge(tmp_path: Path) -> None:
    store = in_folder(tmp_path)
    payload = openpgp.payload(DIGEST)
    made = [
        openpgp.message(payload, openpgp.signature(6)),
        openpgp.message(payload, openpgp.signature_3("00" * 8, 1)),
        openpgp.zipped(openpgp.message(payload)),
        b"\x00simple-signing\n" + openpgp.message(payload),
        openpgp.message(payload, openpgp.signature(), openpgp.signature()),
    ]
    for one in made:
        store.add(ABOUT, finished(one))
    assert made == contents(store, ABOUT)


def test_a_signature_that_changed_since_it_was_listed_is_told(tmp_path: Path) -> None:
    store = in_folder(tmp_path)
    first, second = signatures(2)
    path = Path(store.add(ABOUT, finished(first)))
    (listed,) = store.listed(ABOUT)
    assert isinstance(listed, Listed)
    path.write_bytes(second)
    assert isinstance(store.fetch(ABOUT, listed), StoredSignature), "it was remembered"
    assert [] == list(store.listed(OTHER))
    changed = store.fetch(ABOUT, listed)
    assert isinstance(changed, Unreadable)
    assert ("store.changed", True) == (changed.reason, changed.retryable)
    path.write_bytes(first)
    assert isinstance(store.fetch(ABOUT, listed), StoredSignature)


def test_the_base_of_a_folder_may_be_escaped_and_end_with_a_slash(tmp_path: Path) -> None:
    folder = tmp_path / "a b%"
    base = f"{folder.as_uri()}/"
    assert "%20" in base
    store = LookasideStore("h.example", "app", reads=base, writes=base, transport=no_transport)
    expected = folder / f"app@sha256={DIGEST.encoded}" / "signature-1"
    assert str(expected) == store.add(ABOUT, finished(simple.signed(DIGEST)))
    assert 1 == len(contents(store, ABOUT))


def test_no_base_is_an_empty_list_and_takes_nothing() -> None:
    store = LookasideStore("h.example", "app", reads="", writes="", transport=no_transport)
    assert [] == list(store.listed(ABOUT))
    with pytest.raises(UsageError, match="no signature store is configured"):
        store.add(ABOUT, finished(b"x"))


@pytest.mark.parametrize("base", ["ftp://h.example/s", "nothing", "", "//h/x", "http://[::1/x", "file:x"])
def test_other_schemes_are_neither_read_nor_written(base: str) -> None:
    store = LookasideStore("h.example", "app", reads=base or "x", writes=base or "x", transport=no_transport)
    assert [("store.scheme-unknown", False)] == problems(store.listed(ABOUT))
    with pytest.raises(UsageError) as caught:
        store.add(ABOUT, finished(b"x"))
    assert "store.scheme-unknown" == caught.value.code


def test_a_web_server_takes_nothing_and_the_key_to_set_is_named(
    on_the_web: Callable[..., LookasideStore],
) -> None:
    with pytest.raises(UsageError, match="a web server only gives them out") as caught:
        on_the_web("https://u:secret@h.example/s?tok=secret").add(ABOUT, finished(b"x"))
    assert "lookaside-staging: file:///" in caught.value.hint
    assert "secret" not in f"{caught.value}{caught.value.hint}{caught.value.data}"


def test_a_web_server_is_asked_until_it_says_404(
    hostile: HostileRegistry, on_the_web: Callable[..., LookasideStore]
) -> None:
    made = signatures(2)
    serve(hostile, f"/store/{USUAL}", *made)
    store = on_the_web(f"{hostile.url}/store")
    assert made == contents(store, ABOUT)
    assert [f"GET /store/{USUAL}/signature-{n}" for n in (1, 2, 3)] == hostile.lines
    assert all("authorization" not in seen.headers for seen in hostile.seen)


def test_fetching_another_subject_in_between_asks_again(
    hostile: HostileRegistry, on_the_web: Callable[..., LookasideStore]
) -> None:
    (made,) = signatures(1)
    serve(hostile, f"/{USUAL}", made)
    store = on_the_web(hostile.url)
    (listed,) = store.listed(ABOUT)
    assert isinstance(listed, Listed)
    assert [] == list(store.listed(OTHER))
    fetched = store.fetch(ABOUT, listed)
    assert isinstance(fetched, StoredSignature)
    assert made == fetched.content


def test_the_base_is_joined_as_it_stands_and_keeps_its_query(
    hostile: HostileRegistry, on_the_web: Callable[..., LookasideStore]
) -> None:
    (made,) = signatures(1)
    hostile.on(f"GET /s//{USUAL}/signature-1?tok=secret", Reply(200, made))
    store = on_the_web(f"{hostile.url}/s/?tok=secret")
    (listed, *_) = store.listed(ABOUT)
    assert f"{hostile.url}/s//{USUAL}/signature-1" == listed.location
    assert [made] == contents(store, ABOUT)


def test_a_user_in_the_address_is_sent_as_basic_and_never_shown(
    hostile: HostileRegistry, on_the_web: Callable[..., LookasideStore]
) -> None:
    (made,) = signatures(1)
    serve(hostile, f"/s/{USUAL}", made, Reply(500))
    store = on_the_web(f"http://u%40x:p%3Aw@{hostile.address}/s")
    listed, unreadable = store.listed(ABOUT)
    assert "Basic dUB4OnA6dw==" == hostile.seen[0].headers["authorization"]
    for one in (listed, unreadable):
        assert not re.search("p%3Aw|p:w|u@x|u%40x", repr(one))


def test_a_redirect_is_followed_and_the_user_stays_at_home(
    hostile: HostileRegistry, on_the_web: Callable[..., LookasideStore]
) -> None:
    (made,) = signatures(1)
    with HostileRegistry() as elsewhere:
        elsewhere.on("GET /x", Reply(200, made))
        serve(hostile, f"/{USUAL}", Reply(302, headers={"Location": f"{elsewhere.url}/x"}))
        assert [made] == contents(on_the_web(f"http://u:p@{hostile.address}"), ABOUT)
        assert "authorization" not in elsewhere.seen[0].headers


@pytest.mark.parametrize("known", [True, False])
def test_a_store_with_tls_must_be_trusted(tmp_path: Path, *, known: bool) -> None:
    (made,) = signatures(1)
    tls = Tls(tmp_path)
    transport = Transport(
        VerifiedTls(tls.ca_file if known else Tls(tmp_path, "other").ca_file, environment={}), environment={}
    )
    with HostileRegistry(tls.server()) as store:
        serve(store, f"/{USUAL}", made)
        reader = LookasideStore(
            "h.example", "ns/app", reads=store.url, writes="", transport=lambda: transport
        )
        assert ([made] if known else []) == contents(reader, ABOUT)
        assert ([] if known else [("network.tls-not-trusted", False)]) == problems(reader.listed(ABOUT))
    transport.close()


def test_older_layouts_on_the_web_are_read_on_request(
    hostile: HostileRegistry, on_the_web: Callable[..., LookasideStore]
) -> None:
    made = signatures(2)
    serve(hostile, f"/{OLDER}", made[0])
    serve(hostile, f"/{USUAL}", made[1])
    assert [made[1]] == contents(on_the_web(hostile.url), ABOUT)
    assert made == contents(on_the_web(hostile.url, older=True), ABOUT)


def test_an_error_reads_as_a_sentence_without_its_secrets() -> None:
    error: SealwrightError = UsageError("store.write-over-http", location="https://h.example/s")
    assert "signatures cannot be written to https://h.example/s: a web server only gives them out" == str(
        error
    )


def test_what_is_written_into_a_folder_is_read_through_our_web_server_for_it(
    tmp_path: Path, on_the_web: Callable[..., LookasideStore]
) -> None:
    store = tmp_path / "store"
    made = signatures(3)
    for number, one in enumerate(made):
        in_folder(store, older=number == 2).add(ABOUT, finished(one))
    usual = Configuration.on(tmp_path / "unused")
    server = msgspec.structs.replace(usual.server, lookaside_only=str(store))
    with Registry(msgspec.structs.replace(usual, server=server)) as running:
        for base in (f"http://{running.address}", f"http://{running.address}/"):
            assert made[:2] == contents(on_the_web(base), ABOUT)
            assert [made[2], *made[:2]] == contents(on_the_web(base, older=True), ABOUT)
            assert [] == list(on_the_web(base).listed(OTHER))


def test_our_service_is_read_as_a_signature_store(
    tmp_path: Path, on_the_web: Callable[..., LookasideStore]
) -> None:
    with Registry(tmp_path / "registry") as running:
        wire = Wire(running.address)
        digest = simple.push_image(wire, "ns/app")
        made = [simple.signed(digest) for _ in range(2)]
        for one in made:
            assert 201 == simple.attach(wire, "ns/app", digest, one).status
        assert made == contents(on_the_web(f"http://{running.address}/lookaside"), subject(digest))
