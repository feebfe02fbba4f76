"""`notation certificate`: the certificates of trust stores, and keys to try things with."""

from sealwright.dialects.cobra import Command, Entry, Fault
from sealwright.dialects.notation import flags
from sealwright.dialects.notation.lines import LINES
from sealwright.dialects.pflag import Flag

__all__ = ["command"]

_TYPE = Flag("type", "string", "type of the trust store: ca, signingAuthority or tsa", "t")
_STORE = Flag("store", "string", "name of the trust store", "s")
_YES = Flag("yes", "bool", "do not ask", "y")
_FOLDER = "sealwright.dialects.notation.commands"


def command(line: str) -> Command:
    """The command in a line of notation."""
    from sealwright.dialects.notation.commands import stored_certificates as stored  # noqa: PLC0415  # with it

    add = Command(
        "add --type <type> --store <name> [flags] <cert_path>...",
        "Copy certificate files into a trust store",
        flags=(_TYPE, _STORE),
        required=("type", "store"),
        arguments=_some_path,
        run=stored.add,
    )
    listing = Command(
        "list",
        "List the certificate files of trust stores",
        aliases=("ls",),
        flags=(*flags.logging(line), _TYPE, _STORE),
        run=stored.listing,
    )
    show = Command(
        "show --type <type> --store <name> [flags] <cert_fileName>",
        "Show every certificate in a file of a trust store",
        flags=(*flags.logging(line), _TYPE, _STORE),
        required=("type", "store"),
        arguments=_one_file,
        run=stored.show,
    )
    delete = Command(
        "delete --type <type> --store <name> [flags] (--all | <cert_fileName>)",
        "Delete a file of a trust store, or all of the store",
        flags=(_TYPE, _STORE, Flag("all", "bool", "delete the whole trust store", "a"), _YES),
        required=("type", "store"),
        before=stored.check_what_to_delete,
        run=stored.delete,
    )
    generate = Entry(
        "generate-test", "Make an RSA key and a certificate for tests", f"{_FOLDER}.generate_test"
    )
    clean_up = Entry(
        "cleanup-test", "Delete what generate-test has made under a name", f"{_FOLDER}.cleanup_test"
    )
    return Command(
        "certificate",
        "Keep the certificates of trust stores",
        long=(
            "Keep the certificates of trust stores, below truststore/x509 of notation's folder.\n\n"
            "Example - Trust the certificates of a file as certificate authorities named acme:\n"
            "  notation cert add --type ca --store acme acme.pem\n\n"
            "Example - See what is in that store:\n"
            "  notation cert ls --type ca --store acme"
        ),
        aliases=("cert",),
        subcommands=(
            add,
            listing,
            show,
            delete,
            generate,
            *((clean_up,) if LINES[line].cleans_up_tests else ()),
        ),
    )


def _some_path(arguments: tuple[str, ...]) -> None:
    if not arguments:
        raise Fault("missing certificate path")


def _one_file(arguments: tuple[str, ...]) -> None:
    if not arguments:
        raise Fault("missing certificate file name")
    if len(arguments) > 1:
        raise Fault("show only supports single certificate file")
