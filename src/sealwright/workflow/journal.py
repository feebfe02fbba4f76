"""The journal of a run over many images: what was found out so far, so that a run can be gone on with.

A file of JSON lines. The first binds the run: the command, our version, the options that change results and,
where it verifies, the digests of the policy and of the trust stores. Each other line is the result of one
image, in the order in which images were done.

1. A line is appended with one write as soon as an image is done, so it outlives the process. The disk is made
   to keep it (fsync) once a second at most, and at the end: a power cut costs what the last second brought,
   and that is asked for again.
2. A last line without its end was cut off by a kill; it is dropped. A line that cannot be read, which a power
   cut may leave behind, counts as not there.
3. Settled results are not asked for again. What the environment, this machine or missing access caused is
   recorded as it was and asked for again.
4. A lock on the file keeps two runs off it; the system drops it when the process ends, however it ends.

Of the results only their places in the file are kept in memory.
"""

import fcntl
import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Generic, Self, TypeVar

import msgspec

from sealwright import limits
from sealwright.errors import StorageError, UsageError
from sealwright.verdict import encoded
from sealwright.version import __version__
from sealwright.workflow.naming import Named
from sealwright.workflow.outcome import Result

__all__ = ["SCHEMA", "Binding", "Journal"]

Kind = TypeVar("Kind", bound=Result)

SCHEMA = "https://sealwright.dev/schema/journal/1"
_KEY_BYTES = 16
_LINE_BYTES = 16 * 1024
"""How much is read first to find a line; most are shorter."""


class Binding(msgspec.Struct, frozen=True, rename="camel"):
    """What a run is bound to.

    `command` is its name. `policy` and `trust_stores` are digests; None where nothing is verified. `options`
    are those that change results, by their flags.
    """

    command: str
    policy: str | None = None
    trust_stores: str | None = None
    options: Mapping[str, object] = {}
    version: str = __version__
    schema: str = msgspec.field(default=SCHEMA, name="$schema")

    def differences(self, other: "Binding") -> str:
        """What is not the same, in words; empty if nothing."""
        if self.command != other.command:
            return f"the command ({self.command}, now {other.command})"
        parts = (("policy", "the policy"), ("trust_stores", "the trust stores or keyrings"))
        words = [what for name, what in parts if getattr(self, name) != getattr(other, name)]
        words += [
            f"{flag} ({_shown(self.options.get(flag))}, now {_shown(other.options.get(flag))})"
            for flag in sorted({*self.options, *other.options})
            if self.options.get(flag) != other.options.get(flag)
        ]
        if self.version != other.version:
            words.append(f"the version of Sealwright ({self.version}, now {other.version})")
        return ", ".join(words)


