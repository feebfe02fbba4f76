"""Flags that several commands share."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import click

from sealwright import limits
from sealwright.reference import Reference
from sealwright.signature import Subject

__all__ = [
    "described",
    "json_output",
    "lenient",
    "max_signatures",
    "passphrase_file",
    "path_type",
    "platform",
    "plugin_config",
    "policy_language",
    "require_both_backends",
    "require_index",
    "shown_name",
    "user_metadata",
    "vault_keys",
]

Function = TypeVar("Function", bound=Callable[..., object])

path_type = click.Path(path_type=Path)


def passphrase_file(function: Function) -> Function:
    """`--passphrase-file FILE`, `--pin-file FILE`."""
    return click.option(
        "--passphrase-file",
        "--pin-file",
        "passphrase_file",
        type=path_type,
        metavar="FILE",
        help="Read the key's passphrase, or its token's PIN, from the first line of FILE "
        "(else SEALWRIGHT_PASSPHRASE or SEALWRIGHT_PIN, else ask).",
    )(function)


def policy_language(function: Function) -> Function:
    """`--policy LANGUAGE`; the function gets `language`."""
    from sealwright.homes.sealwright.settings import POLICY_CHOICES  # noqa: PLC0415  # with the command

    return click.option(
        "--policy",
        "language",
        type=click.Choice(POLICY_CHOICES),
        callback=_or_empty,
        help="Which policy decides, where several are present; all: each has to accept.",
    )(function)


def lenient(function: Function) -> Function:
    """`--lenient`."""
    return click.option(
        "--lenient", is_flag=True, help="Take payloads of GPG signatures that skopeo takes and we refuse."
    )(function)


def platform(function: Function) -> Function:
    """`--platform OS/ARCHITECTURE`."""
    return click.option(
        "--platform",
        default="",
        metavar="OS/ARCHITECTURE",
        help="The manifest of an index for this platform.",
    )(function)


def plugin_config(function: Function) -> Function:
    """`--plugin-config KEY=VALUE`, repeated; the function gets a mapping."""
    return click.option(
        "--plugin-config",
        multiple=True,
        metavar="KEY=VALUE",
        callback=_pairs,
        help="A setting for the plugin; may be repeated.",
    )(function)


def require_both_backends(function: Function) -> Function:
    """`--require-both-backends`."""
    return click.option(
        "--require-both-backends",
        is_flag=True,
        help="Let gpg and Sequoia both verify GPG signatures; they must agree.",
    )(function)


def require_index(function: Function) -> Function:
    """`--require-index`."""
    return click.option(
        "--require-index",
        is_flag=True,
        help="Ask for a signature of the index itself, too, where the policy asks only for what is in it.",
    )(function)


def json_output(function: Function) -> Function:
    """`--output text|json`."""
    return click.option(
        "-o",
        "--output",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="How the answer is written.",
    )(function)


def max_signatures(function: Function) -> Function:
    """`--max-signatures N`."""
    return click.option(
        "--max-signatures",
        type=click.IntRange(1, limits.MAX_SIGNATURES_ASKED),
        default=limits.MAX_SIGNATURES,
        show_default=True,
        help="Signatures downloaded per image.",
    )(function)


def user_metadata(meaning: str) -> Callable[[Function], Function]:
    """`-m KEY=VALUE`, repeated; the function gets a mapping.

    Args:
        meaning: what the command does with it, as the help says it.
    """
    return click.option(
        "-m",
        "--user-metadata",
        multiple=True,
        metavar="KEY=VALUE",
        callback=_pairs,
        help=f"{meaning}; may be repeated.",
    )


def shown_name(subject: Subject) -> str:
    """How output names an image, without tag and digest."""
    return subject.name.repository if isinstance(subject.name, Reference) else subject.name


def described(subject: Subject) -> dict[str, object]:
    """An image as JSON output describes it."""
    return {"name": shown_name(subject), "descriptor": subject.descriptor}


def vault_keys(function: Function) -> Function:
    """`--vault-keys FILE`, repeated; the function gets a tuple of paths."""
    return click.option(
        "--vault-keys",
        type=path_type,
        multiple=True,
        metavar="FILE",
        help="Take keys of vaults from FILE alone, as seal vault key export writes it; may be repeated.",
    )(function)


def _or_empty(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
    del ctx, param
    return value or ""


def _pairs(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> Mapping[str, str]:
    pairs: dict[str, str] = {}
    for value in values:
        key, equals, rest = value.partition("=")
        if not key or not equals:
            raise click.BadParameter(f"{value!r} is not KEY=VALUE", ctx, param)
        if key in pairs:
            raise click.BadParameter(f"the key {key!r} stands twice", ctx, param)
        pairs[key] = rest
    return pairs
