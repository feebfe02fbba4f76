"""`seal approval list`, `show` and `who`."""

from typing import TYPE_CHECKING

import click

from sealwright.cli import options, tables
from sealwright.cli.approval.reaching import judged, with_approvals, with_request
from sealwright.cli.examples import Command
from sealwright.cli.vault.naming import with_key

if TYPE_CHECKING:
    from sealwright.approval.records import Rules
    from sealwright.keys.vault.uri import KeyUri
    from sealwright.service_client.approvals import ApprovalClient
    from sealwright.service_client.vault_answers import Key
    from sealwright.service_client.vaults import VaultClient

__all__ = ["COMMANDS"]

STATES = ("waiting", "locked", "ready", "denied", "expired", "spent", "void")


@click.command(
    "list",
    cls=Command,
    examples=(
        "seal approval list",
        "seal approval list --person ada --state waiting",
        "seal approval list --all --output json",
    ),
)
@click.option("--state", type=click.Choice(STATES), help="Only those that stand like this.")
@click.option("--key", "key", default="", metavar="KEY", help="Only those of a key: its identifier or name.")
@click.option("--person", default="", help="Only those in which this person has a say.")
@click.option("--all", "ended", is_flag=True, help="Those that are over, too.")
@with_approvals
@options.json_output
def list_requests(
    approvals: "ApprovalClient", state: str | None, key: str, person: str, output: str, *, ended: bool
) -> None:
    """List requests for approval that stand, the newest first."""
    from sealwright.cli.approval import shown  # noqa: PLC0415  # not for the help
    from sealwright.service_client.approval_answers import OPEN  # noqa: PLC0415  # the same

    found = [
        one
        for one in approvals.approvals(state or "", key, person)
        if ended or state is not None or one.state in OPEN
    ]
    if output == "json":
        tables.print_json(found)
        return
    rows = [
        (one.id, one.state, one.operation, shown.standing(one), shown.left(one), one.requested_by, one.note)
        for one in found
    ]
    tables.print_table(("REQUEST", "STATE", "TO", "APPROVED", "LEFT", "ASKED BY", "NOTE"), rows)


@click.command("show", cls=Command, examples=("seal approval show 4f1c2a9be07d3358…",))
@with_request
@options.json_output
def show(approvals: "ApprovalClient", request: str, output: str) -> None:
    """Show what a request is about, who has approved it, and whom it waits for.

    What is shown is read from the bytes that approvers sign, and every vote is verified.
    """
    from sealwright.cli.approval import shown  # noqa: PLC0415  # not for the help

    found = judged(approvals, request)
    if output == "json":
        tables.print_json(found.approval)
        return
    for line in shown.lines(found):
        click.echo(line)


@click.command(
    "who", cls=Command, examples=("seal approval who release", "seal approval who production/release")
)
@with_key
@options.json_output
def who(client: "VaultClient", key: "Key", wanted: "KeyUri", output: str) -> None:
    """Show who can approve what of a key, and by which public keys."""
    from sealwright.service_client.approvals import ApprovalClient  # noqa: PLC0415  # not for the help

    del wanted
    rules = ApprovalClient(client.ask, client.address).approvers(key.id).pinned
    if output == "json":
        tables.print_json({"key": key.id, "digest": None if rules is None else rules.digest, "rules": rules})
    elif rules is None:
        click.echo(f"{key.name}: nobody has to approve anything")
    else:
        tell_rules(rules)


def tell_rules(rules: "Rules") -> None:
    """Print rules in plain words, and their digest."""
    from sealwright.approval import words  # noqa: PLC0415  # not for the help
    from sealwright.cli.plain import plain  # noqa: PLC0415  # the same

    for line in words.rules_lines(rules):
        click.echo(plain(line))
    click.echo(f"digest: {rules.digest}")


COMMANDS = (list_requests, show, who)
