"""Text for a terminal: what comes from images and registries must not move the cursor or fake other lines."""

__all__ = ["plain"]


def plain(text: str) -> str:
    """The text, with all that is not printable written as Python escapes it."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "surrogatepass").decode()
        for letter in text
    )
