"""`seal revocation`: answers about revoked certificates, collected for machines offline, and shown."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import msgspec

from sealwright.cli import exit_codes, options, outcome_text, tables
from sealwright.cli.examples import Command, Group
from sealwright.cli.many import ManyFlags, Run, many_flags
from sealwright.cli.outcome_text import OutcomeText
from sealwright.cli.output import OutputFlags, deliver
from sealwright.cli.plain import plain
from sealwright.cli.reaching import RegistryFlags, registry_flags
from sealwright.homes import files
from sealwright.homes.environment import Environment
from sealwright.workflow import policies
from sealwright.workflow.authorities import Source
from sealwright.workflow.collecting import Collecting
from sealwright.workflow.context import Context
from sealwright.workflow.naming import Named
from sealwright.workflow.outcome import Outcome
from sealwright.workflow.verifying import Question, Verifying

__all__ = ["command"]


@click.group(
    "revocation",
    cls=Group,
    examples=(
        "seal revocation export registry.example/net-monitor:v1 -o answers.json",
        "seal verify --revocation-bundle answers.json registry.example/net-monitor:v1",
        "seal revocation show answers.json",
    ),
)
def command() -> None:
    """Collect and show answers about revoked certificates."""


@command.command(
    "export",
    cls=Command,
    examples=(
        "seal revocation export registry.example/net-monitor:v1 -o answers.json",
        "seal revocation export -o answers.json - < images.txt",
    ),
)
@click.argument("images", nargs=-1, metavar="IMAGE...")
@click.option(
    "-o", "--output", "bundle", type=options.path_type, metavar="FILE", required=True, help="The bundle."
)
@click.option("--policy-file", type=options.path_type, metavar="FILE", help="Decide by this policy instead.")
@click.option("--scope", default="", metavar="REPOSITORY", help="The name for policies of images in layouts.")
@click.option("--recursive", is_flag=True, help="Verify an index and every manifest in it.")
@options.max_signatures
@many_flags
@registry_flags
def export(
    images: tuple[str, ...],
    bundle: Path,
    policy_file: Path | None,
    scope: str,
    max_signatures: int,
    many: ManyFlags,
    registry: RegistryFlags,
    *,
    recursive: bool,
) -> int:
    """Verify images, and keep in one file what responders and CAs answered meanwhile.

    Everybody is asked anew. The bundle is written whatever the verdicts are; exits as seal verify would.
    "-" reads names from standard input, one on each line.
    """
    from sealwright.pki.revocation import bundle as bundles  # noqa: PLC0415  # X.509

    run = _run(images, many, registry, scope, Source(anew=True))
    question = _question(policy_file, max_signatures, recursive=recursive, alone=run.single)
    collected: list[Collecting] = []

    def job(context: Context) -> Callable[[Named], Outcome]:
        collecting = Collecting(context.gather)
        collected.append(collecting)
        return Verifying(msgspec.structs.replace(context, gather=collecting), question, run.patience)

    text = OutcomeText(run.bar, single=run.single, quiet=many.quiet)
    with run.results(job) as found:
        deliver(found, text, OutputFlags())
    answers = {need: answer for one in collected for need, answer in one.answers.items()}
    files.write(bundle, bundles.write(answers))
    click.echo(f"{bundle}: {len(answers)} answer(s)")
    return run.code


@command.command(
    "show",
    cls=Command,
    examples=(
        "seal revocation show answers.json",
        "seal revocation show --output json registry.example/net-monitor:v1",
    ),
)
@click.argument("name", metavar="BUNDLE|IMAGE")
@click.option("--policy-file", type=options.path_type, metavar="FILE", help="Decide by this policy instead.")
@click.option("--scope", default="", metavar="REPOSITORY", help="The name for policies of images in layouts.")
@options.max_signatures
@options.json_output
@registry_flags
def show(
    name: str,
    policy_file: Path | None,
    scope: str,
    max_signatures: int,
    output: str,
    registry: RegistryFlags,
) -> int:
    """Show the answers in a bundle, or those that are given about the signatures of an image now."""
    code = exit_codes.ACCEPTED
    if Path(name).is_file():
        rows = list(_of_bundle(Path(name)))
    else:
        run = _run((name,), ManyFlags(), registry, scope, Source())
        question = _question(policy_file, max_signatures, recursive=False, alone=True)
        with run.results(lambda context: Verifying(context, question, run.patience)) as found:
            outcomes = list(found)
        code = run.code
        rows = []
        for outcome in outcomes:
            if outcome.failure is not None:
                outcome_text.complain(outcome.failure)
            rows += _of_outcome(outcome)
    if output == "json":
        tables.print_json(rows)
    else:
        for row in rows:
            said = f"no answer: {row['problem']}" if row["answer"] == "none" else _said(row)
            click.echo(plain(f"{row['method']:<5}{row['url']}  {said}"))
            click.echo(plain(f"     about {row['subject']}"))
    return code


def _said(row: Mapping[str, Any]) -> str:
    return f"{row['answer']}, of {row['thisUpdate']}, until {row['until']}"


def _run(
    images: tuple[str, ...], many: ManyFlags, registry: RegistryFlags, scope: str, source: Source
) -> Run[Outcome]:
    return Run[Outcome](
        images,
        many,
        registry,
        code=exit_codes.of_outcome,
        word=outcome_text.word,
        words=outcome_text.WORDS,
        scope=scope,
        revocation=source,
    )


def _question(policy_file: Path | None, max_signatures: int, *, recursive: bool, alone: bool) -> Question:
    """What is asked of each image: all of its signatures, since another policy may want another one."""
    policy = policies.load(Environment.current(), "", policy_file)
    return Question(policy, max_signatures, True, recursive, alone)  # noqa: FBT003  # thorough


def _of_bundle(path: Path) -> Iterator[Mapping[str, Any]]:
    from sealwright.authorities import bundled  # noqa: PLC0415  # X.509
    from sealwright.pki.revocation.described import described  # noqa: PLC0415  # the same
    from sealwright.workflow.clock import now  # noqa: PLC0415  # only for bundles

    at = now()
    for need, answer in bundled.read(path).items():
        yield described(need, answer, at)


def _of_outcome(outcome: Outcome) -> Iterator[Mapping[str, Any]]:
    """What was asked for an image, each once."""
    seen: list[Mapping[str, Any]] = []
    for report in () if outcome.verdict is None else outcome.verdict.signatures:
        for judgement in report.judgements:
            for check in judgement.checks:
                asked = check.data.get("asked")
                for one in asked if isinstance(asked, list | tuple) else ():
                    if one not in seen:
                        seen.append(one)
                        yield one
