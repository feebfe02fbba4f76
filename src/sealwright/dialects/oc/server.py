"""The service, as the commands of oc reach it: `/api/v1` of it, and errors in oc's words."""

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from sealwright.dialects.fault import Fault
from sealwright.dialects.oc.kubeconfig import Session
from sealwright.errors import AccessDeniedError, NetworkError, RegistryError, SealwrightError
from sealwright.service_client.answers import Image, KeptSignature, Verification
from sealwright.service_client.client import ServiceClient
from sealwright.transport.client import Transport
from sealwright.transport.message import Request
from sealwright.transport.origin import Origin
from sealwright.transport.response import Response
from sealwright.transport.tls import VerifiedTls

__all__ = ["Refused", "Server", "basic"]

_NO_SERVICE = 0
_REACHED = "verify you have provided the correct host and port and that the server is currently running."


class Refused(Exception):  # noqa: N818  # an answer, which its caller puts into words
    """The server's answer with an error.

    Attributes:
        status: of the answer; 0 if what answered is not our service.
        reason: our reason code, if it carries one.
    """

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


class Server:
    """One server.

    Args:
        session: its address, and how it is verified.
        authorization: the value of the header field; that of the session's token if left out.
    """

    def __init__(self, session: Session, authorization: str | None = None) -> None:
        self._authorization = f"Bearer {session.token}" if authorization is None else authorization
        insecure = frozenset({Origin.of(session.server).authority}) if session.insecure else frozenset()
        tls = VerifiedTls(session.certificate_authority or None)
        self._transport = Transport(tls, insecure)
        self._client = ServiceClient(self._send, session.server)

    def name(self) -> str:
        """The name of the account that the credentials are of."""
        return str(self.ask("GET", "/api/v1/me")["name"])

    def ask(self, method: str, path: str, order: Mapping[str, object] | None = None) -> Any:
        """The answer to a request, as JSON; None if it has no body.

        Raises:
            Fault: the server was not reached.
            Refused: it answered with an error.
        """
        with _in_words():
            return self._client.ask(method, path, order)

    def images(self, digest: str) -> list[Image]:
        """An image in every repository that the account may see; raises as `ask`."""
        with _in_words():
            return list(self._client.images(digest))

    def image(self, repository: str, reference: str) -> Image:
        """An image in one repository; raises as `ask`."""
        with _in_words():
            return self._client.image(repository, reference)

    def content(self, signature: KeptSignature) -> bytes:
        """The bytes of a signature; raises as `ask`."""
        with _in_words():
            return self._client.content(signature)

    def record(self, signature: KeptSignature, order: Mapping[str, object]) -> Verification:
        """Have a record of a verification kept; raises as `ask`."""
        with _in_words():
            return self._client.record(signature, order)

    def change_grant(self, method: str, account: str, right: str) -> int:
        """Give (POST) or take (DELETE) a right in all repositories; gives how many rights changed."""
        if method == "POST":
            order = {"account": account, "pattern": "*", "rights": [right]}
            return int(self.ask("POST", "/api/v1/grants", order)["new"])
        query = f"account={quote(account, safe='')}&pattern=*&right={quote(right)}"
        return int(self.ask("DELETE", f"/api/v1/grants?{query}")["removed"])

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _send(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Response:
        headers = {**(headers or {}), "Authorization": self._authorization}
        return self._transport.send(Request(method, url, headers, body), redirects="same-origin")


def basic(user: str, password: str) -> str:
    """The header field for a user and a password (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode(errors="surrogateescape")).decode()


@contextmanager
def _in_words() -> Iterator[None]:
    """Tell refusals apart from a server that was not reached."""
    try:
        yield
    except (RegistryError, AccessDeniedError) as error:
        if error.code == "registry.service-refused":
            data = error.data
            raise Refused(int(str(data["status"])), str(data["reason"]), str(data["said"])) from None
        raise Refused(_NO_SERVICE, "", str(error)) from None
    except SealwrightError as error:
        raise Fault(_unreached(error)) from None


def _unreached(error: SealwrightError) -> str:
    if error.code == "network.tls-not-trusted":
        return (
            "The server uses a certificate signed by unknown authority. You may need to use the "
            "--certificate-authority flag to provide the path to a certificate file for the certificate "
            "authority, or --insecure-skip-tls-verify to bypass the certificate check and use insecure "
            "connections."
        )
    return f"{error} - {_REACHED}" if isinstance(error, NetworkError) else str(error)
