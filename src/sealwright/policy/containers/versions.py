"""Which version of containers/image first reads what, and the programs that came with it.

A policy with a member that a client does not know yet is refused as a whole, so that nothing can be pulled
any more. The versions of the library are those of its history; the programs are the first that had it for
certain. Distributions mix them: skopeo 1.9.3 of Debian 12 comes with containers/image 5.23.
"""

import re
from collections.abc import Iterator, Mapping

import msgspec

from sealwright.errors import UsageError
from sealwright.policy.containers.requirements import PolicyRequirement

__all__ = ["Client", "Release", "client", "first_release", "lookaside_release", "needed"]


class Release(msgspec.Struct, frozen=True, order=True):
    """A version of containers/image, and the first of the programs that had it for certain."""

    library: tuple[int, int]
    skopeo: str
    podman: str

    @property
    def words(self) -> str:
        """For people."""
        library = ".".join(map(str, self.library))
        return f"containers/image {library} (skopeo {self.skopeo}, podman {self.podman})"


class Client(msgspec.Struct, frozen=True):
    """A client that has to take a policy: how it was named, and its version of containers/image."""

    name: str
    library: tuple[int, int]


_5_9 = Release((5, 9), "1.3", "3.0")
_5_22 = Release((5, 22), "1.9", "4.2")
_5_24 = Release((5, 24), "1.11", "4.4")
_5_33 = Release((5, 33), "1.17", "5.3")
_5_35 = Release((5, 35), "1.19", "5.5")
_RELEASES = (_5_9, _5_22, _5_24, _5_33, _5_35)

_MEMBERS: Mapping[tuple[str, str], Release] = {
    ("signedBy", "keyPaths"): _5_22,
    ("sigstoreSigned", "type"): _5_22,
    ("sigstoreSigned", "fulcio"): _5_24,
    ("sigstoreSigned", "rekorPublicKeyPath"): _5_24,
    ("sigstoreSigned", "rekorPublicKeyData"): _5_24,
    ("sigstoreSigned", "keyPaths"): _5_33,
    ("sigstoreSigned", "keyDatas"): _5_33,
    ("sigstoreSigned", "rekorPublicKeyPaths"): _5_33,
    ("sigstoreSigned", "rekorPublicKeyDatas"): _5_33,
    ("sigstoreSigned", "pki"): _5_35,
}
_CLIENT = re.compile(
    r"(?P<program>skopeo|podman|containers/image|)[ :=-]?v?(?P<major>\d{1,3})\.(?P<minor>\d{1,3})(?:\.\d+)?"
)


def needed(requirement: PolicyRequirement) -> Iterator[tuple[str, Release]]:
    """The members of a requirement that not every version reads, each with the first that does.

    Args:
        requirement: from a policy.
    """
    for member in requirement.members:
        release = _MEMBERS.get((requirement.kind, member))
        if release is not None:
            yield (requirement.kind if member == "type" else member), release
    if requirement.identity.kind == "remapIdentity":
        yield "remapIdentity", _5_9


def lookaside_release() -> Release:
    """The first that reads `lookaside` in registries.d; before it was called `sigstore`."""
    return _5_22


def client(text: str) -> Client:
    """Read the name of a client.

    Args:
        text: such as `skopeo 1.9`, `podman-4.3` or, for the version of containers/image, `5.23`.

    Raises:
        UsageError: `usage.client-unknown`.
    """
    match = _CLIENT.fullmatch(text.strip())
    if match is None:
        raise UsageError("usage.client-unknown", client=text[:100])
    version = (int(match["major"]), int(match["minor"]))
    program = match["program"]
    if program not in ("skopeo", "podman"):
        return Client(f"containers/image {version[0]}.{version[1]}", version)
    return Client(f"{program} {version[0]}.{version[1]}", first_release(program, version))


def first_release(program: str, version: tuple[int, int]) -> tuple[int, int]:
    """The newest version of containers/image known here that a program of that version has for certain.

    Args:
        program: `skopeo` or `podman`.
        version: of it.
    """
    library = (0, 0)
    for release in _RELEASES:
        first = release.skopeo if program == "skopeo" else release.podman
        major, minor = first.split(".")
        if version >= (int(major), int(minor)):
            library = release.library
    return library
