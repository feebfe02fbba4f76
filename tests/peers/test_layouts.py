"""Layouts that we write, read by skopeo, umoci, crane and notation; and theirs, read by us."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from peers import programs
from sealwright import manifest, media_types
from sealwright.repositories.layout import ImageLayout, open_archive, open_directory
from world.content import put_image, put_referrer
from world.registry import Registry

SIGNATURE = media_types.NOTARY_SIGNATURE


def run(*command: str, **variables: str) -> str:
    program = programs.find(command[0])
    assert program is not None
    environment = {**os.environ, **variables}
    done = subprocess.run(
        [program, *command[1:]], capture_output=True, text=True, check=False, env=environment
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


@pytest.fixture(params=["oci", "oci-archive"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Callable[[], ImageLayout]]:
    """A layout of ours with two images and a signature-like referrer: how peers name it, how we open it."""
    name = tmp_path / ("layout" if request.param == "oci" else "layout.tar")
    opening = open_directory if request.param == "oci" else open_archive
    with opening(str(name), write=True) as layout:
        image = put_image(layout, "v1")
        put_image(layout, "v2", "another")
        put_referrer(layout, image, SIGNATURE)
    return f"{request.param}:{name}", lambda: opening(str(name), write=True)


@pytest.mark.peer("skopeo")
def test_skopeo_reads_what_we_write(written: tuple[str, Callable[[], ImageLayout]], tmp_path: Path) -> None:
    name, opening = written
    found = json.loads(run("skopeo", "inspect", f"{name}:v1"))
    with opening() as layout:
        assert layout.resolve("v1").digest == found["Digest"]
    run("skopeo", "copy", "--quiet", "--insecure-policy", f"{name}:v2", f"dir:{tmp_path}/copied")
    assert (tmp_path / "copied" / "manifest.json").exists()


@pytest.mark.peer("skopeo")
def test_we_read_what_skopeo_writes(written: tuple[str, Callable[[], ImageLayout]], tmp_path: Path) -> None:
    name, opening = written
    for kind, target, reopen in (
        ("oci", tmp_path / "theirs", open_directory),
        ("oci-archive", tmp_path / "theirs.tar", open_archive),
    ):
        copy = ("copy", "--quiet", "--insecure-policy", "--preserve-digests")
        run("skopeo", *copy, f"{name}:v1", f"{kind}:{target}:x")
        with opening() as ours, reopen(str(target)) as theirs:
            assert ours.resolve("v1") == theirs.resolve("x") == theirs.resolve("")
            parsed = manifest.parse(theirs.manifest(theirs.resolve("x")))
            assert all(blob.size == sum(map(len, theirs.open_blob(blob))) for blob in parsed.contents)


@pytest.mark.peer("skopeo")
def test_skopeo_and_we_write_one_layout_in_turns(tmp_path: Path) -> None:
    path = str(tmp_path / "shared")
    with open_directory(path, write=True) as layout:
        first = put_image(layout, "first")
        signature = put_referrer(layout, first, SIGNATURE)
    run("skopeo", "copy", "--quiet", "--insecure-policy", f"oci:{path}:first", f"oci:{path}:second")
    with open_directory(path, write=True) as layout:
        third = put_image(layout, "third", "third")
        assert first == layout.resolve("second")
        assert [signature.digest] == [found.digest for found in layout.referrers(first, SIGNATURE)]
        assert {"first", "second", "third"} == set(layout.tags())
    assert third.digest == json.loads(run("skopeo", "inspect", f"oci:{path}:third"))["Digest"]


@pytest.mark.peer("umoci")
def test_umoci_reads_what_we_write_and_collects_no_signature(tmp_path: Path) -> None:
    path = str(tmp_path / "layout")
    with open_directory(path, write=True) as layout:
        image = put_image(layout, "v1")
        signature = put_referrer(layout, image, SIGNATURE)
    assert ["v1"] == run("umoci", "ls", "--layout", path).split()
    run("umoci", "unpack", "--rootless", "--image", f"{path}:v1", str(tmp_path / "unpacked"))
    assert "hello" == (tmp_path / "unpacked" / "rootfs" / "hello.txt").read_text()
    run("umoci", "gc", "--layout", path)
    with open_directory(path) as layout:
        assert image == layout.resolve("v1")
        assert layout.has(signature)
        assert [signature.digest] == [found.digest for found in layout.referrers(image, SIGNATURE)]


@pytest.mark.peer("umoci")
def test_we_read_what_umoci_writes(tmp_path: Path) -> None:
    path = str(tmp_path / "layout")
    run("umoci", "init", "--layout", path)
    run("umoci", "new", "--image", f"{path}:fresh")
    with open_directory(path) as layout:
        assert ["fresh"] == list(layout.tags())
        assert media_types.IMAGE_MANIFEST == layout.resolve("fresh").media_type


@pytest.mark.peer("crane")
def test_crane_pushes_what_we_write(tmp_path: Path) -> None:
    path = str(tmp_path / "layout")
    with open_directory(path, write=True) as layout:
        image = put_image(layout, "v1")
    with Registry(tmp_path / "registry") as registry:
        run("crane", "push", path, f"{registry.local}/pushed:v1")
        assert image.digest == run("crane", "digest", f"{registry.local}/pushed:v1").strip()
        run("crane", "pull", "--format=oci", f"{registry.local}/pushed:v1", str(tmp_path / "pulled"))
    with open_directory(str(tmp_path / "pulled")) as layout:
        assert image.digest == layout.resolve(image.digest).digest


@pytest.mark.peer("notation")
def test_notation_lists_the_old_form_in_what_we_write(tmp_path: Path) -> None:
    path = str(tmp_path / "layout")
    with open_directory(path, write=True) as layout:
        image = put_image(layout, "v1")
        old = put_referrer(layout, image, None, SIGNATURE, n="old")
        put_referrer(layout, image, SIGNATURE, n="new")
    said = run(
        "notation", "list", "--oci-layout", f"{path}:v1",
        NOTATION_EXPERIMENTAL="1", NOTATION_CONFIG=str(tmp_path / "notation"),
    )  # fmt: skip
    assert image.digest in said
    assert old.digest in said
