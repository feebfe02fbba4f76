"""Registries and layouts that do not answer as hoped for, in the words of Go's HTTP client and of oras.

What Go's network code says beyond that (the name server that was asked, the address of a host) is not known
here; docs/reference/notation-dialect.md lists it.
"""

from http import HTTPStatus

from sealwright.dialects.go_text import quote
from sealwright.errors import SealwrightError
from sealwright.reference import DOCKER_HUB

__all__ = ["WORDS", "network", "resolving"]

WORDS = {
    "layout.manifest-unknown": "not found",
    "layout.not-a-layout": "not found",
    "layout.blob-unknown": "not found",
    "registry.manifest-unknown": "{name}@{reference}: not found",
    "registry.blob-unknown": "{name}@{digest}: not found",
}

_STATUS = {
    "registry.denied",
    "registry.failed",
    "registry.refused",
    "registry.too-many-requests",
    "registry.unsupported",
}

_UNAUTHORISED = {
    "registry.challenge-unknown",
    "registry.login-insufficient",
    "registry.login-rejected",
    "registry.login-required",
}
_NOT_FOUND = {"registry.manifest-unknown", "registry.repository-unknown", "registry.not-found"}

_NETWORK = {
    "network.connection-lost": "EOF",
    "network.tls-not-spoken": "http: server gave HTTP response to HTTPS client",
    "network.timed-out": "dial tcp {address}: i/o timeout",
    "network.refused": "dial tcp {address}: connect: connection refused",
    "network.unknown-host": "dial tcp: lookup {host}: no such host",
    "network.tls-not-trusted": (
        "tls: failed to verify certificate: x509: certificate signed by unknown authority"
    ),
}


def resolving(error: SealwrightError, name: str, selector: str, *, plain_http: bool) -> str:
    """What went wrong when a reference was resolved; empty if notation has no words for it.

    Args:
        error: what was raised.
        name: `registry/repository`.
        selector: tag or digest.
        plain_http: over which scheme the registry is spoken to.
    """
    mark = "@" if ":" in selector else ":"
    if error.code in _NOT_FOUND:
        return f"{name}{mark}{selector}: not found"
    domain, _, path = name.partition("/")
    host = f"registry-1.{DOCKER_HUB}" if domain == DOCKER_HUB else domain
    url = quote(f"{'http' if plain_http else 'https'}://{host}/v2/{path}/manifests/{selector}")
    if error.code in _NETWORK:
        address = _address(host, plain_http=plain_http)
        bare = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
        return f"Head {url}: {_NETWORK[error.code].format(address=address, host=bare)}"
    if error.code == "credentials.helper-missing":
        program = quote(str(error.data["helper"]))
        return (
            f"HEAD {url}: failed to resolve credential: exec: {program}: executable file not found in $PATH"
        )
    if error.code == "registry.login-required" and error.data.get("scheme") == "basic":
        return f"HEAD {url}: basic credential not found"
    if error.code in _UNAUTHORISED:
        return f"HEAD {url}: {_status(HTTPStatus.UNAUTHORIZED)}"
    if error.code in _STATUS:
        return f"HEAD {url}: {_status(error.data['status'])}"
    return ""


def network(code: str, url: str) -> str:
    """What Go's HTTP client says where nobody answered at a URL; empty if it has no words for it.

    Args:
        code: a `network.` code.
        url: that was asked.
    """
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0]
    bare = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
    return _NETWORK.get(code, "").format(address=_address(host, plain_http=scheme == "http"), host=bare)


def _status(status: object) -> str:
    try:
        phrase = HTTPStatus(int(str(status))).phrase
    except ValueError:
        phrase = ""
    return f"response status code {status}: {phrase}"


def _address(host: str, *, plain_http: bool) -> str:
    """Where a connection went, as far as the name tells: Go prints the address that it found."""
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        name, port = host, "80" if plain_http else "443"
    return f"{'127.0.0.1' if name == 'localhost' else name}:{port}"
