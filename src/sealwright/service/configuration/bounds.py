"""`[limits]`: what one client may take of the service."""

from typing import Annotated

import msgspec

from sealwright import limits
from sealwright.service.configuration.kinds import Positive

__all__ = ["Limits"]

Rate = Annotated[float, msgspec.Meta(ge=0)]
Patience = Annotated[float, msgspec.Meta(gt=0, le=3600)]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one client may take of the service. Every bound has a default.

    Attributes:
        connections: most open connections; more are answered 503 and closed.
        connections_per_address: most open connections from one address, trusted proxies excepted; more are
            answered 429 and closed.
        requests_per_second_per_address: requests a second from one address, on average; more are answered
            429. 0: any number.
        requests_per_second_per_account: requests a second of one account, on average; more are answered 429.
            0: any number.
        burst_seconds: for how many seconds' worth of requests a client may save up.
        body_bytes: most bytes of the body of one request; more are answered 413.
        body_seconds: how long a client may be silent in the middle of a request.
    """

    connections: Positive = limits.SERVICE_CONNECTIONS
    connections_per_address: Positive = limits.SERVICE_CONNECTIONS_PER_ADDRESS
    requests_per_second_per_address: Rate = limits.SERVICE_REQUESTS_PER_SECOND
    requests_per_second_per_account: Rate = limits.SERVICE_REQUESTS_PER_SECOND
    burst_seconds: Patience = limits.SERVICE_BURST_SECONDS
    body_bytes: Positive = limits.BLOB_BYTES
    body_seconds: Patience = limits.BODY_PIECE_SECONDS
