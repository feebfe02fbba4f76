"""Archives of `docker save`: what is read, what is written, and what is refused."""

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import ArtifactError, MalformedContentError, SealwrightError, StorageError, UsageError
from sealwright.interfaces import Repository
from sealwright.repositories import gzip_layers
from sealwright.repositories.locating import locate, opened
from sealwright.repositories.registry import RegistryClient
from world.content import entry, index_of, put_blob, put_image

LAYER = b"layer" * 1000
SECOND = b"second" * 1000


def no_client() -> RegistryClient:
    raise AssertionError("no registry is named")


def config(*layers: bytes) -> bytes:
    root = {"type": "layers", "diff_ids": [str(Digest.of(layer)) for layer in layers]}
    return json.dumps({"architecture": "amd64", "os": "linux", "rootfs": root}).encode()


def archive(path: Path, files: dict[str, bytes], links: dict[str, str] | None = None) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type = tarfile.SYMTYPE
            member.linkname = target
            tar.addfile(member)
    return path


def listed(*layers: str, tags: object = ("app:v1",), config_name: str = "c.json") -> bytes:
    return json.dumps([{"Config": config_name, "RepoTags": tags, "Layers": layers}]).encode()


def simple_archive(path: Path, **changes: bytes) -> Path:
    files = {"c.json": config(LAYER), "l.tar": LAYER, "manifest.json": listed("l.tar")}
    files.update({name.replace("_", "."): content for name, content in changes.items()})
    return archive(path, {name: content for name, content in files.items() if content != b"absent"})


def layers_of(repository: Repository) -> list[bytes]:
    parsed = manifests.parse(repository.manifest(repository.resolve("")))
    return [gzip.decompress(b"".join(repository.open_blob(layer))) for layer in parsed.layers]


def test_an_archive_becomes_an_image_of_docker(tmp_path: Path) -> None:
    path = simple_archive(tmp_path / "a.tar")
    with opened(locate(f"docker-archive:{path}"), no_client) as repository:
        descriptor = repository.resolve("")
        parsed = manifests.parse(repository.manifest(descriptor))
        assert media_types.DOCKER_MANIFEST == descriptor.media_type == parsed.media_type
        assert parsed.config is not None
        assert (media_types.DOCKER_CONFIG, Digest.of(config(LAYER))) == (
            parsed.config.media_type,
            parsed.config.digest,
        )
        assert [media_types.DOCKER_LAYER_GZIP] == [layer.media_type for layer in parsed.layers]
        assert [LAYER] == layers_of(repository)
        assert all(repository.has(blob) for blob in parsed.contents)


def test_links_to_layers_and_compressed_layers_are_read(tmp_path: Path) -> None:
    squeezed = gzip.compress(SECOND)
    path = archive(
        tmp_path / "a.tar",
        {
            "c.json": config(LAYER, LAYER, SECOND),
            "a/layer.tar": LAYER,
            "c/layer.tar": squeezed,
            "manifest.json": listed("a/layer.tar", "b/layer.tar", "c/layer.tar"),
        },
        {"b/layer.tar": "../a/layer.tar"},
    )
    with opened(locate(f"docker-archive:{path}"), no_client) as repository:
        assert [LAYER, LAYER, SECOND] == layers_of(repository)
        parsed = manifests.parse(repository.manifest(repository.resolve("")))
        assert Digest.of(squeezed) == parsed.layers[2].digest


@pytest.mark.parametrize("name", ["app:v1", "app", "docker.io/library/app:v1", "registry.example/x:1"])
def test_an_image_is_chosen_by_its_name_in_any_form(tmp_path: Path, name: str) -> None:
    names = ["app:v1", "app", "registry.example/x:1", "NOT A NAME", None]
    path = tmp_path / "a.tar"
    simple_archive(path, manifest_json=listed("l.tar", tags=[one for one in names if one]))
    with opened(locate(f"docker-archive:{path}:{name}"), no_client) as repository:
        assert [LAYER] == layers_of(repository)


def test_an_image_without_names_is_read(tmp_path: Path) -> None:
    path = simple_archive(tmp_path / "a.tar", manifest_json=listed("l.tar", tags=None))
    with opened(locate(f"docker-archive:{path}"), no_client) as repository:
        assert [LAYER] == layers_of(repository)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"manifest_json": b"absent"}, "layout.archive-malformed"),
        ({"manifest_json": b"{}"}, "layout.archive-malformed"),
        ({"manifest_json": b"[7]"}, "layout.archive-malformed"),
        ({"manifest_json": b"[]"}, "layout.choose"),
        ({"manifest_json": listed("l.tar", config_name="../etc/passwd")}, "layout.archive-malformed"),
        ({"manifest_json": listed("l.tar", "l.tar")}, "layout.archive-malformed"),
        ({"manifest_json": listed("none.tar")}, "layout.archive-malformed"),
        ({"c_json": b"{}"}, "layout.archive-malformed"),
        ({"c_json": b'{"rootfs": {"diff_ids": ["sha256:x"]}}'}, "layout.archive-malformed"),
        ({"c_json": config(SECOND)}, "artifact.digest-mismatch"),
        ({"l_tar": gzip.compress(LAYER)[:-9]}, "layout.layer-unreadable"),
        ({"l_tar": gzip.compress(LAYER)[:20] + b"x" * 50}, "layout.layer-unreadable"),
        ({"l_tar": gzip.compress(SECOND)}, "artifact.digest-mismatch"),
    ],
)
def test_archives_that_cannot_be_trusted_are_refused(
    tmp_path: Path, changes: dict[str, bytes], code: str
) -> None:
    path = simple_archive(tmp_path / "a.tar", **changes)
    with (
        pytest.raises(SealwrightError) as caught,
        opened(locate(f"docker-archive:{path}"), no_client) as repository,
    ):
        layers_of(repository)
    assert code == caught.value.code
    assert isinstance(caught.value, ArtifactError | UsageError)


