import gc
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator

import pytest

from sealwright.workflow.bulk import Bounds, Bulk
from sealwright.workflow.once import Once


def plain(item: int) -> str:
    del item
    return ""


def test_results_come_in_the_order_of_the_items() -> None:
    second = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            assert second.wait(10)
        if item == 1:
            second.set()
        return item * 10

    assert [0, 10, 20, 30] == list(Bulk(work, plain).results(range(4)))


def test_nothing_gives_nothing() -> None:
    bulk = Bulk[int, int](lambda item: item, plain)

    assert [] == list(bulk.results([]))
    assert (0, False) == (bulk.fed, bulk.interrupted)


def test_a_result_is_given_out_before_the_next_name_is_there() -> None:
    more = threading.Event()

    def names() -> Iterator[int]:
        yield 1
        assert more.wait(10)
        yield 2

    results = Bulk[int, int](lambda item: item, plain).results(names())

    assert 1 == next(results)
    more.set()
    assert [2] == list(results)


def test_no_more_are_at_work_than_the_bounds_allow() -> None:
    lock = threading.Lock()
    running: Counter[str] = Counter()
    most: Counter[str] = Counter()

    def work(item: int) -> None:
        lane = str(item % 3)
        with lock:
            running.update([lane, "all"])
            for name in (lane, "all"):
                most[name] = max(most[name], running[name])
        time.sleep(0.002)
        with lock:
            running.subtract([lane, "all"])

    bulk = Bulk(work, lambda item: str(item % 3), Bounds(at_once=5, per_lane=2, window=64))

    assert 200 == len(list(bulk.results(range(200))))
    assert {"0": 2, "1": 2, "2": 2, "all": 5} == dict(most)


def test_a_lane_that_hangs_does_not_keep_others_from_their_work() -> None:
    hang = threading.Event()
    done: list[int] = []
    all_done = threading.Event()

    def work(item: int) -> int:
        if item % 2 == 0:
            assert hang.wait(10)
        else:
            done.append(item)
            if len(done) == 50:
                all_done.set()
        return item

    bulk = Bulk(work, lambda item: str(item % 2), Bounds(at_once=8, per_lane=4, window=200))
    results = bulk.results(range(100))
    consumer: list[int] = []
    thread = threading.Thread(target=lambda: consumer.extend(results))
    thread.start()

    assert all_done.wait(10)
    hang.set()
    thread.join(10)
    assert list(range(100)) == consumer


def test_reading_stays_within_the_window() -> None:
    read: list[int] = []

    def names() -> Iterator[int]:
        for item in range(100):
            read.append(item)
            yield item

    bulk = Bulk[int, int](lambda item: item, plain, Bounds(window=10))
    results = bulk.results(names())
    assert 0 == next(results)
    time.sleep(0.05)

    assert 10 <= len(read) <= 12
    assert list(range(1, 100)) == list(results)


@pytest.mark.parametrize("bad", [0, 7, 19])
def test_an_error_of_the_work_is_raised_in_its_place(bad: int) -> None:
    def work(item: int) -> int:
        if item == bad:
            raise ValueError(item)
        return item

    given: list[int] = []
    with pytest.raises(ValueError, match=str(bad)):
        given.extend(Bulk(work, plain).results(range(20)))
    results = Bulk(work, plain).results(range(20))
    assert list(range(bad)) == [next(results) for _ in range(bad)]


def test_an_error_of_the_names_is_raised_after_the_results_before_it() -> None:
    def names() -> Iterator[int]:
        yield from range(3)
        raise OSError("no more")

    results = Bulk[int, int](lambda item: item, plain).results(names())

    assert [0, 1, 2] == [next(results) for _ in range(3)]
    with pytest.raises(OSError, match="no more"):
        next(results)


def test_an_interrupted_run_ends_at_once_and_gives_up_what_runs() -> None:
    hang = threading.Event()
    begun = threading.Event()

    def work(item: int) -> int:
        if item == 2:
            begun.set()
            hang.wait(10)
        return item

    bulk = Bulk(work, plain)
    results = bulk.results(range(1000))
    assert [0, 1] == [next(results), next(results)]
    assert begun.wait(10)
    bulk.interrupt()
    start = time.monotonic()

    assert [] == list(results)
    assert time.monotonic() - start < 1
    assert bulk.interrupted
    hang.set()


def test_threads_end_with_the_run() -> None:
    before = set(threading.enumerate())
    assert 50 == len(list(Bulk(lambda item: item, plain).results(range(50))))
    until = time.monotonic() + 10
    while not set(threading.enumerate()) <= before and time.monotonic() < until:
        time.sleep(0.01)

    assert set(threading.enumerate()) <= before


def test_memory_does_not_grow_with_the_number_of_images() -> None:
    def peak(count: int) -> int:
        gc.collect()
        tracemalloc.start()
        bulk = Bulk(lambda item: b"x" * 4096 + bytes(item % 7), plain, Bounds(window=64))
        total = sum(1 for _ in bulk.results(range(count)))
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == total
        return highest

    peak(64)
    few, many = peak(300), peak(3000)

    assert many < few + 1_000_000  # all results together have twelve times that


def test_a_question_is_asked_once_while_others_wait() -> None:
    asked: list[str] = []
    once = Once[str](10, lambda _: True)

    def ask() -> str:
        asked.append("x")
        time.sleep(0.05)
        return "answer"

    told: list[str] = []
    threads = [threading.Thread(target=lambda: told.append(once("key", ask))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (["x"], ["answer"] * 8) == (asked, told)


def test_answers_that_do_not_last_and_the_oldest_are_asked_for_again() -> None:
    once = Once[int](2, lambda answer: answer > 0)
    answers = iter([0, 5, 6, 7, 8])

    assert [0, 5, 5] == [once("a", lambda: next(answers)) for _ in range(3)]
    assert [6, 7] == [once(key, lambda: next(answers)) for key in ("b", "c")]
    assert 8 == once("a", lambda: next(answers))


def test_a_question_that_failed_can_be_asked_again() -> None:
    once = Once[int](2, lambda _: True)

    def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        once("a", fail)
    assert 1 == once("a", lambda: 1)
