"""Plugins downloaded: by https only, within bounds."""

from contextlib import closing

from sealwright import limits
from sealwright.errors import MalformedContentError, NetworkError, PluginError, UsageError
from sealwright.homes.environment import Environment
from sealwright.transport.client import Transport
from sealwright.transport.deadline import Deadline
from sealwright.transport.message import Request

__all__ = ["fetch", "is_url"]

_FINE = 200


def is_url(source: str) -> bool:
    """Whether a source is a URL of any kind, and no path."""
    return "://" in source


def fetch(url: str, environment: Environment) -> bytes:
    """What is at a URL. The caller knows its SHA-256.

    Args:
        url: an https URL.
        environment: for proxies and certificates.

    Raises:
        UsageError: `plugin.url-not-https`.
        PluginError: `plugin.download-failed`.
        MalformedContentError: `plugin.too-large`.
        NetworkError: it cannot be reached.
    """
    if not url.lower().startswith("https://"):
        raise UsageError("plugin.url-not-https", url=url[:200])
    deadline = Deadline(limits.PLUGIN_DOWNLOAD_SECONDS)
    with (
        closing(Transport(environment=environment.variables)) as transport,
        transport.send(Request("GET", url), deadline) as response,
    ):
        if response.status != _FINE:
            raise PluginError("plugin.download-failed", url=url[:200], status=response.status)
        try:
            return response.read(limits.PLUGIN_FILE_BYTES)
        except NetworkError as error:
            if error.code != "network.answer-too-large":
                raise
            raise MalformedContentError(
                "plugin.too-large", name=url[:200], limit=limits.PLUGIN_FILE_BYTES
            ) from None
