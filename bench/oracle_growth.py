"""What a request to Oracle's API costs with a thousand, and with a million signatures of images.

    python bench/oracle_growth.py [--rows N ...] [--database sqlite|postgresql] [--rounds N]

As `growth`, whose words it uses; but each request is signed as Oracle's clients do, and the tables are
those that this API reads: of `rows` signatures five are of each image, and twenty images in each repository.
Ten keys have signed them all, and one key a single one.
"""

import argparse
import hashlib
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from email.utils import formatdate
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import sides
from filled import Row, Table, fill_tables
from growth import table
from loads import processor
from machine import machine
from sides import Side

from sealwright import media_types
from sealwright.formats.kms.content import Content
from sealwright.formats.kms.ocid import ocid
from sealwright.service.configuration.storage import Storage as Settings
from sealwright.service.oracle import public_keys
from sealwright.service.oracle.tenancy import Tenancy
from sealwright.service.storage import now
from world.oracle import Signer, new_key, pem
from world.postgres import PostgresServer

ROWS = (1_000, 1_000_000)
REQUESTS = 100
NAMESPACE = "bench"

_PER_IMAGE = 5
_PER_REPOSITORY = 20
_KEYS = 10
_BASE = "/20160918/container"
_TENANCY = Tenancy("oclocal", "local-1", NAMESPACE, bytes(range(38)).hex())
_KEY = new_key()
_MESSAGE, _SIGNATURE = "bWVz" * 120, "c2ln" * 85


