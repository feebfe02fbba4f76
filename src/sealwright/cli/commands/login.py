"""`seal login`."""

import sys

import click

from sealwright.cli import here
from sealwright.cli.examples import Command
from sealwright.cli.messages import tell
from sealwright.cli.reaching import RegistryFlags, reach_of, registry_flags
from sealwright.errors import UsageError
from sealwright.homes import credentials
from sealwright.homes.credentials import Credential
from sealwright.homes.environment import Environment
from sealwright.reference import DOCKER_HUB, Reference
from sealwright.workflow.registries import registries

__all__ = ["command", "registry_domain"]

_HUB = (DOCKER_HUB, "index.docker.io")


@click.command(
    "login",
    cls=Command,
    examples=("seal login registry.example", "seal login -u ci --password-stdin registry.example < token"),
)
@click.argument("server", metavar="REGISTRY")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@registry_flags
def command(server: str, registry: RegistryFlags, *, password_stdin: bool) -> None:
    """Log in to a registry.

    The credentials are tried, then kept in a credential helper, or else in docker's file, with a warning.
    """
    domain = registry_domain(server)
    username = registry.username or _asked("Username")
    password = registry.password
    if password_stdin:
        if password:
            raise click.UsageError("--password and --password-stdin exclude each other")
        password = sys.stdin.readline().rstrip("\r\n")
    password = password or _asked("Password", hidden=True)
    environment = Environment.current()
    reach = reach_of(registry, [f"{domain}/any"], username=username, password=password)
    with registries(reach, environment, tell) as client:
        client.ping(domain)
    kept = credentials.store(environment, domain, Credential(username, password), tell)
    click.echo(f"logged in to {domain}; the credentials are kept by {kept}")


def registry_domain(server: str) -> str:
    """The domain of a registry as typed, maybe with a scheme.

    Raises:
        UsageError: `credentials.not-a-registry`, `reference.malformed`.
    """
    bare = server.removeprefix("https://").removeprefix("http://").rstrip("/")
    domain = Reference.parse(f"{bare}/any").domain if "/" not in bare else ""
    if domain not in (bare, DOCKER_HUB) or (domain == DOCKER_HUB and bare not in _HUB):
        raise UsageError("credentials.not-a-registry", server=server)
    return domain


def _asked(what: str, *, hidden: bool = False) -> str:
    if not here.at_terminal():
        raise UsageError("credentials.not-given", what=what.lower())
    answer: str = click.prompt(what, hide_input=hidden, err=True)
    return answer
