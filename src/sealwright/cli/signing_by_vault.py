"""`seal sign --format kms`: its flags, and what they come to."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from sealwright.cli import here
from sealwright.cli.flag_group import flag_group
from sealwright.errors import UsageError

if TYPE_CHECKING:
    from sealwright.workflow.context import Context
    from sealwright.workflow.sign import Signed
    from sealwright.workflow.sign_by_vault import Wish

__all__ = ["KmsFlags", "kms_flags", "require_plain", "signed", "wish_of"]


class KmsFlags(msgspec.Struct, frozen=True):
    """The values of the flags that `kms_flags` adds."""

    format: str
    description: str
    metadata: str


kms_flags = flag_group(
    "kms",
    KmsFlags,
    click.option(
        "--format",
        type=click.Choice(["notary", "kms"]),
        default="notary",
        help="kms: as Oracle's registry has them, by an RSA key of a vault (--key vault:…).",
    ),
    click.option("--description", default="", help="What a kms signature says of itself, for people."),
    click.option("--metadata", default="", metavar="JSON", help="What a kms signature says of the image."),
)
"""Add the flags to a command, which gets their values together as `kms`."""


def wish_of(
    flags: KmsFlags, user_metadata: Mapping[str, str], identity: str, *, recursive: bool, waits: bool
) -> "Wish":
    """What the flags come to.

    Args:
        flags: of the command line.
        user_metadata: KEY=VALUE, which stands for metadata in JSON.
        identity: the name to sign instead of the image's own.
        recursive: sign an index and everything in it.
        waits: whether to wait for people to approve.

    Raises:
        UsageError: `usage.metadata-twice`.
    """
    from sealwright.workflow.sign_by_vault import Wish  # noqa: PLC0415  # only for this format

    if flags.metadata and user_metadata:
        raise UsageError("usage.metadata-twice")
    written = json.dumps(dict(user_metadata), separators=(",", ":")) if user_metadata else flags.metadata
    return Wish(flags.description, written, identity=identity, recursive=recursive, waits=waits)


def require_plain(**wished: bool) -> None:
    """Refuse what such signatures have no place for.

    Args:
        wished: a flag, with `_` for its hyphens, and whether it is given.

    Raises:
        UsageError: `signing.not-for-kms`.
    """
    for name, given in wished.items():
        if given:
            raise UsageError("signing.not-for-kms", wish=f"--{name.replace('_', '-')}")


def signed(
    context: "Context", images: tuple[str, ...], key: str, passphrase_file: Path | None, wish: "Wish"
) -> "Iterator[Signed]":
    """Sign images one after the other.

    Args:
        context: the outside.
        images: as they were typed.
        key: the URI of a key in a vault.
        passphrase_file: of the command line.
        wish: what to sign besides.

    Raises:
        KeyUnavailableError: `key.kms-not-in-vault`, or the key cannot be opened.
        SealwrightError: as `sign_by_vault`.
    """
    from sealwright.errors import KeyUnavailableError  # noqa: PLC0415  # only for this format
    from sealwright.keys.vault.images import open_image_key  # noqa: PLC0415  # the same
    from sealwright.workflow.sign_by_vault import sign_by_vault  # noqa: PLC0415  # the same

    if not key.startswith("vault:"):
        raise KeyUnavailableError("key.kms-not-in-vault", key=key or "the default key")
    opened = open_image_key(key, here.passphrases(passphrase_file))
    try:
        for image in images:
            yield from sign_by_vault(context, image, opened, wish)
    finally:
        opened.close()
