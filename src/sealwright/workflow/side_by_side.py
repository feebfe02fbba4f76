"""The same work on many items at once, in threads.

The caller's thread works too, so that a single item costs no thread at all. After a failure no further item
is begun; what runs already ends first. `concurrent.futures` would do the same and takes longer to load than
most signatures take to verify.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Thread
from typing import TypeVar

from sealwright import limits

__all__ = ["side_by_side"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def side_by_side(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """`work` on every item, at most `limits.SIDE_BY_SIDE` at a time.

    Args:
        work: called from several threads.
        items: what it is called with, once each.

    Returns:
        The results in the order of the items.

    Raises:
        BaseException: what `work` raised; of several, what it raised for the first of those items.
    """
    waiting = deque(enumerate(items))
    results: dict[int, Result] = {}
    failures: dict[int, BaseException] = {}

    def work_on() -> None:
        while True:
            try:
                number, item = waiting.popleft()
            except IndexError:
                return
            try:
                results[number] = work(item)
            except BaseException as error:  # noqa: BLE001  # raised again below, in the caller's thread
                failures[number] = error
                waiting.clear()

    threads = [Thread(target=work_on) for _ in items[1 : limits.SIDE_BY_SIDE]]
    for thread in threads:
        thread.start()
    work_on()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[min(failures)]
    return [results[number] for number in range(len(items))]
