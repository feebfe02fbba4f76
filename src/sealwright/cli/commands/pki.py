"""`seal pki`: root CA, intermediate CA, signing certificates. What a CA does with them is in `cli.pki`."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import click
import msgspec

from sealwright.cli import here, options
from sealwright.cli.examples import Group
from sealwright.cli.messages import tell
from sealwright.cli.pki import crl, listing, ocsp, releasing, revoking, tsa
from sealwright.cli.pki.place import place
from sealwright.errors import KeyUnavailableError
from sealwright.homes.notation import signing_keys, trust_store
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.keys.by_uri import is_elsewhere
from sealwright.keys.chain_files import CERTIFICATES
from sealwright.keys.generating import KEY_SPECS
from sealwright.keys.providers import OWN_PLUGIN
from sealwright.pki import names
from sealwright.workflow.authority.addresses import Given
from sealwright.workflow.certify import INTERMEDIATE, ROOT, Made, Pki

__all__ = ["command"]

ROOT_DAYS = 7300
INTERMEDIATE_DAYS = 3650
LEAF_DAYS = 365

Function = TypeVar("Function", bound=Callable[..., object])

_SUBJECT_HELP = "As in RFC 4514, such as 'C=US, ST=WA, O=Acme'; policies want C, ST and O."


def _key_type(function: Function) -> Function:
    kinds = click.Choice(KEY_SPECS, case_sensitive=False)
    return click.option("--key-type", type=kinds, default="EC-256", show_default=True)(function)


def _key(function: Function) -> Function:
    """`--key-type` or `--id`; the function gets what `workflow.certify` calls `key`."""

    @functools.wraps(function)
    def called(*args: Any, **flags: Any) -> object:
        key_id, key_type = flags.pop("key_id"), flags.pop("key_type")
        if key_id is not None and not is_elsewhere(key_id):
            raise KeyUnavailableError("key.elsewhere-uri")
        return function(*args, key=key_id or key_type, **flags)

    return click.option(
        "--id",
        "key_id",
        metavar="URI",
        help="This key in hardware (pkcs11:token=TOKEN;object=KEY) or in a vault (vault:KEY), not a new one.",
    )(_key_type(cast("Function", called)))


def _place(function: Function) -> Function:
    """The flags that every command that makes keys takes."""
    function = click.option("--unencrypted", is_flag=True, help="Leave the new private key in the clear.")(
        function
    )
    return place(function)


def _addresses(function: Function) -> Function:
    """Where certificates say that one can ask about them; the function gets `given`."""

    @functools.wraps(function)
    def called(*args: Any, **flags: Any) -> object:
        names = {"ocsp": "ocsp_url", "crl": "crl_url", "issuer": "ca_url"}
        flags["given"] = Given(**{name: flags.pop(flag) for name, flag in names.items()})
        return function(*args, **flags)

    for flag, what in (
        ("--ca-url", "the CA's certificate is"),
        ("--crl-url", "the CA's revocation list is"),
        ("--ocsp-url", "OCSP is answered"),
    ):
        called = click.option(
            flag, metavar="URL", help=f"Say in certificates that {what} there; remembered. {{ca}}: the CA."
        )(called)
    return cast("Function", called)


def _days(default: int) -> Callable[[Function], Function]:
    return click.option("--days", type=int, default=default, show_default=True, help="How long it is valid.")


def _pki(
    folder: Path | None, passphrase_file: Path | None, given: Given | None = None, *, unencrypted: bool
) -> Pki:
    passphrases = here.passphrases(passphrase_file)
    return Pki(folder or here.pki_folder(), here.now(), passphrases, tell, unencrypted, given or Given())


@click.group(
    "pki",
    cls=Group,
    examples=(
        "seal pki init --subject 'C=US, ST=WA, O=Acme' --trust-store acme",
        "seal pki issue build --add-key",
        "seal pki issue build --csr build.csr",
        "seal pki request build --subject 'C=US, ST=WA, O=Acme' --id 'pkcs11:token=signing;object=build'",
        "seal pki renew build",
        "seal pki revoke build --reason keyCompromise",
        "seal pki crl",
    ),
)
def command() -> None:
    """Make certificates to sign with, revoke them, and tell verifiers of it; stamp the time."""


@command.command("init")
@click.option("--subject", required=True, help=_SUBJECT_HELP)
@click.option("--trust-store", metavar="NAME", help="Also put the root into the trust store ca:NAME.")
@click.option("--issue", "leaf", metavar="NAME", help="Also issue the signing certificate NAME.")
@_key_type
@_addresses
@_place
def init(
    subject: str,
    trust_store: str | None,
    leaf: str | None,
    key_type: str,
    folder: Path | None,
    passphrase_file: Path | None,
    given: Given,
    *,
    unencrypted: bool,
) -> None:
    """Make a root CA and an intermediate CA in one go."""
    name = names.parse(subject)
    given.require_apart()
    pki = _pki(folder, passphrase_file, given, unencrypted=unencrypted)
    if not unencrypted:
        settled = pki.passphrases.settled("the keys of the PKI")
        pki = msgspec.structs.replace(pki, passphrases=settled)
    root = pki.root(_called(name, "root CA"), key_type, ROOT_DAYS)
    _tell(root)
    _tell(pki.intermediate(_called(name, "signing CA"), key_type, INTERMEDIATE_DAYS))
    pki.remember(INTERMEDIATE)
    if trust_store:
        _trust(trust_store, root)
    if leaf:
        _tell(pki.issue(leaf, None, key_type, LEAF_DAYS))


@command.command(ROOT)
@click.option("--subject", required=True, help=_SUBJECT_HELP)
@click.option("--trust-store", metavar="NAME", help="Also put the root into the trust store ca:NAME.")
@_days(ROOT_DAYS)
@_key
@_place
def root(
    subject: str,
    trust_store: str | None,
    days: int,
    key: str,
    folder: Path | None,
    passphrase_file: Path | None,
    *,
    unencrypted: bool,
) -> None:
    """Make a root CA."""
    pki = _pki(folder, passphrase_file, unencrypted=unencrypted)
    made = pki.root(names.parse(subject), key, days)
    _tell(made)
    if trust_store:
        _trust(trust_store, made)


@command.command(INTERMEDIATE)
@click.option("--subject", help=_SUBJECT_HELP)
@click.option(
    "--csr", type=options.path_type, metavar="FILE", help="Certify this request instead of a new key."
)
@_days(INTERMEDIATE_DAYS)
@_key
@_addresses
@_place
def intermediate(
    subject: str | None,
    csr: Path | None,
    days: int,
    key: str,
    folder: Path | None,
    passphrase_file: Path | None,
    given: Given,
    *,
    unencrypted: bool,
) -> None:
    """Make an intermediate CA below the root."""
    if (subject is None) is (csr is None):
        raise click.UsageError("give either --subject or --csr")
    pki = _pki(folder, passphrase_file, given, unencrypted=unencrypted)
    if csr is not None:
        _tell(pki.certify(INTERMEDIATE, csr, days, as_ca=True))
    else:
        _tell(pki.intermediate(names.parse(subject or ""), key, days))


@command.command("issue")
@click.argument("name")
@click.option("--subject", help="The CA's with CN=NAME if not given.")
@click.option(
    "--csr", type=options.path_type, metavar="FILE", help="Certify this request instead of a new key."
)
@click.option("--add-key", is_flag=True, help="Also add the key NAME for seal sign.")
@_days(LEAF_DAYS)
@_key
@_addresses
@_place
def issue(
    name: str,
    subject: str | None,
    csr: Path | None,
    days: int,
    key: str,
    folder: Path | None,
    passphrase_file: Path | None,
    given: Given,
    *,
    add_key: bool,
    unencrypted: bool,
) -> None:
    """Issue the signing certificate NAME."""
    if csr is not None and (subject or add_key or is_elsewhere(key)):
        raise click.UsageError(
            "--csr brings its own subject and key: leave out --subject, --id and --add-key"
        )
    pki = _pki(folder, passphrase_file, given, unencrypted=unencrypted)
    if csr is not None:
        _tell(pki.certify(name, csr, days))
        return
    made = pki.issue(name, names.parse(subject) if subject else None, key, days)
    _tell(made)
    if add_key:
        _add_key(name, key, made)


@command.command("request")
@click.argument("name")
@click.option("--subject", required=True, help=_SUBJECT_HELP)
@_key
@_place
def request(
    name: str,
    subject: str,
    key: str,
    folder: Path | None,
    passphrase_file: Path | None,
    *,
    unencrypted: bool,
) -> None:
    """Make the key NAME and a signing request for a CA elsewhere."""
    pki = _pki(folder, passphrase_file, unencrypted=unencrypted)
    _tell(pki.request(name, names.parse(subject), key))


@command.command("renew")
@click.argument("name")
@click.option("--days", type=int, default=LEAF_DAYS, show_default=True, help="How long it is valid.")
@click.option("--new-key", "key_type", type=click.Choice(KEY_SPECS, case_sensitive=False), metavar="TYPE")
@_addresses
@_place
def renew(
    name: str,
    days: int,
    key_type: str | None,
    folder: Path | None,
    passphrase_file: Path | None,
    given: Given,
    *,
    unencrypted: bool,
) -> None:
    """Renew the certificate NAME.

    The subject stays, and the old certificate is kept beside the new one.
    """
    pki = _pki(folder, passphrase_file, given, unencrypted=unencrypted)
    _tell(pki.renew(name, days, key_type))


def _called(name: names.Name, role: str) -> names.Name:
    """A subject with a common name of its own, made of the organisation and the role if it has none."""
    if any(short == "CN" for short, _ in name):
        return tuple((short, f"{value} {role}" if short == "CN" else value) for short, value in name)
    organisation = next((value for short, value in name if short == "O"), "Sealwright")
    return (("CN", f"{organisation} {role}"), *name)


def _tell(made: Made) -> None:
    if made.certificate is not None:
        until = f"{made.certificate.not_after:%Y-%m-%d}"
        click.echo(f"{made.pem_file}: {made.certificate.subject_text}, valid until {until}")
    else:
        click.echo(f"{made.pem_file}: signing request")
    if made.key_file is not None:
        click.echo(f"{made.key_file}: private key")


def _trust(store: str, made: Made) -> None:
    trust_store.add(here.notation_folder(), "ca", store, made.pem_file)
    click.echo(f"ca:{store}: added {made.pem_file.name}")


def _add_key(name: str, key: str, made: Made) -> None:
    folder = here.notation_folder()
    keys = signing_keys.read(folder)
    if is_elsewhere(key):
        config = {CERTIFICATES: str(made.pem_file)}
        entry = KeyEntry(name, id=key, plugin_name=OWN_PLUGIN, plugin_config=config)
    else:
        entry = KeyEntry(name, str(made.key_file), str(made.pem_file))
    signing_keys.write(folder, keys.with_key(entry, default=not keys.keys))
    click.echo(f"{name}: added to the signing keys")


for _one in (listing, revoking, releasing, crl, ocsp, tsa):
    command.add_command(_one.command)
