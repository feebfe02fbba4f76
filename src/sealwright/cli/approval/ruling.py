"""`seal approval rules`: rules written from flags or from a file for people, looked through, and shown.

A file for people is TOML, or JSON of the same members:

    time_out = "1d"              # for all operations that do not say otherwise

    [people]                     # files of public keys beside this one; who has enrolled need not stand here
    ada = ["ada.pub"]

    [use]
    time_lock = "10m"
    alternatives = [
        ["release=2:ada,bob,eve", "security=1:dan"],
        ["board=1:zoe"],
    ]

    [change]
    alternatives = [["board=2:zoe,yan"]]
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from sealwright import limits
from sealwright.cli import exit_codes, options
from sealwright.cli.approval.reaching import with_approvals
from sealwright.cli.durations import DURATION
from sealwright.cli.examples import Group
from sealwright.cli.plain import plain
from sealwright.errors import DocumentError, UsageError
from sealwright.homes import files

if TYPE_CHECKING:
    from sealwright.approval.keys import ApproverKey
    from sealwright.approval.records import Rule, Rules
    from sealwright.service_client.approvals import ApprovalClient

__all__ = ["command"]

_GROUP = re.compile(r"([^=:,+\s]+)=([0-9]{1,4}):([^=:+\s]+)")


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file for people says of one operation; each alternative is a list of groups."""

    alternatives: tuple[tuple[str, ...], ...]
    time_lock: str = ""
    time_out: str = ""
    spend_within: str = ""
    same_person_in_several_groups: bool = False


