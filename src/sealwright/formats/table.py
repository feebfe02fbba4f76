"""The formats by their ids, loaded on use."""

from collections.abc import Mapping
from importlib import import_module

from sealwright.formats.contract import Detailed, Signature
from sealwright.signature import StoredSignature, Summary

__all__ = ["PARSERS", "details", "parse"]

PARSERS: Mapping[str, str] = {
    "kms": "sealwright.formats.kms.signature:parse",
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


def details(signature: Signature) -> Summary:
    """What a signature says of itself, with all that people may want to see."""
    return signature.details if isinstance(signature, Detailed) else signature.summary
