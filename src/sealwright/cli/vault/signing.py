"""`seal vault sign` and `verify`: raw signatures of files and digests, for people and scripts."""

import base64
import binascii
import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click
import msgspec

from sealwright import limits
from sealwright.cli import exit_codes, options, tables
from sealwright.cli.examples import Command
from sealwright.cli.flag_group import flag_group
from sealwright.cli.plain import plain
from sealwright.cli.vault.approving import ApprovalFlags, approval_flags
from sealwright.cli.vault.naming import with_version
from sealwright.errors import KeyUnavailableError, StorageError, UsageError
from sealwright.homes import files

if TYPE_CHECKING:
    from sealwright.formats.kms.algorithms import KmsAlgorithm
    from sealwright.service_client.vault_answers import Key, Version
    from sealwright.service_client.vaults import VaultClient

__all__ = ["COMMANDS"]

_USUAL = {
    ("RSA", 2048): "SHA_256_RSA_PKCS_PSS",
    ("RSA", 3072): "SHA_384_RSA_PKCS_PSS",
    ("RSA", 4096): "SHA_512_RSA_PKCS_PSS",
    ("ECDSA", 256): "ECDSA_SHA_256",
    ("ECDSA", 384): "ECDSA_SHA_384",
    ("ECDSA", 521): "ECDSA_SHA_512",
}
"""What a key signs with if nothing else is said: as in Notary signatures."""

_PIECE = 1024 * 1024


class What(msgspec.Struct, frozen=True):
    """The values of the flags that say what is signed."""

    file: Path | None
    digest: str
    algorithm: str


_what = flag_group(
    "what",
    What,
    click.argument("file", type=options.path_type, required=False),
    click.option(
        "--digest", default="", metavar="sha256:HEX", help="Of what is signed, in the place of FILE."
    ),
    click.option("--algorithm", default="", metavar="NAME", help="Such as SHA_256_RSA_PKCS_PSS."),
)


class _Content(msgspec.Struct, frozen=True):
    """What goes to the service, or is verified here."""

    algorithm: "KmsAlgorithm"
    message: bytes
    digested: bool


@click.command(
    "sign",
    cls=Command,
    examples=(
        "seal vault sign build release.tar --out release.tar.sig",
        "seal vault sign build@1 --digest sha256:9bba… --algorithm SHA_256_RSA_PKCS_PSS",
        "seal vault sign build - < release.tar",
    ),
)
@with_version
@_what
@approval_flags
@click.option("--out", type=options.path_type, metavar="FILE", help="Write the raw signature to FILE.")
@options.json_output
def sign(
    client: "VaultClient",
    key: "Key",
    version: "Version",
    what: What,
    approval: ApprovalFlags,
    out: Path | None,
    output: str,
) -> None:
    """Have a key sign FILE (- for standard input), or a digest.

    What is printed is the signature in base64; signatures of EC keys are the DER of r and s. Images are
    signed with seal sign --key vault:KEY.
    """
    from sealwright.keys.vault.asking import WithApproval  # noqa: PLC0415  # not for the help

    content = _content(key, what)
    note = f"file {what.file}" if what.file is not None else f"digest {what.digest}"
    asks = WithApproval(client, key, version, approval.asking(note[: limits.APPROVAL_NOTE]))
    signed = asks.signed(content.algorithm.name, content.message, digested=content.digested)
    _require_good(version, content, signed.signature)
    if out is not None:
        files.write(out, signed.signature)
    if output == "json":
        tables.print_json(signed)
    elif out is not None:
        click.echo(plain(f"{out}: signature by {key.name}@{version.number}, {signed.algorithm}"))
    else:
        click.echo(base64.b64encode(signed.signature).decode())


