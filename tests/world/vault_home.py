"""A user of a vault: their home, a service that keeps their keys, and certificates for these."""

from pathlib import Path

from world.home import Home
from world.registry import Registry

__all__ = ["SUBJECT", "VaultHome"]

SUBJECT = "C=US, ST=WA, O=Acme"


class VaultHome:
    """A home whose settings name a service, with a PKI and one vault, `production`.

    Args:
        folder: an empty one.
        registry: the service.
        login: name and password, where it has accounts.

    Attributes:
        home: the home.
        address: the service, as URIs name it.
    """

    def __init__(self, folder: Path, registry: Registry, login: tuple[str, str] | None = None) -> None:
        self.home = Home(folder / "home")
        self.address = registry.local
        self.home.environment["SEALWRIGHT_VAULT"] = self.address
        self.pki = self.home.folder / ".config" / "sealwright" / "pki"
        if login is not None:
            self.home.must("login", "--username", login[0], "--password", login[1], self.address)
        self.home.must("pki", "init", "--subject", SUBJECT, "--trust-store", "acme", "--unencrypted")
        self.home.must("vault", "create", "production")

    def key(self, name: str, kind: str = "EC-256") -> str:
        """A new key with a certificate, which is kept with it; gives its URI."""
        self.home.must("vault", "key", "create", f"production/{name}", "--type", kind)
        self.certify(name)
        return f"vault:{self.address}/production/{name}"

    def certify(self, name: str, file: str = "") -> Path:
        """Have the current version of a key certified; gives the file with its chain."""
        file = file or name
        request = self.home.folder / f"{file}.csr"
        subject = f"{SUBJECT}, CN={name}"
        self.home.must("vault", "key", "request", name, "--subject", subject, "--out", request)
        self.home.must("pki", "issue", file, "--csr", request)
        self.home.must("vault", "key", "import-certificate", name, self.pki / f"{file}.pem")
        return self.pki / f"{file}.pem"
