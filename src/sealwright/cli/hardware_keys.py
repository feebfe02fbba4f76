"""The commands of `seal key` that are about keys in hardware."""

from pathlib import Path

import click

from sealwright import limits
from sealwright.cli import here, options, tables
from sealwright.cli.examples import Command
from sealwright.cli.messages import complain
from sealwright.errors import DocumentError, SealwrightError
from sealwright.homes import files
from sealwright.pki.algorithms import ALGORITHMS

__all__ = ["COMMANDS"]

_URI = "pkcs11:token=TOKEN;object=KEY"


@click.command(
    "generate",
    cls=Command,
    examples=(
        "seal key generate --id 'pkcs11:token=signing;object=build' --type EC-256",
        "seal key generate --id 'pkcs11:token=signing;object=build' --type RSA-3072 --pin-file pin",
    ),
)
@click.option("--id", "key_id", required=True, metavar="URI", help=f"Token and label of the key: {_URI}.")
@click.option(
    "--type",
    "key_type",
    type=click.Choice([algorithm.key_spec for algorithm in ALGORITHMS], case_sensitive=False),
    default="EC-256",
    show_default=True,
)
@options.passphrase_file
def generate(key_id: str, key_type: str, passphrase_file: Path | None) -> None:
    """Make a key on a token.

    The private key never leaves it. What is printed is the URI of the key.
    """
    from sealwright.keys.pkcs11 import making  # noqa: PLC0415  # X.509, once it is known to be needed

    click.echo(making.generate(key_id, key_type, here.passphrases(passphrase_file)).text)


@click.command(
    "import-certificate",
    cls=Command,
    examples=("seal key import-certificate --id 'pkcs11:token=signing;object=build' build.pem",),
)
@click.option("--id", "key_id", required=True, metavar="URI", help=f"The key: {_URI}.")
@click.argument("file", type=options.path_type)
@options.passphrase_file
def import_certificate(key_id: str, file: Path, passphrase_file: Path | None) -> None:
    """Put the certificate chain in FILE onto the token of its key.

    FILE is PEM, leaf first, root last. Certificates that are there already stay.
    """
    from sealwright.keys.pkcs11 import making  # noqa: PLC0415  # X.509, once it is known to be needed
    from sealwright.pki import certificate  # noqa: PLC0415  # the same

    content = files.read(file, limits.CONFIG_FILE_BYTES)
    try:
        chain = certificate.parse_file(content)
    except SealwrightError as error:
        raise DocumentError.about(str(file), error) from None
    new = making.put_certificates(key_id, chain, here.passphrases(passphrase_file))
    for one in chain:
        click.echo(f"{one.subject_text}: {'put onto the token' if one in new else 'there already'}")


@click.command(
    "tokens",
    cls=Command,
    examples=("seal key tokens", "seal key tokens --login 'pkcs11:token=signing'"),
)
@click.argument("uri", default="pkcs11:")
@click.option("--login", is_flag=True, help="Log in, to see also what only the owner may see.")
@options.passphrase_file
@options.json_output
def tokens(uri: str, passphrase_file: Path | None, output: str, *, login: bool) -> None:
    """List tokens and the keys on them.

    Of the module that the URI or the settings name, else of all that are set up for p11-kit. Without --login
    most tokens show public keys and certificates only.
    """
    from sealwright.keys.pkcs11 import listing  # noqa: PLC0415  # once it is known to be needed
    from sealwright.keys.pkcs11 import uri as uris  # noqa: PLC0415  # the same

    wanted = uris.parse(uri)
    passphrases = here.passphrases(passphrase_file)
    found: list[tuple[str, tuple[listing.ListedToken, ...]]] = []
    failed: list[SealwrightError] = []
    for module in listing.modules_to_list(wanted, passphrases.environment):
        try:
            found.append((module.path, listing.listed(wanted, module, passphrases, login=login)))
        except SealwrightError as error:
            failed.append(error)
    if output == "json":
        tables.print_json([{"module": path, "tokens": there} for path, there in found])
    else:
        rows = [
            (uri, what, state)
            for path, there in found
            for token in there
            for uri, what, state in (
                (token.uri, f"{token.manufacturer} {token.model}".strip(), token.pin),
                *((f"  {key.uri}", key.type, key.certificate) for key in token.keys),
            )
        ]
        tables.print_table(("URI", "TYPE", "CERTIFICATE OR PIN"), rows)
    for problem in failed[:-1]:
        complain(problem)
    if failed:
        raise failed[-1]


COMMANDS = (generate, import_certificate, tokens)
