"""The command lines of atomic, read with argparse, as the original does."""

import argparse
import sys
from typing import NoReturn, TypeAlias

from sealwright.homes.atomic_settings import AtomicSettings

__all__ = ["COMMANDS", "parser"]

COMMANDS = ("sign", "push", "upload", "pull", "trust")
"""The commands that are here; `upload` is another name of `push`."""

_REGISTRY = (
    "Registry to manage trust policy for, REGISTRY[/REPOSITORY]. Trust policy allows for nested scope: "
    "registry.example.com is all of a registry, registry.example.com/acme what is below that."
)
_STORES = ("atomic", "local", "web")
_STORES_HELP = (
    "what the registry is: web, a registry; local, folders; atomic, OpenShift's registry (default: web)"
)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in two lines."""

    def error(self, message: str) -> NoReturn:
        sys.stdout.flush()
        sys.stderr.write(f"atomic: {message}\nTry '{self.prog} --help' for more information.\n")
        raise SystemExit(2)


_Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001  # it has no other name


def parser(version: str, settings: AtomicSettings) -> argparse.ArgumentParser:
    """The whole command line.

    Args:
        version: what `--version` prints.
        settings: whose defaults the help names.
    """
    found = Parser(prog="atomic", description="Sign, push and pull images, and say which are trusted.")
    found.add_argument("-v", "--version", action="version", version=version)
    found.add_argument("--debug", action="store_true", help="show where an error comes from")
    found.add_argument("-y", "--assumeyes", action="store_true", help="answer all questions with yes")
    commands = found.add_subparsers(dest="command", metavar="COMMAND")
    _add_sign(commands, settings)
    _add_push(commands, settings)
    _add_pull(commands, settings)
    _add_trust(commands)
    return found


def _escaped(text: str) -> str:
    """Text that argparse shows as it is."""
    return text.replace("%", "%%")


def _signer(command: argparse.ArgumentParser, settings: AtomicSettings) -> None:
    signer = settings.default_signer or None
    command.add_argument(
        "--sign-by",
        default=signer,
        help=_escaped(
            f"The signing key, currently {signer}; default_signer of /etc/atomic.conf names another"
        ),
    )
    command.add_argument(
        "-g", "--gnupghome", help="The folder of gpg whose keyring is used, such as ~/.gnupg with sudo"
    )


def _add_sign(commands: _Commands, settings: AtomicSettings) -> None:
    command = commands.add_parser("sign", help="Sign an image")
    command.add_argument("images", nargs="*", help="images to sign")
    _signer(command, settings)
    command.add_argument(
        "-d", "--directory", dest="signature_path", help="Define an alternate directory to store signatures"
    )


def _add_push(commands: _Commands, settings: AtomicSettings) -> None:
    command = commands.add_parser(
        "push",
        aliases=["upload"],
        help="push latest image to repository",
        usage="%(prog)s [options] image",  # Python 3.11 cannot lay out a group of hidden flags
    )
    command.add_argument("--anonymous", action="store_true", help="Push without a user name or password")
    elsewhere = command.add_mutually_exclusive_group()
    elsewhere.add_argument("--pulp", action="store_true", help=argparse.SUPPRESS)
    elsewhere.add_argument("--satellite", action="store_true", help=argparse.SUPPRESS)
    command.add_argument("--verify_ssl", action="store_true", help=argparse.SUPPRESS)
    for flags in (("-U", "--url"), ("-a", "--activation_key"), ("-r", "--repository_id")):
        command.add_argument(*flags, help=argparse.SUPPRESS)
    command.add_argument("-u", "--username", help="Username for remote registry")
    command.add_argument("-p", "--password", help="Password for remote registry")
    command.add_argument(
        "-t", "--type", dest="reg_type", default="docker", choices=["docker", "atomic"], help="Registry type"
    )
    _signer(command, settings)
    command.add_argument("--insecure", action="store_true", help="Do not check registry certificates")
    command.add_argument("image", help="container image")


def _add_pull(commands: _Commands, settings: AtomicSettings) -> None:
    command = commands.add_parser("pull", help="pull latest image from a repository")
    command.add_argument(
        "--storage",
        default=settings.default_storage,
        help=_escaped(f"Specify the storage. Default is currently '{settings.default_storage}'."),
    )
    command.add_argument("--src-creds", metavar="USER[:PASSWORD]", help="Credentials for the registry")
    command.add_argument("-t", "--type", dest="reg_type", help="Pull from an alternative registry type.")
    command.add_argument("image", help="image id")


def _add_trust(commands: _Commands) -> None:
    command = commands.add_parser("trust", help="Manage system container trust policy")
    verbs = command.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    add = verbs.add_parser("add", help="Add a new trust policy for a registry")
    add.add_argument(
        "-k",
        "--pubkeys",
        action="append",
        default=[],
        help="File or URL of a public key, or a key of gpg, to be kept in the policy; may be repeated",
    )
    add.add_argument(
        "-f",
        "--pubkeysfile",
        action="append",
        default=[],
        help="File of a public key, whose path is kept in the policy; may be repeated",
    )
    add.add_argument("--sigstoretype", default="web", choices=_STORES, help=_STORES_HELP)
    add.add_argument(
        "-t",
        "--type",
        dest="trust_type",
        default="signedBy",
        choices=["insecureAcceptAnything", "reject", "signedBy"],
        help="Trust type (default: signedBy)",
    )
    add.add_argument("--keytype", default="GPGKeys", help="Public key type (default: GPGKeys)")
    add.add_argument("-s", "--sigstore", help="URL of the signature store")
    add.add_argument("registry", help=_REGISTRY)
    default = verbs.add_parser("default", help="Modify default trust policy")
    default.add_argument("default_policy", choices=["reject", "accept"], help="Default policy action")
    delete = verbs.add_parser("delete", help="Delete a trust policy for a registry")
    delete.add_argument("--sigstoretype", default="web", choices=_STORES, help=_STORES_HELP)
    delete.add_argument(
        "--save-sigstore", action="store_true", help="Do not remove the registry sigstore configuration"
    )
    delete.add_argument("registry", help=_REGISTRY)
    show = verbs.add_parser("show", help="Display trust policy for the system")
    show.add_argument("--raw", action="store_true", help="Output raw policy file")
    show.add_argument("-j", "--json", action="store_true", help="Output as json")
    verbs.add_parser("reset", help="Reset trust policy")
