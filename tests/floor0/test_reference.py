import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.digest import Digest
from sealwright.errors import UsageError
from sealwright.reference import Reference

HEX = "9bba24af535af5ce658c5cd78c865d574cb65443c643d8538b73ea7d3e9bb64e"


@pytest.mark.parametrize(
    ("typed", "normalised", "domain", "path"),
    [
        ("alpine", "docker.io/library/alpine", "docker.io", "library/alpine"),
        ("alpine:3.20", "docker.io/library/alpine:3.20", "docker.io", "library/alpine"),
        ("wabbit/net-monitor", "docker.io/wabbit/net-monitor", "docker.io", "wabbit/net-monitor"),
        ("docker.io/alpine", "docker.io/library/alpine", "docker.io", "library/alpine"),
        ("index.docker.io/alpine", "docker.io/library/alpine", "docker.io", "library/alpine"),
        ("docker://alpine", "docker.io/library/alpine", "docker.io", "library/alpine"),
        ("localhost/x", "localhost/x", "localhost", "x"),
        ("localhost:5000/net-monitor:v1", "localhost:5000/net-monitor:v1", "localhost:5000", "net-monitor"),
        ("reg.example/a/b__c/d-e.f", "reg.example/a/b__c/d-e.f", "reg.example", "a/b__c/d-e.f"),
        ("HOST/x", "HOST/x", "HOST", "x"),
        ("[::1]:5000/x:v1", "[::1]:5000/x:v1", "[::1]:5000", "x"),
        (f"reg.example/a@sha256:{HEX}", f"reg.example/a@sha256:{HEX}", "reg.example", "a"),
        (f"reg.example/a:v1@sha256:{HEX}", f"reg.example/a:v1@sha256:{HEX}", "reg.example", "a"),
    ],
)
def test_normalises_as_docker_does(typed: str, normalised: str, domain: str, path: str) -> None:
    reference = Reference.parse(typed)

    assert (normalised, domain, path) == (str(reference), reference.domain, reference.path)
    assert f"{domain}/{path}" == reference.repository
    assert reference.repository == Reference.parse(str(reference)).repository


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "it is empty"),
        ("a" * 5000, "more than 4096 characters"),
        ("reg.example/ä", "more than printable ASCII"),
        ("reg.example/a b", "is not a repository name"),
        ("reg.example/\x1b", "more than printable ASCII"),
        ("reg.example/UPPER", "lower case"),
        ("reg.example/a//b", "is not a repository name"),
        ("reg.example/", "the name of the repository is missing"),
        ("reg_ister.example/a", "is not a registry's host name"),
        ("reg.example:port/a", "is not a registry's host name"),
        ("reg.example/a:", "is not a tag"),
        ("reg.example/a:-v1", "is not a tag"),
        ("reg.example/a:" + "v" * 129, "is not a tag"),
        ("reg.example/" + "a" * 250, "more than 255 characters"),
        ("reg.example/../etc", "is not a repository name"),
        (":v1", "the name of the repository is missing"),
    ],
)
def test_refuses_what_is_no_reference(typed: str, problem: str) -> None:
    with pytest.raises(UsageError, match=r"is not a reference to an image") as caught:
        Reference.parse(typed)

    assert problem in str(caught.value)
    assert "registry/repository:tag" in caught.value.hint


@pytest.mark.parametrize(
    "digest", ["sha256:", "sha256:12", f"sha1:{HEX}", f"sha256:{HEX.upper()}", f"sha512:{HEX}"]
)
def test_refuses_digests_that_are_not_well_formed(digest: str) -> None:
    with pytest.raises(UsageError, match="is not a digest"):
        Reference.parse(f"reg.example/a@{digest}")


def test_what_the_registry_is_asked_for() -> None:
    digest = Digest(f"sha256:{HEX}")

    assert "latest" == Reference.parse("alpine").selector
    assert "3.20" == Reference.parse("alpine:3.20").selector
    assert digest == Reference.parse(f"alpine:3.20@{digest}").selector


def test_pinning_and_tagging() -> None:
    digest = Digest.of(b"x")
    reference = Reference.parse("localhost:5000/a:v1")

    assert f"localhost:5000/a@{digest}" == str(reference.at(digest))
    assert "localhost:5000/a:v2" == str(reference.at(digest).tagged("v2"))


def test_messages_show_both_forms_where_they_differ() -> None:
    assert "docker.io/library/alpine (typed as alpine)" == Reference.parse("alpine").both_forms()
    assert "localhost:5000/a:v1" == Reference.parse("localhost:5000/a:v1").both_forms()


@given(st.text(max_size=60) | st.text(alphabet="abcAB019./:@_-[]", max_size=60))
def test_any_text_is_a_reference_or_a_usage_error(typed: str) -> None:
    try:
        reference = Reference.parse(typed)
    except UsageError as error:
        assert str(error)
        assert error.hint
    else:
        assert reference.repository == Reference.parse(str(reference)).repository
        assert reference.selector == Reference.parse(str(reference)).selector
