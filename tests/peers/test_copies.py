"""Signatures go along from registry to registry and through an archive, whatever each of them can do."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from peers.notation import BOTH, Notation
from world import pki
from world.home import Home, statement
from world.registry import DebianRegistry, Registry

IMAGE = "oci-archive:" + str(Path(__file__).parents[2] / "docs" / "hello-image.tar")


@pytest.mark.peer("docker-registry")
@pytest.mark.parametrize("program", BOTH)
def test_a_signature_survives_every_way_between_registries(program: str, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    chain = pki.chain("ec256")
    home.add_key("build", chain)
    home.trust("acme", chain.root)
    home.policy(statement(stores=("ca:acme",)))
    with Registry(tmp_path / "ours") as ours, DebianRegistry(tmp_path / "debian") as debian:
        without_api, with_api = f"{debian.local}/first:v1", f"{ours.local}/second:v1"
        back, archive = f"{debian.local}/third:v1", f"oci-archive:{tmp_path}/image.tar:v1"
        home.must("push", "--sign-by", "build", IMAGE, without_api)
        for source, target in ((without_api, with_api), (with_api, back)):
            assert "with 1 referrer(s)" in home.must("copy", source, target)
        home.must("pull", "--verify", back, archive)

        for image in (without_api, with_api, back):
            assert Notation(program, home).accepts(image)
        home.must("verify", "--scope", "acme.example/image", archive)


@pytest.mark.peer("podman")
def test_podman_pulls_what_seal_pushed_and_pushes_it_back_unchanged(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with Registry(tmp_path / "ours") as ours, TemporaryDirectory(prefix="run") as short:
        pushed, back = f"{ours.local}/pushed:v1", f"{ours.local}/back:v1"
        said = home.must("push", IMAGE, pushed)
        for verb, *images in (("pull", pushed), ("push", pushed, back)):
            # podman takes no runroot of more than 50 characters
            where = ("--root", f"{tmp_path}/store", "--runroot", short, "--storage-driver", "vfs")
            done = home.run(["podman", *where, verb, "--tls-verify=false", *images])
            assert 0 == done.status, done.err

        digest = said.rpartition("@")[2].strip()
        assert f"{ours.local}/back@{digest}" in home.must("ls", back)
