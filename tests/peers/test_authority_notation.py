"""The real notation asks our service about certificates of ours, and takes our timestamps."""

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from peers.notation import Notation
from sealwright import limits
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.authority import Authority
from sealwright.workflow.authority.revoking import Why, release, revoke
from sealwright.workflow.clock import now
from world import images, pki
from world.authority import AuthorityFolder
from world.home import Home, pem, statement
from world.registry import Registry, free_port

pytestmark = pytest.mark.peer("notation")


class Setting:
    """A PKI, the service that publishes it beside a registry, and a user who trusts and signs."""

    def __init__(self, folder: Path, *, ocsp: bool = True, crl: bool = True) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/pki/acme"
        self.made = AuthorityFolder(folder / "pki", self.url, ocsp=ocsp, crl=crl)
        self.made.pki.issue("second", None, "EC-256", 10)
        table = Authority(
            "acme",
            str(self.made.folder),
            str(self.made.passphrase_file),
            ("certificates", "crl", "ocsp", "tsa"),
        )
        on = Configuration.on(folder / "registry", port=port)
        self.registry = Registry(msgspec.structs.replace(on, authority=(table,)))
        self.home = Home(folder / "home")
        secret = {"SEALWRIGHT_PASSPHRASE": "only for tests"}
        for name in ("build", "second"):
            key, chain = self.made.file(f"{name}.key"), self.made.file(f"{name}.pem")
            self.home.must("key", "add", name, "--key-file", key, "--cert-file", chain, **secret)
        root = self.made.file("root.pem").read_bytes()
        for kind in ("ca", "tsa"):
            store = self.home.notation / "truststore" / "x509" / kind / "acme"
            store.mkdir(parents=True)
            (store / "root.pem").write_bytes(root)
        self.home.policy(statement())
        self.secret = secret
        self.caches = 0

    def signed(self, name: str, key: str = "build") -> str:
        """An image that we signed."""
        image = images.push(f"{self.registry.local}/{name}", "v1", name)
        self.home.must("sign", "--key", key, image, **self.secret)
        return image

    @property
    def notation(self) -> Notation:
        """The program, with an empty cache of lists."""
        self.caches += 1
        self.home.environment["NOTATION_CACHE"] = str(self.home.folder / f"cache{self.caches}")
        return Notation("notation", self.home)


@pytest.fixture(scope="module", params=["ocsp", "crl", "both"])
def setting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    made = Setting(
        tmp_path_factory.mktemp(request.param), ocsp=request.param != "crl", crl=request.param != "ocsp"
    )
    yield made
    made.registry.stop()


def wait_for(setting: Setting) -> None:
    """Until the service has looked at the ledger again."""
    time.sleep(limits.AUTHORITY_LOOK_SECONDS + 0.5)


def test_good_is_accepted_revoked_is_refused_and_released_is_accepted_again(setting: Setting) -> None:
    image = setting.signed("app")
    assert setting.notation.accepts(image)
    revoke(setting.made.folder, "build", Why("certificateHold"), now())
    wait_for(setting)
    said = setting.notation.verify(image, "-d")
    assert 1 == said.status
    assert "is revoked" in said.err
    release(setting.made.folder, "build", now())
    wait_for(setting)
    assert setting.notation.accepts(image)


def test_a_revoked_intermediate_is_refused(tmp_path: Path) -> None:
    setting = Setting(tmp_path)
    try:
        image = setting.signed("app")
        assert setting.notation.accepts(image)
        revoke(setting.made.folder, "intermediate", Why("cACompromise"), now())
        wait_for(setting)
        assert not setting.notation.accepts(image)
    finally:
        setting.registry.stop()


@pytest.mark.parametrize("envelope", ["jws", "cose"])
def test_notation_signs_with_our_timestamps_and_verifies_them(setting: Setting, envelope: str) -> None:
    chain = pki.chain("ec256")
    name = f"stamped-{envelope}"
    image = images.push(f"{setting.registry.local}/{name}", "v1", name)
    setting.home.add_key(name, chain)
    setting.home.trust("plain", chain.root)
    setting.home.policy(statement(stores=("ca:plain", "tsa:acme"), verifyTimestamp="always"))
    root = setting.made.file("root.pem")
    notation = setting.notation
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
