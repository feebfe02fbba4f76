"""`seal serve` in a process of its own, on a file of settings, with its log."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from world.served import Stoppable
from world.wire import Wire

__all__ = ["Service", "run"]


def run(
    *arguments: str, variables: Mapping[str, str] | None = None, home: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run `seal serve` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "sealwright", "serve", *arguments],
        env=_environment(variables, home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _environment(variables: Mapping[str, str] | None, home: Path | None) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home or "/nonexistent"), **(variables or {})}


class Service(Stoppable):
    """The service on a folder, listening on a free port of 127.0.0.1.

    Args:
        folder: for its settings, its content (`content/`) and its log.
        settings: lines of TOML, beginning within `[server]`.
        arguments: further flags.
        variables: of the environment.
        log: a descriptor to log to, instead of a file in the folder.

    Attributes:
        announced: what it said when it started.
        address: `127.0.0.1:PORT`.
        wire: requests to it, over plain HTTP.
    """

    def __init__(
        self,
        folder: Path,
        settings: str = "",
        *arguments: str,
        variables: Mapping[str, str] | None = None,
        log: int | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.settings = folder / "serve.toml"
        self.settings.write_text(f"[server]\nport = 0\n{settings}\n[storage]\nfolder = 'content'\n")
        self._log = folder / "log"
        with self._log.open("ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sealwright", "serve", "--config", str(self.settings), *arguments],
                env=_environment(variables, None),
                stdout=subprocess.PIPE,
                stderr=file if log is None else log,
                text=True,
            )
        assert self.process.stdout is not None
        self.announced = [self.process.stdout.readline().strip()]
        assert self.announced[0].startswith("serving "), self._log.read_text()
        self.address = self.announced[0].rpartition("//")[2]
        self.wire = Wire(self.address)

    @property
    def text(self) -> str:
        """All that it has logged."""
        return self._log.read_text()

    def lines(self, wanted: int = 1) -> list[dict[str, Any]]:
        """What it has logged, once that is at least so many lines."""
        return self.wait_for(lambda lines: len(lines) >= wanted)

    def wait_for(self, enough: Any) -> list[dict[str, Any]]:
        """What it has logged, once that is enough."""
        until = time.monotonic() + 10
        while True:
            lines = [json.loads(line) for line in self.text.splitlines()]
            if enough(lines):
                return lines
            if time.monotonic() > until:
                raise TimeoutError(self.text)
            time.sleep(0.02)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        """Its exit status, once it has ended."""
        assert self.process.stdout is not None
        if not self.process.stdout.closed:
            self.process.stdout.read()
            self.process.stdout.close()
        return self.process.wait(30)

    def stop(self) -> None:
        """End it, if it has not ended."""
        if self.process.poll() is None:
            self.process.terminate()
        self.ended()
