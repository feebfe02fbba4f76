"""What a policy about keys of a vault says that is good, and hardly does as it was meant."""

from collections.abc import Iterator, Mapping

from sealwright.formats.kms.ocid import is_ocid
from sealwright.policy.findings import Finding, Level
from sealwright.policy.vault.document import Document, VaultStatement
from sealwright.policy.vault.requirements import Group, NamedKey, Wanted, keys_of

__all__ = ["findings"]

_LONG = 366 * 86400
"""In seconds. Who keeps exports for longer does not hear of disabled keys."""


def findings(document: Document) -> tuple[Finding, ...]:
    """What is odd about a policy.

    Args:
        document: that was read.
    """
    return tuple(found for statement in document.statements for found in _statement(document.file, statement))


def _statement(file: str, statement: VaultStatement) -> Iterator[Finding]:
    def finding(level: Level, code: str, line: int, data: Mapping[str, object]) -> Finding:
        return Finding(level, code, file, line, 1, {"name": statement.name, **data})

    for group in _groups(statement.signed_by):
        if not group.of:
            yield finding("warning", "lint.vault-no-keys", group.line, {})
    seen: set[tuple[str, str]] = set()
    for key in keys_of(statement.signed_by):
        if (key.key, key.vault) in seen:
            yield finding("warning", "lint.vault-key-twice", key.line, {"key": key.key})
        elif not is_ocid(key.key) and not key.vault:
            yield finding("note", "lint.vault-key-by-name", key.line, {"key": key.key})
        seen.add((key.key, key.vault))
    for state in sorted(statement.accepted & {"deleted", "pendingDeletion"}):
        yield finding("warning", "lint.vault-state-accepted", statement.line, {"state": state})
    if statement.export_age > _LONG:
        days = statement.export_age // 86400
        yield finding("warning", "lint.vault-export-age", statement.line, {"days": days})


def _groups(wanted: Wanted) -> Iterator[Group]:
    if isinstance(wanted, NamedKey):
        return
    yield wanted
    for one in wanted.of:
        yield from _groups(one)
