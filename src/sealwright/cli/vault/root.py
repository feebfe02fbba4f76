"""`seal vault root`: the root key of the service, on the machine where it runs."""

from typing import TYPE_CHECKING, Any

import click

from sealwright.cli import options
from sealwright.cli.admin.opening import actor, with_settings
from sealwright.cli.examples import Group
from sealwright.cli.vault.shown import show, show_done
from sealwright.errors import CallerError, SealwrightError

if TYPE_CHECKING:
    from sealwright.service.configuration import Configuration
    from sealwright.service.storage import Database, Transaction

__all__ = ["command"]


@click.group(
    "root",
    cls=Group,
    examples=("seal vault root status", "seal vault root change --config /etc/sealwright/serve.toml"),
)
def command() -> None:
    """Look after the root key under which vaults are kept, on the machine of the service."""


@command.command("status", examples=("seal vault root status", "seal vault root status --output json"))
@with_settings
@options.json_output
def status(settings: "Configuration", output: str) -> None:
    """Show what the root key is, and whether it opens the vaults."""
    from sealwright.service.sealing.roots import master  # noqa: PLC0415  # not for the help
    from sealwright.service.sealing.roots.opening import roots_of  # noqa: PLC0415  # the same

    root, former = roots_of(settings)
    problem: SealwrightError | None = None
    with _database(settings) as database:
        wrapped = master.found(database)
        try:
            if wrapped is not None and root is not None:
                master.opened(database, root, None, _noted, make=False)
        except SealwrightError as error:
            problem = error
    members: dict[str, Any] = {
        "kind": root.kind if root is not None else None,
        "made": wrapped is not None,
        "opens": wrapped is not None and root is not None and problem is None,
        "changing": former is not None,
    }
    rows = (
        ("kind", str(members["kind"] or "none")),
        ("made", "yes" if members["made"] else "no: at the first use of a vault"),
        ("opens the vaults", "yes" if members["opens"] else "no"),
        ("changing", "yes: seal vault root change" if former is not None else ""),
    )
    show(output, members, rows)
    if problem is not None:
        raise problem


@command.command("change", examples=("seal vault root change --config /etc/sealwright/serve.toml",))
@with_settings
@options.json_output
def change(settings: "Configuration", output: str) -> None:
    """Keep the vaults under the root key of the settings, instead of the former one.

    The settings name the new root key, and the old one as former_root and so on. The same is done by every
    start of the service; afterwards the old one is needed no more.
    """
    from sealwright.service.sealing.roots import master  # noqa: PLC0415  # not for the help
    from sealwright.service.sealing.roots.opening import roots_of  # noqa: PLC0415  # the same

    root, former = roots_of(settings)
    if root is None:
        raise CallerError("vault.no-root")
    with _database(settings) as database:
        before = master.found(database)
        master.opened(database, root, former, _noted)
        after = master.found(database)
    changed = before is not None and before != after
    words = "is the root key from now on" if changed or before is None else "was the root key already"
    show_done(output, {"kind": root.kind, "changed": changed}, f"{root.kind}: {words}")


def _noted(transaction: "Transaction", action: str, kind: str) -> None:
    """Put into the audit log what is done to the root key."""
    from sealwright.service import audit  # noqa: PLC0415  # not for the help

    audit.record(transaction, actor(), action, kind=kind)


def _database(settings: "Configuration") -> "Any":
    """The database of the service, for one `with` block."""
    from contextlib import closing  # noqa: PLC0415  # not for the help

    from sealwright.service.storage import open_database  # noqa: PLC0415  # the same

    database: Database = open_database(settings.storage)
    database.migrate()
    return closing(database)
