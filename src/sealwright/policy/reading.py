"""Reading a policy file: strict members, and all problems at once, each with its line and column."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import cast

from sealwright import limits, strict_json
from sealwright.errors import DocumentError
from sealwright.strict_json import Members, Path, Places, Position

__all__ = ["Reading"]


class Reading:
    """One file on its way into a document. Collects problems; `finish` raises them.

    Args:
        content: the bytes of the file.
        file: its name, as messages show it.
        area: the area of the reason codes, so that `policy` gives `policy.malformed`.
        repeated: whether members named twice are problems like others (`each` tells them), not the end.
        noted: data that every problem carries beside its own.

    Raises:
        DocumentError: `<area>.malformed` if the file is no JSON.
    """

    def __init__(
        self,
        content: bytes,
        file: str,
        area: str,
        *,
        repeated: bool = False,
        noted: Mapping[str, object] | None = None,
    ) -> None:
        self.file = file
        self._area = area
        self._noted = noted or {}
        self._content = content
        self._problems: list[DocumentError] = []
        self._places: Places | None = None
        try:
            read = strict_json.loads_repeated if repeated else strict_json.loads
            self.value = read(content, limits.CONFIG_FILE_BYTES)
        except strict_json.JsonError as error:
            raise DocumentError(
                f"{area}.malformed",
                file=file,
                line=error.position.line,
                column=error.position.column,
                problem=error.problem,
                **self._noted,
            ) from None

    @property
    def places(self) -> Places:
        """Where everything stands; worked out when first asked for."""
        if self._places is None:
            self._places = Places(self._content)
        return self._places

    def problem(self, code: str, path: Path, /, *, at_name: bool = False, **data: object) -> None:
        """Note a problem and go on.

        Args:
            code: its reason code.
            path: the way to the value that is wrong.
            at_name: point at the member's name, not at its value.
            data: what the sentence names.
        """
        self._note(code, self.places.name(path) if at_name else self.places.value(path), **data)

    def _note(self, code: str, position: Position, /, **data: object) -> None:
        line, column = position
        more = {**self._noted, **data}
        self._problems.append(DocumentError(code, file=self.file, line=line, column=column, **more))

    def finish(self) -> None:
        """End the reading.

        Raises:
            DocumentError: the first problem, with the rest as its `others`.
        """
        if self._problems:
            first, *others = self._problems
            first.others = tuple(others)
            raise first

    def each(self, value: object, path: Path) -> Iterator[tuple[str, object]]:
        """The members of an object in their order, each once; further ones of a name are problems.

        A value that is no object is a problem, too, and has none.
        """
        if not isinstance(value, Members):
            self.wrong_type(value, path, "an object")
            return
        times = Counter[str]()
        for name in value.names:
            if times[name]:
                place = self.places.repeated((*path, name), times[name])
                self._note(f"{self._area}.member-repeated", place, word=name)
            else:
                yield name, value[name]
            times[name] += 1

    def members(self, value: object, path: Path, known: Collection[str]) -> Mapping[str, object]:
        """The members of an object; unknown ones are problems, with the known name that is nearest."""
        if not isinstance(value, dict):
            self.wrong_type(value, path, "an object")
            return {}
        for name in value:
            if name not in known:
                self.unknown(f"{self._area}.unknown-member", (*path, name), name, known)
        return cast("dict[str, object]", value)

    def unknown(self, code: str, path: Path, word: str, known: Collection[str], **data: object) -> None:
        """Note a word that is none of those known, with the nearest of them as a suggestion."""
        self.problem(
            code, path, at_name=True, word=word, meant=_meant(word, known), known=", ".join(known), **data
        )

    def text(self, value: object, path: Path) -> str:
        """A string; empty after a problem or when it is missing."""
        if value is None or isinstance(value, str):
            return value or ""
        self.wrong_type(value, path, "a string")
        return ""

    def texts(self, value: object, path: Path) -> tuple[str, ...]:
        """A list of strings; empty after a problem or when it is missing."""
        return tuple(self.text(item, (*path, index)) for index, item in enumerate(self.items(value, path)))

    def flag(self, value: object, path: Path) -> bool:
        """Yes or no; no after a problem or when it is missing."""
        if value is None or isinstance(value, bool):
            return bool(value)
        self.wrong_type(value, path, "true or false")
        return False

    def items(self, value: object, path: Path) -> tuple[object, ...]:
        """A list; empty after a problem or when it is missing."""
        if value is None or isinstance(value, list):
            return tuple(value or ())
        self.wrong_type(value, path, "a list")
        return ()

    def wrong_type(self, value: object, path: Path, wanted: str) -> None:
        """Note a value that is not of the type that is wanted, such as `a string`."""
        where = ".".join(str(step) for step in path) or "the document"
        shown = None if isinstance(value, dict | list) else value
        code = f"{self._area}.wrong-type"
        self.problem(code, path, where=where, wanted=wanted, found=_kind(value), value=shown)


def _kind(value: object) -> str:
    """What JSON calls a value."""
    if value is None:
        return "null"
    for kind, name in ((bool, "bool"), (str, "string"), (dict, "object"), (list, "array")):
        if isinstance(value, kind):
            return name
    return "number"


def _meant(word: str, known: Collection[str]) -> str:
    """`; did you mean "x"?` or nothing."""
    from difflib import get_close_matches  # noqa: PLC0415  # only for messages

    lowered = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return f'; did you mean "{lowered[near[0]]}"?' if near else ""
