"""`[approvals]`: how many requests for approval may stand at a time, and who is told of them.

[approvals]
requests_per_key = 100

[[approvals.webhooks]]
url = "https://chat.acme.example/hooks/approvals"
secret_file = "/run/secrets/approvals-hook"
"""

import re
from typing import Annotated

import msgspec

from sealwright import limits
from sealwright.service.configuration.kinds import Place, Positive

__all__ = ["Approvals", "Webhook"]

_URL = re.compile(
    r"https://[^\s/@\\]+(?:/[\x21-\x7e]*)?|http://(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]+)?(?:/[\x21-\x7e]*)?"
)


class Webhook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[approvals.webhooks]]`: where every step of a request is told.

    Attributes:
        url: takes a POST of JSON, over https unless it is on this machine. Redirects are not followed.
        secret_file: a file whose first line keys the HMAC-SHA256 by which the receiver knows that it is told
            by this service.
    """

    url: str
    secret_file: Place

    def __post_init__(self) -> None:
        """Refuse what would be told in the clear, or by nobody in particular."""
        if _URL.fullmatch(self.url) is None:
            raise ValueError(f"{self.url!r} is not an https URL without a user name")
        if not self.secret_file:
            raise ValueError(f"the webhook {self.url!r} has no secret_file")


class Approvals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Requests for approval, and who is told of them.

    Attributes:
        requests_per_key: most requests of one key that stand at a time.
        requests_per_account: most requests of one account that stand at a time.
        keep_days: for how many days a request that has ended can still be seen.
        webhooks: who is told.
    """

    requests_per_key: Positive = limits.APPROVAL_REQUESTS_PER_KEY
    requests_per_account: Positive = limits.APPROVAL_REQUESTS_PER_ACCOUNT
    keep_days: Annotated[float, msgspec.Meta(gt=0, le=limits.APPROVAL_KEEP_DAYS)] = 90
    webhooks: tuple[Webhook, ...] = ()
