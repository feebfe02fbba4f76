"""What a policy about keys of a vault asks of one image, in sentences."""

from collections.abc import Iterator

import msgspec

from sealwright.formats.kms.message import repository_name
from sealwright.policy.vault.document import VaultStatement
from sealwright.policy.vault.lowering import VaultPolicy
from sealwright.policy.vault.requirements import NamedKey, Wanted
from sealwright.reference import Reference
from sealwright.signature import Subject

__all__ = ["Explained", "explain"]

_DAY = 86400


class Explained(msgspec.Struct, frozen=True):
    """The statement that decides, by which scope, and what it asks: one sentence a line, indented by two."""

    image: str
    policy: str
    statement: str
    line: int
    scope: str
    requirements: tuple[str, ...]


def explain(policy: VaultPolicy, subject: Subject) -> Explained:
    """What a policy asks of an image.

    Args:
        policy: that decides.
        subject: the image; only its name is looked at.

    Raises:
        NoStatementError: `policy.vault-no-statement`.
    """
    choice = policy.chosen(subject)
    asked = (*_asked(choice.statement.signed_by, 0), *_conditions(choice.statement, subject))
    return Explained(
        image=str(subject.name),
        policy=policy.origin,
        statement=choice.statement.name,
        line=choice.statement.line,
        scope=choice.scope,
        requirements=asked,
    )


def _asked(wanted: Wanted, depth: int) -> Iterator[str]:
    kind = "a signature by " if isinstance(wanted, NamedKey) else "signatures by "
    yield f"{'  ' * depth}{kind}{wanted.words} (line {wanted.line})"
    if not isinstance(wanted, NamedKey):
        for one in wanted.of:
            yield from _asked(one, depth + 1)


def _conditions(statement: VaultStatement, subject: Subject) -> Iterator[str]:
    name = statement.repository
    if not name and isinstance(subject.name, Reference):
        name = repository_name(subject.name.path)
    yield f"each about the repository {name}" if name else "each about the repository of the image's name"
    regions = " or ".join(statement.regions)
    yield f"each about the region {regions}" if regions else "each about the region of its key"
    accepted = ", ".join(sorted(statement.accepted))
    yield f"by enabled keys, and by those that are {accepted}" if accepted else "by enabled keys only"
    age = statement.export_age
    yield f"exported keys count for {age / _DAY:g} days" if age else "exported keys do not count"
