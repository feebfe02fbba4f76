"""`seal blob policy`: the trust policy for files, notation's `trustpolicy.blob.json`."""

from collections.abc import Iterator
from pathlib import Path

import click

from sealwright import limits
from sealwright.cli import exit_codes, options, policy_writing, tables
from sealwright.cli.examples import Group
from sealwright.cli.plain import plain
from sealwright.homes import files
from sealwright.homes.environment import Environment
from sealwright.policy.notation import document
from sealwright.policy.notation.levels import LEVELS
from sealwright.workflow import policies

__all__ = ["policy"]


@click.group(
    "policy",
    cls=Group,
    examples=(
        "seal blob policy init --global --trust-store ca:acme",
        "seal blob policy init --name releases --trust-store ca:acme --trusted-identity 'x509.subject: …'",
        "seal blob policy import policy.json",
        "seal blob policy show",
        "seal blob policy lint policy.json",
        "seal blob policy explain --policy-name releases",
    ),
)
def policy() -> None:
    """Manage the trust policy for files."""


@policy.command("init")
@click.option("-n", "--name", default="default", show_default=True, help="The statement's name.")
@click.option("--trust-store", "stores", multiple=True, required=True, help="TYPE:NAME; may be repeated.")
@click.option("--trusted-identity", "identities", multiple=True, help="Any signer if not given.")
@click.option("--level", type=click.Choice([name for name in LEVELS if name != "skip"]), default="strict")
@click.option("--global", "is_global", is_flag=True, help="It decides where no statement is named.")
@click.option("--force", is_flag=True, help="Replace the policy that is there.")
def init(
    name: str,
    stores: tuple[str, ...],
    identities: tuple[str, ...],
    level: str,
    *,
    is_global: bool,
    force: bool,
) -> None:
    """Write a policy of one statement."""
    statement: dict[str, object] = {
        "name": name,
        "signatureVerification": {"level": level},
        "trustStores": stores,
        "trustedIdentities": identities or ["*"],
    }
    if is_global:
        statement["globalPolicy"] = True
    policy_writing.put(policy_writing.of_one(statement), "the new policy", "blob", force=force)


@policy.command("import")
@click.argument("source", type=options.path_type, metavar="FILE")
@click.option("--force", is_flag=True, help="Replace the policy that is there.")
def import_policy(source: Path, *, force: bool) -> None:
    """Check the policy in FILE and put it in force."""
    policy_writing.put(files.read(source, limits.CONFIG_FILE_BYTES), str(source), "blob", force=force)


@policy.command("show")
def show() -> None:
    """Print the policy in force, as it stands in its file."""
    policy_writing.show("blob")


@policy.command("lint")
@click.argument("source", type=options.path_type, required=False, metavar="[PATH]")
def lint(source: Path | None) -> int:
    """Check PATH, or the policy in force. Every problem is told, with its line and column."""
    if source is None:
        found = policy_writing.in_force("blob")
        name, content = str(found.path), found.content
    else:
        name, content = str(source), files.read(source, limits.CONFIG_FILE_BYTES)
    read = document.read(content, name, "blob")
    click.echo(plain(f"{name}: good, {len(read.statements)} statement(s)"))
    return exit_codes.ACCEPTED


@policy.command("explain")
@click.option("--policy-name", default="", metavar="NAME", help="The statement; else the global one.")
@click.option("--policy-file", type=options.path_type, metavar="POLICY", help="Look at this policy instead.")
@options.json_output
def explain(policy_name: str, policy_file: Path | None, output: str) -> None:
    """Tell which statement decides, and what it asks of a signature."""
    told = _told(policy_name, policy_file)
    if output == "json":
        tables.print_json(told)
        return
    for line in _lines(told):
        click.echo(plain(line))


def _told(policy_name: str, policy_file: Path | None) -> dict[str, object]:
    chosen = policies.for_blobs(Environment.current(), policy_name, policy_file)
    statement = chosen.for_blobs()
    return {
        "policy": chosen.origin,
        "statement": statement.name,
        "line": statement.line,
        "global": statement.is_global,
        "level": statement.level,
        "trustStores": statement.stores,
        "trustedIdentities": [identity.words for identity in statement.identities],
        "actions": dict(statement.actions),
    }


def _lines(told: dict[str, object]) -> Iterator[str]:
    by = "the global one" if told["global"] else "it was named"
    yield f"the statement {told['statement']!r} decides ({told['policy']}:{told['line']}; {by})"
    if told["level"] == "skip":
        yield "  no signature is asked for: files are allowed, not verified"
        return
    for member, words in (("trustStores", "signed under"), ("trustedIdentities", "signed by")):
        listed = told[member]
        assert isinstance(listed, list | tuple)  # noqa: S101  # made above
        yield from (f"  {words}: {one}" for one in listed)
    actions = told["actions"]
    assert isinstance(actions, dict)  # noqa: S101  # made above
    yield f"  level {told['level']}: " + ", ".join(f"{kind} {action}" for kind, action in actions.items())
