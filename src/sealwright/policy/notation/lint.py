"""What a trust policy that is good says, and hardly does as it was meant."""

from collections.abc import Iterator

from sealwright.policy.findings import Finding, Level
from sealwright.policy.notation.document import Document, PolicyStatement

__all__ = ["findings"]

_PROVING = ("tsa:", "signingAuthority:")
"""Trust stores that let somebody prove when a signature was made."""


def findings(document: Document) -> tuple[Finding, ...]:
    """What is odd about a policy.

    Args:
        document: that was read.
    """
    return tuple(found for statement in document.statements for found in _statement(document.file, statement))


def _statement(file: str, statement: PolicyStatement) -> Iterator[Finding]:
    def finding(level: Level, code: str) -> Finding:
        return Finding(level, code, file, statement.line, 1, {"name": statement.name})

    if statement.revoked_after_signing != "accept":
        return
    if statement.actions["revocation"] == "skip":
        yield finding("warning", "lint.revoked-after-signing-skipped")
    elif not any(store.startswith(_PROVING) for store in statement.stores):
        yield finding("warning", "lint.revoked-after-signing-unproven")
    else:
        yield finding("note", "lint.revoked-after-signing-ours")
