"""Hardware security modules for tests: SoftHSM, with its tokens in a folder of its own.

    hsm = tokens.SoftHsm(tmp_path)
    hsm.add("signing")
    hsm.tool("signing", "--keypairgen", "--key-type", "EC:prime256v1", "--label", "build", "--id", "01")

Keys and objects are made with softhsm2-util and pkcs11-tool; nothing of ours is involved. A faulty module is
SoftHSM behind a thin library of ours that does as a file tells it; see `faulty_module.c`.
"""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from peers import programs
from world import pki

__all__ = ["KINDS", "MODULE", "PIN", "FaultyModule", "SoftHsm"]

PIN = "1234"
OFFICER = "5678"
KINDS: Mapping[str, str] = {
    "EC-256": "EC:prime256v1",
    "EC-384": "EC:secp384r1",
    "EC-521": "EC:secp521r1",
    "RSA-2048": "rsa:2048",
    "RSA-3072": "rsa:3072",
    "RSA-4096": "rsa:4096",
}
"""Our names of keys, and those of pkcs11-tool."""

_PLACES = ("/usr/lib/softhsm", "/usr/lib/x86_64-linux-gnu/softhsm", "/usr/lib/aarch64-linux-gnu/softhsm")
MODULE = next(
    (str(path) for place in _PLACES if (path := Path(place) / "libsofthsm2.so").exists()), "/no/softhsm"
)
SOURCE = Path(__file__).with_name("faulty_module.c")


class SoftHsm:
    """Tokens in a folder.

    Args:
        folder: where they are kept.
        module: the library that programs are told to load.

    Attributes:
        variables: what a program needs to find them.
    """

    def __init__(self, folder: Path, module: str = MODULE) -> None:
        kept = folder / "tokens"
        kept.mkdir(parents=True)
        settings = folder / "softhsm2.conf"
        settings.write_text(f"directories.tokendir = {kept}\nobjectstore.backend = file\nlog.level = ERROR\n")
        self.variables = {"SOFTHSM2_CONF": str(settings), "SEALWRIGHT_PKCS11_MODULE": module}

    def add(self, label: str, pin: str = PIN) -> None:
        """Make a token."""
        words = ("--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", OFFICER)
        self._run("softhsm2-util", *words)

    def remove(self, label: str) -> None:
        """Destroy a token."""
        self._run("softhsm2-util", "--delete-token", "--token", label)

    def add_without_pin(self, label: str) -> None:
        """Make a token that only its officer has set up."""
        shown = self._run("softhsm2-util", "--show-slots")
        free = re.search(r"^Slot (\d+)$(?:(?!^Slot).)*Initialized:\s+no", shown, re.MULTILINE | re.DOTALL)
        assert free is not None, shown
        words = ("--slot", free[1], "--init-token", "--label", label, "--so-pin", OFFICER)
        self._run("pkcs11-tool", "--module", MODULE, *words)

    def tool(self, token: str, *arguments: str, pin: str = PIN) -> str:
        """What pkcs11-tool prints, logged in to a token."""
        return self._run(
            "pkcs11-tool", "--module", MODULE, "--token-label", token, "--login", "--pin", pin, *arguments
        )

    def generate(self, token: str, label: str, kind: str, identifier: str = "01") -> None:
        """Let the token make a key of one of our kinds."""
        words = ("--keypairgen", "--key-type", KINDS[kind], "--usage-sign")
        self.tool(token, *words, "--label", label, "--id", identifier)

    def put_key(self, folder: Path, token: str, label: str, chain: pki.Chain, identifier: str = "01") -> None:
        """Bring a key onto a token that was made elsewhere."""
        file = folder / f"{label}.p8"
        file.write_bytes(chain.signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        words = ("--import", str(file), "--label", label, "--id", identifier, "--token", token, "--pin", PIN)
        self._run("softhsm2-util", *words)
        file.unlink()

    def put_certificate(self, folder: Path, token: str, label: str, der: bytes, identifier: str) -> None:
        """Put a certificate onto a token."""
        file = folder / f"{label}-{identifier}.der"
        file.write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.DER))
        self.tool(token, "--write-object", str(file), "--type", "cert", "--label", label, "--id", identifier)

    def put_chain(
        self, folder: Path, token: str, label: str, chain: pki.Chain, identifier: str = "01"
    ) -> None:
        """Put a key and all of its certificates onto a token."""
        self.put_key(folder, token, label, chain, identifier)
        for place, der in enumerate(chain.certificates):
            number = identifier if place == 0 else f"f{place}"
            self.put_certificate(folder, token, f"{label} {place}", der, number)

    def _run(self, name: str, *arguments: str) -> str:
        program = programs.find(name)
        assert program is not None, f"mark the test with peer({name!r})"
        done = subprocess.run(
            [program, *arguments],
            env={"PATH": "/usr/bin:/bin", **self.variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert 0 == done.returncode, done
        return done.stdout


class FaultyModule:
    """A module that does as it is told, and is SoftHSM otherwise. Needs the peer `cc`.

    Args:
        folder: where it is built.
    """

    def __init__(self, folder: Path) -> None:
        compiler = programs.find("cc")
        assert compiler is not None, "mark the test with peer('cc')"
        self.path = folder / "faulty.so"
        self._orders = folder / "orders"
        self._orders.write_text("")
        command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(self.path), str(SOURCE), "-ldl"]
        subprocess.run(command, check=True, timeout=60)

    @property
    def variables(self) -> dict[str, str]:
        """What the module needs in its environment."""
        return {
            "SEALWRIGHT_PKCS11_MODULE": str(self.path),
            "FAULTY_MODULE": MODULE,
            "FAULTY_ORDERS": str(self._orders),
        }

    def order(self, *orders: str) -> None:
        """Tell it what to do from now on, such as `C_Sign=segfault`; nothing: be good.

        `faulty_module.c` says which orders there are.
        """
        self._orders.write_text("".join(f"{order}\n" for order in orders))