@click.command(
    "verify",
    cls=Command,
    examples=(
        "seal vault verify build release.tar --signature release.tar.sig",
        "seal vault verify build@1 --digest sha256:9bba… --signature release.tar.sig",
    ),
)
@with_version
@_what
@click.option(
    "--signature",
    "signature_file",
    type=options.path_type,
    required=True,
    metavar="FILE",
    help="The signature, raw or in base64.",
)
@options.json_output
def verify(
    client: "VaultClient", key: "Key", version: "Version", what: What, signature_file: Path, output: str
) -> int:
    """Have the service verify a raw signature of FILE (- for standard input), or of a digest.

    The exit code is 0 if it is good, and 1 if not.
    """
    content = _content(key, what)
    signature = _signature(files.read(signature_file, limits.KMS_SIGNATURE_BYTES))
    good = client.verify(
        key.id,
        version.id,
        content.algorithm.name,
        content.message,
        signature,
        digested=content.digested,
    )
    if output == "json":
        members = {"key": key.id, "version": version.id, "algorithm": content.algorithm.name, "valid": good}
        tables.print_json(members)
    else:
        words = "a good signature" if good else "not a signature of it"
        click.echo(plain(f"{words} by {key.name}@{version.number}, {content.algorithm.name}"))
    return exit_codes.ACCEPTED if good else exit_codes.REFUSED


COMMANDS = (sign, verify)


def _content(key: "Key", what: What) -> _Content:
    """What is to be signed by a key.

    Raises:
        UsageError: `usage.vault-content`, `usage.vault-algorithm`.
        KeyUnavailableError: `key.unsupported`, `key.vault-digest`.
        StorageError: the file cannot be read.
    """
    from sealwright.formats.kms.algorithms import ALGORITHMS  # noqa: PLC0415  # not for the help

    name = what.algorithm.upper() or _USUAL.get((key.algorithm, key.bits), "")
    if not name:
        raise KeyUnavailableError("key.unsupported", key=key.algorithm)
    if name not in ALGORITHMS or ALGORITHMS[name].family != key.algorithm:
        known = ", ".join(one.name for one in ALGORITHMS.values() if one.family == key.algorithm)
        raise UsageError("usage.vault-algorithm", algorithm=name, known=known or "none", kind=key.algorithm)
    algorithm = ALGORITHMS[name]
    if (what.file is None) is not bool(what.digest):
        raise UsageError("usage.vault-content")
    if what.file is None:
        return _Content(algorithm, _digest(what.digest, algorithm), digested=True)
    if str(what.file) == "-":
        return _of_stream(sys.stdin.buffer, algorithm)
    try:
        with what.file.open("rb") as file:
            return _of_stream(file, algorithm)
    except OSError as error:
        problem = error.strerror or str(error)
        raise StorageError("file.unreadable", file=str(what.file), problem=problem) from None


def _of_stream(stream: BinaryIO, algorithm: "KmsAlgorithm") -> _Content:
    """All of it if it is short, so that who has to approve can read it; else its digest."""
    first = stream.read(limits.KMS_MESSAGE_BYTES + 1)
    if len(first) <= limits.KMS_MESSAGE_BYTES:
        return _Content(algorithm, first, digested=False)
    hashed = hashlib.new(algorithm.hash_name, first)
    while piece := stream.read(_PIECE):
        hashed.update(piece)
    return _Content(algorithm, hashed.digest(), digested=True)


def _digest(text: str, algorithm: "KmsAlgorithm") -> bytes:
    """A digest as it was typed, of the algorithm's hash."""
    name, colon, digits = text.partition(":")
    length = hashlib.new(algorithm.hash_name).digest_size
    try:
        found = bytes.fromhex(digits if colon else text)
    except ValueError:
        found = b""
    if len(found) != length or (colon and name != algorithm.hash_name):
        raise KeyUnavailableError("key.vault-digest", algorithm=algorithm.name, length=length)
    return found


def _signature(content: bytes) -> bytes:
    """A signature as it is, or out of base64 on one line."""
    try:
        return binascii.a2b_base64(content.strip(), strict_mode=True)
    except ValueError:
        return content


def _require_good(version: "Version", content: _Content, signature: bytes) -> None:
    """See that a signature is one before anybody uses it."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415  # not for the help

    from sealwright.formats.kms.algorithms import verifies  # noqa: PLC0415  # the same

    public = load_pem_public_key(version.public_key.encode())
    if not verifies(public, content.algorithm, content.message, signature, digested=content.digested):
        raise KeyUnavailableError("key.vault-signature")
