import threading

import pytest

from sealwright import limits
from sealwright.workflow.side_by_side import side_by_side


def test_results_come_in_the_order_of_the_items() -> None:
    second_done = threading.Event()

    def work(item: int) -> int:
        if item == 1:
            assert second_done.wait(10)
        if item == 2:
            second_done.set()
        return item * 10

    assert [10, 20, 30] == side_by_side(work, [1, 2, 3])


def test_a_single_item_needs_no_thread() -> None:
    assert [threading.current_thread()] == side_by_side(lambda _: threading.current_thread(), ["only"])
    assert [] == side_by_side(lambda item: item, [])


def test_no_more_run_at_once_than_the_limit_allows() -> None:
    lock = threading.Lock()
    full = threading.Barrier(limits.SIDE_BY_SIDE)
    running = most = 0

    def work(_: int) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        full.wait(10)
        with lock:
            running -= 1

    side_by_side(work, range(2 * limits.SIDE_BY_SIDE))
    assert limits.SIDE_BY_SIDE == most


def test_a_failure_ends_the_work_and_the_first_one_is_raised() -> None:
    both = threading.Barrier(2)
    begun: list[int] = []

    def work(item: int) -> None:
        begun.append(item)
        if item < 2:
            both.wait(10)
            raise ValueError(item)
        threading.Event().wait(0.01)

    with pytest.raises(ValueError, match="0"):
        side_by_side(work, range(1000))
    assert len(begun) < 1000
