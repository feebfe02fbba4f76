"""The public keys that signatures are verified with: those of a file, or of the user's own GnuPG folder.

oc looks for `pubring.gpg` in that folder. Newer GnuPG keeps `pubring.kbx` there; gpg is asked for what is in
it.
"""

from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.dialects.fault import Fault
from sealwright.errors import MalformedContentError, SealwrightError
from sealwright.homes import files
from sealwright.homes.environment import Environment
from sealwright.openpgp import keyrings

__all__ = ["Keyring", "keyring"]


class Keyring(msgspec.Struct, frozen=True):
    """Public keys: their bytes, the file that they stand in, if they do, and what they come from in words."""

    content: bytes
    file: Path | None
    origin: str

    @property
    def source(self) -> Path | bytes:
        """The file, else the bytes."""
        return self.content if self.file is None else self.file


def keyring(environment: Environment, named: str) -> Keyring:
    """The keys.

    Args:
        environment: its GNUPGHOME, else its HOME, says where GnuPG's folder is.
        named: `--public-key`, or an empty string.

    Raises:
        Fault: there are none, or they cannot be read.
    """
    home = environment.get("GNUPGHOME")
    folder = Path(home) if home else environment.home / ".gnupg"
    path = Path(named) if named else folder / "pubring.gpg"
    if not named and not path.exists() and (folder / "pubring.kbx").exists():
        return Keyring(_exported(environment), None, f"the keys in {folder}")
    try:
        content = files.read(path, limits.OPENPGP_KEYRING_BYTES)
    except SealwrightError as error:
        problem = "no such file or directory" if error.code == "file.absent" else str(error)
        raise Fault(f"unable to read --public-key: open {path}: {problem}") from None
    _require_keys(content, path)
    return Keyring(content, path, str(path))


def _require_keys(content: bytes, path: Path) -> None:
    """Refuse a file that is no keyring, before it makes every signature fail."""
    try:
        known = keyrings.read(content, str(path))
    except MalformedContentError as error:
        raise Fault(f"unable to read --public-key: {error}") from None
    if not known:
        raise Fault(f"unable to read --public-key: there is no public key in {path}")


def _exported(environment: Environment) -> bytes:
    from sealwright.keys.openpgp import gpg_keys  # noqa: PLC0415  # only where gpg must be asked

    try:
        return gpg_keys.exported(environment, "")
    except SealwrightError as error:
        raise Fault(f"unable to read --public-key: {error}") from None
