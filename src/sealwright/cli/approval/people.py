"""`seal approval enrol`, `people` and `remove`: who can be named in new rules, and their public keys."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sealwright import limits
from sealwright.cli import here, options, tables
from sealwright.cli.approval.deciding import key_flag
from sealwright.cli.approval.reaching import with_approvals
from sealwright.cli.examples import Command
from sealwright.cli.plain import plain
from sealwright.homes import files
from sealwright.homes.environment import Environment

if TYPE_CHECKING:
    from sealwright.approval.keys import ApproverKey
    from sealwright.keys.passphrases import Passphrases
    from sealwright.service_client.approvals import ApprovalClient

__all__ = ["COMMANDS", "public_key"]


@click.command(
    "enrol",
    cls=Command,
    examples=(
        "seal approval enrol ada",
        "seal approval enrol --key gpg:ada@example.com ada",
        "seal approval enrol --public ada.pub --public ada-card.pub ada",
    ),
)
@click.argument("person")
@key_flag
@click.option(
    "--public",
    "public_files",
    type=options.path_type,
    multiple=True,
    metavar="FILE",
    help="A public key, in PEM or of OpenPGP, in the place of a private one; may be repeated.",
)
@click.option("--unencrypted", is_flag=True, help="Leave a new private key in the clear.")
@options.passphrase_file
@with_approvals
@options.json_output
def enrol(
    approvals: "ApprovalClient",
    person: str,
    key: str,
    public_files: tuple[Path, ...],
    passphrase_file: Path | None,
    output: str,
    *,
    unencrypted: bool,
) -> None:
    """Let PERSON be named in new rules, with a public key. The private key stays here.

    Without --key and --public, the key of this user is taken, and made if there is none. The keys that
    PERSON had enrolled before are replaced; in the rules of keys that there are, nothing changes.
    """
    if public_files and key:
        raise click.UsageError("--key and --public exclude each other")
    if public_files:
        keys = [public_key(file) for file in public_files]
    else:
        keys = [_own(key, here.passphrases(passphrase_file), unencrypted=unencrypted)]
    enrolled = approvals.enrol(person, keys)
    if output == "json":
        tables.print_json(enrolled)
        return
    for one in enrolled.keys:
        click.echo(plain(f"{enrolled.person}: enrolled with {one.kind} {one.fingerprint}"))


@click.command("people", cls=Command, examples=("seal approval people",))
@with_approvals
@options.json_output
def people(approvals: "ApprovalClient", output: str) -> None:
    """List who has enrolled, with their public keys."""
    found = list(approvals.people())
    if output == "json":
        tables.print_json(found)
        return
    rows = [(one.person, key.kind, key.fingerprint, one.enrolled_by) for one in found for key in one.keys]
    tables.print_table(("PERSON", "KEY", "FINGERPRINT", "ENROLLED BY"), rows)


@click.command("remove", cls=Command, examples=("seal approval remove ada",))
@click.argument("person")
@with_approvals
def remove(approvals: "ApprovalClient", person: str) -> None:
    """Let PERSON not be named in new rules any more.

    In the rules of keys that there are they stay, until these are changed: seal vault key rules change.
    """
    approvals.remove(person)
    click.echo(plain(f"{person}: removed from those who can be named in new rules"))


def public_key(file: Path) -> "ApproverKey":
    """A public key in a file: PEM, DER, or of OpenPGP.

    Raises:
        DocumentError: `approval.key-unusable`.
        StorageError: it cannot be read.
    """
    from sealwright.approval.keys import ApproverKey  # noqa: PLC0415  # not for the help
    from sealwright.errors import DocumentError, KeyUnavailableError  # noqa: PLC0415  # the same

    try:
        return ApproverKey.of(files.read(file, limits.APPROVAL_PUBLIC_KEY_BYTES))
    except KeyUnavailableError as error:
        raise DocumentError.about(str(file), error) from None


def _own(name: str, passphrases: "Passphrases", *, unencrypted: bool) -> "ApproverKey":
    """The public part of a person's key, which is made if it is the usual one and is not there."""
    from sealwright.keys import approver  # noqa: PLC0415  # not for the help

    environment = Environment.current()
    path = approver.own_file(environment)
    if name or path.exists():
        return approver.open_key(name, passphrases, environment).public
    passphrase = None if unencrypted else passphrases.new(str(path))
    made = approver.generate(path, passphrase)
    click.echo(f"{path}: a new key, which only you have", err=True)
    return made.public


COMMANDS = (enrol, people, remove)
