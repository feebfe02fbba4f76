"""What lint says of policies that clients take."""

import pytest

from sealwright import reasons
from sealwright.errors import UsageError
from sealwright.policy.containers import document, lint
from sealwright.policy.containers.versions import client
from sealwright.policy.findings import Finding
from world.containers import ACCEPT, REJECT, policy, signed_by

SIGSTORE = {"type": "sigstoreSigned", "keyPath": "/k"}
REMAP = {"type": "remapIdentity", "prefix": "a.example", "signedPrefix": "b.example"}


def found(content: bytes, *clients: str, **keys: str) -> list[Finding]:
    read = document.read(content, "policy.json")
    made = lint.findings(
        read, tuple(map(client, clients)), {f"/{name}": problem for name, problem in keys.items()}
    )
    for one in made:
        assert "<" not in one.sentence.replace("<DIR", "")
        assert one.sentence != reasons.sentence("no.such", {})
    return list(made)


def codes(content: bytes, *clients: str, **keys: str) -> list[str]:
    return [one.code.removeprefix("lint.") for one in found(content, *clients, **keys)]


def scoped(scope: str, transport: str = "docker") -> list[str]:
    return codes(policy(**{transport: {scope: [REJECT]}}))


@pytest.mark.parametrize(
    "scope",
    [
        *("r.example", "r.example:5000", "localhost", "localhost:5000/a", "r.example/a/b", "r.example/a:v1"),
        *(
            "docker.io",
            "docker.io/library",
            "docker.io/library/busybox",
            "docker.io/org/app:v1",
            "127.0.0.1:5000",
        ),
        *(f"r.example/a@sha256:{'a' * 64}", "Foo.x/bar", ""),
    ],
)
def test_scopes_that_images_have_are_good(scope: str) -> None:
    assert [] == scoped(scope)


@pytest.mark.parametrize(
    ("scope", "code", "meant"),
    [
        ("busybox", "scope-never", "docker.io/library/busybox"),
        ("library/busybox", "scope-never", "docker.io/library/busybox"),
        ("org/app:v1", "scope-never", "docker.io/org/app:v1"),
        ("busybox:v1", "scope-never", "docker.io/library/busybox:v1"),
        ("docker.io/busybox:v1", "scope-never", "docker.io/library/busybox:v1"),
        ("docker.io/busybox", "scope-official", "docker.io/library/busybox"),
        ("index.docker.io/org/app", "scope-never", "docker.io/org/app"),
        ("https://r.example/app", "scope-never", "r.example/app"),
        ("docker://r.example/app", "scope-never", "r.example/app"),
        ("r.example/", "scope-never", "r.example"),
        (f"r.example/a:v1@sha256:{'a' * 64}", "scope-never", f"r.example/a@sha256:{'a' * 64}"),
        ("r.example/UPPER", "scope-no-name", ""),
        ("r.example/a b", "scope-no-name", ""),
        ("*", "scope-wildcard", ""),
        ("*.example.com:5000", "scope-wildcard", ""),
        ("*.example.com/ns", "scope-wildcard", ""),
        ("r.*.com", "scope-wildcard", ""),
        ("*.", "scope-wildcard", ""),
    ],
)
def test_scopes_that_no_image_has_are_told_with_what_was_meant(scope: str, code: str, meant: str) -> None:
    (one,) = found(policy(docker={scope: [REJECT]}))

    assert (f"lint.{code}", meant) == (one.code, one.data["meant"])
    assert ("warning" if code == "scope-official" else "error") == one.level
    assert ("policy.json", 9, 4) == (one.file, one.line, one.column)
    assert meant in one.hint


def test_other_transports_have_other_scopes() -> None:
    assert ["scope-with-colon"] == scoped("/srv/app:v1", "oci")
    assert [] == scoped("/srv/app:v1", "dir")
    assert ["scope-never"] == scoped("busybox", "atomic")
    assert ["transport-unknown"] == scoped("busybox", "dockr")
    assert [] == scoped("", "ostree")


def test_a_wildcard_is_not_about_the_host_itself() -> None:
    assert ["wildcard-without-itself"] == scoped("*.example.com")
    assert [] == codes(policy(docker={"*.example.com": [REJECT], "example.com": [REJECT]}))


