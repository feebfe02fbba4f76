"""Reading policy.json (containers-policy.json(5)).

    {"default": [REQUIREMENT, …],
     "transports": {TRANSPORT: {SCOPE: [REQUIREMENT, …]}}}

Whatever containers/image refuses is refused: members that nobody knows, in any other case, or twice; scopes
that the transport does not have; empty lists. Transports that nobody knows are taken with any scope. All
problems are told at once, in the order in which containers/image would come to them, so that the first is the
one that it tells. Stricter is only the JSON itself (`strict_json`): bytes that are no UTF-8, halves of
surrogate pairs, nesting and sizes beyond our limits; and `keyData` is a text, never a list of numbers.
"""

from collections.abc import Mapping

import msgspec

from sealwright.errors import DocumentError
from sealwright.policy.containers import requirements
from sealwright.policy.containers.requirements import PolicyRequirement
from sealwright.policy.containers.scopes import scope_problem
from sealwright.policy.reading import Reading
from sealwright.strict_json import Path

__all__ = ["Document", "Section", "read"]


class Section(msgspec.Struct, frozen=True):
    """The requirements of one scope; all of them must be met.

    `transport` is empty for the default of the whole policy, `scope` for the default of a transport. Line and
    column are those of the scope's name.
    """

    transport: str
    scope: str
    line: int
    column: int
    requirements: tuple[PolicyRequirement, ...]

    @property
    def name(self) -> str:
        """How messages call it: `default`, or transport and scope."""
        return f'{self.transport} "{self.scope}"' if self.transport else "default"

    @property
    def title(self) -> str:
        """How verdicts call it, in quotes of their own: the same without any."""
        return f"{self.transport} {self.scope or 'default'}" if self.transport else "default"


class Document(msgspec.Struct, frozen=True):
    """A whole policy, checked. `scopes` has the sections of the transports by transport and scope."""

    file: str
    default: Section
    scopes: Mapping[tuple[str, str], Section]

    @property
    def sections(self) -> tuple[Section, ...]:
        """Those of the transports, in their order."""
        return tuple(self.scopes.values())

    def section(self, transport: str, scope: str) -> Section | None:
        """The section of exactly this scope, or None."""
        return self.scopes.get((transport, scope))


def read(content: bytes, file: str) -> Document:
    """Read and check a policy.

    Args:
        content: the bytes of the file.
        file: its name, for messages.

    Raises:
        DocumentError: a `containers.` code; further problems are its `others`.
    """
    try:
        reading = Reading(content, file, "containers", repeated=True)
    except DocumentError as error:
        raise _comment(content, error) or error from None
    default: Section | None = None
    sections: list[Section] = []
    for name, value in reading.each(reading.value, ()):
        if name == "default":
            default = _section(reading, "", "", value, (name,))
        elif name == "transports":
            sections = _transports(reading, value, (name,))
        else:
            reading.unknown("containers.unknown-member", (name,), name, ("default", "transports"))
    if default is None and isinstance(reading.value, dict):
        reading.problem("containers.default-missing", ())
    reading.finish()
    assert default is not None  # noqa: S101  # its absence is a problem
    return Document(file, default, {(one.transport, one.scope): one for one in sections})


def _comment(content: bytes, error: DocumentError) -> DocumentError | None:
    """The complaint about a comment, if one stands where the fault is; the manual page is full of them."""
    lines = content.split(b"\n")
    rest = lines[error.line - 1].decode(errors="replace")[error.column - 1 :].lstrip()
    if not rest.startswith(("//", "/*", "#")):
        return None
    return DocumentError("containers.comment", file=error.file, line=error.line, column=error.column)


def _transports(reading: Reading, value: object, path: Path) -> list[Section]:
    sections: list[Section] = []
    for transport, scopes in reading.each(value, path):
        for scope, found in reading.each(scopes, (*path, transport)):
            at = (*path, transport, scope)
            problem = scope_problem(transport, scope)
            if problem:
                place = {"transport": transport, "scope": scope, "problem": problem}
                reading.problem("containers.scope-invalid", at, at_name=True, **place)
            sections.append(_section(reading, transport, scope, found, at))
    return sections


def _section(reading: Reading, transport: str, scope: str, value: object, path: Path) -> Section:
    found: tuple[object, ...] = ()
    if value is not None and not isinstance(value, list):
        reading.wrong_type(value, path, "a list of requirements")
    elif not value:
        reading.problem("containers.requirements-empty", path)
    else:
        found = tuple(value)
    read_ones = [requirements.read(reading, item, (*path, index)) for index, item in enumerate(found)]
    line, column = reading.places.name(path)
    return Section(transport, scope, line, column, tuple(one for one in read_ones if one is not None))
