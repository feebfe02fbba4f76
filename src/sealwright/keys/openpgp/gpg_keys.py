"""The keys in a user's own keyring, as gpg lists and exports them."""

import re

from sealwright import limits
from sealwright.errors import KeyUnavailableError
from sealwright.homes.environment import Environment
from sealwright.keys.openpgp import program
from sealwright.openpgp import listing
from sealwright.openpgp.listing import ListedKey

__all__ = ["exported", "public_keys", "secret_keys"]

_MAIL = re.compile(r"[^\s<>@]+@[^\s<>@]+")
_COLONS = ("--batch", "--no-tty", "--with-colons", "--fixed-list-mode", "--with-secret")


def secret_keys(environment: Environment, name: str = "") -> tuple[ListedKey, ...]:
    """The key pairs that a name stands for, or all.

    Args:
        environment: its GNUPGHOME says whose keyring it is, else HOME.
        name: a fingerprint, key id, mail address or part of a user id, as gpg takes them.

    Raises:
        KeyUnavailableError: `key.gpg-missing`, `key.gpg-failed`.
        EnvironmentalError: `key.gpg-slow`.
    """
    return _listed(environment, "--list-secret-keys", name)


def public_keys(environment: Environment, name: str = "") -> tuple[ListedKey, ...]:
    """The public keys that a name stands for, or all; as `secret_keys`."""
    return _listed(environment, "--list-keys", name)


def exported(environment: Environment, name: str) -> bytes:
    """The public keys that a name stands for, binary, without what other people have certified of them.

    Args:
        environment: as above.
        name: as above.

    Raises:
        KeyUnavailableError: `key.gpg-unknown-public`, and as `secret_keys`.
        EnvironmentalError: `key.gpg-slow`.
    """
    found = public_keys(environment, name)
    fingerprints = [key.primary.fingerprint for key in found]
    if not fingerprints:
        raise KeyUnavailableError("key.gpg-unknown-public", key=name)
    ran = program.run(
        environment,
        [
            "--batch",
            "--no-tty",
            "--no-armor",
            "--export-options",
            "export-minimal",
            "--export",
            *fingerprints,
        ],
    )
    if not ran.output:
        raise KeyUnavailableError("key.gpg-failed", problem=program.said(ran))
    return ran.output


def _listed(environment: Environment, command: str, name: str) -> tuple[ListedKey, ...]:
    """Mail addresses are sought whole first: to gpg they are parts of user ids like any text."""
    sought = [f"<{name}>"] if _MAIL.fullmatch(name) else []
    for each in [*sought, name]:
        ran = program.run(
            environment, [*_COLONS, command, *(["--", each] if each else [])], seconds=limits.GPG_SECONDS
        )
        found = listing.read(ran.output)
        if found:
            return found
        if ran.code < 0:
            raise KeyUnavailableError("key.gpg-failed", problem=program.said(ran))
    return ()
