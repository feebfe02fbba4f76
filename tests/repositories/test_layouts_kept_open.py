"""Layouts that a run over many images opens once: the same answers, read once."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from sealwright import limits, media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, NotFoundError, RegistryError, StorageError, UsageError
from sealwright.events import Event
from sealwright.interfaces import Repository
from sealwright.repositories.kept_open import KeptOpen
from sealwright.repositories.layout import ImageLayout, open_archive, open_directory
from sealwright.repositories.layout_archive import LayoutArchive
from sealwright.repositories.layout_directory import LayoutDirectory
from sealwright.repositories.layout_snapshot import LayoutSnapshot
from sealwright.repositories.locating import Location, locate
from sealwright.repositories.registry import RegistryClient
from world.content import KIND, entry, index_of, put_image, put_referrer

TAGS = tuple(f"v{number}" for number in range(4))


def fill(layout: ImageLayout) -> None:
    """Images with referrers, an index with another one inside, and an image without a tag."""
    images = [put_image(layout, tag, tag) for tag in TAGS]
    for number, image in enumerate(images):
        for count in range(number):
            put_referrer(layout, image, KIND if count else media_types.NOTARY_SIGNATURE, n=str(count))
    inner = layout.push_manifest(index_of(*images[:2]), media_types.IMAGE_INDEX)
    outer = layout.push_manifest(index_of(inner), media_types.IMAGE_INDEX, "outer")
    put_referrer(layout, outer)
    put_image(layout, None, "no tag")


@pytest.fixture(params=["oci", "oci-archive"])
def name(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    path = tmp_path / "layout"
    opening = open_directory if request.param == "oci" else open_archive
    with opening(str(path), write=True) as layout:
        fill(layout)
    return f"{request.param}:{path}"


def no_client() -> RegistryClient:
    raise AssertionError("layouts need no registry")


def anew(location: Location) -> ImageLayout:
    return (open_directory if location.transport == "oci" else open_archive)(location.path)


def kept(keeping: KeptOpen, name: str, *, write: bool = False) -> AbstractContextManager[Repository]:
    return keeping(locate(name), no_client, write=write)


def answers(layout: Repository, selectors: tuple[str, ...]) -> list[object]:
    found: list[object] = [list(layout.tags())]
    for selector in selectors:
        try:
            descriptor = layout.resolve(selector)
        except (NotFoundError, UsageError) as error:
            found.append(str(error))
            continue
        found += [
            descriptor,
            list(layout.referrers(descriptor)),
            list(layout.referrers(descriptor, media_types.NOTARY_SIGNATURE)),
            layout.manifest(descriptor),
        ]
    return found


def test_a_layout_that_is_kept_open_says_what_it_says_otherwise(name: str) -> None:
    with anew(locate(name)) as plain:
        digests = tuple(str(plain.resolve(tag).digest) for tag in TAGS)
        selectors = (*TAGS, "outer", "gone", "", *digests, str(Digest.of(b"gone")))
        expected = answers(plain, selectors)
    with KeptOpen() as keeping, kept(keeping, name) as first:
        assert expected == answers(first, selectors)
        assert expected == answers(first, selectors)


def test_a_layout_is_opened_once_for_all_its_images(name: str) -> None:
    with KeptOpen() as keeping:
        with kept(keeping, f"{name}:v1") as first:
            pass
        with kept(keeping, f"{name}:v2") as second:
            assert first is second
            assert "v2" in list(second.tags()), "it is open still"
        with kept(keeping, name, write=True) as other:
            assert first is not other


def test_beyond_a_bound_layouts_are_opened_each_time(name: str, tmp_path: Path) -> None:
    with KeptOpen() as keeping:
        for number in range(limits.LAYOUTS_KEPT_OPEN):
            with (
                open_directory(str(tmp_path / f"l{number}"), write=True),
                kept(keeping, f"oci:{tmp_path}/l{number}"),
            ):
                pass
        with kept(keeping, name) as first, kept(keeping, name) as second:
            assert first is not second
            assert list(first.tags()) == list(second.tags())
        with kept(keeping, f"oci:{tmp_path}/l0") as early, kept(keeping, f"oci:{tmp_path}/l0") as again:
            assert early is again


def test_what_could_not_be_opened_is_tried_again(tmp_path: Path) -> None:
    with KeptOpen() as keeping:
        with pytest.raises(StorageError) as caught:
            kept(keeping, f"oci:{tmp_path}/later")
        with open_directory(str(tmp_path / "later"), write=True) as layout:
            put_image(layout)
        with kept(keeping, f"oci:{tmp_path}/later") as found:
            assert ["v1"] == list(found.tags())
    assert "layout.not-a-layout" == caught.value.code


def test_registries_are_opened_as_ever(connect: Callable[..., RegistryClient]) -> None:
    with KeptOpen() as keeping, keeping(locate("localhost:1/a:b"), connect) as found:
        assert "localhost:1/a" == found.name


def test_manifests_are_read_once(tmp_path: Path) -> None:
    told: list[Event] = []
    with open_directory(str(tmp_path), write=True) as layout:
        fill(layout)
        image = layout.resolve("v3")
        broken = put_referrer(layout, image, n="broken")
    blobs = tmp_path / "blobs" / "sha256"
    (blobs / broken.digest.encoded).write_bytes(b"x" * broken.size)
    layout = LayoutSnapshot(LayoutDirectory(str(tmp_path)), told.append)
    first = list(layout.referrers(image))
    (tmp_path / "index.json").write_text("{}")
    for referrer in first:
        (blobs / referrer.digest.encoded).unlink()

    assert 3 == len(first)
    assert first == list(layout.referrers(image))
    assert image == layout.resolve("v3")
    assert 1 == len(told), "and what is wrong with one is told once"


@pytest.mark.parametrize("content", ["[", '{"manifests": 1}'])
def test_an_index_that_cannot_be_read_is_told_each_time(tmp_path: Path, content: str) -> None:
    with open_directory(str(tmp_path), write=True) as layout:
        image = put_image(layout)
    (tmp_path / "index.json").write_text(content)
    layout = LayoutSnapshot(LayoutDirectory(str(tmp_path)))
    for ask in (layout.tags, lambda: layout.referrers(image)):
        with pytest.raises(MalformedContentError) as caught:
            list(ask())
        assert "layout.index-malformed" == caught.value.code


def test_too_many_manifests_are_too_many_for_every_image(tmp_path: Path) -> None:
    with open_directory(str(tmp_path), write=True) as layout:
        image = put_image(layout)
        other = put_image(layout, "other", "other")
        referrer = put_referrer(layout, image)
    listed = [image, other, referrer]
    missing = (
        {**entry(image), "digest": f"sha256:{number:064x}"}
        for number in range(limits.LAYOUT_MANIFESTS + 1 - len(listed))
    )
    (tmp_path / "index.json").write_text(json.dumps({"manifests": [*map(entry, listed), *missing]}))
    snapshot = LayoutSnapshot(LayoutDirectory(str(tmp_path)))
    for subject, expected in ((image, [referrer.digest]), (other, [])):
        found: list[Descriptor] = []
        with pytest.raises(RegistryError) as caught:
            found.extend(snapshot.referrers(subject))
        assert "layout.too-many-manifests" == caught.value.code
        assert expected == [one.digest for one in found]


def test_an_archive_is_let_go_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "layout.tar"
    with open_archive(str(path), write=True) as layout:
        put_image(layout)
    with KeptOpen() as keeping:
        with kept(keeping, f"oci-archive:{path}"):
            pass
        held = [link for link in Path("/proc/self/fd").iterdir() if _target(link) == str(path)]
    after = [link for link in Path("/proc/self/fd").iterdir() if _target(link) == str(path)]

    assert (1, 0) == (len(held), len(after))
    assert LayoutArchive(str(path)).index()


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""
