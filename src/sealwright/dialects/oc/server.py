"""The service, as the commands of oc reach it: `/api/v1` of it, and errors in oc's words."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from sealwright import limits
from sealwright.dialects.fault import Fault
from sealwright.dialects.oc.kubeconfig import Session
from sealwright.errors import NetworkError, SealwrightError
from sealwright.transport.client import Transport
from sealwright.transport.message import Request
from sealwright.transport.origin import Origin
from sealwright.transport.tls import VerifiedTls

__all__ = ["Refused", "Server", "basic"]

_UNAUTHORIZED = 401
_FORBIDDEN = 403
_BAD = 400
_REACHED = "verify you have provided the correct host and port and that the server is currently running."


class Refused(Exception):  # noqa: N818  # an answer, which its caller puts into words
    """The server's answer with an error.

    Attributes:
        status: of the answer.
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
        self._session = session
        self._authorization = f"Bearer {session.token}" if authorization is None else authorization
        insecure = frozenset({Origin.of(session.server).authority}) if session.insecure else frozenset()
        tls = VerifiedTls(session.certificate_authority or None)
        self._transport = Transport(tls, insecure)

    def name(self) -> str:
        """The name of the account that the credentials are of."""
        return str(self.ask("GET", "/api/v1/me")["name"])

    def ask(self, method: str, path: str, order: Mapping[str, object] | None = None) -> Any:
        """The answer to a request, as JSON; None if it has no body.

        Raises:
            Fault: the server was not reached.
            Refused: it answered with an error.
        """
        headers = {"Authorization": self._authorization}
        body = None
        if order is not None:
            headers["Content-Type"] = "application/json"
            body = msgspec.json.encode(order)
        request = Request(method, f"{self._session.server}{path}", headers, body)
        try:
            with self._transport.send(request, redirects="same-origin") as response:
                status, content = response.status, response.read(limits.TOKEN_BYTES)
        except SealwrightError as error:
            raise Fault(_unreached(error)) from None
        try:
            found = msgspec.json.decode(content) if content else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            found = None
            status = max(status, _BAD)
        if status >= _BAD:
            raise _refused(status, found)
        return found

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


def basic(user: str, password: str) -> str:
    """The header field for a user and a password (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode(errors="surrogateescape")).decode()


def _refused(status: int, found: object) -> Refused:
    try:
        error = found["errors"][0]  # type: ignore[index]  # whatever came is caught
        return Refused(status, str(error["detail"]["reason"]), str(error["message"]))
    except (TypeError, KeyError, IndexError):
        return Refused(status, "", f"the server answered {status}")


def _unreached(error: SealwrightError) -> str:
    if error.code == "network.tls-not-trusted":
        return (
            "The server uses a certificate signed by unknown authority. You may need to use the "
            "--certificate-authority flag to provide the path to a certificate file for the certificate "
            "authority, or --insecure-skip-tls-verify to bypass the certificate check and use insecure "
            "connections."
        )
    return f"{error} - {_REACHED}" if isinstance(error, NetworkError) else str(error)
