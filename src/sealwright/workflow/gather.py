"""Answers to the needs of a decision, from the homes and authorities that one run may ask."""

from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from sealwright.errors import EnvironmentalError, InternalError, SealwrightError
from sealwright.evidence import Need, TrustStore, Unavailable

__all__ = ["HomeGatherer"]


class HomeGatherer:
    """Answers from notation's folder. What was answered is remembered for the run, good or bad.

    Safe to use from several threads: each trust store is read once, and who asks meanwhile waits for it.

    Args:
        folder: notation's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[Need, object] = {}
        self._lock = Lock()

    def __call__(self, needs: frozenset[Need]) -> Mapping[Need, object]:
        """An answer for each need, if only `Unavailable`."""
        with self._lock:
            for need in needs - self._known.keys():
                self._known[need] = self._answer(need)
            return {need: self._known[need] for need in needs}

    def _answer(self, need: Need) -> object:
        match need:
            case TrustStore():
                return self._trust_store(need)
        raise InternalError("internal.unexpected", problem=f"a need of type {type(need).__name__}")

    def _trust_store(self, need: TrustStore) -> tuple[bytes, ...] | Unavailable:
        from sealwright.homes.notation import trust_store  # noqa: PLC0415  # lists are made without X.509

        try:
            stored = trust_store.read(self._folder, need.kind, need.name)
        except SealwrightError as error:
            return Unavailable(error.code, isinstance(error, EnvironmentalError), dict(error.data))
        return tuple(der for file in stored for der in file.certificates)
