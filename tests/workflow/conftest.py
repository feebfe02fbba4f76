"""A signed image in memory, and the context that verifies it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from sealwright.descriptor import Descriptor, Platform
from sealwright.events import ignore
from sealwright.interfaces import Repository
from sealwright.policy.notation import lowering
from sealwright.policy.notation.lowering import NotationPolicy
from sealwright.repositories.layout import ImageLayout
from sealwright.repositories.locating import Location
from sealwright.workflow.build import build
from sealwright.workflow.context import Context, Place
from world import pki
from world.memory_layout import MemoryStorage, memory_layout

NAME = "registry.acme.example/net-monitor"


class ChainSigner(NamedTuple):
    """A key of the test PKI as a signer."""

    certificates: tuple[bytes, ...]
    chain: pki.Chain

    def sign(self, message: bytes, algorithm: object) -> bytes:
        return self.chain.sign(message, algorithm)  # type: ignore[arg-type]  # always its own


class World(NamedTuple):
    """An image in a layout in memory, a PKI, and a policy."""

    storage: MemoryStorage
    layout: ImageLayout
    image: Descriptor

    def signer(self, kind: str = "ec256", **odd: object) -> ChainSigner:
        chain = pki.chain(kind, length=2, **odd)  # type: ignore[arg-type]  # passed on
        return ChainSigner(chain.certificates, chain)

    def context(self, repository: Repository | None = None, *, gathers: object = None) -> Context:
        """A context whose one place is this image; trust stores hold the root of the usual chain."""

        @contextmanager
        def open_image(image: str | Location, /, *, write: bool = False) -> Iterator[Place]:
            del image, write
            yield Place(repository or self.layout, "oci", NAME, str(self.image.digest), None)

        root = pki.chain("ec256", length=2).certificates[-1]
        answer = gathers or (root,)
        return Context(lambda: pki.NOW, open_image, lambda needs: dict.fromkeys(needs, answer), ignore)


def policy(metadata: Mapping[str, str] | None = None, level: str = "strict") -> NotationPolicy:
    text = (
        '{"version":"1.0","trustPolicies":[{"name":"all","registryScopes":["*"],'
        f'"signatureVerification":{{"level":"{level}"}},"trustStores":["ca:acme"],'
        '"trustedIdentities":["*"]}]}'
    )
    return lowering.parse(text.encode(), "policy.json", metadata)


@pytest.fixture
def world(tmp_path: Path) -> World:
    layer = tmp_path / "layer"
    layer.mkdir()
    (layer / "file").write_text("content")
    storage = MemoryStorage()
    layout = memory_layout(storage)
    return World(storage, layout, build(layout, [layer], platform=Platform("amd64", "linux"), tag="v1"))


__all__ = ["NAME", "ChainSigner", "World", "policy"]
