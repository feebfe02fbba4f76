"""What all actions on vaults stand on: rows opened and shown, names checked, refusals noted."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sealwright import limits
from sealwright.errors import AccessDeniedError, NotFoundError, SealwrightError, StorageError, UsageError
from sealwright.formats.kms.ocid import ocid
from sealwright.service import audit
from sealwright.service.configuration.vault import Vault as Settings
from sealwright.service.sealing.sealing import Sealing
from sealwright.service.storage import Database, Transaction
from sealwright.service.vault import rights
from sealwright.service.vault.approving import Approvals
from sealwright.service.vault.opening import Opener, OpenKey, OpenVault, OpenVersion
from sealwright.service.vault.queries import rows
from sealwright.service.vault.records import KeyRecord, Tags
from sealwright.service.vault.tokens import Token
from sealwright.service.web.caller import Caller

__all__ = ["Ground", "require_name", "require_tags"]

_NAME = re.compile(r"[A-Za-z0-9._-](?:[A-Za-z0-9._ -]*[A-Za-z0-9._-])?")
_RANDOM_BYTES = 38


class Ground:
    """The base of `vaults.Vaults`, whose arguments it takes."""

    def __init__(
        self,
        database: Database,
        sealing: Sealing,
        approvals: Approvals | None,
        settings: Settings,
        token: Token | None = None,
    ) -> None:
        self.database = database
        self.settings = settings
        self._approvals = approvals
        self._opener = Opener(sealing)
        self._token = token

    def _open_vault(self, source: Database | Transaction, identifier: str) -> OpenVault | None:
        return self._opener.vault(lambda: rows.vault(source, identifier))

    def _open_key(self, source: Database | Transaction, identifier: str) -> OpenKey | None:
        return self._opener.key(lambda: rows.key(source, identifier))

    def _open_version(
        self, source: Database | Transaction, identifier: str, which: str | int | None
    ) -> OpenVersion | None:
        return self._opener.version(lambda: rows.version(source, identifier, which))

    def _known_vault(self, caller: Caller, source: Database | Transaction, identifier: str) -> OpenVault:
        """The vault, if it is there and the caller may see it.

        Raises:
            AccessDeniedError: a login may help.
            NotFoundError: `vault.unknown`.
            StorageError: `sealing.altered`.
        """
        found = self._open_vault(source, identifier)
        seen = found is not None and rights.sees_vault(caller, found.record)
        rights.require_known(caller, "vault", identifier, seen=seen)
        assert found is not None  # noqa: S101  # it is seen
        return found

    def _known_key(self, caller: Caller, source: Database | Transaction, identifier: str) -> OpenKey:
        """The same for a key."""
        found = self._open_key(source, identifier)
        seen = found is not None and rights.sees(caller, found.vault.record, found.record)
        rights.require_known(caller, "key", identifier, seen=seen)
        assert found is not None  # noqa: S101  # it is seen
        return found

    def _known_version(
        self, caller: Caller, source: Database | Transaction, identifier: str, which: str | int | None
    ) -> OpenVersion:
        """The same for a version of a key; None: the current one."""
        found = self._open_version(source, identifier, which)
        if found is None:
            self._known_key(caller, source, identifier)
            rights.require_known(caller, "key version", str(which), seen=False)
        assert found is not None  # noqa: S101  # or that has raised
        seen = rights.sees(caller, found.key.vault.record, found.key.record)
        rights.require_known(caller, "key", identifier, seen=seen)
        return found

    def _ocid(self, kind: str, extension: str) -> str:
        settings = self.settings
        randomness = os.urandom(_RANDOM_BYTES)
        return ocid(kind, settings.realm, settings.region, extension, randomness=randomness)

    @contextmanager
    def _noting_refusals(self, caller: Caller, action: str, key: KeyRecord) -> Iterator[None]:
        """Note in the audit log what a key was not used or changed for."""
        try:
            yield
        except (AccessDeniedError, NotFoundError, UsageError) as error:
            self._note_refusal(caller, action, key.id, error, key=key.name)
            raise

    @contextmanager
    def _noting_alterations(self, caller: Caller, action: str, key: str) -> Iterator[None]:
        """Note in the audit log that something was not done because rows are not those that were written."""
        try:
            yield
        except StorageError as error:
            if error.code == "sealing.altered":
                self._note_refusal(caller, action, key, error, what=error.data["what"])
            raise

    def _note_refusal(
        self, caller: Caller, action: str, identifier: str, error: SealwrightError, **detail: Any
    ) -> None:
        with self.database.write() as transaction:
            done = f"{action}-refused"
            audit.record(transaction, caller.name, done, subject=identifier, reason=error.code, **detail)


def require_name(name: str) -> str:
    """Give the name of a vault or key back if it can be one.

    Raises:
        UsageError: `vault.name-invalid`.
    """
    if len(name) > limits.VAULT_NAME_LENGTH or _NAME.fullmatch(name) is None:
        raise UsageError("vault.name-invalid", name=ascii(name[:200]), most=limits.VAULT_NAME_LENGTH)
    return name


def require_tags(tags: Tags | None) -> str:
    """Tags as a row has them.

    Raises:
        UsageError: `vault.tags-too-many`.
    """
    encoded = (tags or Tags()).encoded()
    if len(encoded) > limits.VAULT_TAGS_BYTES:
        raise UsageError("vault.tags-too-many", most=limits.VAULT_TAGS_BYTES)
    return encoded
