"""Registries for tests: our own on a thread, and Debian's in a process of its own."""

import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from peers import programs
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.storage import Storage
from sealwright.service.serving import Server
from world.served import Stoppable

__all__ = ["DebianRegistry", "Registry", "free_port"]


class Registry(Stoppable):
    """The embedded registry on 127.0.0.1 and a free port, over real HTTP.

    Args:
        on: its folder, its storage, or all of its settings.
        port: a certain one, on a folder.

    Attributes:
        address: `127.0.0.1:PORT`. Clients that speak plain HTTP only to localhost get `local`.
        local: `localhost:PORT`.
        announced: what it said when it started.
    """

    def __init__(self, on: Path | Storage | Configuration, port: int = 0) -> None:
        if isinstance(on, Path):
            on = Configuration.on(on, port=port)
        elif isinstance(on, Storage):
            on = Configuration(server=Configuration.on(Path()).server, storage=on)
        self.folder = Path(on.storage.folder)
        self.announced: list[str] = []
        self._ready = threading.Event()
        self._server = Server(on, self._hear)
        self.port = self._server.port
        self.address = f"127.0.0.1:{self.port}"
        self.local = f"localhost:{self.port}"
        self._thread = threading.Thread(target=self._server.run, name=f"registry {self.port}", daemon=True)
        self._thread.start()
        if not self._ready.wait(10):
            raise TimeoutError(self.address)

    def _hear(self, sentence: str) -> None:
        self.announced.append(sentence)
        self._ready.set()

    def stop(self) -> None:
        """End it; its folder stays."""
        self._server.stop()
        self._thread.join(20)
        assert not self._thread.is_alive()


_DEBIAN_SETTINGS = """\
version: 0.1
log:
  level: error
  accesslog:
    disabled: true
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: {folder}
  delete:
    enabled: true
http:
  addr: 127.0.0.1:{port}
"""


class DebianRegistry(Stoppable):
    """Debian's docker-registry, of a version without a referrers API, with deletes allowed.

    Attributes: as for `Registry`.
    """

    def __init__(self, folder: Path) -> None:
        program = programs.find("docker-registry")
        assert program is not None, "mark the test with peer('docker-registry')"
        self.folder = folder
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.local = f"localhost:{self.port}"
        folder.mkdir(parents=True, exist_ok=True)
        settings = folder / "config.yml"
        settings.write_text(_DEBIAN_SETTINGS.format(folder=folder / "content", port=self.port))
        self._output = (folder / "output").open("wb")
        self._process = subprocess.Popen(
            [program, "serve", str(settings)], stdout=self._output, stderr=self._output
        )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    def _wait(self) -> None:
        until = time.monotonic() + 10
        while self._process.poll() is None and time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://{self.address}/v2/", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.02)
        raise TimeoutError((self.folder / "output").read_text())

    def stop(self) -> None:
        """End it and remove what it stored."""
        self._process.terminate()
        self._process.wait(10)
        self._output.close()
        shutil.rmtree(self.folder / "content", ignore_errors=True)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
