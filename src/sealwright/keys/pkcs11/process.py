"""The process that holds a module, as we see it: start it, ask it, end it.

What goes wrong there is an error here: `key.pkcs11-crashed`, `key.pkcs11-slow`, `key.pkcs11-garbled`. After
any of these the process is gone, and whoever wants to go on starts another.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TypeVar

import msgspec

from sealwright import limits
from sealwright.errors import EnvironmentalError, KeyUnavailableError, SealwrightError
from sealwright.keys import passphrases
from sealwright.keys.pkcs11 import messages
from sealwright.keys.pkcs11.messages import Answer, Load, Loaded, Problem, Question

__all__ = ["ModuleProcess"]

Value = TypeVar("Value")

_ENVIRONMENTAL = frozenset(
    {"key.pkcs11-failed", "key.pkcs11-sessions", "key.pkcs11-token-gone", "key.pkcs11-full"}
)
"""Problems of the token's that no other way of calling would mend."""

_SECRETS = (passphrases.VARIABLE, passphrases.PIN_VARIABLE, "SEALWRIGHT_PASSWORD", "NOTATION_PASSWORD")
_SECRETS_OF_THE_SERVICE = "SEALWRIGHT_SERVE_"
_REPLY: msgspec.msgpack.Decoder[Answer | Problem] = msgspec.msgpack.Decoder(Answer | Problem)


class ModuleProcess:
    """A module, loaded in a process of its own. For one thread at a time.

    Args:
        module: path of the shared library.
        variables: environment of the process; variables with secrets of ours are left out.
        seconds: how long the module may take for what no person has to do.

    Raises:
        KeyUnavailableError: `key.pkcs11-missing`, `key.pkcs11-module`.
        EnvironmentalError: the process cannot be started, or `key.pkcs11-crashed` and its like.
    """

    def __init__(self, module: str, variables: Mapping[str, str], seconds: float) -> None:
        self.module = module
        self._seconds = seconds
        ours, theirs = socket.socketpair()
        lifeline, held = os.pipe()
        passed = (theirs.fileno(), lifeline)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "sealwright.keys.pkcs11.worker", *map(str, passed)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_without_secrets(variables),
                pass_fds=passed,
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            os.close(held)
            problem = error.strerror or str(error)
            raise EnvironmentalError(
                "key.pkcs11-crashed", module=module, how=problem, doing="starting"
            ) from None
        finally:
            theirs.close()
            os.close(lifeline)
        self._line = ours
        self._held = held
        try:
            self.about: Loaded = self.ask(Load(module), Loaded, "loading")
        except BaseException:
            self.close(kill=True)
            raise

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._held >= 0

    def ask(self, question: Question, kind: type[Value], doing: str, *, person: bool = False) -> Value:
        """Ask, and wait for the answer.

        Args:
            question: of `messages`.
            kind: what the value of the answer has to be.
            doing: what the module does meanwhile, for errors.
            person: whether somebody may have to do something for it, which takes longer.

        Raises:
            KeyUnavailableError: the module refused.
            EnvironmentalError: the module failed; or `key.pkcs11-crashed`, `key.pkcs11-slow` or
                `key.pkcs11-garbled`, and the process is gone.
        """
        seconds = max(limits.PKCS11_PERSON_SECONDS, self._seconds) if person else self._seconds
        try:
            self._line.settimeout(seconds)
            messages.send(self._line, msgspec.msgpack.encode(question))
            reply = messages.receive(self._line, seconds)
            if not reply:
                raise ConnectionResetError  # noqa: TRY301  # as when it breaks while we write
            told = _REPLY.decode(reply)
            if isinstance(told, Answer):
                return msgspec.msgpack.decode(told.value, type=kind)
        except TimeoutError:
            self.close(kill=True)
            raise EnvironmentalError(
                "key.pkcs11-slow", module=self.module, seconds=f"{seconds:g}", doing=doing
            ) from None
        except messages.NONSENSE:
            self.close(kill=True)
            raise EnvironmentalError("key.pkcs11-garbled", module=self.module, doing=doing) from None
        except OSError:
            how = self._ended()
            raise EnvironmentalError("key.pkcs11-crashed", module=self.module, how=how, doing=doing) from None
        except BaseException:  # interrupted: an answer would still come, to a later question
            self.close(kill=True)
            raise
        raise self._error(told, doing)

    def close(self, *, kill: bool = False) -> None:
        """End the process; it has `limits.PKCS11_ENDING_SECONDS` to let go of its module, unless killed."""
        if self._held < 0:
            return
        held, self._held = self._held, -1
        self._line.close()
        if kill:
            self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(limits.PKCS11_ENDING_SECONDS)
        if self._process.returncode is None:
            self._process.kill()
            self._process.wait()
        os.close(held)

    def leave(self) -> None:
        """Let go of a process of whoever we were forked from, which goes on with it."""
        self._line.close()
        os.close(self._held)
        self._held = -1
        self._process.returncode = 0  # it is no child of ours

    def _ended(self) -> str:
        """How it ended by itself, in words."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(limits.PKCS11_ENDING_SECONDS)
        code = self._process.returncode
        self.close(kill=True)
        if code is None:
            return "it closed its connection"
        if code >= 0:
            return f"it ended with status {code}"
        try:
            return f"it was ended by {signal.Signals(-code).name}"
        except ValueError:
            return f"it was ended by signal {-code}"

    def _error(self, problem: Problem, doing: str) -> SealwrightError:
        kind = EnvironmentalError if problem.code in _ENVIRONMENTAL else KeyUnavailableError
        return kind(problem.code, **{"module": self.module, "doing": doing, **problem.data})


def _without_secrets(variables: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in variables.items()
        if name not in _SECRETS and not name.startswith(_SECRETS_OF_THE_SERVICE)
    }
