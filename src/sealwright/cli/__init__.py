"""The `seal` commands."""

import gc
import sys

__all__ = ["main"]

_INTERRUPTED = 130
_COLLECTED_AFTER = 100_000
"""Objects made before garbage is first looked for: most commands end earlier."""


def main() -> None:
    """The entry point of `seal`; `--version` is answered before anything else is imported."""
    if sys.argv[1:] == ["--version"]:
        from sealwright.version import __version__  # noqa: PLC0415  # the only import on this path

        print(f"seal {__version__}")  # noqa: T201  # the answer
        return
    gc.set_threshold(_COLLECTED_AFTER)
    try:
        from sealwright.cli.program import run  # noqa: PLC0415  # not for --version

        status = run(sys.argv[1:])
    except KeyboardInterrupt:  # before the program could see to it
        status = _INTERRUPTED
    gc.freeze()  # or the interpreter looks through everything once more before it ends: a sixth of the time
    sys.exit(status)
