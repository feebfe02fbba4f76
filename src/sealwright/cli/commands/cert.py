"""`seal cert`: the certificates of notation's trust stores."""

from pathlib import Path

import click

from sealwright.cli import here, options, tables
from sealwright.cli.examples import Group
from sealwright.errors import UsageError
from sealwright.homes.notation import trust_store
from sealwright.homes.notation.trust_store import StoredCertificates
from sealwright.pki import certificate

__all__ = ["command"]

_kind = click.option(
    "-t", "--type", "kind", default="ca", show_default=True, help="ca, signingAuthority or tsa."
)
_store = click.option("-s", "--store", required=True, metavar="NAME", help="The trust store's name.")


@click.group(
    "cert",
    cls=Group,
    examples=(
        "seal cert add --store acme root.pem",
        "seal cert ls",
        "seal cert show --store acme root.pem",
        "seal cert delete --store acme root.pem",
    ),
)
def command() -> None:
    """Manage the certificates of trust stores."""


@command.command("add")
@_kind
@_store
@click.argument("sources", nargs=-1, required=True, type=options.path_type, metavar="FILE...")
def add(kind: str, store: str, sources: tuple[Path, ...]) -> None:
    """Copy certificate files (PEM or DER) into a trust store."""
    for source in sources:
        target = trust_store.add(here.notation_folder(), kind, store, source)
        click.echo(f"{kind}:{store}: added {target.name}")


@command.command("ls")
@click.option("-t", "--type", "kind", help="Only this type of store.")
@click.option("-s", "--store", help="Only stores of this name.")
@options.json_output
def list_stores(kind: str | None, store: str | None, output: str) -> None:
    """List the certificate files of all trust stores."""
    folder = here.notation_folder()
    found = [
        file
        for its_kind, name in trust_store.listed(folder)
        if kind in (None, its_kind) and store in (None, name)
        for file in trust_store.read(folder, its_kind, name)
    ]
    if output == "json":
        tables.print_json([_described(file) for file in found])
        return
    tables.print_table(
        ("TYPE", "STORE", "FILE", "SUBJECT"),
        [
            (file.kind, file.store, file.path.name, certificate.parse(der).subject_text)
            for file in found
            for der in file.certificates
        ],
    )


@command.command("show")
@_kind
@_store
@click.argument("file_name", metavar="FILE")
@options.json_output
def show(kind: str, store: str, file_name: str, output: str) -> None:
    """Show the certificates in one file of a trust store."""
    files = trust_store.read(here.notation_folder(), kind, store)
    found = next((file for file in files if file.path.name == file_name), None)
    if found is None:
        raise UsageError("truststore.no-such-file", file=file_name, kind=kind, name=store)
    if output == "json":
        tables.print_json(_described(found))
        return
    for der in found.certificates:
        shown = certificate.parse(der)
        click.echo(f"subject      {shown.subject_text}")
        click.echo(f"issuer       {shown.summary.issuer}")
        click.echo(
            f"valid        {shown.not_before:%Y-%m-%d %H:%M:%SZ} to {shown.not_after:%Y-%m-%d %H:%M:%SZ}"
        )
        click.echo(f"key          {shown.key_words}")
        click.echo(f"CA           {'yes' if shown.is_ca else 'no'}")
        click.echo(f"SHA-256      {shown.fingerprint}")


@command.command("delete")
@_kind
@_store
@click.argument("names", nargs=-1, required=True, metavar="FILE...")
def delete(kind: str, store: str, names: tuple[str, ...]) -> None:
    """Remove files from a trust store."""
    for name in names:
        trust_store.delete(here.notation_folder(), kind, store, name)
        click.echo(f"{kind}:{store}: deleted {name}")


def _described(file: StoredCertificates) -> dict[str, object]:
    summaries = [certificate.parse(der).summary for der in file.certificates]
    return {"type": file.kind, "store": file.store, "file": str(file.path), "certificates": summaries}
