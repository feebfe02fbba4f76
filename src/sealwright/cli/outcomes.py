"""The results of a run, written as they come: as JSON, as JSON lines, as reports for other programs."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TextIO

import msgspec

from sealwright.cli.plain import plain_json
from sealwright.errors import StorageError
from sealwright.verdict import encoded
from sealwright.workflow.outcome import Result

__all__ = ["FORMATS", "write", "write_json", "write_lines", "written_to"]

FORMATS = ("json", "jsonl", "sarif", "sarif-problems", "junit")
"""What `seal verify --output` takes besides text.

`sarif-problems` leaves out what was accepted: some take all for a problem.
"""

_ELSEWHERE: Mapping[str, tuple[str, str]] = {
    "sarif": ("sealwright.cli.sarif", "write"),
    "sarif-problems": ("sealwright.cli.sarif", "write_problems"),
    "junit": ("sealwright.cli.junit", "write"),
}
"""Formats to the modules that write them, loaded on use, and their functions."""


def write(name: str, results: Iterable[Result], out: TextIO) -> None:
    """Write results in one of `FORMATS`.

    Args:
        name: of the format; those but `json` and `jsonl` take outcomes of verifying only.
        results: taken one by one; if this raises, what is written is ended first.
        out: takes text.
    """
    if name in _ELSEWHERE:
        module, function = _ELSEWHERE[name]
        getattr(import_module(module), function)(results, out)
    elif name == "jsonl":
        write_lines((result.to_json() for result in results), out)
    else:
        write_json((_value(result) for result in results), out)


def write_lines(lines: Iterable[bytes], out: TextIO) -> None:
    """Write lines of JSON, each at once and whole."""
    for line in lines:
        out.write(f"{plain_json(line.decode())}\n")
        out.flush()


def write_json(values: Iterable[object], out: TextIO) -> None:
    """Write one value as itself, several as a list, indented; only one of them is in memory at a time."""
    waiting: str | None = None
    several = False
    try:
        for value in values:
            if waiting is not None:
                out.write(("" if several else "[\n") + _indented(waiting) + ",\n")
                several = True
            waiting = plain_json(msgspec.json.format(encoded(value), indent=2).decode())
    finally:
        if several and waiting is not None:
            out.write(f"{_indented(waiting)}\n]\n")
        elif waiting is not None:
            out.write(f"{waiting}\n")
        out.flush()


@contextmanager
def written_to(path: Path, *, at_once: bool) -> Iterator[TextIO]:
    """A file to write to.

    Args:
        path: what is there is replaced.
        at_once: the file appears when the block has ended well, and not otherwise; else it is begun anew and
            grows.

    Raises:
        StorageError: `file.unwritable`.
    """
    place = path.with_name(f".{path.name}.{os.urandom(6).hex()}") if at_once else path
    try:
        with place.open("w", encoding="utf-8") as out:
            yield out
            out.flush()
            if at_once:
                os.fsync(out.fileno())
        if at_once:
            place.replace(path)
    except BrokenPipeError:  # of the text on standard output
        raise
    except OSError as error:
        raise StorageError("file.unwritable", file=str(path), problem=error.strerror or str(error)) from None
    finally:
        if at_once:
            place.unlink(missing_ok=True)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))


def _value(result: Result) -> object:
    """An answer as it is; what could not be found out as an object with `error`."""
    failure = result.failure
    if failure is None:
        return result.answer
    return {"image": result.image, "error": {"code": failure.code, "message": failure.message}}
