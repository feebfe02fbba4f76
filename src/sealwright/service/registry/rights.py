"""Which right a request to the registry needs.

Attaching a signature is a right of its own, `sign`. A manifest is a signature if its artifact type says so,
or if it goes by a tag under which cosign keeps signatures and attestations; the proof that people approved a
signature counts as one. Who holds `sign` but not `push` may upload blobs no larger than a signature, and push
only signatures, and the indexes that stand in for the referrers API (tag `sha256-<hex>`).
"""

import re

from sealwright import limits, media_types
from sealwright.service.registry.queries.manifests import Record
from sealwright.service.web.caller import Caller

__all__ = ["is_signature", "most_to_upload", "require_put", "require_upload"]

_SIGNATURE_TAG = re.compile(r"sha(256|512)-[0-9a-f]{64,128}\.(sig|att)")
_REFERRERS_TAG = re.compile(r"sha(256|512)-[0-9a-f]{64}")


def is_signature(artifact_type: str | None, tags: tuple[str, ...] = ()) -> bool:
    """Whether a manifest of that artifact type, which goes by those tags, is a signature or goes with one."""
    return artifact_type in media_types.CARRIED or any(_SIGNATURE_TAG.fullmatch(tag) for tag in tags)


def require_put(caller: Caller, repository: str, record: Record, tags: tuple[str, ...]) -> None:
    """Return if the caller may push that manifest to those tags; raises as `Caller.require` does.

    A tag that images go by is moved only by who may push, whatever it is moved to.
    """
    if is_signature(record.artifact_type, tags):
        caller.require("sign", repository)
        if not all(_SIGNATURE_TAG.fullmatch(tag) for tag in tags):
            caller.require("push", repository)
    elif record.manifests and tags and all(_REFERRERS_TAG.fullmatch(tag) for tag in tags):
        caller.require("push", repository, "sign")
    else:
        caller.require("push", repository)


def require_upload(caller: Caller, repository: str) -> None:
    """Return if the caller may upload blobs; raises as `Caller.require` does."""
    caller.require("push", repository, "sign")


def most_to_upload(caller: Caller, repository: str) -> int:
    """How many bytes a blob of theirs may have."""
    return limits.BLOB_BYTES if caller.may("push", repository) else limits.ENVELOPE_BYTES
