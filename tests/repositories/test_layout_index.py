"""index.json, edited."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError
from sealwright.repositories.layout_index import REF_NAME, LayoutIndex

ONE, TWO, THREE = (Descriptor(media_types.IMAGE_MANIFEST, Digest.of(bytes([n])), n) for n in (1, 2, 3))


def listed(index: LayoutIndex) -> list[tuple[str, str]]:
    """Digest and tag of each entry, as the file says it."""
    found = json.loads(index.content())["manifests"]
    return [(entry["digest"], entry.get("annotations", {}).get(REF_NAME, "")) for entry in found]


def test_a_new_index_is_an_empty_index() -> None:
    assert {
        "schemaVersion": 2,
        "mediaType": media_types.IMAGE_INDEX,
        "manifests": [],
    } == json.loads(LayoutIndex.empty().content())


def test_a_tag_moves_and_what_it_stood_for_stays() -> None:
    index = LayoutIndex.empty()
    index.add(ONE, "v1")
    index.add(TWO, "v1")
    assert [(ONE.digest, ""), (TWO.digest, "v1")] == listed(index)
    assert ["v1"] == index.tags()
    assert "annotations" not in index.entries[0]


def test_what_has_another_tag_too_loses_only_the_one() -> None:
    index = LayoutIndex.empty()
    for tag in ("v1", "latest"):
        index.add(ONE, tag)
    index.add(TWO, "v1")
    assert [(ONE.digest, "latest"), (TWO.digest, "v1")] == listed(index)


def test_other_annotations_survive_the_loss_of_a_tag() -> None:
    content = json.dumps(
        {"manifests": [{"digest": ONE.digest, "annotations": {REF_NAME: "v1", "other": "x"}}]}
    ).encode()
    index = LayoutIndex.parse(content, "p")
    index.add(TWO, "v1")
    assert {"other": "x"} == index.entries[0]["annotations"]


def test_an_entry_without_a_tag_is_made_once_and_not_beside_a_tag() -> None:
    index = LayoutIndex.empty()
    index.add(ONE, None)
    index.add(ONE, None)
    assert [(ONE.digest, "")] == listed(index)
    index.add(ONE, "v1")
    assert [(ONE.digest, "v1")] == listed(index)
    index.add(ONE, None)
    assert [(ONE.digest, "v1")] == listed(index)


def test_children_of_an_index_need_no_entry_but_keep_their_tags() -> None:
    index = LayoutIndex.empty()
    index.add(ONE, None)
    index.add(TWO, "child")
    index.add(THREE, "all", {ONE.digest, TWO.digest})
    assert [(TWO.digest, "child"), (THREE.digest, "all")] == listed(index)


def test_a_manifest_is_dropped_with_all_its_tags() -> None:
    index = LayoutIndex.empty()
    for tag in ("a", "b"):
        index.add(ONE, tag)
    index.add(TWO, "c")
    assert index.drop(ONE.digest)
    assert not index.drop(ONE.digest)
    assert [(TWO.digest, "c")] == listed(index)


def test_what_is_not_known_is_kept() -> None:
    foreign = {"mediaType": "x/y", "digest": "sha256:strange", "data": "e30=", "annotations": {"a": "b"}}
    content = json.dumps({"schemaVersion": 2, "manifests": [foreign], "z": {"y": [None]}}).encode()
    index = LayoutIndex.parse(content, "p")
    index.add(ONE, "v1")
    found = json.loads(index.content())
    assert foreign == found["manifests"][0]
    assert {"y": [None]} == found["z"]
    assert ["schemaVersion", "manifests", "z"] == list(found)


@pytest.mark.parametrize("digest", [[], {}, 7, None])
def test_an_entry_whose_digest_is_no_text_is_kept(digest: object) -> None:
    index = LayoutIndex.parse(json.dumps({"manifests": [{"digest": digest}]}).encode(), "p")
    index.add(ONE, "v1", {TWO.digest})
    assert {"digest": digest} == json.loads(index.content())["manifests"][0]


def test_go_writes_empty_lists_as_null() -> None:
    assert [] == LayoutIndex.parse(b'{"manifests":null}', "p").entries


def test_annotations_that_are_none_hold_no_tag() -> None:
    content = b'{"manifests":[{"annotations":7},{"annotations":{"org.opencontainers.image.ref.name":7}}]}'
    assert [] == LayoutIndex.parse(content, "p").tags()


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"manifests":{}}', b'{"manifests":[7]}', b'{"manifests":[],"manifests":[]}'],
)
def test_an_index_that_cannot_be_read(content: bytes) -> None:
    with pytest.raises(MalformedContentError) as caught:
        LayoutIndex.parse(content, "/some/layout")
    assert "layout.index-malformed" == caught.value.code
    assert "/some/layout" in str(caught.value)


TAGS = st.sampled_from(["a", "b", "c", None])
STEPS = st.lists(st.tuples(st.sampled_from([ONE, TWO, THREE]), TAGS), max_size=12)


@given(STEPS)
def test_every_tag_stands_for_what_it_was_given_last(steps: list[tuple[Descriptor, str | None]]) -> None:
    index = LayoutIndex.empty()
    for descriptor, tag in steps:
        index.add(descriptor, tag)
    expected = {tag: str(descriptor.digest) for descriptor, tag in steps if tag is not None}
    found = listed(index)
    assert expected == {tag: digest for digest, tag in found if tag}
    assert {str(descriptor.digest) for descriptor, _ in steps} == {digest for digest, _ in found}
    assert len(found) == len(set(found))
    untagged = {digest for digest, tag in found if not tag}
    assert untagged.isdisjoint(digest for digest, tag in found if tag)
