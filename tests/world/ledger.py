"""A client that writes down what it was told, and afterwards holds the service to it.

What was asked for and not answered may have been done or not: both are right, nothing else is.
"""

import http.client
import json
import random
from collections.abc import Callable

from sealwright.digest import Digest
from world.wire import IMAGE, Answer, Wire

__all__ = ["Ledger"]

_LOST = (OSError, http.client.HTTPException)
_DONE = range(200, 300)


class Ledger:
    """One client with a repository of its own.

    Args:
        name: of the repository.
        seed: repeats what it asks for.

    Attributes:
        acknowledged: how many requests were answered with success.
    """

    def __init__(self, name: str, seed: int) -> None:
        self.name = name
        self.acknowledged = 0
        self._random = random.Random(seed)  # noqa: S311  # repeated by its seed
        self._manifests: dict[Digest, tuple[bytes, tuple[bytes, ...]]] = {}
        self._referrers: dict[Digest, set[Digest]] = {}
        self._tags: dict[str, set[Digest | None]] = {}
        self._doubtful: set[Digest] = set()
        self._upload: tuple[str, bytes, int] | None = None

    def step(self, wire: Wire) -> bool:
        """Ask for one thing; whether the service is still there."""
        deeds: list[Callable[[Wire], None]] = [*[self._push] * 5, self._refer, self._chunk, self._chunk]
        if self._manifests:
            deeds += [self._delete, self._untag]
        try:
            self._random.choice(deeds)(wire)
        except _LOST:
            return False
        return True

    def _ask(self, wire: Wire, method: str, path: str, body: bytes = b"", *right: int) -> Answer:
        headers = {"Content-Type": IMAGE} if "/manifests/" in path else {}
        answer = wire.ask(method, f"/v2/{self.name}/{path}", body, headers)
        assert answer.status in _DONE or answer.status in (*right, 503), answer
        self.acknowledged += answer.status in _DONE
        return answer

    def _push_blob(self, wire: Wire, content: bytes) -> bool:
        """Push a blob, in one request or in two."""
        digest = Digest.of(content)
        if self._random.random() < 0.5:
            return self._ask(wire, "POST", f"blobs/uploads/?digest={digest}", content).status == 201
        begun = self._ask(wire, "POST", "blobs/uploads/")
        if begun.status != 202:
            return False
        identifier = begun.headers["location"].rpartition("/")[2]
        return self._ask(wire, "PUT", f"blobs/uploads/{identifier}?digest={digest}", content).status == 201

    def _make(self, subject: Digest | None = None) -> tuple[bytes, tuple[bytes, ...]]:
        """A new manifest, and its blobs; some blobs are those of others."""
        blobs = [b"{}", self._random.choice([b"often", b"seldom", self._random.randbytes(500)])]
        members: dict[str, object] = {"schemaVersion": 2, "mediaType": IMAGE}
        described = [
            {"mediaType": "application/octet-stream", "digest": str(Digest.of(blob)), "size": len(blob)}
            for blob in blobs
        ]
        members |= {"config": described[0], "layers": described[1:]}
        members["annotations"] = {"number": str(self._random.getrandbits(64))}
        if subject is not None:
            members |= {
                "artifactType": "text/plain",
                "subject": {"mediaType": IMAGE, "digest": str(subject), "size": 1},
            }
        return json.dumps(members).encode(), tuple(blobs)

    def _push(self, wire: Wire) -> None:
        """Push an image to a tag."""
        content, blobs = self._make()
        tag = f"v{self._random.randrange(4)}"
        digest = Digest.of(content)
        before = self._tags.get(tag, {None})
        self._doubtful.add(digest)
        self._manifests[digest] = content, blobs
        for blob in blobs:
            if not self._push_blob(wire, blob):
                return
        self._tags[tag] = before | {digest}
        answer = self._ask(wire, "PUT", f"manifests/{tag}", content, 400)
        if answer.status == 201:
            self._tags[tag] = {digest}
            self._doubtful.discard(digest)
        elif answer.status == 400:  # a blob was collected: the client would begin again
            self._tags[tag] = before

    def _refer(self, wire: Wire) -> None:
        """Attach something to an image that is surely there."""
        subjects = [digest for digest in self._manifests if digest not in self._doubtful]
        if not subjects:
            return
        subject = self._random.choice(subjects)
        content, blobs = self._make(subject)
        digest = Digest.of(content)
        self._doubtful.add(digest)
        self._manifests[digest] = content, blobs
        for blob in blobs:
            if not self._push_blob(wire, blob):
                return
        if self._ask(wire, "PUT", f"manifests/{digest}", content, 400).status == 201:
            self._doubtful.discard(digest)
            self._referrers.setdefault(subject, set()).add(digest)

    def _delete(self, wire: Wire) -> None:
        """Delete an image; what refers to it may then be collected."""
        digest = self._random.choice([*self._manifests])
        gone = [digest]
        while gone:
            one = gone.pop()
            self._doubtful.add(one)
            gone += self._referrers.pop(one, ())
            for referrers in self._referrers.values():
                referrers.discard(one)
        for tag, values in self._tags.items():
            if digest in values:
                self._tags[tag] = values | {None}
        answer = self._ask(wire, "DELETE", f"manifests/{digest}", b"", 404)
        if answer.status == 202:
            del self._manifests[digest]
            self._doubtful.discard(digest)
            self._tags = {tag: values - {digest} or {None} for tag, values in self._tags.items()}

    def _untag(self, wire: Wire) -> None:
        """Delete a tag."""
        if not self._tags:
            return
        tag = self._random.choice([*self._tags])
        self._tags[tag] = self._tags[tag] | {None}
        if self._ask(wire, "DELETE", f"manifests/{tag}", b"", 404).status == 202:
            self._tags[tag] = {None}

    def _chunk(self, wire: Wire) -> None:
        """Go on with an upload in chunks, or begin one; it is never ended."""
        if self._upload is None:
            answer = self._ask(wire, "POST", "blobs/uploads/")
            if answer.status == 202:
                self._upload = answer.headers["location"], b"", 0
            return
        location, content, received = self._upload
        chunk = self._random.randbytes(700)
        self._upload = location, content + chunk, received
        answer = self._ask(wire, "PATCH", f"blobs/uploads/{location.rpartition('/')[2]}", chunk, 404)
        if answer.status == 202:
            self._upload = location, content + chunk, len(content) + len(chunk)
        else:
            self._upload = None

    def verify(self, wire: Wire) -> None:
        """Ask for everything that was acknowledged; what was in doubt is then known."""
        for digest, (content, blobs) in [*self._manifests.items()]:
            answer = wire.ask("GET", f"/v2/{self.name}/manifests/{digest}")
            if answer.status == 404 and digest in self._doubtful:
                del self._manifests[digest]
                continue
            assert (200, content) == (answer.status, answer.body), digest
            for blob in blobs:
                found = wire.ask("GET", f"/v2/{self.name}/blobs/{Digest.of(blob)}")
                assert (200, blob) == (found.status, found.body), digest
        self._doubtful.clear()
        for tag, values in self._tags.items():
            answer = wire.ask("GET", f"/v2/{self.name}/manifests/{tag}")
            value = Digest(answer.headers["docker-content-digest"]) if answer.status == 200 else None
            assert value in values, (tag, value, values)
            self._tags[tag] = {value}
        for subject, referrers in self._referrers.items():
            listed = wire.ask("GET", f"/v2/{self.name}/referrers/{subject}").json["manifests"]
            assert {str(referrer) for referrer in referrers} <= {found["digest"] for found in listed}
        self._verify_upload(wire)

    def _verify_upload(self, wire: Wire) -> None:
        if self._upload is None:
            return
        location, content, received = self._upload
        answer = wire.ask("GET", location)
        assert 204 == answer.status, answer
        has = int(answer.headers["range"].partition("-")[2])
        has = has + 1 if has else 0
        assert has in (received, len(content)), (has, received, len(content))
        self._upload = location, content[:has], has
