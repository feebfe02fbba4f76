"""Descriptors as they stand in an index, one by one, so that a broken one spoils itself alone."""

from collections.abc import Mapping

import msgspec

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, UsageError

__all__ = ["descriptor_in", "entry_for"]


def descriptor_in(entry: object) -> Descriptor:
    """An entry of an index as a record; members that are null count as absent.

    Raises:
        MalformedContentError: `artifact.manifest-malformed`.
    """
    try:
        if not isinstance(entry, Mapping):
            raise _malformed("an entry of the list is not an object")
        known = {name: value for name, value in entry.items() if value is not None}
        found = msgspec.convert(known, Descriptor, dec_hook=_from_wire)
    except (msgspec.ValidationError, UsageError) as error:
        raise _malformed(str(error)) from None
    if found.size < 0:
        raise _malformed("a size is negative")
    return found


def entry_for(descriptor: Descriptor) -> dict[str, object]:
    """A descriptor as an entry of an index."""
    entry: dict[str, object] = msgspec.to_builtins(descriptor, enc_hook=str)
    return entry


def _malformed(problem: str) -> MalformedContentError:
    return MalformedContentError("artifact.manifest-malformed", problem=problem)


def _from_wire(kind: type, value: object) -> object:
    if kind is Digest and isinstance(value, str):
        return Digest.parse(value)
    raise msgspec.ValidationError(f"{kind.__name__} expected")
