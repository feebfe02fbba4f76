"""Image layouts in folders and tar files as repositories."""

import fcntl
import json
import os
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sealwright import limits, manifest, media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import (
    MalformedContentError,
    NotFoundError,
    RegistryError,
    SealwrightError,
    StorageError,
    UsageError,
)
from sealwright.events import Event, Notice
from sealwright.repositories.layout import ImageLayout, open_archive, open_directory
from sealwright.repositories.layout_index import REF_NAME
from world.content import KIND, entry, image_manifest, index_of, put_blob, put_image, put_referrer

Open = Callable[..., ImageLayout]
NOTATION = Path(__file__).parents[1] / "producers" / "notation-2.0" / "layouts" / "artifact-type-form"
NOTARY_SIGNATURE = media_types.NOTARY_SIGNATURE


@pytest.fixture(params=["folder", "archive"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens one and the same layout, as a folder or as an archive."""
    if request.param == "folder":
        return lambda **settings: open_directory(str(tmp_path / "layout"), **settings)
    return lambda **settings: open_archive(str(tmp_path / "layout.tar"), **settings)


def code_of(kind: type[SealwrightError], call: Callable[[], object]) -> str:
    with pytest.raises(kind) as caught:
        _run(call)
    assert str(caught.value)
    assert caught.value.hint is not None
    return caught.value.code


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def _run(call: Callable[[], object]) -> None:
    found = call()
    if isinstance(found, Iterator):
        list(found)


def test_an_image_goes_in_and_comes_out(opening: Open) -> None:
    with opening(write=True) as layout:
        image = put_image(layout, "v1")
        assert image == layout.resolve("v1")
    with opening() as layout:
        assert image == layout.resolve("v1") == layout.resolve("") == layout.resolve(image.digest)
        parsed = manifest.parse(layout.manifest(image))
        for blob in parsed.contents:
            assert layout.has(blob)
            assert blob.size == sum(map(len, layout.open_blob(blob)))
        assert ["v1"] == list(layout.tags())
        assert not layout.has(Descriptor("x/y", image.digest, image.size + 1))
        assert layout.name.endswith(("layout", "layout.tar"))


def test_referrers_of_every_form_are_found(opening: Open) -> None:
    with opening(write=True) as layout:
        image = put_image(layout, "v1")
        other = put_image(layout, "v2", "other")
        one = put_referrer(layout, image, n="1")
        two = put_referrer(layout, image, None, KIND, n="2")
        three = layout.push_manifest(index_of(image, subject=image, kind=KIND), media_types.IMAGE_INDEX)
        four = put_referrer(layout, image, "application/other")
        put_referrer(layout, other)
        bare = image_manifest(image, kind=KIND, annotations={"n": "5"})
        five = layout.push_manifest(bare, media_types.IMAGE_MANIFEST, "signature")
    with opening() as layout:
        found = {referrer.digest: referrer for referrer in layout.referrers(image, KIND)}
        assert {one.digest, two.digest, three.digest, five.digest} == set(found)
        assert {"n": "1"} == found[one.digest].annotations
        assert KIND == found[two.digest].artifact_type
        assert found[five.digest].annotations == {"n": "5"}, "the tag is no annotation of the manifest"
        everything = {referrer.digest for referrer in layout.referrers(image)}
        assert everything == set(found) | {four.digest}
        assert image == layout.resolve("v1")


def test_what_notation_wrote_is_read(tmp_path: Path) -> None:
    tar = tmp_path / "notation.tar"
    with tarfile.open(tar, "w") as made:
        for file in sorted(NOTATION.rglob("*")):
            if file.is_file():
                made.add(file, file.relative_to(NOTATION))
    for layout in (open_directory(str(NOTATION)), open_archive(str(tar))):
        with layout:
            image = layout.resolve("v1")
            signatures = list(layout.referrers(image, NOTARY_SIGNATURE))
            assert 4 == len(signatures)
            kinds = set()
            for signature in signatures:
                (envelope,) = manifest.parse(layout.manifest(signature)).layers
                kinds.add(envelope.media_type)
                assert envelope.size == len(b"".join(layout.open_blob(envelope)))
            assert {media_types.NOTARY_JWS, media_types.NOTARY_COSE} == kinds
            assert image == layout.resolve(""), "signatures are not images to choose from"


def test_referrers_under_a_referrers_tag_are_found(opening: Open) -> None:
    with opening(write=True) as layout:
        image = put_image(layout, "v1")
        one = put_referrer(layout, image)
        index = index_of(one)
        layout.push_manifest(index, media_types.IMAGE_INDEX, f"sha256-{image.digest.encoded}")
        assert [one.digest] == [referrer.digest for referrer in layout.referrers(image)]


def test_tags_move(opening: Open) -> None:
    with opening(write=True) as layout:
        old = put_image(layout, "v1", "old")
        new = put_image(layout, "v1", "new")
        layout.tag(new, "latest")
        assert new == layout.resolve("v1") == layout.resolve("latest")
        assert old == layout.resolve(old.digest)
        assert ["v1", "latest"] == list(layout.tags())


def test_an_image_without_a_tag_can_be_found_again(opening: Open) -> None:
    with opening(write=True) as layout:
        image = put_image(layout, None)
    with opening() as layout:
        assert image == layout.resolve("")
        assert [] == list(layout.tags())


def test_a_child_of_an_index_is_found_by_its_digest(opening: Open) -> None:
    with opening(write=True) as layout:
        one, two = put_image(layout, None, "one"), put_image(layout, None, "two")
        index = layout.push_manifest(index_of(one, two), media_types.IMAGE_INDEX, "v1")
        assert index == layout.resolve("")
        assert one == layout.resolve(one.digest)
        signature = put_referrer(layout, two)
        assert [signature.digest] == [referrer.digest for referrer in layout.referrers(two)]


def test_one_of_many_must_be_chosen(opening: Open) -> None:
    with opening(write=True) as layout:
        for number in range(12):
            put_image(layout, f"v{number}", str(number))
        with pytest.raises(UsageError) as caught:
            layout.resolve("")
    assert "layout.choose" == caught.value.code
    assert "12 images" in str(caught.value)
    assert "v9, …" in str(caught.value)


def test_what_is_not_there_is_told(opening: Open) -> None:
    missing = Descriptor("x/y", Digest.of(b"missing"), 7)
    with opening(write=True) as layout:
        for selector in ("", "v1", missing.digest):
            assert "layout.manifest-unknown" == code_of(NotFoundError, lambda s=selector: layout.resolve(s))  # type: ignore[misc]  # the usual way
        assert "layout.manifest-unknown" == code_of(NotFoundError, lambda: layout.manifest(missing))
        assert "layout.blob-unknown" == code_of(NotFoundError, lambda: layout.open_blob(missing))
        assert "layout.manifest-unknown" == code_of(NotFoundError, lambda: layout.delete(missing))
        assert "layout.manifest-unknown" == code_of(NotFoundError, lambda: layout.tag(missing, "v1"))
        assert "reference.digest-malformed" == code_of(UsageError, lambda: layout.resolve("sha256:../x"))


def test_a_tag_may_look_like_anything(opening: Open) -> None:
    with opening(write=True) as layout:
        image = put_image(layout, "docker.io/library/alpine:3.20")
        assert image == layout.resolve("docker.io/library/alpine:3.20")


def test_a_blob_is_written_once_and_checked(opening: Open) -> None:
    content = b"content" * 300_000
    descriptor = manifest.describe(content, "x/y")
    with opening(write=True) as layout:
        wrong = [content[:-1] + b"x", content[:-1], content + b"x"]
        for bad in wrong:
            with pytest.raises(MalformedContentError):
                layout.push_blob(descriptor, lambda bad=bad: iter([bad]))  # type: ignore[misc]  # the usual way
            assert not layout.has(descriptor)
        assert "moved" == layout.push_blob(descriptor, lambda: iter([content]), "elsewhere")
        assert "present" == layout.push_blob(descriptor, lambda: iter([b"never read"]))
        assert content == b"".join(layout.open_blob(descriptor))


def test_long_digests_are_kept_in_their_folder(opening: Open) -> None:
    with opening(write=True) as layout:
        content = image_manifest(annotations={"a": "b"})
        found = layout.push_manifest(content, media_types.IMAGE_MANIFEST, "v1", "sha512")
        assert "sha512" == found.digest.algorithm
    with opening() as layout:
        assert content == layout.manifest(layout.resolve("v1"))


def test_deleting_removes_the_entries_and_the_file(opening: Open) -> None:
    with opening(write=True) as layout:
        image = put_image(layout, "v1")
        signature = put_referrer(layout, image)
        layout.delete(signature)
        assert [] == list(layout.referrers(image))
        assert not layout.has(signature)
    with opening(write=True) as layout:
        assert image == layout.resolve("v1")
        assert not layout.has(signature)
        layout.delete(image)
        again = put_image(layout, "v2")
        assert again == image
    with opening() as layout:
        assert image == layout.resolve("v2")
        assert ["v2"] == list(layout.tags())


def test_what_is_no_manifest_is_not_taken(opening: Open) -> None:
    with opening(write=True) as layout:
        for content in (b"[", b"{}}", b'{"config":{"size":-1}}'):
            with pytest.raises(MalformedContentError):
                layout.push_manifest(content, media_types.IMAGE_MANIFEST)


def test_threads_write_side_by_side(opening: Open) -> None:
    with opening(write=True) as layout:
        image = put_image(layout, "v1")
        put_blob(layout, b"{}", media_types.EMPTY)
        failures: list[BaseException] = []

        def work(number: int) -> None:
            try:
                put_referrer(layout, image, n=str(number))
            except BaseException as error:  # noqa: BLE001  # shown below
                failures.append(error)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert [] == failures
        assert 16 == len(list(layout.referrers(image, KIND)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with open_directory(str(tmp_path / "layout"), write=True) as layout:
        put_image(layout, "v1")
    return tmp_path / "layout"


def test_writers_of_one_folder_wait_for_each_other(folder: Path) -> None:
    image = open_directory(str(folder)).resolve("v1")

    def work(number: int) -> None:
        with open_directory(str(folder), write=True) as layout:
            put_referrer(layout, image, n=str(number))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert 16 == len(list(open_directory(str(folder)).referrers(image)))
    leftovers = [file.name for file in folder.rglob(".*")]
    assert [] == leftovers


def test_a_writer_that_never_ends_is_told(folder: Path) -> None:
    layout = open_directory(str(folder))
    image = layout.resolve("v1")
    with (folder / "oci-layout").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        timer = threading.Timer(0.2, fcntl.flock, (held, fcntl.LOCK_UN))
        timer.start()
        layout.tag(image, "waited")
        timer.join()
    assert image == layout.resolve("waited")


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("data")
    assert "layout.not-empty" == code_of(StorageError, lambda: open_directory(str(tmp_path), write=True))
    assert ["precious"] == names_in(tmp_path)


def test_an_empty_folder_becomes_a_layout(tmp_path: Path) -> None:
    with open_directory(str(tmp_path), write=True) as layout:
        assert [] == list(layout.tags())
    assert ["blobs", "index.json", "oci-layout"] == names_in(tmp_path)
    assert {"imageLayoutVersion": "1.0.0"} == json.loads((tmp_path / "oci-layout").read_bytes())


@pytest.mark.parametrize("name", ["nothing", "file", "file/below"])
def test_where_there_is_no_layout(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")
    assert "layout.not-a-layout" == code_of(StorageError, lambda: open_directory(str(tmp_path / name)))


def test_where_no_layout_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    path = str(tmp_path / "file")
    assert "layout.write-failed" == code_of(StorageError, lambda: open_directory(path, write=True))


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"imageLayoutVersion":"2.0.0"}', "nonsense"])
def test_versions_that_are_not_known(folder: Path, content: str) -> None:
    (folder / "oci-layout").write_text(content)
    assert "layout.version-unknown" == code_of(StorageError, lambda: open_directory(str(folder)))


def test_a_missing_index_is_told(folder: Path) -> None:
    (folder / "index.json").unlink()
    assert "layout.read-failed" == code_of(StorageError, lambda: open_directory(str(folder)).resolve("v1"))


def test_a_broken_index_is_told_with_its_place(folder: Path) -> None:
    (folder / "index.json").write_text('{\n "manifests": [,]}')
    with pytest.raises(MalformedContentError) as caught:
        open_directory(str(folder)).resolve("v1")
    assert "line 2" in str(caught.value)


def test_one_tag_for_two_images_is_ambiguous(folder: Path) -> None:
    layout = open_directory(str(folder))
    one, two = layout.resolve("v1"), put_image(layout, "v2", "two")
    entries = [{**entry(image), "annotations": {REF_NAME: "v1"}} for image in (one, two)]
    (folder / "index.json").write_text(json.dumps({"manifests": entries}))
    assert "layout.tag-ambiguous" == code_of(UsageError, lambda: layout.resolve("v1"))
    (folder / "index.json").write_text(json.dumps({"manifests": [entries[0]] * 2}))
    assert one == layout.resolve("v1")


def blob_file(folder: Path, descriptor: Descriptor) -> Path:
    return folder / "blobs" / "sha256" / descriptor.digest.encoded


def test_changed_content_is_found_out(folder: Path) -> None:
    layout = open_directory(str(folder))
    image = layout.resolve("v1")
    layer = manifest.parse(layout.manifest(image)).layers[0]
    for descriptor, read in ((layer, layout.open_blob), (image, layout.manifest)):
        file = blob_file(folder, descriptor)
        content = file.read_bytes()
        file.write_bytes(content[:-1] + b"x")
        assert "artifact.digest-mismatch" == code_of(
            MalformedContentError,
            lambda read=read, descriptor=descriptor: read(descriptor),  # type: ignore[misc]  # the usual way
        )
        file.write_bytes(content + b"x")
        assert "artifact.size-mismatch" == code_of(
            MalformedContentError,
            lambda read=read, descriptor=descriptor: read(descriptor),  # type: ignore[misc]  # the usual way
        )


def test_what_the_index_claims_is_not_believed(folder: Path, tmp_path: Path) -> None:
    layout = open_directory(str(folder), write=True)
    image = layout.resolve("v1")
    found = json.loads((folder / "index.json").read_bytes())
    found["manifests"][0]["artifactType"] = NOTARY_SIGNATURE
    found["manifests"][0]["annotations"]["who"] = "me"
    (folder / "index.json").write_text(json.dumps(found))
    assert image == layout.resolve("v1")
    assert [] == list(layout.referrers(image))


def test_large_manifests_are_not_read(folder: Path) -> None:
    layout = open_directory(str(folder))
    large = {
        **entry(layout.resolve("v1")),
        "size": limits.MANIFEST_BYTES + 1,
        "annotations": {REF_NAME: "v2"},
    }
    (folder / "index.json").write_text(json.dumps({"manifests": [large]}))
    assert "artifact.too-large" == code_of(MalformedContentError, lambda: layout.resolve("v2"))
    blob = put_blob(layout, bytes(limits.MANIFEST_BYTES + 1))
    assert "layout.manifest-unknown" == code_of(NotFoundError, lambda: layout.resolve(blob.digest))


def test_a_blob_is_not_taken_for_a_manifest(folder: Path) -> None:
    layout = open_directory(str(folder))
    blob = put_blob(layout, b"no manifest")
    assert "artifact.manifest-malformed" == code_of(
        MalformedContentError, lambda: layout.resolve(blob.digest)
    )


def test_unreadable_entries_are_told_and_left_out(folder: Path) -> None:
    told: list[Event] = []
    layout = open_directory(str(folder), events=told.append)
    image = layout.resolve("v1")
    good = put_referrer(layout, image)
    broken = put_blob(layout, b"no manifest", media_types.IMAGE_MANIFEST)
    found = json.loads((folder / "index.json").read_bytes())
    missing = Descriptor(media_types.IMAGE_MANIFEST, Digest.of(b"missing"), 7)
    strange = {"mediaType": "application/x", "digest": str(broken.digest), "size": broken.size}
    found["manifests"] += [{"digest": 7}, entry(broken), entry(missing), strange]
    (folder / "index.json").write_text(json.dumps(found))
    assert [good.digest] == [referrer.digest for referrer in layout.referrers(image)]
    assert ["registry.referrer-unreadable"] * 2 == [event.code for event in told if isinstance(event, Notice)]


def test_indexes_are_followed_to_a_depth_and_circles_end(folder: Path) -> None:
    layout = open_directory(str(folder))
    image = layout.resolve("v1")
    bottom = put_referrer(layout, image)
    inner = bottom
    for depth in range(limits.INDEX_DEPTH + 2):
        inner = layout.push_manifest(index_of(inner, image), media_types.IMAGE_INDEX, f"i{depth}")
    assert [bottom.digest] == [referrer.digest for referrer in layout.referrers(image)]
    (folder / "index.json").write_text(json.dumps({"manifests": [entry(inner)]}))
    assert [] == list(layout.referrers(image)), "deeper than anybody looks"


def test_referrers_are_counted(folder: Path) -> None:
    layout = open_directory(str(folder))
    image = layout.resolve("v1")
    entries = []
    for number in range(limits.REFERRERS_LISTED + 1):
        content = image_manifest(image, annotations={"n": str(number)})
        descriptor = manifest.describe(content, media_types.IMAGE_MANIFEST)
        blob_file(folder, descriptor).write_bytes(content)
        entries.append(entry(descriptor))
    (folder / "index.json").write_text(json.dumps({"manifests": entries}))
    found: list[Descriptor] = []
    with pytest.raises(RegistryError) as caught:
        found.extend(layout.referrers(image))
    assert "registry.too-many-referrers" == caught.value.code
    assert limits.REFERRERS_LISTED == len(found)


def test_links_to_files_are_followed_and_pipes_are_not_waited_for(folder: Path, tmp_path: Path) -> None:
    layout = open_directory(str(folder))
    image = layout.resolve("v1")
    file = blob_file(folder, image)
    shutil.move(file, tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert layout.manifest(image)
    file.unlink()
    os.mkfifo(file)
    assert "layout.manifest-unknown" == code_of(NotFoundError, lambda: layout.manifest(image))
    index = folder / "index.json"
    index.unlink()
    os.mkfifo(index)
    assert "layout.read-failed" == code_of(StorageError, lambda: layout.resolve("v1"))


def test_a_reader_sees_the_old_or_the_new_index_never_half(folder: Path) -> None:
    layout = open_directory(str(folder))
    image = layout.resolve("v1")
    done = threading.Event()
    counts: list[int] = []

    def read() -> None:
        while not done.is_set():
            counts.append(len(list(open_directory(str(folder)).tags())))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(50):
        layout.tag(image, f"t{number}")
    done.set()
    reader.join(10)
    assert counts == sorted(counts)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    with open_archive(str(tmp_path / "layout.tar"), write=True) as layout:
        put_image(layout, "v1")
    return tmp_path / "layout.tar"


def test_the_same_content_gives_the_same_archive(packed: Path, tmp_path: Path) -> None:
    with open_archive(str(tmp_path / "other.tar"), write=True) as layout:
        put_image(layout, "v1")
    assert packed.read_bytes() == (tmp_path / "other.tar").read_bytes()


def test_an_archive_is_not_rewritten_for_nothing(packed: Path) -> None:
    before = packed.stat()
    with open_archive(str(packed), write=True) as layout:
        put_image(layout, "v1")
    after = packed.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_an_archive_is_as_before_if_something_fails(packed: Path, tmp_path: Path) -> None:
    before = packed.read_bytes()

    def fail() -> None:
        with open_archive(str(packed), write=True) as layout:
            put_image(layout, "v2", "other")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()
    assert before == packed.read_bytes()
    assert ["layout.tar"] == names_in(tmp_path)


def test_an_archive_keeps_its_permissions_and_what_else_is_in_it(packed: Path, tmp_path: Path) -> None:
    packed.chmod(0o640)
    with tarfile.open(packed, "a") as made:
        info = tarfile.TarInfo("manifest.json")
        made.addfile(info)
    with open_archive(str(packed), write=True) as layout:
        put_image(layout, "v2", "other")
    assert 0o640 == packed.stat().st_mode & 0o777
    with tarfile.open(packed) as read:
        names = read.getnames()
    assert ["oci-layout", "index.json"] == names[:2]
    assert "manifest.json" in names
    assert len(names) == len(set(names))
    assert ["layout.tar"] == names_in(tmp_path)


def test_writers_of_one_archive_wait_for_each_other(packed: Path) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with open_archive(str(packed), write=True) as layout:
                put_image(layout, f"t{number}", str(number))
        except BaseException as error:  # noqa: BLE001  # shown below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [] == failures
    with open_archive(str(packed)) as layout:
        assert {"v1", *(f"t{n}" for n in range(8))} == set(layout.tags())
        assert 9 == len({layout.resolve(tag).digest for tag in layout.tags()})


def test_two_makers_of_one_archive_do_not_overwrite_each_other(tmp_path: Path) -> None:
    path = str(tmp_path / "new.tar")
    first, second = open_archive(path, write=True), open_archive(path, write=True)
    put_image(first, "first")
    put_image(second, "second", "other")
    first.close()
    assert "layout.changed" == code_of(StorageError, second.close)
    with open_archive(path) as layout:
        assert ["first"] == list(layout.tags())
    assert ["new.tar"] == names_in(tmp_path)


@pytest.mark.parametrize("missing", ["oci-layout", "index.json"])
def test_an_archive_of_something_else(packed: Path, tmp_path: Path, missing: str) -> None:
    with tarfile.open(packed) as read, tarfile.open(tmp_path / "other.tar", "w") as made:
        for member in read.getmembers():
            if member.name != missing:
                made.addfile(member, read.extractfile(member))
    path = str(tmp_path / "other.tar")
    assert "layout.not-a-layout" == code_of(StorageError, lambda: open_archive(path))


def test_archives_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello" * 500)
    path = str(tmp_path / "text")
    assert "layout.not-a-layout" == code_of(StorageError, lambda: open_archive(str(tmp_path / "none")))
    assert "layout.archive-malformed" == code_of(MalformedContentError, lambda: open_archive(path))
    assert "layout.archive-malformed" == code_of(MalformedContentError, lambda: open_archive(str(tmp_path)))
    assert "layout.read-failed" == code_of(StorageError, lambda: open_archive(f"{path}/below"))


def test_an_archive_that_cannot_be_written(tmp_path: Path) -> None:
    layout = open_archive(str(tmp_path / "missing" / "new.tar"), write=True)
    assert "layout.write-failed" == code_of(StorageError, lambda: put_image(layout))
    layout.close()


def test_an_archive_that_shrinks_while_it_is_read_is_noticed(packed: Path) -> None:
    with open_archive(str(packed)) as layout:
        image = layout.resolve("v1")
        os.truncate(packed, 600)
        assert "layout.changed" == code_of(StorageError, lambda: layout.manifest(image))


def test_folders_that_cannot_be_used_are_told(folder: Path) -> None:
    layout = open_directory(str(folder))
    image = layout.resolve("v1")
    file = blob_file(folder, image)
    file.unlink()
    file.symlink_to(file)
    assert "layout.read-failed" == code_of(StorageError, lambda: layout.manifest(image))
    index = folder / "index.json"
    content = index.read_bytes()
    index.unlink()
    index.mkdir()
    assert "layout.read-failed" == code_of(StorageError, lambda: layout.resolve("v1"))
    index.rmdir()
    index.write_bytes(content)
    shutil.rmtree(folder / "blobs")
    (folder / "blobs").write_text("in the way")
    assert not layout.has(image)
    assert "layout.write-failed" == code_of(StorageError, lambda: put_blob(layout, b"x"))
    assert "layout.write-failed" == code_of(StorageError, lambda: layout.delete(image))
    (folder / "oci-layout").unlink()
    assert "layout.write-failed" == code_of(StorageError, lambda: layout.delete(image))
    (folder / "oci-layout").symlink_to("oci-layout")
    assert "layout.read-failed" == code_of(StorageError, lambda: open_directory(str(folder)))


def test_an_index_that_cannot_be_replaced_is_told(folder: Path) -> None:
    layout = open_directory(str(folder))
    with layout._storage.writing():
        (folder / "index.json").unlink()
        (folder / "index.json").mkdir()
        assert "layout.write-failed" == code_of(StorageError, lambda: layout._storage.replace_index(b"{}"))
