"""Failed logins, counted for each account and address, and for each address."""

from collections import OrderedDict, deque

from sealwright import limits
from sealwright.errors import AccessDeniedError

__all__ = ["Throttle"]


class Throttle:
    """Refuses to try more credentials where too many were wrong. For one thread.

    What is counted is the pair of account and address, so that nobody can lock a user out from elsewhere.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str | None, str], deque[float]] = OrderedDict()

    def require(self, name: str | None, address: str, at: float) -> None:
        """Return if one more try is allowed.

        Args:
            name: of the account; None where a token alone must tell.
            address: from where.
            at: the time, in seconds of a clock that only runs forwards.

        Raises:
            AccessDeniedError: `service.logins-failed`.
        """
        for key, most in _counted(name, address):
            failures = self._failures.get(key)
            if failures is None:
                continue
            while failures and failures[0] <= at - limits.LOGIN_FAILURE_SECONDS:
                failures.popleft()
            if len(failures) >= most:
                wait = failures[0] + limits.LOGIN_FAILURE_SECONDS - at
                raise AccessDeniedError("service.logins-failed", seconds=int(wait) + 1)

    def failed(self, name: str | None, address: str, at: float) -> None:
        """Count a failure; as for `require`."""
        for key, most in _counted(name, address):
            self._failures.setdefault(key, deque(maxlen=most)).append(at)
            self._failures.move_to_end(key)
        while len(self._failures) > limits.LOGIN_FAILURES_KEPT:
            self._failures.popitem(last=False)


def _counted(name: str | None, address: str) -> tuple[tuple[tuple[str | None, str], int], ...]:
    whole = ((None, address), limits.LOGIN_FAILURES_PER_ADDRESS)
    return (whole,) if name is None else (((name, address), limits.LOGIN_FAILURES), whole)
