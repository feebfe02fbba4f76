"""A command that is being run: what was typed, where it reads and prints, and what atomic.conf says."""

import time
from argparse import Namespace
from getpass import getpass
from pathlib import Path
from typing import TextIO

import msgspec

from sealwright import reasons
from sealwright.events import BlobStarted, Event, Notice
from sealwright.homes.atomic_settings import AtomicSettings
from sealwright.homes.environment import Environment
from sealwright.keys.openpgp.gnupg_home import of_login_user, with_home

__all__ = ["Call"]


class Call(msgspec.Struct, frozen=True):
    """One call of atomic. `began` is a time of the clock that never goes back, in seconds."""

    arguments: Namespace
    settings: AtomicSettings
    environment: Environment
    out: TextIO
    err: TextIO
    stdin: TextIO
    began: float

    def say(self, line: str) -> None:
        """Print a line on standard output."""
        self.out.write(f"{line}\n")
        self.out.flush()

    def warn(self, line: str) -> None:
        """Print a line on standard error, after all that was printed before."""
        self.out.flush()
        self.err.write(f"{line}\n")

    def fatal(self, problem: str) -> None:
        """Print what skopeo prints before it ends: with the seconds that it took."""
        self.warn(f"FATA[{int(time.monotonic() - self.began):04d}] {problem}")

    def asked(self, prompt: str) -> str:
        """A line that the user types; empty where nobody can."""
        self.out.write(prompt)
        self.out.flush()
        return self.stdin.readline().rstrip("\r\n")

    def secret(self, prompt: str) -> str:
        """The same, and it is not shown."""
        if self.stdin.isatty():
            return getpass(prompt, self.out)
        answer = self.asked(prompt)
        self.say("")
        return answer

    def agrees(self, question: str) -> bool:
        """Whether the user says yes to a question that ends with `(y/N) `, or said so beforehand."""
        return self.arguments.assumeyes or "y" in self.asked(question).lower()

    def tell(self, event: Event) -> None:
        """Take events of a workflow: blobs that are copied, and warnings."""
        if isinstance(event, BlobStarted):
            self.say(f"Copying blob {event.digest}")
        elif isinstance(event, Notice):
            self.warn(
                f"WARN[{int(time.monotonic() - self.began):04d}] {reasons.sentence(event.code, event.data)}"
            )

    def with_keyring(self, given: str | None, *, exported_counts: bool) -> Environment:
        """The environment, with the folder of the keyring that is meant.

        Args:
            given: on the command line.
            exported_counts: whether GNUPGHOME goes before what atomic.conf says, as for `push`; else it does
                not count at all, as for `sign`, so that under sudo the keyring is that of who logged in.
        """
        if exported_counts and not given and self.environment.get("GNUPGHOME"):
            return self.environment
        folder: Path = of_login_user(self.environment, given or "", self.settings.gnupg_homedir)
        return with_home(self.environment, folder)
