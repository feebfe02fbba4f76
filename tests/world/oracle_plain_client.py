"""The real client of Oracle's registry, `oci`, and its SDK for Python, on a service's plain address."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from peers import programs
from world.oracle_service import OracleService

__all__ = ["Ended", "PlainOracleClient"]


class Ended(NamedTuple):
    """What a program answered: exit code, and both outputs."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The member `data` of the output; None if there was no output."""
        return json.loads(self.out)["data"] if self.out else None

    @property
    def error(self) -> tuple[int, str]:
        """Status and code of the error that the service told."""
        told = json.loads(self.err[self.err.index("{") :])
        return told["status"], told["code"]


class PlainOracleClient:
    """The client with the API key of one account.

    Args:
        folder: for its settings.
        service: the service, or one like it.
        name: of the account.
    """

    def __init__(self, folder: Path, service: OracleService, name: str) -> None:
        program = programs.find("oci")
        assert program is not None, "mark the test with peer('oci')"
        self._program = Path(program)
        signer = service.signer(name)
        key = folder / "key.pem"
        key.write_bytes(signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        tenancy, user, fingerprint = signer.key_id.split("/")
        self.config = {
            "tenancy": tenancy, "user": user, "fingerprint": fingerprint, "key_file": str(key),
            "region": "us-phoenix-1",
        }  # fmt: skip
        file = folder / "config"
        file.write_text("[DEFAULT]\n" + "".join(f"{name}={value}\n" for name, value in self.config.items()))
        for private in (key, file):
            private.chmod(0o600)
        self.address = f"http://{service.registry.address}"
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "OCI_CLI_CONFIG_FILE": str(file),
            "OCI_CLI_ENDPOINT": self.address,
            "SUPPRESS_LABEL_WARNING": "True",
        }

    def run(self, *words: object) -> Ended:
        """Run `oci artifacts container …`."""
        return self._ended([str(self._program), "artifacts", "container", *map(str, words)])

    def good(self, *words: object) -> Any:
        """The data of a run that succeeds."""
        ended = self.run(*words)
        assert 0 == ended.code, ended
        return ended.data

    def script(self, text: str, *words: str) -> Any:
        """Run a script with the SDK, and read the JSON that it prints."""
        ended = self._ended([str(self._program.parent / "python"), "-c", text, *words])
        assert 0 == ended.code, ended
        return json.loads(ended.out)

    def _ended(self, words: list[str]) -> Ended:
        done = subprocess.run(
            words, env=self._environment, capture_output=True, text=True, timeout=120, check=False
        )
        return Ended(done.returncode, done.stdout, done.stderr)
