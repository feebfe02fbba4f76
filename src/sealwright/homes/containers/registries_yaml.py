"""One file of registries.d, read with the place of everything in it (containers-registries.d(5)).

    default-docker: SECTION
    docker:
      registry.example/team: SECTION

A section has `lookaside`, `lookaside-staging`, their older names `sigstore` and `sigstore-staging`, and
`use-sigstore-attachments`. Clients pass over every other key in silence, so that a typing error turns
signatures off; here it is noted. A key that stands twice is refused, as newer clients do; older ones take the
last.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError
from sealwright.homes import bounded_yaml

if TYPE_CHECKING:
    import yaml

__all__ = ["ADDRESSES", "ATTACHMENTS", "Oddity", "RegistriesFile", "Section", "read"]

ADDRESSES = ("lookaside", "lookaside-staging", "sigstore", "sigstore-staging")
ATTACHMENTS = "use-sigstore-attachments"
_TOP = ("default-docker", "docker")
_MERGE = "tag:yaml.org,2002:merge"
_NULL = "tag:yaml.org,2002:null"
_BOOL = "tag:yaml.org,2002:bool"
_TRUE = frozenset({"yes", "true", "on"})


class Section(msgspec.Struct, frozen=True):
    """What one file says of one scope; `scope` is empty for `default-docker`.

    `addresses` are as written, the empty ones left out. `attachments` is None where nothing is said.
    """

    file: str
    line: int
    column: int
    scope: str
    addresses: Mapping[str, str]
    attachments: bool | None = None

    @property
    def name(self) -> str:
        """How messages call it."""
        return f'docker "{self.scope}"' if self.scope else "default-docker"


class Oddity(msgspec.Struct, frozen=True):
    """Something that clients pass over in silence: a key that nobody knows, or a second document."""

    line: int
    column: int
    key: str
    known: tuple[str, ...]


class RegistriesFile(msgspec.Struct, frozen=True):
    """One file. `default` is None where it has none."""

    file: str
    default: Section | None
    sections: tuple[Section, ...]
    oddities: tuple[Oddity, ...]


def read(content: bytes, file: str) -> RegistriesFile:
    """Read a file.

    Args:
        content: its bytes.
        file: its name, for messages.

    Raises:
        DocumentError: `registries_d.malformed`, `registries_d.wrong-type`, `registries_d.key-repeated`.
    """
    return _Reader(file).read(content)


class _Reader:
    """Reads one file; collects what is odd."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._oddities: list[Oddity] = []

    def read(self, content: bytes) -> RegistriesFile:
        top = dict(self._members(self._composed(content), "the document", _TOP))
        default: Section | None = None
        node = top.get("default-docker", (None, None))[1]
        if node is not None and node.tag != _NULL:
            default = self._section("", *top["default-docker"])
        scopes = self._members(top.get("docker", (None, None))[1], "docker")
        sections = tuple(self._section(scope, name, value) for scope, (name, value) in scopes)
        return RegistriesFile(self._file, default, sections, tuple(self._oddities))

    def _composed(self, content: bytes) -> "yaml.Node | None":
        found = bounded_yaml.read(content, self._file, "registries_d", limits.REGISTRIES_D_ALIASES)
        if found.further is not None:
            self._note(found.further, "---", ())
        return found.node

    def _section(self, scope: str, name: "yaml.Node", node: "yaml.Node") -> Section:
        addresses: dict[str, str] = {}
        attachments: bool | None = None
        for key, (_, value) in self._members(node, scope or "default-docker", (*ADDRESSES, ATTACHMENTS)):
            if value.tag == _NULL:
                continue
            if key == ATTACHMENTS:
                if value.tag != _BOOL:
                    raise self._wrong(value, key, "true or false")
                attachments = str(value.value).lower() in _TRUE
            elif not isinstance(value.value, str):
                raise self._wrong(value, key, "an address")
            elif value.value:
                addresses[key] = value.value
        mark = name.start_mark
        return Section(self._file, mark.line + 1, mark.column + 1, scope, addresses, attachments)

    def _members(
        self, node: "yaml.Node | None", where: str, known: tuple[str, ...] = ()
    ) -> "Iterator[tuple[str, tuple[yaml.Node, yaml.Node]]]":
        """Keys and values of a mapping, each with its node; nothing for null and for no node at all."""
        import yaml  # noqa: PLC0415  # as above

        if node is None or node.tag == _NULL:
            return
        if not isinstance(node, yaml.MappingNode):
            raise self._wrong(node, where, "a mapping")
        for key, (name, value) in self._flat(node).items():
            if known and key not in known:
                self._note(name, key, known)
            else:
                yield key, (name, value)

    def _flat(self, node: "yaml.MappingNode") -> "dict[str, tuple[yaml.Node, yaml.Node]]":
        """The members of a mapping, with those that it merges (`<<`), one level deep, behind them."""
        import yaml  # noqa: PLC0415  # as above

        own: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        merged: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode):
                raise self._wrong(name, "a key", "a text")
            if name.tag == _MERGE:
                for one in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    if not isinstance(one, yaml.MappingNode):
                        raise self._wrong(one, "<<", "a mapping")
                    found = {of.value: (of, one) for of, one in one.value if isinstance(of, yaml.ScalarNode)}
                    merged = {**found, **merged}
            elif name.value in own:
                first = own[name.value][0].start_mark.line + 1
                mark = name.start_mark
                raise self._error("key-repeated", mark.line + 1, mark.column + 1, key=name.value, first=first)
            else:
                own[name.value] = (name, value)
        return {**merged, **own}

    def _note(self, node: "yaml.Node", key: str, known: tuple[str, ...]) -> None:
        mark = node.start_mark
        if len(self._oddities) < limits.REGISTRIES_D_ODDITIES:
            self._oddities.append(Oddity(mark.line + 1, mark.column + 1, key, known))

    def _wrong(self, node: "yaml.Node", where: str, wanted: str) -> DocumentError:
        mark = node.start_mark
        return self._error("wrong-type", mark.line + 1, mark.column + 1, where=where, wanted=wanted)

    def _error(self, problem_code: str, line: int, column: int, **data: object) -> DocumentError:
        return DocumentError(
            f"registries_d.{problem_code}", file=self._file, line=line, column=column, **data
        )
