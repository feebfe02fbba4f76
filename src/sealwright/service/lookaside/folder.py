"""A folder of signatures, shared as it is: no database, nothing but regular files named `signature-<N>`.

A path is taken part by part, each opened in the folder before it. A part that begins with a dot, an empty
one, or one that leads out of the shared folder is as good as not there; symbolic links inside of it are
followed to where they lead. A file that is there and cannot be given out (too large, empty, no file) is a
failure, not the end of the list, since a client would otherwise miss those behind it without a word.
"""

import asyncio
import os
import re
import stat
from pathlib import Path

from starlette.responses import Response

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import StorageError
from sealwright.service.lookaside.grammar import collapsed, no_more
from sealwright.service.lookaside.routes import NOSNIFF, given
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import OpenGate

__all__ = ["SharedFolder"]

_SIGNATURE = re.compile(r"signature-[1-9][0-9]{0,8}")
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class SharedFolder(Slice):
    """The ASGI application that gives out the signatures of one folder.

    Args:
        folder: the signature store.
        patience: how many seconds a client may be silent in the middle of a body.

    Raises:
        StorageError: `service.folder-unshareable`.
    """

    def __init__(self, folder: Path, patience: float = limits.BODY_PIECE_SECONDS) -> None:
        try:
            root = folder.resolve(strict=True)
            os.close(os.open(root, _FOLDER_FLAGS))
        except OSError as error:
            raise StorageError(
                "service.folder-unshareable", folder=str(folder), problem=error.strerror or str(error)
            ) from None

        async def answer(asked: Asked) -> Response:
            asked.require_reading()
            content = await asyncio.to_thread(_read, root, asked.path)
            return given(asked, Digest.of(content), content)

        super().__init__(answer, OpenGate(), patience, (NOSNIFF,), frozenset())


def _read(root: Path, path: str) -> bytes:
    """The signature at a path of a request.

    Raises:
        NotFoundError: `service.no-more-signatures`.
        StorageError: `service.signature-file-unusable`.
    """
    parts = _parts(path)
    try:
        place = root.joinpath(*parts).resolve(strict=True)
    except (OSError, RuntimeError):  # nothing there, a loop of links, a name that is too long
        raise no_more(path) from None
    if not place.is_relative_to(root):
        raise no_more(path)
    inside = place.relative_to(root).parts
    if any(part.startswith(".") for part in inside):
        raise no_more(path)
    try:
        descriptor = _opened(root, inside)
    except (FileNotFoundError, NotADirectoryError):  # it changed since
        raise no_more(path) from None
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise _unusable(path, "it is no regular file")
        if not 0 < found.st_size <= limits.SIMPLE_SIGNATURE_BYTES:
            raise _unusable(path, f"it has {found.st_size} bytes")
        return _all_of(descriptor, found.st_size)
    finally:
        os.close(descriptor)


def _all_of(descriptor: int, size: int) -> bytes:
    """The first `size` bytes of an open file, or all if it has become shorter."""
    content = bytearray()
    while len(content) < size and (piece := os.read(descriptor, size - len(content))):
        content += piece
    return bytes(content)


def _parts(path: str) -> list[str]:
    """The parts of a path that may name a signature.

    Raises:
        NotFoundError: `service.no-more-signatures`.
    """
    parts = collapsed(path).removeprefix("/").split("/")
    odd = any(not part or part.startswith(".") or not part.isprintable() for part in parts)
    if odd or len(parts) > limits.LOOKASIDE_PATH_PARTS or _SIGNATURE.fullmatch(parts[-1]) is None:
        raise no_more(path)
    return parts


def _opened(root: Path, parts: tuple[str, ...]) -> int:
    """A file below a folder, opened without following a single link."""
    folder = os.open(root, _FOLDER_FLAGS)
    try:
        for part in parts[:-1]:
            inner = os.open(part, _FOLDER_FLAGS, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(parts[-1], _FILE_FLAGS, dir_fd=folder)
    finally:
        os.close(folder)


def _unusable(path: str, problem: str) -> StorageError:
    return StorageError("service.signature-file-unusable", file=ascii(path[:300]), problem=problem)
