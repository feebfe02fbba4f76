"""The approvals of the service as commands get them, and one request with all that is needed to judge it."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
import msgspec

from sealwright.cli.vault.naming import with_service
from sealwright.errors import CheckFailedError, UsageError

if TYPE_CHECKING:
    from sealwright.approval.records import Rules
    from sealwright.approval.requests import Request
    from sealwright.service_client.approval_answers import Approval
    from sealwright.service_client.approvals import ApprovalClient

__all__ = ["Judged", "judged", "with_approvals", "with_request"]

Command = Callable[..., Any]


class Judged(msgspec.Struct, frozen=True):
    """A request that was looked at: what the service says, what was read from its bytes, and the rules.

    `rules` is None if the key has other rules by now; then nobody can approve it any more.
    """

    approval: "Approval"
    request: "Request"
    rules: "Rules | None"


def with_approvals(function: Command) -> Command:
    """`--service HOST`; the function gets `approvals`."""

    @with_service
    @functools.wraps(function)
    def run(client: Any, **kwargs: Any) -> Any:
        from sealwright.service_client.approvals import ApprovalClient  # noqa: PLC0415  # not for the help

        return function(approvals=ApprovalClient(client.ask, client.address), **kwargs)

    return run


def with_request(function: Command) -> Command:
    """`REQUEST`, and `--service HOST`; the function gets `approvals` and the identifier as `request`."""
    return click.argument("request", metavar="REQUEST")(with_approvals(function))


def judged(approvals: "ApprovalClient", identifier: str) -> Judged:
    """A request, with every digest and signature of it looked at.

    Args:
        approvals: of the service.
        identifier: of the request.

    Raises:
        UsageError: `approval.not-sound`: what the service tells does not belong together.
        SealwrightError: as the client raises.
    """
    approval = approvals.approval(identifier)
    request = approval.read()
    rules = approvals.approvers(request.order.key).pinned
    if rules is None or rules.digest != request.rules_digest:
        return Judged(approval, request, None)
    try:
        approval.require_votes(request, rules)
    except CheckFailedError as error:
        raise UsageError("approval.not-sound", request=identifier, problem=str(error)) from None
    return Judged(approval, request, rules)
