"""The same work on a stream of items, side by side, with results in the order of the items.

One thread, that of the caller, decides; it alone knows the state, so nothing is locked:

1. A feeder reads the items, at most `window` of them ahead of the results given out. Reading may wait for a
   pipe or a listing without keeping results back.
2. Each item stands in the lane of its registry. A lane has at most `per_lane` items at work, all lanes
   together `at_once`; whose turn it was goes to the end. So a registry that is slow, or fails, takes no more
   than its share of the threads.
3. Workers are started as they are needed and put what they found into the inbox.
4. Results leave in the order of the items. What is done out of turn waits, within the window.

`interrupt` may be called from a signal handler: it only puts a message into the inbox (a `SimpleQueue`, whose
`put` is reentrant). What is at work is then given up: its threads are daemons, and their results are dropped.
"""

from _queue import SimpleQueue  # what `queue` offers under this name, without the rest of it
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from threading import Event, Semaphore, Thread
from typing import Generic, TypeVar

import msgspec

from sealwright import limits

__all__ = ["Bounds", "Bulk"]

Item = TypeVar("Item")
Result = TypeVar("Result")


class Bounds(msgspec.Struct, frozen=True):
    """How many items are at work, in all and in one lane, and how far reading runs ahead of the results."""

    at_once: int = limits.BULK_AT_ONCE
    per_lane: int = limits.BULK_AT_ONCE_PER_REGISTRY
    window: int = limits.BULK_WINDOW


class _Lane(msgspec.Struct):
    waiting: deque[int]
    running: int = 0


class Bulk(Generic[Item, Result]):
    """One run. Use it once.

    Args:
        work: called once for each item, from several threads.
        lane: names the lane of an item, as a rule its registry.
        bounds: how much is done at once.

    Attributes:
        interrupted: whether `interrupt` ended the run.
        fed: how many items there are, once all were read; None before.
    """

    def __init__(
        self,
        work: Callable[[Item], Result],
        lane: Callable[[Item], str],
        bounds: Bounds = Bounds(),  # noqa: B008  # a constant
    ) -> None:
        self._work = work
        self._lane_of = lane
        self._bounds = bounds
        self._inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._room = Semaphore(bounds.window)
        self._stopped = Event()
        self._threads: list[Thread] = []
        self._lanes: dict[str, _Lane] = {}
        self._items: dict[int, Item] = {}
        self._results: dict[int, Result] = {}
        self._failures: dict[int, BaseException] = {}
        self._numbered = 0
        self._given = 0
        self._running = 0
        self.fed: int | None = None
        self.interrupted = False

    def results(self, items: Iterable[Item]) -> Generator[Result, None, None]:
        """The result of each item, in their order, as soon as it may be given out.

        Args:
            items: read in a thread of its own.

        Raises:
            BaseException: what `work` or the iteration over `items` raised, in its place.
        """
        feeder = Thread(target=self._feed, args=(iter(items),), daemon=True)
        feeder.start()
        try:
            while not self.interrupted and (self.fed is None or self._given < self.fed):
                self._inbox.get()()
                self._assign()
                yield from self._in_turn()
            if self._given in self._failures and not self.interrupted:
                raise self._failures[self._given]  # of the iteration: it has the number after the last
        finally:
            self._stop()

    def interrupt(self) -> None:
        """End the run before its time. Safe to call from a signal handler and from any thread."""
        self._inbox.put(self._interrupt)

    def _interrupt(self) -> None:
        self.interrupted = True

    def _stop(self) -> None:
        self._stopped.set()
        self._room.release()
        for _ in self._threads:
            self._tasks.put(None)

    def _in_turn(self) -> Iterator[Result]:
        while not self.interrupted and self._given in self._results:
            result = self._results.pop(self._given)
            self._given += 1
            self._room.release()
            yield result
        if self._given in self._failures and self._given != self.fed and not self.interrupted:
            raise self._failures[self._given]

    # what the feeder's thread does

    def _feed(self, items: Iterator[Item]) -> None:
        count = 0
        while True:
            self._room.acquire()
            if self._stopped.is_set():
                return
            try:
                item = next(items)
            except StopIteration:
                self._inbox.put(partial(self._end, None))
                return
            except BaseException as error:  # noqa: BLE001  # raised again in the caller's thread
                self._inbox.put(partial(self._end, error))
                return
            self._inbox.put(partial(self._take, item))
            count += 1

    # what a worker's thread does

    def _serve(self) -> None:
        while (task := self._tasks.get()) is not None:
            task()

    def _do(self, number: int, name: str, item: Item) -> None:
        if self._stopped.is_set():
            return
        try:
            message = partial(self._done, number, name, self._work(item))
        except BaseException as error:  # noqa: BLE001  # raised again in the caller's thread
            message = partial(self._failed, number, name, error)
        self._inbox.put(message)

    # messages, handled in the caller's thread

    def _take(self, item: Item) -> None:
        name = self._lane_of(item)
        self._lanes.setdefault(name, _Lane(deque())).waiting.append(self._numbered)
        self._items[self._numbered] = item
        self._numbered += 1

    def _end(self, error: BaseException | None) -> None:
        self.fed = self._numbered
        if error is not None:
            self._failures[self.fed] = error

    def _done(self, number: int, name: str, result: Result) -> None:
        self._leave(name)
        self._results[number] = result

    def _failed(self, number: int, name: str, error: BaseException) -> None:
        self._leave(name)
        self._failures[number] = error

    def _leave(self, name: str) -> None:
        self._running -= 1
        lane = self._lanes[name]
        lane.running -= 1
        if not lane.running and not lane.waiting:
            del self._lanes[name]

    def _assign(self) -> None:
        """Give work to threads, as far as the bounds allow; lanes take turns."""
        while self._running < self._bounds.at_once:
            name = next((name for name, lane in self._lanes.items() if self._may_run(lane)), None)
            if name is None:
                return
            lane = self._lanes.pop(name)
            self._lanes[name] = lane  # to the end
            number = lane.waiting.popleft()
            lane.running += 1
            self._running += 1
            self._tasks.put(partial(self._do, number, name, self._items.pop(number)))
            if self._running > len(self._threads):
                self._threads.append(Thread(target=self._serve, daemon=True))
                self._threads[-1].start()

    def _may_run(self, lane: _Lane) -> bool:
        return bool(lane.waiting) and lane.running < self._bounds.per_lane
