"""`notation login` and `logout`: credentials, kept by a helper program only.

The registry of these cases takes everybody; what a registry says that does not is told elsewhere.
"""

import json
from base64 import b64encode
from collections.abc import Mapping

from dialects.case import Case, File, Step
from dialects.setting import Setting, place
from world.credential_helper import install_helper, script

_WHERE = "See https://notaryproject.dev/docs/how-to/registry-authentication/"
_NOT_KEPT = (
    "Error: failed to log in to {registry}: the credential could not be saved because a credentials store is "
    f"required to securely store the password. {_WHERE}\n"
)
_NOT_SET_UP = (
    "Warning: The credentials store is not set up. It is recommended to configure the credentials store to "
    f"securely store your credentials. {_WHERE}.\n"
)
_ALICE = "login -u alice -p wonderland {registry}"
_PATH = {"PATH": "{home}/bin:/usr/bin:/bin"}
_SECRETS = "~/bin/keeper.secrets.json"


def helper(suffix: str = "keeper", **secrets: tuple[str, str]) -> Step:
    """A credential helper on PATH that keeps these secrets."""

    def step(setting: Setting) -> None:
        known = {setting.filled(f"{{{name}}}"): secret for name, secret in secrets.items()}
        install_helper(setting.home.folder / "bin", suffix, known)

    return step


def broken(setting: Setting) -> None:
    """A credential helper that fails."""
    script(setting.home.folder / "bin", "broken", "#!/bin/sh\necho '  it is broken '\nexit 3\n")


def settings(**members: object) -> Step:
    """notation's `config.json`."""
    return place("config.json", members)


def kept(**secrets: tuple[str, str]) -> Mapping[str, File]:
    """What the helper keeps afterwards."""
    named = {f"{{{name}}}": list(secret) for name, secret in secrets.items()}
    return {_SECRETS: File(json.dumps(named))}


def auths(file: str, spoken: str = "wonderland", **more: object) -> Step:
    """A password in clear in a file."""
    auth = b64encode(f"alice:{spoken}".encode()).decode()
    return place(file, {"auths": {"{registry}": {"auth": auth}}, **more})


