"""`podman image trust show`."""

from collections.abc import Iterator

from sealwright import limits
from sealwright.dialects import tabwriter
from sealwright.dialects.cobra import Command, Fault, Invocation
from sealwright.dialects.containers_words import registries_problem
from sealwright.dialects.go_json import marshal
from sealwright.dialects.go_json_problems import syntax_problem
from sealwright.dialects.pflag import Flag
from sealwright.dialects.podman import counts, places
from sealwright.errors import DocumentError, SealwrightError
from sealwright.homes import files
from sealwright.homes.containers.registries_d import RegistriesD
from sealwright.workflow import trust_rows
from sealwright.workflow.trust import TrustFiles
from sealwright.workflow.trust_rows import Row

__all__ = ["command"]

_HEAD = ("TRANSPORT", "NAME", "TYPE", "ID", "STORE")
_TYPES = {
    "insecureAcceptAnything": "accept",
    "signedBy": "signed",
    "sigstoreSigned": "sigstoreSigned",
    "reject": "reject",
}


def command(line: str) -> Command:
    """The command."""
    del line
    return Command(
        "show [options] [REGISTRY]",
        "Display trust policy for the system",
        long="Show what is asked of images, whose keys are named, and where signatures are kept.",
        flags=(
            Flag("json", "bool", "Output as json", shorthand="j"),
            Flag("raw", "bool", "Output raw policy file"),
            Flag("noheading", "bool", "Do not print column headings", shorthand="n"),
            places.POLICY,
            places.REGISTRIES,
        ),
        flags_in_use_line=False,
        arguments=counts.at_most_one,
        run=_run,
    )


def _run(invocation: Invocation) -> None:
    where = places.places(invocation)
    content = files.read_optional(where.policy, limits.CONFIG_FILE_BYTES)
    if content is None:
        raise Fault(f"open {where.policy}: no such file or directory")
    if invocation.values["raw"]:
        invocation.say(content.decode(errors="surrogateescape"))
        return
    rows = _rows(invocation, where, content)
    if invocation.values["json"]:
        invocation.say(marshal([_record(row) for row in rows] or None, indent=2))
        return
    cells = [_cells(row) for row in rows]
    invocation.out.write(
        tabwriter.table(
            cells if invocation.values["noheading"] else [_HEAD, *cells],
            padding=2,
            narrowest=12,
            closed=False,
        )
    )


def _rows(invocation: Invocation, where: TrustFiles, content: bytes) -> list[Row]:
    try:
        configured = trust_rows.registries(where, invocation.environment)
    except DocumentError as error:
        problem = registries_problem(error)
        told = f"{problem[:1].lower()}{problem[1:]}"
        raise Fault(f"could not show trust policies: could not show trust policies: {told}") from None
    except SealwrightError as error:
        raise Fault(f"could not show trust policies: could not show trust policies: {error}") from None
    try:
        found = list(trust_rows.rows(where, lambda _, scope: _store(configured, scope), arranged="sorted"))
    except DocumentError as error:
        problem = syntax_problem(content) or str(error)
        raise Fault(
            "could not show trust policies: could not read trust policies: "
            f"could not parse trust policies from {where.policy}: {problem}"
        ) from None
    for row in found:
        for key in row.keys:
            if key.problem:
                invocation.warn(f"Getting key identity: {key.problem}")
        if row.type not in _TYPES:
            invocation.warn(f"Invalid trust type {row.type}")
    return found


def _store(configured: RegistriesD, scope: str) -> str:
    """The address that podman shows: of the nearest section alone, even if that names none to read."""
    nearest = next(
        (configured.sections[one] for one in trust_rows.above(scope) if one in configured.sections),
        configured.default,
    )
    if nearest is None:
        return ""
    return nearest.addresses.get("lookaside") or nearest.addresses.get("sigstore", "")


def _record(row: Row) -> dict[str, str]:
    """A row as JSON: members that would be empty are left out, but the type."""
    found = {
        "transport": _transport(row),
        "name": row.scope if row.transport else "* (default)",
        "repo_name": row.scope if row.transport else "default",
        "sigstore": row.store,
        "type": _TYPES.get(row.type, ""),
        "gpg_id": _ids(row),
    }
    return {name: value for name, value in found.items() if value or name in ("transport", "type")}


def _cells(row: Row) -> tuple[str, ...]:
    name = row.scope if row.transport else "default"
    return _transport(row), name, _TYPES.get(row.type, ""), _ids(row), row.store


def _transport(row: Row) -> str:
    return {"": "all", "docker": "repository"}.get(row.transport, row.transport)


def _ids(row: Row) -> str:
    return "N/A" if row.type == "sigstoreSigned" else ", ".join(_mails(row))


def _mails(row: Row) -> Iterator[str]:
    return (mail for key in row.keys for mail in key.mails)
