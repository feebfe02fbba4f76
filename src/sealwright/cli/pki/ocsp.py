"""`seal pki ocsp`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sealwright import limits
from sealwright.cli import here
from sealwright.cli.examples import Command
from sealwright.cli.pki import serving
from sealwright.cli.pki.place import place, stamp
from sealwright.cli.plain import plain

if TYPE_CHECKING:
    from sealwright.service.authority.office import Office

__all__ = ["command"]

MINUTES = 60


@click.command(
    "ocsp",
    cls=Command,
    examples=(
        "seal pki ocsp",
        "seal pki ocsp --request request.der --out response.der",
        "seal pki ocsp --listen 127.0.0.1:8889",
    ),
)
@serving.flags
@click.option(
    "--minutes",
    type=click.IntRange(1, 60 * 24 * 30),
    default=MINUTES,
    show_default=True,
    help="How long an answer holds.",
)
@serving.days(30)
@place
def command(
    request: Path | None,
    out: Path | None,
    listen: str | None,
    minutes: int,
    days: int,
    folder: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Answer OCSP in the name of the CAs, with short-lived certificates made for that.

    Without a request it only makes these certificates, or renews them where it is time; the key of the CA is
    needed for nothing else.
    """
    from sealwright.workflow.authority.cas import opened  # noqa: PLC0415  # not for the help
    from sealwright.workflow.authority.responding import Responder  # noqa: PLC0415  # not for the help

    folder = folder or here.pki_folder()
    passphrases = here.passphrases(passphrase_file)
    if listen is not None:

        def office() -> "Office":
            from sealwright.service.authority.office import Office  # noqa: PLC0415  # an extra
            from sealwright.service.configuration.authority import Authority  # noqa: PLC0415  # the same

            settings = Authority("ca", str(folder), publish=("ocsp",), ocsp_minutes=minutes)
            return Office(settings, passphrases)

        serving.listen(listen, "ocsp", office)
        return
    content = serving.asked(request, limits.OCSP_REQUEST_BYTES) if request is not None else b""
    at = here.now()
    responder = Responder(opened(folder, at), passphrases, at, minutes, days)
    if request is not None:
        serving.answer(responder.answer(content, at).content, out)
        return
    for delegate in responder.delegates.values():
        subject = delegate.signer.certificate.subject_text
        click.echo(f"{subject}: {'made' if delegate.made else 'good'}, until {stamp(delegate.until)}")
    for stem, problem in responder.problems.items():
        if not responder.delegates:
            raise problem
        click.echo(f"{stem}: nobody answers for it: {plain(str(problem))}", err=True)
