"""The real notation asks our service about certificates of ours, and takes our timestamps."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from peers.notation import Notation
from sealwright.workflow.authority import lists
from sealwright.workflow.authority.addresses import remember_deltas
from sealwright.workflow.authority.revoking import Why, release, revoke
from sealwright.workflow.clock import now
from world import images, pki
from world.authority import PASSPHRASES
from world.home import pem, statement
from world.published import Published

pytestmark = pytest.mark.peer("notation")

CACHES = itertools.count()


def notation_of(setting: Published) -> Notation:
    """The program, with an empty cache of lists."""
    setting.home.environment["NOTATION_CACHE"] = str(setting.home.folder / f"cache{next(CACHES)}")
    return Notation("notation", setting.home)


@pytest.fixture(scope="module", params=["ocsp", "crl", "both"])
def setting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    made = Published(
        tmp_path_factory.mktemp(request.param), ocsp=request.param != "crl", crl=request.param != "ocsp"
    )
    with made:
        yield made


def test_good_is_accepted_revoked_is_refused_and_released_is_accepted_again(setting: Published) -> None:
    image = setting.signed("app")
    assert notation_of(setting).accepts(image)
    revoke(setting.made.folder, "build", Why("certificateHold"), now())
    setting.looked()
    said = notation_of(setting).verify(image, "-d")
    assert 1 == said.status
    assert "is revoked" in said.err
    release(setting.made.folder, "build", now())
    setting.looked()
    assert notation_of(setting).accepts(image)


def test_a_revoked_intermediate_is_refused(tmp_path: Path) -> None:
    with Published(tmp_path) as setting:
        image = setting.signed("app")
        assert notation_of(setting).accepts(image)
        revoke(setting.made.folder, "intermediate", Why("cACompromise"), now())
        setting.looked()
        assert not notation_of(setting).accepts(image)


def test_delta_lists_are_followed(tmp_path: Path) -> None:
    with Published(tmp_path, ocsp=False) as setting:
        remember_deltas(setting.made.folder, f"{setting.url}/{{ca}}-delta.crl", now())
        setting.made.pki.issue("third", None, "EC-256", 10)
        revoke(setting.made.folder, "third", Why(), now())
        revoke(setting.made.folder, "intermediate", Why("certificateHold"), now())
        release(setting.made.folder, "intermediate", now())
        lists.publish(setting.made.folder, PASSPHRASES, now(), 7)
        image = setting.signed("app")
        done = notation_of(setting).verify(image, "-d")
        assert 0 == done.status, done.err
        assert "-delta.crl" in done.err
        revoke(setting.made.folder, "build", Why("keyCompromise"), now())
        lists.publish(setting.made.folder, PASSPHRASES, now(), 7, delta=True)
        assert not notation_of(setting).accepts(image)


@pytest.mark.parametrize("envelope", ["jws", "cose"])
def test_notation_signs_with_our_timestamps_and_verifies_them(setting: Published, envelope: str) -> None:
    chain = pki.chain("ec256")
    name = f"stamped-{envelope}"
    image = images.push(f"{setting.registry.local}/{name}", "v1", name)
    setting.home.add_key(name, chain)
    setting.home.trust("plain", chain.root)
    setting.home.policy(statement(stores=("ca:plain", "tsa:acme"), verifyTimestamp="always"))
    root = setting.made.file("root.pem")
    notation = notation_of(setting)
    notation.sign(
        image, "--key", name, "--signature-format", envelope, "--timestamp-url", f"{setting.url}/tsa",
        "--timestamp-root-cert", root,
    )  # fmt: skip
    assert notation.accepts(image)
    said = notation.must("inspect", image)
    assert "timestamp signature" in said
    assert "timestamp authority" in said
    trusted = setting.home.notation / "truststore" / "x509" / "tsa" / "acme" / "root.pem"
    trusted.write_bytes(pem(pki.chain("ec384").root))
    assert not notation.accepts(image), "stamped by an authority that is not trusted"
    trusted.write_bytes(root.read_bytes())
    setting.home.policy(statement())
