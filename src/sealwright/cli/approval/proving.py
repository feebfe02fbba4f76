"""`seal approval proof` and `verify`: proofs of approvals, got and verified."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sealwright import limits
from sealwright.cli import exit_codes, options, tables
from sealwright.cli.approval.reaching import with_request
from sealwright.cli.examples import Command
from sealwright.cli.plain import plain
from sealwright.cli.reaching import RegistryFlags, context_for, registry_flags
from sealwright.homes import files

if TYPE_CHECKING:
    from sealwright.service_client.approvals import ApprovalClient
    from sealwright.workflow.proving import Expected, Proven

__all__ = ["COMMANDS"]


@click.command(
    "proof",
    cls=Command,
    examples=(
        "seal approval proof 4f1c2a9be07d3358… --out proof.json",
        "seal approval proof 4f1c2a9be07d3358… --attach registry.example/net-monitor:v1",
    ),
)
@with_request
@click.option("--out", type=options.path_type, metavar="FILE", help="Write to FILE, not to standard output.")
@click.option(
    "--attach", default="", metavar="IMAGE", help="Keep it with the signature of IMAGE that it is about."
)
def proof(approvals: "ApprovalClient", request: str, out: Path | None, attach: str) -> None:
    """Get the proof of a request that was used.

    Signatures by seal sign have theirs with them. One that notation has made gets it by --attach.
    """
    from sealwright.approval import proofs  # noqa: PLC0415  # not for the help

    content = proofs.parse(approvals.proof(request)).encoded()
    if attach:
        location = _attached(attach, content)
        click.echo(plain(f"the proof of {request}: kept with the signature {location}"))
    if out is not None:
        files.write(out, content)
        click.echo(f"{out}: the proof of {plain(request)}")
    elif not attach:
        click.echo(content.decode())


@click.command(
    "verify",
    cls=Command,
    examples=(
        "seal approval verify --rules rules.json proof.json",
        "seal approval verify --rules rules.json --keys release-keys.json registry.example/net-monitor:v1",
        "seal approval verify --rules-digest sha256:9bba… net-monitor.tar.jws.sig",
    ),
)
@click.argument("target", metavar="PROOF|IMAGE|SIGNATURE")
@click.option(
    "--rules",
    "rules_files",
    type=options.path_type,
    multiple=True,
    metavar="FILE",
    help="Rules that count; may be repeated.",
)
@click.option("--rules-digest", "digests", multiple=True, metavar="DIGEST", help="The same by their digest.")
@click.option(
    "--keys",
    "keys_file",
    type=options.path_type,
    metavar="FILE",
    help="Public keys as seal vault key export prints them; else the service is asked.",
)
@click.option("--service", default="", metavar="HOST", help="The service, if not that of the settings.")
@options.json_output
@registry_flags
def verify(
    target: str,
    rules_files: tuple[Path, ...],
    digests: tuple[str, ...],
    keys_file: Path | None,
    service: str,
    output: str,
    registry: RegistryFlags,
) -> int:
    """Verify that people approved: a proof in a file, or those with the signatures of an image or a file.

    With --rules (or their digest) and --keys the service is not asked for anything. A proof holds only under
    rules that were named: everybody can make one by rules of their own.

    Exits with 0 if some proof holds.
    """
    from sealwright.workflow import proving  # noqa: PLC0415  # not for the help

    known = _exported(keys_file) if keys_file is not None else _asked(service, registry)
    expected = proving.Expected({*digests, *map(_digest_of, rules_files)}, known)
    found = _found(target, expected, registry)
    if output == "json":
        tables.print_json([_record(one) for one in found])
    else:
        for one in found:
            for line in _lines(one):
                click.echo(plain(line))
        if not found:
            click.echo("no signatures")
    return exit_codes.ACCEPTED if any(one.holds for one in found) else exit_codes.REFUSED


COMMANDS = (proof, verify)


def _attached(image: str, content: bytes) -> str:
    from sealwright.workflow import proving  # noqa: PLC0415  # not for the help

    flags = RegistryFlags(
        username=None,
        password=None,
        insecure_registry=False,
        plain_http=False,
        ca_file=None,
        client_cert=None,
        client_key=None,
        timeout=None,
    )
    with context_for(flags, [image]) as context:
        return proving.attach(context, image, content)


def _found(target: str, expected: "Expected", registry: RegistryFlags) -> "list[Proven]":
    """What comes of the proofs that a target means."""
    from sealwright.workflow import proving  # noqa: PLC0415  # not for the help

    path = Path(target)
    if path.is_file():
        if path.name.endswith(".sig"):
            return [proving.of_file(path, expected)]
        return [proving.proven(target, files.read(path, limits.APPROVAL_PROOF_BYTES), expected)]
    with context_for(registry, [target]) as context:
        return list(proving.of_image(context, target, expected))


def _digest_of(file: Path) -> str:
    from sealwright.approval import rules  # noqa: PLC0415  # not for the help

    return str(rules.parse(files.read(file, limits.APPROVAL_RULES_BYTES), str(file)).digest)


def _exported(file: Path) -> Callable[[str, str], str]:
    """Public keys from a file."""
    from sealwright.formats.kms import exported  # noqa: PLC0415  # not for the help

    read = exported.parse(files.read(file, limits.KMS_EXPORT_BYTES), str(file))
    keys = {(key.id, version.id): version.public_key for key in read.keys for version in key.versions}
    return lambda key, version: keys.get((key, version), "")


def _asked(service: str, registry: RegistryFlags) -> Callable[[str, str], str]:
    """Public keys that the service is asked for."""

    def public_key(key: str, version: str) -> str:
        from sealwright.cli.vault.naming import service_at  # noqa: PLC0415  # not for the help

        with service_at(service, registry) as client:
            return client.version(key, version).public_key

    return public_key


def _record(one: "Proven") -> dict[str, object]:
    import msgspec  # noqa: PLC0415  # not for the help

    return {"holds": one.holds, **msgspec.to_builtins(one)}


def _lines(one: "Proven") -> list[str]:
    head = f"{'✓' if one.holds else '✗'} {one.location}"
    if one.problem:
        head = f"{head}: {one.problem} [{one.reason}]"
    if not one.request:
        return [head]
    at = datetime.fromtimestamp(one.spent_at, UTC)
    return [
        head,
        f"  approved by  {', '.join(one.people)}: {one.standing or 'as far as the proof is sound'}",
        f"  request      {one.request}, to {one.operation} {one.key}, used {at:%Y-%m-%d %H:%M:%S} UTC",
        f"  rules        {one.rules}",
    ]
