"""How we keep such a signature: the fields of Oracle's upload, as one compact JSON object in this order.

    {"keyId":…,"keyVersionId":…,"signingAlgorithm":…,"message":…,"signature":…}

`message` and `signature` are base64, as they were uploaded; nobody ever writes the message anew.
"""

import binascii

import msgspec

from sealwright import limits, strict_json
from sealwright.errors import MalformedSignatureError

__all__ = ["Content", "parse"]


class Content(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The kept fields."""

    key_id: str
    key_version_id: str
    signing_algorithm: str
    message: str
    signature: str

    @property
    def message_bytes(self) -> bytes:
        """What was signed."""
        return binascii.a2b_base64(self.message, strict_mode=True)

    @property
    def signature_bytes(self) -> bytes:
        """The raw signature."""
        return binascii.a2b_base64(self.signature, strict_mode=True)

    def encoded(self) -> bytes:
        """The bytes that are kept."""
        return msgspec.json.encode(self)


def parse(content: bytes) -> Content:
    """Read what is kept.

    Args:
        content: the bytes, from anywhere.

    Raises:
        MalformedSignatureError: `kms.content-malformed`.
    """
    try:
        found = strict_json.loads(content, limits.KMS_SIGNATURE_BYTES)
        made = msgspec.convert(found, Content)
        made.message_bytes, made.signature_bytes  # noqa: B018  # both must be base64
    except (strict_json.JsonError, msgspec.ValidationError, ValueError) as error:
        raise MalformedSignatureError("kms.content-malformed", problem=str(error)) from None
    return made
