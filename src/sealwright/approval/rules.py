"""Rules, read so that only what can be used is ever pinned to a key; the records are in `records`."""

from functools import lru_cache

from sealwright import limits
from sealwright.approval import canonical, lint
from sealwright.approval.lint import Fault
from sealwright.approval.records import (
    OPERATIONS,
    SCHEMA,
    Alternative,
    Approver,
    ApproverKey,
    Group,
    KeyKind,
    Operation,
    Rule,
    Rules,
)
from sealwright.errors import DocumentError, MalformedContentError

__all__ = [
    "OPERATIONS",
    "SCHEMA",
    "Alternative",
    "Approver",
    "ApproverKey",
    "Group",
    "KeyKind",
    "Operation",
    "Rule",
    "Rules",
    "parse",
]

_MALFORMED = "approval.rules-malformed"


def parse(content: bytes, file: str = "the rules") -> Rules:
    """Read rules, and make sure that they can be used.

    Args:
        content: JSON; how it is laid out does not matter.
        file: its name, for the error.

    Raises:
        DocumentError: `approval.rules-malformed`, or a reason of `lint.faults`; the first one, with `others`.
    """
    try:
        found = _parsed(content)
    except MalformedContentError as error:
        raise DocumentError.about(file, error) from None
    if isinstance(found, Rules):
        return found
    first, *others = (
        DocumentError.about(file, MalformedContentError(fault.code, **fault.data)) for fault in found
    )
    first.others = tuple(others)
    raise first


@lru_cache(maxsize=limits.APPROVAL_RULES_REMEMBERED)
def _parsed(content: bytes) -> Rules | tuple[Fault, ...]:
    """The rules; or what is wrong with them, in order.

    Raises:
        MalformedContentError: `approval.rules-malformed`.
    """
    rules = canonical.decoded(content, SCHEMA, Rules, limits.APPROVAL_RULES_BYTES, _MALFORMED)
    if len(rules.encoded()) > limits.APPROVAL_RULES_BYTES:
        raise MalformedContentError(_MALFORMED, problem=f"larger than {limits.APPROVAL_RULES_BYTES} bytes")
    return tuple(lint.faults(rules)) or rules
