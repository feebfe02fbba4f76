"""The index behind a referrers tag, as bytes."""

import json

import pytest

from sealwright import limits, manifest, media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError
from sealwright.repositories import fallback_tag

ONE = Descriptor(media_types.IMAGE_MANIFEST, Digest.of(b"1"), 1, "application/x", {"a": "1"})
TWO = Descriptor(media_types.IMAGE_MANIFEST, Digest.of(b"2"), 1, "application/y", {"b": "ü"})


def test_the_tag_is_made_of_the_digest() -> None:
    digest = Digest.of(b"x")
    assert f"sha256-{digest.encoded}" == fallback_tag.tag_for(digest)


def test_long_digests_are_cut() -> None:
    digest = Digest.of(b"x", "sha512")
    assert f"sha512-{digest.encoded[:64]}" == fallback_tag.tag_for(digest)
    assert len(fallback_tag.tag_for(digest)) <= 128


def test_a_new_index_is_an_index_with_type_and_annotations() -> None:
    content = fallback_tag.with_entry(None, ONE, "t")
    assert content is not None
    assert {
        "schemaVersion": 2,
        "mediaType": media_types.IMAGE_INDEX,
        "manifests": [
            {
                "mediaType": media_types.IMAGE_MANIFEST,
                "digest": str(ONE.digest),
                "size": 1,
                "artifactType": "application/x",
                "annotations": {"a": "1"},
            }
        ],
    } == json.loads(content)
    assert ONE.digest == manifest.parse(content).manifests[0].digest


def test_entries_and_members_of_others_are_kept_as_they_are() -> None:
    foreign = {"mediaType": "x/y", "digest": "sha999:zz", "size": 3, "data": "e30=", "new": [1, {"k": None}]}
    content = json.dumps(
        {"schemaVersion": 2, "annotations": {"k": "v"}, "manifests": [foreign], "x": 1}
    ).encode()
    changed = fallback_tag.with_entry(content, ONE, "t")
    assert changed is not None
    found = json.loads(changed)
    assert foreign == found["manifests"][0]
    assert [str(ONE.digest)] == [entry["digest"] for entry in found["manifests"][1:]]
    assert ({"k": "v"}, 1) == (found["annotations"], found["x"])


def test_an_entry_is_listed_once() -> None:
    content = fallback_tag.with_entry(None, ONE, "t")
    assert fallback_tag.with_entry(content, ONE, "t") is None


def test_an_entry_that_lies_about_its_own_type_is_mended() -> None:
    lying = Descriptor(ONE.media_type, ONE.digest, ONE.size, media_types.EMPTY)
    content = fallback_tag.with_entry(fallback_tag.with_entry(None, lying, "t"), ONE, "t")
    assert content is not None
    assert ["application/x"] == [entry["artifactType"] for entry in fallback_tag.entries(content, "t")]


def test_an_entry_can_be_taken_out() -> None:
    content = fallback_tag.with_entry(fallback_tag.with_entry(None, ONE, "t"), TWO, "t")
    assert content is not None
    left = fallback_tag.without_entry(content, ONE.digest, "t")
    assert left is not None
    assert [str(TWO.digest)] == [entry["digest"] for entry in fallback_tag.entries(left, "t")]
    assert fallback_tag.without_entry(left, ONE.digest, "t") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"{}",
        b'{"manifests":{}}',
        b'{"manifests":[1]}',
        b'{"manifests":[],"manifests":[]}',
        b'{"mediaType":{},"manifests":[]}',
        b'{"mediaType":"application/vnd.oci.image.manifest.v1+json","manifests":[]}',
    ],
)
def test_what_is_not_an_index_is_not_overwritten(content: bytes) -> None:
    with pytest.raises(MalformedContentError) as caught:
        fallback_tag.with_entry(content, ONE, "the-tag")
    assert "registry.fallback-malformed" == caught.value.code
    assert "the-tag" in str(caught.value)


def test_a_full_index_takes_no_more() -> None:
    entries = [{"digest": f"sha256:{n:064x}"} for n in range(limits.REFERRERS_LISTED)]
    content = json.dumps({"manifests": entries}).encode()
    with pytest.raises(MalformedContentError) as caught:
        fallback_tag.with_entry(content, ONE, "t")
    assert "registry.fallback-full" == caught.value.code


def test_an_index_stays_within_what_registries_take() -> None:
    content = json.dumps({"manifests": [], "pad": "x" * (limits.MANIFEST_BYTES - 100)}).encode()
    with pytest.raises(MalformedContentError) as caught:
        fallback_tag.with_entry(content, ONE, "t")
    assert "registry.fallback-full" == caught.value.code
