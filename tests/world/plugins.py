"""Plugins for tests: real programs in notation's folder, each doing what its test says.

plugin = Acting(home, "acme", capabilities=[RAW], chain=pki.chain("ec256"))
plugin.behave(errors={"describe-key": {"errorCode": "THROTTLED", "errorMessage": "slow down"}})
plugin.asked("describe-key")        the requests that it got
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from world import pki
from world.home import Home, pem

__all__ = ["ENVELOPE", "IDENTITY", "RAW", "REVOCATION", "Acting", "program", "shell_plugin"]

RAW = "SIGNATURE_GENERATOR.RAW"
ENVELOPE = "SIGNATURE_GENERATOR.ENVELOPE"
IDENTITY = "SIGNATURE_VERIFIER.TRUSTED_IDENTITY"
REVOCATION = "SIGNATURE_VERIFIER.REVOCATION_CHECK"

_NOWHERE = 'FOLDER = ""'
_TEXT = Path(__file__).with_name("acting_plugin.py")


def program(folder: Path) -> str:
    """The text of a plugin that finds its behaviour in a folder."""
    return f"#!{sys.executable}\n{_TEXT.read_text().replace(_NOWHERE, f'FOLDER = {str(folder)!r}')}"


class Acting:
    """One plugin of that kind, installed for the user of a home.

    Attributes:
        name: of the plugin.
        program: its file.
        folder: where its behaviour is, and the list of what it was asked.
    """

    def __init__(
        self,
        home: Home,
        name: str = "acme",
        *,
        capabilities: Sequence[str] = (),
        chain: pki.Chain | None = None,
        where: Path | None = None,
        **behaviour: Any,
    ) -> None:
        self.name = name
        self.folder = home.folder / f"acting-{name}"
        self.folder.mkdir()
        above = where if where is not None else home.notation / "plugins" / name
        above.mkdir(parents=True, exist_ok=True)
        self.program = above / f"notation-{name}"
        self.program.write_text(program(self.folder))
        self.program.chmod(0o755)
        self._behaviour: dict[str, Any] = {"metadata": {"capabilities": list(capabilities)}}
        if chain is not None:
            key, certificates = self.folder / "key.pem", self.folder / "chain.pem"
            key.write_bytes(chain.signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            certificates.write_bytes(pem(*chain.certificates))
            self._behaviour |= {"key": str(key), "chain": str(certificates)}
        self.behave(**behaviour)

    def behave(self, **behaviour: Any) -> None:
        """Change what it does; `metadata` is joined with what it says already."""
        if "metadata" in behaviour:
            behaviour["metadata"] = {**self._behaviour["metadata"], **behaviour["metadata"]}
        self._behaviour |= behaviour
        (self.folder / "behaviour.json").write_text(json.dumps(self._behaviour))

    def asked(self, command: str = "") -> list[dict[str, Any]]:
        """The requests that it got, or those of one command."""
        file = self.folder / "asked.jsonl"
        if not file.exists():
            return []
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        return [line["request"] for line in lines if command in ("", line["command"])]

    def forget(self) -> None:
        """Let `asked` begin anew."""
        (self.folder / "asked.jsonl").unlink(missing_ok=True)


def shell_plugin(home: Home, name: str, version: str = "1.0.0", where: Path | None = None) -> Path:
    """A plugin in the language of the shell, which tells about itself and nothing else."""
    above = where if where is not None else home.notation / "plugins" / name
    above.mkdir(parents=True, exist_ok=True)
    file = above / f"notation-{name}"
    said = {
        "name": name,
        "description": "in a few lines of shell",
        "version": version,
        "url": "https://plugin.example",
        "supportedContractVersions": ["1.0"],
        "capabilities": [RAW],
    }
    file.write_text(
        "#!/bin/sh\ncat >/dev/null\n"
        f"case $1 in get-plugin-metadata) echo '{json.dumps(said)}' ;;\n"
        '*) echo \'{"errorCode": "ERROR", "errorMessage": "only a shell"}\' >&2; exit 1 ;; esac\n'
    )
    file.chmod(0o755)
    return file
