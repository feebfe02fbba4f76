"""`seal verify`."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

import click

from sealwright.cli import exit_codes, options, outcome_text, outcomes
from sealwright.cli.examples import Command
from sealwright.cli.many import ManyFlags, Run, many_flags
from sealwright.cli.outcome_text import OutcomeText
from sealwright.cli.output import OutputFlags, deliver, output_flags
from sealwright.cli.reaching import RegistryFlags, registry_flags
from sealwright.cli.revocation_source import RevocationFlags, revocation_flags
from sealwright.cli.verdict_cache import CacheFlags, cache_flags, with_verdicts
from sealwright.homes.environment import Environment
from sealwright.workflow import policies
from sealwright.workflow.context import Context
from sealwright.workflow.naming import Named
from sealwright.workflow.outcome import Outcome
from sealwright.workflow.verifying import Question, Verifying

__all__ = ["command"]


@click.command(
    "verify",
    cls=Command,
    examples=(
        "seal verify registry.example/net-monitor@sha256:9bba…",
        "seal verify -m build=42 registry.example/net-monitor:v1",
        "seal verify --recursive registry.example/multi-platform:v1",
        "seal verify --policy-file staging.json --output json registry.example/net-monitor:v1",
        "seal verify --scope registry.example/net-monitor oci:./net-monitor:v1",
        "seal verify --all-tags registry.example/net-monitor",
        "seal verify --policy containers registry.example/net-monitor:v1",
        "seal verify --revocation-bundle answers.json --revocation-max-age 7d - < images.txt",
        "seal verify --record registry.example/net-monitor:v1",
        "seal verify --resume night.journal --output jsonl - < images.txt",
    ),
)
@click.argument("images", nargs=-1, metavar="IMAGE...")
@click.option(
    "--policy-file",
    type=options.path_type,
    metavar="FILE",
    help="Decide by this policy instead.",
)
@options.policy_language
@options.lenient
@options.platform
@options.require_index
@options.require_both_backends
@options.user_metadata("What the signature must say of the image")
@options.plugin_config
@options.vault_keys
@click.option("--scope", default="", metavar="REPOSITORY", help="The name for policies of images in layouts.")
@click.option("--recursive", is_flag=True, help="Verify an index and every manifest in it.")
@options.max_signatures
@click.option("--record", is_flag=True, help="Have the registry, if it is ours, keep what was found.")
@click.option("--thorough", is_flag=True, help="Judge every signature, also when one counts already.")
@cache_flags
@revocation_flags
@many_flags
@output_flags(*outcomes.FORMATS)
@registry_flags
def command(
    images: tuple[str, ...],
    policy_file: Path | None,
    language: str,
    platform: str,
    user_metadata: Mapping[str, str],
    scope: str,
    max_signatures: int,
    many: ManyFlags,
    output: OutputFlags,
    registry: RegistryFlags,
    *,
    cache: CacheFlags,
    revocation: RevocationFlags,
    lenient: bool,
    plugin_config: Mapping[str, str],
    record: bool,
    recursive: bool,
    require_both_backends: bool,
    require_index: bool,
    thorough: bool,
    vault_keys: tuple[Path, ...],
) -> int:
    """Verify images under the trust policy.

    Exits with 0 only if every image is accepted: some signature is good, and the policy trusts its signer.
    "-" reads names from standard input, one on each line. Each name is verified once.
    """
    run = Run[Outcome](
        images,
        many,
        registry,
        code=exit_codes.of_outcome,
        word=outcome_text.word,
        words=outcome_text.WORDS,
        scope=scope,
        both_backends=require_both_backends,
        revocation=revocation.source,
        vault_keys=vault_keys,
    )
    policy = policies.load(Environment.current(), language, policy_file, user_metadata, lenient=lenient)
    policy = policies.with_plugin_config(policy, plugin_config)
    question = Question(
        policy,
        max_signatures,
        thorough,
        recursive,
        run.single,
        require_index=require_index,
        platform=platform,
    )
    with ExitStack() as held:
        journal = None
        if many.resume is not None:
            from sealwright.cli import resuming  # noqa: PLC0415  # most runs are not gone on with

            flags = {
                "--lenient": lenient,
                "--require-both-backends": require_both_backends,
                "--revocation-bundle": revocation.revocation_bundle is not None,
                **resuming.secret("--plugin-config", plugin_config),
                "--vault-keys": resuming.contents(vault_keys),
            }
            journal = held.enter_context(
                resuming.verifying(many.resume, question, user_metadata, scope, flags)
            )

        def job(context: Context) -> Callable[[Named], Outcome]:
            work = Verifying(with_verdicts(context, cache, run.bar.tell), question, run.patience)
            if not record:
                return work
            from sealwright.workflow.recording import Recording  # noqa: PLC0415  # only if it is asked for

            return Recording(context, work)

        text = OutcomeText(run.bar, single=run.single, quiet=many.quiet)
        with run.results(job, journal) as found:
            deliver(found, text, output)
    return run.code
