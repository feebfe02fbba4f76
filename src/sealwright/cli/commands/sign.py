"""`seal sign`."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import chain
from pathlib import Path

import click

from sealwright.cli import here, options, tables
from sealwright.cli.approving import ApprovalFlags, Waiting, approval_flags, resumed
from sealwright.cli.durations import DURATION
from sealwright.cli.examples import Command
from sealwright.cli.plain import plain
from sealwright.cli.reaching import RegistryFlags, context_for, registry_flags
from sealwright.cli.signing import PluginKey, identity_flag, opened_key, plugin_key_flags, reported
from sealwright.cli.signing_by_vault import KmsFlags, kms_flags, require_plain, signed, wish_of
from sealwright.cli.stamping import TimestampFlags, timestamp_flags
from sealwright.cli.written_store import StoreFlags, store_flags
from sealwright.errors import UsageError
from sealwright.homes.notation import settings
from sealwright.interfaces import Sealer
from sealwright.media_types import NOTARY_ENVELOPES
from sealwright.workflow import sign as workflow
from sealwright.workflow.blobs import SignedBlob
from sealwright.workflow.make import Key, make
from sealwright.workflow.sign import Signed

__all__ = ["command"]


@click.command(
    "sign",
    cls=Command,
    examples=(
        "seal sign registry.example/net-monitor@sha256:9bba…",
        "seal sign --key build --signature-format cose --expiry 90d registry.example/net-monitor:v1",
        "seal sign -m build=42 -m commit=1f0c registry.example/net-monitor:v1",
        "seal sign --recursive registry.example/multi-platform:v1",
        "seal sign --timestamp-url http://tsa.example --timestamp-root-cert tsa.pem registry.example/app:v1",
        "seal sign --key gpg:joe@example.com registry.example/net-monitor:v1",
        "seal sign --plugin azure-kv --id KEY registry.example/net-monitor:v1",
        "seal sign --legacy oci:./net-monitor:v1",
        "seal sign --key vault:production/release --format kms registry.example/namespace/net-monitor:v1",
        "seal sign --resume REQUEST",
    ),
)
@click.argument("images", nargs=-1, metavar="IMAGE...")
@click.option("-k", "--key", default="", help="Name of the key; the default key if not given.")
@click.option(
    "--signature-format", type=click.Choice(list(NOTARY_ENVELOPES)), help="The envelope; jws by default."
)
@click.option("-e", "--expiry", type=DURATION, help="For how long the signature is good, such as 90d.")
@options.user_metadata("What the signature says of the image")
@click.option("--recursive", is_flag=True, help="Sign an index and every manifest in it.")
@click.option("--legacy", is_flag=True, help="Write the form of manifest that notation 1.3 sees in layouts.")
@click.option("--force-referrers-tag", is_flag=True, help="Write the fallback tag in any case.")
@kms_flags
@approval_flags
@identity_flag
@store_flags
@timestamp_flags
@plugin_key_flags
@options.passphrase_file
@options.json_output
@registry_flags
def command(
    images: tuple[str, ...],
    key: str,
    signature_format: str | None,
    expiry: timedelta | None,
    user_metadata: Mapping[str, str],
    sign_identity: str,
    store: StoreFlags,
    passphrase_file: Path | None,
    output: str,
    registry: RegistryFlags,
    *,
    kms: KmsFlags,
    approval: ApprovalFlags,
    timestamp: TimestampFlags,
    plugin_key: PluginKey,
    recursive: bool,
    legacy: bool,
    force_referrers_tag: bool,
) -> None:
    """Sign images.

    An image is REGISTRY/REPOSITORY:TAG or @DIGEST, or oci:FOLDER:TAG for a layout. A key gpg:ID, by its
    fingerprint, key id or mail address, makes GPG simple signatures, of an index with everything in it.
    Where people have to approve a signature, the command waits for them, and can be gone on with by --resume.
    """
    if approval.resume:
        if images:
            raise UsageError("signing.resume-with-images")
        _finished(resumed(approval, registry, passphrase_file), output)
        return
    if not images:
        raise click.UsageError("missing argument 'IMAGE...'")
    if kms.format == "kms":
        require_plain(
            signature_format=bool(signature_format),
            expiry=expiry is not None,
            legacy=legacy,
            signature_store=store.given,
            timestamp_url=bool(timestamp.timestamp_url),
            plugin=bool(plugin_key.plugin or plugin_key.key_id),
        )
        waits = not approval.no_wait
        wished = wish_of(kms, user_metadata, sign_identity, recursive=recursive, waits=waits)
        with Waiting() as waiting, context_for(registry, images, events=waiting) as context:
            _told(signed(context, images, key, passphrase_file, wished), output)
        return
    if kms.description or kms.metadata:
        raise click.UsageError("--description and --metadata go with --format kms")
    signer = opened_key(key, passphrase_file, plugin_key)
    _require_fitting(signer, signature_format, sign_identity, store)
    envelope = signature_format or settings.read(here.notation_folder()).signature_format or "jws"
    wish = workflow.Wish(
        envelope=NOTARY_ENVELOPES[envelope],
        expires_in=expiry,
        user_metadata=user_metadata,
        form="legacy" if legacy else "artifact",
        recursive=recursive,
        timestamp=timestamp.stamping(signer),
        waits=not approval.no_wait,
    )
    with (
        Waiting() as waiting,
        context_for(registry, images, events=waiting, force_referrers_tag=force_referrers_tag) as context,
    ):
        made = (make(context, one, signer, wish, sign_identity, store.beside()) for one in images)
        _told(chain.from_iterable(made), output)


def _told(made: Iterable[Signed], output: str) -> None:
    """Make signatures, and tell of each as soon as it is kept."""
    done: list[Signed] = []
    for one in made:
        done.append(one)
        if output == "text":
            click.echo(reported(one))
    if output == "json":
        tables.print_json([_record(one) for one in done])


def _require_fitting(key: Key, signature_format: str | None, sign_identity: str, store: StoreFlags) -> None:
    """Refuse flags that are about signatures of another kind than the key makes."""
    if isinstance(key, Sealer):
        if signature_format:
            raise UsageError("signing.not-for-simple", wish="--signature-format")
    elif sign_identity or store.given:
        flag = "--sign-identity" if sign_identity else "--signature-store"
        raise UsageError("signing.only-for-simple", flag=flag)


def _record(signed: Signed) -> dict[str, object]:
    made: dict[str, object] = {"subject": options.described(signed.subject), "signature": signed.location}
    return {**made, "approval": signed.proof} if signed.proof else made


def _finished(signed: Signed | SignedBlob, output: str) -> None:
    """Tell of a signature that was gone on with."""
    if isinstance(signed, Signed):
        line, record = reported(signed), _record(signed)
    else:
        line = plain(f"signed {signed.descriptor.digest}, signature {signed.location}")
        record = {"descriptor": signed.descriptor, "signature": signed.location}
    if output == "json":
        tables.print_json([record])
    else:
        click.echo(line)
