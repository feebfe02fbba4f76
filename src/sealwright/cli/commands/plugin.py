"""`seal plugin`: the plugins of the Notary contract, where notation has them too."""

import sys
from collections.abc import Iterator

import click
import msgspec

from sealwright.cli import options, tables
from sealwright.cli.examples import Group
from sealwright.cli.messages import tell
from sealwright.cli.plain import plain
from sealwright.errors import SealwrightError
from sealwright.events import Notice
from sealwright.homes.environment import Environment
from sealwright.plugins import installing, pins, places
from sealwright.plugins.host import Plugin

__all__ = ["command"]


@click.group(
    "plugin",
    cls=Group,
    examples=(
        "seal plugin install notation-azure-kv_1.2.1_linux_amd64.tar.gz",
        "seal plugin install https://plugins.example/acme.zip --sha256 9bba…",
        "seal plugin install sealwright",
        "seal plugin list",
        "seal plugin pin azure-kv",
        "seal plugin uninstall azure-kv",
    ),
)
def command() -> None:
    """Manage plugins: programs that reach keys and verify signatures for notation and for us."""


@command.command("install")
@click.argument("source")
@click.option("--sha256", default="", metavar="HEX", help="What the file must have; needed for a URL.")
@click.option("--force", is_flag=True, help="Also an older version, the same one, or over a broken one.")
@click.option("--pin", "as_pinned", is_flag=True, help="Pin what is installed.")
def install(source: str, sha256: str, *, force: bool, as_pinned: bool) -> None:
    """Install a plugin from SOURCE: its program, a folder, a .zip or .tar.gz file, or an https URL of these.

    "sealwright" as SOURCE installs ourselves, so that notation can sign with our keys.
    """
    environment = Environment.current()
    found = installing.read(source, environment, sha256)
    done = installing.install(found, source, environment, force=force)
    name, version = done.metadata.name, done.metadata.version
    if done.made_executable:
        tell(Notice("plugin.made-executable", {"plugin": name, "file": str(done.program)}))
    if as_pinned:
        pins.pin(environment, name, pins.digest_of(done.program))
    elif any(digest != pins.digest_of(done.program) for digest in pins.pins(environment, name)):
        tell(Notice("plugin.pinned-to-other", {"plugin": name}))
    was = f", was {done.before}" if done.before is not None else ""
    click.echo(f"{name}: version {version} installed{was}{', pinned' if as_pinned else ''}")


@command.command("list")
@options.json_output
def list_plugins(output: str) -> None:
    """List the plugins that are installed. Each is asked about itself."""
    found = list(_described(Environment.current()))
    if output == "json":
        tables.print_json({"plugins": found})
        return
    rows = [
        (
            one.name,
            one.version,
            ", ".join(one.capabilities),
            "pinned" if one.pinned else "",
            one.problem,
        )
        for one in found
    ]
    tables.print_table(("NAME", "VERSION", "CAPABILITIES", "PINNED", "PROBLEM"), rows)


@command.command("show")
@click.argument("name")
@options.json_output
def show(name: str, output: str) -> None:
    """Show what the plugin NAME says of itself, and the SHA-256 of its program."""
    environment = Environment.current()
    plugin = Plugin(name, environment)
    metadata = plugin.metadata()
    digest, pinned = pins.digest_of(plugin.program), pins.pins(environment, name)
    if output == "json":
        members = {"program": str(plugin.program), "digest": str(digest), "pinned": bool(pinned)}
        tables.print_json({"metadata": metadata, **members})
        return
    for label, value in (
        ("name", metadata.name),
        ("version", metadata.version),
        ("description", metadata.description),
        ("url", metadata.url),
        ("capabilities", ", ".join(metadata.capabilities)),
        ("contract", ", ".join(metadata.supported_contract_versions)),
        ("program", str(plugin.program)),
        ("digest", str(digest)),
        ("pinned", "yes" if pinned else "no"),
    ):
        click.echo(f"{label + ':':<14}{plain(value)}")


@command.command("pin")
@click.argument("name")
@click.option("--remove", is_flag=True, help="Take the pin away.")
def pin(name: str, *, remove: bool) -> None:
    """Pin the plugin NAME: from now on it runs only as long as its program has the bytes that it has now."""
    environment = Environment.current()
    if remove:
        places.require_name(name)
        pins.unpin(environment, name)
        click.echo(f"{name}: not pinned any more")
        return
    digest = pins.digest_of(places.program(environment, name))
    pins.pin(environment, name, digest)
    click.echo(f"{name}: pinned to {digest}")


@command.command("uninstall")
@click.argument("name")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def uninstall(name: str, *, yes: bool) -> None:
    """Take the plugin NAME away, with all files of its folder."""
    environment = Environment.current()
    folder = places.place(environment, name).parent
    if not yes and sys.stdin.isatty():
        click.confirm(f"Take away {folder}, with all that is in it?", abort=True, err=True)
    installing.uninstall(name, environment)
    click.echo(f"{name}: uninstalled")


class _Described(msgspec.Struct, frozen=True):
    """A plugin as it is listed; one that cannot be asked has a `problem`, and its reason code."""

    name: str
    pinned: bool
    version: str = ""
    description: str = ""
    url: str = ""
    capabilities: tuple[str, ...] = ()
    reason: str = ""
    problem: str = ""


def _described(environment: Environment) -> Iterator[_Described]:
    for name in places.installed(environment):
        pinned = bool(pins.pins(environment, name))
        try:
            said = Plugin(name, environment).metadata()
        except SealwrightError as error:
            yield _Described(name, pinned, reason=error.code, problem=str(error))
        else:
            yield _Described(name, pinned, said.version, said.description, said.url, said.capabilities)
