"""docker's `config.json`, as far as it keeps credentials, and the older `~/.dockercfg`.

Members: `auths` (server to `{"auth": base64 of user:password}`, `identitytoken`, `registrytoken`),
`credHelpers` (server to the name of a helper), `credsStore` (the helper for every other server). A server is
a host with an optional port; older files have URLs such as `https://registry.example/v1/`. Docker Hub is
`https://index.docker.io/v1/` for docker and `docker.io` for others. What a helper does not know is looked for
in `auths`.
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from pathlib import Path

import msgspec

from sealwright import limits, strict_json
from sealwright.errors import DocumentError
from sealwright.homes import documents, files
from sealwright.homes.credential_helper import IDENTITY_TOKEN_USER, Credential
from sealwright.reference import DOCKER_HUB

__all__ = ["HUB_SERVER", "ConfigFile", "change", "read", "read_legacy", "server_for", "spellings"]

HUB_SERVER = "https://index.docker.io/v1/"
_HUB_HOSTS = frozenset({DOCKER_HUB, "index.docker.io", "registry-1.docker.io"})


class _Entry(msgspec.Struct, frozen=True):
    auth: str | None = None
    username: str | None = None
    password: str | None = None
    identitytoken: str | None = None
    registrytoken: str | None = None


class _Members(msgspec.Struct, frozen=True, rename="camel"):
    auths: Mapping[str, _Entry] = {}
    cred_helpers: Mapping[str, str] = {}
    creds_store: str = ""


class ConfigFile:
    """The credentials part of one file.

    Args:
        path: of the file.
        members: of its object.

    Raises:
        DocumentError: `document.malformed`.
    """

    def __init__(self, path: Path, members: dict[str, object]) -> None:
        self.path = path
        self._members = documents.shaped(path, members, _Members)

    def helper_for(self, domain: str) -> str:
        """The name of the helper that keeps a registry's credential; empty if none is configured."""
        for spelling in (server_for(domain), *spellings(domain)):
            helper = self._members.cred_helpers.get(spelling)
            if helper:
                return helper
        return self._members.creds_store

    @property
    def is_configured(self) -> bool:
        """Whether it says anything about credentials."""
        return bool(self._members.creds_store or self._members.cred_helpers or self._members.auths)

    def servers(self) -> tuple[str, ...]:
        """The keys of `auths`."""
        return tuple(self._members.auths)

    def credential(self, server: str) -> Credential | None:
        """The credential under a key of `auths`; None if there is none, or an empty one.

        Raises:
            DocumentError: `credentials.auth-malformed`, with line and column.
        """
        entry = self._members.auths.get(server)
        if entry is None:
            return None
        username, password = entry.username or "", entry.password or ""
        if entry.auth:
            username, password = self._decoded(server, entry.auth)
        token = entry.identitytoken or ""
        if username == IDENTITY_TOKEN_USER and not token:
            username, password, token = "", "", password
        found = Credential(username, password, token, entry.registrytoken or "", str(self.path))
        return None if found.is_empty else found

    def _decoded(self, server: str, auth: str) -> tuple[str, str]:
        try:
            username, colon, password = b64decode(auth, validate=True).decode().partition(":")
        except (Base64Error, ValueError):
            colon = username = password = ""
        if not colon:
            content = files.read(self.path, limits.CONFIG_FILE_BYTES)
            is_legacy = "auths" not in documents.members(self.path)
            way: strict_json.Path = (server, "auth") if is_legacy else ("auths", server, "auth")
            line, column = strict_json.Places(content).value(way)
            raise DocumentError(
                "credentials.auth-malformed", file=str(self.path), line=line, column=column, server=server
            )
        return username, password.rstrip("\0")


def read(path: Path) -> ConfigFile:
    """A file of the present form; one that is not there holds nothing.

    Raises:
        DocumentError: `document.malformed`, with line and column where they are known.
        StorageError: it cannot be read.
    """
    return ConfigFile(path, documents.members(path))


def read_legacy(path: Path) -> ConfigFile:
    """A `.dockercfg`: what is `auths` elsewhere is the whole file.

    Raises:
        DocumentError: `document.malformed`.
        StorageError: it cannot be read.
    """
    return ConfigFile(path, {"auths": documents.members(path)})


def spellings(domain: str) -> frozenset[str]:
    """The hosts under which a registry's credential may be kept."""
    return _HUB_HOSTS if domain in _HUB_HOSTS else frozenset({domain})


def server_for(domain: str) -> str:
    """The name of a registry to credential helpers and as a key of `auths`."""
    return HUB_SERVER if domain in _HUB_HOSTS else domain


def change(path: Path, domain: str, credential: Credential | None, helper: str = "") -> bool:
    """Keep a credential in a file, or take it out; all else in the file stays as it is.

    Args:
        path: of the file; where it is a symbolic link, the file behind it is written.
        domain: of the registry.
        credential: None to take it out.
        helper: record this helper for the registry instead of a credential.

    Returns:
        Whether the file was changed.

    Raises:
        DocumentError: the file is not what it should be.
        StorageError: it cannot be written.
    """
    members = documents.members(path)
    documents.shaped(path, members, _Members)
    auths, helpers = _object(members, "auths"), _object(members, "credHelpers")
    stale = [key for key in auths if host_of(key) in spellings(domain) and "/" not in _without_scheme(key)]
    before = json.dumps(members)
    for key in stale:
        del auths[key]
    if helper:
        helpers[server_for(domain)] = helper
    elif credential is not None:
        auths[server_for(domain)] = _entry(credential)
    for name, part in (("auths", auths), ("credHelpers", helpers)):
        if part or name in members:
            members[name] = part
    if json.dumps(members) == before:
        return False
    content = json.dumps(members, indent="\t", ensure_ascii=False).encode()
    files.write(path.resolve(), content, files.PRIVATE)
    return True


def host_of(key: str) -> str:
    """The host of a key of `auths`, which may be a URL."""
    return _without_scheme(key).partition("/")[0]


def _without_scheme(key: str) -> str:
    """A key without scheme and, where it is a URL of old, without the path of the API."""
    rest = key.partition("://")[2] if "://" in key else key
    for suffix in ("/v1/", "/v1", "/v2/", "/v2", "/"):
        if rest.endswith(suffix):
            return rest.removesuffix(suffix)
    return rest


def _object(members: dict[str, object], name: str) -> dict[str, object]:
    found = members.get(name)
    return dict(found) if isinstance(found, dict) else {}


def _entry(credential: Credential) -> dict[str, object]:
    if credential.identity_token:
        user = credential.username or IDENTITY_TOKEN_USER
        auth = b64encode(f"{user}:".encode()).decode()
        return {"auth": auth, "identitytoken": credential.identity_token}
    return {"auth": b64encode(f"{credential.username}:{credential.password}".encode()).decode()}
