"""Text out of signatures, made fit for a terminal."""

__all__ = ["shown"]


def shown(text: str) -> str:
    """A text whose control characters cannot move the cursor or change the terminal: they are escaped.

    Args:
        text: as a signature has it; nobody vouches for it.
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text
    )
