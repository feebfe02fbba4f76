"""The service in a process of its own, which can be killed, with a collector of garbage that never rests."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from sealwright.service.configuration.storage import Storage
from world.registry import free_port
from world.served import Stoppable
from world.wire import Wire

__all__ = ["Killable"]

PROGRAM = """
import sys, threading, time
import msgspec
from sealwright.errors import SealwrightError
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.server import Server
from sealwright.service.configuration.storage import Storage
from sealwright.service.registry.actions.collecting import Terms, collect
from sealwright.service.registry.content import Content
from sealwright.service import storage
from sealwright.service.serving import serve

settings = msgspec.json.decode(sys.argv[1], type=Storage)
grace = float(sys.argv[3])

def collecting():
    content = Content(storage.Storage.beside(settings))
    while True:
        time.sleep(0.05)
        try:
            collect(content, Terms(grace=grace))
        except SealwrightError as error:
            print(error, flush=True)

def begin(said):
    if grace >= 0 and said.startswith("serving"):
        threading.Thread(target=collecting, daemon=True).start()
    print(said, flush=True)

serve(Configuration(server=Server(port=int(sys.argv[2])), storage=settings), begin)
"""


class Killable(Stoppable):
    """A running service.

    Args:
        settings: its storage.
        grace: seconds that its collector of garbage leaves things alone; below 0 there is none.
        under: a program, with its arguments, that runs it.

    Attributes:
        wire: to ask it.
    """

    def __init__(self, settings: Storage, grace: float = -1, under: Sequence[str] = ()) -> None:
        port = free_port()
        self.wire = Wire(f"127.0.0.1:{port}")
        arguments = [msgspec.json.encode(settings).decode(), str(port), str(grace)]
        self._process = subprocess.Popen(
            [*under, sys.executable, "-c", PROGRAM, *arguments],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert said.startswith("serving"), said + self._process.stdout.read()

    @property
    def pid(self) -> int:
        """Its process, or that of the program that runs it."""
        return self._process.pid

    def _end(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, number)
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def kill(self) -> None:
        """End it as the loss of its machine would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it."""
        self._end(signal.SIGTERM)
