"""Which proxy a request goes through.

HTTP_PROXY, HTTPS_PROXY and NO_PROXY as curl and Go read them: the lower-case name wins; HTTP_PROXY in
capitals is ignored where REQUEST_METHOD is set, because a CGI server sets it from a header of the client.
NO_PROXY is a list of host names (each with all names below it), addresses, networks and `*`, each with a
port if only that one is meant. This machine is never reached through a proxy.
"""

import os
from collections.abc import Mapping
from typing import Self
from urllib.parse import unquote, urlsplit

import msgspec

from sealwright.errors import UsageError
from sealwright.transport.origin import Origin

__all__ = ["Proxies", "Proxy"]


class Proxy(msgspec.Struct, frozen=True):
    """An HTTP proxy. `authorization` is the value of Proxy-Authorization, or empty."""

    host: str
    port: int
    authorization: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `http://[user:password@]host[:port]`; the scheme may be left out.

        Raises:
            UsageError: `network.proxy-unusable`.
        """
        try:
            parts = urlsplit(text if "://" in text else f"http://{text}")
            host, port = parts.hostname, parts.port
        except ValueError:
            raise UsageError("network.proxy-unusable", problem="it is not a URL") from None
        if parts.scheme != "http":
            raise UsageError("network.proxy-unusable", problem=f"its scheme is {parts.scheme!r}")
        if not host:
            raise UsageError("network.proxy-unusable", problem="it names no host")
        authorization = ""
        if parts.username is not None:
            from base64 import b64encode  # noqa: PLC0415  # few proxies ask who we are

            secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            authorization = f"Basic {b64encode(secret.encode()).decode()}"
        return cls(host, port or 80, authorization)


class Proxies:
    """The proxies of one environment.

    Args:
        environment: variable names to values.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        def look(name: str) -> str:
            return environment.get(name.lower()) or environment.get(name.upper()) or ""

        cgi = bool(environment.get("REQUEST_METHOD"))
        plain = environment.get("http_proxy", "") if cgi else look("http_proxy")
        self._urls = {"http": plain, "https": look("https_proxy")}
        self._exempt = tuple(part.strip().lower() for part in look("no_proxy").split(",") if part.strip())

    def for_origin(self, origin: Origin) -> Proxy | None:
        """The proxy for requests to `origin`; None for none.

        Raises:
            UsageError: `network.proxy-unusable`.
        """
        text = self._urls[origin.scheme]
        if not text or origin.is_loopback or any(_covers(part, origin) for part in self._exempt):
            return None
        return Proxy.parse(text)


def _covers(part: str, origin: Origin) -> bool:
    """Whether one part of NO_PROXY is about `origin`."""
    if part == "*":
        return True
    if "/" in part:
        return _in_network(part, origin.host)
    name, colon, port = part.rpartition(":")
    if colon and port.isdigit() and (":" not in name or name.endswith("]")):
        if int(port) != origin.port:
            return False
        part = name
    part = part.strip("[]").removeprefix("*").removeprefix(".")
    return origin.host == part or origin.host.endswith(f".{part}")


def _in_network(part: str, host: str) -> bool:
    from ipaddress import ip_address, ip_network  # noqa: PLC0415  # only networks in NO_PROXY need it

    try:
        return ip_address(host) in ip_network(part, strict=False)
    except ValueError:
        return False
