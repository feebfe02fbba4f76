"""`seal oci-setup`."""

from datetime import timedelta
from pathlib import Path

import click

from sealwright.cli import here, options
from sealwright.cli.durations import DURATION
from sealwright.cli.examples import Command
from sealwright.cli.messages import tell
from sealwright.cli.reaching import RegistryFlags, reach_of, registry_flags
from sealwright.homes.environment import Environment

__all__ = ["command"]


@click.command(
    "oci-setup",
    cls=Command,
    examples=(
        "seal oci-setup registry.example",
        "seal oci-setup localhost:5000 --folder ./oracle --check",
        'eval "$(seal oci-setup registry.example --print-env)"',
        "seal oci-setup registry.example -u ci --session-token 1h --folder /tmp/oracle",
    ),
)
@click.argument("server", metavar="[SERVICE]", default="")
@click.option(
    "--folder",
    type=options.path_type,
    metavar="DIR",
    help="Where the files are; sealwright/oracle in XDG_CONFIG_HOME if left out.",
)
@click.option(
    "--session-token",
    type=DURATION,
    metavar="DURATION",
    help="A token that holds so long, such as 1h, instead of a key that holds until it is removed.",
)
@click.option("--note", default="", metavar="TEXT", help="What the service notes beside the key.")
@click.option(
    "--trust",
    type=options.path_type,
    metavar="FILE",
    help="What the client trusts for the names of the service, if not the service's own CA.",
)
@click.option("--force", is_flag=True, help="Replace what is in the folder.")
@click.option("--check", is_flag=True, help="Send a request as the client would, with what is in the folder.")
@click.option("--print-env", is_flag=True, help="Print nothing but the lines for the shell.")
@registry_flags
def command(
    server: str,
    folder: Path | None,
    session_token: timedelta | None,
    note: str,
    trust: Path | None,
    registry: RegistryFlags,
    *,
    force: bool,
    check: bool,
    print_env: bool,
) -> None:
    """Set up Oracle's client oci for a service.

    Writes the files that the client reads, and makes its key known to SERVICE, for the account that is logged
    in there (seal login). Without SERVICE, the files that are there are checked, or their lines printed.
    """
    from sealwright.workflow import oracle_client  # noqa: PLC0415  # slow to load

    environment = Environment.current()
    folder = (folder or environment.folder("XDG_CONFIG_HOME", ".config") / "sealwright" / "oracle").absolute()
    if not server and not (check or print_env):
        raise click.UsageError("name the service, or give --check or --print-env")
    if server:
        _set_up(
            server, folder, session_token, note, trust, registry, environment, force=force, quiet=print_env
        )
    if print_env or server:
        for line in oracle_client.shell_lines(folder):
            click.echo(line)
    if check:
        checked = oracle_client.check(folder, environment)
        click.echo(f"# {checked.url.partition('?')[0]} answers: namespace {checked.namespace}")


def _set_up(
    server: str,
    folder: Path,
    session_token: timedelta | None,
    note: str,
    trust: Path | None,
    registry: RegistryFlags,
    environment: Environment,
    *,
    force: bool,
    quiet: bool,
) -> None:
    from sealwright import limits  # noqa: PLC0415  # only here
    from sealwright.cli.commands.login import registry_domain  # noqa: PLC0415  # the same
    from sealwright.homes import files  # noqa: PLC0415  # the same
    from sealwright.workflow import oracle_client  # noqa: PLC0415  # slow to load

    domain = registry_domain(server)
    wish = oracle_client.Wish(
        folder,
        note or f"seal oci-setup at {here.now():%Y-%m-%d %H:%M}",
        int(session_token.total_seconds()) if session_token is not None else 0,
        files.read(trust, limits.CONFIG_FILE_BYTES) if trust is not None else b"",
        force,
    )
    _, written = oracle_client.set_up(domain, wish, reach_of(registry, [f"{domain}/any"]), environment, tell)
    if not quiet:
        for path in written:
            click.echo(f"# wrote {path}")
