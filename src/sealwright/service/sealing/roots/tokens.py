"""Root keys from a key on a PKCS #11 token, which answers a challenge that stands beside the master key."""

from pathlib import Path

import msgspec

from sealwright.errors import CallerError
from sealwright.homes.environment import Environment
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.pkcs11 import challenges
from sealwright.keys.pkcs11.challenges import SECRET_BYTES, Challenge
from sealwright.service.configuration.vault import Root

__all__ = ["again", "new", "passphrases_of"]


def new(root: Root) -> tuple[bytes, bytes]:
    """The root key for a new challenge, and that challenge as JSON.

    Raises:
        CallerError: there is no such key, its PIN is wrong, or the token does not do it.
        EnvironmentalError: the module or the token failed.
    """
    challenge, key = challenges.made(_uri(root), passphrases_of(root.pin_file))
    return key, msgspec.json.encode(challenge)


def again(root: Root, parameters: bytes) -> bytes:
    """The root key for a challenge; errors as for `new`."""
    challenge = msgspec.json.decode(parameters, type=Challenge)
    key = challenges.answered(_uri(root), challenge, passphrases_of(root.pin_file))
    if len(key) != SECRET_BYTES:
        raise CallerError("vault.root-wrong", kind=root.kind)
    return key


def passphrases_of(pin_file: str) -> Passphrases:
    """Where the PIN of a token of the service comes from; there is nobody to ask."""
    return Passphrases(Environment.current(), Path(pin_file) if pin_file else None)


def _uri(root: Root) -> str:
    if not root.key:
        raise CallerError("vault.root-unusable", problem="root_key names no key on a token")
    return root.key