@pytest.mark.parametrize("target", ["/etc/passwd", "../../etc/passwd", "b/layer.tar", "nowhere"])
def test_links_that_lead_elsewhere_lead_nowhere(tmp_path: Path, target: str) -> None:
    files = {"c.json": config(LAYER), "manifest.json": listed("b/layer.tar")}
    path = archive(tmp_path / "a.tar", files, {"b/layer.tar": target})
    with (
        pytest.raises(MalformedContentError) as caught,
        opened(locate(f"docker-archive:{path}"), no_client),
    ):
        pass
    assert "layout.archive-malformed" == caught.value.code


def test_an_archive_that_is_not_there_is_said(tmp_path: Path) -> None:
    with (
        pytest.raises(StorageError, match="cannot be read: No such file"),
        opened(locate(f"docker-archive:{tmp_path / 'none.tar'}"), no_client),
    ):
        pass


def write(path: Path, put: Callable[[Repository], object], name: str = "") -> None:
    with opened(locate(f"docker-archive:{path}{name}"), no_client, write=True) as repository:
        put(repository)


def test_what_is_written_is_an_archive_as_docker_saves(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    write(path, put_image, ":app")
    with tarfile.open(path) as tar:
        names = tar.getnames()
        (image,) = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]  # it is there
        kept = tar.extractfile(image["Config"])
        assert kept is not None
        told = json.load(kept)["rootfs"]["diff_ids"]
        unpacked = [tar.extractfile(name) for name in image["Layers"]]
        assert told == [Digest.of(layer.read()) for layer in unpacked if layer is not None]
    assert ["docker.io/library/app:latest"] == image["RepoTags"]
    assert sorted([image["Config"], *image["Layers"], "manifest.json"]) == sorted(names)
    assert ["a.tar"] == [file.name for file in tmp_path.iterdir()]


def test_the_same_image_gives_the_same_archive(tmp_path: Path) -> None:
    for name in ("a.tar", "b.tar"):
        write(tmp_path / name, put_image, ":app")
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()


def test_an_archive_that_is_there_is_never_changed(tmp_path: Path) -> None:
    path = simple_archive(tmp_path / "a.tar")
    before = path.read_bytes()
    with pytest.raises(StorageError, match="exists already") as caught:
        write(path, put_image)
    assert "file.exists" == caught.value.code
    assert before == path.read_bytes()


def test_nothing_is_written_where_nothing_was_pushed_or_something_failed(tmp_path: Path) -> None:
    write(tmp_path / "a.tar", lambda repository: None)

    def failing(repository: Repository) -> None:
        put_image(repository)
        raise UsageError("usage.not-a-repository", name="x")

    with pytest.raises(UsageError):
        write(tmp_path / "a.tar", failing)
    assert [] == list(tmp_path.iterdir())


def put_with(
    layer: bytes, media_type: str, diff_id: Digest, config_type: str
) -> Callable[[Repository], None]:
    def put(repository: Repository) -> None:
        kept = put_blob(
            repository, json.dumps({"rootfs": {"diff_ids": [str(diff_id)]}}).encode(), config_type
        )
        found = put_blob(repository, layer, media_type)
        members = {"mediaType": media_types.IMAGE_MANIFEST, "config": entry(kept), "layers": [entry(found)]}
        repository.push_manifest(manifests.encode(members), media_types.IMAGE_MANIFEST)

    return put


def put_index(repository: Repository) -> Descriptor:
    child = put_image(repository, None)
    return repository.push_manifest(index_of(child), media_types.IMAGE_INDEX)


ZSTD = b"\x28\xb5\x2f\xfd" + bytes(10)
GZIP = media_types.IMAGE_LAYER_TAR_GZIP


@pytest.mark.parametrize(
    ("put", "code", "words"),
    [
        (put_index, "layout.cannot-hold", "an index of several platforms"),
        (
            put_with(LAYER, GZIP, Digest.of(LAYER), "application/vnd.example.config"),
            "layout.cannot-hold",
            "anything but an image",
        ),
        (
            put_with(ZSTD, GZIP, Digest.of(b""), media_types.IMAGE_CONFIG),
            "layout.cannot-hold",
            "compressed with zstd",
        ),
        (
            put_with(LAYER, GZIP, Digest.of(SECOND), media_types.IMAGE_CONFIG),
            "artifact.digest-mismatch",
            "layer",
        ),
        (
            put_with(gzip.compress(LAYER)[:-9], GZIP, Digest.of(LAYER), media_types.IMAGE_CONFIG),
            "layout.layer-unreadable",
            "ends in the middle",
        ),
    ],
)
def test_what_an_archive_cannot_hold_leaves_none(
    tmp_path: Path, put: Callable[[Repository], object], code: str, words: str
) -> None:
    with pytest.raises(SealwrightError, match=words) as caught:
        write(tmp_path / "a.tar", put)
    assert code == caught.value.code
    assert [] == list(tmp_path.iterdir())


def test_compression_is_always_the_same_and_takes_streams_of_several_parts() -> None:
    one, two = (b"".join(gzip_layers.compressed([LAYER[:cut], LAYER[cut:]])) for cut in (1, 2000))
    assert one == two
    assert LAYER == gzip.decompress(one)
    parts = gzip.compress(LAYER) + gzip.compress(SECOND)
    for size in (1, 7, len(parts)):
        pieces = (parts[at : at + size] for at in range(0, len(parts), size))
        assert LAYER + SECOND == b"".join(gzip_layers.expanded(pieces, "x"))
