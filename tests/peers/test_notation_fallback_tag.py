"""The referrers tag, written by the real notation and by us in turn, and what others keep in it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from peers.notation import BOTH, Notation, seal_listed
from sealwright import media_types
from sealwright.digest import Digest
from world import images, pki
from world.home import Home, statement
from world.registry import DebianRegistry, Registry
from world.wire import Wire

SPDX = "application/spdx+json"
INDEX = {"Accept": media_types.IMAGE_INDEX}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = Home(tmp_path_factory.mktemp("user") / "home")
    for kind in ("ec256", "ec384"):
        made.add_key(kind, pki.chain(kind))
        made.trust("acme", pki.chain(kind).root)
    made.policy(statement())
    return made


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DebianRegistry]:
    with DebianRegistry(tmp_path_factory.mktemp("debian")) as running:
        yield running


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with Registry(tmp_path_factory.mktemp("embedded")) as running:
        yield running


def referrers_tag(image: str) -> str:
    return image.partition("@")[2].replace(":", "-")


def tagged(registry: Registry | DebianRegistry, image: str) -> list[Mapping[str, Any]] | None:
    """The entries of an image's referrers tag; None if there is no such tag."""
    name = image.partition("@")[0].partition("/")[2]
    answer = Wire(registry.address).ask("GET", f"/v2/{name}/manifests/{referrers_tag(image)}", headers=INDEX)
    if answer.status == 404:
        return None
    entries: list[Mapping[str, Any]] = json.loads(answer.body)["manifests"]
    return entries


def both_accept(notation: Notation, image: str) -> tuple[bool, bool]:
    return notation.accepts(image), 0 == notation.home.seal("verify", image).status


@pytest.mark.peer("docker-registry")
@pytest.mark.parametrize("name", BOTH)
def test_we_and_notation_write_after_each_other_and_both_find_all(
    name: str, home: Home, debian: DebianRegistry
) -> None:
    notation = Notation(name, home)
    image = images.push(f"{debian.local}/turns-{name}", "v1")
    home.must("sign", "--key", "ec256", image)
    first = seal_listed(home, image)
    assert (1, first) == (len(first), notation.signatures(image))
    notation.sign(image, "--key", "ec384")
    home.must("sign", "--key", "ec384", "--signature-format", "cose", image)
    notation.sign(image, "--key", "ec256", "--signature-format", "cose")
    assert first < seal_listed(home, image)
    assert 4 == len(seal_listed(home, image))
    assert seal_listed(home, image) == notation.signatures(image)
    assert (True, True) == both_accept(notation, image)
    entries = tagged(debian, image) or []
    assert [media_types.NOTARY_SIGNATURE] * 4 == [entry["artifactType"] for entry in entries]
    fields = {"mediaType", "digest", "size", "artifactType", "annotations"}
    assert [fields] * 4 == [set(entry) for entry in entries]


@pytest.mark.peer("docker-registry")
@pytest.mark.parametrize("name", BOTH)
def test_entries_of_others_stay_in_the_referrers_tag_as_they_are(
    name: str, home: Home, debian: DebianRegistry
) -> None:
    path = f"foreign-{name}"
    image = images.push(f"{debian.local}/{path}", "v1")
    with images.repository_at(f"{debian.local}/{path}") as repository:
        subject = repository.resolve("v1")
        sbom = images.attach(repository, subject, SPDX, b"{}", author="somebody")
    (entry,) = tagged(debian, image) or []
    assert (SPDX, str(sbom.digest)) == (entry["artifactType"], entry["digest"])
    odd = {**entry, "annotations": {"of": "theirs"}, "org.example.member": [1, {"two": None}]}
    index = {"mediaType": media_types.IMAGE_INDEX, "annotations": {"whose": "theirs"}, "manifests": [odd]}
    Wire(debian.address).push_manifest(path, referrers_tag(image), index)
    home.must("sign", "--key", "ec256", image)
    entries = tagged(debian, image) or []
    assert [odd] == [one for one in entries if one["artifactType"] == SPDX]
    found = Wire(debian.address).ask("GET", f"/v2/{path}/manifests/{referrers_tag(image)}", headers=INDEX)
    assert {"whose": "theirs"} == json.loads(found.body)["annotations"]
    assert (True, True) == both_accept(Notation(name, home), image)
    assert seal_listed(home, image) == Notation(name, home).signatures(image)


@pytest.mark.parametrize("name", BOTH)
def test_force_referrers_tag_writes_the_tag_where_there_is_an_api_too(
    name: str, home: Home, embedded: Registry
) -> None:
    notation = Notation(name, home)
    image = images.push(f"{embedded.local}/forced-{name}", "v1")
    home.must("sign", "--key", "ec256", image)
    assert tagged(embedded, image) is None
    home.must("sign", "--key", "ec256", "--force-referrers-tag", image)
    ours = tagged(embedded, image) or []
    assert 1 == len(ours)
    notation.sign(image, "--force-referrers-tag")
    assert 2 == len(tagged(embedded, image) or [])
    assert 3 == len(seal_listed(home, image))
    assert seal_listed(home, image) == notation.signatures(image)
    assert (True, True) == both_accept(notation, image)


@pytest.mark.peer("docker-registry")
@pytest.mark.parametrize("name", BOTH)
def test_a_deleted_signature_leaves_the_referrers_tag_and_the_last_takes_the_tag_along(
    name: str, home: Home, debian: DebianRegistry
) -> None:
    notation = Notation(name, home)
    path = f"{debian.local}/deleted-{name}"
    image = images.push(path, "v1")
    home.must("sign", "--key", "ec256", image)
    notation.sign(image, "--key", "ec384")
    signatures = sorted(seal_listed(home, image))
    assert 2 == len(signatures)
    with images.repository_at(path) as repository:
        repository.delete(repository.resolve(Digest.parse(signatures[0])))
        left = frozenset(signatures[1:])
        assert [*left] == [entry["digest"] for entry in tagged(debian, image) or []]
        assert (left, left) == (seal_listed(home, image), notation.signatures(image))
        assert (True, True) == both_accept(notation, image)
        repository.delete(repository.resolve(Digest.parse(signatures[1])))
    assert tagged(debian, image) is None
    assert (frozenset(), frozenset()) == (seal_listed(home, image), notation.signatures(image))
    assert (False, False) == both_accept(notation, image)
