"""A value that is being found out in a thread, for whoever wants it later."""

from collections.abc import Callable
from threading import Thread
from typing import Generic, TypeVar, cast

__all__ = ["Later"]

Result = TypeVar("Result")


class Later(Generic[Result]):
    """The result of some work, which begins at once.

    Nobody has to ask for it: the thread keeps no process from ending.

    Args:
        work: called once.
    """

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self._found: Result | None = None
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._found = self._work()
        except BaseException as error:  # noqa: BLE001  # raised again where the result is wanted
            self._failure = error

    def result(self) -> Result:
        """Wait for it.

        Raises:
            BaseException: what the work raised.
        """
        self._thread.join()
        if self._failure is not None:
            raise self._failure
        return cast("Result", self._found)
