"""A registry with a signed and an unsigned image, and a home whose owner trusts the signer."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from world import images, pki
from world.home import Home, pem, statement
from world.registry import Registry

__all__ = ["POLICY", "Stage", "pem"]

POLICY = {"version": "1.0", "trustPolicies": [statement(stores=("ca:acme",))]}


class Stage(NamedTuple):
    """The world of these tests. `signed` and `unsigned` are pinned names."""

    registry: Registry
    home: Home
    chain: pki.Chain
    signed: str
    unsigned: str

    @property
    def trust(self) -> dict[str, bytes]:
        return {"ca:acme": pem(self.chain.root)}


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("api")
    chain = pki.chain("ec256")
    home = Home(folder / "home")
    home.add_key("build", chain)
    home.trust("acme", chain.root)
    home.policy(statement(stores=("ca:acme",)))
    with Registry(folder / "registry") as registry:
        signed = images.push(f"{registry.local}/net-monitor", "v1")
        unsigned = images.push(f"{registry.local}/unsigned", "v1")
        home.must("sign", "-m", "build=42", signed)
        yield Stage(registry, home, chain, signed, unsigned)