class Journal(Generic[Kind]):
    """A journal that is open. Safe to use from several threads; close it, or use it in a `with` block.

    Attributes:
        settled: how many settled results it held when it was opened.
    """

    def __init__(
        self, path: Path, kind: type[Kind], descriptor: int, places: dict[bytes, int], end: int
    ) -> None:
        self._path = path
        self._kind = kind
        self._descriptor = descriptor
        self._places = places
        self._end = end
        self._lock = Lock()
        self._synced = time.monotonic()
        self._open = True
        self.settled = len(places)

    @classmethod
    def open(cls, path: Path, binding: Binding, kind: type[Kind]) -> Self:
        """Open the journal of a run, or begin it.

        Args:
            path: of the file; made if it is not there.
            binding: of this run.
            kind: of its results.

        Raises:
            UsageError: `usage.not-a-journal`, `usage.journal-in-use`, `usage.journal-of-another-run`.
            StorageError: `file.unwritable`.
        """
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unwritable(path, error) from None
        try:
            return cls(path, kind, descriptor, *_begin(path, descriptor, binding, kind))
        except BlockingIOError:
            os.close(descriptor)
            raise UsageError("usage.journal-in-use", file=str(path)) from None
        except OSError as error:
            os.close(descriptor)
            raise _unwritable(path, error) from None
        except BaseException:
            os.close(descriptor)
            raise

    def remembering(
        self, work: Callable[[Named], Kind], clock: Callable[[], datetime]
    ) -> Callable[[Named], Kind]:
        """The same work, but what is settled here is not done again, and what is done is recorded.

        Args:
            work: on one image; its result is recorded, unless the name itself could not be made out.
            clock: gives the time, aware; a result holds until time itself may have changed it.
        """

        def remembered(named: Named) -> Kind:
            if named.failure is not None:
                return work(named)
            known = self.recorded(named.image)
            if known is not None and (known.settled_until is None or clock() < known.settled_until):
                return known
            result = work(named)
            self.record(result)
            return result

        return remembered

    def recorded(self, image: str) -> Kind | None:
        """The settled result of an image, if there is one.

        Args:
            image: its name, exactly as it was recorded.
        """
        place = self._places.get(_key(image))
        if place is None:
            return None
        with self._lock:
            found = self._kind.from_json(_line_at(self._descriptor, place, self._end))
        return found if found is not None and found.image == image else None

    def record(self, result: Kind) -> None:
        """Append a result. Nothing happens once the journal is closed.

        Raises:
            StorageError: `file.unwritable`.
        """
        line = result.to_json() + b"\n"
        with self._lock:
            if not self._open:
                return
            try:
                _write(self._descriptor, line)
                now = time.monotonic()
                if now - self._synced >= limits.JOURNAL_SYNC_SECONDS:
                    os.fsync(self._descriptor)
                    self._synced = now
            except OSError as error:
                raise _unwritable(self._path, error) from None

    def close(self) -> None:
        """Let the disk keep what was written, and let the file go."""
        with self._lock:
            if self._open:
                self._open = False
                os.fsync(self._descriptor)
                os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _begin(path: Path, descriptor: int, binding: Binding, kind: type[Result]) -> tuple[dict[bytes, int], int]:
    """Lock and read the file, drop a line that was cut off; gives where settled results are, and the end."""
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    head = encoded(binding) + b"\n"
    places: dict[bytes, int] = {}
    at = 0
    with open(os.dup(descriptor), "rb") as file:  # noqa: PTH123  # a descriptor
        first = file.readline(limits.CONFIG_FILE_BYTES)
        if first.endswith(b"\n"):
            _require_same(path, first, binding)
            at = len(first)
        elif not head.startswith(first):
            raise UsageError("usage.not-a-journal", file=str(path), problem="its first line does not say so")
        else:
            os.ftruncate(descriptor, 0)
            _write(descriptor, head)
            return places, len(head)
        while line := file.readline(limits.JOURNAL_LINE_BYTES):
            if not line.endswith(b"\n"):
                os.ftruncate(descriptor, at)
                break
            found = kind.from_json(line)
            if found is not None and found.settled:
                places[_key(found.image)] = at
            at += len(line)
    return places, at


def _require_same(path: Path, first: bytes, binding: Binding) -> None:
    try:
        found = msgspec.json.decode(first, type=Binding)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        found = None
    if found is None or found.schema != SCHEMA:
        raise UsageError("usage.not-a-journal", file=str(path), problem="its first line does not say so")
    differences = found.differences(binding)
    if differences:
        raise UsageError("usage.journal-of-another-run", file=str(path), differences=differences)


def _line_at(descriptor: int, place: int, end: int) -> bytes:
    found = bytearray()
    while b"\n" not in found and place + len(found) < end:
        piece = os.pread(descriptor, limits.BLOB_PIECE_BYTES if found else _LINE_BYTES, place + len(found))
        if not piece:
            break
        found += piece
    return bytes(found.partition(b"\n")[0])


def _write(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _key(image: str) -> bytes:
    return sha256(image.encode()).digest()[:_KEY_BYTES]


def _shown(value: object) -> str:
    return "not given" if value is None else str(value)


def _unwritable(path: Path, error: OSError) -> StorageError:
    return StorageError("file.unwritable", file=str(path), problem=error.strerror or str(error))
