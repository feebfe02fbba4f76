"""Where a setting stands in its file, for messages. Python's reader of TOML tells only where it stumbled."""

import re

__all__ = ["find", "of_error"]

_HEADER = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]")
_STUMBLED = re.compile(r"(.*) \(at line ([0-9]+), column ([0-9]+)\)", re.DOTALL)


def find(text: str, path: str) -> tuple[int, int]:
    """The line and column of a setting, counted from 1; zeros if it stands in no plain way.

    Args:
        text: of the file.
        path: of the setting, such as `server.port`.
    """
    table, _, key = path.rpartition(".")
    setting = re.compile(rf'\s*(?=[^\s])["\']?{re.escape(key)}["\']?\s*=')
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header is not None:
            current = header[1].replace(" ", "")
            if current == path:
                return number, header.start(1) + 1
        elif current == table and setting.match(line):
            return number, len(line) - len(line.lstrip()) + 1
    return 0, 0


def of_error(message: str) -> tuple[str, int, int]:
    """What a TOML error says, parted: the problem, the line and the column."""
    match = _STUMBLED.fullmatch(message)
    problem, line, column = (match[1], int(match[2]), int(match[3])) if match else (message, 0, 0)
    return problem[:1].lower() + problem[1:], line, column
