"""What a registry announces of its own signatures, in the labels of an image that it keeps for that.

atomic asks for the image `sigstore` of a namespace, then of the registry, when it first pulls from there:
`pubkey-id`, `pubkey-fingerprint`, `pubkey-url`, `sigstore-url` and perhaps `sigstore-type`. Whoever controls
the registry controls the announcement: it is worth what the first visit is worth, and a person has to agree.
"""

import json
from collections.abc import Iterator, Mapping

import msgspec

from sealwright import limits, media_types
from sealwright import manifest as manifests
from sealwright.descriptor import Descriptor
from sealwright.errors import SealwrightError
from sealwright.homes.containers.registries_d import RegistriesD
from sealwright.interfaces import Repository
from sealwright.reference import Reference
from sealwright.workflow.context import Context

__all__ = ["Announcement", "announced"]

_WANTED = ("pubkey-id", "pubkey-fingerprint", "pubkey-url", "sigstore-url")


class Announcement(msgspec.Struct, frozen=True):
    """What is announced for a scope; all of it as the registry wrote it."""

    scope: str
    key_id: str
    fingerprint: str
    key_url: str
    store: str
    kind: str


def announced(context: Context, image: Reference, configured: RegistriesD, name: str) -> Announcement | None:
    """The announcement for an image, if nothing is configured for its namespace or registry.

    Args:
        context: opens images.
        image: that is about to be pulled.
        configured: scopes that are known already.
        name: of the image that announces.
    """
    for scope in _scopes(image):
        if scope in configured.sections:
            return None
        labels = _labels(context, f"docker://{scope}/{name}")
        if all(labels.get(key) for key in _WANTED):
            key_id, fingerprint, key_url, store = (labels[key] for key in _WANTED)
            kind = labels.get("sigstore-type") or "web"
            return Announcement(scope, key_id, fingerprint, key_url, store, kind)
    return None


def _scopes(image: Reference) -> Iterator[str]:
    namespace, slash, _ = image.path.partition("/")
    if slash:
        yield f"{image.domain}/{namespace}"
    yield image.domain


def _labels(context: Context, image: str) -> Mapping[str, str]:
    """The labels of an image; none if it is not there, or anything is wrong with it."""
    try:
        with context.open_image(image) as place:
            descriptor = place.subject().descriptor
            parsed = manifests.parse(place.repository.manifest(descriptor))
            if descriptor.media_type in media_types.INDEXES:
                if not parsed.manifests:
                    return {}
                parsed = manifests.parse(place.repository.manifest(parsed.manifests[0]))
            return {} if parsed.config is None else _of_config(place.repository, parsed.config)
    except SealwrightError:
        return {}


def _of_config(repository: Repository, config: Descriptor) -> Mapping[str, str]:
    if config.size > limits.CONFIG_FILE_BYTES:
        return {}
    content = b"".join(repository.open_blob(config))
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    inner = found.get("config") if isinstance(found, dict) else None
    labels = inner.get("Labels") if isinstance(inner, dict) else None
    if not isinstance(labels, dict):
        return {}
    return {name: value for name, value in labels.items() if isinstance(value, str)}
