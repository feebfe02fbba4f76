"""Vaults, keys and versions as people read them."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from sealwright.cli import tables
from sealwright.cli.plain import plain

if TYPE_CHECKING:
    from sealwright.service_client.vault_answers import Key, Vault, Version

__all__ = ["kind_of", "show", "state_of", "tell_key", "tell_vault", "tell_version", "time_of"]

_SPECS = {"ECDSA": "EC", "ED25519": "ED25519"}


def kind_of(key: "Key") -> str:
    """What kind of key, as `--type` calls it: `RSA-2048`, `EC-256`, `ED25519`."""
    name = _SPECS.get(key.algorithm, key.algorithm)
    return name if key.algorithm == "ED25519" else f"{name}-{key.bits}"


def state_of(one: "Vault | Key | Version") -> str:
    """A state in a few words: with the time of a deletion, and whether a key is blocked."""
    words = one.state.lower().replace("_", " ")
    if one.deletion_at and one.state == "PENDING_DELETION":
        words = f"{words} at {one.deletion_at}"
    return f"{words}, blocked" if getattr(one, "blocked", False) else words


def time_of(text: str) -> str:
    """A time as lists show it: to the second."""
    return text.partition(".")[0].removesuffix("Z").replace("T", " ")


def show(output: str, value: object, rows: Iterable[tuple[str, str]]) -> None:
    """Print one thing: as JSON, or as names and values, those that are empty left out.

    Args:
        output: `text` or `json`.
        value: the whole record.
        rows: what people get to see of it.
    """
    if output == "json":
        tables.print_json(value)
        return
    filled = [(name, text) for name, text in rows if text]
    width = max(len(name) for name, _ in filled) + 2
    for name, text in filled:
        click.echo(f"{f'{name}:':<{width}}{plain(text)}")


def tell_vault(vault: "Vault", output: str, done: str) -> None:
    """Print what was done to a vault."""
    show_done(output, vault, f"{vault.name}: {done}; {vault.id}")


def tell_key(key: "Key", output: str, done: str) -> None:
    """Print what was done to a key."""
    show_done(output, key, f"{key.name}: {done}; {key.id}")


def tell_version(key: "Key", version: "Version", output: str, done: str) -> None:
    """Print what was done to a version."""
    show_done(output, version, f"{key.name}@{version.number}: {done}; {version.id}")


def show_done(output: str, value: object, sentence: str) -> None:
    """Print what was done: the record, or a line."""
    if output == "json":
        tables.print_json(value)
    else:
        click.echo(plain(sentence))


def version_rows(versions: Iterable["Version"], current: str) -> Iterator[tuple[str, ...]]:
    """Versions as rows of a table; a star marks the one that signs."""
    for one in versions:
        mark = "*" if one.id == current else " "
        certified = "yes" if one.certificates else "no"
        yield (f"{mark} {one.number}", state_of(one), certified, time_of(one.created_at), one.id)
