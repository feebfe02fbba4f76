"""Digests, descriptors, manifests, errors, reasons, evidence, events: the small values."""

import inspect
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import sealwright
from sealwright import errors, limits, manifest, media_types, reasons
from sealwright.descriptor import Descriptor, Platform
from sealwright.digest import Digest
from sealwright.errors import DocumentError, MalformedContentError, UsageError
from sealwright.events import Notice, ignore
from sealwright.evidence import Evidence, TrustStore, Unavailable
from sealwright.reference import Reference
from sealwright.signature import Subject

SOURCES = Path(sealwright.__file__).parent
EMPTY_DIGEST = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_a_digest_is_its_own_text_and_checks_content() -> None:
    digest = Digest.of(b"{}")

    assert EMPTY_DIGEST == digest == Digest.parse(EMPTY_DIGEST)
    assert ("sha256", EMPTY_DIGEST[7:]) == (digest.algorithm, digest.encoded)
    assert b"{}" == digest.require(b"{}", "blob")
    hasher = Digest.of(b"{}", "sha512").hasher()
    hasher.update(b"{}")
    assert Digest.of(b"{}", "sha512").encoded == hasher.hexdigest()
    with pytest.raises(MalformedContentError, match=f"the blob does not have the digest {EMPTY_DIGEST}"):
        digest.require(b"[]", "blob")


def test_platforms_read_as_docker_writes_them() -> None:
    assert "linux/arm/v7" == str(Platform("arm", "linux", "v7"))
    assert "linux/amd64" == str(Platform("amd64", "linux"))


def test_the_same_content_has_the_same_type_digest_and_size() -> None:
    one = Descriptor("t", Digest.of(b"a"), 1)

    assert one.same_content(Descriptor("t", Digest.of(b"a"), 1, annotations={"x": "y"}))
    assert not one.same_content(Descriptor("u", Digest.of(b"a"), 1))
    assert not one.same_content(Descriptor("t", Digest.of(b"b"), 1))
    assert not one.same_content(Descriptor("t", Digest.of(b"a"), 2))


def test_a_manifest_written_and_read_again() -> None:
    config = manifest.describe(b"{}", media_types.EMPTY)
    content = manifest.encode(
        {"mediaType": media_types.IMAGE_MANIFEST, "config": config, "layers": [], "annotations": {"a": "b"}}
    )

    found = manifest.parse(content)

    assert content.startswith(b'{"schemaVersion":2,"mediaType":')
    assert (config,) == found.contents
    assert ({"a": "b"}, media_types.EMPTY) == (found.annotations, found.kind)
    assert media_types.IMAGE_MANIFEST == manifest.media_type_of(found)


def test_null_members_count_as_absent() -> None:
    found = manifest.parse(b'{"schemaVersion":2,"manifests":null,"layers":null,"config":null}')

    assert ((), (), None) == (found.manifests, found.contents, found.kind)


def test_the_kind_is_the_artifact_type_before_the_type_of_the_config() -> None:
    config = f'"config":{{"mediaType":"c","digest":"{EMPTY_DIGEST}","size":2}}'

    assert "a" == manifest.parse(f'{{"artifactType":"a",{config}}}'.encode()).kind
    assert "c" == manifest.parse(f"{{{config}}}".encode()).kind
    assert manifest.parse(b"{}").kind is None


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "expecting"),
        (b"[]", "object"),
        (b'{"layers":[{"mediaType":"x","digest":"sha256:12","size":1}]}', "is not a digest"),
        (b'{"layers":[{"mediaType":"x","digest":3,"size":1}]}', "Digest"),
        (f'{{"layers":[{{"mediaType":"x","digest":"{EMPTY_DIGEST}","size":-1}}]}}'.encode(), "negative"),
        (f'{{"subject":{{"mediaType":"x","digest":"{EMPTY_DIGEST}","size":-1}}}}'.encode(), "negative"),
        (b'{"layers":[],"layers":[]}', "stands twice"),
        (b" " * (limits.MANIFEST_BYTES + 1), "larger than"),
    ],
)
def test_manifests_that_cannot_be_read(content: bytes, problem: str) -> None:
    with pytest.raises(MalformedContentError, match="the manifest cannot be read") as caught:
        manifest.parse(content)

    assert problem in str(caught.value)


def test_the_media_type_of_a_manifest() -> None:
    image = manifest.parse(b"{}")
    index = manifest.parse(
        f'{{"manifests":[{{"mediaType":"x","digest":"{EMPTY_DIGEST}","size":1}}]}}'.encode()
    )
    said = manifest.parse(f'{{"mediaType":"{media_types.DOCKER_MANIFEST}"}}'.encode())

    assert media_types.IMAGE_MANIFEST == manifest.media_type_of(image)
    assert media_types.IMAGE_INDEX == manifest.media_type_of(index)
    assert media_types.DOCKER_MANIFEST == manifest.media_type_of(
        image, f"{media_types.DOCKER_MANIFEST}; charset=utf-8"
    )
    assert media_types.DOCKER_MANIFEST == manifest.media_type_of(said, "application/json")
    with pytest.raises(MalformedContentError, match="says it is"):
        manifest.media_type_of(said, media_types.IMAGE_MANIFEST)


