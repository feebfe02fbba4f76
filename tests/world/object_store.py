"""A real S3-compatible server on 127.0.0.1 (versitygw, on a folder)."""

import itertools
import socket
from pathlib import Path

from peers import programs
from world.process import Process
from world.registry import free_port
from world.served import Stoppable

__all__ = ["ObjectStore"]

_KEY = "sealwright"
_SECRET = "made-up-for-tests"


class ObjectStore(Stoppable):
    """A server whose buckets are made by `bucket`. It can be stopped and started again.

    Attributes:
        address: `127.0.0.1:PORT`.
        options: what `storage.options` must say to reach it.
    """

    def __init__(self, folder: Path) -> None:
        program = programs.find("versitygw")
        assert program is not None, "mark the test with peer('versitygw')"
        self._program = program
        self._folder = folder
        (folder / "data").mkdir(parents=True)
        self._port = free_port()
        self.address = f"127.0.0.1:{self._port}"
        self.options = {
            "endpoint": f"http://{self.address}",
            "region": "us-east-1",
            "access_key_id": _KEY,
            "secret_access_key": _SECRET,
        }
        self._names = (f"bucket-{number}" for number in itertools.count())
        self._process: Process | None = None
        self.start()

    def start(self) -> None:
        """Run it, again after `pause`."""
        keys = ["--access", _KEY, "--secret", _SECRET]
        self._process = Process(
            [self._program, *keys, "--port", self.address, "posix", str(self._folder / "data")],
            self._folder / "output",
            self._answers,
        )

    def pause(self) -> None:
        """End it; what it stored stays."""
        assert self._process is not None
        self._process.stop()
        self._process = None

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=2).close()
        except OSError:
            return False
        return True

    def bucket(self) -> str:
        """A new bucket, as `storage.blobs` names it."""
        name = next(self._names)
        (self._folder / "data" / name).mkdir()
        return f"s3://{name}/prefix"

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self.pause()
