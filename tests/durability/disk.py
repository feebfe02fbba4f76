"""A disk that forgets what was not flushed: rebuilt from the system calls of a service, as strace tells them.

The model is the strict reading of POSIX. What is written to a file is there after a power cut only if the
file was flushed since; a name in a folder, or its absence, only if the folder was. Nothing is flushed along
with anything else. What was not flushed may be there all the same, in part.
"""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

__all__ = ["CALLS", "Call", "Disk", "calls"]

CALLS = (
    "openat,creat,write,pwrite64,writev,pwritev,sendto,sendmsg,lseek,ftruncate,fsync,fdatasync,close,"
    "rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,dup,dup2,dup3,fallocate,link,linkat"
)
"""What strace has to write down."""

_LINE = re.compile(r"(?P<thread>\d+) +(?P<rest>.*)")
_BEGUN = re.compile(r"(?P<text>.*?)(?:, )? *<unfinished \.\.\.>$")
_RESUMED = re.compile(r"<\.\.\. (?P<name>\w+) resumed>(?P<text>.*)")
_CALL = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+|\?)(?:<.*>)?.*$")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_DESCRIPTOR = re.compile(r"(?:(-?\d+)|AT_FDCWD)<((?:\\x[0-9a-f]{2}|[^>])*)>")


class Call(NamedTuple):
    """One system call that succeeded.

    Attributes:
        name: of the call.
        arguments: as text.
        texts: the byte strings among them.
        place: the path of the descriptor that it begins with, or empty.
        descriptor: its number, or -1.
        result: what it gave.
    """

    name: str
    arguments: str
    texts: tuple[bytes, ...]
    place: str
    descriptor: int
    result: int


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def calls(trace: Path) -> Iterator[Call]:
    """The calls of a trace, in the order in which they ended."""
    begun: dict[str, str] = {}
    with trace.open() as lines:
        for line in lines:
            match = _LINE.match(line.rstrip("\n"))
            if match is None:
                continue
            thread, rest = match["thread"], match["rest"]
            unfinished = _BEGUN.match(rest)
            resumed = _RESUMED.match(rest)
            if unfinished is not None:
                begun[thread] = unfinished["text"]
                continue
            if resumed is not None:
                rest = begun.pop(thread, "") + resumed["text"]
            call = _CALL.match(rest)
            if call is None or call["result"] in ("?", "-1"):
                continue
            arguments = call["arguments"]
            held = _DESCRIPTOR.match(arguments)
            place = held[2] if held else ""
            yield Call(
                call["name"],
                arguments,
                tuple(_bytes(text[1]) for text in _TEXT.finditer(arguments)),
                _bytes(place).decode() if place.startswith("\\x") else place,
                int(held[1]) if held and held[1] else -1,
                int(call["result"]),
            )


