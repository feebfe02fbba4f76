"""Which program was called: `seal`, or one whose place we take, by the name of a link or by a first word.

A link named `notation` to our program is notation, and so are `seal notation …` and
`seal --root DIR notation …`. The program `notation-sealwright` is our plugin for notation.
"""

import gc
import os
import sys

from sealwright.dialect_names import DIALECTS, PARTIAL

__all__ = ["main"]

_SEAL = "sealwright.cli.program"
_PLUGIN = "notation-sealwright"
"""The name by which notation runs us as a plugin; it stands for no other program."""
_LOOKING_AHEAD = (_SEAL, DIALECTS["notation"])
"""Programs of which `verify IMAGE` begins before all of it is loaded."""
_INTERRUPTED = 130
_COLLECTED_AFTER = 100_000
"""Objects made before garbage is first looked for: most commands end earlier."""


def main() -> None:
    """The entry point of every name; `seal --version` is answered before anything else is imported."""
    module, arguments = _called(sys.argv)
    if module == _SEAL and arguments == ["--version"]:
        from sealwright.version import __version__  # noqa: PLC0415  # the only import on this path

        print(f"seal {__version__}")  # noqa: T201  # the answer
        return
    gc.set_threshold(_COLLECTED_AFTER)
    try:
        from importlib import import_module  # noqa: PLC0415  # not for --version

        if module in _LOOKING_AHEAD and _is_lone_image(arguments):
            import_module(f"{module.rpartition('.')[0]}.ahead").begin(arguments[1])
        status: int = import_module(module).run(arguments)
    except KeyboardInterrupt:  # before the program could see to it
        status = _INTERRUPTED
    gc.freeze()  # or the interpreter looks through everything once more before it ends: a sixth of the time
    sys.exit(status)


def _is_lone_image(arguments: list[str]) -> bool:
    """Whether one image of a registry is verified, and nothing else is asked."""
    if len(arguments) != 2 or arguments[0] != "verify":  # noqa: PLR2004  # the command and the image
        return False
    return not arguments[1].startswith(("-", "oci:", "oci-archive:"))


def _called(words: list[str]) -> tuple[str, list[str]]:
    """The module of the program that a command line calls, and its arguments."""
    name, arguments = os.path.basename(words[0]), words[1:]  # noqa: PTH119  # pathlib takes long to import
    if arguments[:1] == ["--root"] and arguments[2:3] and arguments[2] in DIALECTS:
        os.environ["SEALWRIGHT_ROOT"] = os.path.abspath(arguments[1])  # noqa: PTH100  # the same
        arguments = arguments[2:]
    if name == _PLUGIN:
        return "sealwright.dialects.plugin_sealwright.program", arguments
    if name in DIALECTS and name not in PARTIAL:
        return DIALECTS[name], arguments
    if arguments and arguments[0] in DIALECTS:
        return DIALECTS[arguments[0]], arguments[1:]
    return _SEAL, arguments
