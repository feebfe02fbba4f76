"""Which signed names satisfy which `signedIdentity`: the reference tables of containers/image, and more."""

import pytest

from sealwright import reasons
from sealwright.errors import CheckFailedError, UsageError
from sealwright.formats.simple.identity import is_prefix, named, require_match, wanted
from sealwright.reference import Reference
from sealwright.rules import IdentityKind, IdentityMatch

DIGEST = "@sha256:" + "01" * 32
OTHER_DIGEST = "@sha256:" + "23" * 32
RHEL = "registry.access.redhat.com/rhel7/rhel:7.2.3"
HEX = "a" * 64
PLACELESS = ""
"""Stands for an image that has no name in a registry."""


def outcome(match: IdentityMatch, asked: str, signed: str) -> str:
    """The reason code, or an empty string if the name satisfies."""
    image = None if asked == PLACELESS else Reference.parse(asked)
    try:
        require_match(match, image, signed)
    except CheckFailedError as error:
        assert "<" not in reasons.sentence(error.code, error.data)
        assert error.hint
        return error.code.removeprefix("identity.")
    return ""


SAME = [
    ("busybox:latest", "busybox:latest", ""),
    (RHEL, RHEL, ""),
    ("busybox" + DIGEST, "busybox" + DIGEST, ""),
    ("library/busybox:latest", "busybox:latest", ""),
    ("busybox:latest", "docker.io/library/busybox:latest", ""),
    ("busybox:latest", "index.docker.io/library/busybox:latest", ""),
    ("busybox:latest", "busybox:notlatest", "other-name"),
    ("busybox:latest", "notbusybox:latest", "other-name"),
    ("busybox:latest", "hostname/library/busybox:latest", "other-name"),
    ("busybox:latest", RHEL, "other-name"),
    ("busybox" + DIGEST, "busybox" + OTHER_DIGEST, "other-name"),
    ("busybox:latest", "busybox" + DIGEST, "other-name"),
    ("busybox:latest", "busybox:latest" + DIGEST, "other-name"),
    ("busybox:latest" + DIGEST, "busybox:latest" + DIGEST, ""),
    ("busybox:latest" + DIGEST, "busybox:latest", "other-name"),
    ("busybox:latest", "busybox", "signed-name-without-tag"),
    (RHEL, RHEL.removesuffix(":7.2.3"), "signed-name-without-tag"),
    ("busybox:latest", "UPPERCASE", "signed-name-malformed"),
    ("busybox:latest", "", "signed-name-malformed"),
    ("busybox:latest", HEX, "signed-name-malformed"),
]
EXACT = [*SAME, ("busybox" + DIGEST, "busybox:latest", "other-name"), ("busybox", "busybox:latest", "")]
BY_DIGEST = [
    *SAME[:10],
    *SAME[11:],
    ("busybox", "busybox:latest", ""),
    ("busybox" + DIGEST, "busybox:latest", ""),
    ("busybox" + DIGEST, "busybox" + OTHER_DIGEST, ""),  # the payload's digest is what decides
    ("busybox" + DIGEST, "busybox:any" + OTHER_DIGEST, ""),
    ("busybox" + DIGEST, "busybox", "signed-name-without-tag"),
    ("busybox" + DIGEST, "notbusybox:latest", "other-repository"),
]
REPOSITORY = [
    ("busybox:latest", "busybox:notlatest", ""),
    ("busybox", "busybox", ""),
    ("busybox" + DIGEST, "busybox:latest", ""),
    ("busybox:latest", "library/busybox" + OTHER_DIGEST, ""),
    ("busybox:latest", "notbusybox:latest", "other-repository"),
    ("busybox:latest", "registry.example/library/busybox:latest", "other-repository"),
    ("registry.example:5000/a", "registry.example/a", "other-repository"),
    ("busybox:latest", "https://busybox:latest", "signed-name-malformed"),
]


@pytest.mark.parametrize(
    ("kind", "asked", "signed", "expected"),
    [
        *(("matchExact", *row) for row in EXACT),
        *(("matchRepoDigestOrExact", *row) for row in BY_DIGEST),
        *(("matchRepository", *row) for row in REPOSITORY),
        *(
            (kind, PLACELESS, "busybox:latest", "image-without-name")
            for kind in ("matchExact", "matchRepoDigestOrExact", "matchRepository", "remapIdentity")
        ),
    ],
)
def test_a_signed_name_is_compared_with_the_image_asked_for(
    kind: IdentityKind, asked: str, signed: str, expected: str
) -> None:
    assert expected == outcome(IdentityMatch(kind), asked, signed)


@pytest.mark.parametrize("asked", [PLACELESS, "elsewhere.example/other:v2"])
@pytest.mark.parametrize(("name", "signed", "expected"), [row for row in SAME if row[0] != "busybox"])
def test_an_exact_reference_does_not_ask_which_image_it_is(
    asked: str, name: str, signed: str, expected: str
) -> None:
    assert expected == outcome(IdentityMatch("exactReference", name), asked, signed)


@pytest.mark.parametrize("asked", [PLACELESS, "elsewhere.example/other:v2"])
@pytest.mark.parametrize(("name", "signed", "expected"), REPOSITORY)
def test_an_exact_repository_does_not_ask_which_image_it_is(
    asked: str, name: str, signed: str, expected: str
) -> None:
    assert expected == outcome(IdentityMatch("exactRepository", name), asked, signed)


