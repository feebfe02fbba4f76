"""The real clients on the embedded registry, beside Debian's docker-registry: the same, and more."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from peers import programs
from sealwright import media_types
from sealwright.digest import Digest
from world.registry import DebianRegistry, Registry
from world.small_layout import small_layout
from world.wire import Wire

LAYER = os.urandom(3_000_000)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with Registry(tmp_path / "registry") as running:
        yield running


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    """An image of one layer, as an OCI layout whose tag is `v1`."""
    return small_layout(tmp_path / "layout", LAYER)


def digest_of(layout: Path) -> str:
    digest: str = json.loads((layout / "index.json").read_text())["manifests"][0]["digest"]
    return digest


def run(name: str, *arguments: object, status: int = 0) -> str:
    program = programs.find(name)
    assert program is not None
    done = subprocess.run(
        [program, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"HOME": os.environ["HOME"], "PATH": os.environ["PATH"]},
    )
    assert status == done.returncode, done.stderr
    return done.stdout.strip()


@pytest.mark.peer("crane")
def test_crane_pushes_lists_copies_pulls_and_deletes(
    registry: Registry, layout: Path, tmp_path: Path
) -> None:
    image = f"{registry.local}/crane/image"
    digest = digest_of(layout)
    assert run("crane", "push", layout, f"{image}:v1").endswith(digest)
    assert digest == run("crane", "digest", f"{image}:v1")
    run("crane", "tag", f"{image}:v1", "latest")
    assert ["latest", "v1"] == run("crane", "ls", image).split()
    run("crane", "copy", f"{image}@{digest}", f"{registry.local}/crane/copy:v1")
    assert ["crane/copy", "crane/image"] == run("crane", "catalog", registry.local).split()
    run("crane", "pull", "--format=oci", f"{registry.local}/crane/copy:v1", tmp_path / "pulled")
    for blob in (layout / "blobs" / "sha256").iterdir():
        assert blob.read_bytes() == (tmp_path / "pulled" / "blobs" / "sha256" / blob.name).read_bytes()
    run("crane", "validate", "--fast", "--remote", f"{image}:v1")
    run("crane", "delete", f"{image}@{digest}")
    run("crane", "digest", f"{image}:v1", status=1)
    assert "" == run("crane", "ls", image)


@pytest.mark.peer("skopeo")
@pytest.mark.parametrize("form", ["oci", "v2s2"])
def test_skopeo_pushes_lists_copies_pulls_and_deletes(
    registry: Registry, layout: Path, tmp_path: Path, form: str
) -> None:
    image = f"docker://{registry.local}/skopeo/image"
    plain = ("--src-tls-verify=false", "--dest-tls-verify=false")
    policy = tmp_path / "policy.json"
    policy.write_text('{"default":[{"type":"insecureAcceptAnything"}]}')

    def skopeo(*arguments: object, status: int = 0) -> str:
        return run("skopeo", "--policy", policy, *arguments, status=status)

    skopeo("copy", *plain, f"--format={form}", f"oci:{layout}:v1", f"{image}:v1")
    inspected = json.loads(skopeo("inspect", "--tls-verify=false", f"{image}:v1"))
    assert ["v1"] == inspected["RepoTags"]
    assert ("amd64", 1) == (inspected["Architecture"], len(inspected["Layers"]))
    pushed = inspected["Digest"]
    stored = Wire(registry.address).ask("HEAD", f"/v2/skopeo/image/manifests/{pushed}").headers
    expected = {"oci": media_types.IMAGE_MANIFEST, "v2s2": media_types.DOCKER_MANIFEST}
    assert expected[form] == stored["content-type"]
    copied = f"docker://{registry.local}/skopeo/copy"
    skopeo("copy", *plain, "--all", "--preserve-digests", f"{image}@{pushed}", f"{copied}:v2")
    assert ["v2"] == json.loads(skopeo("list-tags", "--tls-verify=false", copied))["Tags"]
    skopeo("copy", *plain, f"{copied}:v2", f"dir:{tmp_path / 'pulled'}")
    layer = Digest.parse(inspected["Layers"][0])
    assert layer == Digest.of((tmp_path / "pulled" / layer.encoded).read_bytes())
    assert (tmp_path / "pulled" / "manifest.json").read_bytes() == Wire(registry.address).ask(
        "GET", f"/v2/skopeo/copy/manifests/{pushed}"
    ).body
    skopeo("delete", "--tls-verify=false", f"{copied}:v2")
    skopeo("inspect", "--tls-verify=false", f"{copied}:v2", status=1)
    assert 404 == Wire(registry.address).ask("HEAD", f"/v2/skopeo/copy/manifests/{pushed}").status


@pytest.mark.peer("crane", "docker-registry")
def test_an_image_moves_between_the_registries_unchanged(
    registry: Registry, layout: Path, tmp_path: Path
) -> None:
    digest = digest_of(layout)
    with DebianRegistry(tmp_path / "debian") as debian:
        run("crane", "push", layout, f"{debian.local}/there:v1")
        run("crane", "copy", f"{debian.local}/there:v1", f"{registry.local}/here:v1")
        run("crane", "copy", f"{registry.local}/here:v1", f"{debian.local}/back:v1")
        ours, theirs = Wire(registry.address), Wire(debian.address)
        accept = {"Accept": media_types.IMAGE_MANIFEST}
        mine = ours.ask("GET", "/v2/here/manifests/v1", headers=accept)
        for name in ("there", "back"):
            other = theirs.ask("GET", f"/v2/{name}/manifests/v1", headers=accept)
            assert (other.body, other.headers["content-type"]) == (mine.body, mine.headers["content-type"])
            for field in ("docker-content-digest", "etag", "docker-distribution-api-version"):
                assert other.headers[field] == mine.headers[field]
        assert digest == mine.headers["docker-content-digest"]


@pytest.mark.peer("docker-registry")
def test_both_registries_answer_the_everyday_requests_alike(registry: Registry, tmp_path: Path) -> None:
    digest = Digest.of(LAYER)
    manifest = {"config": {"mediaType": media_types.IMAGE_CONFIG, "digest": str(digest), "size": len(LAYER)}}
    absent = Digest.of(b"absent")

    def answers(address: str) -> list[tuple[object, ...]]:
        wire = Wire(address)
        location = wire.begin("a/b").removeprefix(f"http://{address}")
        end = f"{location}{'&' if '?' in location else '?'}digest={digest}"
        seen = [wire.ask("GET", "/v2/"), wire.ask("PUT", end, LAYER)]
        wire.push_manifest("a/b", "v1", {**manifest, "layers": []})
        path = "/v2/a/b"
        seen += [
            wire.ask("HEAD", f"{path}/blobs/{digest}"),
            wire.ask("GET", f"{path}/blobs/{digest}", headers={"Range": "bytes=10-19"}),
            wire.ask("GET", f"{path}/blobs/{absent}"),
            wire.ask("GET", f"{path}/manifests/v2"),
            wire.ask("GET", f"{path}/manifests/{absent}"),
            wire.ask("GET", f"{path}/tags/list"),
            wire.ask("GET", "/v2/never/tags/list"),
            wire.ask("GET", "/v2/_catalog"),
            wire.ask("PUT", f"{path}/manifests/v3", b"{"),
            wire.ask("POST", f"/v2/c/blobs/uploads/?mount={digest}&from=a/b"),
            wire.ask("DELETE", f"{path}/blobs/{digest}"),
            wire.ask("GET", f"{path}/blobs/{digest}"),
        ]
        return [
            (
                answer.status,
                answer.headers.get("docker-content-digest"),
                answer.code if answer.status >= 400 and answer.body else answer.body,
            )
            for answer in seen
        ]

    with DebianRegistry(tmp_path / "debian") as debian:
        ours, theirs = answers(registry.address), answers(debian.address)
    listings = (7, 9)
    for number in listings:
        assert json.loads(theirs[number][2]) == json.loads(ours[number][2])  # type: ignore[arg-type]
    assert [a for n, a in enumerate(theirs) if n not in listings] == [
        a for n, a in enumerate(ours) if n not in listings
    ]
