"""How many words that are no flags a command takes, with cobra's texts."""

from collections.abc import Callable

from sealwright.dialects.fault import Fault

__all__ = ["at_least_one", "at_most_one", "exactly_one"]

Arguments = tuple[str, ...]


def _check(bad: Callable[[int], bool], text: str) -> Callable[[Arguments], None]:
    def check(arguments: Arguments) -> None:
        if bad(len(arguments)):
            raise Fault(text.format(len(arguments)))

    return check


exactly_one = _check(lambda count: count != 1, "accepts 1 arg(s), received {}")
at_most_one = _check(lambda count: count > 1, "accepts at most 1 arg(s), received {}")
at_least_one = _check(lambda count: count < 1, "requires at least 1 arg(s), only received {}")
