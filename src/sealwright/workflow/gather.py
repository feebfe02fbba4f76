"""Answers to the needs of a decision, from the homes and authorities that one run may ask."""

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Protocol

from sealwright.errors import EnvironmentalError, InternalError, SealwrightError
from sealwright.evidence import (
    Crl,
    Keyring,
    Need,
    OcspAnswer,
    OcspResponse,
    OpenPgpResult,
    PluginReply,
    PublicKey,
    PublicKeyAnswer,
    TrustStore,
    Unavailable,
)
from sealwright.workflow.openpgp import OpenPgp

__all__ = ["Authorities", "HomeGatherer", "Plugins", "VaultKeys"]


class Authorities(Protocol):
    """Asks responders and fetches revocation lists. Called from several threads."""

    def __call__(self, need: OcspResponse | Crl, /) -> OcspAnswer | bytes | Unavailable:
        """The answer to a question, good or bad."""
        ...

    def remembered(self, need: OcspResponse | Crl, /) -> OcspAnswer | bytes | Unavailable | None:
        """The answer, if it is at hand."""
        ...


Plugins = Callable[[PluginReply], bytes | Unavailable]
"""Runs a command of a plugin. Called from several threads."""


VaultKeys = Callable[[PublicKey], PublicKeyAnswer | Unavailable]
"""Tells of keys of vaults. Called from several threads."""


class HomeGatherer:
    """Answers from notation's folder, from files of keys, by OpenPGP programs, authorities, plugins, vaults.

    What was read is remembered for the run, good or bad. Safe to use from several threads: each trust store
    and keyring is read once, and who asks meanwhile waits for it.

    Args:
        folder: notation's folder.
        openpgp: verifies OpenPGP messages.
        authorities: asks responders and fetches revocation lists; None: nobody is asked.
        plugins: runs plugins; None: none runs.
        vault_keys: tells of keys of vaults; None: nobody is asked.
    """

    def __init__(
        self,
        folder: Path,
        openpgp: OpenPgp,
        authorities: Authorities | None = None,
        plugins: Plugins | None = None,
        vault_keys: VaultKeys | None = None,
    ) -> None:
        self._folder = folder
        self._openpgp = openpgp
        self._authorities = authorities
        self._plugins = plugins
        self._vault_keys = vault_keys
        self._known: dict[Need, object] = {}
        self._lock = Lock()

    def __call__(self, needs: frozenset[Need]) -> Mapping[Need, object]:
        """An answer for each need, if only `Unavailable`."""
        files = frozenset(need for need in needs if isinstance(need, TrustStore | Keyring))
        with self._lock:
            for need in files - self._known.keys():
                self._known[need] = self._read(need)
            answers: dict[Need, object] = {need: self._known[need] for need in files}
        return {**answers, **self._asked(tuple(needs - files))} if needs - files else answers

    def _read(self, need: Need) -> object:
        match need:
            case TrustStore():
                return self._trust_store(need)
            case Keyring():
                from sealwright.keys.openpgp import keyring_files  # noqa: PLC0415  # only for simple signatures

                return keyring_files.read(need)
        raise InternalError("internal.unexpected", problem=f"a need of type {type(need).__name__}")

    def _asked(self, needs: tuple[Need, ...]) -> Mapping[Need, object]:
        """The answers of programs and authorities, asked side by side."""
        from sealwright.workflow.side_by_side import side_by_side  # noqa: PLC0415  # trust stores need none

        answers = {need: self._remembered(need) for need in needs}
        asked = tuple(need for need in needs if answers[need] is None)
        return {**answers, **dict(zip(asked, side_by_side(self._ask, asked), strict=True))}

    def _remembered(self, need: Need) -> object:
        """What is at hand already: no thread is started for it."""
        if self._authorities is None or not isinstance(need, OcspResponse | Crl):
            return None
        return self._authorities.remembered(need)

    def _ask(self, need: Need) -> object:
        match need:
            case OpenPgpResult():
                return self._openpgp.answer(need)
            case OcspResponse() | Crl():
                if self._authorities is None:
                    return Unavailable("revocation.not-asked", retryable=False, data={"url": need.url})
                return self._authorities(need)
            case PluginReply():
                if self._plugins is None:
                    return Unavailable("plugin.not-run", retryable=False, data={"plugin": need.name})
                return self._plugins(need)
            case PublicKey():
                if self._vault_keys is None:
                    told = {"key": str(need)}
                    return Unavailable("authenticity.kms-no-service", retryable=False, data=told)
                return self._vault_keys(need)
        raise InternalError("internal.unexpected", problem=f"a need of type {type(need).__name__}")

    def _trust_store(self, need: TrustStore) -> tuple[bytes, ...] | Unavailable:
        from sealwright.homes.notation import trust_store  # noqa: PLC0415  # lists are made without X.509

        try:
            stored = trust_store.read(self._folder, need.kind, need.name)
        except SealwrightError as error:
            return Unavailable(error.code, isinstance(error, EnvironmentalError), dict(error.data))
        return tuple(der for file in stored for der in file.certificates)
