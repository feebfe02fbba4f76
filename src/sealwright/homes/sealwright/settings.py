"""The file `sealwright/config.toml`: what a user or a machine has chosen once for all commands.

It is looked for in the user's folder of configuration (`$XDG_CONFIG_HOME`, else `~/.config`), then in `/etc`.
The first that is there is read, and no other. Variables go before it.

    policy = "containers"        # which policy decides where several are present
    openpgp = "both"             # which OpenPGP programs verify: auto, gpg, sequoia, both

    [timestamp]                  # what Notary signatures are timestamped by
    url = "http://tsa.example/"
    root_cert = "tsa-root.pem"   # beside this file, or elsewhere by its whole path

    [revocation]
    nonce = "on"                 # whether each OCSP request has a nonce, so that no answer is used twice
    cache = false                # whether answers are kept on disk

    [pkcs11]
    module = "/usr/lib/softhsm/libsofthsm2.so"   # of keys in hardware that name none
    seconds = 30                                 # how long it may take for one thing

    [vault]
    service = "keys.example"     # whose vaults are meant where a key's URI names no host
"""

from pathlib import Path
from typing import Annotated, Literal, cast

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError, UsageError
from sealwright.homes import files
from sealwright.homes.environment import Environment

__all__ = [
    "OPENPGP_CHOICES",
    "POLICY_CHOICES",
    "OpenPgpChoice",
    "Pkcs11Settings",
    "PolicyChoice",
    "RevocationSettings",
    "Settings",
    "Timestamp",
    "VaultSettings",
    "read",
]

PolicyChoice = Literal["", "notation", "containers", "vault", "all"]
POLICY_CHOICES: tuple[PolicyChoice, ...] = ("notation", "containers", "vault", "all")
"""The languages of policies, and `all`: each that is present has to accept."""

OpenPgpChoice = Literal["auto", "gpg", "sequoia", "both"]
OPENPGP_CHOICES: tuple[OpenPgpChoice, ...] = ("auto", "gpg", "sequoia", "both")
"""Who verifies OpenPGP signatures: Sequoia if it is installed and gpg otherwise, one of them, or both."""


class Timestamp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A timestamp authority: its address, and the file of the root certificate that vouches for it.

    With neither, there are no timestamps.
    """

    url: str = ""
    root_cert: str = ""


class RevocationSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How responders and CAs are asked.

    With a `nonce` each answer of a responder is made for its request; most public responders give answers
    that were made before, and without one. `cache` tells whether answers are kept on disk.
    """

    nonce: Literal["off", "on"] = "off"
    cache: bool = True


Seconds = Annotated[float, msgspec.Meta(gt=0, le=limits.PKCS11_SECONDS_ASKED)]


class Pkcs11Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Keys in hardware: the module of those that name none, and how long it may take for one thing."""

    module: str = ""
    seconds: Seconds = limits.PKCS11_SECONDS


class VaultSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Keys in a vault: the service, by host and port, of those whose URI names none."""

    service: str = ""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was chosen. `policy` is empty where nothing was: the only policy that is present then decides."""

    policy: PolicyChoice = ""
    openpgp: OpenPgpChoice = "auto"
    timestamp: Timestamp = Timestamp()
    revocation: RevocationSettings = RevocationSettings()
    pkcs11: Pkcs11Settings = Pkcs11Settings()
    vault: VaultSettings = VaultSettings()


def read(environment: Environment) -> Settings:
    """The settings in force.

    Args:
        environment: variables, home folder and root.

    Raises:
        DocumentError: `settings.malformed`.
        UsageError: `settings.variable-invalid`.
        StorageError: the file cannot be read.
    """
    found = Settings()
    for path in _places(environment):
        content = files.read_optional(path, limits.CONFIG_FILE_BYTES)
        if content is not None:
            found = _parsed(path, content)
            break
    policy = environment.get("SEALWRIGHT_POLICY") or found.policy
    openpgp = environment.get("SEALWRIGHT_OPENPGP") or found.openpgp
    _require("SEALWRIGHT_POLICY", policy, ("", *POLICY_CHOICES))
    _require("SEALWRIGHT_OPENPGP", openpgp, OPENPGP_CHOICES)
    return msgspec.structs.replace(
        found,
        policy=cast("PolicyChoice", policy),
        openpgp=cast("OpenPgpChoice", openpgp),
        pkcs11=_pkcs11(environment, found.pkcs11),
        vault=VaultSettings(environment.get("SEALWRIGHT_VAULT") or found.vault.service),
    )


def _pkcs11(environment: Environment, found: Pkcs11Settings) -> Pkcs11Settings:
    module = environment.get("SEALWRIGHT_PKCS11_MODULE")
    return msgspec.structs.replace(found, module=module) if module else found


def _places(environment: Environment) -> tuple[Path, ...]:
    own = environment.folder("XDG_CONFIG_HOME", ".config")
    return own / "sealwright" / "config.toml", environment.system("/etc/sealwright/config.toml")


def _parsed(path: Path, content: bytes) -> Settings:
    try:
        found = msgspec.toml.decode(content, type=Settings)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DocumentError("settings.malformed", file=str(path), problem=str(error)) from None
    if not found.timestamp.root_cert:
        return found
    beside = str(path.parent / found.timestamp.root_cert)
    return msgspec.structs.replace(found, timestamp=Timestamp(found.timestamp.url, beside))


def _require(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UsageError(
            "settings.variable-invalid", name=name, value=value[:100], known=", ".join(filter(None, known))
        )
