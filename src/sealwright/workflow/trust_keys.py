"""Public keys that are to be trusted, from where somebody names them: a file, gpg's keyring, a web server."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from sealwright import limits
from sealwright.errors import KeyUnavailableError
from sealwright.homes import files
from sealwright.homes.environment import Environment
from sealwright.openpgp import keyrings
from sealwright.openpgp.keyrings import PublicKey

__all__ = ["from_file", "from_keyring", "from_web", "is_url", "joined", "read"]

_OK = 200


def is_url(name: str) -> bool:
    """Whether a key is named by an address of the web."""
    parts = urlsplit(name)
    return bool(parts.scheme and parts.netloc)


def from_file(path: Path) -> bytes:
    """The content of a file, which holds at least one public key.

    Raises:
        StorageError: it cannot be read.
        MalformedContentError: `keyring.malformed`.
        KeyUnavailableError: `keyring.no-keys`.
    """
    content = files.read(path, limits.OPENPGP_KEYRING_BYTES)
    read(content, str(path))
    return content


def from_keyring(environment: Environment, name: str) -> bytes:
    """The keys in gpg's keyring that a name stands for.

    Args:
        environment: its GNUPGHOME says whose keyring it is.
        name: a fingerprint, key id, mail address or part of a user id.

    Raises:
        KeyUnavailableError: there is none, or gpg is missing or fails.
    """
    from sealwright.keys.openpgp import gpg_keys  # noqa: PLC0415  # starts gpg

    return gpg_keys.exported(environment, name)


def from_web(environment: Environment, url: str) -> bytes:
    """What a web server gives out, which holds at least one public key.

    Args:
        environment: proxies and certificates.
        url: `http:` or `https:`; a redirect from the latter to the former is not followed.

    Raises:
        NetworkError: no answer was had.
        KeyUnavailableError: `trust.key-url-unanswered`, `trust.key-too-large`, `keyring.no-keys`.
        MalformedContentError: `keyring.malformed`.
    """
    from sealwright.transport.client import Transport  # noqa: PLC0415  # files need no HTTP
    from sealwright.transport.message import Request  # noqa: PLC0415  # the same

    content = bytearray()
    with (
        closing(Transport(environment=environment.variables)) as transport,
        transport.send(Request("GET", url)) as response,
    ):
        if response.status != _OK:
            response.discard()
            raise KeyUnavailableError("trust.key-url-unanswered", url=url, status=response.status)
        for piece in response.pieces():
            content += piece
            if len(content) > limits.OPENPGP_KEYRING_BYTES:
                raise KeyUnavailableError("trust.key-too-large", url=url, limit=limits.OPENPGP_KEYRING_BYTES)
    read(bytes(content), url)
    return bytes(content)


def read(content: bytes, name: str) -> tuple[PublicKey, ...]:
    """The public keys in some bytes, at least one.

    Args:
        content: of a file.
        name: for messages.

    Raises:
        MalformedContentError: `keyring.malformed`.
        KeyUnavailableError: `keyring.no-keys`.
    """
    found = keyrings.read(content, name)
    if not found:
        raise KeyUnavailableError("keyring.no-keys", file=name)
    return found


def joined(contents: Sequence[bytes]) -> bytes:
    """Several files of keys as one, binary: any of the keys may then have signed.

    Raises:
        MalformedContentError: `keyring.malformed`.
        KeyUnavailableError: `keyring.no-keys`.
    """
    return b"".join(key.content for content in contents for key in read(content, "the key"))