CASES = (
    Case(
        "login has the helper of notation's settings keep the password",
        _ALICE,
        out="Login Succeeded\n",
        world=(helper(), settings(credsStore="keeper")),
        environment=_PATH,
        files=kept(registry=("alice", "wonderland")),
    ),
    Case(
        "login has the helper of the registry keep the password",
        _ALICE,
        out="Login Succeeded\n",
        world=(helper(), settings(credsStore="nobody", credHelpers={"{registry}": "keeper"})),
        environment=_PATH,
        files=kept(registry=("alice", "wonderland")),
    ),
    Case(
        "login has the helper of docker's settings keep the password",
        _ALICE,
        out="Login Succeeded\n",
        world=(helper(), place("~/.docker/config.json", {"credsStore": "keeper"})),
        environment=_PATH,
        files=kept(registry=("alice", "wonderland")),
    ),
    Case(
        "login has the usual helper keep the password",
        _ALICE,
        out="Login Succeeded\n",
        world=(helper("secretservice"),),
        environment={"PATH": "{home}/bin"},
        files={"~/bin/secretservice.secrets.json": File('{"{registry}": ["alice", "wonderland"]}')},
    ),
    Case(
        "login takes the password from standard input",
        "login --username alice --password-stdin {registry}",
        out="Login Succeeded\n",
        world=(helper(), settings(credsStore="keeper")),
        environment=_PATH,
        stdin="wonder land\r\n",
        files=kept(registry=("alice", "wonder land")),
    ),
    Case(
        "login takes user and password from the environment",
        "login {registry}",
        out="Login Succeeded\n",
        world=(helper(), settings(credsStore="keeper")),
        environment={**_PATH, "NOTATION_USERNAME": "bob", "NOTATION_PASSWORD": "builder"},
        files=kept(registry=("bob", "builder")),
    ),
    Case(
        "login prefers flags to the environment",
        _ALICE,
        out="Login Succeeded\n",
        world=(helper(), settings(credsStore="keeper")),
        environment={**_PATH, "NOTATION_USERNAME": "bob", "NOTATION_PASSWORD": "builder"},
        files=kept(registry=("alice", "wonderland")),
    ),
    Case(
        "login asks for user and password",
        "login {registry}",
        out="Username: Password: \nLogin Succeeded\n",
        world=(helper(), settings(credsStore="keeper")),
        environment=_PATH,
        stdin=" alice \nwonderland\n",
        files=kept(registry=("alice", "wonderland")),
    ),
    Case(
        "login asks for the password alone",
        "login -u alice {registry}",
        out="Password: \nLogin Succeeded\n",
        world=(helper(), settings(credsStore="keeper")),
        environment=_PATH,
        stdin="wonderland",
        files=kept(registry=("alice", "wonderland")),
    ),
    Case(
        "login asks for a token where there is no user",
        "login {registry}",
        out="Username: Token: \nLogin Succeeded\n",
        world=(helper(), settings(credsStore="keeper")),
        environment=_PATH,
        stdin="\ntop secret\n",
        files=kept(registry=("<token>", "top secret")),
    ),
    Case(
        "login takes a password without a user for a token",
        "login -p token {registry}",
        out="Login Succeeded\n",
        world=(helper(), settings(credsStore="keeper")),
        environment=_PATH,
        files=kept(registry=("<token>", "token")),
    ),
    Case(
        "login hears no user",
        "login {registry}",
        out="Username: ",
        err="Error: error reading username: EOF\n",
        status=1,
    ),
    Case(
        "login hears no password",
        "login -u alice {registry}",
        out="Password: \n",
        err="Error: password required\n",
        status=1,
    ),
    Case(
        "login hears no token",
        "login {registry}",
        out="Username: Token: \n",
        err="Error: token required\n",
        status=1,
        stdin="\n",
    ),
    Case("login fails where no helper is there", _ALICE, err=_NOT_KEPT, status=1),
    Case(
        "login is content where the password stands in docker's file already",
        _ALICE,
        out="Authenticated with existing credentials\nLogin Succeeded\n",
        err=_NOT_SET_UP,
        world=(auths("~/.docker/config.json"),),
    ),
    Case(
        "login is content where the password stands in notation's file already",
        _ALICE,
        out="Authenticated with existing credentials\nLogin Succeeded\n",
        err=_NOT_SET_UP,
        world=(auths("config.json"),),
    ),
    Case(
        "login does not replace another password in clear",
        _ALICE,
        err=_NOT_KEPT,
        status=1,
        world=(auths("config.json", "looking-glass"),),
    ),
    Case(
        "login repeats what a helper says that fails",
        _ALICE,
        err=(
            "Error: failed to log in to {registry}: failed to store the credentials for {registry}: "
            "it is broken\n"
        ),
        status=1,
        world=(broken, settings(credsStore="broken")),
        environment=_PATH,
    ),
    Case(
        "login misses a helper that is not installed",
        _ALICE,
        err=(
            "Error: failed to log in to {registry}: failed to store the credentials for {registry}: "
            'exec: "docker-credential-absent": executable file not found in $PATH\n'
        ),
        status=1,
        world=(settings(credsStore="absent"),),
    ),
    Case(
        "login says which settings it cannot read",
        _ALICE,
        err=(
            "Error: failed to get credentials store: failed to create credential store from config file: "
            "failed to decode config file at {config}/config.json: invalid config format: "
            "invalid character 'j' looking for beginning of value\n"
        ),
        status=1,
        world=(place("config.json", "junk"),),
    ),
    Case(
        "login reaches no registry",
        "login -u alice -p wonderland localhost:1",
        err=(
            "Error: failed to log in to localhost:1: failed to validate the credentials for localhost:1: "
            'Get "http://localhost:1/v2/": dial tcp ⟨…⟩:1: connect: connection refused\n'
        ),
        status=1,
    ),
    Case(
        "login speaks TLS to what is not called localhost",
        "login -u alice -p wonderland {numbered}",
        err=(
            "Error: failed to log in to {numbered}: failed to validate the credentials for {numbered}: "
            'Get "https://{numbered}/v2/": ⟨…⟩\n'
        ),
        status=1,
        world=(lambda setting: setting.values.update(numbered=_numbered(setting)),),
    ),
    Case(
        "login speaks plain HTTP where it is told to",
        "login -u alice -p wonderland --insecure-registry {numbered}",
        out="Login Succeeded\n",
        world=(
            lambda setting: setting.values.update(numbered=_numbered(setting)),
            *(helper(), settings(credsStore="keeper")),
        ),
        environment=_PATH,
        files=kept(numbered=("alice", "wonderland")),
    ),
    Case(
        "login speaks plain HTTP where the settings say so",
        "login -u alice -p wonderland {numbered}",
        out="Login Succeeded\n",
        world=(
            lambda setting: setting.values.update(numbered=_numbered(setting)),
            *(helper(), settings(credsStore="keeper", insecureRegistries=["{numbered}"])),
        ),
        environment=_PATH,
        files=kept(numbered=("alice", "wonderland")),
    ),
    *(
        Case(
            f"login takes no {what} for a registry",
            f"login -u alice -p wonderland '{typed}'",
            err=(f'Error: failed to get registry client: invalid reference: invalid registry "{typed}"\n'),
            status=1,
        )
        for what, typed in (
            ("empty text", ""),
            ("repository", "localhost:5000/net-monitor"),
            ("address", "http://localhost:5000"),
            ("port of letters", "localhost:http"),
        )
    ),
    Case("login wants a registry", "login -u alice", err="Error: no hostname specified\n", status=1),
    Case(
        "logout has the helper forget",
        "logout {registry}",
        out="Logout Succeeded\n",
        world=(helper(registry=("alice", "wonderland")), settings(credsStore="keeper")),
        environment=_PATH,
        files={_SECRETS: File("{}")},
    ),
    Case(
        "logout repeats what the helper says that has nothing to forget",
        "logout {registry}",
        err=(
            "Error: failed to log out of {registry}: failed to delete the credential for {registry}: "
            "credentials not found in native keychain\n"
        ),
        status=1,
        world=(helper(), settings(credsStore="keeper")),
        environment=_PATH,
    ),
    Case(
        "logout takes a password in clear out of docker's file",
        "logout {registry}",
        out="Logout Succeeded\n",
        world=(auths("~/.docker/config.json", psFormat="table"),),
        files={"~/.docker/config.json": File('{\n\t"auths": {},\n\t"psFormat": "table"\n}', mode=0o600)},
    ),
    Case(
        "logout of docker.io goes by docker's name for it",
        "logout docker.io",
        err=(
            "Error: failed to log out of docker.io: failed to delete the credential for "
            "https://index.docker.io/v1/: credentials not found in native keychain\n"
        ),
        status=1,
        world=(helper(), settings(credsStore="keeper")),
        environment=_PATH,
    ),
    Case("logout succeeds where nobody is logged in", "logout whatever it is", out="Logout Succeeded\n"),
    Case("logout wants a registry", "logout", err="Error: no hostname specified\n", status=1),
)


def _numbered(setting: Setting) -> str:
    """The registry by its number."""
    return setting.values["registry"].replace("localhost", "127.0.0.1")
