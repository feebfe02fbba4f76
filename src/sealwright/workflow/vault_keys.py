"""Keys of vaults as verifications need them: asked of the service that has them, or read from exports.

Where exports are given nobody is asked, so that a verification without a network stays one. What a service
answered is used for `limits.KMS_STATE_SECONDS`, unless it tells that something is the matter with the key:
then it is asked again, and a key that is enabled once more counts at once.
"""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sealwright import limits
from sealwright.errors import EnvironmentalError, SealwrightError
from sealwright.evidence import PublicKey, PublicKeyAnswer, Unavailable
from sealwright.homes import files
from sealwright.homes.environment import Environment

if TYPE_CHECKING:
    from sealwright.formats.kms.exported import ExportedKeys
    from sealwright.repositories.registry import RegistryClient

__all__ = ["VaultKeys"]


class VaultKeys:
    """Answers about keys of vaults. Safe to use from several threads: each key is asked for once at a time.

    Args:
        environment: names the settings, and with them the usual service.
        client: gives the client of registries, by which services are reached; called only to ask one.
        exports: files of exported keys; with any, no service is asked.
    """

    def __init__(
        self, environment: Environment, client: "Callable[[], RegistryClient]", exports: tuple[Path, ...] = ()
    ) -> None:
        self._environment = environment
        self._client = client
        self._files = exports
        self._exports: tuple[ExportedKeys, ...] | None = None
        self._lock = Lock()
        self._locks: dict[PublicKey, Lock] = {}
        self._known: dict[PublicKey, tuple[PublicKeyAnswer, float]] = {}

    def __call__(self, need: PublicKey) -> PublicKeyAnswer | Unavailable:
        """What is known of a key."""
        with self._lock:
            lock = self._locks.setdefault(need, Lock())
        with lock:
            try:
                return self._exported(need) if self._files else self._answer(need)
            except SealwrightError as error:
                return Unavailable(error.code, isinstance(error, EnvironmentalError), dict(error.data))

    def _exported(self, need: PublicKey) -> PublicKeyAnswer | Unavailable:
        from sealwright.formats.kms import exported  # noqa: PLC0415  # only for vaults

        with self._lock:
            if self._exports is None:
                read = ((files.read(file, limits.KMS_EXPORT_BYTES), str(file)) for file in self._files)
                self._exports = tuple(exported.parse(*one) for one in read)
        return exported.answer(need, self._exports, ", ".join(map(str, self._files)))

    def _answer(self, need: PublicKey) -> PublicKeyAnswer | Unavailable:
        answer, asked = self._known.get(need, (None, 0.0))
        if answer is not None and time.monotonic() - asked < limits.KMS_STATE_SECONDS and _is_well(answer):
            return answer
        found = self._asked(need)
        if isinstance(found, PublicKeyAnswer):
            self._known[need] = (found, time.monotonic())
        return found

    def _asked(self, need: PublicKey) -> PublicKeyAnswer | Unavailable:
        from sealwright.formats.kms import exported  # noqa: PLC0415  # only for vaults
        from sealwright.homes.sealwright import settings  # noqa: PLC0415  # the same
        from sealwright.keys.vault import finding, reaching  # noqa: PLC0415  # the same
        from sealwright.keys.vault.uri import KeyUri  # noqa: PLC0415  # the same

        service = need.service or settings.read(self._environment).vault.service
        if not service:
            return Unavailable("authenticity.kms-no-service", retryable=False, data={"key": str(need)})
        client = reaching.client_at(self._client(), service)
        key = finding.find_key(client, KeyUri(need.key, service, need.vault))
        told = exported.of_value(client.ask("GET", f"/api/v1/keys/{key.id}/export"), service)
        return exported.answer(PublicKey(key.id), (told,), service, live=True)


def _is_well(answer: PublicKeyAnswer) -> bool:
    states = {answer.state, *(version.state for version in answer.versions)}
    return not answer.blocked and states == {"ENABLED"}
