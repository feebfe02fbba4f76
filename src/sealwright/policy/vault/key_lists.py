"""Key lists of Oracle's Kubernetes clusters, as policies of our own.

A cluster has `imagePolicyConfig`: whether images are verified, and up to five keys, any one of which will do.
Enabled without a key, the cluster lets everything pass; the policy that comes of it refuses everything.

Source: Oracle's API reference, "ImagePolicyConfig". Taken are the object itself, a cluster that holds it, and
what the command line client prints of one, where names are in lower case with hyphens.
"""

import json
from collections.abc import Mapping, Sequence
from typing import cast

from sealwright import limits, strict_json
from sealwright.errors import DocumentError
from sealwright.formats.kms.ocid import is_ocid
from sealwright.policy.vault.scopes import WILDCARD

__all__ = ["is_key_list", "policy_of"]

_CONFIG = ("imagePolicyConfig", "image-policy-config")
_ENABLED = ("isPolicyEnabled", "is-policy-enabled")
_DETAILS = ("keyDetails", "key-details")
_KEY = ("kmsKeyId", "kms-key-id")


def is_key_list(content: bytes) -> bool:
    """Whether some bytes seem to be such a list.

    Args:
        content: of a file, which may be broken.
    """
    return any(f'"{word}"'.encode() in content for word in (*_CONFIG, *_ENABLED))


def policy_of(content: bytes, file: str, scopes: Sequence[str] = (WILDCARD,)) -> bytes:
    """The policy that asks for a signature by any key of the list.

    Args:
        content: of the file.
        file: its name, for messages.
        scopes: what the policy is about.

    Raises:
        DocumentError: `policy.malformed`, `policy.vault-key-list`, `policy.vault-key-list-off`.
    """
    try:
        found = strict_json.loads(content, limits.CONFIG_FILE_BYTES)
    except strict_json.JsonError as error:
        line, column = error.position
        raise DocumentError(
            "policy.malformed", file=file, line=line, column=column, problem=error.problem
        ) from None
    config = _config(found)
    if _member(config, _ENABLED) is False:
        raise DocumentError("policy.vault-key-list-off", file=file)
    details = _member(config, _DETAILS)
    listed = [_member(one, _KEY) for one in details] if isinstance(details, list) else []
    whole = _member(config, _ENABLED) is True and (details is None or isinstance(details, list))
    if not whole or not all(isinstance(key, str) and is_ocid(key, "key") for key in listed):
        raise DocumentError("policy.vault-key-list", file=file)
    statement = {
        "name": "cluster",
        "scopes": list(scopes),
        "signedBy": {"any": [{"key": key} for key in dict.fromkeys(listed)]},
    }
    return json.dumps({"version": "1.0", "statements": [statement]}, indent=4).encode() + b"\n"


def _config(found: object) -> Mapping[str, object]:
    """The object itself: it may lie in a cluster, and that in what the client prints."""
    for _ in range(2):
        for names in (("data",), _CONFIG):
            inner = _member(found, names)
            found = found if inner is None else inner
    return cast("Mapping[str, object]", found) if isinstance(found, dict) else {}


def _member(found: object, names: Sequence[str]) -> object:
    members = found if isinstance(found, dict) else {}
    return next((members[name] for name in names if name in members), None)
