"""`seal pki list`."""

from pathlib import Path

import click

from sealwright.cli import here, options
from sealwright.cli.examples import Command
from sealwright.cli.pki.place import folder_option, stamp
from sealwright.workflow.authority.revoking import Row, rows

__all__ = ["command"]


@click.command("list", cls=Command, examples=("seal pki list", "seal pki list --output json"))
@options.json_output
@folder_option
def command(output: str, folder: Path | None) -> None:
    """List every certificate that was issued, and whether it counts."""
    from sealwright.cli import tables  # noqa: PLC0415  # not for the help

    at = here.now()
    found = rows(folder or here.pki_folder(), at)
    if output == "json":
        listed = [
            {
                "serial": row.issued.serial,
                "name": row.issued.name,
                "role": row.issued.role,
                "subject": row.issued.subject,
                "notAfter": stamp(row.issued.not_after),
                "issuerKey": row.ca,
                "status": row.status(at),
                "reason": row.revocation.reason if row.revocation else None,
                "revokedAt": stamp(row.revocation.at) if row.revocation else None,
            }
            for row in found
        ]
        tables.print_json({"certificates": listed})
        return
    tables.print_table(
        ("SERIAL", "NAME", "ROLE", "SUBJECT", "UNTIL", "STATUS"),
        (
            (
                row.issued.serial,
                row.issued.name,
                row.issued.role,
                row.issued.subject,
                stamp(row.issued.not_after),
                _status(row, row.status(at)),
            )
            for row in found
        ),
    )


def _status(row: Row, status: str) -> str:
    if row.revocation is None:
        return status
    return f"{status} since {stamp(row.revocation.at)} ({row.revocation.reason})"
