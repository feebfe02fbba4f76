"""notation's words for our reason codes, one module for each area.

Each module has a table WORDS from reason code to a text with fields in braces: those of the error's data,
`{name:q}` as Go's `%q` writes it, `{file:base}` as the last part of a path, `{store:after}` as what follows
its first colon, quoted, `{problem:small}` without a capital; `{oci}` is `oci ` or `blob ` in the line that
says so, by what a policy is about; `{said}` is the text of what lies behind. A code that
stands in no table is one that notation does not have; then our own sentence is said.
"""

from collections.abc import Mapping
from importlib import import_module

from sealwright.dialects.go_text import quote
from sealwright.dialects.notation.lines import DEFAULT
from sealwright.dialects.notation.subjects import in_order
from sealwright.errors import SealwrightError
from sealwright.reasons import sentence

__all__ = ["filled", "said", "text"]

_MODULES = {
    "artifact": "checks",
    "authenticity": "stores",
    "certificate": "chains",
    "document": "keys",
    "file": "files",
    "identity": "names",
    "key": "keys",
    "layout": "registries",
    "network": "registries",
    "parse": "envelopes",
    "plugin": "plugins",
    "policy": "policies",
    "registry": "registries",
    "signing": "keys",
    "timestamp": "timestamps",
    "expiry": "checks",
    "revocation": "checks",
    "truststore": "stores",
}


def said(error: SealwrightError, line: str) -> str:
    """An error in notation's words, else in ours.

    Args:
        error: what was raised.
        line: of notation.
    """
    return _looked_up(error.code, error.data, line) or str(error)


def text(code: str, data: Mapping[str, object], line: str) -> str:
    """A reason in notation's words, else in ours.

    Args:
        code: of the reason.
        data: what its text names.
        line: of notation.
    """
    return _looked_up(code, data, line) or sentence(code, data)


def _looked_up(code: str, data: Mapping[str, object], line: str) -> str:
    module = _MODULES.get(code.partition(".")[0])
    if module is None:
        return ""
    words: Mapping[str, str] = import_module(f"{__name__}.{module}").WORDS
    return filled(words.get(code, ""), data, line)


def filled(template: str, data: Mapping[str, object], line: str) -> str:
    """A text of notation with its fields filled in.

    Args:
        template: one that the dialect chose by more than a reason code; or from a table.
        data: what it names.
        line: of notation.
    """
    known = {name: _Field(value) for name, value in data.items()}
    for name in ("subject", "issuer"):
        if name in data:
            known[name] = _Field(in_order(str(data[name])))
    if isinstance(detail := data.get("detail"), Mapping):
        known["said"] = _Field(text(str(data["rule"]), detail, line))
    known["oci"] = _Field(f"{data.get('artifacts', 'oci')} " if line == DEFAULT else "")
    return template.format_map(known)


class _Field:
    """A value that knows the formats of the tables."""

    def __init__(self, value: object) -> None:
        self._text = str(value)

    def __format__(self, form: str) -> str:
        if form == "q":
            return quote(self._text)
        if form == "small":
            return self._text[:1].lower() + self._text[1:]
        if form == "base":
            return self._text.rpartition("/")[2]
        if form == "after":
            return quote(self._text.partition(":")[2])
        return self._text
