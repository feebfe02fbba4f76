"""The commands of `seal vault key` about certificates and public keys."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sealwright import limits
from sealwright.cli import options
from sealwright.cli.examples import Command
from sealwright.cli.plain import plain
from sealwright.cli.vault.approving import ApprovalFlags, approval_flags
from sealwright.cli.vault.naming import with_key, with_version
from sealwright.errors import DocumentError
from sealwright.homes import files

if TYPE_CHECKING:
    from sealwright.keys.vault.uri import KeyUri
    from sealwright.service_client.vault_answers import Key, Version
    from sealwright.service_client.vaults import VaultClient

__all__ = ["COMMANDS"]

_out = click.option(
    "--out", type=options.path_type, metavar="FILE", help="Write to FILE, not to standard output."
)


@click.command(
    "request",
    cls=Command,
    examples=(
        "seal vault key request build --subject 'C=US, ST=WA, O=Acme, CN=build' --out build.csr",
        "seal vault key request build@2 --subject 'C=US, ST=WA, O=Acme, CN=build' > build.csr",
    ),
)
@with_version
@click.option("--subject", required=True, help="As in RFC 4514, such as 'C=US, ST=WA, O=Acme, CN=build'.")
@_out
@approval_flags
def request(
    client: "VaultClient",
    key: "Key",
    version: "Version",
    subject: str,
    out: Path | None,
    approval: ApprovalFlags,
) -> None:
    """Make a certificate signing request for a version of a key; the vault signs it."""
    from sealwright.keys.vault.asking import WithApproval  # noqa: PLC0415  # not for the help
    from sealwright.keys.vault.opening import public_key_of  # noqa: PLC0415  # the same
    from sealwright.keys.vault.private_keys import private_key  # noqa: PLC0415  # the same
    from sealwright.pki import issuing, names  # noqa: PLC0415  # the same

    name = names.parse(subject)
    asking = approval.asking(f"certificate request for {names.text(name)}"[: limits.APPROVAL_NOTE])
    asks = WithApproval(client, key, version, asking)
    made = issuing.request(private_key(asks, public_key_of(key, version)), name)
    if out is None:
        click.echo(made.decode(), nl=False)
        return
    files.write(out, made)
    click.echo(f"{out}: signing request of {plain(key.name)}@{version.number}")


@click.command(
    "import-certificate",
    cls=Command,
    examples=(
        "seal vault key import-certificate build build.pem",
        "seal vault key import-certificate build@1 old.pem",
    ),
)
@with_version
@click.argument("file", type=options.path_type)
def import_certificate(client: "VaultClient", key: "Key", version: "Version", file: Path) -> None:
    """Have the service keep the certificate chain in FILE with a version of a key.

    FILE is PEM, leaf first, root last. Whoever signs with the key gets it from there.
    """
    from sealwright.keys.chain_files import chain_of_file  # noqa: PLC0415  # not for the help
    from sealwright.keys.vault.opening import public_key_of  # noqa: PLC0415  # the same
    from sealwright.pki import chain as chains  # noqa: PLC0415  # the same
    from sealwright.pki import issuing  # noqa: PLC0415  # the same

    chain = chain_of_file(file)
    chains.require(chain)
    if chain[0].public_key != public_key_of(key, version):
        raise DocumentError("key.certificate-mismatch", file=str(file), subject=chain[0].subject_text)
    client.put_certificates(key.id, version.id, issuing.pem(*chain).decode())
    for one in chain:
        click.echo(plain(f"{one.subject_text}: kept with {key.name}@{version.number}"))


@click.command(
    "export",
    cls=Command,
    examples=(
        "seal vault key export build --out build-keys.json",
        "seal vault key export build@1 --pem > build.pub",
    ),
)
@with_key
@click.option("--pem", is_flag=True, help="Only the public key of one version, in PEM.")
@_out
def export(client: "VaultClient", key: "Key", wanted: "KeyUri", out: Path | None, *, pem: bool) -> None:
    """Print the public keys of all versions, for those who verify without the service."""
    import msgspec  # noqa: PLC0415  # not for the help

    from sealwright.keys.vault.finding import find_version  # noqa: PLC0415  # the same

    if pem:
        content = find_version(client, key, wanted).public_key.encode()
    else:
        content = msgspec.json.format(msgspec.json.encode(client.export(key.id)), indent=2) + b"\n"
    if out is None:
        click.echo(content.decode(), nl=False)
        return
    files.write(out, content)
    click.echo(f"{out}: public keys of {plain(key.name)}")


COMMANDS = (request, import_certificate, export)
