"""`seal trust`: which images are trusted, in policy.json and registries.d."""

import click

from sealwright.cli import options, tables
from sealwright.cli.examples import Group
from sealwright.cli.flag_group import flag_group
from sealwright.cli.trust_text import TrustPlaces, lines, record, requirements
from sealwright.errors import UsageError
from sealwright.homes.environment import Environment
from sealwright.workflow import trust, trust_rows

__all__ = ["command"]

_places = flag_group(
    "places",
    TrustPlaces,
    click.option("--policy-file", type=options.path_type, metavar="FILE", help="Another policy.json."),
    click.option(
        "--registries-d", type=options.path_type, metavar="DIR", help="Another folder registries.d."
    ),
)
_transport = click.option(
    "--transport",
    default="docker",
    show_default=True,
    metavar="NAME",
    help="What the scope is one of; registries are docker.",
)
_WORDS = {"accept": trust.ACCEPT, "reject": trust.REJECT}


@click.group(
    "trust",
    cls=Group,
    examples=(
        "seal trust show",
        "seal trust default reject",
        "seal trust add docker.io --type accept",
        "seal trust add registry.example/team --key team.asc --store https://registry.example/signatures",
        "seal trust delete docker.io",
    ),
)
def command() -> None:
    """Say which images skopeo, podman and seal may take: policy.json and registries.d."""


@command.command("show")
@_places
@options.json_output
def show(places: TrustPlaces, output: str) -> None:
    """Show what is asked of images.

    The keys are named by the mail addresses in them; the store is where signatures are read.
    """
    environment = Environment.current()
    where = places.chosen(environment)
    configured = trust_rows.registries(where, environment)
    rows = trust_rows.rows(where, lambda transport, scope: trust_rows.store_for(configured, transport, scope))
    if output == "json":
        shown = {"policy": str(where.policy), "registries": str(where.registries)}
        tables.print_json({**shown, "trust": [record(row) for row in rows]})
        return
    tables.print_table(("TRANSPORT", "SCOPE", "ASKS FOR", "KEYS", "STORE"), lines(rows))


@command.command("default")
@click.argument("word", metavar="accept|reject", type=click.Choice(list(_WORDS)))
@_places
def default(word: str, places: TrustPlaces) -> None:
    """Say what becomes of images that nothing else is said of."""
    where = places.chosen(Environment.current())
    trust.change_default(where, [_WORDS[word]])
    click.echo(f"{where.policy}: all other images: {word}")


@command.command("add")
@click.argument("scope")
@click.option(
    "-t",
    "--type",
    "kind",
    type=click.Choice(["signed", "accept", "reject"]),
    default="signed",
    show_default=True,
    help="What is asked of the images.",
)
@click.option(
    "-k",
    "--key",
    "keys",
    multiple=True,
    help="FILE, gpg:ID or https://URL of a key, to be kept in the policy.",
)
@click.option(
    "--key-path",
    "paths",
    multiple=True,
    metavar="FILE",
    help="A file of keys, to be read whenever an image is judged.",
)
@click.option(
    "--keys",
    "several",
    type=click.Choice(["any", "all"]),
    help="Of several keys: whether one of them is enough, or each has to sign.",
)
@click.option(
    "--match",
    type=click.Choice(["exact", "repository"]),
    help="What the signed name must be: the very name, or any of the repository. By digest, its tag is free.",
)
@click.option("--mirror-of", metavar="PREFIX", help="The images are a mirror, signed under this prefix.")
@click.option("-s", "--store", default="", metavar="URL", help="Where the signatures are: https: or file:.")
@click.option("--force", is_flag=True, help="Replace what is said of the scope.")
@_transport
@_places
def add(
    scope: str,
    kind: str,
    keys: tuple[str, ...],
    paths: tuple[str, ...],
    several: str | None,
    match: str | None,
    mirror_of: str | None,
    store: str,
    transport: str,
    places: TrustPlaces,
    *,
    force: bool,
) -> None:
    """Say what is asked of the images of SCOPE: a registry, a namespace in it, or a repository."""
    environment = Environment.current()
    where = places.chosen(environment)
    trust.require_scope(transport, scope)
    if store and transport != "docker":
        raise UsageError("trust.store-unused", transport=transport)
    asked = requirements(environment, scope, kind, keys, paths, several, match, mirror_of)
    before = trust.members(where)
    if before is not None and trust.has_scope(before, transport, scope) and not force:
        raise UsageError("trust.exists", transport=transport, scope=scope, file=str(where.policy))
    trust.add(where, transport, scope, asked, store)
    click.echo(f"{where.policy}: {transport} {scope}: {kind}")


@command.command("delete")
@click.argument("scope")
@click.option("--keep-store", is_flag=True, help="Keep the address of the signatures.")
@_transport
@_places
def delete(scope: str, transport: str, places: TrustPlaces, *, keep_store: bool) -> None:
    """Say nothing more of SCOPE: what is said of all above it counts."""
    where = places.chosen(Environment.current())
    trust.remove(where, transport, scope, keep_store=keep_store)
    click.echo(f"{where.policy}: {transport} {scope}: nothing is said any more")


@command.command("reset")
@click.option("--force", is_flag=True, help="Do it: everything that is said is lost.")
@_places
def reset(places: TrustPlaces, *, force: bool) -> None:
    """Begin anew: everything is accepted, and no store is named but in default.yaml."""
    where = places.chosen(Environment.current())
    if not force:
        names = {"policy": str(where.policy), "registries": str(where.registries)}
        raise UsageError("trust.reset-unconfirmed", **names)
    for path in trust.reset(where):
        click.echo(f"{path}: deleted")
    click.echo(f"{where.policy}: all images: accept")
