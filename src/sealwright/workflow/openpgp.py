"""The OpenPGP programs of a run, started when the first message is to be verified."""

from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sealwright.evidence import OpenPgpAnswer, OpenPgpResult, Unavailable
from sealwright.homes.environment import Environment

if TYPE_CHECKING:
    from sealwright.keys.openpgp.backends import OpenPgpVerifiers

__all__ = ["OpenPgp"]


class OpenPgp:
    """Verifies OpenPGP messages. Safe to use from several threads; end it with `close` or a `with` block.

    Args:
        environment: where gpg and the settings are found.
        choice: `auto`, `gpg`, `sequoia` or `both`; empty: what the settings say.
    """

    def __init__(self, environment: Environment, choice: str = "") -> None:
        self._environment = environment
        self._choice = choice
        self._verifiers: OpenPgpVerifiers | None = None
        self._lock = Lock()

    def answer(self, need: OpenPgpResult) -> OpenPgpAnswer | Unavailable:
        """What became of a message.

        Raises:
            CallerError: the settings cannot be used.
        """
        with self._lock:
            if self._verifiers is None:
                self._verifiers = self._opened()
        return self._verifiers.answer(need)

    def close(self) -> None:
        """End the programs that were started."""
        with self._lock:
            if self._verifiers is not None:
                self._verifiers.close()
                self._verifiers = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _opened(self) -> "OpenPgpVerifiers":
        from sealwright.homes.sealwright import settings  # noqa: PLC0415  # only for simple signatures
        from sealwright.keys.openpgp import backends  # noqa: PLC0415  # the same

        choice = self._choice or settings.read(self._environment).openpgp
        return backends.open(choice, self._environment)
