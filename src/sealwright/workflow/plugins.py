"""The plugins of one run of verification; what they take is loaded when a signature asks for the first."""

from threading import Lock
from typing import TYPE_CHECKING

from sealwright.evidence import PluginReply, Unavailable
from sealwright.homes.environment import Environment

if TYPE_CHECKING:
    from sealwright.plugins.host import Host

__all__ = ["InstalledPlugins"]


class InstalledPlugins:
    """Answers `PluginReply` by the plugins that are installed. Safe to use from several threads.

    Args:
        environment: says where plugins are, and is theirs.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._host: Host | None = None
        self._lock = Lock()

    def __call__(self, need: PluginReply) -> bytes | Unavailable:
        """What a plugin answers, or why it did not."""
        from sealwright.plugins.host import Host  # noqa: PLC0415  # few signatures name a plugin

        with self._lock:
            if self._host is None:
                self._host = Host(self._environment)
        return self._host(need)
