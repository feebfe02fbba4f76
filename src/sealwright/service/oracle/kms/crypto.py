"""Operations with keys (Oracle, "KmsCrypto"): they sign and verify, and do nothing else here.

What a rule of approval covers is signed once it has been approved (`asking`). A client may name the request:

    {"keyId": …, "message": …, "signingAlgorithm": …, "loggingContext": {"approval": "IDENTIFIER"}}
"""

from base64 import b64encode

from sealwright.approval.orders import Order
from sealwright.errors import AccessDeniedError, UsageError
from sealwright.service.oracle.kms import orders
from sealwright.service.oracle.kms.context import BASE, Kms
from sealwright.service.oracle.wire import Answer, Call, Operation
from sealwright.service.vault.records import Signed
from sealwright.service.web.caller import Caller

__all__ = ["operations"]

_APPROVAL = "approval"
_NEEDED = "approval.needed"
_NOTE = "asked for by Oracle's API"
_UNSERVED = {
    "Encrypt": ("encrypt", "keys of a vault sign here, and encrypt nothing"),
    "Decrypt": ("decrypt", "keys of a vault sign here, and decrypt nothing"),
    "GenerateDataEncryptionKey": (
        "generateDataEncryptionKey",
        "keys of a vault sign here, and wrap no other keys",
    ),
    "ExportKey": (
        "exportKey",
        "private keys never leave a vault; the public key is in the answer to GetKeyVersion",
    ),
}


def operations(kms: Kms) -> tuple[Operation, ...]:
    """Those with keys."""

    async def sign(call: Call) -> Answer:
        order = call.body(orders.Sign)
        version = order.key_version_id
        signed = await kms.run(
            _signed,
            kms,
            call.caller,
            (order.logging_context or {}).get(_APPROVAL, ""),
            kms.key(call, order.key_id),
            "" if version is None else kms.version(version),
            order.signing_algorithm,
            orders.decoded("message", order.message),
            digested=order.message_type == "DIGEST",
        )
        return Answer(
            {
                "keyId": signed.key_id,
                "keyVersionId": signed.version_id,
                "signature": b64encode(signed.signature).decode(),
                "signingAlgorithm": signed.algorithm,
            }
        )

    async def verify(call: Call) -> Answer:
        order = call.body(orders.Verify)
        valid = await kms.run(
            kms.vaults.verify,
            call.caller,
            kms.key(call, order.key_id),
            kms.version(order.key_version_id),
            order.signing_algorithm,
            orders.decoded("message", order.message),
            orders.decoded("signature", order.signature),
            digested=order.message_type == "DIGEST",
        )
        return Answer({"isSignatureValid": valid})

    return (
        Operation("Sign", "POST", f"{BASE}/sign", sign),
        Operation("Verify", "POST", f"{BASE}/verify", verify),
        *(_unserved(name, path, why) for name, (path, why) in _UNSERVED.items()),
    )


def _signed(
    kms: Kms,
    caller: Caller,
    approval: str,
    key: str,
    version: str,
    algorithm: str,
    message: bytes,
    *,
    digested: bool,
) -> Signed:
    """Sign, by the approval that is named, or by the one that stands for exactly this."""
    order = (caller, key, version or None, algorithm, message)
    try:
        return kms.vaults.sign(*order, digested=digested, approval=approval)
    except AccessDeniedError as error:
        if error.code != _NEEDED or approval:
            raise
    asked = Order("use", key, version, algorithm, digested, message, _NOTE)
    return kms.vaults.sign(*order, digested=digested, approval=kms.asking.request(caller, asked))


def _unserved(name: str, path: str, why: str) -> Operation:
    async def refuse(_call: Call) -> Answer:
        raise UsageError("oracle.operation-unserved", name=name, why=why)

    return Operation(name, "POST", f"{BASE}/{path}", refuse)
