"""Deadlines."""

import math
import time

import pytest

from sealwright.transport.deadline import Deadline


def test_what_is_left_shrinks_and_ends_at_zero() -> None:
    deadline = Deadline(0.05)
    assert 0 < deadline.left() <= 0.05
    assert 0 < deadline.timeout(60) <= 0.05
    assert 0.01 == deadline.timeout(0.01)
    time.sleep(0.06)
    assert 0 == deadline.left()
    with pytest.raises(TimeoutError):
        deadline.timeout(1)


def test_no_end_is_possible() -> None:
    assert math.inf == Deadline(None).left()
    assert 7 == Deadline(None).timeout(7)


def test_the_earlier_of_two_counts() -> None:
    assert Deadline(100).within(1).left() <= 1
    assert Deadline(1).within(100).left() <= 1
    assert 99 < Deadline(None).within(100).left() <= 100
