"""A client that sends exactly what a test says, and shows exactly what came back."""

import http.client
import json
import socket
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Any, NamedTuple

from sealwright.digest import Digest

__all__ = ["Answer", "Wire"]

IMAGE = "application/vnd.oci.image.manifest.v1+json"


class Answer(NamedTuple):
    """One answer: status, header fields by lower-case name, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of the first error that the body names."""
        code: str = self.json["errors"][0]["code"]
        return code


class Wire:
    """Requests to one server, a new connection for each; `always` are headers of every one."""

    def __init__(self, address: str, always: Mapping[str, str] | None = None) -> None:
        self.address = address
        self._always = always or {}
        host, _, port = address.rpartition(":")
        self.place = (host, int(port))

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request; a body in pieces is sent with chunked encoding."""
        connection = http.client.HTTPConnection(*self.place, timeout=30)
        with closing(connection):
            connection.request(method, path, body, {**self._always, **(headers or {})})
            response = connection.getresponse()
            fields = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, fields, response.read())

    def raw(self) -> socket.socket:
        """A connection to write bytes to."""
        return socket.create_connection(self.place, timeout=30)

    def push_blob(self, name: str, content: bytes, algorithm: str = "sha256") -> Digest:
        """Push a blob in one request."""
        return self.push_blob_as({}, name, content, algorithm)

    def push_blob_as(
        self, headers: Mapping[str, str], name: str, content: bytes, algorithm: str = "sha256"
    ) -> Digest:
        """The same with header fields that say who pushes it."""
        digest = Digest.of(content, algorithm)
        answer = self.ask("POST", f"/v2/{name}/blobs/uploads/?digest={digest}", content, headers)
        assert 201 == answer.status, answer
        return digest

    def begin(self, name: str, query: str = "") -> str:
        """Begin an upload and give its location."""
        answer = self.ask("POST", f"/v2/{name}/blobs/uploads/{query}")
        assert 202 == answer.status, answer
        return answer.headers["location"]

    def push_manifest(self, name: str, to: str, members: Mapping[str, object]) -> tuple[Digest, Answer]:
        """Push a manifest, an image manifest unless its members say otherwise."""
        return self.push_manifest_as({}, name, to, members)

    def push_manifest_as(
        self, headers: Mapping[str, str], name: str, to: str, members: Mapping[str, object]
    ) -> tuple[Digest, Answer]:
        """The same with header fields that say who pushes it."""
        whole = {"schemaVersion": 2, "mediaType": IMAGE, **members}
        content = json.dumps(whole).encode()
        headers = {"Content-Type": str(whole["mediaType"]), **headers}
        answer = self.ask("PUT", f"/v2/{name}/manifests/{to}", content, headers)
        assert 201 == answer.status, answer
        return Digest.of(content), answer
