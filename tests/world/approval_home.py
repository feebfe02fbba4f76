"""A user of a vault whose keys have rules, and the people who approve, each with a key of their own."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from world.home import Done
from world.registry import Registry
from world.vault_home import SUBJECT, VaultHome

__all__ = ["ApprovalHome", "Running"]


class Running:
    """A program that runs; what it has said so far can be waited for.

    Args:
        command: with its arguments.
        environment: its variables.
        folder: a place for its output.
    """

    def __init__(self, command: Sequence[str], environment: dict[str, str], folder: Path) -> None:
        self._files = folder / "running.out", folder / "running.err"
        for file in self._files:
            file.unlink(missing_ok=True)
        out, err = (file.open("ab") for file in self._files)
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err
        )
        out.close()
        err.close()

    @property
    def said(self) -> str:
        """Standard error so far."""
        return self._files[1].read_text()

    def until(self, text: str, seconds: float = 30) -> str:
        """Standard error, as soon as it holds a text."""
        end = time.monotonic() + seconds
        while text not in self.said:
            assert time.monotonic() < end, f"{text!r} is not in: {self.said}"
            assert self.process.poll() is None or text in self.said, self.done()
            time.sleep(0.02)
        return self.said

    def done(self, seconds: float = 60) -> Done:
        """How it has ended."""
        status = self.process.wait(seconds)
        return Done(status, self._files[0].read_text(), self.said)


class ApprovalHome(VaultHome):
    """A home with a vault, and people with a name for each key file.

    Args:
        folder: an empty one.
        registry: the service.
        people: who can approve; each enrols with a new key.
        login: name and password, where the service has accounts.
    """

    def __init__(
        self, folder: Path, registry: Registry, *people: str, login: tuple[str, str] | None = None
    ) -> None:
        super().__init__(folder, registry, login)
        for person in people:
            self.home.must("approval", "enrol", person, "--unencrypted", **self.of(person))

    def of(self, person: str) -> dict[str, str]:
        """Variables by which commands are those of a person, whose own key is used."""
        return {"XDG_CONFIG_HOME": str(self.home.folder / "people" / person)}

    def key_of(self, person: str) -> Path:
        """The file of a person's private key."""
        return self.home.folder / "people" / person / "sealwright" / "approver.key"

    def ruled(self, name: str, *flags: str) -> str:
        """A new key with rules made of flags, and with a certificate; gives its URI."""
        rules = self.rules(name, *flags)
        self.home.must("vault", "key", "create", f"production/{name}", "--rules", rules)
        request = self.home.folder / f"{name}.csr"
        subject = f"{SUBJECT}, CN={name}"
        make = ("vault", "key", "request", name, "--subject", subject, "--out", str(request))
        with self.running(*make) as running:
            running.until("people have to approve")
            self.approve(self.asked()["id"], *self.needed(self.asked()))
            assert 0 == running.done().status, running.said
        self.home.must("pki", "issue", name, "--csr", request)
        self.home.must("vault", "key", "import-certificate", name, self.pki / f"{name}.pem")
        return f"vault:{self.address}/production/{name}"

    def rules(self, name: str, *flags: str) -> Path:
        """A file of rules made of flags."""
        file = self.home.folder / f"{name}-rules.json"
        self.home.must("approval", "rules", "make", *flags, "--out", file)
        return file

    @contextmanager
    def running(self, *arguments: str, **variables: str) -> Iterator[Running]:
        """`seal`, running; it is ended with the block."""
        command = [sys.executable, "-m", "sealwright", *arguments]
        with self.program(*command, **variables) as running:
            yield running

    @contextmanager
    def program(self, *command: str, **variables: str) -> Iterator[Running]:
        """Any program, running; it is ended with the block."""
        running = Running(command, {**self.home.environment, **variables}, self.home.folder)
        try:
            yield running
        finally:
            running.process.kill()
            running.process.wait()

    def asked(self, *flags: str) -> Any:
        """The newest request that stands, as the service tells of it."""
        found = json.loads(self.home.must("approval", "list", "--output", "json", *flags))
        return found[0]

    @staticmethod
    def needed(request: Any) -> list[str]:
        """People enough for a request of one alternative, if everybody is in one group."""
        quorum = sum(group["quorum"] for group in request["alternatives"][0])
        people: list[str] = request["waitsFor"][:quorum]
        return people

    def approve(self, request: str, *people: str) -> None:
        """Have people approve a request."""
        for person in people:
            self.home.must("approval", "approve", "--yes", request, **self.of(person))

    def deny(self, request: str, person: str) -> None:
        """Have somebody deny a request."""
        self.home.must("approval", "deny", "--yes", request, **self.of(person))
