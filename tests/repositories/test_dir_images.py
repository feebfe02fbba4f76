"""Images in folders of the transport `dir:`."""

import json
from contextlib import suppress
from pathlib import Path

import pytest

from sealwright import limits, media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, NotFoundError, StorageError, UsageError
from sealwright.repositories.dir_image import DirImage
from world.content import image_manifest, index_of, put_blob, put_image


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def written(folder: Path, text: str = "hello") -> Descriptor:
    with DirImage(str(folder), write=True) as image:
        return put_image(image, text=text)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "image"
    descriptor = written(folder)
    image = DirImage(str(folder))
    assert descriptor == image.resolve("") == image.resolve(str(descriptor.digest))
    content = image.manifest(descriptor)
    assert (folder / "manifest.json").read_bytes() == content
    manifest = json.loads(content)
    blobs = [manifest["config"], *manifest["layers"]]
    for blob in blobs:
        found = Descriptor(blob["mediaType"], Digest.parse(blob["digest"]), blob["size"])
        assert image.has(found)
        assert Digest.of(b"".join(image.open_blob(found))) == found.digest
    assert b"Directory Transport Version: 1.1\n" == (folder / "version").read_bytes()
    hexes = [blob["digest"].partition(":")[2] for blob in blobs]
    assert sorted(["manifest.json", "version", *hexes]) == names(folder)
    assert (str(folder), [], []) == (image.name, list(image.tags()), list(image.referrers(descriptor)))
    assert {0o644} == {file.stat().st_mode & 0o777 for file in folder.iterdir()}


def test_another_image_replaces_the_one_that_is_there(tmp_path: Path) -> None:
    written(tmp_path / "image", "old")
    before = names(tmp_path / "image")
    (tmp_path / "image" / "signature-1").write_bytes(b"of the old one")
    (tmp_path / "image" / "notes.txt").write_text("of somebody")
    descriptor = written(tmp_path / "image", "new")
    assert descriptor == DirImage(str(tmp_path / "image")).resolve("")
    after = names(tmp_path / "image")
    assert len(before) + 1 == len(after)
    assert "notes.txt" in after
    assert "signature-1" not in after


def test_the_same_image_once_more_leaves_its_signatures(tmp_path: Path) -> None:
    written(tmp_path / "image")
    (tmp_path / "image" / "signature-1").write_bytes(b"x")
    before = names(tmp_path / "image")
    written(tmp_path / "image")
    assert before == names(tmp_path / "image")


def test_the_platforms_of_an_index_are_files_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "image"
    with DirImage(str(folder), write=True) as image:
        children = [put_image(image, None, text) for text in ("a", "b")]
        index = image.push_manifest(index_of(*children), media_types.IMAGE_INDEX)
        assert image.is_image(index.digest)
    read = DirImage(str(folder))
    assert index == read.resolve("")
    for child in children:
        assert child == read.resolve(str(child.digest))
        assert read.has(child)
        assert (folder / f"{child.digest.encoded}.manifest.json").read_bytes() == read.manifest(child)
        assert f"{child.digest.encoded}." == read.signature_prefix(child.digest)
    assert "" == read.signature_prefix(index.digest)


def test_the_manifest_with_a_tag_is_the_image_whenever_it_came(tmp_path: Path) -> None:
    with DirImage(str(tmp_path / "image"), write=True) as image:
        first = put_image(image, "v1", "a")
        put_image(image, None, "b")
    assert first == DirImage(str(tmp_path / "image")).resolve("")


def test_nothing_is_an_image_before_the_end_or_after_a_failure(tmp_path: Path) -> None:
    folder = tmp_path / "image"
    with suppress(KeyboardInterrupt), DirImage(str(folder), write=True) as image:
        put_image(image)
        raise KeyboardInterrupt
    assert not (folder / "manifest.json").exists()
    with pytest.raises(StorageError, match="there is no image in the folder"):
        DirImage(str(folder))
    assert written(folder) == DirImage(str(folder)).resolve("")


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError) as caught:
        DirImage(str(tmp_path), write=True)
    assert "layout.not-empty" == caught.value.code
    assert ["file"] == names(tmp_path)
    with pytest.raises(StorageError) as caught:
        DirImage(str(tmp_path / "file"), write=True)
    assert "layout.write-failed" == caught.value.code


def test_an_older_version_is_written_to(tmp_path: Path) -> None:
    (tmp_path / "version").write_text("Directory Transport Version: 1.0\n")
    assert written(tmp_path) == DirImage(str(tmp_path)).resolve("")


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    written(tmp_path / "image")
    image = DirImage(str(tmp_path / "image"))
    other = Descriptor(media_types.IMAGE_MANIFEST, Digest.of(b"other"), 5)
    blob = Descriptor("x", other.digest, 5)
    assert not image.has(other)
    assert not image.has(blob)
    for ask in (
        lambda: image.resolve(str(other.digest)),
        lambda: image.manifest(other),
        lambda: list(image.open_blob(blob)),
    ):
        with pytest.raises(NotFoundError):
            ask()
    with pytest.raises(StorageError):
        DirImage(str(tmp_path / "nowhere"))


def test_changed_content_is_refused(tmp_path: Path) -> None:
    with DirImage(str(tmp_path), write=True) as image:
        child = put_image(image, None, "a")
        image.push_manifest(index_of(child), media_types.IMAGE_INDEX)
    read = DirImage(str(tmp_path))
    (tmp_path / f"{child.digest.encoded}.manifest.json").write_bytes(read.manifest(child) + b" ")
    assert not read.has(child)
    for ask in (lambda: read.resolve(str(child.digest)), lambda: read.manifest(child)):
        with pytest.raises(MalformedContentError):
            ask()
    with DirImage(str(tmp_path), write=True) as image:
        blob = put_blob(image, b"content")
        (tmp_path / blob.digest.encoded).write_bytes(b"changed")
        with pytest.raises(MalformedContentError):
            list(image.open_blob(blob))


def test_a_manifest_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(bytes(limits.MANIFEST_BYTES + 1))
    with pytest.raises(MalformedContentError) as caught:
        DirImage(str(tmp_path))
    assert "layout.file-too-large" == caught.value.code


def test_referrers_find_no_place_and_nothing_can_be_deleted(tmp_path: Path) -> None:
    with DirImage(str(tmp_path), write=True) as image:
        descriptor = put_image(image)
        with pytest.raises(UsageError) as caught:
            image.push_manifest(image_manifest(descriptor), media_types.IMAGE_MANIFEST)
        assert "layout.cannot-hold" == caught.value.code
        with pytest.raises(UsageError) as caught:
            image.delete(descriptor)
        assert "layout.undeletable" == caught.value.code
        image.tag(descriptor, "v2")
    assert descriptor == DirImage(str(tmp_path)).resolve("")
