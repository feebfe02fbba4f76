"""A user with a token: SoftHSM with one token `signing`, and a home whose programs find it."""

from collections.abc import Mapping
from pathlib import Path

from sealwright.homes.environment import Environment
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.pkcs11.opening import TokenSigner, open_key
from world import pki
from world.home import Home
from world.tokens import PIN, FaultyModule, SoftHsm

__all__ = ["URI", "Owner"]

URI = "pkcs11:token=signing;object=build"


class Owner:
    """Somebody with a token.

    Args:
        folder: for everything.

    Attributes:
        hsm: with the token `signing`.
        home: of the user; the file `pin` in it holds the PIN.
        pin: the flag that names that file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hsm = SoftHsm(folder / "hsm")
        self.hsm.add("signing")
        self.home = Home(folder / "home")
        self.home.environment |= self.hsm.variables
        (self.home.folder / "pin").write_text(f"{PIN}\n")
        self.pin = ("--pin-file", self.home.folder / "pin")

    def faulty(self) -> FaultyModule:
        """Put the faulty module in the place of the real one."""
        module = FaultyModule(self.folder)
        self.home.environment |= module.variables
        return module

    def settings(self, text: str) -> None:
        """Write `sealwright/config.toml`."""
        file = self.home.folder / ".config" / "sealwright" / "config.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def chain(self, kind: str = "ec256", label: str = "build", identifier: str = "01") -> pki.Chain:
        """Put a key with all of its certificates onto the token."""
        chain = pki.chain(kind)
        self.hsm.put_chain(self.folder, "signing", label, chain, identifier)
        return chain

    def passphrases(self, pin: str = PIN) -> Passphrases:
        """Sources that know the PIN."""
        return Passphrases(Environment(self.home.environment, self.home.folder), known=pin.encode())

    def signer(self, uri: str = URI, config: Mapping[str, str] | None = None, pin: str = PIN) -> TokenSigner:
        """The key of a URI, open."""
        return open_key(KeyEntry("", id=uri, plugin_config=config or {}), self.passphrases(pin))
