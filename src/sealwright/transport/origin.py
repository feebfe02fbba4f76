"""Origins: scheme, host and port, the unit within which secrets may travel (RFC 6454, section 4)."""

from typing import Self
from urllib.parse import urljoin, urlsplit

import msgspec

from sealwright.errors import NetworkError

__all__ = ["PORTS", "Origin", "is_loopback", "joined", "split_url"]

PORTS = {"http": 80, "https": 443}
"""Scheme to its own port."""


class Origin(msgspec.Struct, frozen=True):
    """Where a connection goes. `host` is lower case and without the brackets of an IPv6 address."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Self:
        """The origin of an absolute http or https URL.

        Raises:
            NetworkError: `network.not-a-url`.
        """
        problem = ""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise _not_a_url(url, str(error)) from None
        if parts.scheme not in PORTS:
            problem = "the scheme is neither http nor https"
        elif not host or not host.isascii():
            problem = "there is no plain host name in it"
        elif "@" in parts.netloc:
            problem = "it carries a user name"
        elif not url.isascii() or not url.isprintable() or " " in url:
            problem = "it has characters that must be escaped"
        if problem or not host:
            raise _not_a_url(url, problem)
        return cls(parts.scheme, host, port or PORTS[parts.scheme])

    @property
    def authority(self) -> str:
        """`host` or `host:port`, as it stands in a URL and in the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine, by its name alone."""
        return is_loopback(self.host)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"


def is_loopback(host: str) -> bool:
    """Whether a host name or address literal always means this machine: `localhost`, 127.0.0.0/8, `::1`."""
    host = host.strip("[]").lower()
    parts = host.split(".")
    is_ipv4 = len(parts) == 4 and all(part.isdigit() for part in parts)  # noqa: PLR2004  # an address has four
    return host in ("localhost", "::1") or (is_ipv4 and parts[0] == "127")


def joined(url: str, named: str) -> str:
    """The URL that a peer names, relative to the one that was asked for (RFC 3986, section 5.2).

    Args:
        url: that was asked for.
        named: absolute or relative.

    Raises:
        NetworkError: `network.not-a-url`.
    """
    try:
        return urljoin(url, named)
    except ValueError as error:  # brackets that hold no address, and the like
        raise _not_a_url(named, str(error)) from None


def split_url(url: str) -> tuple[Origin, str]:
    """An absolute URL as its origin and the target of the request line (path and query).

    Raises:
        NetworkError: `network.not-a-url`.
    """
    origin = Origin.of(url)
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return origin, f"{parts.path or '/'}{query}"


def _not_a_url(url: str, problem: str) -> NetworkError:
    error = NetworkError("network.not-a-url", url=ascii(url[:200]), problem=problem)
    error.retryable = False
    return error
