"""`seal policy`: trust policies of notation, read and written in place, and those of skopeo and podman."""

from pathlib import Path

import click

from sealwright import limits
from sealwright.cli import exit_codes, options, policy_writing
from sealwright.cli.examples import Group
from sealwright.cli.reaching import RegistryFlags, context_for, registry_flags
from sealwright.homes import files
from sealwright.homes.environment import Environment
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
        "seal policy lint --client skopeo-1.9 /etc/containers/policy.json",
        "seal policy explain --policy containers registry.example/net-monitor:v1",
        "seal policy explain --offline registry.example/not-there-yet:v1",
        "seal policy test expected.yaml",
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
    policy_writing.put(policy_writing.of_one(statement), "the new policy", force=force)


@command.command("import")
@click.argument("source", type=options.path_type, metavar="FILE")
@click.option("--force", is_flag=True, help="Replace the policy that is there.")
def import_policy(source: Path, *, force: bool) -> None:
    """Check the policy in FILE and put it in force."""
    policy_writing.put(files.read(source, limits.CONFIG_FILE_BYTES), str(source), force=force)


@command.command("show")
def show() -> None:
    """Print the policy in force, as it stands in its file."""
    policy_writing.show()


@command.command("lint")
@click.argument("source", type=options.path_type, required=False, metavar="[PATH]")
@click.option(
    "--policy",
    "language",
    type=click.Choice(["notation", "containers"]),
    help="The language, if PATH does not tell.",
)
@click.option(
    "--client", "clients", multiple=True, metavar="NAME-VERSION", help="That has to take it; may be repeated."
)
@click.option("--strict", is_flag=True, help="Fail for warnings, too.")
@options.json_output
def lint(
    source: Path | None, language: str | None, clients: tuple[str, ...], *, strict: bool, output: str
) -> int:
    """Check PATH, or all that is in force.

    PATH is a policy of notation or of skopeo and podman (policy.json), a folder of registries.d, or a file in
    it. Every problem is told, with its line and column; so is what clients take and what hardly does what was
    meant. With --client (skopeo-1.9, podman-4.3, or 5.23 for containers/image) what that client refuses is an
    error.
    """
    from sealwright.cli import policy_lint, tables  # noqa: PLC0415  # only for this subcommand

    found = list(policy_lint.lint(source, language or "", clients))
    findings = [one for linted in found for one in linted.findings]
    if output == "json":
        told = [
            {"level": one.level, "code": one.code, "file": one.file, "line": one.line, "column": one.column}
            | {"sentence": one.sentence, "hint": one.hint}
            for one in findings
        ]
        tables.print_json({"findings": told})
    else:
        for linted in found:
            policy_lint.show(linted)
    bad = {"error", "warning"} if strict else {"error"}
    return exit_codes.USAGE if any(one.level in bad for one in findings) else exit_codes.ACCEPTED


@command.command("explain")
@click.argument("image", metavar="IMAGE")
@click.option("--policy-file", type=options.path_type, metavar="FILE", help="Look at this policy instead.")
@options.policy_language
@click.option("--offline", is_flag=True, help="Look at the policy only: IMAGE need not exist.")
@options.json_output
@registry_flags
def explain(
    image: str,
    policy_file: Path | None,
    language: str,
    output: str,
    registry: RegistryFlags,
    *,
    offline: bool,
) -> None:
    """Tell which part of the policy is about IMAGE, what it asks, and what each signature is worth to it."""
    from sealwright.cli import policy_explain, tables, verdict_text  # noqa: PLC0415  # only for this subcommand
    from sealwright.cli.plain import plain  # noqa: PLC0415  # the same
    from sealwright.repositories.locating import locate  # noqa: PLC0415  # the same
    from sealwright.workflow import platforms, policies, policy_tests  # noqa: PLC0415  # the same

    policy = policies.load(Environment.current(), language, policy_file)
    told = policy_explain.described(policy, policy_tests.subject_of(locate(image)))
    if output == "text":
        for line in policy_explain.lines(told):
            click.echo(plain(line))
    verdict = None
    if not offline:
        with context_for(registry, [image]) as context, context.open_image(image) as place:
            verdict = platforms.verify_image(context, place, place.subject(), policy, thorough=True)
    if output == "json":
        tables.print_json(told | ({} if verdict is None else {"verdict": verdict}))
        return
    for line in () if verdict is None else verdict_text.lines(verdict):
        click.echo(line)


@command.command("test")
@click.argument("source", type=options.path_type, metavar="FILE")
@click.option("--policy-file", type=options.path_type, metavar="FILE", help="Try this policy instead.")
@options.json_output
def test(source: Path, policy_file: Path | None, output: str) -> int:
    """Try the expected decisions in FILE on a policy of skopeo and podman.

    No image and no registry is asked for anything.
    """
    from sealwright.cli import policy_trying  # noqa: PLC0415  # only for this subcommand

    return exit_codes.ACCEPTED if policy_trying.run(source, policy_file, output) else exit_codes.REFUSED
