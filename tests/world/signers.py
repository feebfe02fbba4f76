"""Signers with real gpg keys, in a folder of their own.

    with signers.made(tmp_path, "alice", "bob") as people:
        content = people.signed("alice", payload)
        ring = people.public("alice")

The real gpg makes keys and messages; nothing of ours is involved.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from peers import programs

__all__ = ["Signers", "made"]

_UNATTENDED = ("--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "")


class Signers:
    """People with keys. Each is `name@example.com`.

    Args:
        folder: for their public keys.
        home: gpg's folder; its path is short, for the agent's socket.
    """

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.home = home

    @property
    def variables(self) -> dict[str, str]:
        """What a process needs in its environment to sign with these keys."""
        return {"GNUPGHOME": str(self.home), "PATH": os.environ["PATH"]}

    def gpg(self, *arguments: object, given: bytes = b"") -> bytes:
        """Run gpg; gives its standard output."""
        program = programs.find("gpg")
        assert program is not None
        done = subprocess.run(
            [program, *_UNATTENDED, *map(str, arguments)],
            input=given,
            capture_output=True,
            check=False,
            timeout=60,
            env=self.variables,
        )
        assert 0 == done.returncode, done.stderr
        return done.stdout

    def add(self, name: str, algorithm: str = "ed25519", usage: str = "sign", expires: str = "never") -> None:
        """Make a key."""
        self.gpg("--quick-gen-key", f"{name}@example.com", algorithm, usage, expires)

    def fingerprint(self, name: str) -> str:
        """Of the primary key."""
        lines = self.gpg("--with-colons", "--list-keys", f"{name}@example.com").decode().splitlines()
        return next(line.split(":")[9] for line in lines if line.startswith("fpr:"))

    def public(self, *names: str) -> Path:
        """A file with the public keys of some people."""
        path = self.folder / f"{'-'.join(names)}.gpg"
        if not path.exists():
            path.write_bytes(b"".join(self.gpg("--export", f"{name}@example.com") for name in names))
        return path

    def signed(self, name: str, document: bytes, *options: str) -> bytes:
        """A signed message, as `gpg --sign` makes it."""
        return self.gpg(
            *options, "--local-user", f"{name}@example.com", "--output", "-", "--sign", given=document
        )

    def close(self) -> None:
        """End the agent, and throw away what gpg keeps."""
        subprocess.run(["gpgconf", "--kill", "all"], env=self.variables, check=False, capture_output=True)
        shutil.rmtree(self.home, ignore_errors=True)


@contextmanager
def made(folder: Path, *names: str, algorithms: Sequence[str] = ("ed25519",)) -> Iterator[Signers]:
    """Signers who exist while the block runs.

    Args:
        folder: for their public keys.
        names: of the people, who get keys of the algorithms in turns.
        algorithms: as gpg calls them.
    """
    signers = Signers(folder, Path(tempfile.mkdtemp(prefix="sealwright-gpg-")))
    try:
        for number, name in enumerate(names):
            signers.add(name, algorithms[number % len(algorithms)])
        yield signers
    finally:
        signers.close()
