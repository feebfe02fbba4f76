"""A PKI, the service that publishes it beside a registry, and a user who signs with it and trusts it."""

import time
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.authority import Authority
from world import images
from world.authority import AuthorityFolder
from world.home import Home, statement
from world.registry import Registry, free_port
from world.served import Stoppable

__all__ = ["Published"]


class Published(Stoppable):
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

    def signed(self, name: str, key: str = "build", *flags: object) -> str:
        """An image that we signed."""
        image = images.push(f"{self.registry.local}/{name}", "v1", name)
        self.home.must("sign", "--key", key, *flags, image, **self.secret)
        return image

    def looked(self) -> None:
        """Wait until the service has looked at the ledger again."""
        time.sleep(limits.AUTHORITY_LOOK_SECONDS + 0.5)

    def stop(self) -> None:
        """End the service."""
        self.registry.stop()
