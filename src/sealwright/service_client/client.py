"""Requests to `/api/v1` of the service."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from sealwright import limits
from sealwright.errors import AccessDeniedError, NotFoundError, RegistryError
from sealwright.service_client.answers import History, Image, Images, KeptSignature, Verification
from sealwright.transport.response import Response

__all__ = ["Send", "ServiceClient"]

T = TypeVar("T")

_BAD, _FAILED = 400, 500
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY = 401, 403, 404, 429


class Send(Protocol):
    """Sends a request with whatever says who we are, and gives its answer, whatever its status."""

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Response:
        """See the class; raises NetworkError."""


class ServiceClient:
    """One service. As safe to use from several threads as what sends its requests.

    Args:
        send: sends requests.
        address: `https://host:port`.
    """

    def __init__(self, send: Send, address: str) -> None:
        self._send = send
        self._address = address

    def ask(self, method: str, path: str, order: object = None) -> Any:
        """The answer to a request, as JSON; None if it has no body.

        Args:
            method: of HTTP.
            path: with its query.
            order: the body, which is sent as JSON; None: there is none.

        Raises:
            RegistryError: `registry.service-refused`, `registry.service-absent`: what answers is not our
                service; a refusal for what is not there is a NotFoundError.
            AccessDeniedError: `registry.service-refused`.
            NetworkError: there is no answer.
        """
        content = self._asked(method, path, order, limits.SERVICE_ANSWER_BYTES)
        return self._read(content, object) if content else None

    def image(self, repository: str, digest: str) -> Image:
        """A manifest with its live signatures of every format; raises as `ask`."""
        query = urlencode({"repository": repository, "reference": digest})
        return self._get(f"/api/v1/images?{query}", Image)

    def images(self, digest: str) -> Iterator[Image]:
        """The same in every repository that holds it; raises as `ask`."""
        last: str | None = ""
        for _ in range(limits.SERVICE_PAGES):
            query = f"?{urlencode({'last': last})}" if last else ""
            page = self._get(f"/api/v1/images/{quote(digest, safe=':')}{query}", Images)
            yield from page.images
            last = page.next
            if last is None:
                return

    def content(self, signature: KeptSignature) -> bytes:
        """The bytes of a signature, or those of the manifest that carries it; raises as `ask`."""
        return self._asked("GET", f"{_path(signature.id)}/content", None, limits.ENVELOPE_BYTES)

    def upload(self, repository: str, digest: str, content: bytes) -> KeptSignature:
        """Have a signature by a key of a vault kept; raises as `ask`.

        Args:
            repository: its name in the service.
            digest: of the image.
            content: the stored form (`formats.kms.content`).
        """
        order = {"repository": repository, "format": "kms", "content": msgspec.Raw(content)}
        path = f"/api/v1/images/{quote(digest, safe=':')}/signatures"
        return self._read(self._asked("POST", path, order, limits.SERVICE_ANSWER_BYTES), KeptSignature)

    def history(self, signature: KeptSignature) -> Iterator[Verification]:
        """The records of a signature, the last one first; raises as `ask`."""
        query = ""
        for _ in range(limits.SERVICE_PAGES):
            page = self._get(f"{_path(signature.id)}/verifications{query}", History)
            yield from page.verifications
            if page.next is None:
                return
            query = f"?{urlencode({'last': page.next})}"

    def record(self, signature: KeptSignature, order: Mapping[str, object]) -> Verification:
        """Have a record of a verification kept; raises as `ask`.

        Args:
            signature: that was verified.
            order: the record, as the API takes it.
        """
        content = self._asked(
            "POST", f"{_path(signature.id)}/verifications", order, limits.SERVICE_ANSWER_BYTES
        )
        return self._read(content, Verification)

    def _get(self, path: str, kind: type[T]) -> T:
        return self._read(self._asked("GET", path, None, limits.SERVICE_ANSWER_BYTES), kind)

    def _asked(self, method: str, path: str, order: object, most: int) -> bytes:
        headers = {"Accept": "application/json, */*"}
        body = None
        if order is not None:
            headers["Content-Type"] = "application/json"
            body = msgspec.json.encode(order, enc_hook=str)
        with self._send(method, f"{self._address}{path}", headers, body) as response:
            if response.status < _BAD:
                return response.read(most)
            raise self._refusal(response.status, response.beginning(limits.ERROR_BODY_BYTES))

    def _read(self, content: bytes, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(content, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise RegistryError("registry.service-absent", name=self._address, problem=str(error)) from None

    def _refusal(self, status: int, content: bytes) -> RegistryError | AccessDeniedError:
        """The error for a refusal: `reason` in its data is the service's own code, `detail` its own data."""
        detail: dict[str, str] = {}
        try:
            error = msgspec.json.decode(content)["errors"][0]
            reason, said = str(error["detail"]["reason"]), str(error["message"])
            detail = {str(name): _line(str(value)) for name, value in error["detail"].items()}
        except (
            msgspec.MsgspecError,
            UnicodeDecodeError,
            RecursionError,
            TypeError,
            LookupError,
            AttributeError,
        ):
            reason, said = "", f"it answered with status {status}"
            if status < _FAILED and status != _TOO_MANY:
                return RegistryError("registry.service-absent", name=self._address, problem=said)
        data = {
            "name": self._address,
            "status": status,
            "reason": reason,
            "said": _line(said),
            "detail": detail,
        }
        if status in (_UNAUTHORIZED, _FORBIDDEN):
            return AccessDeniedError("registry.service-refused", **data)
        kind = NotFoundError if status == _NOT_FOUND else RegistryError
        made = kind("registry.service-refused", **data)
        made.retryable = status == _TOO_MANY or status >= _FAILED
        return made


def _line(text: str) -> str:
    """What a service said, as one line that can be shown."""
    return "".join(one if one.isprintable() else " " for one in text[: limits.CLAIM_LENGTH])


def _path(identifier: str) -> str:
    return f"/api/v1/signatures/{quote(identifier, safe='')}"
