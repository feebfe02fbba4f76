"""Verification by the program gpg, the reference: what it says is what skopeo and podman decide by.

Each set of public keys gets a home folder of its own, so that no key but those named is ever asked, and no
setting of the user or the system plays a part. gpg starts no agent, fetches no key and reads no clock.
"""

import hashlib
import tempfile
from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from sealwright import limits
from sealwright.errors import KeyUnavailableError
from sealwright.evidence import OpenPgpSignature
from sealwright.homes.environment import Environment
from sealwright.keys.openpgp import program
from sealwright.openpgp import status

__all__ = ["GpgVerifier"]

_ALWAYS = ("--no-options", "--batch", "--no-tty", "--no-autostart", "--lock-never", "--trust-model", "always")
_VERIFY = ("--no-auto-key-retrieve", "--no-auto-key-locate", "--no-auto-check-trustdb", "--output", "-")


class GpgVerifier:
    """Runs of gpg; the home of a set of keys is kept for the next message. Safe to use from several threads.

    Args:
        environment: where gpg is found.
        seconds: how long each run may take.
    """

    name = "gpg"

    def __init__(self, environment: Environment, seconds: float = limits.GPG_SECONDS) -> None:
        self._environment = environment
        self._seconds = seconds
        self._homes: dict[bytes, _Home] = {}
        self._lock = Lock()

    def verify(
        self, message: bytes, keys: tuple[bytes, ...], at: datetime
    ) -> tuple[tuple[OpenPgpSignature, ...], bytes]:
        """What gpg says of each signature, and the document that it gave out.

        Args:
            message: a binary signed message. gpg passes over what it cannot read of it.
            keys: public keys, armored or not; what gpg cannot import counts as not there.
            at: the time it is judged at.

        Raises:
            KeyUnavailableError: `key.gpg-missing`, `key.gpg-failed`.
            EnvironmentalError: `key.gpg-slow`.
        """
        program.find(self._environment)
        home = self._home(keys)
        try:
            folder = home.filled(self._environment, self._seconds)
            moment = f"{max(1, int(at.timestamp()))}!"
            ran = program.run(
                self._environment,
                ["--homedir", folder, *_ALWAYS, "--faked-system-time", moment, *_VERIFY, "--decrypt"],
                content=message,
                seconds=self._seconds,
            )
        finally:
            if not home.kept:
                home.close()
        if ran.code < 0 or not status.lines(ran.status):
            raise KeyUnavailableError("key.gpg-failed", problem=program.said(ran))
        return status.signatures(ran.status), ran.output

    def close(self) -> None:
        """Remove the homes. Runs that are under way must have ended."""
        with self._lock:
            homes, self._homes = self._homes, {}
        for home in homes.values():
            home.close()

    def _home(self, keys: tuple[bytes, ...]) -> "_Home":
        """The home of a set of keys; beyond `limits.GPG_HOMES` one for this run alone."""
        digest = hashlib.sha256()
        for content in keys:
            digest.update(hashlib.sha256(content).digest())
        name = digest.digest()
        with self._lock:
            if name not in self._homes and len(self._homes) >= limits.GPG_HOMES:
                return _Home(keys, kept=False)
            return self._homes.setdefault(name, _Home(keys, kept=True))


class _Home:
    """A home folder of gpg with just these keys, made when it is first needed."""

    def __init__(self, keys: Sequence[bytes], *, kept: bool) -> None:
        self.kept = kept
        self._keys = keys
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._lock = Lock()

    def filled(self, environment: Environment, seconds: float) -> str:
        """Its path, once the keys are in it."""
        with self._lock:
            if self._folder is None:
                try:
                    folder = tempfile.TemporaryDirectory(prefix="seal-gpg-")  # of mode 0700
                except OSError as error:
                    problem = f"no folder can be made: {error.strerror}"
                    raise KeyUnavailableError("key.gpg-failed", problem=problem) from None
                try:
                    for content in self._keys:
                        arguments = ["--homedir", folder.name, *_ALWAYS, "--import"]
                        program.run(environment, arguments, content=content, seconds=seconds)
                except BaseException:
                    folder.cleanup()
                    raise
                self._folder = folder
            return self._folder.name

    def close(self) -> None:
        """Remove the folder. No agent has to be ended: none was started."""
        with self._lock:
            folder, self._folder = self._folder, None
        if folder is not None:
            folder.cleanup()
