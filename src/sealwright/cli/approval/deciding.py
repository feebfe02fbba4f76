"""`seal approval approve` and `deny`: a signature, by one's own key, over exactly what was shown.

1. The request is read from its bytes, and shown. Nothing else that the service says of it matters.
2. The digest is made here, from these bytes. The rules say which person the key belongs to.
3. Whoever types has to agree, unless they said before that they do.
4. The statement of the decision is signed; the service gets the signature.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from sealwright.cli import here, options, tables
from sealwright.cli.approval.reaching import Judged, judged, with_request
from sealwright.cli.examples import Command
from sealwright.cli.flag_group import flag_group
from sealwright.cli.plain import plain
from sealwright.errors import KeyUnavailableError, UsageError
from sealwright.homes.environment import Environment

if TYPE_CHECKING:
    from sealwright.approval.requests import Decision
    from sealwright.keys.approver import ApproversKey
    from sealwright.service_client.approvals import ApprovalClient

__all__ = ["COMMANDS", "key_flag"]

key_flag = click.option(
    "-k",
    "--key",
    "key",
    default="",
    metavar="KEY",
    help="Your key: a file, gpg:ID or a pkcs11: URI; else the one that seal approval enrol has made.",
)
"""`--key KEY`."""


class How(msgspec.Struct, frozen=True):
    """The values of the flags of a decision."""

    key: str
    artifact: str
    yes: bool
    passphrase_file: Path | None


_how = flag_group(
    "how",
    How,
    key_flag,
    click.option(
        "--artifact",
        default="",
        metavar="DIGEST",
        help="Only if it is about the image or file of this digest.",
    ),
    click.option("-y", "--yes", is_flag=True, help="Do not ask."),
    options.passphrase_file,
)


def _command(name: str, decision: "Decision", text: str, *examples: str) -> click.Command:
    def run(approvals: "ApprovalClient", request: str, how: How, output: str) -> None:
        _decide(approvals, request, decision, how, output)

    run.__doc__ = text
    function: Callable[..., None] = with_request(_how(options.json_output(run)))
    return click.command(name, cls=Command, examples=examples)(function)


COMMANDS = (
    _command(
        "approve",
        "approve",
        "Approve a request, after it was shown. Whoever approves signs it with a key of their own.",
        "seal approval approve 4f1c2a9be07d3358…",
        "seal approval approve --key gpg:ada@example.com 4f1c2a9be07d3358…",
        "seal approval approve --yes --artifact sha256:9bba… 4f1c2a9be07d3358…",
    ),
    _command(
        "deny",
        "deny",
        "Deny a request, after it was shown. That is final, and counts until the approval was used.",
        "seal approval deny 4f1c2a9be07d3358…",
    ),
)


def _decide(
    approvals: "ApprovalClient", identifier: str, decision: "Decision", how: How, output: str
) -> None:
    from sealwright.approval.votes import Vote  # noqa: PLC0415  # not for the help
    from sealwright.cli.approval import shown  # noqa: PLC0415  # the same
    from sealwright.keys import approver  # noqa: PLC0415  # the same

    # 1. the request
    found = judged(approvals, identifier)
    for line in shown.lines(found):
        click.echo(line, err=output == "json")
    _require_artifact(found, how.artifact)
    # 2. the key, and whose it is
    key = approver.open_key(how.key, here.passphrases(how.passphrase_file), Environment.current())
    person = _person(found, key)
    # 3. agreed
    if not how.yes:
        _agree(decision, person)
    # 4. signed
    statement = found.request.statement(decision)
    vote = Vote(person, key.public.fingerprint, decision, key.sign(statement))
    after = approvals.vote(found.request.id, vote)
    if output == "json":
        tables.print_json(after)
        return
    done = "approved" if decision == "approve" else "denied"
    click.echo(plain(f"{done} as {person}; {after.state}: {shown.standing(after)}"))


def _require_artifact(found: Judged, wanted: str) -> None:
    """Refuse a request that is about something else than was said."""
    if not wanted:
        return
    from sealwright.digest import Digest  # noqa: PLC0415  # seldom said
    from sealwright.formats.meaning import meaning  # noqa: PLC0415  # the same

    order = found.request.order
    about = meaning(order.message, digested=order.digested).artifact if order.operation == "use" else None
    if about != Digest.parse(wanted):
        raise UsageError("approval.other-artifact", request=found.request.id, found=about or "no artifact")


def _person(found: Judged, key: "ApproversKey") -> str:
    """The person to whom the rules say that a key belongs."""
    if found.rules is None:
        raise UsageError("approval.rules-changed", request=found.request.id)
    rule = found.rules.rule(found.request.order.operation)
    for one in found.rules.people:
        if key.public in one.keys and rule is not None and one.person in rule.people:
            return one.person
    raise KeyUnavailableError(
        "approval.key-no-say", fingerprint=key.public.fingerprint, operation=found.request.order.operation
    )


def _agree(decision: "Decision", person: str) -> None:
    if not here.at_terminal():
        raise UsageError("approval.not-agreed")
    word = "Approve" if decision == "approve" else "Deny"
    click.confirm(f"{word} this as {plain(person)}?", abort=True, err=True)
