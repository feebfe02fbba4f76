"""The flags that let verdicts be used again, and the cache that they ask for."""

from pathlib import Path

import click
import msgspec

from sealwright import limits
from sealwright.cli import options
from sealwright.cli.flag_group import flag_group
from sealwright.events import EventSink
from sealwright.homes.environment import Environment
from sealwright.workflow.context import Context

__all__ = ["CacheFlags", "cache_flags", "with_verdicts"]


class CacheFlags(msgspec.Struct, frozen=True):
    """The values of the flags that `cache_flags` adds."""

    verdict_cache: bool
    verdict_cache_folder: Path | None
    verdict_cache_seconds: int


cache_flags = flag_group(
    "cache",
    CacheFlags,
    click.option("--verdict-cache", is_flag=True, help="Use verdicts again that were made a moment ago."),
    click.option(
        "--verdict-cache-folder",
        type=options.path_type,
        metavar="DIR",
        help="The same, kept in DIR, which nobody else may write to.",
    ),
    click.option(
        "--verdict-cache-seconds",
        type=click.IntRange(1, limits.VERDICT_CACHE_MOST_SECONDS),
        default=limits.VERDICT_CACHE_SECONDS,
        show_default=True,
        metavar="SECONDS",
        help="For how long a verdict is used again at most.",
    ),
)
"""Add the flags to a command, which gets their values together as `cache`."""


def with_verdicts(context: Context, flags: CacheFlags, events: EventSink) -> Context:
    """The context with a cache of verdicts, if one is asked for.

    Args:
        context: the outside.
        flags: of the command line.
        events: is told if the cache fails.

    Raises:
        StorageError: `file.folder-unsafe` or `file.unwritable`.
    """
    if not flags.verdict_cache and flags.verdict_cache_folder is None:
        return context
    from sealwright.homes.verdict_cache import VerdictFolder, usual_folder  # noqa: PLC0415  # only if asked for
    from sealwright.workflow.verdict_cache import VerdictCache  # noqa: PLC0415  # the same

    folder = VerdictFolder(flags.verdict_cache_folder or usual_folder(Environment.current()))
    cache = VerdictCache(folder, flags.verdict_cache_seconds, events)
    return msgspec.structs.replace(context, verdicts=cache)
