"""`seal pki tsa`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sealwright import limits
from sealwright.cli import here
from sealwright.cli.examples import Command
from sealwright.cli.pki import serving
from sealwright.cli.pki.place import place, stamp

if TYPE_CHECKING:
    from sealwright.service.authority.office import Office

__all__ = ["command"]

ANY_POLICY = "2.5.29.32.0"


@click.command(
    "tsa",
    cls=Command,
    examples=(
        "seal pki tsa",
        "seal pki tsa --request request.tsq --out reply.tsr",
        "seal pki tsa --listen 127.0.0.1:3161",
    ),
)
@serving.flags
@click.option(
    "--policy", default=ANY_POLICY, show_default=True, help="Policy of the timestamps, in dotted numbers."
)
@click.option(
    "--accuracy-ms",
    type=click.IntRange(1, limits.TIMESTAMP_ACCURACY_MILLIS),
    default=1000,
    show_default=True,
    help="How far the clock may be off.",
)
@serving.days(365)
@place
def command(
    request: Path | None,
    out: Path | None,
    listen: str | None,
    policy: str,
    accuracy_ms: int,
    days: int,
    folder: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Stamp the time (RFC 3161), with a certificate made for that and nothing else.

    Without a request it only makes that certificate, or renews it where it is time. Verifiers trust the root
    of the PKI for it: seal cert add --type tsa --store NAME root.pem.
    """
    from sealwright.workflow.authority.cas import opened  # noqa: PLC0415  # not for the help
    from sealwright.workflow.authority.stamping import (  # noqa: PLC0415  # not for the help
        Believed,
        Timestamper,
        require_policy,
    )

    require_policy(policy)
    folder = folder or here.pki_folder()
    passphrases = here.passphrases(passphrase_file)
    if listen is not None:

        def office() -> "Office":
            from sealwright.service.authority.office import Office  # noqa: PLC0415  # an extra
            from sealwright.service.configuration.authority import Authority  # noqa: PLC0415  # the same

            settings = Authority(
                "ca", str(folder), publish=("tsa",), tsa_policy=policy, tsa_accuracy_ms=accuracy_ms
            )
            return Office(settings, passphrases)

        serving.listen(listen, "tsa", office)
        return
    content = serving.asked(request, limits.TIMESTAMP_REQUEST_BYTES) if request is not None else b""
    ledger = opened(folder, here.now())
    timestamper = Timestamper(ledger, passphrases, Believed(), policy, accuracy_ms, days)
    if request is not None:
        serving.answer(timestamper.answer(content).content, out)
        return
    delegate = timestamper.delegate
    subject = delegate.signer.certificate.subject_text
    click.echo(f"{subject}: {'made' if delegate.made else 'good'}, until {stamp(delegate.until)}")
