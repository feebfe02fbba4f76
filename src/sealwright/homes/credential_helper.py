"""Credential helpers: programs that keep passwords for docker and everyone after it.

The protocol (docker/docker-credential-helpers, README, "Development"): `docker-credential-<suffix>` is run
with one argument. `get` reads the server's address from standard input and prints
`{"ServerURL", "Username", "Secret"}`; `store` reads the same; `erase` reads the address. A failure is a
non-zero exit with a message on standard output; the one for "not found" is fixed text. The user name
`<token>` says that the secret is an identity token (a refresh token of the registry's token service).
"""

import os
import re
import time
from collections.abc import Mapping
from typing import IO

import msgspec

from sealwright import limits
from sealwright.errors import AccessDeniedError, EnvironmentalError, UsageError

__all__ = ["IDENTITY_TOKEN_USER", "Credential", "CredentialHelper"]

IDENTITY_TOKEN_USER = "<token>"  # noqa: S105  # the name that marks a token, not a secret
_NOT_FOUND = "credentials not found in native keychain"
_SUFFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SAID_LENGTH = 300


class Credential(msgspec.Struct, frozen=True):
    """What identifies us to a registry. One of three kinds; `origin` says where it was found.

    `username` and `password`; or `identity_token`, which a token service takes instead of a password; or
    `registry_token`, which the registry itself takes as it is.
    """

    username: str = ""
    password: str = ""
    identity_token: str = ""
    registry_token: str = ""
    origin: str = ""

    def __repr__(self) -> str:
        return f"Credential(username={self.username!r}, origin={self.origin!r}, …)"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it to identify anybody."""
        return not (self.identity_token or self.registry_token or (self.username and self.password))


class CredentialHelper:
    """One helper program.

    Args:
        suffix: what follows `docker-credential-` in its name.
        environment: PATH, and what the program gets.
        seconds: how long one run may take.

    Raises:
        UsageError: `credentials.helper-name` if the suffix could name something else than a helper.
    """

    def __init__(
        self, suffix: str, environment: Mapping[str, str], seconds: float = limits.CREDENTIAL_HELPER_SECONDS
    ) -> None:
        if not _SUFFIX.fullmatch(suffix):
            raise UsageError("credentials.helper-name", helper=ascii(suffix[:100]))
        self.suffix = suffix
        self.program = f"docker-credential-{suffix}"
        self._environment = environment
        self._seconds = seconds

    @property
    def is_installed(self) -> bool:
        """Whether the program can be found."""
        return self._path() is not None

    def get(self, server: str) -> Credential | None:
        """The credential that the helper keeps for a server; None if it keeps none.

        Args:
            server: the address under which it is kept, such as `registry.example`.

        Raises:
            EnvironmentalError: `credentials.helper-missing`, `credentials.helper-failed`.
        """
        return self._read(*self._run("get", server.encode()))

    def _read(self, status: int, said: bytes) -> Credential | None:
        """The answer to `get`."""
        if status != 0:
            if said.strip().decode(errors="replace") == _NOT_FOUND:
                return None
            raise self._failure(said)
        try:
            answer = msgspec.json.decode(said, type=_Answer)
        except (msgspec.MsgspecError, ValueError, RecursionError):  # ValueError: not UTF-8
            raise self._failure(b"it printed something else than a credential") from None
        if not answer.Secret:
            return None
        if answer.Username == IDENTITY_TOKEN_USER:
            return Credential(identity_token=answer.Secret, origin=self.program)
        return Credential(answer.Username, answer.Secret, origin=self.program)

    def store(self, server: str, credential: Credential) -> None:
        """Have the helper keep a credential.

        Args:
            server: the address to keep it under.
            credential: a user name with a password, or an identity token.

        Raises:
            EnvironmentalError: `credentials.helper-missing`, `credentials.helper-failed`.
        """
        token = credential.identity_token
        message = {
            "ServerURL": server,
            "Username": IDENTITY_TOKEN_USER if token else credential.username,
            "Secret": token or credential.password,
        }
        status, said = self._run("store", msgspec.json.encode(message))
        if status != 0:
            raise self._failure(said)

    def erase(self, server: str) -> bool:
        """Have the helper forget a credential; false if it had none.

        Args:
            server: the address under which it is kept.

        Raises:
            EnvironmentalError: `credentials.helper-missing`, `credentials.helper-failed`.
        """
        if self.get(server) is None:
            return False
        self.forget(server)
        return True

    def forget(self, server: str) -> None:
        """The same without asking first whether it had one; many helpers then fail.

        Args:
            server: the address under which it is kept.

        Raises:
            EnvironmentalError: `credentials.helper-missing`, `credentials.helper-failed`.
        """
        status, said = self._run("erase", server.encode())
        if status != 0:
            raise self._failure(said)

    def _path(self) -> str | None:
        import shutil  # noqa: PLC0415  # few registries have a helper

        return shutil.which(self.program, path=self._environment.get("PATH", os.defpath))

    def _failure(self, said: bytes) -> EnvironmentalError:
        text = said.strip().decode(errors="replace")[:_SAID_LENGTH] or "it said nothing"
        text = "".join(mark if mark.isprintable() else " " for mark in text)
        return AccessDeniedError("credentials.helper-failed", helper=self.program, problem=text)

    def _run(self, action: str, message: bytes) -> tuple[int, bytes]:
        """Exit status and what was printed, within bounds of time and size."""
        import subprocess  # noqa: PLC0415  # few registries have a helper

        path = self._path()
        if path is None:
            raise AccessDeniedError("credentials.helper-missing", helper=self.program)
        try:
            process = subprocess.Popen(
                [path, action],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=dict(self._environment),
            )
        except OSError as error:
            raise self._failure(str(error.strerror).encode()) from None
        with process:
            try:
                assert process.stdin is not None  # noqa: S101  # a pipe was asked for
                assert process.stdout is not None  # noqa: S101  # as above
                _feed(process.stdin, message)
                said = self._collect(process.stdout)
                return process.wait(timeout=self._seconds), said
            except subprocess.TimeoutExpired:
                raise self._failure(b"it does not end") from None
            finally:
                process.kill()

    def _collect(self, output: IO[bytes]) -> bytes:
        """All that the program prints."""
        import selectors  # noqa: PLC0415  # few registries have a helper

        end = time.monotonic() + self._seconds
        said = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while True:
                left = end - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise self._failure(f"it did not answer within {self._seconds:g} seconds".encode())
                piece = os.read(output.fileno(), 64 * 1024)
                if not piece:
                    return bytes(said)
                said += piece
                if len(said) > limits.CREDENTIAL_HELPER_BYTES:
                    raise self._failure(f"it printed over {limits.CREDENTIAL_HELPER_BYTES} bytes".encode())


class _Answer(msgspec.Struct):
    Username: str = ""
    Secret: str = ""


def _feed(stream: IO[bytes], message: bytes) -> None:
    """Write the message; a program that does not want it may close its end."""
    try:
        stream.write(message)
        stream.close()
    except BrokenPipeError:
        pass
