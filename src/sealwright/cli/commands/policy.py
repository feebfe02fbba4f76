"""`seal policy`: trust policies, read and written where notation keeps them."""

import json
from pathlib import Path

import click

from sealwright import limits
from sealwright.cli import here, options
from sealwright.cli.examples import Group
from sealwright.errors import DocumentError, UsageError
from sealwright.homes import files
from sealwright.homes.notation import policy_files
from sealwright.policy.notation import document
from sealwright.policy.notation.levels import LEVELS

__all__ = ["command"]


@click.group(
    "policy",
    cls=Group,
    examples=(
        "seal policy init --trust-store ca:acme --scope registry.acme.example/net-monitor",
        "seal policy import policy.json",
        "seal policy show",
        "seal policy lint policy.json",
    ),
)
def command() -> None:
    """Manage the trust policy."""


@command.command("init")
@click.option("--name", default="default", show_default=True, help="The statement's name.")
@click.option("--scope", "scopes", multiple=True, help="A repository it is about; all of them if not given.")
@click.option("--trust-store", "stores", multiple=True, required=True, help="TYPE:NAME; may be repeated.")
@click.option("--trusted-identity", "identities", multiple=True, help="Any signer if not given.")
@click.option("--level", type=click.Choice([name for name in LEVELS if name != "skip"]), default="strict")
@click.option("--force", is_flag=True, help="Replace the policy that is there.")
def init(
    name: str,
    scopes: tuple[str, ...],
    stores: tuple[str, ...],
    identities: tuple[str, ...],
    level: str,
    *,
    force: bool,
) -> None:
    """Write a policy of one statement."""
    statement = {
        "name": name,
        "registryScopes": scopes or ["*"],
        "signatureVerification": {"level": level},
        "trustStores": stores,
        "trustedIdentities": identities or ["*"],
    }
    written = {"version": "1.0", "trustPolicies": [statement]}
    _put(json.dumps(written, indent=4).encode() + b"\n", "the new policy", force=force)


@command.command("import")
@click.argument("source", type=options.path_type, metavar="FILE")
@click.option("--force", is_flag=True, help="Replace the policy that is there.")
def import_policy(source: Path, *, force: bool) -> None:
    """Check the policy in FILE and put it in force."""
    _put(files.read(source, limits.CONFIG_FILE_BYTES), str(source), force=force)


@command.command("show")
def show() -> None:
    """Print the policy in force, as it stands in its file."""
    click.echo(_in_force().content.decode(errors="replace"), nl=False)


@command.command("lint")
@click.argument("source", type=options.path_type, required=False, metavar="[FILE]")
def lint(source: Path | None) -> None:
    """Check FILE, or the policy in force.

    Every problem is told, with its line and column.
    """
    if source is None:
        found = _in_force()
        source, content = found.path, found.content
    else:
        content = files.read(source, limits.CONFIG_FILE_BYTES)
    checked = document.read(content, str(source))
    click.echo(f"{source}: good, {len(checked.statements)} statement(s)")


def _in_force() -> policy_files.PolicyFile:
    folder = here.notation_folder()
    found = policy_files.find(folder)
    if found is None:
        raise UsageError("policy.absent", folder=str(folder))
    return found


def _put(content: bytes, source: str, *, force: bool) -> None:
    document.read(content, source)
    folder = here.notation_folder()
    before = policy_files.find(folder)
    if before is not None and not force:
        raise DocumentError("policy.exists", file=str(before.path))
    click.echo(f"the trust policy is in force: {policy_files.write(folder, content)}")
