"""Patterns of repository names: a name in which `*` stands for any characters, slashes too."""

__all__ = ["matches"]


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern is about a repository, or any other text: `*`, `team/*`, `team/app`.

    Each part between two asterisks is taken where it first stands, so that no pattern takes long.
    """
    if pattern == text:
        return True
    first, *others = pattern.split("*")
    if not others or not text.startswith(first):
        return False
    *inner, last = others
    at = len(first)
    for part in inner:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(text) - len(last) >= at and text.endswith(last)
