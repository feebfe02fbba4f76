"""A home folder for one user of `seal` and of the real notation: keys, trust stores and policy on disk.

    home = Home(tmp_path / "home")
    home.add_key("build", pki.chain("rsa3072"))
    home.trust("acme", chain.root)
    home.policy(statement(stores=("ca:acme",)))
    home.seal("sign", "--key", "build", image)

The files are written by hand, so that neither program is tested with what the other wrote.
"""

import contextlib
import gc
import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from sealwright.cli import program
from world import pki

__all__ = ["Done", "Home", "statement"]


class Done(NamedTuple):
    """How a program ended, and what it printed."""

    status: int
    out: str
    err: str


class Home:
    """A home folder.

    Attributes:
        folder: the home itself.
        notation: notation's folder in it.
        root: stands for `/` where the settings of the machine are sought; it is not made.
        environment: the variables of a process of that user.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notation = folder / ".config" / "notation"
        self.notation.mkdir(parents=True)
        self.root = folder.with_name(f"{folder.name}-root")
        self.environment = {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "SEALWRIGHT_ROOT": str(self.root),
        }
        self._keys: list[dict[str, str]] = []

    def add_key(self, name: str, chain: pki.Chain, passphrase: bytes | None = None) -> None:
        """Put a key and its chain into `localkeys`, and its name into `signingkeys.json`."""
        local = self.notation / "localkeys"
        local.mkdir(exist_ok=True)
        encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
        key = chain.signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
        (local / f"{name}.key").write_bytes(key)
        (local / f"{name}.key").chmod(0o600)
        (local / f"{name}.crt").write_bytes(pem(*chain.certificates))
        key_path, cert_path = (str(local / f"{name}.{ending}") for ending in ("key", "crt"))
        self._keys.append({"name": name, "keyPath": key_path, "certPath": cert_path})
        keys = {"default": self._keys[0]["name"], "keys": self._keys}
        (self.notation / "signingkeys.json").write_text(json.dumps(keys, indent=4))

    def trust(self, store: str, *certificates: bytes, kind: str = "ca") -> None:
        """Put DER certificates into a trust store, in one file."""
        folder = self.notation / "truststore" / "x509" / kind / store
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{len(list(folder.iterdir()))}.pem").write_bytes(pem(*certificates))

    def policy(self, *statements: Mapping[str, object]) -> Path:
        """Put a policy of these statements in force, under the name that every notation reads."""
        path = self.notation / "trustpolicy.json"
        path.write_text(json.dumps({"version": "1.0", "trustPolicies": statements}, indent=4))
        path.chmod(0o600)
        return path

    def seal(self, *arguments: object, **variables: str) -> Done:
        """Run `seal` in this process, from its first argument to its exit code, as a user of this home.

        Only for the main thread: environment, standard output and standard error are those of the process.
        """
        return self.inside(program.run, *arguments, **variables)

    def inside(
        self, run: Callable[[Sequence[str]], int], *arguments: object, typed: str = "", **variables: str
    ) -> Done:
        """The same for any of our programs.

        Args:
            run: the program, from its arguments to its exit code.
            arguments: of the command line.
            typed: what stands on standard input.
            variables: more of the environment.
        """
        out, err = io.StringIO(), io.StringIO()
        before, sys.stdin = sys.stdin, io.StringIO(typed)
        try:
            with (
                self._environment(variables),
                contextlib.redirect_stdout(out),
                contextlib.redirect_stderr(err),
            ):
                status = run([str(argument) for argument in arguments])
        finally:
            sys.stdin = before
        gc.enable()  # the program turns it off, for it ends soon
        return Done(status, out.getvalue(), err.getvalue())

    def seal_alone(self, *arguments: object, **variables: str) -> Done:
        """Run `seal` in a process of its own."""
        command = [sys.executable, "-m", "sealwright", *map(str, arguments)]
        return self.run(command, **variables)

    def run(self, command: Sequence[str], **variables: str) -> Done:
        """Run any program as a user of this home."""
        done = subprocess.run(
            command,
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def must(self, *arguments: object, **variables: str) -> str:
        """What a `seal` command prints that has to succeed."""
        done = self.seal(*arguments, **variables)
        assert 0 == done.status, f"seal {shlex.join(map(str, arguments))}\n{done.out}{done.err}"
        return done.out

    @contextlib.contextmanager
    def _environment(self, variables: Mapping[str, str]) -> Iterator[None]:
        before = dict(os.environ)
        os.environ.clear()
        os.environ.update(self.environment, **variables)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def pem(*certificates: bytes) -> bytes:
    """DER certificates as one PEM file."""
    return b"".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in certificates)


def statement(
    name: str = "all",
    *,
    scopes: Sequence[str] = ("*",),
    level: str = "strict",
    stores: Sequence[str] = ("ca:acme",),
    identities: Sequence[str] = ("*",),
    **verification: object,
) -> dict[str, object]:
    """A statement of a trust policy; more members of `signatureVerification` by name."""
    members: dict[str, object] = {
        "name": name,
        "registryScopes": list(scopes),
        "signatureVerification": {"level": level, **verification},
    }
    if level != "skip":
        members |= {"trustStores": list(stores), "trustedIdentities": list(identities)}
    return members
