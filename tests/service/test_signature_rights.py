"""Signing is a right of its own, and what a user may not pull is not told either."""

import uuid
from collections.abc import Iterator

import pytest

from sealwright import limits
from sealwright.service.registry.queries import repositories
from sealwright.service.signatures.queries import rows
from sealwright.service.signatures.records import Claims, New
from sealwright.service.storage import now
from world import simple
from world.named import NamedRegistry
from world.wire import Wire

USERS = {
    "admin": {"*": {"admin"}},
    "reader": {"open/*": {"pull"}},
    "pusher": {"open/*": {"pull", "push"}},
    "signer": {"open/*": {"pull", "sign"}},
    "deleter": {"open/*": {"pull", "delete"}},
}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NamedRegistry]:
    with NamedRegistry(tmp_path_factory.mktemp("named"), USERS) as running:  # type: ignore[arg-type]  # sets of words
        yield running


@pytest.fixture
def admin(registry: NamedRegistry) -> Wire:
    return registry.wire("admin")


class Images:
    """The same image in a repository that users may pull from, and in one that they may not."""

    def __init__(self, admin: Wire) -> None:
        self.name, self.secret = f"open/{uuid.uuid4()}", f"closed/{uuid.uuid4()}"
        for name in (self.name, self.secret):
            self.digest = simple.push_image(admin, name, unique=self.name)
            assert 201 == simple.attach(admin, name, self.digest).status
        self.hidden: dict[str, object] = admin.ask(
            "GET", f"/api/v1/signatures?repository={self.secret}"
        ).json["signatures"][0]


@pytest.fixture
def images(admin: Wire) -> Images:
    return Images(admin)


@pytest.mark.parametrize(
    ("user", "status"), [("reader", 403), ("pusher", 403), ("deleter", 403), ("signer", 201), ("admin", 201)]
)
def test_only_who_may_sign_attaches(registry: NamedRegistry, images: Images, user: str, status: int) -> None:
    assert status == simple.attach(registry.wire(user), images.name, images.digest).status


@pytest.mark.parametrize(
    ("user", "status"), [("reader", 403), ("pusher", 403), ("deleter", 202), ("signer", 202)]
)
def test_who_may_sign_or_delete_revokes(
    registry: NamedRegistry, admin: Wire, images: Images, user: str, status: int
) -> None:
    told = simple.name_of(images.digest)
    assert 201 == simple.attach(admin, images.name, images.digest, name=told).status
    assert status == registry.wire(user).ask("DELETE", simple.path(images.name, told)).status
    rows = admin.ask("GET", f"/api/v1/signatures?repository={images.name}&revoked=all").json["signatures"]
    expected = user if status == 202 else None
    assert expected == (rows[0]["revoked"] and rows[0]["revoked"]["by"])
    allowed = {202: 200}.get(status, status)
    other = rows[1]["id"]
    assert allowed == registry.wire(user).ask("DELETE", f"/api/v1/signatures/{other}").status


def test_who_attached_a_signature_is_told(registry: NamedRegistry, images: Images) -> None:
    assert 201 == simple.attach(registry.wire("signer"), images.name, images.digest).status
    found = registry.wire("reader").ask("GET", "/api/v1/signatures?attached_by=signer&n=1").json["signatures"]
    assert [(images.name, "signer")] == [(one["repository"], one["attachedBy"]) for one in found]


def test_what_may_not_be_pulled_is_not_shown(registry: NamedRegistry, images: Images) -> None:
    reader = registry.wire("reader")
    hidden, digest = images.hidden, images.digest
    for path in (
        simple.path(images.secret, digest),
        f"/lookaside/{images.secret}@sha256={digest.encoded}/signature-1",
        f"/api/v1/images?repository={images.secret}&reference=v1",
        f"/api/v1/signatures?image={images.secret}:v1",
    ):
        answer = reader.ask("GET", path)
        assert (403, "DENIED") == (answer.status, answer.code), path
    for method, path in (("GET", ""), ("GET", "/content"), ("DELETE", "")):
        answer = reader.ask(method, f"/api/v1/signatures/{hidden['id']}{path}")
        assert (404, "SIGNATURE_UNKNOWN") == (answer.status, answer.code)
        assert images.secret.encode() not in answer.body
        assert 401 == Wire(registry.address).ask(method, f"/api/v1/signatures/{hidden['id']}{path}").status
    for path in (f"?repository={images.secret}", f"?subject={digest}", "", f"?key={'00112233445566aa'}"):
        found = reader.ask("GET", f"/api/v1/signatures{path}").json["signatures"]
        assert images.secret not in {one["repository"] for one in found}
    names = [one["name"] for one in reader.ask("GET", "/api/v1/repositories").json["repositories"]]
    assert images.name in names
    assert not [name for name in names if name.startswith("closed/")]


def test_the_layout_without_repositories_shows_what_may_be_pulled(
    registry: NamedRegistry, admin: Wire, images: Images
) -> None:
    def count(wire: Wire) -> int:
        found = 0
        while (
            200 == wire.ask("GET", f"/lookaside/sha256={images.digest.encoded}/signature-{found + 1}").status
        ):
            found += 1
        return found

    assert (2, 1, 0) == (count(admin), count(registry.wire("reader")), count(Wire(registry.address)))


def test_nobody_is_asked_who_they_are(registry: NamedRegistry, images: Images) -> None:
    wire = Wire(registry.address)
    for path in (
        simple.path(images.name, images.digest),
        f"/lookaside/{images.name}@sha256={images.digest.encoded}/signature-1",
        f"/api/v1/images?repository={images.name}&reference=v1",
    ):
        answer = wire.ask("GET", path)
        assert (401, 'Basic realm="names"') == (answer.status, answer.headers["www-authenticate"])
    answer = wire.ask("GET", simple.path(images.name, images.digest))
    assert "1" == answer.headers["x-registry-supports-signatures"]
    assert [] == wire.ask("GET", "/api/v1/signatures").json["signatures"]


def test_one_page_of_a_search_looks_at_a_bounded_number_of_rows(
    registry: NamedRegistry, admin: Wire, images: Images
) -> None:
    """What is not shown is passed over in pages that may be empty, until what is shown comes."""
    key = "cc" * 8
    assert 201 == simple.attach(admin, images.name, images.digest, simple.signed(images.digest, key)).status
    with registry.content.storage.database.write() as transaction:
        hidden = repositories.ensure(transaction, images.secret)
        new = New(images.digest, "unknown", "t", "m", "d", 1, "import", Claims("k", key=key))
        for _ in range(limits.SIGNATURES_SCANNED + 5):
            rows.add(transaction, hidden, new, None, "", now())
    path: str | None = f"/api/v1/signatures?key={key}"
    pages: list[list[str]] = []
    while path is not None:
        answer = registry.wire("reader").ask("GET", path)
        pages.append([one["repository"] for one in answer.json["signatures"]])
        link = answer.headers.get("link")
        path = link and link.partition(">")[0].removeprefix("<")
    assert [[], [images.name]] == pages


def test_pages_of_the_catalog_are_full_though_others_come_first(
    registry: NamedRegistry, images: Images
) -> None:
    for name in ("a/secret", "b/secret"):  # the reader may not know of them
        simple.push_image(registry.wire("admin"), name)
    reader = registry.wire("reader")
    found: list[str] = []
    while page := reader.ask("GET", f"/v2/_catalog?n=1&last={''.join(found[-1:])}").json["repositories"]:
        assert 1 == len(page)
        found += page
    assert images.name in found
    assert all(name.startswith("open/") for name in found)
