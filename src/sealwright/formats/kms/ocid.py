"""Oracle Cloud identifiers, by which vaults, keys, key versions, images and signatures are called.

    ocid1.<resource>.<realm>.[region].[further parts.]<unique>

Sources: Oracle's documentation, "Resource Identifiers". The client of Oracle's registry finds the address of
a vault in the identifier of a key: realm, region, the extension of its vault, and at least 60 letters, digits
or underscores.
"""

import re

__all__ = ["UNIQUE_LENGTH", "is_ocid", "key_region", "ocid", "resource_of", "vault_extension"]

UNIQUE_LENGTH = 60

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_OCID = re.compile(r"ocid1\.([a-z][a-z0-9]{0,39})\.[\w-]{1,40}(?:\.[\w-]{0,80}){1,6}")
_KEY = re.compile(r"ocid1\.key\.[\w-]{1,40}\.([\w-]{1,40})\.([\w-]{1,80})\.\w{60,80}")
_SHORT = {"fra": "eu-frankfurt-1", "iad": "us-ashburn-1", "lhr": "uk-london-1", "phx": "us-phoenix-1"}
"""The oldest regions, whose identifiers may carry their short names."""


def ocid(resource: str, realm: str, *parts: str, randomness: bytes) -> str:
    """An identifier.

    Args:
        resource: its kind, such as `key`.
        realm: of the cloud.
        parts: what stands between realm and the unique part: the region (or an empty text), then others.
        randomness: 38 bytes, which make the unique part: 60 letters and digits.
    """
    number = int.from_bytes(randomness[:38])
    unique = "".join(_LETTERS[number >> 5 * index & 31] for index in range(UNIQUE_LENGTH))
    return ".".join(("ocid1", resource, realm, *parts, unique))


def is_ocid(text: str, resource: str = "") -> bool:
    """Whether a text is an identifier, of one kind of resource if given."""
    found = _OCID.fullmatch(text) if len(text) <= 255 else None  # noqa: PLR2004  # Oracle's own bound
    return found is not None and resource in ("", found[1])


def resource_of(text: str) -> str:
    """The kind of resource that an identifier is of; empty if the text is none."""
    return text.split(".")[1] if is_ocid(text) else ""


def vault_extension(key: str) -> str:
    """The extension of a key's vault, which stands in host names; empty if it is no identifier of a key."""
    found = _KEY.fullmatch(key)
    return found[2] if found else ""


def key_region(key: str) -> str:
    """The region of a key, by its long name; empty if it is no identifier of a key."""
    found = _KEY.fullmatch(key)
    return _SHORT.get(found[1], found[1]) if found else ""
