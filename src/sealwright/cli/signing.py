"""What the commands that sign share: the key by its name, and what is said of each signature."""

from collections.abc import Iterator
from pathlib import Path

import click

from sealwright.cli import here, options
from sealwright.descriptor import Descriptor
from sealwright.homes.environment import Environment
from sealwright.homes.notation import signing_keys
from sealwright.interfaces import Sealer, Signer
from sealwright.keys.providers import is_sealer, open_sealer, open_signer
from sealwright.workflow.context import Context, Place
from sealwright.workflow.sign import Signed, Wish, sign_subject

__all__ = ["Key", "identity_flag", "opened_key", "reported", "signatures"]

Key = Signer | Sealer

identity_flag = click.option(
    "--sign-identity",
    default="",
    metavar="REFERENCE",
    help="The name that a GPG signature is about, if it is not the image's own.",
)


def opened_key(name: str, passphrase_file: Path | None) -> Key:
    """The key of a name in signingkeys.json, the default key, or the one that an id such as `gpg:ID` means.

    Args:
        name: of the command line; empty: the default key.
        passphrase_file: of the command line.

    Raises:
        KeyUnavailableError: there is no such key, or it cannot be opened.
        DocumentError: a file cannot be used.
    """
    passphrases = here.passphrases(passphrase_file)
    if is_sealer(name):
        return open_sealer(name, passphrases, Environment.current())
    entry = signing_keys.read(here.notation_folder()).entry(name)
    if is_sealer(entry.id):
        return open_sealer(entry.id, passphrases, Environment.current())
    return open_signer(entry, passphrases)


def signatures(
    context: Context, place: Place, descriptor: Descriptor, key: Key, identity: str
) -> Iterator[Signed]:
    """Sign an image that is opened and resolved, as the kind of key asks.

    Args:
        context: the outside.
        place: of the image.
        descriptor: of the image.
        key: from `opened_key`.
        identity: the name that a GPG signature is about; empty: the image's own.

    Raises:
        SealwrightError: as `sign_subject` and `seal_place`.
    """
    if isinstance(key, Sealer):
        from sealwright.workflow.seal import seal_place  # noqa: PLC0415  # only for such keys

        yield from seal_place(context, place, descriptor, key, identity)
    else:
        yield sign_subject(context, place, descriptor, key, Wish())


def reported(signed: Signed) -> str:
    """One line on what was signed and where the signature is."""
    subject = signed.subject
    return f"signed {options.shown_name(subject)}@{subject.descriptor.digest}, signature {signed.location}"