class _File:
    """A file: what is in it, what is surely in it, and what was done in between."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.durable = bytearray()
        self.pending: list[Callable[[bytearray], None]] = []

    def change(self, change: Callable[[bytearray], None]) -> None:
        change(self.content)
        self.pending.append(change)

    def flush(self) -> None:
        self.durable = bytearray(self.content)
        self.pending.clear()


class _Folder:
    """A folder: the names in it, and those that are surely in it."""

    def __init__(self) -> None:
        self.names: dict[str, _File | _Folder] = {}
        self.durable: dict[str, _File | _Folder] = {}

    def flush(self) -> None:
        self.durable = dict(self.names)


class Disk:
    """What is in a folder that was there, and empty, at the beginning.

    Args:
        base: the path of that folder.
        forgets: whether a flush of a path (below the base) is not done: a fault that a test must find.
    """

    def __init__(self, base: Path, forgets: Callable[[str], bool] = lambda _path: False) -> None:
        self._base = str(base)
        self._root = _Folder()
        self._forgets = forgets
        self._offsets: dict[int, int] = {}
        self.flushed: set[str] = set()

    def _parts(self, path: str) -> list[str] | None:
        """A path below the base in parts, or None if it is elsewhere."""
        path = path.removesuffix(" (deleted)")
        if path != self._base and not path.startswith(self._base + "/"):
            return None
        return [part for part in path[len(self._base) :].split("/") if part]

    def _find(self, path: str) -> "_File | _Folder | None":
        parts = self._parts(path)
        if parts is None:
            return None
        found: _File | _Folder | None = self._root
        for part in parts:
            if not isinstance(found, _Folder):
                return None
            found = found.names.get(part)
        return found

    def _parent(self, path: str) -> tuple[_Folder, str] | None:
        parts = self._parts(path)
        if not parts:
            return None
        parent = self._find("/".join([self._base, *parts[:-1]]))
        return (parent, parts[-1]) if isinstance(parent, _Folder) else None

    def apply(self, call: Call) -> None:
        """Do what a call did."""
        action = getattr(self, f"_{call.name}", None)
        if action is not None:
            action(call)

    @staticmethod
    def _full(call: Call, text: bytes) -> str:
        path = text.decode()
        return path if path.startswith("/") else f"{call.place}/{path}"

    def _openat(self, call: Call) -> None:
        path = self._full(call, call.texts[0])
        self._offsets[call.result] = 0
        place = self._parent(path)
        if place is None:
            return
        parent, name = place
        if "O_CREAT" in call.arguments and name not in parent.names:
            parent.names[name] = _File()
        found = parent.names.get(name)
        if "O_TRUNC" in call.arguments and isinstance(found, _File):
            found.change(lambda content: content.clear())

    def _close(self, call: Call) -> None:
        self._offsets.pop(call.descriptor, None)

    def _lseek(self, call: Call) -> None:
        self._offsets[call.descriptor] = call.result

    def _written(self, call: Call, at: int) -> None:
        found = self._find(call.place)
        if not isinstance(found, _File):
            return
        data = b"".join(call.texts)[: call.result]
        assert len(data) == call.result, "strace must not cut what is written"

        def change(content: bytearray) -> None:
            if len(content) < at:
                content.extend(bytes(at - len(content)))
            content[at : at + len(data)] = data

        found.change(change)

    def _write(self, call: Call) -> None:
        at = self._offsets.get(call.descriptor, 0)
        self._written(call, at)
        self._offsets[call.descriptor] = at + call.result

    def _pwrite64(self, call: Call) -> None:
        self._written(call, int(call.arguments.rpartition(", ")[2]))

    def _ftruncate(self, call: Call) -> None:
        found = self._find(call.place)
        length = int(call.arguments.rpartition(", ")[2])
        if isinstance(found, _File):

            def change(content: bytearray) -> None:
                del content[length:]
                content.extend(bytes(length - len(content)))

            found.change(change)

    def _fsync(self, call: Call) -> None:
        parts = self._parts(call.place)
        found = self._find(call.place)
        if parts is None or found is None:
            return
        path = "/".join(parts)
        self.flushed.add(path)
        if not self._forgets(path):
            found.flush()

    _fdatasync = _fsync

    def _mkdir(self, call: Call) -> None:
        place = self._parent(self._full(call, call.texts[0]))
        if place is not None:
            place[0].names[place[1]] = _Folder()

    _mkdirat = _mkdir

    def _unlink(self, call: Call) -> None:
        place = self._parent(self._full(call, call.texts[0]))
        if place is not None:
            place[0].names.pop(place[1], None)

    _unlinkat = _rmdir = _unlink

    def _rename(self, call: Call) -> None:
        source, target = (self._parent(self._full(call, text)) for text in call.texts)
        if source is not None and target is not None:
            target[0].names[target[1]] = source[0].names.pop(source[1])

    _renameat = _renameat2 = _rename

    def _link(self, call: Call) -> None:
        found = self._find(self._full(call, call.texts[0]))
        target = self._parent(self._full(call, call.texts[1]))
        if found is not None and target is not None:
            target[0].names[target[1]] = found

    _linkat = _link

    def rebuild(self, folder: Path, chance: random.Random | None = None) -> None:
        """Write what a power cut leaves into an empty folder.

        Args:
            folder: where.
            chance: decides how much is there of what was not flushed; None: nothing of it is.
        """
        _rebuild(self._root, folder, chance)


def _rebuild(source: _Folder, folder: Path, chance: random.Random | None) -> None:
    names = dict(source.durable)
    if chance is not None:
        for name in {*source.names, *source.durable}:
            if source.names.get(name) is not source.durable.get(name) and chance.random() < 0.5:
                if name in source.names:
                    names[name] = source.names[name]
                else:
                    names.pop(name, None)
    for name, found in names.items():
        if name.endswith("-shm"):
            continue  # made anew from the log by whoever opens the database first
        if isinstance(found, _Folder):
            (folder / name).mkdir()
            _rebuild(found, folder / name, chance)
            continue
        content = bytearray(found.durable)
        if chance is not None:
            for change in found.pending[: chance.randint(0, len(found.pending))]:
                change(content)
        (folder / name).write_bytes(content)
