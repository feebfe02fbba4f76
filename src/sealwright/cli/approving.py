"""What the commands that sign share where people have to approve it: the flags, the waiting, going on."""

import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import click
import msgspec

from sealwright.cli import here
from sealwright.cli.flag_group import flag_group
from sealwright.cli.messages import tell
from sealwright.cli.plain import plain
from sealwright.cli.reaching import RegistryFlags, context_for
from sealwright.events import ApprovalAwaited, Event
from sealwright.homes.environment import Environment
from sealwright.homes.pending import PendingFolder
from sealwright.interfaces import ApprovableSigner
from sealwright.workflow import resume
from sealwright.workflow.blobs import SignedBlob
from sealwright.workflow.pending import Image
from sealwright.workflow.sign import Signed

__all__ = ["ApprovalFlags", "Waiting", "approval_flags", "resumed"]


class ApprovalFlags(msgspec.Struct, frozen=True):
    """The values of the flags that `approval_flags` adds."""

    resume: str
    no_wait: bool


approval_flags = flag_group(
    "approval",
    ApprovalFlags,
    click.option(
        "--resume",
        default="",
        metavar="REQUEST",
        help="Go on with the signature that waits for this approval, of an image or a file.",
    ),
    click.option("--no-wait", is_flag=True, help="Ask people to approve, and end without waiting for them."),
)
"""Add the flags to a command, which gets their values together as `approval`."""


class Waiting:
    """An event sink that tells what is waited for; a block that it guards ends with how to go on."""

    def __init__(self) -> None:
        self._request = ""

    def __call__(self, event: Event) -> None:
        """Tell of an event."""
        if isinstance(event, ApprovalAwaited):
            self._request = event.request if event.resumable else ""
        tell(event)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is KeyboardInterrupt and self._request:
            request = plain(self._request)
            print(  # noqa: T201  # the user's terminal
                f"\nthe request stands; go on with: seal sign --resume {request}", file=sys.stderr
            )


def resumed(
    approval: ApprovalFlags, registry: RegistryFlags, passphrase_file: Path | None
) -> Signed | SignedBlob:
    """Finish the signature that waits for an approval.

    Args:
        approval: of the command line.
        registry: the same.
        passphrase_file: the same.

    Raises:
        SealwrightError: as `workflow.resume`.
    """
    environment = Environment.current()
    begun = resume.saved(PendingFolder.of(environment), approval.resume)

    def open_key(uri: str) -> ApprovableSigner:
        from sealwright.keys.vault.opening import open_uncertified  # noqa: PLC0415  # only if it has to sign

        return open_uncertified(uri, here.passphrases(passphrase_file))

    images = [begun.target.address] if isinstance(begun.target, Image) else []
    with Waiting() as waiting, context_for(registry, images, events=waiting) as context:
        return resume.finish(context, begun, open_key, waits=not approval.no_wait)
