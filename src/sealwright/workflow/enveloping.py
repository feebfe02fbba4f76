"""What a key makes of an order, whatever kind of key it is."""

from collections.abc import Mapping

import msgspec

from sealwright.formats.notary import enveloped, signing
from sealwright.formats.orders import Prepared, SigningOrder
from sealwright.interfaces import EnvelopeMaker, LateSigner, Signer
from sealwright.pki.algorithms import BY_NAME

__all__ = ["NotaryKey", "enveloped_by", "signed_by"]

NotaryKey = Signer | LateSigner | EnvelopeMaker
"""A key that makes Notary signatures."""


def signed_by(key: Signer | LateSigner, order: SigningOrder) -> tuple[Prepared, bytes]:
    """A signature that is ready to be assembled: all of it, and the value that the key gave.

    Args:
        key: that signs.
        order: what to sign and how.

    Raises:
        UsageError: `signing.expiry-not-after-signing`, or a `signing.metadata-` code.
        KeyUnavailableError: the key or its certificates cannot be used.
        EnvironmentalError: the key cannot be reached.
    """
    if isinstance(key, LateSigner):
        order = msgspec.structs.replace(order, agent=f"{order.agent} {key.agent}".strip())
        unshown = signing.prepare_unshown(order, key.algorithm)
        value, chain = key.sign_and_show(unshown.message)
        return signing.shown(unshown, chain, order.signed_at), value
    prepared = signing.prepare(order, key.certificates)
    return prepared, key.sign(prepared.message, BY_NAME[prepared.algorithm])


def enveloped_by(key: EnvelopeMaker, order: SigningOrder) -> tuple[bytes, Mapping[str, str]]:
    """A whole envelope, checked, and annotations for the manifest that carries it.

    Args:
        key: that makes it.
        order: what to sign and how.

    Raises:
        UsageError: a `signing.metadata-` code.
        KeyUnavailableError: `key.envelope-malformed`, `key.envelope-invalid`, `key.envelope-payload`.
        EnvironmentalError: the key cannot be reached.
    """
    expires_in = order.expiry - order.signed_at if order.expiry is not None else None
    content, annotations = key.envelop(signing.payload_of(order), order.envelope, expires_in)
    enveloped.require(content, order)
    return content, annotations
