"""Where notation keeps credentials: one place for a user, and a helper program in it; never plain text.

The place is the first of these that says anything about credentials: notation's `config.json`, docker's
`config.json`, the helper that is usual on the platform (`pass` where the program pass is installed, else
`secretservice`). In it counts the helper for the registry, then `credsStore`, then `auths`, which are read
and taken out, but not added to.
"""

import shutil
from pathlib import Path

import msgspec

from sealwright.homes import docker_config
from sealwright.homes.credential_helper import Credential, CredentialHelper
from sealwright.homes.docker_config import ConfigFile
from sealwright.homes.environment import Environment
from sealwright.homes.notation.folder import config_folder

__all__ = ["CredentialStore", "chosen"]


class CredentialStore(msgspec.Struct, frozen=True):
    """The place for one registry. `helper` None: the file alone, to which no password is added."""

    server: str
    file: ConfigFile
    helper: CredentialHelper | None

    def get(self) -> Credential | None:
        """The credential that is kept.

        Raises:
            EnvironmentalError: the helper is missing or fails.
            DocumentError: `credentials.auth-malformed`.
        """
        return self.file.credential(self.server) if self.helper is None else self.helper.get(self.server)

    def erase(self) -> None:
        """Forget the credential, if there is one.

        Raises:
            EnvironmentalError: the helper is missing or fails, also because it has none.
            StorageError: the file cannot be written.
        """
        if self.helper is None:
            docker_config.change(self.file.path, self.server, None)
        else:
            self.helper.forget(self.server)


def chosen(environment: Environment, server: str) -> CredentialStore:
    """The place for a registry's credential.

    Args:
        environment: variables and home folder.
        server: as typed; `docker.io` is kept under docker's name for it.

    Raises:
        DocumentError: a file is not what it should be.
        StorageError: a file cannot be read.
        UsageError: `credentials.helper-name`.
    """
    own = docker_config.read(config_folder(environment) / "config.json")
    named = environment.get("DOCKER_CONFIG")
    folder = Path(named) if named else environment.home / ".docker"
    docker = own if own.is_configured else docker_config.read(folder / "config.json")
    key = docker_config.server_for(server)
    if docker.is_configured:
        suffix = docker.helper_for(server)
    else:
        suffix, docker = _usual(environment), own
    return CredentialStore(key, docker, CredentialHelper(suffix, environment.variables) if suffix else None)


def _usual(environment: Environment) -> str:
    """The helper that is there without being named; empty if none is."""
    path = environment.get("PATH")
    suffix = "pass" if shutil.which("pass", path=path) else "secretservice"
    return suffix if shutil.which(f"docker-credential-{suffix}", path=path) else ""
