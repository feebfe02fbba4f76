"""What is done with a key once people have approved it, where its rules want that."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click
import msgspec

from sealwright.cli.flag_group import flag_group
from sealwright.cli.messages import tell

if TYPE_CHECKING:
    from sealwright.approval.records import Operation
    from sealwright.interfaces import Asking
    from sealwright.service_client.vault_answers import Key
    from sealwright.service_client.vaults import VaultClient

__all__ = ["ApprovalFlags", "approval_flags", "done"]

T = TypeVar("T")


class ApprovalFlags(msgspec.Struct, frozen=True):
    """The values of the flags that `approval_flags` adds."""

    request: str
    no_wait: bool

    def asking(self, note: str) -> "Asking":
        """How people are asked.

        Args:
            note: what they are told of it.
        """
        from sealwright.interfaces import Asking  # noqa: PLC0415  # not for the help

        return Asking(note=note, request=self.request, events=tell, waits=not self.no_wait)


approval_flags = flag_group(
    "approval",
    ApprovalFlags,
    click.option(
        "--approval",
        "request",
        default="",
        metavar="REQUEST",
        help="The request for approval to go on with; without it, one for the very same is found again.",
    ),
    click.option("--no-wait", is_flag=True, help="Ask people to approve, and end without waiting for them."),
)
"""Add the flags to a command, which gets their values together as `approval`."""


def done(
    client: "VaultClient",
    key: "Key",
    operation: "Operation",
    message: bytes,
    do: Callable[[str], T],
    flags: ApprovalFlags,
    note: str,
) -> T:
    """Do something with a key, once people have approved it if they have to.

    Args:
        client: of the service.
        key: the key.
        operation: what the rules call it.
        message: what is approved with it.
        do: does it, with the identifier of an approval; with an empty text, without one.
        flags: of the command line.
        note: what people are told of it.

    Raises:
        AccessDeniedError: an `approval.` code: people refused it, were too late, or are still asked.
        SealwrightError: as `do`.
    """
    from sealwright.approval.orders import Order  # noqa: PLC0415  # not for the help
    from sealwright.keys.approvals import done_with_approval  # noqa: PLC0415  # the same
    from sealwright.service_client.approvals import ApprovalClient  # noqa: PLC0415  # the same

    approvals = ApprovalClient(client.ask, client.address)
    order = Order(operation, key.id, message=message, note=note)
    return done_with_approval(approvals, order, key.name, do, flags.asking(note))