def test_an_error_is_its_sentence_and_carries_code_data_and_hint() -> None:
    error = UsageError("reference.digest-malformed", digest="x")

    assert "'x' is not a digest" == str(error)
    assert "64 lower-case" in error.hint
    assert ("reference.digest-malformed", {"digest": "x"}) == (error.code, error.data)


def test_a_document_error_names_file_line_and_column() -> None:
    data = {"word": "nam", "meant": "", "known": "name"}

    assert 'p.json:3:7: the member "nam" is unknown here' == str(
        DocumentError("policy.unknown-member", file="p.json", line=3, column=7, **data)
    )
    about = DocumentError.about("p.json", UsageError("reference.digest-malformed", digest="x"))
    assert ("p.json: 'x' is not a digest", "p.json", ()) == (str(about), about.file, about.others)


def test_every_error_stands_in_the_tree_of_the_docstring() -> None:
    drawn = re.findall(r"^[│├└─ ]*(\w+Error)\b", errors.__doc__ or "", re.MULTILINE)

    assert sorted(errors.__all__) == sorted(drawn)


def codes_in_sources() -> Iterator[str]:
    """Every string in the sources that looks like a reason code of a known area."""
    pattern = re.compile(rf'"((?:{"|".join(reasons.AREAS)})\.[a-z0-9]+(?:-[a-z0-9]+)*)"')
    for path in SOURCES.rglob("*.py"):
        if path.parent.name != "reasons":
            yield from pattern.findall(path.read_text())


def test_every_code_that_the_sources_name_is_in_the_table() -> None:
    files_and_modules = {"signature.sig", "pki.algorithms", "policy.json"}

    assert set() == set(codes_in_sources()) - set(reasons.codes()) - files_and_modules


def test_every_area_is_a_module_and_every_module_an_area() -> None:
    modules = {path.stem for path in (SOURCES / "reasons").glob("*.py")} - {"__init__"}

    assert sorted(modules) == list(reasons.AREAS)


@pytest.mark.parametrize("code", list(reasons.codes()))
def test_every_reason_is_one_sentence_with_named_fields(code: str) -> None:
    area = code.partition(".")[0]
    sentence, hint = __import__(f"sealwright.reasons.{area}", fromlist=["REASONS"]).REASONS[code]

    names = {name for text in (sentence, hint) for _, name, _, _ in string.Formatter().parse(text) if name}
    assert all(name.isidentifier() for name in names)
    assert not sentence.endswith(".")
    assert not hint.endswith(".")
    assert reasons.sentence(code, dict.fromkeys(names, "…"))
    assert hint == "" or reasons.hint(code, dict.fromkeys(names, "…"))


@pytest.mark.parametrize(
    "code", ["", "verdict", "verdict.of-another-version", "elsewhere.x", "../x.y", "\0.y", "."]
)
def test_a_reason_that_is_not_in_the_table_is_told_as_unknown(code: str) -> None:
    assert "a reason that this version does not know" == reasons.sentence(code, {})
    assert "" == reasons.hint(code, {})


def test_data_that_lacks_a_value_is_told_by_its_name() -> None:
    assert 'signed by CN=a, as the statement "<statement>" asks' == reasons.sentence(
        "verdict.accepted", {"signer": "CN=a"}
    )


def test_every_limit_has_its_reason_beside_it() -> None:
    for area in limits.AREAS:
        text = inspect.getsource(area)
        for name in area.__all__:
            assert re.search(rf'^{name} = [^"]+\n"""', text, re.MULTILINE), name


def test_every_limit_stands_in_one_place() -> None:
    texts = "".join(inspect.getsource(area) for area in limits.AREAS)
    found = re.findall(r"^([A-Z]\w+) =", texts, re.MULTILINE)

    assert sorted(set(found)) == sorted(found)
    assert sorted(found) == sorted(name for name in limits.__all__ if name != "AREAS")


def test_evidence_is_extended_never_changed() -> None:
    need, other = TrustStore("ca", "acme"), TrustStore("ca", "other")
    first = Evidence()
    second = first.with_answers({need: (b"der",)})
    third = second.with_answers({other: Unavailable("network.refused", retryable=True)})

    assert (False, True) == (need in first, need in second)
    assert (None, (b"der",)) == (first.certificates(need), second.certificates(need))
    assert (False, True) == (second.retryable, third.retryable)


def test_a_subject_is_compared_by_its_repository() -> None:
    descriptor = Descriptor("t", Digest.of(b""), 0)

    assert "docker.io/library/alpine" == Subject(descriptor, "docker", Reference.parse("alpine:1")).repository
    assert "a/b" == Subject(descriptor, "oci", "a/b").repository


def test_events_can_be_ignored() -> None:
    ignore(Notice("signing.by-tag"))
