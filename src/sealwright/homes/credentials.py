"""Who we are to a registry: where credentials are found, and where `login` keeps them.

Places are asked in this order; the first that knows something about the repository wins:

1. What the caller gives.
2. SEALWRIGHT_USERNAME and SEALWRIGHT_PASSWORD, then NOTATION_USERNAME and NOTATION_PASSWORD.
3. The file that REGISTRY_AUTH_FILE names.
4. The helpers in notation's `config.json`.
5. `config.json` in DOCKER_CONFIG or `~/.docker`: its helpers, then its `auths`.
6. `$XDG_RUNTIME_DIR/containers/auth.json`, then `$XDG_CONFIG_HOME/containers/auth.json` (`~/.config`).
7. `~/.dockercfg`.

A place that is not there, or knows nothing, answers None and the next is asked. A place that is there and
broken raises: a password that was set up and is silently not used would be looked for in the wrong place.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from sealwright.errors import AccessDeniedError, UsageError
from sealwright.events import EventSink, Notice, ignore
from sealwright.homes import docker_config
from sealwright.homes.containers_auth import in_auths
from sealwright.homes.credential_helper import Credential, CredentialHelper
from sealwright.homes.docker_config import ConfigFile
from sealwright.homes.environment import Environment
from sealwright.homes.notation.folder import config_folder

__all__ = ["Credential", "erase", "lookup", "store"]

_Source = Callable[[str, str], Credential | None]
_KEYRINGS = (("pass", "pass"), ("secretservice", "dbus-daemon"), ("osxkeychain", "security"))
"""Helpers that may be there without being configured, each with the program that it is of no use without."""


def lookup(
    environment: Environment, username: str = "", password: str = ""
) -> Callable[[str, str], Credential | None]:
    """A function from domain and path of a repository to the credential for it. Files are read when asked.

    Args:
        environment: variables and home folder.
        username: given by the caller, for every registry of the run.
        password: the same.

    Raises:
        UsageError: `credentials.incomplete`.
    """
    given = _pair(username, password, "username", "password", "the command line")

    def find(domain: str, path: str) -> Credential | None:
        if given is not None:
            return given
        answers = (source(domain, path) for source in _sources(environment))
        return next((answer for answer in answers if answer is not None), None)

    return find


def store(environment: Environment, domain: str, credential: Credential, events: EventSink = ignore) -> str:
    """Keep a credential for later runs.

    A helper that is configured for the registry takes it. If there is none, a helper that is installed is
    tried, and recorded for this registry in docker's file. Else docker's file takes it, in clear.

    Args:
        environment: variables and home folder.
        domain: of the registry.
        credential: to keep.
        events: takes the notice `credentials.stored-in-clear`.

    Returns:
        The helper or file that keeps it.

    Raises:
        AccessDeniedError: a configured helper is missing or fails.
        DocumentError: a file is not what it should be.
        StorageError: a file cannot be written.
    """
    server = docker_config.server_for(domain)
    file = _docker_file(environment)
    for config in (_notation(environment), docker_config.read(file)):
        name = config.helper_for(domain)
        if name:
            helper = CredentialHelper(name, environment.variables)
            helper.store(server, credential)
            return helper.program
    for helper in _installed(environment):
        try:
            helper.store(server, credential)
        except AccessDeniedError as error:  # installed, but of no use here, such as without a desktop
            events(Notice(error.code, error.data))
            continue
        docker_config.change(file, domain, None, helper.suffix)
        return helper.program
    docker_config.change(file, domain, credential)
    events(Notice("credentials.stored-in-clear", {"file": str(file), "registry": domain}))
    return str(file)


def erase(environment: Environment, domain: str) -> tuple[str, ...]:
    """Forget the credential of a registry in the helpers that are configured and in docker's file.

    Args:
        environment: variables and home folder.
        domain: of the registry.

    Returns:
        The helpers and files that had one; empty if none had.

    Raises:
        AccessDeniedError: a configured helper is missing or fails.
        DocumentError: a file is not what it should be.
        StorageError: a file cannot be written.
    """
    file = _docker_file(environment)
    configs = (_notation(environment), docker_config.read(file))
    names = dict.fromkeys(name for name in (config.helper_for(domain) for config in configs) if name)
    helpers = [CredentialHelper(name, environment.variables) for name in names]
    server = docker_config.server_for(domain)
    erased = [helper.program for helper in helpers if helper.erase(server)]
    if in_auths(docker_config.read(file), domain, "") and docker_config.change(file, domain, None):
        erased.append(str(file))
    return tuple(erased)


def _sources(environment: Environment) -> Iterator[_Source]:
    """The places in their order, each made when its turn comes."""
    for prefix in ("SEALWRIGHT", "NOTATION"):
        yield _from_variables(environment, prefix)
    named = environment.get("REGISTRY_AUTH_FILE")
    if named:
        yield _from_file(environment, docker_config.read(Path(named)))
    yield _from_file(environment, _notation(environment))
    yield _from_file(environment, docker_config.read(_docker_file(environment)))
    runtime = environment.get("XDG_RUNTIME_DIR")
    folders = [Path(runtime)] if runtime else []
    for folder in (*folders, environment.folder("XDG_CONFIG_HOME", ".config")):
        yield _from_file(environment, docker_config.read(folder / "containers" / "auth.json"))
    yield _from_file(environment, docker_config.read_legacy(environment.home / ".dockercfg"))


def _from_variables(environment: Environment, prefix: str) -> _Source:
    names = f"{prefix}_USERNAME", f"{prefix}_PASSWORD"
    found = _pair(environment.get(names[0]), environment.get(names[1]), *names, "the environment")
    return lambda _domain, _path: found


def _from_file(environment: Environment, file: ConfigFile) -> _Source:
    def find(domain: str, path: str) -> Credential | None:
        name = file.helper_for(domain)
        if name:
            helper = CredentialHelper(name, environment.variables)
            found = helper.get(docker_config.server_for(domain))
            if found is not None:
                return found
        return in_auths(file, domain, path)

    return find


def _pair(username: str, password: str, user_name: str, password_name: str, origin: str) -> Credential | None:
    """A user name with its password; None if neither is there."""
    if not username and not password:
        return None
    if not username or not password:
        missing, there = (user_name, password_name) if password else (password_name, user_name)
        raise UsageError("credentials.incomplete", there=there, missing=missing)
    return Credential(username, password, origin=origin)


def _notation(environment: Environment) -> ConfigFile:
    return docker_config.read(config_folder(environment) / "config.json")


def _docker_file(environment: Environment) -> Path:
    named = environment.get("DOCKER_CONFIG")
    return (Path(named) if named else environment.home / ".docker") / "config.json"


def _installed(environment: Environment) -> Iterator[CredentialHelper]:
    """Helpers that are installed together with the keyring that they are for."""
    import shutil  # noqa: PLC0415  # for login only

    for suffix, program in _KEYRINGS:
        helper = CredentialHelper(suffix, environment.variables)
        if helper.is_installed and shutil.which(program, path=environment.get("PATH")):
            yield helper
