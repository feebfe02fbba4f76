"""Signatures read from other people's stores: folders of every layout, Image objects, ConfigMaps."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import DocumentError, StorageError
from sealwright.signature import Unreadable
from sealwright.stores.importing.folders import in_folder
from sealwright.stores.importing.found import Found
from sealwright.stores.importing.objects import in_objects
from sealwright.stores.lookaside import LookasideStore
from sealwright.transport.client import Transport
from world import simple
from world.simple_stores import contents, problems, subject

DIGEST = Digest.of(b"manifest")
OTHER = Digest.of(b"other")


def put(folder: Path, *signatures: bytes) -> None:
    folder.mkdir(parents=True)
    for number, content in enumerate(signatures, 1):
        (folder / f"signature-{number}").write_bytes(content)


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def image(*signatures: dict[str, object]) -> dict[str, object]:
    return {
        "apiVersion": "image.openshift.io/v1",
        "kind": "Image",
        "metadata": {"name": str(DIGEST)},
        "dockerImageReference": f"registry.example:5000/ns/app@{DIGEST}",
        "signatures": list(signatures),
    }


def signature(content: bytes, /, **members: object) -> dict[str, object]:
    return {
        "metadata": {"name": f"{DIGEST}@{'0' * 32}"},
        "type": "atomic",
        "content": encoded(content),
        "conditions": None,
        **members,
    }


def config_map(**data: str) -> dict[str, object]:
    metadata = {"name": "sha256-signatures", "namespace": "openshift-config-managed"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "binaryData": data}


def test_every_layout_of_folders_is_read(tmp_path: Path) -> None:
    made = [simple.signed(DIGEST, reference="registry.example/ns/app:v1") for _ in range(5)]
    put(tmp_path / "registry.example" / f"ns/app@{DIGEST}", *made[:2])
    put(tmp_path / f"ns/app@sha256={DIGEST.encoded}", made[2])
    put(tmp_path / f"registry.example/ns/app@sha256={DIGEST.encoded}", made[3])
    put(tmp_path / f"sha256={DIGEST.encoded}", made[4])
    put(tmp_path / "unrelated", b"x")
    found = [one for one in in_folder(tmp_path) if isinstance(one, Found)]
    where = {one.content: one.repository for one in found}
    repositories = ["registry.example/ns/app"] * 2 + ["ns/app", "registry.example/ns/app", ""]
    assert dict(zip(made, repositories, strict=True)) == where
    assert {DIGEST} == {one.digest for one in found}
    assert {"registry.example/ns/app:v1"} == {one.reference for one in found}
    assert all(Path(one.location).read_bytes() == one.content for one in found)


def test_what_is_imported_can_be_put_into_a_store(tmp_path: Path) -> None:
    made = simple.signed(DIGEST)
    put(tmp_path / "old" / "registry.example" / f"ns/app@{DIGEST}", made)
    (found,) = in_folder(tmp_path / "old")
    assert isinstance(found, Found)
    base = (tmp_path / "new").as_uri()
    store = LookasideStore("registry.example", "ns/app", reads=base, writes=base, transport=Transport)
    path = store.add(subject(found.digest), found.finished(datetime(2026, 1, 1, tzinfo=UTC)))
    assert made == Path(path).read_bytes()
    assert [made] == contents(store, subject(DIGEST))


def test_odd_files_and_folders_are_reported_and_hide_nothing(tmp_path: Path) -> None:
    made = simple.signed(DIGEST)
    put(tmp_path / f"app@{DIGEST}", b"<html>", made)
    put(tmp_path / "app@sha256=abc", made)
    put(tmp_path / f".hidden/app@{DIGEST}", made)
    (tmp_path / "loop").symlink_to(tmp_path)
    found = list(in_folder(tmp_path))
    assert [made] == [one.content for one in found if isinstance(one, Found)]
    codes = {one.reason for one in found if isinstance(one, Unreadable)}
    assert {"store.not-a-signature", "reference.digest-malformed"} == codes


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="there is no file"):
        list(in_folder(tmp_path / "nowhere"))


@pytest.mark.parametrize("kind", ["List", "ImageList", "Image"])
@pytest.mark.parametrize("write", [json.dumps, yaml.safe_dump])
def test_signatures_of_image_objects_are_read(kind: str, write: object) -> None:
    made = [simple.signed(DIGEST, reference="r.example/a:v1") for _ in range(2)]
    one = image(signature(made[0]), signature(made[1], type="AtomicImageV1", metadata=None))
    if kind == "ImageList":
        del one["kind"]
    whole = one if kind == "Image" else {"kind": kind, "apiVersion": "v1", "items": [one]}
    content = write(whole).encode()  # type: ignore[operator]  # either writes text
    found = list(in_objects(content, "images.json"))
    expected = [(DIGEST, "registry.example:5000/ns/app", "r.example/a:v1", content) for content in made]
    assert expected == [
        (one.digest, one.repository, one.reference, one.content) for one in found if isinstance(one, Found)
    ]
    assert f"{DIGEST}@{'0' * 32}" == found[0].location
    assert f"a signature of {DIGEST}" == found[1].location


def test_signatures_of_releases_are_read() -> None:
    made = {
        f"sha256-{digest.encoded}-{n}": simple.signed(digest) for digest in (DIGEST, OTHER) for n in (1, 2)
    }
    objects = config_map(**{key: encoded(content) for key, content in made.items()}, other="eA==")
    found = list(in_objects(json.dumps(objects).encode(), "signatures.json"))
    assert {(one.digest, one.content) for one in found if isinstance(one, Found)} == {
        (Digest(f"sha256:{key.split('-')[1]}"), content) for key, content in made.items()
    }
    assert {f"sha256-signatures/{key}" for key in made} == {one.location for one in found}


def test_yaml_of_several_documents_is_read() -> None:
    made = [simple.signed(DIGEST) for _ in range(2)]
    bytes_in_yaml = image(signature(made[1], content=made[1]))
    text = yaml.safe_dump_all([config_map(**{f"sha256-{DIGEST.encoded}-1": encoded(made[0])}), bytes_in_yaml])
    found = list(in_objects(text.encode(), "all.yaml"))
    assert made == [one.content for one in found if isinstance(one, Found)]


def test_broken_signatures_are_reported_and_hide_nothing() -> None:
    made = simple.signed(DIGEST)
    whole = image(
        signature(made, content="***"),
        signature(made, content=None),
        signature(made, type="cosign"),
        signature(b"<html>"),
        {},
        signature(made),
    )
    found = list(in_objects(json.dumps(whole).encode(), "image.json"))
    codes = ["store.content-malformed", "store.not-a-signature", "store.foreign"]
    expected = [*codes, "store.not-a-signature", "store.not-a-signature"]
    assert [(code, False) for code in expected] == problems(
        one for one in found if isinstance(one, Unreadable)
    )
    assert [made] == [one.content for one in found if isinstance(one, Found)]
    nameless = {**image(signature(made)), "metadata": None}
    assert [("reference.digest-malformed", False)] == problems(
        one for one in in_objects(json.dumps(nameless).encode(), "x") if isinstance(one, Unreadable)
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "neither an Image nor a ConfigMap"),
        (b"{}", "neither an Image nor a ConfigMap"),
        (b"[]", "neither an Image nor a ConfigMap"),
        (b'{"kind": "Pod"}', "neither an Image nor a ConfigMap"),
        (b'{"kind": "List", "items": [7]}', "neither an Image nor a ConfigMap"),
        (b'{"kind": "Image", "kind": "Image"}', "stands twice"),
        (b"a: [", "while parsing"),
        (b"\xff\xff", "no signatures can be read from"),
        (b"a: 2020-99-99", "no signatures can be read from"),
        (b" " * (limits.IMPORTED_BYTES + 1), "larger than"),
    ],
)
def test_files_of_something_else_are_refused(content: bytes, problem: str) -> None:
    with pytest.raises(DocumentError, match=problem) as caught:
        list(in_objects(content, "file"))
    assert "store.import-malformed" == caught.value.code
