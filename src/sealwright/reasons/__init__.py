"""The table of stable reason codes: what happened, in a sentence, and what to do next.

A code is `area.problem`. Each area is a module here with one table `REASONS` from code to
`(sentence, hint)`; both are format strings over the data that the error or check carries. An area is
loaded when its first sentence is wanted: a verification that succeeds never loads any.

Codes are public: they are never renamed, and a new meaning gets a new code.

Verdicts are read again from files, which another version or anybody may have written: an unknown code, or
data that lacks a value, still gives a sentence.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module

__all__ = ["AREAS", "codes", "hint", "is_known", "sentence"]

AREAS = (
    "approval",
    "artifact",
    "authenticity",
    "certificate",
    "containers",
    "credentials",
    "dialect",
    "document",
    "expiry",
    "file",
    "identity",
    "integrity",
    "internal",
    "key",
    "keyring",
    "kms",
    "layout",
    "lint",
    "network",
    "oracle",
    "parse",
    "pki",
    "plugin",
    "policy",
    "reference",
    "registries_d",
    "registry",
    "revocation",
    "sealing",
    "service",
    "settings",
    "signing",
    "store",
    "timestamp",
    "trust",
    "truststore",
    "usage",
    "vault",
    "verdict",
)


def _table(area: str) -> Mapping[str, tuple[str, str]]:
    table: Mapping[str, tuple[str, str]] = import_module(f"sealwright.reasons.{area}").REASONS
    return table


_UNKNOWN = ("a reason that this version does not know", "")


def _entry(code: str) -> tuple[str, str]:
    area = code.partition(".")[0]
    return _table(area).get(code, _UNKNOWN) if area in AREAS else _UNKNOWN


class _Told(dict[str, object]):
    """Data of which some may be missing: it is shown as its name."""

    def __missing__(self, name: str) -> str:
        return f"<{name}>"


def _filled(form: str, data: Mapping[str, object]) -> str:
    try:
        return form.format_map(data)
    except KeyError:
        return form.format_map(_Told(data))


def sentence(code: str, data: Mapping[str, object]) -> str:
    """What happened, in one sentence without a full stop.

    Args:
        code: a code of the table.
        data: the values that its sentence names.
    """
    return _filled(_entry(code)[0], data)


def hint(code: str, data: Mapping[str, object]) -> str:
    """The next step, or an empty string if there is none to give.

    Args:
        code: a code of the table.
        data: the values that its hint names.
    """
    return _filled(_entry(code)[1], data)


def is_known(code: str) -> bool:
    """Whether this version has a sentence for a code, which may come from another."""
    return _entry(code) is not _UNKNOWN


def codes() -> Iterator[str]:
    """Every code, area by area."""
    for area in AREAS:
        yield from _table(area)
