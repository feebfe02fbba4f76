"""Files that are signed, read once from end to end; and the files beside them that hold signatures.

A signature of `net-monitor.tar` is kept in `net-monitor.tar.jws.sig` or `net-monitor.tar.cose.sig`, as
notation names them: the ending tells which kind of envelope it is.
"""

import os
import stat
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

import msgspec

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import StorageError, UsageError
from sealwright.homes import files
from sealwright.media_types import NOTARY_ENVELOPES
from sealwright.signature import StoredSignature

__all__ = ["STANDARD_INPUT", "Blob", "read", "read_signature", "signature_path"]

STANDARD_INPUT = "-"

_ENDINGS = {media_type: ending for ending, media_type in NOTARY_ENVELOPES.items()}


class Blob(msgspec.Struct, frozen=True):
    """What a file holds: its size in bytes, and a digest by each algorithm that was asked for."""

    size: int
    digests: tuple[Digest, ...]


def read(name: str, algorithms: Collection[str]) -> Blob:
    """Read a file from end to end, in pieces, whatever its size.

    Args:
        name: the path of a file or pipe; `-` is standard input.
        algorithms: of the digests, by their names in `digest.ALGORITHMS`.

    Raises:
        StorageError: `file.absent`, `file.not-regular` (a folder), `file.unreadable`, or `file.changed`: it
            was written to meanwhile, or another file has its name now.
    """
    try:
        if name == STANDARD_INPUT:
            with open(0, "rb", buffering=0, closefd=False) as file:
                return _hashed(file, algorithms)
        with open(name, "rb", buffering=0) as file:  # noqa: PTH123  # a text stays as it was typed
            before = os.fstat(file.fileno())
            blob = _hashed(file, algorithms)
            if stat.S_ISREG(before.st_mode):
                same = {_state(before), _state(os.fstat(file.fileno())), _state(os.stat(name))}  # noqa: PTH116  # the same
                if len(same) > 1 or blob.size != before.st_size:
                    raise StorageError("file.changed", file=name)
            return blob
    except (FileNotFoundError, NotADirectoryError, ValueError):  # the last: a NUL, which no name can hold
        raise StorageError("file.absent", file=name) from None
    except IsADirectoryError:
        raise StorageError("file.not-regular", file=name) from None
    except OSError as error:
        raise StorageError("file.unreadable", file=name, problem=error.strerror or str(error)) from None


def signature_path(blob: str, envelope: str, folder: Path | None = None) -> Path:
    """Where the signature of a file is kept.

    Args:
        blob: the file's path.
        envelope: media type of the signature.
        folder: where signatures are kept; None: beside the file.
    """
    path = Path(blob)
    return (path.parent if folder is None else folder) / f"{path.name}.{_ENDINGS[envelope]}.sig"


def read_signature(path: Path, envelope: str = "") -> StoredSignature:
    """A detached signature, unparsed.

    Args:
        path: of its file.
        envelope: its media type; empty: its name tells.

    Raises:
        UsageError: `usage.signature-name`: its name does not tell what it is.
        StorageError: it cannot be read, or is larger than `limits.ENVELOPE_BYTES`.
    """
    name, _, ending = path.name.removesuffix(".sig").rpartition(".")
    if not envelope:
        if not name or ending not in NOTARY_ENVELOPES or not path.name.endswith(".sig"):
            raise UsageError("usage.signature-name", file=str(path))
        envelope = NOTARY_ENVELOPES[ending]
    content = files.read(path, limits.ENVELOPE_BYTES)
    return StoredSignature("notary", str(path), envelope, content)


def _hashed(file: BinaryIO, algorithms: Collection[str]) -> Blob:
    import hashlib  # noqa: PLC0415  # loads OpenSSL

    hashes = {algorithm: hashlib.new(algorithm) for algorithm in sorted(algorithms)}
    piece = memoryview(bytearray(limits.BLOB_PIECE_BYTES))
    size = 0
    while count := file.readinto(piece):  # type: ignore[attr-defined]  # binary files have it
        for one in hashes.values():
            one.update(piece[:count])
        size += count
    digests = (Digest(f"{algorithm}:{one.hexdigest()}") for algorithm, one in hashes.items())
    return Blob(size, tuple(digests))


def _state(status: os.stat_result) -> tuple[int, ...]:
    """What tells that a file is the same, and was not written to."""
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
