"""`notation login`."""

import re
from getpass import getpass
from typing import TYPE_CHECKING

from sealwright.dialects.cobra import Command, Fault, Invocation
from sealwright.dialects.go_text import quote
from sealwright.dialects.notation import flags
from sealwright.dialects.notation.kept_credentials import helper_words, store
from sealwright.dialects.notation.logs import log
from sealwright.dialects.notation.schemes import plain_http
from sealwright.dialects.pflag import Flag
from sealwright.errors import SealwrightError
from sealwright.events import ignore
from sealwright.homes.credential_helper import Credential
from sealwright.workflow.opening import Reach

if TYPE_CHECKING:
    from sealwright.homes.notation.credential_store import CredentialStore

__all__ = ["command"]

_HOW = "https://notaryproject.dev/docs/how-to/registry-authentication/"
_REGISTRY = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?")


def command(line: str) -> Command:
    """The command in a line of notation."""
    return Command(
        "login [flags] <server>",
        "Log in to a registry",
        long=(
            "Log in to a registry. The credentials are tried, then kept by a credential helper; without one\n"
            "that can keep them, logging in fails.\n\n"
            "Example - Log in with a password from a file:\n"
            "  notation login -u ci --password-stdin registry.example < password"
        ),
        flags=(
            *flags.logging(line),
            *flags.REGISTRY,
            Flag("password-stdin", "bool", "read the password from standard input"),
        ),
        arguments=some_server,
        run=_run,
    )


def some_server(arguments: tuple[str, ...]) -> None:
    """A registry must be named.

    Raises:
        Fault: in notation's words.
    """
    if not arguments:
        raise Fault("no hostname specified")


def _run(invocation: Invocation) -> None:
    server = invocation.arguments[0]
    credential = _given(invocation)
    kept = store(invocation, server)
    if _REGISTRY.fullmatch(server) is None:
        raise Fault(f"failed to get registry client: invalid reference: invalid registry {quote(server)}")
    _try(invocation, server, credential)
    if kept.helper is None:
        _require_kept(invocation, server, kept, credential)
    else:
        try:
            kept.helper.store(kept.server, credential)
        except SealwrightError as error:
            raise Fault(
                f"failed to log in to {server}: failed to store the credentials for {kept.server}: "
                f"{helper_words(error)}"
            ) from None
    invocation.say("Login Succeeded")


def _given(invocation: Invocation) -> Credential:
    """User and password from flags, environment, standard input or prompts; without a user it is a token."""
    username, password = (
        str(invocation.values[name])
        if name in invocation.changed
        else invocation.environment.get(f"NOTATION_{name.upper()}")
        for name in ("username", "password")
    )
    if invocation.values["password-stdin"]:
        password = _all(invocation)
    if not password:
        username = username or _asked_username(invocation)
        what = "password" if username else "token"
        password = _asked_secret(invocation, what)
        if not password:
            raise Fault(f"{what} required")
    if not username:
        return Credential(identity_token=password, origin="this call")
    return Credential(username, password, origin="this call")


def _all(invocation: Invocation) -> str:
    """All of standard input without its line end."""
    return invocation.stdin.read().removesuffix("\n").removesuffix("\r")


def _asked_username(invocation: Invocation) -> str:
    invocation.out.write("Username: ")
    invocation.out.flush()
    answer = invocation.stdin.readline()
    if not answer.endswith("\n"):
        raise Fault("error reading username: EOF")
    return answer.strip()


def _asked_secret(invocation: Invocation, what: str) -> str:
    prompt = f"{what.capitalize()}: "
    if invocation.stdin.isatty():
        return getpass(prompt, invocation.out)
    invocation.out.write(prompt)
    answer = _all(invocation)
    invocation.say("")
    return answer


def _try(invocation: Invocation, server: str, credential: Credential) -> None:
    """Ask the registry whether it takes the credential."""
    from sealwright.workflow.registries import registries  # noqa: PLC0415  # HTTP

    plain = plain_http(invocation, server)
    reach = Reach(credentials=lambda _domain, _path: credential, plain_http=plain)
    try:
        with registries(reach, invocation.environment, ignore) as client:
            client.ping(server)
    except SealwrightError as error:
        problem = _ping_words(error, server, is_token=bool(credential.identity_token), plain=plain)
        raise Fault(
            f"failed to log in to {server}: failed to validate the credentials for {server}: {problem}"
        ) from None


def _ping_words(error: SealwrightError, server: str, *, is_token: bool, plain: bool) -> str:
    """What went wrong, in the words for resolving an artifact but about another request."""
    from sealwright.dialects.notation.words import registries  # noqa: PLC0415  # only for errors

    words = registries.resolving(error, f"{server}/any", "any", plain_http=plain)
    request, _, problem = words.partition('": ')
    if not problem:
        return "not found" if words else str(error)
    if is_token and error.code == "registry.login-required":
        problem = "missing username or password for basic auth"
    method = "Get" if request.startswith("Head") else "GET"
    scheme = "http" if plain else "https"
    return f"{method} {quote(f'{scheme}://{server}/v2/')}: {problem}"


def _require_kept(
    invocation: Invocation, server: str, kept: "CredentialStore", credential: Credential
) -> None:
    """Where no helper could keep the credential, it must stand in the file already."""
    try:
        found = kept.get()
    except SealwrightError as error:
        log(invocation, "warning", f"Failed to get the existing credentials for {server}: {error}")
        found = None
    parts = ("username", "password", "identity_token")
    if found is None or any(getattr(found, part) != getattr(credential, part) for part in parts):
        raise Fault(
            f"failed to log in to {server}: the credential could not be saved because a credentials store is "
            f"required to securely store the password. See {_HOW}"
        )
    invocation.warn(
        "Warning: The credentials store is not set up. It is recommended to configure the credentials store "
        f"to securely store your credentials. See {_HOW}."
    )
    invocation.say("Authenticated with existing credentials")