@pytest.mark.parametrize(
    ("prefix", "signed_prefix", "asked", "signed", "expected"),
    [
        ("mirror.example", "vendor.example", "mirror.example/a/b:v1", "vendor.example/a/b:v1", ""),
        ("mirror.example/v", "vendor.example", "mirror.example/v/b:v1", "vendor.example/b:v1", ""),
        ("mirror.example/v/b", "vendor.example/c", "mirror.example/v/b:v1", "vendor.example/c:v1", ""),
        ("mirror.example/v", "vendor.example", "mirror.example/vv/b:v1", "mirror.example/vv/b:v1", ""),
        ("mirror.example/v", "vendor.example", "mirror.example/v2:v", "vendor.example2:v", "other-name"),
        ("mirror.example", "vendor.example", "mirror.example:5000/b:v1", "mirror.example:5000/b:v1", ""),
        ("mirror.example:5000", "vendor.example:6", "mirror.example:5000/b:v1", "vendor.example:6/b:v1", ""),
        ("mirror.example", "vendor.example", "other.example/b:v1", "other.example/b:v1", ""),
        ("mirror.example", "vendor.example", "mirror.example/b:v1", "mirror.example/b:v1", "other-name"),
        ("mirror.example", "vendor.example", "mirror.example/b" + DIGEST, "vendor.example/b:any", ""),
        ("mirror.example", "vendor.example", "mirror.example/b", "vendor.example/b:latest", ""),
        ("mirror.example", "v.example", "mirror.example/b", "v.example/b", "signed-name-without-tag"),
        ("mirror.example", "vendor", "mirror.example/b:v1", "vendor/b:v1", "remapped-name-malformed"),
        ("mirror.example/a", "v.example", "mirror.example/a", "v.example:v1", "remapped-name-malformed"),
        ("mirror.example", "V", "mirror.example/b:v1", "vendor/b:v1", "remapped-name-malformed"),
        ("mirror.example", "docker.io", "mirror.example/busybox:v1", "busybox:v1", "remapped-name-malformed"),
        ("docker.io/library", "v.example", "busybox:v1", "v.example/busybox:v1", ""),
        ("library", "v.example", "busybox:v1", "busybox:v1", ""),
        ("mirror.example", "vendor.example", "mirror.example/mirror.example/b:v1",
         "vendor.example/mirror.example/b:v1", ""),
    ],
)  # fmt: skip
def test_a_prefix_of_the_image_asked_for_is_replaced(
    prefix: str, signed_prefix: str, asked: str, signed: str, expected: str
) -> None:
    match = IdentityMatch("remapIdentity", prefix=prefix, signed_prefix=signed_prefix)

    assert expected == outcome(match, asked, signed)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            HEX,
            "docker://a/b:v",
            "FOO/bar:v",
            "UPPER",
            "a.b/UP",
            "[::1]:5000/x:v",
            "a:b:c",
            "-x",
            "é:v",
            "x:v\n",
        ),
        *(
            "x@sha256:abc",
            f"x@sha256:{'A' * 64}",
            f"x@md5:{'a' * 32}",
            "a..b/c",
            "a/",
            "/a",
            "x:" + "t" * 129,
        ),
        "x/" + "a" * 260,
    ],
)
def test_what_is_no_name_for_containers_image_is_none_here(text: str) -> None:
    with pytest.raises(UsageError):
        named(text)


@pytest.mark.parametrize(
    "text", ["busybox", "Foo.x/bar:v1", f"{HEX}:v1", f"a/{HEX}", "x:V1", "x:v1" + DIGEST]
)
def test_unusual_names_are_names(text: str) -> None:
    assert text.removeprefix("library/") in str(named(text))


@pytest.mark.parametrize(
    "text", ["busybox", "a.b", "a.b:5", "ns/x", "A/b", "a.b:5/c", "localhost", "a-b/c__d"]
)
def test_prefixes_are_registries_and_what_begins_with_one(text: str) -> None:
    assert is_prefix(text)


@pytest.mark.parametrize(
    "text", ["", "a.b/", "/a", "a/B", "a.b/c:t", "a.b/c@x", "-a", "a_b", "x:y", "[::1]", "a\n"]
)
def test_other_texts_are_no_prefixes(text: str) -> None:
    assert not is_prefix(text)


@pytest.mark.parametrize(
    ("match", "asked", "words"),
    [
        (IdentityMatch(), "r.example/a:v1", "exactly r.example/a:v1"),
        (IdentityMatch(), "r.example/a", "exactly r.example/a:latest"),
        (IdentityMatch(), "r.example/a" + DIGEST, "the repository r.example/a, with any tag or digest"),
        (IdentityMatch("matchExact"), "r.example/a" + DIGEST, "exactly r.example/a" + DIGEST),
        (IdentityMatch("matchRepository"), "a:v1", "docker.io/library/a, with any tag or digest, or without"),
        (IdentityMatch("exactReference", "a:v2"), PLACELESS, "exactly docker.io/library/a:v2"),
        (IdentityMatch("exactRepository", "a:v2"), PLACELESS, "the repository docker.io/library/a, with any"),
        (IdentityMatch("matchExact"), PLACELESS, "a name that no signature can have"),
        (
            IdentityMatch("remapIdentity", "", "r.example", "v.example"),
            "r.example/a:v1",
            "exactly v.example/a:v1",
        ),
        (
            IdentityMatch("remapIdentity", "", "r.example", "v"),
            "r.example/a:v1",
            "a name that no signature can",
        ),
    ],
)
def test_what_a_signature_must_carry_is_said_in_words(match: IdentityMatch, asked: str, words: str) -> None:
    assert words in wanted(match, None if asked == PLACELESS else Reference.parse(asked))
