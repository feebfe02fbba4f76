import json
from typing import Any

import pytest

from sealwright import limits
from sealwright.descriptor import Descriptor, Platform
from sealwright.digest import Digest
from sealwright.errors import MalformedSignatureError, UsageError
from sealwright.formats.notary import cose, jws, payload

DIGEST = Digest("sha256:" + "ab" * 32)
TARGET = {"mediaType": "a/b", "digest": str(DIGEST), "size": 517}
PLAIN = Descriptor("a/b", DIGEST, 517)


def written(**changes: Any) -> bytes:
    members = {**TARGET, **changes}
    target = {name: value for name, value in members.items() if value is not None}
    return json.dumps({"targetArtifact": target}).encode()


def refusal(content: bytes) -> str:
    with pytest.raises(MalformedSignatureError) as caught:
        payload.read(content)
    assert str(caught.value)
    return caught.value.code


def test_a_payload_names_the_artifact() -> None:
    assert PLAIN == payload.read(written())
    annotations = {"io.example.build": "42", "": ""}
    assert annotations == payload.read(written(annotations=annotations)).annotations
    assert 2**63 - 1 == payload.read(written(size=2**63 - 1)).size


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'"targetArtifact"',
        written() + b" x",
        written()[:-1] + b',"extra":1}',
        written()[:-1] + b',"targetArtifact":{}}',
        written()[:-1] + b',"TargetArtifact":{}}',
        written().replace(b"targetArtifact", b"TargetArtifact"),
        b'{"targetArtifact":[]}',
        written(mediaType=None),
        written(digest=None),
        written(size=None),
        written(artifactType="x"),
        written(platform={}),
        written(urls=[]),
        written(data="e30="),
        written(Digest=str(DIGEST)),
        written().replace(b'"digest"', b'"Digest"'),
        written().replace(b'"size": 517', b'"size": 517, "size": 518'),
        written(mediaType=1),
        written(mediaType=""),
        written(size=-1),
        written(size=2**63),
        written(size="517"),
        written(size=517.0),
        written(size=True),
        written(digest="sha256:ab"),
        written(digest="md5:" + "ab" * 16),
        written(digest=str(DIGEST).upper()),
        written(digest=1),
        written(annotations=[]),
        written(annotations={"k": 1}),
        written(annotations={"k": None}),
        written(annotations={str(number): "" for number in range(limits.ANNOTATIONS + 1)}),
    ],
)
def test_a_payload_of_any_other_form_is_refused(content: bytes) -> None:
    assert "parse.payload-malformed" == refusal(content)


def test_only_the_four_members_are_written() -> None:
    full = Descriptor("a/b", DIGEST, 517, "x/y", {"b": "2", "a": "1"}, Platform("amd64", "linux"), ("u",))
    expected = (
        f'{{"targetArtifact":{{"mediaType":"a/b","digest":"{DIGEST}","size":517,'
        '"annotations":{"a":"1","b":"2"}}}'
    )
    assert expected.encode() == payload.write(full, cose.PAYLOAD_ORDER)
    sorted_by_name = (
        f'{{"targetArtifact":{{"annotations":{{"a":"1","b":"2"}},"digest":"{DIGEST}",'
        '"mediaType":"a/b","size":517}}'
    )
    assert sorted_by_name.encode() == payload.write(full, jws.PAYLOAD_ORDER)
    assert b"annotations" not in payload.write(PLAIN, jws.PAYLOAD_ORDER)


def test_text_is_escaped_as_go_does() -> None:
    odd = payload.with_metadata(PLAIN, {"k": '<&>\u2028\u2029é\n"\\\x7f'})
    content = payload.write(odd, cose.PAYLOAD_ORDER)
    assert rb'{"k":"\u003c\u0026\u003e\u2028\u2029' in content
    assert 'é\\n\\"\\\\\x7f'.encode() in content
    assert odd == payload.read(content)


def test_user_metadata_joins_the_annotations() -> None:
    annotated = Descriptor("a/b", DIGEST, 517, "x/y", {"a": "1"}, Platform("amd64", "linux"))
    joined = payload.with_metadata(annotated, {"b": "2"})
    assert Descriptor("a/b", DIGEST, 517, annotations={"a": "1", "b": "2"}) == joined


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ({"io.cncf.notary": "x"}, "signing.metadata-reserved"),
        ({"io.cncf.notary.x": "x"}, "signing.metadata-reserved"),
        ({"io.cncf.notaryx": "x"}, "signing.metadata-reserved"),
        ({"a": "1"}, "signing.metadata-clash"),
        ({"b": "\udcff"}, "signing.metadata-not-text"),
        ({"\ud800": "x"}, "signing.metadata-not-text"),
        ({str(number): "" for number in range(limits.ANNOTATIONS)}, "signing.metadata-too-many"),
    ],
)
def test_user_metadata_is_refused(metadata: dict[str, str], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        payload.with_metadata(Descriptor("a/b", DIGEST, 517, annotations={"a": "1"}), metadata)
    assert code == caught.value.code
    assert str(caught.value)
