"""What Go's decoder of streams says of a file that is no JSON."""

from pathlib import Path

from sealwright.dialects.go_json_problems import END, syntax_problem
from sealwright.errors import SealwrightError

__all__ = ["json_problem"]


def json_problem(error: SealwrightError) -> str:
    """What Go says of the file that an error is about; empty if Go has nothing to say of it.

    Args:
        error: with the file, where the code is `document.malformed`.
    """
    if error.code != "document.malformed":
        return ""
    content = Path(str(error.data["file"])).read_bytes()
    problem = syntax_problem(content)
    if problem == END:
        return "unexpected EOF" if content.strip() else "EOF"
    return "" if problem.endswith("after top-level value") else problem
