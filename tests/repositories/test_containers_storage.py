"""The storage of podman where the programs that know it fail. With the real ones: tests/peers."""

from pathlib import Path

import pytest

from sealwright.errors import NotFoundError, StorageError
from sealwright.repositories.locating import locate, opened
from sealwright.repositories.registry import RegistryClient
from world.content import put_image


def no_client() -> RegistryClient:
    raise AssertionError("no registry is named")


def install(folder: Path, name: str, lines: str) -> None:
    """A program that fails as the lines say, and writes down how it was called."""
    program = folder / name
    program.write_text(f'#!/bin/sh\necho "$@" >> {folder}/calls\n{lines}\n')
    program.chmod(0o755)


def read(name: str) -> None:
    with opened(locate(f"containers-storage:{name}"), no_client):
        pass


@pytest.mark.parametrize(
    ("lines", "kind", "words"),
    [
        (
            "echo 'no space\tleft' >&2; exit 1",
            StorageError,
            "skopeo failed with the image app: no space left",
        ),
        ("exit 3", StorageError, "it said nothing"),
        ("kill -9 $$", StorageError, "it said nothing"),
        ("echo 'app: image not known' >&2; exit 125", NotFoundError, "holds nothing under app"),
    ],
)
def test_what_the_program_says_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str, kind: type[Exception], words: str
) -> None:
    install(tmp_path, "skopeo", lines)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(kind, match=words):
        read("app")


def test_a_program_that_brings_nothing_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "skopeo", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StorageError, match="there is no image layout"):
        read("app")


def test_podman_is_told_where_the_storage_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "podman", "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("app:v1", "[vfs@/a+/b]app:v1", "[/a]app:v1", "[overlay@/a+/b:x=1]app:v1"):
        with pytest.raises(StorageError, match="podman failed"):
            read(name)
    with (
        pytest.raises(StorageError),
        opened(locate("containers-storage:[vfs@/a]app:v1"), no_client, write=True) as repository,
    ):
        put_image(repository)
    calls = [line.partition(" oci:")[0] for line in (tmp_path / "calls").read_text().splitlines()]
    assert [
        "push --remove-signatures app:v1",
        "--storage-driver vfs --root /a --runroot /b push --remove-signatures app:v1",
        "--root /a push --remove-signatures app:v1",
        "--storage-driver overlay --root /a --runroot /b push --remove-signatures app:v1",
    ] == calls[:4]
    assert calls[4].startswith("--storage-driver vfs --root /a pull --quiet --signature-policy ")


def test_a_program_that_cannot_be_started_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "skopeo").write_bytes(b"\x7fELF no program")
    (tmp_path / "skopeo").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StorageError, match="Exec format error"):
        read("app")
