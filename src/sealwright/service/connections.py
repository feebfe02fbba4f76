"""How many connections there may be, in all and from one address. Only for the event loop's thread."""

from collections import Counter

from sealwright import limits
from sealwright.service.web.client_address import Proxies, key

__all__ = ["Connections"]

_ALL = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_ONE = b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Connections:
    """The open connections.

    Args:
        most: in all.
        most_of_one: from one address; trusted proxies bring those of many.
        proxies: who is one.

    Attributes:
        open: how many there are.
        refused: how many were refused so far.
    """

    def __init__(
        self,
        most: int = limits.SERVICE_CONNECTIONS,
        most_of_one: int = limits.SERVICE_CONNECTIONS_PER_ADDRESS,
        proxies: Proxies | None = None,
    ) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._proxies = proxies or Proxies()
        self._of: Counter[str] = Counter()
        self.open = 0
        self.refused = 0

    def enter(self, address: str) -> bytes | None:
        """Count a new connection; what to answer if there are too many, and then it does not count."""
        whose = key(address)
        refusal = None
        if self.open >= self._most:
            refusal = _ALL
        elif self._of[whose] >= self._most_of_one and not self._proxies.trusts(address):
            refusal = _ONE
        if refusal is not None:
            self.refused += 1
            return refusal
        self.open += 1
        self._of[whose] += 1
        return None

    def leave(self, address: str) -> None:
        """Forget a connection that was counted."""
        whose = key(address)
        self.open -= 1
        self._of[whose] -= 1
        if self._of[whose] <= 0:
            del self._of[whose]