def test_a_host_with_a_port_is_another_one() -> None:
    assert ["port-apart"] == codes(policy(docker={"a.b": [REJECT], "a.b:5000/ns": [ACCEPT]}))
    assert [] == codes(policy(docker={"a.b": [REJECT], "a.b:5000/ns": [ACCEPT], "a.b:5000": [REJECT]}))
    assert [] == codes(policy(docker={"a.b": [REJECT]}, atomic={"a.b:5000/ns": [ACCEPT]}))


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        ([ACCEPT], ["default-accepts"]),
        ([REJECT], []),
        ([signed_by(), signed_by()], []),
        ([signed_by(), signed_by(keyPath="/other")], ["every-key"]),
        ([signed_by(), SIGSTORE], ["every-format", "refused-before", "sigstore-elsewhere"]),
        ([signed_by(), ACCEPT], ["accept-beside"]),
        ([signed_by(), REJECT], ["reject-beside"]),
        ([ACCEPT, REJECT], ["default-accepts", "reject-beside"]),
        ([signed_by(keyType="X509Certificates")], ["never-met"]),
        ([{"type": "signedBaseLayer", "baseLayerIdentity": {"type": "matchExact"}}], ["never-met"]),
        ([signed_by(keyPath=None, keyPaths=[])], ["refused-before", "no-key"]),
        ([signed_by(keyPath=None, keyData="")], ["no-key"]),
        ([signed_by(keyPath="key.gpg")], ["key-relative"]),
        ([signed_by(keyPath="~/key.gpg")], ["key-relative"]),
        ([signed_by(signedIdentity=REMAP)], ["refused-before"]),
        ([signed_by(signedIdentity={**REMAP, "prefix": "library"})], ["refused-before", "prefix-never"]),
        ([signed_by(signedIdentity={**REMAP, "signedPrefix": "v/a"})], ["refused-before", "prefix-never"]),
    ],
)
def test_requirements_that_hardly_do_what_was_meant_are_told(
    requirements: list[object], expected: list[str]
) -> None:
    assert expected == codes(policy(*requirements))


def test_files_of_keys_are_told_as_they_were_found() -> None:
    content = policy(signed_by(keyPath=None, keyPaths=["/a", "/b", "/c", "/d"]))

    found_now = codes(content, a="absent", b="unreadable", c="empty", other="absent")

    assert ["refused-before", "key-absent", "key-unreadable", "key-empty"] == found_now


@pytest.mark.parametrize(
    "transport", ["oci", "oci-archive", "docker-archive", "docker-daemon", "tarball", "sif"]
)
def test_images_of_some_transports_carry_no_signatures(transport: str) -> None:
    assert ["without-signatures"] == codes(policy(**{transport: {"": [signed_by()]}}))


def test_images_in_folders_have_no_name() -> None:
    exact = signed_by(signedIdentity={"type": "exactRepository", "dockerRepository": "a.b/c"})

    assert ["without-names"] == codes(policy(dir={"": [signed_by()]}))
    assert [] == codes(policy(dir={"": [exact]}, containers_storage={"": [signed_by()]}))


LADDER = [
    (signed_by(keyPath=None, keyPaths=["/k"]), "keyPaths", "5.22"),
    (SIGSTORE, "sigstoreSigned", "5.22"),
    (signed_by(signedIdentity=REMAP), "remapIdentity", "5.9"),
    ({**SIGSTORE, "rekorPublicKeyPath": "/r"}, "rekorPublicKeyPath", "5.24"),
    ({"type": "sigstoreSigned", "keyDatas": ["QQ=="]}, "keyDatas", "5.33"),
    ({"type": "sigstoreSigned", "keyPaths": ["/k"]}, "keyPaths", "5.33"),
    ({**SIGSTORE, "rekorPublicKeyDatas": ["QQ=="]}, "rekorPublicKeyDatas", "5.33"),
    ({"type": "sigstoreSigned", "pki": {"caRootsPath": "/c", "subjectEmail": "a"}}, "pki", "5.35"),
    (
        {
            "type": "sigstoreSigned",
            "fulcio": {"caPath": "/c", "oidcIssuer": "i", "subjectEmail": "a"},
            "rekorPublicKeyData": "QQ==",
        },
        "fulcio",
        "5.24",
    ),
]


@pytest.mark.parametrize(("requirement", "what", "version"), LADDER)
def test_what_older_clients_refuse_is_an_error_for_them(
    requirement: dict[str, object], what: str, version: str
) -> None:
    content = policy(docker={"r.example": [requirement]})
    major, minor = version.split(".")
    before = f"{major}.{int(minor) - 1}"

    (refused,) = [one for one in found(content, before) if one.data.get("what") == what]
    assert ("lint.refused-by", "error") == (refused.code, refused.level)
    assert f"containers/image {version} (skopeo" in refused.sentence

    assert [] == [one for one in found(content, version) if one.data.get("what") == what]
    (noted,) = [one for one in found(content) if one.data.get("what") == what]
    assert ("lint.refused-before", "note") == (noted.code, noted.level)


@pytest.mark.parametrize(
    ("name", "words", "library"),
    [
        ("5.23", "containers/image 5.23", (5, 23)),
        ("containers/image 5.23.1", "containers/image 5.23", (5, 23)),
        ("skopeo-1.9", "skopeo 1.9", (5, 22)),
        ("skopeo 1.10.1", "skopeo 1.10", (5, 22)),
        ("skopeo=v1.11", "skopeo 1.11", (5, 24)),
        ("podman:4.3", "podman 4.3", (5, 22)),
        ("podman 4.4", "podman 4.4", (5, 24)),
        ("podman 6.0", "podman 6.0", (5, 35)),
        ("skopeo 0.1", "skopeo 0.1", (0, 0)),
    ],
)
def test_clients_are_known_by_name_and_version(name: str, words: str, library: tuple[int, int]) -> None:
    assert (words, library) == (client(name).name, client(name).library)


@pytest.mark.parametrize("name", ["", "skopeo", "docker 24.0", "5", "skopeo 1", "skopeo 1.9999"])
def test_what_is_no_client_is_refused(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        client(name)

    assert "usage.client-unknown" == caught.value.code
