"""A real PostgreSQL on 127.0.0.1, with a cluster of its own that is thrown away."""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg

from peers import programs
from world.process import Process
from world.registry import free_port
from world.served import Stoppable

__all__ = ["PostgresServer"]

_SETTINGS = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 100
"""


class PostgresServer(Stoppable):
    """A server whose databases are made by `database`. It can be stopped and started again."""

    def __init__(self) -> None:
        postgres, initdb = programs.find("postgres"), programs.find("initdb")
        assert postgres is not None, "mark the test with peer('postgres')"
        assert initdb is not None
        self._postgres = postgres
        # not below pytest's folder, which the user that it runs as may not enter
        self._folder = Path(tempfile.mkdtemp(prefix="sealwright-postgres-"))
        self._user = "postgres" if os.getuid() == 0 else None
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        self.port = free_port()
        data = self._folder / "data"
        command = [initdb, "--pgdata", str(data), "--username", "postgres", "--auth", "trust", "--no-sync"]
        subprocess.run(command, check=True, capture_output=True, user=self._user)
        with (data / "postgresql.conf").open("a") as file:
            file.write(_SETTINGS.format(port=self.port))
        self._names = (f"d{number}" for number in itertools.count())
        self._process: Process | None = None
        self.start()

    def start(self) -> None:
        """Run it, again after `pause`."""
        self._process = Process(
            [self._postgres, "-D", str(self._folder / "data")],
            self._folder.with_suffix(".log"),
            self._answers,
            user=self._user,
            stop_signal=signal.SIGINT,  # "fast": it does not wait for clients
        )

    def pause(self) -> None:
        """End it; what it stored stays."""
        assert self._process is not None
        self._process.stop()
        self._process = None

    @property
    def pid(self) -> int:
        """The process that all others of it are children of."""
        assert self._process is not None
        return self._process.pid

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, name: str) -> str:
        """The URL of a database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def database(self) -> str:
        """A new database, and its URL."""
        name = next(self._names)
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)

    def stop(self) -> None:
        """End it and throw its cluster away."""
        if self._process is not None:
            self._process.kill(signal.SIGQUIT)  # "immediate": thousands of files need not be flushed first
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.with_suffix(".log").unlink(missing_ok=True)
