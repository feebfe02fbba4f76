"""The formats by their ids, loaded on use."""

from collections.abc import Mapping
from importlib import import_module

from sealwright.formats.contract import Signature
from sealwright.signature import StoredSignature

__all__ = ["PARSERS", "parse"]

PARSERS: Mapping[str, str] = {
    "notary": "sealwright.formats.notary.signature:parse",
    "simple": "sealwright.formats.simple.signature:parse",
}
"""Format id to `module:function`."""


def parse(stored: StoredSignature) -> Signature:
    """Read a signature with the parser of its format.

    Raises:
        MalformedSignatureError: a `parse.` code.
    """
    module, _, function = PARSERS[stored.format].partition(":")
    signature: Signature = getattr(import_module(module), function)(stored)
    return signature
