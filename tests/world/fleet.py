"""Many images in one registry: well signed, unsigned, signed by a stranger, with the signature of another.

    with fleet(folder, 60) as made:
        made.home.seal("verify", *made.names())

Each image is a tag of one of a few repositories.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sealwright import media_types
from sealwright.descriptor import Descriptor
from world import images, notary, pki
from world.home import Home, statement
from world.registry import Registry

__all__ = ["Fleet", "fleet"]

KINDS = ("good", "good", "unsigned", "good", "stranger", "tampered")
REASONS = {
    "good": "verdict.accepted",
    "unsigned": "verdict.unsigned",
    "stranger": "authenticity.untrusted-chain",
    "tampered": "artifact.payload-mismatch",
}
REPOSITORIES = 3


class Fleet(NamedTuple):
    """The images, where they are, and one who trusts their signer."""

    home: Home
    registry: Registry
    size: int

    def names(self, address: str = "") -> list[str]:
        """All names, at the registry or at whatever stands before it."""
        return [f"{address or self.registry.local}/{path_of(i)}:{tag_of(i)}" for i in range(self.size)]

    def reasons(self) -> list[str]:
        """The reason code of each image's verdict, in the order of the names."""
        return [REASONS[KINDS[i % len(KINDS)]] for i in range(self.size)]


def path_of(number: int) -> str:
    return f"fleet/{number % REPOSITORIES}"


def tag_of(number: int) -> str:
    return f"t{number}"


@contextmanager
def fleet(folder: Path, count: int) -> Iterator[Fleet]:
    """Make the images; the registry runs while the block does."""
    ours, theirs = pki.chain("ec256"), pki.chain("ec384")
    home = Home(folder / "home")
    home.trust("acme", ours.root)
    home.policy(statement(stores=("ca:acme",)))
    with Registry(folder / "registry") as registry:
        before: Descriptor | None = None
        for number in range(count):
            with images.repository_at(f"{registry.local}/{path_of(number)}") as repository:
                image = images.make(repository, f"content {number}", tag_of(number))
                kind = KINDS[number % len(KINDS)]
                signer = theirs if kind == "stranger" else ours
                about = before if kind == "tampered" and before is not None else image
                if kind != "unsigned":
                    payload = Descriptor(about.media_type, about.digest, about.size)
                    envelope = notary.signed(signer, payload=payload)
                    images.attach_signature(
                        repository, image, media_types.NOTARY_JWS, envelope, *signer.certificates
                    )
                before = image
        yield Fleet(home, registry, count)
