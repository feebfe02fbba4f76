"""`seal verify`."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import msgspec

from sealwright.cli import exit_codes, here, messages, options, tables, verdict_text
from sealwright.cli.examples import Command
from sealwright.cli.plain import plain
from sealwright.cli.progress import Counter
from sealwright.cli.reaching import RegistryFlags, context_for, registry_flags
from sealwright.errors import SealwrightError, UsageError
from sealwright.verdict import Verdict
from sealwright.workflow import policies
from sealwright.workflow import verify as workflow
from sealwright.workflow.side_by_side import side_by_side

__all__ = ["command"]


class _Failure(msgspec.Struct, frozen=True):
    """An image about which nothing could be found out."""

    image: str
    error: SealwrightError


@click.command(
    "verify",
    cls=Command,
    examples=(
        "seal verify registry.example/net-monitor@sha256:9bba…",
        "seal verify -m build=42 registry.example/net-monitor:v1",
        "seal verify --policy-file staging.json --output json registry.example/net-monitor:v1",
        "seal verify --scope registry.example/net-monitor oci:./net-monitor:v1",
        "seal verify - < images.txt",
    ),
)
@click.argument("images", nargs=-1, required=True, metavar="IMAGE...")
@click.option(
    "--policy-file",
    type=options.path_type,
    metavar="FILE",
    help="Decide by this policy instead.",
)
@options.user_metadata("What the signature must say of the image")
@click.option("--scope", default="", metavar="REPOSITORY", help="The name for policies of images in layouts.")
@options.max_signatures
@click.option("--thorough", is_flag=True, help="Judge every signature, also when one counts already.")
@options.json_output
@registry_flags
def command(
    images: tuple[str, ...],
    policy_file: Path | None,
    user_metadata: Mapping[str, str],
    scope: str,
    max_signatures: int,
    output: str,
    registry: RegistryFlags,
    *,
    thorough: bool,
) -> int:
    """Verify images under the trust policy.

    Exits with 0 only if every image is accepted: some signature is good, and the policy trusts its signer.
    "-" reads names from standard input, one on each line.
    """
    wanted = _named(images)
    policy = policies.load(here.notation_folder(), policy_file, user_metadata)
    counter = Counter(len(wanted))

    def one(image: str) -> Verdict | _Failure:
        try:
            return workflow.verify(context, image, policy, max_signatures=max_signatures, thorough=thorough)
        except SealwrightError as error:
            return _Failure(image, error)
        finally:
            counter.step()

    with context_for(registry, wanted, scope=scope) as context:
        found = side_by_side(one, wanted)
    if output == "json":
        _print_json(found)
    else:
        _print_text(found)
    return exit_codes.worst(map(_exit_code, found))


def _named(images: Sequence[str]) -> list[str]:
    """The names of the command line, with those of standard input in the place of `-`."""
    names: list[str] = []
    for image in images:
        if image != "-":
            names.append(image)
            continue
        lines = (line.strip() for line in sys.stdin)
        names.extend(line for line in lines if line and not line.startswith("#"))
    if not names:
        raise UsageError("usage.no-images")
    return names


def _exit_code(found: Verdict | _Failure) -> int:
    if isinstance(found, _Failure):
        return exit_codes.of_error(found.error)
    return exit_codes.of_verdict(found)


def _print_text(found: Sequence[Verdict | _Failure]) -> None:
    for one in found:
        if isinstance(one, _Failure):
            if len(found) > 1:
                click.echo(plain(f"✗ {one.image}: {one.error}"))
            else:
                messages.complain(one.error)
            continue
        for line in verdict_text.lines(one):
            click.echo(line)
    if len(found) > 1:
        click.echo("")
        rows = [
            ("✗ unknown", one.image, str(one.error))
            if isinstance(one, _Failure)
            else verdict_text.summary_row(one)
            for one in found
        ]
        tables.print_table(("DECISION", "IMAGE", "REASON"), rows)


def _print_json(found: Sequence[Verdict | _Failure]) -> None:
    """One verdict as an object; several as a list. What could not be found out is an object with `error`."""
    values = [
        {"image": one.image, "error": {"code": one.error.code, "message": str(one.error)}}
        if isinstance(one, _Failure)
        else one
        for one in found
    ]
    tables.print_json(values[0] if len(values) == 1 else values)
