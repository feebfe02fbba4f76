import threading

import pytest

from sealwright.workflow.later import Later


def test_the_work_begins_before_anybody_asks() -> None:
    begun = threading.Event()
    later = Later(begun.set)
    assert begun.wait(5)
    assert later.result() is None


def test_the_result_is_there_for_whoever_asks_and_however_often() -> None:
    later = Later(lambda: "found")
    assert ["found", "found"] == [later.result(), later.result()]


def test_a_failure_is_raised_where_the_result_is_wanted() -> None:
    def fail() -> None:
        raise KeyError("missing")

    later = Later(fail)
    for _ in range(2):
        with pytest.raises(KeyError, match="missing"):
            later.result()
