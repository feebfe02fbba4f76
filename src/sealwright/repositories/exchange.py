"""Requests to one repository of one registry, authorised."""

import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from sealwright import limits
from sealwright.errors import AccessDeniedError
from sealwright.events import EventSink
from sealwright.repositories import answers, challenge
from sealwright.repositories.endpoints import Endpoints
from sealwright.repositories.scopes import Scope
from sealwright.repositories.tokens import Authoriser, Wanted
from sealwright.transport.client import Transport
from sealwright.transport.deadline import Deadline
from sealwright.transport.message import Body, Request
from sealwright.transport.origin import Origin, joined
from sealwright.transport.response import Response
from sealwright.transport.retries import RETRIED, Backoff

__all__ = ["Exchange", "Outside"]

_UNAUTHORISED = 401


class Outside(msgspec.Struct, frozen=True):
    """What all exchanges of one run share.

    `referrers_api` tells of repositories, by `domain/path`, whether they turned out to have that API, and
    until when that is believed, on the monotonic clock. `signature_extension` tells of
    registries, by their domains, whether they keep simple signatures.
    """

    transport: Transport
    endpoints: Endpoints
    authoriser: Authoriser
    events: EventSink
    deadline: Deadline
    referrers_api: dict[str, tuple[bool, float]] = {}
    signature_extension: dict[str, bool] = {}


class Exchange:
    """Sends requests about one repository.

    Args:
        outside: shared by the run.
        domain: of the registry, as in references.
        path: of the repository; empty for the registry as a whole.
        scopes: what the run needs, so that one token serves it.
    """

    def __init__(self, outside: Outside, domain: str, path: str, scopes: tuple[Scope, ...]) -> None:
        self._outside = outside
        self._domain = domain
        self._scopes = scopes
        self.path = path
        self.name = f"{domain}/{path}" if path else domain
        self.events = outside.events

    @property
    def origin(self) -> Origin:
        """Of the registry."""
        return self._outside.endpoints.origin(self._domain)

    @property
    def has_referrers_api(self) -> bool | None:
        """Whether the repository has the referrers API, as far as the run has found out."""
        has, until = self._outside.referrers_api.get(self.name, (False, 0.0))
        return has if time.monotonic() < until else None

    @has_referrers_api.setter
    def has_referrers_api(self, has: bool) -> None:
        known = self._outside.referrers_api
        if len(known) >= limits.REPOSITORIES_KNOWN:
            known.clear()
        known[self.name] = (has, time.monotonic() + limits.REFERRERS_API_SECONDS)

    def has_signature_extension(self) -> bool:
        """Whether the registry keeps simple signatures; it is asked if no answer has told yet.

        Raises:
            NetworkError: it cannot be reached.
            RegistryError: it cannot say for now.
        """
        known = self._outside.signature_extension
        if self._domain not in known:
            request = Request("GET", f"{self.origin}/v2/")
            response = self._outside.transport.send(request, self.short())
            if response.status in RETRIED or response.status >= 500:  # noqa: PLR2004  # server errors
                raise answers.failure(response, self._domain, "registry")
            response.discard()
            known[self._domain] = _told_of_signatures(response)
        return known[self._domain]

    def _heard(self, response: Response) -> Response:
        """Notice what an answer of the registry itself, not of where it redirects to, tells of it."""
        if _told_of_signatures(response) and Origin.of(response.url) == self.origin:
            self._outside.signature_extension[self._domain] = True
        return response

    @property
    def deleting(self) -> tuple[Scope, ...]:
        """The scope that deleting in this repository needs besides those of the run."""
        return (Scope.of_repository(self.path, "delete"),)

    def url(self, rest: str) -> str:
        """The URL of something in the repository, such as `manifests/v1`."""
        path = f"{self.path}/" if self.path else ""
        return f"{self.origin}/v2/{path}{rest}"

    def short(self) -> Deadline:
        """The deadline of a request that moves little."""
        return self._outside.deadline.within(limits.REQUEST_SECONDS)

    def long(self) -> Deadline:
        """The deadline of a request that moves a blob: that of the whole run."""
        return self._outside.deadline

    def backoff(self) -> Backoff:
        """The waits between tries of something that others stand in the way of."""
        return Backoff(self._outside.transport.retries)

    def landed(self, response: Response, location: str) -> str:
        """A Location as an absolute URL.

        A registry behind a proxy that ends TLS often names itself with http; that is mended.

        Raises:
            NetworkError: `network.not-a-url`.
        """
        url = joined(response.url, location)
        origin = self.origin
        parts = urlsplit(url)
        if origin.scheme == "https" and parts.scheme == "http" and parts.netloc == origin.authority:
            return parts._replace(scheme="https").geturl()
        return url

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: Body = None,
        *,
        more: tuple[Scope, ...] = (),
        deadline: Deadline | None = None,
        repeatable: bool | None = None,
    ) -> Response:
        """Send one request; if the registry asks who we are, answer and send it again.

        Args:
            method: of HTTP.
            url: absolute. Authorization is sent to the registry's own origin only.
            headers: besides Authorization.
            body: if any.
            more: scopes that this request needs besides those of the run.
            deadline: `short()` if left out.
            repeatable: whether it may be sent twice, where the method does not tell.

        Raises:
            AccessDeniedError: not authorised, also after having said who we are.
            NetworkError: as `Transport.send`.
        """
        deadline = deadline or self.short()
        request = Request(method, url, dict(headers or {}), body, repeatable)
        outside, origin = self._outside, self.origin
        if Origin.of(url) != origin:
            return outside.transport.send(request, deadline)
        wanted = Wanted(self._domain, self.path, (*self._scopes, *more))
        header = outside.authoriser.header(wanted)
        response = self._heard(outside.transport.send(_authorised(request, header), deadline))
        if response.status != _UNAUTHORISED or Origin.of(response.url) != origin:
            return response
        challenges = challenge.parse(response.headers.get("www-authenticate", ""))
        response.discard()
        header = outside.authoriser.obtain(wanted, origin, challenges, header, deadline)
        response = outside.transport.send(_authorised(request, header), deadline)
        if response.status == _UNAUTHORISED and Origin.of(response.url) == origin:
            response.discard()
            raise AccessDeniedError("registry.login-insufficient", name=self.name)
        return response


def _told_of_signatures(response: Response) -> bool:
    """Whether an answer says that the registry keeps simple signatures: exactly `1`, as clients look for."""
    return response.headers.get("x-registry-supports-signatures") == "1"


def _authorised(request: Request, header: str | None) -> Request:
    if header is None:
        return request
    return msgspec.structs.replace(request, headers={**request.headers, "Authorization": header})
