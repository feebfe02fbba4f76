"""The verdict cache: what is a hit, what is never kept, and what a folder must be to be believed."""

import datetime as dt
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from sealwright import limits, media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import NetworkError, NotFoundError, RegistryError, StorageError, UsageError
from sealwright.events import Event, Notice
from sealwright.evidence import TrustStore, Unavailable
from sealwright.homes.environment import Environment
from sealwright.homes.verdict_cache import Bounds, VerdictFolder, usual_folder
from sealwright.interfaces import Policy
from sealwright.policy.notation.lowering import NotationPolicy
from sealwright.rules import Statement
from sealwright.signature import Subject, Unreadable
from sealwright.verdict import Verdict
from sealwright.workflow.context import Context, Place
from sealwright.workflow.sign import Wish, sign
from sealwright.workflow.verdict_cache import VerdictCache, may_be_kept
from sealwright.workflow.verify import verify
from workflow.conftest import NAME, World, policy
from world import pki
from world.images import attach_signature

NOW = pki.NOW.replace(minute=0, second=0)
"""The first second of a bucket of 300 seconds."""


class Run:
    """Verifications of one image with a cache; counts what is downloaded."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder
        self.downloads = 0
        self.events: list[Event] = []
        self.endless = False
        self.failure: Exception | None = None
        self.root = pki.chain("ec256", length=2).root

    def sign(self, kind: str = "ec256", **wish: object) -> str:
        (made,) = sign(self.world.context(), NAME, self.world.signer(kind), Wish(**wish))  # type: ignore[arg-type]  # passed on
        return made.location

    def cache(self, seconds: int = 300) -> VerdictCache:
        return VerdictCache(VerdictFolder(self.folder), seconds, self.events.append)

    def verify(
        self,
        at: dt.datetime = NOW,
        *,
        cache: VerdictCache | None = None,
        by: Policy | None = None,
        answer: object = None,
        name: str = NAME,
        **options: object,
    ) -> Verdict:
        @contextmanager
        def open_image(image: object, /, *, write: bool = False) -> Iterator[Place]:
            del write
            digest = str(self.world.image.digest)
            yield Place(self, "oci", name, digest, None, typed=str(image))  # type: ignore[arg-type]  # by delegation

        def gather(needs: frozenset[object]) -> Mapping[object, object]:
            known = (self.root,) if answer is None else answer
            dead = Unavailable("network.timed-out", retryable=True, data={"host": "ocsp.acme.example"})
            return {need: known if isinstance(need, TrustStore) else dead for need in needs}

        context = Context(lambda: at, open_image, gather, self.events.append, cache or self.cache())  # type: ignore[arg-type]  # by delegation
        return verify(context, "typed", by or policy(), **options)  # type: ignore[arg-type]  # passed on

    def manifest(self, descriptor: Descriptor) -> bytes:
        self.downloads += 1
        if self.failure is not None:
            raise self.failure
        return self.world.layout.manifest(descriptor)

    def referrers(self, subject: Descriptor, artifact_type: str | None = None) -> Iterator[Descriptor]:
        yield from self.world.layout.referrers(subject, artifact_type)
        if self.endless:
            raise RegistryError(
                "registry.too-many-referrers", name=NAME, subject=str(subject.digest), limit=1
            )

    def __getattr__(self, name: str) -> object:
        return getattr(self.world.layout, name)


@pytest.fixture
def run(world: World, tmp_path: Path) -> Run:
    return Run(world, tmp_path / "verdicts")


def test_a_verdict_is_used_again_and_says_so(run: Run) -> None:
    run.sign()
    first = run.verify()
    later = NOW + dt.timedelta(seconds=299)
    second = run.verify(later)

    assert ("accepted", None, 1) == (first.decision, first.reused_at, run.downloads)
    assert later == second.reused_at
    assert first.at == NOW == second.at
    assert first == msgspec.structs.replace(second, reused_at=None)
    assert first.to_json() == msgspec.structs.replace(second, reused_at=None).to_json()


@pytest.mark.parametrize(
    ("kind", "wish", "how"),
    [
        ("ec384", {}, {}),
        ("ec256", {}, {"by": policy({"build": "42"})}),
        ("ec256", {"expires_in": dt.timedelta(seconds=1)}, {"at": pki.NOW + dt.timedelta(seconds=9)}),
        ("ec384", {}, {"by": policy(level="audit")}),
        ("ec256", {}, {"thorough": True}),
    ],
    ids=["an unknown signer", "metadata missing", "expired", "allowed", "several"],
)
def test_every_verdict_reads_the_same_when_it_is_used_again(
    run: Run, kind: str, wish: dict[str, object], how: dict[str, object]
) -> None:
    run.sign(kind, **wish)
    if "thorough" in how:
        run.sign("ec384")
        attach_signature(run.world.layout, run.world.image, media_types.NOTARY_COSE, b"junk")
    first, second = (run.verify(**how) for _ in range(2))  # type: ignore[arg-type]  # passed on

    assert [None, first.at] == [first.reused_at, second.at]
    assert second.reused_at is not None
    plain = msgspec.structs.replace(second, reused_at=None)
    assert (first.sentence, first.to_json()) == (plain.sentence, plain.to_json())
    assert 1 <= run.downloads <= 3


def test_the_subject_is_told_as_it_is_named_this_time(run: Run) -> None:
    run.sign()
    cache = run.cache()
    run.verify(cache=cache)
    question_of: list[str] = [path.name for path in run.folder.iterdir()]
    kept = VerdictFolder(run.folder).read(question_of[0])
    assert kept is not None
    VerdictFolder(run.folder).keep(
        question_of[0],
        msgspec.structs.replace(kept, subject=msgspec.structs.replace(kept.subject, typed="other")),
    )

    assert ("typed", NOW) == (run.verify(cache=cache).subject.typed, run.verify(cache=cache).reused_at)


Change = Callable[[Run], Verdict]


@pytest.mark.parametrize(
    "change",
    [
        lambda run: run.verify(NOW + dt.timedelta(seconds=300)),
        lambda run: run.verify(NOW - dt.timedelta(seconds=1)),
        lambda run: run.verify(by=policy(level="permissive")),
        lambda run: run.verify(by=policy({"build": "42"})),
        lambda run: run.verify(answer=(run.root, pki.chain("ec384", length=2).root)),
        lambda run: run.verify(max_signatures=7),
        lambda run: run.verify(thorough=True),
        lambda run: run.verify(name="registry.acme.example/other"),
        lambda run: run.verify(cache=run.cache(seconds=600)),
        lambda run: (run.sign("ec256", envelope=media_types.NOTARY_COSE), run.verify())[1],
        lambda run: _with_one_less(run).verify(),
    ],
    ids=[
        "the next bucket",
        "the bucket before",
        "another policy",
        "metadata asked for",
        "another certificate in the trust store",
        "another limit",
        "thorough",
        "another name",
        "buckets of another length",
        "a signature more",
        "a signature less",
    ],
)
def test_whatever_could_change_the_answer_is_another_question(run: Run, change: Change) -> None:
    run.sign()
    run.sign(user_metadata={"build": "42"})
    run.verify()

    assert change(run).reused_at is None


def _with_one_less(run: Run) -> Run:
    *_, last = run.world.layout.referrers(run.world.image)
    run.world.layout.delete(last)
    return run


def test_a_clock_that_is_set_back_within_a_bucket_finds_nothing(run: Run) -> None:
    run.sign()
    run.verify(NOW + dt.timedelta(seconds=100))

    assert run.verify(NOW + dt.timedelta(seconds=99)).reused_at is None


def test_a_verdict_is_not_used_beyond_the_time_until_which_it_is_settled(run: Run) -> None:
    signed_at = pki.NOW
    run.sign(expires_in=dt.timedelta(seconds=100))
    first = run.verify(signed_at)
    end = signed_at + dt.timedelta(seconds=100)

    assert end == first.settled_until
    assert run.verify(end - dt.timedelta(seconds=1)).reused_at is not None
    expired = run.verify(end)
    assert ("refused", "expiry.expired", None) == (expired.decision, expired.reason, expired.reused_at)


def test_what_the_environment_caused_is_never_kept(run: Run) -> None:
    run.sign()
    for failure in (
        NetworkError("network.timed-out", host="h", seconds=1),
        NotFoundError("registry.manifest-unknown", name="n", reference="r"),
    ):
        run.failure = failure
        assert "refused" == run.verify().decision
    run.failure = None
    assert [] == list(run.folder.iterdir())
    verdict = run.verify()

    assert ("accepted", None) == (verdict.decision, verdict.reused_at)


def test_a_trust_store_that_cannot_be_read_is_neither_asked_about_nor_kept(run: Run) -> None:
    run.sign()
    for retryable in (True, False):
        answer = Unavailable("file.unreadable", retryable, {"file": "f", "problem": "p"})
        assert "refused" == run.verify(answer=answer).decision

    assert [] == list(run.folder.iterdir())


def test_a_listing_that_is_not_whole_is_neither_asked_about_nor_kept(run: Run) -> None:
    run.sign()
    run.endless = True

    assert ["accepted"] * 2 == [run.verify().decision for _ in range(2)]
    assert 2 == run.downloads
    assert [] == list(run.folder.iterdir())


def test_a_signature_that_cannot_be_read_for_its_own_fault_is_kept(run: Run) -> None:
    attach_signature(run.world.layout, run.world.image, media_types.NOTARY_JWS, b"junk")

    assert [None, NOW] == [run.verify().reused_at for _ in range(2)]


def test_a_check_that_could_not_be_made_is_not_kept(run: Run) -> None:
    chain = pki.chain("ec256", length=2, leaf={"extensions": (pki.OCSP,)})
    signer = run.world.signer("ec256", leaf={"extensions": (pki.OCSP,)})
    list(sign(run.world.context(), NAME, signer, Wish()))
    run.root = chain.root
    verdict = run.verify()

    assert "revocation.unknown" == verdict.reason
    assert [] == list(run.folder.iterdir())


def test_what_may_be_kept_is_said_of_the_verdict_alone(run: Run) -> None:
    run.sign()
    good = run.verify()
    unreadable = Unreadable("there", "parse.manifest-kind", {"kind": "none"})

    def may(**changes: object) -> bool:
        return may_be_kept(msgspec.structs.replace(good, **changes))

    assert [True, True] == [may(), may(unreadable=(unreadable,))]
    assert [False] * 4 == [
        may(retryable=True),
        may(platforms=(good,)),
        may(unreadable=(msgspec.structs.replace(unreadable, retryable=True),)),
        may(unreadable=(msgspec.structs.replace(unreadable, reason="registry.blob-unknown"),)),
    ]


class Reticent(NamedTuple):
    """A policy whose statement does not tell beforehand which trust stores it needs."""

    inner: NotationPolicy
    language: str = "reticent"
    origin: str = "here"
    digest: Digest = Digest.of(b"")

    def statement(self, subject: Subject) -> Statement:
        return msgspec.structs.replace(self.inner.statement(subject), needs=frozenset())


def test_a_verdict_on_evidence_that_the_question_does_not_cover_is_not_kept(run: Run) -> None:
    run.sign()

    assert "accepted" == run.verify(by=Reticent(policy())).decision
    assert [] == list(run.folder.iterdir())


def test_folder_and_files_are_for_us_alone(run: Run) -> None:
    run.sign()
    before = os.umask(0)
    try:
        run.verify()
    finally:
        os.umask(before)
    (file,) = run.folder.iterdir()

    assert (0o700, 0o600) == (stat.S_IMODE(run.folder.stat().st_mode), stat.S_IMODE(file.stat().st_mode))
    assert 64 == len(file.name)


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o720])
def test_a_folder_that_others_may_write_is_refused(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "verdicts"
    folder.mkdir()
    folder.chmod(mode)

    with pytest.raises(StorageError, match=f"others may write to it \\(mode {mode:04o}\\)"):
        VerdictFolder(folder)


def test_a_link_and_a_file_are_no_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").touch()

    with pytest.raises(StorageError, match="it is a symbolic link"):
        VerdictFolder(tmp_path / "link")
    with pytest.raises(StorageError):
        VerdictFolder(tmp_path / "file")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "verdicts"
    folder.mkdir(0o700)
    os.chown(folder, 65534, -1)

    with pytest.raises(StorageError, match="it belongs to another user"):
        VerdictFolder(folder)


def test_a_folder_that_becomes_unsafe_is_told_once_and_left_alone(run: Run) -> None:
    run.sign()
    cache = run.cache()
    run.verify(cache=cache)
    run.folder.chmod(0o777)

    assert [None] * 3 == [run.verify(cache=cache).reused_at for _ in range(3)]
    assert ["file.folder-unsafe"] == [event.code for event in run.events if isinstance(event, Notice)]
    run.folder.chmod(0o700)
    assert run.verify(cache=run.cache()).reused_at == NOW


def test_a_folder_that_is_gone_is_told_and_the_verdict_is_made(run: Run) -> None:
    run.sign()
    cache = run.cache()
    run.folder.rmdir()

    assert "accepted" == run.verify(cache=cache).decision
    (notice,) = run.events
    assert isinstance(notice, Notice)
    assert "file.folder-unsafe" == notice.code


def test_a_verdict_that_cannot_be_written_is_told_and_given_all_the_same(run: Run) -> None:
    run.sign()
    run.verify()
    (file,) = run.folder.iterdir()
    file.unlink()
    file.mkdir()
    (file / "inside").touch()

    assert "accepted" == run.verify().decision
    assert ["file.unwritable"] == [event.code for event in run.events if isinstance(event, Notice)]
    assert [file] == list(run.folder.iterdir())


def corrupted() -> Iterator[tuple[str, Callable[[Path], None]]]:
    def changed(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
        return lambda file: void(file.write_bytes(change(file.read_bytes())))

    yield "a byte changed", changed(lambda content: content.replace(b"accepted", b"acceptee", 1))
    yield "cut off", changed(lambda content: content[:-1])
    yield "more", changed(lambda content: content + b" ")
    yield "empty", changed(lambda _: b"")
    yield "binary", changed(lambda _: bytes(range(256)))
    yield "too large", changed(lambda content: content + b" " * limits.VERDICT_CACHE_ENTRY_BYTES)
    yield "another key", changed(lambda content: content.replace(content[21:85], b"0" * 64, 1))
    yield "no verdict, rightly summed", changed(_summed_junk)
    yield "writable by others", lambda file: file.chmod(0o622)
    yield "a link", _link
    yield "a pipe", _pipe


def void(_: object) -> None:
    pass


def _summed_junk(content: bytes) -> bytes:
    from hashlib import sha256  # noqa: PLC0415  # here only

    return (
        content.split(b" ")[0] + b" " + content[21:85] + b" " + sha256(b"{}").hexdigest().encode() + b"\n{}"
    )


def _link(file: Path) -> None:
    other = file.parent.parent / "elsewhere"
    file.rename(other)
    file.symlink_to(other)


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


@pytest.mark.parametrize(("what", "corrupt"), list(corrupted()), ids=lambda value: str(value)[:30])
def test_what_is_no_whole_verdict_of_ours_is_removed_and_counts_as_none(
    run: Run, what: str, corrupt: Callable[[Path], None]
) -> None:
    run.sign()
    cache = run.cache()
    run.verify(cache=cache)
    (file,) = run.folder.iterdir()
    corrupt(file)

    assert VerdictFolder(run.folder).read(file.name) is None, what
    assert not os.path.lexists(file)
    assert [None, NOW] == [run.verify(cache=cache).reused_at for _ in range(2)]


def test_a_verdict_under_the_key_of_another_image_is_not_believed(run: Run, world: World) -> None:
    run.sign()
    run.verify()
    (file,) = run.folder.iterdir()
    kept = VerdictFolder(run.folder).read(file.name)
    assert kept is not None
    other = msgspec.structs.replace(
        kept.subject, descriptor=msgspec.structs.replace(kept.subject.descriptor, size=1)
    )
    VerdictFolder(run.folder).keep(file.name, msgspec.structs.replace(kept, subject=other))

    assert run.verify().reused_at is None


def key(number: int) -> str:
    return f"{number:064x}"


@pytest.fixture
def example(run: Run) -> Verdict:
    run.sign()
    return run.verify()


@pytest.fixture
def folder(example: Verdict, tmp_path: Path) -> Path:
    return tmp_path / "bounded"


def test_the_oldest_go_when_there_are_too_many(folder: Path, example: Verdict) -> None:
    keeper = VerdictFolder(folder, Bounds(entries=10))
    start = time.time() - 1000
    for number in range(10):
        keeper.keep(key(number), example)
        os.utime(folder / key(number), (start + number, start + number))
    assert 10 == len(list(folder.iterdir()))
    keeper.keep(key(10), example)

    assert [key(number) for number in range(2, 11)] == sorted(path.name for path in folder.iterdir())


def test_the_oldest_go_when_they_take_too_much(folder: Path, example: Verdict) -> None:
    size = len(example.to_json()) + 200
    keeper = VerdictFolder(folder, Bounds(size=5 * size))
    for number in range(12):
        keeper.keep(key(number), example)

    assert 5 * size >= sum(path.stat().st_size for path in folder.iterdir())
    assert keeper.read(key(11)) is not None


def test_others_are_counted_and_what_is_old_or_left_over_is_removed(folder: Path, example: Verdict) -> None:
    first = VerdictFolder(folder, Bounds(counted_every=2))
    other = VerdictFolder(folder, Bounds(entries=4, counted_every=2))
    first.keep(key(0), example)
    for number in range(1, 5):
        first.keep(key(number), example)
    (folder / key(5)).write_bytes(b"old")
    (folder / f".{'0' * 24}").write_bytes(b"left over")
    (folder / f".{'1' * 24}").write_bytes(b"just being written")
    (folder / "README").write_text("not ours")
    for name in (key(5), f".{'0' * 24}", "README"):
        os.utime(folder / name, (0, 0))
    other.keep(key(6), example)

    names = sorted(path.name for path in folder.iterdir())
    assert [f".{'1' * 24}", "README"] == [name for name in names if len(name) != 64]
    assert 3 == len([name for name in names if len(name) == 64])


def test_what_is_too_large_is_not_kept(folder: Path, example: Verdict) -> None:
    large = msgspec.structs.replace(example, data={"much": "x" * limits.VERDICT_CACHE_ENTRY_BYTES})
    keeper = VerdictFolder(folder)
    keeper.keep(key(1), large)

    assert keeper.read(key(1)) is None


def test_threads_and_processes_share_a_folder(folder: Path, example: Verdict, tmp_path: Path) -> None:
    VerdictFolder(folder)
    (tmp_path / "verdict.json").write_bytes(example.to_json())
    program = (
        "import sys; from pathlib import Path\n"
        "from sealwright.homes.verdict_cache import Bounds, VerdictFolder\n"
        "from sealwright.verdict import Verdict\n"
        "verdict = Verdict.from_json(Path(sys.argv[1]).read_bytes())\n"
        "keeper = VerdictFolder(Path(sys.argv[2]), Bounds(entries=40, counted_every=4))\n"
        "for number in range(200):\n"
        "    keeper.keep(f'{number % 50:064x}', verdict)\n"
        "    assert keeper.read(f'{number * 7 % 50:064x}') in (None, verdict)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "verdict.json"), str(folder)]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    keeper = VerdictFolder(folder, Bounds(entries=40, counted_every=4))
    faults: list[object] = []

    def work() -> None:
        for number in range(200):
            keeper.keep(key(number % 50), example)
            if keeper.read(key(number * 3 % 50)) not in (None, example):
                faults.append(number)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [b"", b""] == [process.communicate()[1] for process in processes]
    assert [] == faults
    names = [path.name for path in folder.iterdir()]
    assert all(len(name) == 64 for name in names)
    assert 40 + 3 * 4 >= len(names)


@pytest.mark.parametrize("seconds", [0, limits.VERDICT_CACHE_MOST_SECONDS + 1])
def test_a_bucket_of_no_sense_is_refused(run: Run, seconds: int) -> None:
    with pytest.raises(UsageError, match=f"seconds of the verdict cache is {seconds}"):
        run.cache(seconds)


def test_the_usual_folder_is_among_the_caches_of_the_user(tmp_path: Path) -> None:
    assert tmp_path / ".cache/sealwright/verdicts" == usual_folder(Environment({}, tmp_path))
    named = Environment({"XDG_CACHE_HOME": "/c"}, tmp_path)
    assert Path("/c/sealwright/verdicts") == usual_folder(named)
