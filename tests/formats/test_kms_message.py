"""The message that a vault's key signs: written as Oracle's client writes it, read however it was escaped."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright import limits
from sealwright.errors import CheckFailedError, MalformedSignatureError
from sealwright.formats.kms import message
from sealwright.formats.kms.message import Message
from world import kms

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NAMES = (
    "description",
    "imageDigest",
    "kmsKeyId",
    "kmsKeyVersionId",
    "metadata",
    "region",
    "repositoryName",
    "signingAlgorithm",
)


def test_it_is_written_byte_for_byte_as_oracles_client_writes_it() -> None:
    made = kms.message(description='Ünï "q" café', metadata='{ "b b": [1, 2], "a":"x y" }')
    assert kms.made(f"{kms.ALGORITHM}.message") == made.encoded()
    assert made == message.parse(made.encoded())


def test_what_a_client_in_go_escapes_is_read() -> None:
    read = message.parse(kms.made("go.message"))
    assert kms.message(description="Ünï <q> & café", metadata='{"signedBy":"fn CLI"}') == read


@given(st.lists(TEXT, min_size=8, max_size=8))
def test_any_texts_are_written_as_python_would_and_read_again(texts: list[str]) -> None:
    made = Message(*texts)
    expected = json.dumps(dict(zip(NAMES, texts, strict=True)), separators=(",", ":"))
    assert expected.encode() == made.encoded()
    assert made == message.parse(made.encoded())


def test_the_order_of_the_fields_does_not_matter() -> None:
    fields = json.loads(kms.message().encoded())
    backwards = json.dumps(dict(reversed(fields.items())), indent=1).encode()
    assert kms.message() == message.parse(backwards)


def altered(**changed: object) -> bytes:
    fields = {**json.loads(kms.message().encoded()), **changed}
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "expecting value"),
        (b"sha256:00", "expecting value"),
        (b"[]", "object"),
        (b'"text"', "object"),
        (altered(region=None), "region"),
        (altered(region=7), "region"),
        (altered(metadata={"buildnumber": "8447"}), "metadata"),
        (altered(Region="local-1"), "Region"),
        (altered(more=""), "more"),
        (kms.message().encoded() + b"{}", "extra data"),
        (kms.message().encoded().replace(b'{"desc', b'{"region":"x","desc'), "stands twice"),
        (kms.message().encoded().replace(b"release", b"\\ud800"), "surrogate"),
        (kms.message().encoded().replace(b"release", b"\xff"), "UTF-8"),
        (b"\xef\xbb\xbf" + kms.message().encoded(), "expecting value"),
        (altered(description="a" * limits.KMS_SIGNATURE_BYTES), "larger"),
        (b"[" * 100, "nested"),
    ],
)
def test_anything_but_eight_texts_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(MalformedSignatureError) as caught:
        message.parse(content)
    assert "parse.kms-message-malformed" == caught.value.code
    assert problem in str(caught.value.data["problem"])


@pytest.mark.parametrize(
    ("metadata", "annotations"),
    [
        ("", {}),
        ("{}", {}),
        ('{"a":"b","n":8447,"l":[1, {"x": null}]}', {"a": "b", "n": "8447", "l": '[1,{"x":null}]'}),
        ("[1]", {}),
        ('"text"', {}),
    ],
)
def test_metadata_is_told_as_texts(metadata: str, annotations: dict[str, str]) -> None:
    made = kms.message(metadata=metadata)
    assert annotations == made.annotations
    assert "" == made.metadata_problem


@pytest.mark.parametrize("metadata", ["{", "NaN", '{"a":1,"a":2}', "{}{}", "'a'", " "])
def test_metadata_that_is_no_json_is_told_as_none(metadata: str) -> None:
    made = kms.message(metadata=metadata)
    assert {} == made.annotations
    assert made.metadata_problem


def test_a_field_that_differs_is_named() -> None:
    made = kms.message()
    made.require({})
    made.require({"imageDigest": kms.DIGEST, "kmsKeyId": kms.KEY})
    codes = {
        "imageDigest": "artifact.kms-other-image",
        "region": "identity.kms-other-region",
        "repositoryName": "identity.kms-other-repository",
        "kmsKeyVersionId": "artifact.kms-other-field",
    }
    for name, code in codes.items():
        with pytest.raises(CheckFailedError) as caught:
            made.require({"imageDigest": kms.DIGEST, name: "another", "signingAlgorithm": "too"})
        assert code == caught.value.code
        assert name == caught.value.data["field"]
        assert "another" in str(caught.value)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("namespace/project01/acme-web-app", "project01/acme-web-app"),
        ("namespace/app", "app"),
        ("app", "app"),
    ],
)
def test_the_namespace_is_no_part_of_a_repositorys_name(path: str, name: str) -> None:
    assert name == message.repository_name(path)
