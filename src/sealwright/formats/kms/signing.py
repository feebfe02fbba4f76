"""A signature by a vault's key on its way: what the key has to sign, and what is kept of it.

The vault sees the message itself, so it has at most `limits.KMS_MESSAGE_BYTES`.
"""

import base64

import msgspec

from sealwright import limits, media_types
from sealwright.errors import UsageError
from sealwright.formats.kms import message
from sealwright.formats.kms.content import Content
from sealwright.formats.kms.message import Message
from sealwright.formats.kms.ocid import key_region
from sealwright.formats.orders import Finished, SigningOrder

__all__ = ["SigningKey", "finished", "prepare"]


class SigningKey(msgspec.Struct, frozen=True):
    """Which key signs: the identifiers of key and version, and how."""

    key: str
    version: str
    algorithm: str


def prepare(
    order: SigningOrder,
    key: SigningKey,
    path: str,
    description: str = "",
    metadata: str = "",
    region: str = "",
) -> bytes:
    """The message to sign.

    Args:
        order: its payload is the image; a signature of this kind has no other part of it.
        key: that will sign.
        path: of the repository in its registry, with the namespace.
        description: for people.
        metadata: JSON, or empty.
        region: of registry and vault; empty: that of the key.

    Raises:
        UsageError: `signing.kms-metadata`, `signing.kms-too-long`.
    """
    made = Message(
        description,
        str(order.payload.digest),
        key.key,
        key.version,
        metadata,
        region or key_region(key.key),
        message.repository_name(path),
        key.algorithm,
    )
    if made.metadata_problem:
        raise UsageError("signing.kms-metadata", problem=made.metadata_problem)
    encoded = made.encoded()
    if len(encoded) > limits.KMS_MESSAGE_BYTES:
        raise UsageError("signing.kms-too-long", size=len(encoded), limit=limits.KMS_MESSAGE_BYTES)
    return encoded


def finished(order: SigningOrder, key: SigningKey, signed: bytes, signature: bytes) -> Finished:
    """A signature ready to be kept.

    Args:
        order: what was signed.
        key: that signed.
        signed: the message, exactly as it was signed.
        signature: the raw value.
    """
    content = Content(
        key.key,
        key.version,
        key.algorithm,
        base64.b64encode(signed).decode(),
        base64.b64encode(signature).decode(),
    )
    return Finished("kms", media_types.KMS_SIGNATURE, content.encoded(), (), order.signed_at)
