"""The program `seal`, run in this process with its output caught."""

import contextlib
import io
import json
import sys
from typing import Any, NamedTuple

from sealwright.cli.program import run

__all__ = ["Ended", "seal"]


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output as JSON."""
        return json.loads(self.out)


def seal(*arguments: object, typed: str = "") -> Ended:
    """Run a command.

    Args:
        arguments: of the command line, without `seal`.
        typed: what stands on its standard input.
    """
    out, err = io.StringIO(), io.StringIO()
    before, sys.stdin = sys.stdin, io.StringIO(typed)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run([str(argument) for argument in arguments])
    finally:
        sys.stdin = before
    return Ended(code, out.getvalue(), err.getvalue())
