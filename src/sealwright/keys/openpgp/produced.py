"""What a program says is a signed message, looked at before it is believed."""

from sealwright.errors import KeyUnavailableError, MalformedSignatureError
from sealwright.openpgp import message
from sealwright.openpgp.message import Message

__all__ = ["require"]


def require(content: bytes, document: bytes, fingerprint: str, backend: str) -> None:
    """Demand a binary signed message that holds the document and one signature, which names the key.

    Args:
        content: what was made.
        document: what was to be signed.
        fingerprint: of the key that was to sign, upper-case hexadecimal.
        backend: who made it, as users call it.

    Raises:
        KeyUnavailableError: `key.openpgp-produced`.
    """
    try:
        read = message.read(content)
    except MalformedSignatureError:
        read = Message()
    names = [each.fingerprint or each.key_id for each in read.signatures]
    if (
        not read.signed
        or read.literal != document
        or len(names) != 1
        or not fingerprint.endswith(names[0] or "?")
    ):
        raise KeyUnavailableError("key.openpgp-produced", backend=backend, key=fingerprint)
