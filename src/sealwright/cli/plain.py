"""Text for a terminal: what comes from images and registries must not move the cursor or fake other lines."""

__all__ = ["plain", "plain_json"]


def plain(text: str) -> str:
    """The text, with all that is not printable written as Python escapes it."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "surrogatepass").decode()
        for letter in text
    )


def plain_json(text: str) -> str:
    """The same for JSON, whose meaning stays: what is not printable is escaped (RFC 8259, section 7).

    Args:
        text: JSON; it may be indented.
    """
    return "\n".join(
        line if line.isprintable() else "".join(map(_escaped, line)) for line in text.split("\n")
    )


def _escaped(letter: str) -> str:
    if letter.isprintable():
        return letter
    units = letter.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
