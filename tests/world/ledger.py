"""A client that writes down what it was told, and afterwards holds the service to it.

It pushes images, attaches things and signatures to them, revokes and deletes.

What was asked for and not answered may have been done or not: both are right, nothing else is. What is
attached to an image that was deleted may be collected at any moment: so it may be there or not.
"""

import base64
import http.client
import json
import random
from collections.abc import Callable

from sealwright.digest import Digest
from world import simple
from world.wire import IMAGE, Answer, Wire

__all__ = ["Ledger"]

_LOST = (OSError, http.client.HTTPException)
_DONE = range(200, 300)
_MOST_SIGNATURES = 100


class Ledger:
    """One client with a repository of its own.

    Args:
        name: of the repository.
        seed: repeats what it asks for.

    Attributes:
        acknowledged: how many requests were answered with success.
        signed: how many of them attached or revoked a signature.
    """

    def __init__(self, name: str, seed: int) -> None:
        self.name = name
        self.acknowledged = 0
        self.signed = 0
        self._random = random.Random(seed)  # noqa: S311  # repeated by its seed
        self._manifests: dict[Digest, tuple[bytes, tuple[bytes, ...]]] = {}
        self._subjects: dict[Digest, Digest] = {}
        self._tags: dict[str, set[Digest | None]] = {}
        self._doubtful: set[Digest] = set()
        self._signatures: dict[Digest, dict[str, tuple[bytes, set[bool]]]] = {}
        self._upload: tuple[str, bytes, int] | None = None

    def step(self, wire: Wire) -> bool:
        """Ask for one thing; whether the service is still there."""
        deeds: list[Callable[[Wire], None]] = [*[self._push] * 5, self._refer, self._chunk, self._chunk]
        if self._manifests:
            deeds += [self._sign, self._sign, self._revoke, self._delete, self._untag]
        try:
            self._random.choice(deeds)(wire)
        except _LOST:
            return False
        return True

    def _ask(self, wire: Wire, method: str, path: str, body: bytes = b"", *right: int) -> Answer:
        return self._ask_at(wire, method, f"/v2/{self.name}/{path}", body, *right)

    def _ask_at(self, wire: Wire, method: str, path: str, body: bytes, *right: int) -> Answer:
        headers = {"Content-Type": IMAGE} if "/manifests/" in path else {}
        answer = wire.ask(method, path, body, headers)
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

    def _surely_there(self) -> list[Digest]:
        return [digest for digest in self._manifests if self._is_sure(digest)]

    def _is_sure(self, digest: Digest) -> bool:
        """Whether an image is there without doubt, and so is all that it is attached to."""
        one: Digest | None = digest
        while one is not None:
            if one not in self._manifests or one in self._doubtful:
                return False
            one = self._subjects.get(one)
        return True

    def _refer(self, wire: Wire) -> None:
        """Attach something to an image that is surely there."""
        subjects = self._surely_there()
        if not subjects:
            return
        subject = self._random.choice(subjects)
        content, blobs = self._make(subject)
        digest = Digest.of(content)
        self._doubtful.add(digest)
        self._manifests[digest] = content, blobs
        self._subjects[digest] = subject
        for blob in blobs:
            if not self._push_blob(wire, blob):
                return
        if self._ask(wire, "PUT", f"manifests/{digest}", content, 400).status == 201:
            self._doubtful.discard(digest)

    def _sign(self, wire: Wire) -> None:
        """Attach a signature to an image that is surely there."""
        subjects = [
            digest
            for digest in self._surely_there()
            if len(self._signatures.get(digest, ())) < _MOST_SIGNATURES
        ]
        if not subjects:
            return
        subject = self._random.choice(subjects)
        name = simple.name_of(subject, self._random.getrandbits(128))
        content = simple.signed(subject)
        known = self._signatures.setdefault(subject, {})
        known[name] = content, {True, False}
        body = simple.encoded(subject, content, name=name)
        if self._ask_at(wire, "PUT", simple.path(self.name, subject), body).status == 201:
            known[name] = content, {True}
            self.signed += 1

    def _revoke(self, wire: Wire) -> None:
        """Revoke a signature of an image that is surely there."""
        signatures = [
            (subject, name)
            for subject in self._surely_there()
            for name, (_, states) in self._signatures.get(subject, {}).items()
            if True in states
        ]
        if not signatures:
            return
        subject, name = self._random.choice(signatures)
        known = self._signatures[subject]
        content, states = known[name]
        known[name] = content, {True, False}
        right = () if states == {True} else (404,)
        answer = self._ask_at(wire, "DELETE", simple.path(self.name, name), b"", *right)
        if answer.status in (202, 404):
            known[name] = content, {False}
            self.signed += answer.status == 202

    def _delete(self, wire: Wire) -> None:
        """Delete an image; what refers to it may then be collected."""
        digest = self._random.choice([*self._manifests])
        right = () if self._is_sure(digest) else (404,)
        self._doubtful.add(digest)
        for tag, values in self._tags.items():
            if digest in values:
                self._tags[tag] = values | {None}
        answer = self._ask(wire, "DELETE", f"manifests/{digest}", b"", *right)
        if answer.status in (202, 404):
            self._forget(digest)
            self._tags = {tag: values - {digest} or {None} for tag, values in self._tags.items()}

    def _forget(self, digest: Digest) -> None:
        """An image is gone: its signatures are no longer listed."""
        del self._manifests[digest]
        self._doubtful.discard(digest)
        self._signatures.pop(digest, None)

    def _untag(self, wire: Wire) -> None:
        """Delete a tag."""
        if not self._tags:
            return
        tag = self._random.choice([*self._tags])
        right = (404,) if None in self._tags[tag] else ()
        self._tags[tag] = self._tags[tag] | {None}
        if self._ask(wire, "DELETE", f"manifests/{tag}", b"", *right).status in (202, 404):
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
        for digest, (content, blobs) in [*self._manifests.items()]:  # subjects before what refers to them
            answer = wire.ask("GET", f"/v2/{self.name}/manifests/{digest}")
            if answer.status == 404 and not self._is_sure(digest):
                self._forget(digest)
                continue
            assert (200, content) == (answer.status, answer.body), (digest, self._subjects.get(digest))
            self._doubtful.discard(digest)
            for blob in blobs if self._is_sure(digest) else ():
                found = wire.ask("GET", f"/v2/{self.name}/blobs/{Digest.of(blob)}")
                assert (200, blob) == (found.status, found.body), digest
        for tag, values in self._tags.items():
            answer = wire.ask("GET", f"/v2/{self.name}/manifests/{tag}")
            value = Digest(answer.headers["docker-content-digest"]) if answer.status == 200 else None
            assert value in values, (tag, value, values)
            self._tags[tag] = {value}
        self._verify_referrers(wire)
        self._verify_signatures(wire)
        self._verify_upload(wire)

    def _verify_referrers(self, wire: Wire) -> None:
        referrers: dict[Digest, set[str]] = {}
        for digest, subject in self._subjects.items():
            if self._is_sure(digest):
                referrers.setdefault(subject, set()).add(digest)
        for subject, known in referrers.items():
            listed = wire.ask("GET", f"/v2/{self.name}/referrers/{subject}").json["manifests"]
            assert known <= {found["digest"] for found in listed}

    def _verify_signatures(self, wire: Wire) -> None:
        for subject, known in self._signatures.items():
            if not self._is_sure(subject):
                continue
            listed = wire.ask("GET", simple.path(self.name, subject)).json["signatures"]
            found = {one["name"]: base64.b64decode(one["content"]) for one in listed}
            assert found.keys() <= known.keys()
            for name, (content, states) in known.items():
                assert (name in found) in states, (name, states)
                assert found.get(name, content) == content, name
                known[name] = content, {name in found}

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
