"""Public keys that a vault exported, for those who verify without it.

    {"$schema": "https://sealwright.dev/schema/vault-keys/1", "service": …, "exportedAt": …,
     "keys": [{"id": …, "name": …, "vault": …, "state": …, "blocked": …, "algorithm": …,
               "versions": [{"id": …, "number": …, "state": …, "publicKey": PEM}]}]}

Whoever hands such a file to a verification vouches for it: it is not signed. Times are as RFC 3339 has them.
Members that this version does not know are passed over. A version without a public key signs nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from sealwright import limits, strict_json
from sealwright.errors import DocumentError
from sealwright.evidence import PublicKey, PublicKeyAnswer, PublicKeyVersion, Unavailable
from sealwright.formats.kms.ocid import is_ocid

__all__ = ["SCHEMA", "ExportedKeys", "answer", "of_value", "parse"]

SCHEMA = "https://sealwright.dev/schema/vault-keys/1"
"""What `$schema` says."""

_GOING = ("PENDING_DELETION", "DELETED")


class _Version(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    number: int
    state: str
    public_key: str = ""


class _Key(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    name: str
    vault: str
    state: str
    blocked: bool
    versions: tuple[_Version, ...]
    vault_name: str = ""


class ExportedKeys(msgspec.Struct, frozen=True, rename="camel"):
    """What the document holds: which service exported which keys, and when."""

    schema: str = msgspec.field(name="$schema")
    service: str
    exported_at: Annotated[datetime, msgspec.Meta(tz=True)]
    keys: tuple[_Key, ...]


def parse(content: bytes, file: str) -> ExportedKeys:
    """Read exported keys.

    Args:
        content: the bytes of the file.
        file: its name, for messages.

    Raises:
        DocumentError: `kms.export-malformed`.
    """
    try:
        found = strict_json.loads(content, limits.KMS_EXPORT_BYTES)
    except strict_json.JsonError as error:
        line, column = error.position
        raise DocumentError(
            "kms.export-malformed", file=file, line=line, column=column, problem=error.problem
        ) from None
    return of_value(found, file)


def of_value(found: object, file: str) -> ExportedKeys:
    """The same from JSON that was read before.

    Args:
        found: the document.
        file: where it is from, for messages.

    Raises:
        DocumentError: `kms.export-malformed`.
    """
    try:
        read = msgspec.convert(found, ExportedKeys)
        problem = "" if read.schema == SCHEMA else f"its $schema is {read.schema[:200]!r}"
    except msgspec.ValidationError as error:
        problem = str(error)
    if problem:
        raise DocumentError("kms.export-malformed", file=file, problem=problem)
    return read


def answer(
    wanted: PublicKey, exports: Sequence[ExportedKeys], place: str, *, live: bool = False
) -> PublicKeyAnswer | Unavailable:
    """What exported keys tell of a key; of several exports the newest that has it.

    Args:
        wanted: the key, as a policy names it. Of keys of one name, one that is not to be deleted is meant.
            Which service exported them does not matter: it may be known under several names.
        exports: where it is looked for.
        place: how these are called in messages.
        live: the vault itself has just answered so.
    """
    newest: dict[str, tuple[ExportedKeys, _Key]] = {}
    for export in sorted(exports, key=lambda one: one.exported_at):
        newest |= {key.id: (export, key) for key in export.keys if _is_meant(wanted, key)}
    found = list(newest.values())
    meant = [one for one in found if one[1].state not in _GOING] or found
    if len(meant) > 1:
        data = {"key": str(wanted), "place": place, "count": len(meant)}
        return Unavailable("authenticity.kms-key-ambiguous", retryable=False, data=data)
    if not meant:
        data = {"key": str(wanted), "place": place}
        return Unavailable("authenticity.kms-key-unknown", retryable=False, data=data)
    ((export, key),) = meant
    versions = tuple(
        PublicKeyVersion(one.id, one.number, one.state, one.public_key.encode()) for one in key.versions
    )
    as_of = None if live else export.exported_at
    return PublicKeyAnswer(key.id, key.name, key.vault, key.state, key.blocked, versions, as_of)


def _is_meant(wanted: PublicKey, key: _Key) -> bool:
    called = key.id if is_ocid(wanted.key) else key.name
    return wanted.key == called and wanted.vault in ("", key.vault, key.vault_name)
