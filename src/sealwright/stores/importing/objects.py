"""Signatures in the objects of a cluster, as `oc get … -o json` or `-o yaml` prints them.

An Image (image.openshift.io/v1) holds the signatures of one manifest, whose digest is its name:

    {"kind": "Image", "metadata": {"name": "sha256:…"}, "dockerImageReference": "host/ns/app@sha256:…",
     "signatures": [{"metadata": {"name": "sha256:…@…"}, "type": "atomic", "content": "<base64>"}]}

A ConfigMap of release signatures (label `release.openshift.io/verification-signatures`) holds many:

    {"kind": "ConfigMap", "binaryData": {"sha256-<hex>-<N>": "<base64>"}}

Lists of both (`List`, `ImageList`, `ConfigMapList`) are read, and YAML of several documents.
"""

import base64
import binascii
import re
from collections.abc import Iterator

from sealwright import limits, strict_json
from sealwright.errors import DocumentError, SealwrightError
from sealwright.reference import Reference
from sealwright.signature import Unreadable
from sealwright.stores.importing.found import Found, told_apart
from sealwright.stores.whole_listing import Item

__all__ = ["in_objects"]

_TYPES = frozenset({"atomic", "AtomicImageV1", ""})
"""What OpenShift calls GPG simple signatures; an empty type means them too."""

_KEY = re.compile(r"(?P<algorithm>sha256|sha384|sha512)-(?P<encoded>[0-9a-f]+)-[0-9]+")


def in_objects(content: bytes, file: str) -> Iterator[Found | Unreadable]:
    """Every signature in some objects.

    Args:
        content: JSON or YAML, at most `limits.IMPORTED_BYTES`.
        file: where it comes from, for messages.

    Raises:
        DocumentError: `store.import-malformed`.
    """
    found = [one for document in _documents(content, file) for one in _objects(document)]
    if not found:
        raise _malformed(file, "it holds neither an Image nor a ConfigMap")
    for one in found:
        yield from _in_image(one) if one["kind"] == "Image" else _in_config_map(one)


def _documents(content: bytes, file: str) -> list[object]:
    if len(content) > limits.IMPORTED_BYTES:
        raise _malformed(file, f"it is larger than {limits.IMPORTED_BYTES} bytes")
    if content.lstrip()[:1] in (b"{", b"["):
        try:
            return [strict_json.loads(content, limits.IMPORTED_BYTES)]
        except strict_json.JsonError as error:
            raise DocumentError(
                "store.import-malformed",
                file=file,
                line=error.position.line,
                column=error.position.column,
                problem=error.problem,
            ) from None
    import yaml  # noqa: PLC0415  # takes long

    try:
        return list(yaml.load_all(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: an impossible date
        raise _malformed(file, " ".join(str(error).split())[:200]) from None


def _objects(document: object) -> Iterator[dict[str, object]]:
    """The objects of a document that may hold signatures."""
    if not isinstance(document, dict):
        return
    kind, items = document.get("kind"), document.get("items")
    if kind in ("Image", "ConfigMap"):
        yield document
    elif isinstance(kind, str) and kind.endswith("List") and isinstance(items, list):
        inner = kind.removesuffix("List")
        for item in items:
            if isinstance(item, dict):
                yield from _objects({"kind": inner, **item})


def _in_image(image: dict[str, object]) -> Iterator[Found | Unreadable]:
    name = _text(_members(image, "metadata"), "name")
    repository = _repository(_text(image, "dockerImageReference"))
    signatures = image.get("signatures")
    for signature in signatures if isinstance(signatures, list) else []:
        if not isinstance(signature, dict):
            continue
        location = _text(_members(signature, "metadata"), "name") or f"a signature of {name}"
        kind = _text(signature, "type")
        if kind not in _TYPES:
            yield Unreadable(location, "store.foreign", {"location": location, "type": kind, "version": "1"})
            continue
        yield _decoded(location, signature.get("content"), name, repository)


def _in_config_map(found: dict[str, object]) -> Iterator[Found | Unreadable]:
    metadata = _members(found, "metadata")
    name = _text(metadata, "name")
    for key, value in sorted(_members(found, "binaryData").items(), key=lambda one: str(one[0])):
        match = _KEY.fullmatch(str(key))
        if match is not None:
            location = f"{name}/{key}" if name else str(key)
            yield _decoded(location, value, f"{match['algorithm']}:{match['encoded']}", "")


def _decoded(location: str, value: object, digest: str, repository: str) -> Found | Unreadable:
    """A signature in base64, or, as YAML may have it, in bytes."""
    if isinstance(value, bytes):
        return told_apart(Item(location, value), digest, repository)
    try:
        content = base64.b64decode("".join(str(value or "").split()), validate=True)
    except (binascii.Error, ValueError):
        problem = {"location": location, "problem": "its content is not base64 with padding"}
        return Unreadable(location, "store.content-malformed", problem)
    return told_apart(Item(location, content), digest, repository)


def _members(value: dict[str, object], name: str) -> dict[str, object]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _text(value: dict[str, object], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _repository(reference: str) -> str:
    try:
        return Reference.parse(reference).repository
    except SealwrightError:
        return ""


def _malformed(file: str, problem: str) -> DocumentError:
    return DocumentError("store.import-malformed", file=file, problem=problem)
