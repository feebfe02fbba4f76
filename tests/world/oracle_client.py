"""Oracle's own client `oci`, set up for a service by `seal oci-setup`, and the Python of its library."""

import json
import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from peers import programs
from world.seal import seal

__all__ = ["OracleClient", "Said"]

_SECONDS = 60


class Said(NamedTuple):
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The JSON at the end of its output; some commands print lines before it."""
        return json.loads(self.out[self.out.index("{\n") :])

    @property
    def data(self) -> Any:
        """What the answer was about."""
        return self.json["data"]

    @property
    def error(self) -> Any:
        """The service's error that it shows."""
        return json.loads(self.err[self.err.index("{") :])


class OracleClient:
    """The client of one account.

    Args:
        folder: for its settings, and as its home; it must not be there.
        service: the service, as `localhost:PORT`.
        arguments: further ones of `seal oci-setup`.

    Attributes:
        root: the OCID of the root compartment.
        environment: what the lines of `seal oci-setup` make of an empty one.
    """

    def __init__(self, folder: Path, service: str, *arguments: str) -> None:
        done = seal("oci-setup", service, "--folder", folder, "--print-env", *arguments)
        assert 0 == done.code, done.err
        self.environment: dict[str, str] = {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
        }
        for line in done.out.splitlines():
            words = shlex.split(line)
            if words[0] == "export":
                name, _, value = words[1].partition("=")
                self.environment[name] = value
        config = (folder / "config").read_text()
        self.root = next(line[8:] for line in config.splitlines() if line.startswith("tenancy="))
        found = programs.find("oci")
        assert found is not None, "mark the test with peer('oci')"
        self._program = found

    def run(self, *arguments: object, more: Mapping[str, str] | None = None) -> Said:
        """Run `oci`, and take whatever comes of it."""
        return self._run([self._program, *map(str, arguments)], more)

    def told(self, *arguments: object, more: Mapping[str, str] | None = None) -> Any:
        """The data of an answer to a command that succeeds; None if it prints nothing."""
        said = self.run(*arguments, more=more)
        assert 0 == said.status, (said.out, said.err)
        return said.data if said.out.strip() else None

    def failed(self, *arguments: object, more: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Status and code of the service's error, of a command that fails by it with exit code 1."""
        said = self.run(*arguments, more=more)
        assert 1 == said.status, (said.out, said.err)
        return said.error["status"], said.error["code"]

    def python(self, script: str, *arguments: str) -> Any:
        """What a script prints as JSON that Oracle's library runs in."""
        program = str(Path(self._program).with_name("python"))
        said = self._run([program, "-W", "error::DeprecationWarning", "-c", script, *arguments], None)
        assert 0 == said.status, said.err
        return json.loads(said.out)

    def _run(self, command: list[str], more: Mapping[str, str] | None) -> Said:
        done = subprocess.run(
            command,
            env={**self.environment, **(more or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
        return Said(done.returncode, done.stdout, done.stderr)
