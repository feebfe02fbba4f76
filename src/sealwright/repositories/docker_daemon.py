"""The images that Docker keeps, over the Docker Engine API (v1.24 and later; podman offers it as well).

    GET   /images/<name>/get    an archive of `docker save`
    POST  /images/load          takes one; the answer is lines of JSON, one of which may tell of an error

It is reached where DOCKER_HOST says (`unix://` or `tcp://`), else at /var/run/docker.sock. With
DOCKER_TLS_VERIFY the certificates are those of DOCKER_CERT_PATH, as for docker itself.
"""

import os
import re
import socket
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec

from sealwright import limits
from sealwright.errors import NetworkError, NotFoundError, RegistryError, UsageError

__all__ = ["DockerDaemon"]

_SOCKET = "unix:///var/run/docker.sock"
_SAID_LENGTH = 300
_PORT = 2375
_TLS_PORT = 2376


class _Said(msgspec.Struct):
    message: str = ""
    error: str = ""


class DockerDaemon:
    """Docker as DOCKER_HOST names it.

    Args:
        variables: DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH.
    """

    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        self._host = variables.get("DOCKER_HOST") or _SOCKET
        self._verify = bool(variables.get("DOCKER_TLS_VERIFY"))
        self._certificates = Path(variables.get("DOCKER_CERT_PATH") or Path.home() / ".docker")

    def save(self, name: str, archive: Path) -> None:
        """Write an image as an archive.

        Args:
            name: with a tag, or an identifier.
            archive: a file, which is made.

        Raises:
            NotFoundError: `layout.manifest-unknown`.
            RegistryError: `layout.daemon-refused`.
            NetworkError: Docker cannot be reached, or breaks off.
        """
        connection = self._connection()
        try:
            connection.request("GET", f"/images/{quote(name, safe='/:@')}/get")
            response = connection.getresponse()
            if response.status == 404:  # noqa: PLR2004  # Not Found
                raise NotFoundError("layout.manifest-unknown", name="docker-daemon", reference=name)
            self._require(response)
            with archive.open("xb") as file:
                while piece := response.read(limits.BLOB_PIECE_BYTES):
                    file.write(piece)
            _require_whole(response)
        except (OSError, HTTPException) as error:
            raise self._unreachable(error) from None
        finally:
            connection.close()

    def load(self, archive: Path) -> None:
        """Have the images of an archive kept.

        Raises:
            RegistryError: `layout.daemon-refused`.
            NetworkError: Docker cannot be reached, or breaks off.
        """
        connection = self._connection()
        try:
            with archive.open("rb") as file:
                headers = {
                    "Content-Type": "application/x-tar",
                    "Content-Length": str(archive.stat().st_size),
                }
                connection.request("POST", "/images/load?quiet=1", file, headers)
                response = connection.getresponse()
            self._require(response)
            for line in response.read(limits.DAEMON_ANSWER_BYTES).splitlines():
                said = _said(line)
                if said.error:
                    raise self._refused(200, said.error)
        except (OSError, HTTPException) as error:
            raise self._unreachable(error) from None
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        parts = urlsplit(self._host)
        if parts.scheme == "unix":
            return _UnixConnection(parts.path)
        if parts.scheme != "tcp" or not parts.hostname:
            raise UsageError("layout.daemon-address", host=self._host)
        if not self._verify:
            return HTTPConnection(parts.hostname, parts.port or _PORT, timeout=limits.DAEMON_SILENCE_SECONDS)
        import ssl  # noqa: PLC0415  # few daemons are reached so

        authority, certificate, key = (self._certificates / f"{name}.pem" for name in ("ca", "cert", "key"))
        try:
            context = ssl.create_default_context(cafile=str(authority))
            context.load_cert_chain(certificate, key)
        except OSError as error:
            raise UsageError(
                "network.client-certificate-unusable",
                file=str(self._certificates),
                problem=error.strerror or str(error),
            ) from None
        return HTTPSConnection(
            parts.hostname,
            parts.port or _TLS_PORT,
            timeout=limits.DAEMON_SILENCE_SECONDS,
            context=context,
        )

    def _require(self, response: HTTPResponse) -> None:
        if response.status != 200:  # noqa: PLR2004  # OK
            said = _said(response.read(limits.ERROR_BODY_BYTES))
            raise self._refused(response.status, said.message)

    def _refused(self, status: int, said: str) -> RegistryError:
        text = re.sub(r"[^\x20-\x7e]", " ", said)[:_SAID_LENGTH]
        return RegistryError("layout.daemon-refused", host=self._host, status=status, said=text or "nothing")

    def _unreachable(self, error: OSError | HTTPException) -> NetworkError:
        problem = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return NetworkError("network.unreachable", host=f"Docker at {self._host}", problem=problem)


class _UnixConnection(HTTPConnection):
    """HTTP over a socket in the file system."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=limits.DAEMON_SILENCE_SECONDS)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(limits.DAEMON_SILENCE_SECONDS)
        self.sock.connect(self._path)


def _require_whole(response: HTTPResponse) -> None:
    """Raise if a body that was read to its end is shorter than was announced."""
    if response.length:
        raise HTTPException("it ended its answer before it was complete")


def _said(content: bytes) -> _Said:
    try:
        return msgspec.json.decode(content, type=_Said)
    except (msgspec.MsgspecError, ValueError, RecursionError):  # ValueError: not UTF-8
        return _Said()
