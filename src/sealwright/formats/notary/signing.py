"""Making a signature: what the key has to sign, and the envelope around the value it gives.

Source: signature-specification.md, "Signing Steps". The algorithm is that of the leaf's key. A chain that
no verifier would accept is refused before the key is asked, and `assemble` verifies what it made.
"""

from datetime import UTC, datetime

import msgspec

from sealwright.errors import (
    CheckFailedError,
    InternalError,
    KeyUnavailableError,
    MalformedContentError,
    UsageError,
)
from sealwright.formats.notary import attributes as attribute
from sealwright.formats.notary import payload as payloads
from sealwright.formats.notary.attributes import SignedAttributes, UnsignedAttributes
from sealwright.formats.notary.envelope import codec
from sealwright.formats.orders import Prepared, SigningOrder
from sealwright.pki import certificate as certificates
from sealwright.pki import chain as chains
from sealwright.pki import keys
from sealwright.pki.algorithms import Algorithm
from sealwright.pki.certificate import Certificate

__all__ = ["assemble", "payload_of", "prepare", "prepare_unshown", "shown"]


def prepare(order: SigningOrder, chain: tuple[bytes, ...]) -> Prepared:
    """The exact bytes to sign, and all else that the envelope needs.

    Args:
        order: what to sign and how.
        chain: DER certificates, the leaf first, the root last.

    Raises:
        UsageError: `signing.expiry-not-after-signing`, or a `signing.metadata-` code.
        KeyUnavailableError: a `certificate.` code: the chain cannot be used for signing.
        MalformedSignatureError: `parse.envelope-type-unknown`.
    """
    leaf, *_ = _usable(chain, _whole_seconds(order.signed_at))
    return _prepared(order, keys.require_algorithm(leaf.public_key), chain)


def prepare_unshown(order: SigningOrder, algorithm: Algorithm) -> Prepared:
    """The same for a key that shows its certificates only along with its signature; see `shown`.

    Args:
        order: what to sign and how.
        algorithm: what the key signs with.

    Raises:
        UsageError: `signing.expiry-not-after-signing`, or a `signing.metadata-` code.
        MalformedSignatureError: `parse.envelope-type-unknown`.
    """
    return _prepared(order, algorithm, ())


def shown(prepared: Prepared, chain: tuple[bytes, ...], signed_at: datetime) -> Prepared:
    """What `prepare_unshown` has made, with the certificates that the key has shown.

    Args:
        prepared: without certificates.
        chain: DER certificates, the leaf first, the root last.
        signed_at: the signing time, aware.

    Raises:
        KeyUnavailableError: `key.algorithm-mismatch`, or a `certificate.` code: the chain cannot be used.
    """
    leaf, *_ = _usable(chain, _whole_seconds(signed_at))
    fitting = keys.require_algorithm(leaf.public_key).name
    if fitting != prepared.algorithm:
        raise KeyUnavailableError("key.algorithm-mismatch", wanted=prepared.algorithm, fitting=fitting)
    return msgspec.structs.replace(prepared, chain=chain)


def payload_of(order: SigningOrder) -> bytes:
    """The payload, as the envelope's kind writes it.

    Raises:
        UsageError: a `signing.metadata-` code.
        MalformedSignatureError: `parse.envelope-type-unknown`.
    """
    target = payloads.with_metadata(order.payload, order.user_metadata)
    return payloads.write(target, codec(order.envelope).PAYLOAD_ORDER)


def _prepared(order: SigningOrder, algorithm: Algorithm, chain: tuple[bytes, ...]) -> Prepared:
    signed_at = _whole_seconds(order.signed_at)
    expiry = _whole_seconds(order.expiry) if order.expiry else None
    if expiry and expiry <= signed_at:
        raise UsageError(
            "signing.expiry-not-after-signing", expiry=expiry.isoformat(), signed_at=signed_at.isoformat()
        )
    kind = codec(order.envelope)
    attributes = SignedAttributes(
        algorithm=algorithm,
        signing_time=signed_at,
        expiry=expiry,
        critical=(attribute.SCHEME, attribute.EXPIRY) if expiry else (attribute.SCHEME,),
    )
    payload = payload_of(order)
    protected = kind.protect(attributes)
    message = kind.message(protected, payload)
    return Prepared(order.envelope, algorithm.name, message, protected, payload, chain, order.agent)


def _whole_seconds(time: datetime) -> datetime:
    if time.tzinfo is None:
        raise InternalError("internal.unexpected", problem="a time without a time zone")
    return time.astimezone(UTC).replace(microsecond=0)


def _usable(chain: tuple[bytes, ...], signed_at: datetime) -> tuple[Certificate, ...]:
    try:
        parsed = chains.parse(chain)
        chains.require(parsed)
        chains.require_valid(parsed, signed_at)
    except (CheckFailedError, MalformedContentError) as error:
        raise KeyUnavailableError(error.code, **error.data) from None
    return parsed


def assemble(prepared: Prepared, value: bytes, timestamp: bytes | None = None) -> bytes:
    """The finished envelope.

    Args:
        prepared: as `prepare` made it, maybe long ago.
        value: the raw signature of `prepared.message`.
        timestamp: a TimeStampToken over `value`, which the caller has verified; None: there is none.

    Raises:
        KeyUnavailableError: `key.signature-invalid`: the value is not that of the leaf's key.
    """
    kind = codec(prepared.envelope)
    unsigned = UnsignedAttributes(agent=prepared.agent, timestamp=timestamp or b"")
    content = kind.write(prepared.protected, prepared.payload, value, prepared.chain, unsigned)
    made = kind.read(content)
    leaf = certificates.parse(made.chain[0])
    try:
        keys.verify(leaf.public_key, made.signature, made.message, made.attributes.algorithm)
    except CheckFailedError:
        raise KeyUnavailableError("key.signature-invalid", subject=leaf.subject_text) from None
    if (made.message, made.payload, made.chain) != (prepared.message, prepared.payload, prepared.chain):
        raise InternalError("internal.unexpected", problem="an envelope does not read as it was written")
    return content
