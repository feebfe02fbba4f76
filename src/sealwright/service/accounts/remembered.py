"""What was verified a moment ago, until it is too old, too much, or accounts have changed."""

from collections import OrderedDict
from typing import Generic, TypeVar

__all__ = ["Remembered"]

T = TypeVar("T")


class Remembered(Generic[T]):
    """A bounded table that begins anew whenever the accounts have changed. For one thread.

    Args:
        most: how many entries; the one that was not used for longest goes first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._version = -1
        self._entries: OrderedDict[bytes, tuple[T, float]] = OrderedDict()

    def get(self, key: bytes, version: int, at: float) -> T | None:
        """What is remembered, if it still holds.

        Args:
            key: of the entry.
            version: of the accounts.
            at: the time, on the clock of `until`.
        """
        if version != self._version:
            self._entries.clear()
            self._version = version
        entry = self._entries.get(key)
        if entry is None or entry[1] <= at:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def add(self, key: bytes, version: int, value: T, until: float) -> None:
        """Remember something, unless the accounts have changed since it was looked up."""
        if version == self._version:
            self._entries[key] = (value, until)
            if len(self._entries) > self._most:
                self._entries.popitem(last=False)
