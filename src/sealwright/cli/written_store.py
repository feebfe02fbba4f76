"""The flags that say to which signature store GPG signatures are written."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from sealwright.cli import options
from sealwright.cli.flag_group import flag_group
from sealwright.homes.environment import Environment

if TYPE_CHECKING:
    from sealwright.workflow.seal import Beside

__all__ = ["StoreFlags", "store_flags"]


class StoreFlags(msgspec.Struct, frozen=True):
    """The values of the flags that `store_flags` adds."""

    signature_store: Path | None = None
    older_layout: bool = False

    @property
    def given(self) -> bool:
        """Whether one of them was."""
        return self.signature_store is not None or self.older_layout

    def beside(self) -> "Beside | None":
        """What gives the store; None: where clients would look for signatures."""
        if not self.given:
            return None
        from sealwright.workflow.written_stores import written_store  # noqa: PLC0415  # seldom asked

        base = "" if self.signature_store is None else self.signature_store.absolute().as_uri()
        environment = Environment.current()
        return lambda reference: written_store(environment, reference, base, older=self.older_layout)


store_flags = flag_group(
    "store",
    StoreFlags,
    click.option(
        "--signature-store",
        type=options.path_type,
        metavar="DIR",
        help="Write GPG signatures into this folder, whatever registry and registries.d say.",
    ),
    click.option(
        "--older-layout", is_flag=True, help="Write the layout that atomic before 1.17 reads, into a folder."
    ),
)
"""Add the flags to a command, which gets their values together as `store`."""
