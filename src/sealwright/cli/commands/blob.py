"""`seal blob`: files signed and verified, with signatures in files beside them."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import click
import msgspec

from sealwright.cli import exit_codes, here, inspect_text, options, outcome_text, outcomes, tables
from sealwright.cli.approving import Waiting
from sealwright.cli.blob_policy import policy
from sealwright.cli.durations import DURATION
from sealwright.cli.examples import Group
from sealwright.cli.messages import tell
from sealwright.cli.outcome_text import OutcomeText
from sealwright.cli.output import OutputFlags, deliver, output_flags
from sealwright.cli.plain import plain
from sealwright.cli.progress import Bar
from sealwright.cli.revocation_source import RevocationFlags, revocation_flags
from sealwright.cli.signing import PluginKey, opened_key, plugin_key_flags
from sealwright.cli.stamping import TimestampFlags, timestamp_flags
from sealwright.errors import UsageError
from sealwright.homes.environment import Environment
from sealwright.homes.notation import settings
from sealwright.interfaces import EnvelopeMaker, Sealer
from sealwright.media_types import NOTARY_ENVELOPES
from sealwright.workflow import blob_files, blobs, policies
from sealwright.workflow.opening import Reach, bind
from sealwright.workflow.outcome import Outcome
from sealwright.workflow.sign import Wish

__all__ = ["command"]

_signature_format = click.option(
    "--signature-format",
    type=click.Choice(list(NOTARY_ENVELOPES)),
    help="The envelope, where the name of the signature's file does not tell.",
)


@click.group(
    "blob",
    cls=Group,
    examples=(
        "seal blob sign net-monitor.tar",
        "seal blob sign --key build --expiry 90d -m build=42 net-monitor.tar",
        "seal blob verify --signature net-monitor.tar.jws.sig net-monitor.tar",
        "seal blob verify --policy-name releases --signature net-monitor.tar.jws.sig - < net-monitor.tar",
        "seal blob inspect net-monitor.tar.jws.sig",
        "seal blob policy init --global --trust-store ca:acme",
    ),
)
def command() -> None:
    """Sign and verify files. A signature of FILE is kept in FILE.jws.sig or FILE.cose.sig."""


command.add_command(policy)


@command.command("sign")
@click.argument("names", nargs=-1, required=True, metavar="FILE...")
@click.option("-k", "--key", default="", help="Name of the key; the default key if not given.")
@click.option(
    "--signature-format", type=click.Choice(list(NOTARY_ENVELOPES)), help="The envelope; jws by default."
)
@click.option("-e", "--expiry", type=DURATION, help="For how long the signature is good, such as 90d.")
@options.user_metadata("What the signature says of the file")
@click.option(
    "--media-type", default=blobs.MEDIA_TYPE, show_default=True, help="What the signature says that it is."
)
@click.option(
    "--signature-directory", type=options.path_type, metavar="FOLDER", help="Where to write, if not beside."
)
@click.option("--force", is_flag=True, help="Replace a signature that is there.")
@timestamp_flags
@plugin_key_flags
@options.passphrase_file
@options.json_output
def sign(
    names: tuple[str, ...],
    key: str,
    signature_format: str | None,
    expiry: timedelta | None,
    user_metadata: Mapping[str, str],
    media_type: str,
    signature_directory: Path | None,
    passphrase_file: Path | None,
    output: str,
    *,
    timestamp: TimestampFlags,
    force: bool,
    plugin_key: PluginKey,
) -> None:
    """Sign files, each into a file beside it."""
    signer = opened_key(key, passphrase_file, plugin_key)
    if isinstance(signer, Sealer | EnvelopeMaker):
        named = key or plugin_key.key_id or "that is the default"
        raise UsageError("signing.not-for-files", key=named)
    envelope = signature_format or settings.read(here.notation_folder()).signature_format or "jws"
    wish = Wish(NOTARY_ENVELOPES[envelope], expiry, user_metadata, timestamp=timestamp.stamping(signer))
    done: list[dict[str, object]] = []
    with Waiting() as waiting, bind(Reach(), Environment.current(), here.now, waiting) as context:
        for name in names:
            path = blob_files.signature_path(name, wish.envelope, signature_directory)
            if not force:
                blobs.require_free(path)
            signed = blobs.sign_blob(context, name, signer, wish, media_type, path=path, replace=force)
            made = blobs.keep(signed, path, replace=force, folder=context.pending)
            done.append({"file": name, "descriptor": made.descriptor, "signature": made.location})
            if output == "text":
                click.echo(plain(f"signed {name}@{made.descriptor.digest}, signature {path}"))
    if output == "json":
        tables.print_json(done)


@command.command("verify")
@click.argument("name", metavar="FILE")
@click.option(
    "-s",
    "--signature",
    "signatures",
    type=options.path_type,
    multiple=True,
    required=True,
    metavar="SIGNATURE",
    help="Its signature; may be repeated, and one that counts is enough.",
)
@_signature_format
@click.option("--policy-name", default="", metavar="NAME", help="The statement; else the global one.")
@click.option("--policy-file", type=options.path_type, metavar="POLICY", help="Decide by this one instead.")
@options.user_metadata("What the signature must say of the file")
@options.plugin_config
@click.option("--media-type", default="", help="What the signature must say that the file is.")
@click.option("--thorough", is_flag=True, help="Judge every signature, also when one counts already.")
@revocation_flags
@output_flags(*outcomes.FORMATS)
def verify(
    name: str,
    signatures: tuple[Path, ...],
    signature_format: str | None,
    policy_name: str,
    policy_file: Path | None,
    user_metadata: Mapping[str, str],
    media_type: str,
    output: OutputFlags,
    *,
    plugin_config: Mapping[str, str],
    revocation: RevocationFlags,
    thorough: bool,
) -> int:
    """Verify FILE by signatures in files, under the trust policy for files. "-" is standard input.

    Exits with 0 only if it is accepted: some signature is good, and the policy trusts its signer.
    """
    envelope = NOTARY_ENVELOPES[signature_format] if signature_format else ""
    stored = [blob_files.read_signature(path, envelope) for path in signatures]
    found = policies.for_blobs(Environment.current(), policy_name, policy_file, user_metadata)
    chosen = msgspec.structs.replace(found, plugin_config=plugin_config)
    reach = Reach(revocation=revocation.source)
    with bind(reach, Environment.current(), here.now, tell) as context:
        verdict = blobs.verify_blob(context, name, stored, chosen, media_type=media_type, thorough=thorough)
    bar = Bar(outcome_text.WORDS, quiet=True)
    deliver([Outcome(name, verdict)], OutcomeText(bar, single=True), output)
    return exit_codes.of_verdict(verdict)


@command.command("inspect")
@click.argument("path", type=options.path_type, metavar="SIGNATURE")
@_signature_format
@options.json_output
def inspect(path: Path, signature_format: str | None, output: str) -> None:
    """Show what a signature of a file says of itself. Nothing is verified."""
    envelope = NOTARY_ENVELOPES[signature_format] if signature_format else ""
    summary = blobs.inspect_signature(blob_files.read_signature(path, envelope))
    if output == "json":
        tables.print_json({"location": str(path), "summary": summary})
        return
    location, below = inspect_text.tree(str(path), summary)
    click.echo(plain(location))
    for line in inspect_text.draw(below):
        click.echo(line)
