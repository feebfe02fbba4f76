"""The same question asked once: who comes while it is being answered waits, who comes later is told."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

__all__ = ["Once"]

Answer = TypeVar("Answer")


class _Flight(Generic[Answer]):
    __slots__ = ("answer", "lock")

    def __init__(self) -> None:
        self.lock = Lock()
        self.answer: Answer | None = None


class Once(Generic[Answer]):
    """Answers by key; the oldest are forgotten. Safe to use from several threads.

    Args:
        most: how many answers are kept.
        lasting: whether an answer is kept; another one is asked for again by whoever comes next.
    """

    def __init__(self, most: int, lasting: Callable[[Answer], bool]) -> None:
        self._most = most
        self._lasting = lasting
        self._lock = Lock()
        self._flights: dict[Hashable, _Flight[Answer]] = {}

    def __call__(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        """The answer to `key`.

        Args:
            key: names the question.
            ask: finds the answer; called in this thread if nobody has.

        Raises:
            Exception: what `ask` raised; nothing is kept then.
        """
        with self._lock:
            flight = self._flights.setdefault(key, _Flight())
            if len(self._flights) > self._most:
                del self._flights[next(iter(self._flights))]
        with flight.lock:
            if flight.answer is not None:
                return flight.answer
            answer = ask()
            if self._lasting(answer):
                flight.answer = answer
            return answer
