"""Ranges: which bytes are wanted, and which bytes a chunk is."""

import pytest

from sealwright.errors import UsageError
from sealwright.service.registry import ranges


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-9", (0, 10)),
        ("bytes=0-0", (0, 1)),
        ("bytes=90-", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-1000", (0, 100)),
        ("bytes=90-200", (90, 100)),
        ("bytes=0-99", (0, 100)),
        ("Bytes = 5-6", (5, 7)),
        ("bytes=99-99", (99, 100)),
        ("bytes=0-1,5-6", None),
        ("lines=1-2", None),
        ("", None),
    ],
)
def test_a_range_is_read_as_rfc_9110_says(header: str | None, expected: tuple[int, int] | None) -> None:
    assert expected == ranges.wanted(header, 100)


@pytest.mark.parametrize(
    "header",
    [
        "bytes=100-",
        "bytes=100-200",
        "bytes=9-0",
        "bytes=-0",
        "bytes=-",
        "bytes=",
        "bytes=x",
        "bytes=1-x",
        "bytes=--5",
        "bytes=+1-2",
        "bytes=" + "9" * 5000 + "-",
        "bytes=\u0661-\u0662",
    ],
)
def test_a_range_outside_of_the_blob_is_refused(header: str) -> None:
    with pytest.raises(UsageError) as caught:
        ranges.wanted(header, 100)
    assert "service.range-unsatisfiable" == caught.value.code


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=0-0", "bytes=-1"])
def test_an_empty_blob_has_no_range(header: str) -> None:
    with pytest.raises(UsageError):
        ranges.wanted(header, 0)


@pytest.mark.parametrize(
    ("header", "received", "length", "expected"),
    [
        (None, 0, None, None),
        (None, 7, 3, 3),
        ("0-9", 0, 10, 10),
        ("0-0", 0, 1, 1),
        ("10-14", 10, 5, 5),
        ("10-14", 10, None, 5),
    ],
)
def test_a_chunk_that_goes_on_is_taken(
    header: str | None, received: int, length: int | None, expected: int | None
) -> None:
    assert expected == ranges.sent(header, received, length)


@pytest.mark.parametrize(
    ("header", "received", "length", "code"),
    [
        ("5-9", 0, 5, "service.upload-out-of-order"),
        ("0-9", 5, 10, "service.upload-out-of-order"),
        ("5-4", 5, 0, "service.upload-out-of-order"),
        ("bytes 0-9/10", 0, 10, "service.upload-out-of-order"),
        ("0-", 0, 10, "service.upload-out-of-order"),
        ("-9", 0, 10, "service.upload-out-of-order"),
        ("0-" + "9" * 5000, 0, 10, "service.upload-out-of-order"),
        ("0-9", 0, 11, "service.upload-length"),
        ("0-9", 0, 0, "service.upload-length"),
    ],
)
def test_a_chunk_that_does_not_fit_is_refused(
    header: str, received: int, length: int | None, code: str
) -> None:
    with pytest.raises(UsageError) as caught:
        ranges.sent(header, received, length)
    assert code == caught.value.code
