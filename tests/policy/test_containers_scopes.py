"""Which scopes are about an image, in which order (containers-policy.json(5))."""

import pytest

from sealwright.policy.containers.scopes import candidates, scope_problem
from sealwright.reference import Reference

DIGEST = "sha256:" + "0" * 64
HEX = "1" * 64

REFERENCES = {
    "h.example.com:8443/ns/app:v1": (
        *("h.example.com:8443/ns/app:v1", "h.example.com:8443/ns/app", "h.example.com:8443/ns"),
        *("h.example.com:8443", "*.example.com", "*.com"),
    ),
    f"h.example.com/ns/app@{DIGEST}": (
        *(f"h.example.com/ns/app@{DIGEST}", "h.example.com/ns/app", "h.example.com/ns", "h.example.com"),
        *("*.example.com", "*.com"),
    ),
    "busybox": (
        *("docker.io/library/busybox:latest", "docker.io/library/busybox", "docker.io/library", "docker.io"),
        "*.io",
    ),
    "localhost/app:v1": ("localhost/app:v1", "localhost/app", "localhost"),
    "127.0.0.1:5000/app:v1": (
        *("127.0.0.1:5000/app:v1", "127.0.0.1:5000/app", "127.0.0.1:5000", "*.0.0.1", "*.0.1", "*.1"),
    ),
    f"r.example/app:v1@{DIGEST}": (*(f"r.example/app@{DIGEST}", "r.example/app", "r.example", "*.example"),),
}


@pytest.mark.parametrize("transport", ["docker", "atomic", "docker-daemon"])
@pytest.mark.parametrize("name", REFERENCES)
def test_images_in_registries_have_their_name_all_above_it_and_wildcards(transport: str, name: str) -> None:
    assert REFERENCES[name] == candidates(transport, Reference.parse(name))
    assert REFERENCES[name] == candidates(transport, name)


@pytest.mark.parametrize("transport", ["dir", "oci", "oci-archive", "sif"])
def test_paths_have_the_folders_above_them_but_not_the_root(transport: str) -> None:
    assert ("/srv/images/app", "/srv/images", "/srv") == candidates(transport, "/srv/images/app")
    assert ("/a",) == candidates(transport, "/a")
    assert () == candidates(transport, "/")
    assert () == candidates(transport, "registry.example/app")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "[overlay@/var/lib/c]r.example/ns/app:v1",
            ("S:r.example/ns/app:v1", "S:r.example/ns/app", "S:r.example/ns", "S:r.example", "S:", "B:"),
        ),
        (
            f"[overlay@/var/lib/c+/run/c:o=1,p=2]r.example/app@{HEX}",
            (
                f"S:r.example/app:latest@{HEX}",
                "S:r.example/app:latest",
                "S:r.example/app",
                "S:r.example",
                "S:",
                "B:",
            ),
        ),
        (
            f"[overlay@/var/lib/c]r.example/app:v1@{DIGEST}",
            (
                f"S:r.example/app:v1@{DIGEST}",
                "S:r.example/app:v1",
                "S:r.example/app",
                "S:r.example",
                "S:",
                "B:",
            ),
        ),
        (f"[overlay@/var/lib/c]@{HEX}", (f"S:@{HEX}", "S:", "B:")),
        ("[overlay@/var/lib/c]UPPER", ("S:", "B:")),
        ("r.example/app:v1", ()),
    ],
)
def test_images_in_containers_storage_have_their_store_before_them(
    name: str, expected: tuple[str, ...]
) -> None:
    store = {"S:": "[overlay@/var/lib/c]", "B:": "[/var/lib/c]"}

    assert tuple(store[one[:2]] + one[2:] for one in expected) == candidates("containers-storage", name)


@pytest.mark.parametrize("transport", ["docker-archive", "tarball", "blob", "nobody-knows"])
def test_other_transports_have_only_their_default(transport: str) -> None:
    assert () == candidates(transport, Reference.parse("r.example/app:v1"))
    assert () == candidates(transport, "/srv/archive.tar")


@pytest.mark.parametrize(
    ("transport", "scope", "words"),
    [
        ("dir", "relative", "absolute"),
        ("oci", "/", "default of the transport"),
        ("oci-archive", "/a/../b/", "without detours: /b"),
        ("sif", "/..", "without detours: /"),
        ("docker-archive", "/a.tar", "no scope"),
        ("tarball", "x", "no scope"),
        ("docker-daemon", DIGEST, "digest"),
        ("atomic", "a/b/c/d", "HOST/NAMESPACE"),
        ("atomic", "a/b:c", "HOST/NAMESPACE"),
        ("containers-storage", "r.example/app", "the store in brackets"),
        ("containers-storage", "[relative]", "absolute path"),
        ("containers-storage", "[@/r]", "absolute path"),
        ("containers-storage", "[o@/r]x@zz", "ID of an image"),
    ],
)
def test_a_scope_that_a_transport_does_not_have_is_explained(transport: str, scope: str, words: str) -> None:
    assert words in scope_problem(transport, scope)


@pytest.mark.parametrize(
    ("transport", "scope"),
    [
        *(
            ("docker", "anything at all"),
            ("nobody-knows", "/../"),
            ("dir", ""),
            ("dir", "/a:b"),
            ("atomic", "a:1/b/c:d"),
        ),
        *(
            ("docker-daemon", "r.example/app"),
            ("containers-storage", f"[o@/r]x@{DIGEST}@{HEX}"),
            ("atomic", "a"),
        ),
    ],
)
def test_other_scopes_are_taken(transport: str, scope: str) -> None:
    assert "" == scope_problem(transport, scope)
