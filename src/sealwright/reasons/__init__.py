"""The table of stable reason codes: what happened, in a sentence, and what to do next.

A code is `area.problem`. Each area is a module here with one table `REASONS` from code to
`(sentence, hint)`; both are format strings over the data that the error or check carries. An area is
loaded when its first sentence is wanted: a verification that succeeds never loads any.

Codes are public: they are never renamed, and a new meaning gets a new code.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module

__all__ = ["AREAS", "codes", "hint", "sentence"]

AREAS = (
    "artifact",
    "authenticity",
    "certificate",
    "credentials",
    "dialect",
    "document",
    "expiry",
    "file",
    "identity",
    "integrity",
    "internal",
    "key",
    "layout",
    "network",
    "parse",
    "pki",
    "plugin",
    "policy",
    "reference",
    "registry",
    "revocation",
    "service",
    "signing",
    "timestamp",
    "truststore",
    "usage",
    "verdict",
)


def _table(area: str) -> Mapping[str, tuple[str, str]]:
    table: Mapping[str, tuple[str, str]] = import_module(f"sealwright.reasons.{area}").REASONS
    return table


def _entry(code: str) -> tuple[str, str]:
    area = code.partition(".")[0]
    return _table(area)[code]


def sentence(code: str, data: Mapping[str, object]) -> str:
    """What happened, in one sentence without a full stop.

    Args:
        code: a code of the table.
        data: the values that its sentence names.
    """
    return _entry(code)[0].format_map(data)


def hint(code: str, data: Mapping[str, object]) -> str:
    """The next step, or an empty string if there is none to give.

    Args:
        code: a code of the table.
        data: the values that its hint names.
    """
    return _entry(code)[1].format_map(data)


def codes() -> Iterator[str]:
    """Every code, area by area."""
    for area in AREAS:
        yield from _table(area)
