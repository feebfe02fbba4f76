"""`seal policy`: policies of notation and about keys of vaults, and those of skopeo and podman."""

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
        "seal policy init --key prod/release --key ocid1.key.… --at-least 2 --scope registry.acme.example",
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


_written = click.option(
    "--policy",
    "language",
    type=click.Choice(["notation", "vault"]),
    help="The language: notation, or vault for keys of vaults.",
)


@command.command("init")
@_written
@click.option("--name", default="default", show_default=True, help="The statement's name.")
@click.option("--scope", "scopes", multiple=True, help="A repository it is about; all of them if not given.")
@click.option("--trust-store", "stores", multiple=True, help="TYPE:NAME; may be repeated.")
@click.option("--trusted-identity", "identities", multiple=True, help="Any signer if not given.")
@click.option("--level", type=click.Choice([name for name in LEVELS if name != "skip"]), default="strict")
@click.option(
    "--key", "keys", multiple=True, metavar="[VAULT/]KEY[@VERSION]", help="Of a vault; may be repeated."
)
@click.option("--at-least", type=click.IntRange(1), help="How many keys have to sign; one if not given.")
@click.option("--force", is_flag=True, help="Replace the policy that is there.")
def init(
    language: str | None,
    name: str,
    scopes: tuple[str, ...],
    stores: tuple[str, ...],
    identities: tuple[str, ...],
    level: str,
    keys: tuple[str, ...],
    at_least: int | None,
    *,
    force: bool,
) -> None:
    """Write a policy of one statement: about trust stores, or about keys of vaults."""
    if language == "vault" or (keys and language is None):
        from sealwright.cli import vault_policy  # noqa: PLC0415  # only for its language

        if stores or identities:
            raise click.UsageError("--trust-store and --trusted-identity do not go with keys of vaults")
        vault_policy.put(vault_policy.of_keys(name, scopes, keys, at_least), "the new policy", force=force)
        return
    if keys or at_least is not None:
        raise click.UsageError("--key and --at-least go with --policy vault")
    if not stores:
        raise click.UsageError("Missing option '--trust-store'.")
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
@_written
@click.option("--scope", "scopes", multiple=True, help="What a cluster's list is about; all if not given.")
@click.option("--force", is_flag=True, help="Replace the policy that is there.")
def import_policy(source: Path, language: str | None, scopes: tuple[str, ...], *, force: bool) -> None:
    """Check the policy in FILE and put it in force.

    FILE is a policy of notation, one about keys of vaults, or the list of keys (imagePolicyConfig) of one of
    Oracle's clusters.
    """
    from sealwright.cli import vault_policy  # noqa: PLC0415  # only for this subcommand
    from sealwright.workflow.policies import told_apart  # noqa: PLC0415  # the same

    content = files.read(source, limits.CONFIG_FILE_BYTES)
    policy = vault_policy.imported(content, str(source), scopes)
    if (language or told_apart(policy)) == "vault":
        vault_policy.put(policy, str(source), force=force)
    else:
        policy_writing.put(content, str(source), force=force)


@command.command("show")
@_written
def show(language: str | None) -> None:
    """Print the policy in force, as it stands in its file."""
    if language == "vault":
        from sealwright.cli import vault_policy  # noqa: PLC0415  # only for its language

        vault_policy.show()
    else:
        policy_writing.show()


@command.command("lint")
@click.argument("source", type=options.path_type, required=False, metavar="[PATH]")
@click.option(
    "--policy",
    "language",
    type=click.Choice(["notation", "containers", "vault"]),
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

    PATH is a policy of notation, of skopeo and podman (policy.json), or about keys of vaults, a folder of
    registries.d, or a file in it. Every problem is told, with its line and column; so is what clients take
    and what hardly does what was meant. With --client (skopeo-1.9, podman-4.3, or 5.23 for containers/image)
    what that client refuses is an error.
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
