"""All PKIs that the settings name, opened together and watched."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from sealwright.errors import CallerError, UsageError
from sealwright.service.authority.office import Office
from sealwright.service.configuration.authority import Authority
from sealwright.service.web.metrics import Metrics
from sealwright.workflow.authority import cas

__all__ = ["check", "opened", "watch"]


def opened(tables: Sequence[Authority], held: contextlib.ExitStack) -> tuple[Office, ...]:
    """The PKIs of the settings.

    Args:
        tables: of the settings.
        held: closes them at the end.

    Raises:
        CallerError: `service.setting-invalid`: two have one name; or a key cannot be used.
        EnvironmentalError: a file cannot be used.
    """
    check(tables)
    offices = []
    for table in tables:
        office = Office(table)
        held.callback(office.close)
        offices.append(office)
    return tuple(offices)


def check(tables: Sequence[Authority]) -> None:
    """Return if each has a name of its own, and a folder with a CA.

    Raises:
        CallerError: `service.setting-invalid`, `pki.no-such-name`, or a file there cannot be used.
        EnvironmentalError: a file cannot be read.
    """
    names = [table.name for table in tables]
    for table in tables:
        if names.count(table.name) > 1:
            problem = f"the name {table.name} stands twice"
            raise CallerError("service.setting-invalid", setting="authority", problem=problem)
        if not cas.found(Path(table.folder)):
            raise UsageError("pki.no-such-name", name=cas.ROOT, folder=table.folder)


def watch(offices: Sequence[Office], metrics: Metrics) -> None:
    """Show what they give out, and how long that still holds."""
    if not offices:
        return
    for name, what, value in (
        ("ocsp_answers", "OCSP answers given so far", lambda: sum(one.counts.answers for one in offices)),
        ("timestamps", "Timestamps given so far", lambda: sum(one.counts.timestamps for one in offices)),
        (
            "authority_refusals",
            "Requests for OCSP or timestamps refused so far",
            lambda: sum(one.counts.refused for one in offices),
        ),
        (
            "revocation_list_seconds_left",
            "Until the first revocation list ends",
            lambda: min(one.seconds_left(of_lists=True) for one in offices),
        ),
        (
            "authority_certificate_seconds_left",
            "Until the first certificate of a responder or timestamp authority ends",
            lambda: min(one.seconds_left(of_lists=False) for one in offices),
        ),
    ):
        metrics.watch(name, what, value)
