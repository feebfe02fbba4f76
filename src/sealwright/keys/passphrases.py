"""Passphrases of keys and PINs of tokens: from a file, the environment, or a prompt, in that order."""

import hmac
from collections.abc import Callable
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import KeyUnavailableError
from sealwright.homes import files
from sealwright.homes.environment import Environment

__all__ = ["PIN_VARIABLE", "VARIABLE", "Passphrases"]

VARIABLE = "SEALWRIGHT_PASSPHRASE"
PIN_VARIABLE = "SEALWRIGHT_PIN"

Prompt = Callable[[str], str]
"""Asks a person, given what for; only called when a terminal is there."""


class Passphrases(msgspec.Struct, frozen=True):
    """The sources of one run. `prompt` is None where nobody can be asked; `known` goes before all others."""

    environment: Environment
    file: Path | None = None
    prompt: Prompt | None = None
    known: bytes | None = None

    def existing(self, purpose: str) -> bytes:
        """The passphrase of a key that exists.

        Args:
            purpose: what it opens, for the prompt.

        Raises:
            KeyUnavailableError: `key.passphrase-missing` if no source has one.
            StorageError: the file cannot be read.
        """
        found = self.told()
        if found is None and self.prompt is not None:
            found = self.prompt(f"Passphrase of {purpose}").encode()
        if not found:
            raise KeyUnavailableError("key.passphrase-missing")
        return found

    def new(self, purpose: str) -> bytes:
        """A passphrase for a key that is being made; a person is asked twice.

        Args:
            purpose: what it will protect, for the prompt.

        Raises:
            KeyUnavailableError: `key.passphrase-missing`, `key.passphrase-differs`.
            StorageError: the file cannot be read.
        """
        found = self.told()
        if found is None and self.prompt is not None:
            found = self.prompt(f"New passphrase for {purpose}").encode()
            again = self.prompt("The same again").encode()
            if not hmac.compare_digest(found, again):
                raise KeyUnavailableError("key.passphrase-differs")
        if not found:
            raise KeyUnavailableError("key.passphrase-missing")
        return found

    def settled(self, purpose: str) -> "Passphrases":
        """Sources that give one new passphrase for everything, asked for now.

        Args:
            purpose: what it will protect, for the prompt.

        Raises:
            KeyUnavailableError: `key.passphrase-missing`, `key.passphrase-differs`.
            StorageError: the file cannot be read.
        """
        return Passphrases(self.environment, known=self.new(purpose))

    def pin(self, purpose: str, source: Path | None = None) -> bytes:
        """The PIN of a token. A passphrase in the environment is not tried as one: that would cost a try.

        Args:
            purpose: which token, for the prompt.
            source: the file that the key itself names, if any; what the caller named goes before it.

        Raises:
            KeyUnavailableError: `key.pin-missing` if no source has one.
            StorageError: the file cannot be read.
        """
        found = self._named()
        if found is None and source is not None:
            found = _first_line(source)
        if found is None:
            found = self.environment.get(PIN_VARIABLE).encode() or None
        if found is None and self.prompt is not None:
            found = self.prompt(f"PIN of {purpose}").encode()
        if not found:
            raise KeyUnavailableError("key.pin-missing", token=purpose)
        return found

    def told(self) -> bytes | None:
        """What can be had without asking anybody: known, the first line of the file, the variable; or None.

        Raises:
            StorageError: the file cannot be read.
        """
        found = self._named()
        return self.environment.get(VARIABLE).encode() or None if found is None else found

    def _named(self) -> bytes | None:
        if self.known is not None:
            return self.known
        return None if self.file is None else _first_line(self.file)


def _first_line(file: Path) -> bytes:
    return files.read(file, limits.CONFIG_FILE_BYTES).partition(b"\n")[0].rstrip(b"\r")
