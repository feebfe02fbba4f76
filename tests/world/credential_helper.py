"""A credential helper: a real program that speaks docker's protocol and keeps its secrets in a file."""

import json
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = ["install_helper", "kept"]

_PROGRAM = """\
#!{python} -S
import json, pathlib, sys
file = pathlib.Path({file!r})
kept = json.loads(file.read_text())
said = sys.stdin.read()
action = sys.argv[1]
if action == "store":
    new = json.loads(said)
    kept[new["ServerURL"]] = [new["Username"], new["Secret"]]
elif said not in kept:
    print("credentials not found in native keychain")
    sys.exit(1)
elif action == "erase":
    del kept[said]
else:
    print(json.dumps({{"ServerURL": said, "Username": kept[said][0], "Secret": kept[said][1]}}))
file.write_text(json.dumps(kept))
"""


def install_helper(folder: Path, suffix: str, secrets: Mapping[str, tuple[str, str]]) -> Path:
    """Put `docker-credential-<suffix>` into a folder; `secrets` are server to user name and secret."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{suffix}.secrets.json"
    file.write_text(json.dumps(secrets))
    return script(folder, suffix, _PROGRAM.format(python=sys.executable, file=str(file)))


def script(folder: Path, suffix: str, text: str) -> Path:
    """Put a helper into a folder that does what `text` says."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / f"docker-credential-{suffix}"
    program.write_text(text)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def kept(folder: Path, suffix: str) -> dict[str, list[str]]:
    """What a helper keeps by now."""
    found: dict[str, list[str]] = json.loads((folder / f"{suffix}.secrets.json").read_text())
    return found
