"""Answers to the needs of a decision, from the homes and authorities that one run may ask."""

from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from sealwright.errors import EnvironmentalError, InternalError, SealwrightError
from sealwright.evidence import Keyring, Need, OpenPgpAnswer, OpenPgpResult, TrustStore, Unavailable
from sealwright.workflow.openpgp import OpenPgp

__all__ = ["HomeGatherer"]


class HomeGatherer:
    """Answers from notation's folder, from files of keys, and by OpenPGP programs.

    What was read is remembered for the run, good or bad. Safe to use from several threads: each trust store
    and keyring is read once, and who asks meanwhile waits for it.

    Args:
        folder: notation's folder.
        openpgp: verifies OpenPGP messages.
    """

    def __init__(self, folder: Path, openpgp: OpenPgp) -> None:
        self._folder = folder
        self._openpgp = openpgp
        self._known: dict[Need, object] = {}
        self._lock = Lock()

    def __call__(self, needs: frozenset[Need]) -> Mapping[Need, object]:
        """An answer for each need, if only `Unavailable`."""
        messages = tuple(need for need in needs if isinstance(need, OpenPgpResult))
        with self._lock:
            for need in needs - self._known.keys() - set(messages):
                self._known[need] = self._read(need)
            answers = {need: self._known[need] for need in needs.difference(messages)}
        return {**answers, **self._verified(messages)} if messages else answers

    def _read(self, need: Need) -> object:
        match need:
            case TrustStore():
                return self._trust_store(need)
            case Keyring():
                from sealwright.keys.openpgp import keyring_files  # noqa: PLC0415  # only for simple signatures

                return keyring_files.read(need)
        raise InternalError("internal.unexpected", problem=f"a need of type {type(need).__name__}")

    def _verified(self, messages: tuple[OpenPgpResult, ...]) -> Mapping[Need, OpenPgpAnswer | Unavailable]:
        from sealwright.workflow.side_by_side import side_by_side  # noqa: PLC0415  # only for simple signatures

        return dict(zip(messages, side_by_side(self._openpgp.answer, messages), strict=True))

    def _trust_store(self, need: TrustStore) -> tuple[bytes, ...] | Unavailable:
        from sealwright.homes.notation import trust_store  # noqa: PLC0415  # lists are made without X.509

        try:
            stored = trust_store.read(self._folder, need.kind, need.name)
        except SealwrightError as error:
            return Unavailable(error.code, isinstance(error, EnvironmentalError), dict(error.data))
        return tuple(der for file in stored for der in file.certificates)
