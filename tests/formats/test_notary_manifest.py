import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from sealwright import limits, media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedSignatureError
from sealwright.formats.notary import manifest

SUBJECT = Descriptor(media_types.IMAGE_MANIFEST, Digest.of(b"image"), 5)
ENVELOPE = Descriptor(media_types.NOTARY_JWS, Digest.of(b"envelope"), 8)
CREATED = datetime(2026, 11, 20, 22, 38, 27, tzinfo=UTC)


def written(form: manifest.Form = "artifact") -> bytes:
    return manifest.write(ENVELOPE, SUBJECT, ["ab", "cd"], CREATED, form)


def changed(**changes: Any) -> bytes:
    members = {**json.loads(written()), **changes}
    return json.dumps({name: value for name, value in members.items() if value is not None}).encode()


WITHDRAWN = {
    "mediaType": media_types.OCI_ARTIFACT_MANIFEST,
    "config": None,
    "layers": None,
    "blobs": json.loads(written())["layers"],
}


@pytest.mark.parametrize("content", [written("artifact"), written("legacy"), changed(**WITHDRAWN)])
def test_all_three_forms_are_read(content: bytes) -> None:
    assert ENVELOPE == manifest.read(content)
    assert ENVELOPE == manifest.read(content, SUBJECT)


def refusal(content: bytes, subject: Descriptor | None = None) -> str:
    with pytest.raises(MalformedSignatureError) as caught:
        manifest.read(content, subject)
    assert str(caught.value)
    return caught.value.code


LAYER = json.loads(written())["layers"][0]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "parse.manifest-malformed"),
        (b"[]", "parse.manifest-malformed"),
        (changed(layers=[{**LAYER, "size": -1}]), "parse.manifest-malformed"),
        (written() + b"x", "parse.manifest-malformed"),
        (changed(schemaVersion=1), "parse.manifest-malformed"),
        (changed(mediaType=media_types.DOCKER_MANIFEST), "parse.manifest-malformed"),
        (changed(mediaType=media_types.IMAGE_INDEX), "parse.manifest-malformed"),
        (changed(artifactType="application/x"), "parse.manifest-kind"),
        (changed(artifactType=None), "parse.manifest-kind"),
        (changed(artifactType=None, config=None), "parse.manifest-kind"),
        (changed(layers=[]), "parse.manifest-envelopes"),
        (changed(layers=[LAYER, LAYER]), "parse.manifest-envelopes"),
        (changed(blobs=[LAYER]), "parse.manifest-envelopes"),
        (changed(manifests=[LAYER]), "parse.manifest-envelopes"),
        (changed(**{**WITHDRAWN, "layers": [LAYER]}), "parse.manifest-envelopes"),
        (changed(**{**WITHDRAWN, "blobs": [LAYER, LAYER]}), "parse.manifest-envelopes"),
        (changed(layers=[{**LAYER, "mediaType": "application/json"}]), "parse.envelope-type-unknown"),
        (changed(layers=[{**LAYER, "size": limits.ENVELOPE_BYTES + 1}]), "parse.envelope-too-large"),
    ],
)
def test_a_manifest_is_refused(content: bytes, code: str) -> None:
    assert code == refusal(content)


def test_the_media_type_of_an_image_manifest_is_optional() -> None:
    assert ENVELOPE == manifest.read(changed(mediaType=None))


def test_a_manifest_is_about_what_it_was_listed_for() -> None:
    other = Descriptor(media_types.IMAGE_MANIFEST, Digest.of(b"other"), 5)
    assert "parse.manifest-subject" == refusal(written(), other)
    assert "parse.manifest-subject" == refusal(changed(subject=None), SUBJECT)


def test_the_time_is_told_in_utc() -> None:
    local = CREATED.astimezone(timezone(timedelta(hours=2)))
    assert written() == manifest.write(ENVELOPE, SUBJECT, ["ab", "cd"], local)


def test_thumbprints_are_read_from_the_annotation() -> None:
    assert ("ab", "cd") == manifest.thumbprints(json.loads(written())["annotations"])


@pytest.mark.parametrize("text", [None, "", "x", "{}", "[1]", "[" * 100_000])
def test_thumbprints_that_cannot_be_read_are_none(text: str | None) -> None:
    assert () == manifest.thumbprints({} if text is None else {manifest.THUMBPRINTS: text})