class Filling:
    """What is in the tables.

    Args:
        count: signatures.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self.images = count // _PER_IMAGE
        self.repositories = self.images // _PER_REPOSITORY
        self._at = now()

    def name(self, image: int) -> str:
        """The repository of an image, without the namespace."""
        return f"team/app{image % self.repositories:06d}"

    def digest(self, image: int) -> str:
        return f"sha256:{hashlib.sha256(b'%d' % image).hexdigest()}"

    def id(self, resource: str, number: int, *parts: str) -> str:
        """An identifier that follows from a number."""
        randomness = hashlib.sha512(f"{resource} {number}".encode()).digest()
        return ocid(resource, "oclocal", "local-1", *parts, randomness=randomness)

    def image(self, number: int) -> str:
        return self.id("containerimage", number, "0", NAMESPACE)

    def signature(self, number: int) -> str:
        return self.id("containerimagesignature", number, "0", NAMESPACE)

    def key(self, number: int) -> str:
        """The key that made a signature; that of the last one made no other."""
        return self.id("key", _KEYS if number == self.count - 1 else number % _KEYS, "vault")

    def any_image(self) -> int:
        return random.randrange(self.images)  # noqa: S311  # no secret

    def any_signature(self) -> int:
        return random.randrange(self.count)  # noqa: S311  # no secret

    def tables(self) -> Iterator[Table]:
        """Every table with its rows."""
        yield Table(
            "oracle_tenancy", "id, mark, first_push, version, created", iter([(1, _TENANCY.mark, 1, 0, 0)])
        )
        key = ("anonymous", public_keys.fingerprint(_KEY.public_key()), pem(_KEY), "", 0)
        yield Table("oracle_api_keys", "holder, fingerprint, public_key, note, created", iter([key]))
        yield Table(
            "repositories", "id, name, created, manifest_count, tag_count", self._registry_repositories()
        )
        columns = "repository, digest, media_type, size, created, touched, content"
        yield Table("manifests", columns, self._manifests())
        columns = (
            "id, repository, compartment, name, state, immutable, readme, readme_format, freeform, defined, "
            "created, created_by, pushed, images, revision"
        )
        yield Table("oracle_repositories", columns, self._repositories())
        columns = (
            "id, repository, home, compartment, name, title, digest, state, version, former, freeform, "
            "defined, created, created_by, held, pulls, pulled, deleted, media_type, revision"
        )
        yield Table("oracle_images", columns, self._images())
        columns = (
            "id, repository, subject, format, kind, type, media_type, digest, size, content, signer, key, "
            "fingerprint, reference, attached_by, received, via"
        )
        yield Table("signatures", columns, self._all_signatures())
        columns = (
            "id, signature, repository, home, image, compartment, name, title, digest, key, key_version, "
            "algorithm, problem, state, freeform, defined, created, created_by, revision"
        )
        yield Table("oracle_signatures", columns, self._signatures())

    def _registry_repositories(self) -> Iterator[Row]:
        for number in range(self.repositories):
            yield number + 1, f"{NAMESPACE}/{self.name(number)}", self._at, _PER_REPOSITORY, 0

    def _manifests(self) -> Iterator[Row]:
        content = b'{"schemaVersion":2,"layers":[]}'
        for image in range(self.images):
            head = (image % self.repositories + 1, self.digest(image), media_types.IMAGE_MANIFEST)
            yield *head, len(content), self._at, self._at, content

    def _repositories(self) -> Iterator[Row]:
        for number in range(self.repositories):
            home = self.id("containerrepo", number, "0", NAMESPACE)
            head = (home, number + 1, "", self.name(number), "AVAILABLE", 0, "", "", "{}", "{}")
            yield *head, self._at, "somebody", self._at, _PER_REPOSITORY, 0

    def _images(self) -> Iterator[Row]:
        for image in range(self.images):
            repository, name, digest = image % self.repositories, self.name(image), self.digest(image)
            home = self.id("containerrepo", repository, "0", NAMESPACE)
            head = (self.image(image), repository + 1, home, "", name, f"{name}:unknown@{digest}", digest)
            at = self._at - image
            yield *head, "AVAILABLE", "", "", "{}", "{}", at, "somebody", self._at, 0, 0, 0, "", 0

    def _all_signatures(self) -> Iterator[Row]:
        for number in range(self.count):
            image = number % self.images
            key = self.key(number)
            content = Content(key, key, "SHA_256_RSA_PKCS_PSS", _MESSAGE, _SIGNATURE).encoded()
            yield (
                f"00000000-0000-4000-8000-{number:012x}", image % self.repositories + 1, self.digest(image),
                "kms", "kms", "", media_types.KMS_SIGNATURE, self.digest(-number - 1), len(content),
                content, key, key, "", self.name(image), "somebody", self._at - number, "oracle",
            )  # fmt: skip

    def _signatures(self) -> Iterator[Row]:
        for number in range(self.count):
            image = number % self.images
            repository, key, own = image % self.repositories, self.key(number), self.signature(number)
            home = self.id("containerrepo", repository, "0", NAMESPACE)
            title = "::".join((key[-10:], key[-10:], "SHA_256_RSA_PKCS_PSS", own[-10:]))
            yield (
                own, f"00000000-0000-4000-8000-{number:012x}", repository + 1, home, self.image(image), "",
                self.name(image), title, self.digest(image), key, key, "SHA_256_RSA_PKCS_PSS", "",
                "AVAILABLE", "{}", "{}", self._at - number, "somebody", 0,
            )  # fmt: skip


class Asking(NamedTuple):
    """A kind of request: how a path and query for it are made up."""

    name: str
    target: Callable[[Filling], str]


def _listed(kind: str, **query: object) -> str:
    return f"{_BASE}/{kind}?{urlencode({'compartmentId': _TENANCY.id, 'limit': 10, **query})}"


ASKED = (
    Asking("signature by its OCID", lambda f: f"{_BASE}/imageSignatures/{f.signature(f.any_signature())}"),
    Asking("signatures of an image", lambda f: _listed("imageSignatures", imageId=f.image(f.any_image()))),
    Asking("of a digest", lambda f: _listed("imageSignatures", imageDigest=f.digest(f.any_image()))),
    Asking("of a repository", lambda f: _listed("imageSignatures", repositoryName=f.name(f.any_image()))),
    Asking("by a key of a tenth", lambda f: _listed("imageSignatures", kmsKeyId=f.key(f.any_signature()))),
    Asking("by a key of one", lambda f: _listed("imageSignatures", kmsKeyId=f.key(f.count - 1))),
    Asking("the latest of all", lambda _f: _listed("imageSignatures")),
    Asking("all by name", lambda _f: _listed("imageSignatures", sortBy="DISPLAYNAME")),
    Asking(
        "of an image, by a key",
        lambda f: _listed("imageSignatures", imageId=f.image(f.any_image()), kmsKeyId=f.key(3), limit=1),
    ),
    Asking("image by its OCID", lambda f: f"{_BASE}/images/{f.image(f.any_image())}"),
    Asking("images of a repository", lambda f: _listed("images", repositoryName=f.name(f.any_image()))),
    Asking("image by its digest", lambda f: _listed("images", imageDigest=f.digest(f.any_image()))),
    Asking("the latest images", lambda _f: _listed("images")),
)


def measure(
    stores: Mapping[int, tuple[Settings, Filling]], servers: Sequence[int], rounds: int
) -> Mapping[int, dict[str, float]]:
    """Seconds of processor for one request of each kind."""
    found: dict[int, dict[str, float]] = {count: {} for count in stores}
    with ExitStack() as stack:
        running = {
            count: stack.enter_context(sides.serving(settings)) for count, (settings, _) in stores.items()
        }
        for side in running.values():
            _rest(side)
        for asking in ASKED * rounds:
            for count, side in running.items():
                filling = stores[count][1]
                targets = [asking.target(filling) for _ in range(REQUESTS)]
                taken = _taken(side, servers, targets)
                found[count][asking.name] = min(found[count].get(asking.name, taken), taken)
    return found


def _rest(side: Side) -> None:
    """Wait until a server does nothing by itself: at first it looks for images that it does not know."""
    before = -1.0
    while processor(side.pid) - before > 0.05:  # seconds, of two
        before = processor(side.pid)
        time.sleep(2)


def _taken(side: Side, servers: Sequence[int], targets: Sequence[str]) -> float:
    signer = Signer.of(side.address, _TENANCY, "anonymous", _KEY)
    signed = [(target, signer.headers("GET", target, at=time.time())) for target in targets]
    with closing(HTTPConnection(side.address)) as connection:
        _ask(connection, signed[: REQUESTS // 5])
        before = sum(map(processor, (side.pid, *servers)))
        _ask(connection, signed)
        return (sum(map(processor, (side.pid, *servers))) - before) / len(targets)


def _ask(connection: HTTPConnection, signed: Sequence[tuple[str, Mapping[str, str]]]) -> None:
    for target, headers in signed:
        connection.request("GET", target, headers=dict(headers))
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (target, answer.status, body)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure Oracle's API in a database that grows.")
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS, metavar="N")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    asked = parser.parse_args()
    os.environ["SEALWRIGHT_SERVE_ORACLE_NAMESPACE"] = NAMESPACE
    print(f"{machine()}, {formatdate(usegmt=True)}\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="sealwright-bench-") as name, ExitStack() as stack:
        server = stack.enter_context(PostgresServer()) if asked.database == "postgresql" else None
        stores = {}
        for count in asked.rows:
            url = "" if server is None else server.database()
            stores[count] = Settings(str(Path(name) / str(count)), url), Filling(count)
            fill_tables(stores[count][0], stores[count][1].tables())
        servers = () if server is None else (server.pid,)
        print(table(measure(stores, servers, asked.rounds)), flush=True)


if __name__ == "__main__":
    main()
