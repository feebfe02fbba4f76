"""The signatures of images in folders of the transport `dir:`."""

from pathlib import Path

from sealwright import media_types
from sealwright.digest import Digest
from sealwright.repositories.dir_image import DirImage
from sealwright.stores.directory import DirectoryStore
from world import simple
from world.content import index_of, put_image
from world.simple_stores import contents, finished, problems, subject


def test_signatures_stand_beside_the_manifest_that_they_are_about(tmp_path: Path) -> None:
    with DirImage(str(tmp_path), write=True) as image:
        child = put_image(image, None)
        index = image.push_manifest(index_of(child), media_types.IMAGE_INDEX, "v1")
    store = DirectoryStore(DirImage(str(tmp_path)))
    made = {about.digest: [simple.signed(about.digest) for _ in range(2)] for about in (child, index)}
    paths = [store.add(subject(digest), finished(one)) for digest, some in made.items() for one in some]
    prefix = f"{child.digest.encoded}."
    expected = [f"{prefix}signature-1", f"{prefix}signature-2", "signature-1", "signature-2"]
    assert [str(tmp_path / name) for name in expected] == paths
    for digest, some in made.items():
        assert some == contents(store, subject(digest))
        assert problems(store.listed(subject(digest))) == []
    assert paths[2] == store.add(subject(index.digest), finished(made[index.digest][0]))


def test_signatures_of_an_image_that_is_being_written_are_there_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "image").mkdir()
    with DirImage(str(tmp_path / "image"), write=True) as image:
        put_image(image, "v1", "before")
    DirectoryStore(DirImage(str(tmp_path / "image"))).add(
        subject(DirImage(str(tmp_path / "image")).resolve("").digest), finished(b"\xa3old")
    )
    with DirImage(str(tmp_path / "image"), write=True) as image:
        child = put_image(image, None, "now")
        index = image.push_manifest(index_of(child), media_types.IMAGE_INDEX, "v1")
        store = DirectoryStore(image)
        made = [simple.signed(digest) for digest in (index.digest, index.digest, child.digest)]
        paths = [
            store.add(subject(about.digest), finished(content))
            for about, content in zip((index, index, child), made, strict=True)
        ]
        assert [] == contents(store, subject(index.digest))
    assert made == [Path(path).read_bytes() for path in paths]
    after = DirectoryStore(DirImage(str(tmp_path / "image")))
    assert made[:2] == contents(after, subject(index.digest))
    assert made[2:] == contents(after, subject(child.digest))


def test_a_signature_of_what_is_not_in_the_folder_has_no_place_of_its_own(tmp_path: Path) -> None:
    with DirImage(str(tmp_path), write=True) as image:
        put_image(image)
    store = DirectoryStore(DirImage(str(tmp_path)))
    assert [] == contents(store, subject(put_image_elsewhere(tmp_path / "other")))


def put_image_elsewhere(folder: Path) -> Digest:
    with DirImage(str(folder), write=True) as image:
        return put_image(image, text="elsewhere").digest
