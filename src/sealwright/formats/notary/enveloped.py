"""Envelopes that somebody else has made for us: a plugin that gives whole ones.

Source: plugin-extensibility.md, "generate-envelope". Before such an envelope is kept:

1. it is of the kind that was asked for, and reads as strictly as any other
2. its chain, its algorithm and its signature hold
3. it is about what was to be signed; annotations may have been added, none taken away or changed
"""

from sealwright.errors import CheckFailedError, KeyUnavailableError, MalformedSignatureError
from sealwright.formats.notary import judging, payload, signature
from sealwright.formats.notary.signature import NotarySignature
from sealwright.formats.orders import SigningOrder
from sealwright.signature import StoredSignature

__all__ = ["require"]


def require(content: bytes, order: SigningOrder) -> NotarySignature:
    """Check an envelope; gives it as it reads.

    Args:
        content: the envelope.
        order: what was asked for.

    Raises:
        KeyUnavailableError: `key.envelope-malformed`, `key.envelope-invalid`, `key.envelope-payload`.
        UsageError: a `signing.metadata-` code.
    """
    # 1. form
    try:
        made = signature.parse(StoredSignature("notary", "", order.envelope, content))
    except MalformedSignatureError as error:
        raise KeyUnavailableError("key.envelope-malformed", rule=error.code, problem=str(error)) from None
    # 2. integrity
    try:
        judging.integrity(made.envelope, made.chain)
    except CheckFailedError as error:
        raise KeyUnavailableError("key.envelope-invalid", rule=error.code, problem=str(error)) from None
    # 3. payload
    wanted = payload.with_metadata(order.payload, order.user_metadata)
    kept = wanted.annotations.items() <= made.target.annotations.items()
    if not made.target.same_content(wanted) or not kept:
        raise KeyUnavailableError(
            "key.envelope-payload", signed=str(made.target.digest), wanted=str(wanted.digest)
        )
    return made
