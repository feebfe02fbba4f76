"""Setting up Oracle's client for our service: what it is told, and whether it would get through.

1. The service tells what its tenancy, region and names are, and where its tunnel is.
2. A key is made here; the service learns the public one, for the account that is logged in, or gives a
   session token for it.
3. The files are written.

To check, one request goes the very way that the client would take: by the same name, through the same proxy,
verified with the same CA, signed with the same key.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from email.utils import formatdate
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import quote

import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from sealwright import limits
from sealwright.errors import AccessDeniedError, DocumentError, RegistryError
from sealwright.events import EventSink
from sealwright.homes import credentials
from sealwright.homes.environment import Environment
from sealwright.homes.oracle import client_files
from sealwright.homes.oracle.client_files import ClientSetup
from sealwright.repositories.registry import RegistryClient
from sealwright.service_client.client import ServiceClient
from sealwright.service_client.request_signatures import RequestKey, fingerprint
from sealwright.transport.client import Transport
from sealwright.transport.message import Request
from sealwright.transport.response import Response
from sealwright.transport.tls import VerifiedTls
from sealwright.workflow.opening import Reach
from sealwright.workflow.registries import registries

__all__ = ["Checked", "Wish", "check", "set_up", "shell_lines"]

T = TypeVar("T")

_KEY_BITS = 2048
_EXPONENT = 65537
_OK, _UNAUTHORIZED = 200, 401


class Wish(msgspec.Struct, frozen=True):
    """What is wanted.

    Attributes:
        folder: for the files.
        note: what the service notes beside the key.
        session_seconds: how long a session token holds; 0: an API key, which holds until it is removed.
        authority: PEM of a CA to trust, instead of the one that the service tells.
        replace: whether files that are there are replaced.
    """

    folder: Path
    note: str
    session_seconds: int = 0
    authority: bytes = b""
    replace: bool = False


_Identifier = Annotated[str, msgspec.Meta(pattern=r"^ocid1(\.[\w-]{0,100}){3,8}$")]
_Word = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
_Domain = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9.-]{0,250}(:[0-9]{1,5})?$")]
_Tunnel = Annotated[str, msgspec.Meta(pattern=r"^(http://[A-Za-z0-9.:\[\]-]{1,260})?$")]


class _Service(msgspec.Struct, frozen=True):
    """What the service tells of itself. It goes into files with lines, so nothing else may be in it."""

    tenancy: _Identifier
    user: _Identifier
    region: _Word
    realm: _Word
    domain: _Domain
    tunnel: _Tunnel = ""
    authority: str = ""


class _Session(msgspec.Struct, frozen=True):
    token: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,8000}$")]


class Checked(msgspec.Struct, frozen=True):
    """What a request found.

    Attributes:
        url: that was asked.
        namespace: of the registry.
    """

    url: str
    namespace: str


def set_up(
    domain: str, wish: Wish, reach: Reach, environment: Environment, events: EventSink
) -> tuple[ClientSetup, list[Path]]:
    """Set the client up, and give what it was told and the files.

    Args:
        domain: of the service, as in references.
        wish: what is wanted.
        reach: how the service is reached.
        environment: variables and home folder.
        events: takes notices.

    Raises:
        UsageError: `oracle.setup-exists`.
        AccessDeniedError, RegistryError, NetworkError: the service refuses, or is not reached.
        StorageError: a file cannot be written.
    """
    client_files.require_place(wish.folder, replace=wish.replace)
    with registries(reach, environment, events) as client:
        found = credentials.lookup(environment, reach.username, reach.password)(domain, "")
        service = ServiceClient(_Sender(client, found), str(client.repository(domain, "any").exchange.origin))
        told = _told(service.ask("GET", "/api/v1/oracle"), _Service, domain)
        key = rsa.generate_private_key(_EXPONENT, _KEY_BITS)
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        token = ""
        if wish.session_seconds:
            order = {"publicKey": public, "seconds": wish.session_seconds}
            token = _told(service.ask("POST", "/api/v1/oracle/sessions", order), _Session, domain).token
        else:
            service.ask("POST", "/api/v1/oracle/api-keys", {"publicKey": public, "note": wish.note})
    setup = ClientSetup(
        told.tenancy,
        told.user,
        told.region,
        told.realm,
        told.domain,
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        fingerprint(key.public_key()),
        token,
        told.tunnel,
        wish.authority or told.authority.encode(),
    )
    return setup, client_files.write(setup, wish.folder, replace=wish.replace)


def shell_lines(folder: Path) -> Iterator[str]:
    """The lines with which a shell lets the client read the files of a folder; raises as `check` does."""
    return client_files.environment(client_files.read(folder), folder)


def check(folder: Path, environment: Environment) -> Checked:
    """Send a request as the client would, with the files of a folder.

    Args:
        folder: with the files.
        environment: for the certificates of the machine, where the folder has none.

    Raises:
        StorageError: a file is missing or cannot be read.
        DocumentError: `oracle.setup-unusable`.
        NetworkError: the service is not reached.
        AccessDeniedError: `oracle.check-refused`: it does not take the signature.
        RegistryError: `oracle.check-failed`: it answers otherwise.
    """
    written = client_files.read(folder)
    key = load_pem_private_key(written.key, None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise DocumentError("oracle.setup-unusable", file=str(folder), problem="its key is no RSA key")
    name = (
        f"ST${written.token}" if written.token else f"{written.tenancy}/{written.user}/{written.fingerprint}"
    )
    compartment = quote(written.tenancy, safe="")
    url = (
        f"https://artifacts.{written.region}.oci.{written.domain}/20160918/container/configuration"
        f"?compartmentId={compartment}"
    )
    variables = {"HTTPS_PROXY": written.tunnel} if written.tunnel else environment.variables
    authority = str(folder / client_files.AUTHORITY) if written.authority else None
    transport = Transport(VerifiedTls(authority, environment=environment.variables), environment=variables)
    try:
        headers = RequestKey(name, key).signed("GET", url, formatdate(usegmt=True))
        with transport.send(Request("GET", url, headers), redirects="none") as response:
            return _checked(url, response.status, response.beginning(limits.ERROR_BODY_BYTES))
    finally:
        transport.close()


class _Configuration(msgspec.Struct, frozen=True):
    namespace: str


class _Refusal(msgspec.Struct, frozen=True):
    code: str
    message: str


def _checked(url: str, status: int, content: bytes) -> Checked:
    try:
        if status == _OK:
            return Checked(url, msgspec.json.decode(content, type=_Configuration).namespace)
        refusal = msgspec.json.decode(content, type=_Refusal)
        said = f"{refusal.code}: {refusal.message}"
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        said = "it is not our service"
    said = "".join(one if one.isprintable() else " " for one in said[: limits.CLAIM_LENGTH])
    data = {"url": url, "status": status, "said": said}
    if status == _UNAUTHORIZED:
        raise AccessDeniedError("oracle.check-refused", **data)
    raise RegistryError("oracle.check-failed", **data)


class _Sender:
    """Sends requests with the password of an account: no token of a registry opens its keys."""

    def __init__(self, client: RegistryClient, credential: credentials.Credential | None) -> None:
        self._client = client
        self._headers: Mapping[str, str] = {}
        if credential is not None:
            secret = f"{credential.username}:{credential.password}".encode(errors="surrogateescape")
            self._headers = {"Authorization": f"Basic {b64encode(secret).decode()}"}

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Response:
        request = Request(method, url, {**(headers or {}), **self._headers}, body)
        return self._client.transport.send(request, self._client.deadline, redirects="same-origin")


def _told(answer: object, kind: type[T], name: str) -> T:
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError as error:
        raise RegistryError("registry.service-absent", name=name, problem=str(error)) from None
