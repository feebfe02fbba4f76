"""What the routes of the API have in common: what they are about, JSON, and links between pages."""

from collections.abc import Sequence
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from sealwright.digest import Digest
from sealwright.errors import NotFoundError
from sealwright.service.api import parameters
from sealwright.service.api.shown import Shown, shown
from sealwright.service.registry.content import Content
from sealwright.service.registry.queries import manifests
from sealwright.service.signatures.queries import rows, verifications
from sealwright.service.signatures.records import Signature
from sealwright.service.web.asked import Asked

__all__ = ["json", "link", "manifest_for", "shown_each", "signature_for"]


async def signature_for(content: Content, asked: Asked, value: str) -> Signature:
    """The signature of an identifier. What the caller may not pull is as good as not there.

    Raises:
        AccessDeniedError: a login may help.
        NotFoundError: `service.signature-unknown`.
    """
    found = await content.read(rows.find, parameters.identifier(value))
    if found is not None and asked.caller.may("pull", found.repository):
        return found
    if asked.caller.kind == "anonymous" and not asked.caller.administers:
        raise asked.caller.refusal("pull", "*", "registry:catalog:*")
    raise NotFoundError("service.signature-unknown", signature=value)


async def manifest_for(content: Content, repository: str, selected: Digest | str) -> manifests.Found:
    """The manifest of a tag or digest.

    Raises:
        NotFoundError: `service.manifest-unknown`.
    """
    found = await content.read(manifests.head, repository, selected)
    if found is None:
        raise NotFoundError("service.manifest-unknown", repository=repository, reference=selected)
    return found


async def shown_each(content: Content, signatures: Sequence[Signature]) -> list[Shown]:
    """Signatures as they are shown, each with its last record of a verification."""
    latest = await content.read(verifications.latest, [one.id for one in signatures])
    return [shown(one, latest.get(one.id)) for one in signatures]


def json(value: object, status: int = 200) -> Response:
    """An answer in JSON."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def link(response: Response, asked: Asked, most: int, last: str) -> None:
    """Name the next page (RFC 8288): the same question, from there on."""
    query = {name: values[0] for name, values in asked.parameters.items() if name not in ("n", "last")}
    query |= {"n": str(most), "last": last}
    response.headers["Link"] = f'<{asked.path}?{urlencode(query)}>; rel="next"'
