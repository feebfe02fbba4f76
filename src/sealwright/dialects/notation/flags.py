"""Flags that several of notation's commands share."""

from sealwright.dialects.notation.lines import LINES
from sealwright.dialects.pflag import Flag

__all__ = ["MAX_SIGNATURES", "PLUGIN_CONFIG", "REGISTRY", "logging"]

REGISTRY = (
    Flag("username", "string", "user name for the registry; if not given, $NOTATION_USERNAME", "u"),
    Flag("password", "string", "password for the registry; if not given, $NOTATION_PASSWORD", "p"),
    Flag("insecure-registry", "bool", "reach the registry over plain HTTP; for tests only"),
)
MAX_SIGNATURES = Flag("max-signatures", "int", "look at no more signatures than this", default=100)
PLUGIN_CONFIG = Flag("plugin-config", "stringArray", "{key}={value} that is handed to the plugin as it is")


def logging(line: str) -> tuple[Flag, ...]:
    """The flags that ask for more words.

    Args:
        line: of notation; only the older one has `--verbose`.
    """
    debug = Flag("debug", "bool", "say in detail what is done", "d")
    verbose = Flag("verbose", "bool", "say what is done", "v")
    return (debug, verbose) if LINES[line].verbose_flag else (debug,)