class _Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file for people."""

    people: Mapping[str, tuple[str, ...]] = {}
    use: _Words | None = None
    change: _Words | None = None
    block: _Words | None = None
    unblock: _Words | None = None
    time_lock: str = ""
    time_out: str = ""
    spend_within: str = ""


@click.group(
    "rules",
    cls=Group,
    examples=(
        "seal approval rules make --use release=2:ada,bob,eve --change board=1:zoe --out rules.json",
        "seal approval rules make --from rules.toml --out rules.json",
        "seal approval rules lint rules.json",
        "seal approval rules show rules.json",
    ),
)
def command() -> None:
    """Write rules of approval for keys, and look them through.

    seal vault key create --rules makes a key with them.
    """


def _rule_flag(operation: str) -> Callable[..., Any]:
    return click.option(
        f"--{operation}",
        multiple=True,
        metavar="GROUP=QUORUM:PERSON,…+…",
        help=f"Whom it takes to {operation}: groups, joined by +. Repeated, one of them is enough.",
    )


def _time_flag(name: str, meaning: str) -> Callable[..., Any]:
    return click.option(name, type=DURATION, help=meaning)


@command.command(
    "make",
    examples=(
        "seal approval rules make --use release=2:ada,bob,eve+security=1:dan --out rules.json",
        "seal approval rules make --from rules.toml --out rules.json",
        "seal approval rules make --use release=1:ada --person ada=ada.pub > rules.json",
    ),
)
@_rule_flag("use")
@_rule_flag("change")
@_rule_flag("block")
@_rule_flag("unblock")
@_time_flag("--time-lock", "After the quorum, for how long nothing is done and a denial still counts.")
@_time_flag("--time-out", "From the request to the last approval; 1d if not given.")
@_time_flag("--spend-within", "How long an approval can be used then; 1d if not given.")
@click.option("--from", "source", type=options.path_type, metavar="FILE", help="TOML or JSON for people.")
@click.option(
    "--person",
    "people",
    multiple=True,
    metavar="NAME=FILE",
    help="The public key of a person; of those that are not named here, the service tells who has enrolled.",
)
@click.option("--out", type=options.path_type, metavar="FILE", help="Write to FILE, not to standard output.")
@with_approvals
def make(
    approvals: "ApprovalClient",
    time_lock: timedelta | None,
    time_out: timedelta | None,
    spend_within: timedelta | None,
    source: Path | None,
    people: tuple[str, ...],
    out: Path | None,
    **rules: tuple[str, ...],
) -> None:
    """Write rules, with the public keys of all that they name."""
    given = {name: value for name, value in rules.items() if value}
    if (source is None) == (not given):
        raise click.UsageError("say whose approval it takes, by --use and the like or by --from")
    times = {"time_lock": time_lock, "time_out": time_out, "spend_within": spend_within}
    seconds = {name: int(value.total_seconds()) for name, value in times.items() if value is not None}
    keys = {name: [Path(file)] for name, file in map(_pair, people)}
    if source is None:
        words: dict[str, Any] = {one: _Words(tuple(map(_groups_of, value))) for one, value in given.items()}
        plan = _Plan(**words)
    else:
        plan = _read(source)
        keys |= {name: [source.parent / file for file in named] for name, named in plan.people.items()}
    made = _made(plan, seconds, keys, approvals)
    content = msgspec.json.format(made.encoded(), indent=2) + b"\n"
    _tell_doubts(made)
    if out is None:
        click.echo(content.decode(), nl=False)
    else:
        files.write(out, content)
        click.echo(f"{out}: rules, {made.digest}")


@command.command("lint", examples=("seal approval rules lint rules.json",))
@click.argument("file", type=options.path_type)
def lint(file: Path) -> int:
    """Say what is wrong with the rules in FILE, and what may not be meant.

    Exits with 1 if something may not be meant.
    """
    doubts = _tell_doubts(_parsed(file))
    if not doubts:
        click.echo(f"{file}: nothing to say")
    return exit_codes.REFUSED if doubts else exit_codes.ACCEPTED


@command.command("show", examples=("seal approval rules show rules.json",))
@click.argument("file", type=options.path_type)
def show(file: Path) -> None:
    """Say in plain words what the rules in FILE ask for, and their digest."""
    from sealwright.cli.approval.listing import tell_rules  # noqa: PLC0415  # not for the help

    tell_rules(_parsed(file))


def _parsed(file: Path) -> "Rules":
    from sealwright.approval import rules  # noqa: PLC0415  # not for the help

    return rules.parse(files.read(file, limits.APPROVAL_RULES_BYTES), str(file))


def _tell_doubts(rules: "Rules") -> int:
    """Warn of what may not be meant; gives how many warnings that makes."""
    from sealwright import reasons  # noqa: PLC0415  # not for the help
    from sealwright.approval import lint  # noqa: PLC0415  # the same

    doubts = tuple(lint.doubts(rules))
    for doubt in doubts:
        said = f"warning: {reasons.sentence(doubt.code, doubt.data)} [{doubt.code}]"
        click.echo(plain(said), err=True)
    return len(doubts)


def _read(source: Path) -> _Plan:
    """A file for people."""
    content = files.read(source, limits.APPROVAL_RULES_BYTES)
    decode = msgspec.json.decode if source.suffix == ".json" else msgspec.toml.decode
    try:
        return decode(content, type=_Plan)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DocumentError("approval.plan-malformed", file=str(source), problem=str(error)) from None


def _made(
    plan: _Plan, seconds: Mapping[str, int], keys: Mapping[str, Iterable[Path]], approvals: "ApprovalClient"
) -> "Rules":
    """The rules of a plan, which stand every check that those of a key have to."""
    from sealwright.approval import rules as ruling  # noqa: PLC0415  # not for the help
    from sealwright.approval.records import OPERATIONS, Approver, Rules  # noqa: PLC0415  # the same

    planned = {name: getattr(plan, name) for name in OPERATIONS}
    usual = {**_seconds({name: getattr(plan, name) for name in _TIMES}), **seconds}
    rules: dict[str, Any] = {
        name: _rule(words, usual) for name, words in planned.items() if words is not None
    }
    named = sorted({person for rule in rules.values() for person in rule.people} | set(keys))
    people = tuple(
        Approver(name, _keys_of(keys[name]) if name in keys else approvals.person(name).keys)
        for name in named
    )
    return ruling.parse(Rules(people, **rules).encoded())


def _rule(words: _Words, usual: Mapping[str, int]) -> "Rule":
    from sealwright.approval.records import Alternative, Group, Rule  # noqa: PLC0415  # not for the help

    alternatives = []
    for groups in words.alternatives:
        found = []
        for text in groups:
            match = _GROUP.fullmatch(text)
            if match is None:
                raise UsageError("approval.group-malformed", text=text[:200])
            found.append(Group(match[1], int(match[2]), tuple(match[3].split(","))))
        alternatives.append(Alternative(tuple(found)))
    own = _seconds({name: getattr(words, name) for name in _TIMES})
    together = words.same_person_in_several_groups
    return Rule(tuple(alternatives), **{**usual, **own}, same_person_in_several_groups=together)


_TIMES = ("time_lock", "time_out", "spend_within")


def _seconds(texts: Mapping[str, str]) -> dict[str, int]:
    """Times that were written as `10m` or `1d`, in seconds; those that are empty are left out."""
    return {
        name: int(DURATION.convert(text, None, None).total_seconds()) for name, text in texts.items() if text
    }


def _groups_of(text: str) -> tuple[str, ...]:
    return tuple(text.split("+"))


def _pair(text: str) -> tuple[str, str]:
    name, equals, file = text.partition("=")
    if not name or not equals or not file:
        raise click.BadParameter(f"{text!r} is not NAME=FILE")
    return name, file


def _keys_of(named: Iterable[Path]) -> "tuple[ApproverKey, ...]":
    from sealwright.cli.approval.people import public_key  # noqa: PLC0415  # not for the help

    return tuple(map(public_key, named))
