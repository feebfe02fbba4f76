"""Where an image is, from what a user types."""

from pathlib import Path

import pytest

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import StorageError, UsageError
from sealwright.reference import Reference
from sealwright.repositories.locating import Location, locate, opened
from sealwright.repositories.registry import RegistryClient
from world.content import put_image
from world.registry import Registry

DIGEST = Digest.of(b"x")


@pytest.mark.parametrize(
    ("typed", "name", "selector"),
    [
        ("alpine", "docker.io/library/alpine", "latest"),
        ("localhost:5000/a/b:v1", "localhost:5000/a/b:v1", "v1"),
        ("docker://registry.example/a:v1", "registry.example/a:v1", "v1"),
        (f"registry.example/a@{DIGEST}", f"registry.example/a@{DIGEST}", DIGEST),
        ("docker://oci:v1", "docker.io/library/oci:v1", "v1"),
        ("oci-thing/a:v1", "docker.io/oci-thing/a:v1", "v1"),
    ],
)
def test_references(typed: str, name: str, selector: str) -> None:
    found = locate(typed)
    assert ("docker", name, selector) == (found.transport, str(found.reference), found.selector)
    assert "" == found.path


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("oci:layout", Location("oci:layout", "oci", "", None, "layout")),
        ("oci:/a/b:v1", Location("oci:/a/b:v1", "oci", "v1", None, "/a/b", "v1")),
        (f"oci:a@{DIGEST}", Location(f"oci:a@{DIGEST}", "oci", DIGEST, None, "a", None, DIGEST)),
        (f"oci:a:v1@{DIGEST}", Location(f"oci:a:v1@{DIGEST}", "oci", DIGEST, None, "a", "v1", DIGEST)),
        ("oci:a@b:v1", Location("oci:a@b:v1", "oci", "v1", None, "a@b", "v1")),
        ("oci:a b/ü:v1", Location("oci:a b/ü:v1", "oci", "v1", None, "a b/ü", "v1")),
        (
            "oci:a:docker.io/library/alpine:3",
            Location(
                "oci:a:docker.io/library/alpine:3", "oci", "docker.io/library/alpine:3", None, "a",
                "docker.io/library/alpine:3",
            ),
        ),
        (
            "oci-archive:x.tar:v1",
            Location("oci-archive:x.tar:v1", "oci-archive", "v1", None, "x.tar", "v1"),
        ),
        ("oci-archive:x.tar", Location("oci-archive:x.tar", "oci-archive", "", None, "x.tar")),
    ],
)  # fmt: skip
def test_layouts(typed: str, expected: Location) -> None:
    assert expected == locate(typed)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("dir:/a/b:c", Location("dir:/a/b:c", "dir", "", None, "/a/b:c")),
        ("docker-archive:a.tar", Location("docker-archive:a.tar", "docker-archive", "", None, "a.tar")),
        (
            "docker-archive:/a.tar:app:v1",
            Location(
                "docker-archive:/a.tar:app:v1", "docker-archive", "", None, "/a.tar",
                "docker.io/library/app:v1", named=Reference.parse("app:v1"),
            ),
        ),
        (
            "docker-daemon:app:v1",
            Location(
                "docker-daemon:app:v1", "docker-daemon", "", None, "docker.io/library/app:v1",
                named=Reference.parse("app:v1"),
            ),
        ),
        (
            f"docker-daemon:{DIGEST}",
            Location(f"docker-daemon:{DIGEST}", "docker-daemon", "", None, str(DIGEST)),
        ),
        (
            "containers-storage:[vfs@/a+/b]h.example/app:v1",
            Location(
                "containers-storage:[vfs@/a+/b]h.example/app:v1", "containers-storage", "", None,
                "[vfs@/a+/b]h.example/app:v1", named=Reference.parse("h.example/app:v1"),
            ),
        ),
        (
            f"containers-storage:{DIGEST.encoded}",
            Location(f"containers-storage:{DIGEST.encoded}", "containers-storage", "", None, DIGEST.encoded),
        ),
        (
            "containers-storage:@x",
            Location("containers-storage:@x", "containers-storage", "", None, "@x"),
        ),
    ],
)  # fmt: skip
def test_images_on_this_machine(typed: str, expected: Location) -> None:
    assert expected == locate(typed)


def test_what_policies_of_containers_call_an_image(tmp_path: Path) -> None:
    folder = tmp_path / "real"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    real = str(folder.resolve())
    for typed in (
        f"dir:{tmp_path}/link",
        f"oci:{tmp_path}/./link:v1",
        f"oci-archive:{tmp_path}/real/../link",
    ):
        assert real == locate(typed).identity
    assert Reference.parse("app:v1") == locate("app:v1").identity == locate("docker-daemon:app:v1").identity
    assert "" == locate(f"docker-daemon:{DIGEST}").identity == locate("docker-archive:a.tar:app").identity
    assert "[vfs@/a]app" == locate("containers-storage:[vfs@/a]app").identity


@pytest.mark.parametrize("prefix", ["dir", "docker-archive", "docker-daemon", "containers-storage"])
def test_the_prefixes_win_over_repositories(prefix: str) -> None:
    assert "docker" == locate(f"docker://{prefix}:v1").transport
    assert "docker" == locate(prefix).transport
    assert prefix == locate(f"{prefix}:v1:v1").transport


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("dir:", "the name is missing"),
        ("dir:a\nb", "cannot be shown"),
        ("docker-archive:", "the name is missing"),
        ("docker-archive::app", "the path is missing"),
        ("docker-archive:a.tar:", "it is empty"),
        ("docker-archive:a.tar:APP", "lower case"),
        (f"docker-archive:a.tar:app@{DIGEST}", "no digest"),
        ("docker-daemon:app", "the tag is missing"),
        ("docker-daemon:", "the name is missing"),
        ("containers-storage:", "the name is missing"),
    ],
)
def test_names_that_are_none(typed: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem) as caught:
        locate(typed)
    assert "layout.location-malformed" == caught.value.code
    assert typed.partition(":")[0] in caught.value.hint


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("oci:", "layout.location-malformed"),
        ("oci::v1", "layout.location-malformed"),
        ("oci:path:", "layout.location-malformed"),
        (f"oci:@{DIGEST}", "layout.location-malformed"),
        ("oci:a\nb", "layout.location-malformed"),
        ("oci:" + "a" * limits.REFERENCE_LENGTH, "layout.location-malformed"),
        ("oci:path@sha256:short", "reference.digest-malformed"),
        ("", "reference.malformed"),
        ("docker://", "reference.malformed"),
    ],
)
def test_what_names_nothing(typed: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        locate(typed)
    assert code == caught.value.code
    assert str(caught.value)


@pytest.mark.parametrize("kind", ["oci", "oci-archive", "docker"])
def test_each_kind_can_be_written_and_read(
    kind: str, tmp_path: Path, embedded: Registry, client: RegistryClient
) -> None:
    typed = f"docker://{embedded.address}/located:v1" if kind == "docker" else f"{kind}:{tmp_path}/x:v1"
    location = locate(typed)
    with opened(location, lambda: client, write=True) as repository:
        image = put_image(repository, location.selector)
    with opened(location, lambda: client) as repository:
        assert image == repository.resolve(location.selector)


@pytest.mark.parametrize("kind", ["oci", "oci-archive"])
def test_reading_makes_nothing(kind: str, tmp_path: Path, client: RegistryClient) -> None:
    with pytest.raises(StorageError) as caught, opened(locate(f"{kind}:{tmp_path}/x"), lambda: client):
        pass
    assert "layout.not-a-layout" == caught.value.code
    assert [] == list(tmp_path.iterdir())
