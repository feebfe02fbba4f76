"""notation's plugins: where they are, and what it says of those that are missing or fail."""

import signal
import stat
from pathlib import Path

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_json_problems import syntax_problem
from sealwright.dialects.go_text import os_error
from sealwright.dialects.notation.words import text
from sealwright.errors import SealwrightError
from sealwright.homes.environment import Environment
from sealwright.plugins import places

__all__ = ["failure", "program_of", "require_present"]

_ANSWERS = {"describe-key": "describeKey", "generate-signature": "generateSignature"}


def program_of(environment: Environment, name: str) -> Path:
    """Where notation looks for the program of a plugin, whatever the name is."""
    return places.folder(environment) / name / f"{places.PREFIX}{name}"


def require_present(invocation: Invocation, name: str) -> None:
    """Check that a plugin's program is there; it is not run.

    Raises:
        Fault: in notation's words.
    """
    program = program_of(invocation.environment, name)
    try:
        mode = program.stat().st_mode
    except OSError as error:
        problem = os_error("stat", program, error)
        raise Fault(f"plugin executable file is either not found or inaccessible: {problem}") from None
    if not stat.S_ISREG(mode):
        raise Fault("plugin executable file is not a regular file")


def failure(error: SealwrightError, line: str) -> str:
    """What notation says of a plugin that failed.

    Args:
        error: what was raised.
        line: of notation.
    """
    data = error.data
    if error.code == "plugin.not-startable" and data.get("errno"):
        return os_error("fork/exec", data["file"], OSError(int(str(data["errno"])), data["problem"]))
    if error.code == "plugin.ended":
        if data["fault"]:
            return syntax_problem(str(data["said"]).encode()) or "incomplete json"
        status = int(str(data["status"]))
        return f"exit status {status}" if status >= 0 else f"signal: {_signal(-status)}"
    if error.code == "plugin.metadata-empty" and data["member"] == "supportedContractVersions":
        problem = "supported contract versions not specified"
        return f"metadata validation failed for plugin {data['plugin']}: {problem}"
    answer = _ANSWERS.get(str(data.get("command")), "")
    return text(error.code, {**data, "answer": answer}, line)


def _signal(number: int) -> str:
    return (signal.strsignal(number) or f"signal {number}").lower()
