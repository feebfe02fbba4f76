"""`oc login`: a personal token is made on the server, and kept in kubeconfig."""

from contextlib import closing
from getpass import getpass
from pathlib import Path

import msgspec

from sealwright.dialects.cobra import Command, Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import quote
from sealwright.dialects.oc import flags
from sealwright.dialects.oc.kubeconfig import Kubeconfig, Session, opened
from sealwright.dialects.oc.server import Refused, Server, basic
from sealwright.dialects.pflag import Flag
from sealwright.errors import NetworkError
from sealwright.transport.origin import Origin

__all__ = ["command"]

_SECONDS = 24 * 60 * 60
"""How long the token holds, as OpenShift's do."""

_UNAUTHORIZED = 401


def command(line: str) -> Command:
    """The command."""
    del line
    return Command(
        "login [URL]",
        "Log in to a server",
        long=(
            "Log in to a server, and keep a token for it in the kubeconfig file. It holds for a day.\n\n"
            "A URL without a scheme is https, but http where it names this machine."
        ),
        flags=(
            *flags.GLOBAL,
            *flags.TLS,
            Flag("server", "string", "The address and port of the server", shorthand="s"),
            Flag("username", "string", "Username for server", shorthand="u"),
            Flag("password", "string", "Password for server", shorthand="p"),
            Flag("token", "string", "Bearer token for authentication to the API server"),
        ),
        arguments=_one_server,
        run=_run,
    )


def _one_server(arguments: tuple[str, ...]) -> None:
    if len(arguments) > 1:
        raise Fault("Only the server URL may be specified as an argument")


def _run(invocation: Invocation) -> int:
    file = opened(invocation)
    session = _session(invocation, file)
    token = str(invocation.values["token"])
    if token:
        return _with_token(invocation, file, msgspec.structs.replace(session, token=token))
    user, password = str(invocation.values["username"]), str(invocation.values["password"])
    if user and not password and _still_holds(file, session, user):
        kept = msgspec.structs.replace(session, user=user, token=file.token_for(session.server, user))
        return _keep(
            invocation,
            file,
            kept,
            f"Logged into {_server(kept)} as {quote(user)} using existing credentials.",
        )
    if not user or not password:
        invocation.say(f"Authentication required for {session.server} (openshift)")
    user = user or _asked(invocation, "Username: ")
    password = password or _secret(invocation, "Password: ")
    return _with_password(invocation, file, msgspec.structs.replace(session, user=user), password)


def _with_token(invocation: Invocation, file: Kubeconfig, session: Session) -> int:
    try:
        with closing(Server(session)) as server:
            user = server.name()
    except Refused as refused:
        if refused.status == _UNAUTHORIZED:
            raise Fault("The token provided is invalid or expired.") from None
        raise Fault(str(refused)) from None
    kept = msgspec.structs.replace(session, user=user)
    return _keep(
        invocation, file, kept, f"Logged into {_server(kept)} as {quote(user)} using the token provided."
    )


def _with_password(invocation: Invocation, file: Kubeconfig, session: Session, password: str) -> int:
    order = {"note": "oc login", "seconds": _SECONDS}
    try:
        with closing(Server(session, basic(session.user, password))) as server:
            token = str(server.ask("POST", "/api/v1/tokens", order)["token"])
    except Refused as refused:
        if refused.status != _UNAUTHORIZED:
            raise Fault(str(refused)) from None
        invocation.say("Login failed (401 Unauthorized)", "Verify you have provided correct credentials.")
        return 1
    return _keep(invocation, file, msgspec.structs.replace(session, token=token), "Login successful.")


def _keep(invocation: Invocation, file: Kubeconfig, session: Session, said: str) -> int:
    is_new = not file.path.exists()
    file.add(session)
    file.write()
    invocation.say(said, "")
    if is_new:
        invocation.say("Welcome! See 'oc help' to get started.")
    return 0


def _still_holds(file: Kubeconfig, session: Session, user: str) -> bool:
    """Whether the token that is kept for a user is still theirs."""
    token = file.token_for(session.server, user)
    if not token:
        return False
    try:
        with closing(Server(msgspec.structs.replace(session, token=token))) as server:
            return server.name() == user
    except Refused:
        return False


def _session(invocation: Invocation, file: Kubeconfig) -> Session:
    """The server that is meant, and how it is verified."""
    before = file.session()
    given = (*invocation.arguments, str(invocation.values["server"]))[0]
    if not given and before is not None:
        given = before.server
    server = _url(
        given or _asked(invocation, "Server [https://localhost:8443]: ") or "https://localhost:8443"
    )
    authority = str(invocation.values["certificate-authority"])
    insecure = bool(invocation.values["insecure-skip-tls-verify"])
    if before is not None and before.server == server and not authority and not insecure:
        authority, insecure = before.certificate_authority, before.insecure
    return Session(server, "", "", str(Path(authority).absolute()) if authority else "", insecure)


def _url(given: str) -> str:
    """The address with scheme and port, as oc writes it."""
    text = given if "://" in given else f"https://{given}"
    try:
        origin = Origin.of(text.rstrip("/"))
        if "://" not in given and origin.is_loopback:
            origin = Origin.of(f"http://{given.rstrip('/')}")
    except NetworkError as error:
        raise Fault(f"invalid server URL {quote(given)}: {error}") from None
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    return f"{origin.scheme}://{host}:{origin.port}"


def _server(session: Session) -> str:
    return quote(session.server)


def _asked(invocation: Invocation, prompt: str) -> str:
    invocation.out.write(prompt)
    invocation.out.flush()
    return invocation.stdin.readline().strip()


def _secret(invocation: Invocation, prompt: str) -> str:
    if invocation.stdin.isatty():
        return getpass(prompt, invocation.out)
    answer = _asked(invocation, prompt)
    invocation.say("")
    return answer
