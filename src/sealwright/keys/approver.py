"""The private key with which one person approves and refuses, wherever it is.

| named                    | the key                                                                        |
|--------------------------|--------------------------------------------------------------------------------|
| `gpg:ID`                 | one of gpg's: on a card, in an agent, in the user's keyring                     |
| `pkcs11:…`               | P-256 or RSA on a token                                                         |
| anything else            | a file: Ed25519, P-256 or RSA in PEM, encrypted or not                          |

Signatures are made in the forms that `approval.keys` verifies; each is verified here before it is used.
"""

from collections.abc import Callable
from pathlib import Path

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from sealwright import limits
from sealwright.approval.keys import ApproverKey
from sealwright.errors import DocumentError, KeyUnavailableError
from sealwright.homes import files
from sealwright.homes.environment import Environment
from sealwright.keys.passphrases import Passphrases
from sealwright.pki import key_files

__all__ = ["ApproversKey", "generate", "open_key", "own_file"]

_GPG = "gpg:"
_TOKEN = "pkcs11:"  # noqa: S105  # the scheme of a URI
_PSS = padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH)

PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class ApproversKey(msgspec.Struct, frozen=True):
    """A person's key: its public part, and what signs with it."""

    public: ApproverKey
    make: Callable[[bytes], bytes]

    def sign(self, statement: bytes) -> bytes:
        """The signature of a statement.

        Raises:
            KeyUnavailableError: `approval.key-signature`: what signs made another; or a `key.` code.
            EnvironmentalError: the key cannot be reached.
        """
        made = self.make(statement)
        if not self.public.verifies(statement, made):
            raise KeyUnavailableError("approval.key-signature")
        return made


def own_file(environment: Environment) -> Path:
    """Where a person's key is unless it is named: `sealwright/approver.key` among the user's settings."""
    return environment.folder("XDG_CONFIG_HOME", ".config") / "sealwright" / "approver.key"


def open_key(name: str, passphrases: Passphrases, environment: Environment) -> ApproversKey:
    """A person's key.

    Args:
        name: see the table above; empty: `own_file`.
        passphrases: where a passphrase or PIN comes from.
        environment: says where gpg's keyring is, and the settings.

    Raises:
        KeyUnavailableError: `approval.key-absent`, `approval.key-unusable`, or a `key.` code.
        DocumentError: the file of the key cannot be used.
        StorageError: the file cannot be read.
        EnvironmentalError: gpg or the token failed.
    """
    if name.startswith(_GPG):
        return _of_gpg(name.removeprefix(_GPG), passphrases, environment)
    if name.startswith(_TOKEN):
        from sealwright.keys.by_uri import open_elsewhere  # noqa: PLC0415  # only for such keys

        return _of(open_elsewhere(name, passphrases))
    path = Path(name) if name else own_file(environment)
    if not name and not path.exists():
        raise KeyUnavailableError("approval.key-absent", file=str(path))
    return _of(_read(path, passphrases))


def generate(path: Path, passphrase: bytes | None) -> ApproversKey:
    """A new Ed25519 key in a file that only its owner can read.

    Args:
        path: of the file, which must not be there yet.
        passphrase: to encrypt it with; None: it stays in the clear.

    Raises:
        StorageError: `file.exists`, `file.unwritable`.
    """
    key = ed25519.Ed25519PrivateKey.generate()
    encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    files.write(path, content, files.PRIVATE, replace=False)
    return _of(key)


def _read(path: Path, passphrases: Passphrases) -> PrivateKey:
    content = files.read(path, limits.CONFIG_FILE_BYTES)
    try:
        encrypted = key_files.is_encrypted(content)
        passphrase = passphrases.existing(str(path)) if encrypted else None
        return _loaded(content, passphrase)
    except KeyUnavailableError as error:
        raise DocumentError.about(str(path), error) from None


def _loaded(content: bytes, passphrase: bytes | None) -> PrivateKey:
    try:
        key = load_pem_private_key(content, passphrase)
    except UnsupportedAlgorithm as error:
        raise KeyUnavailableError("key.unsupported", key=str(error.args[0])) from None
    except (ValueError, TypeError):
        if passphrase is not None:
            raise KeyUnavailableError("key.passphrase-wrong") from None
        raise KeyUnavailableError("key.not-pem") from None
    if not isinstance(key, PrivateKey):
        raise KeyUnavailableError("key.unsupported", key=type(key).__name__)
    return key


def _of(key: PrivateKey) -> ApproversKey:
    """A key of the library's shape; `ApproverKey.of` refuses curves and lengths that nobody takes."""
    public = ApproverKey.of(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))

    def make(statement: bytes) -> bytes:
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(statement, _PSS, SHA256())
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(statement, ec.ECDSA(SHA256()))
        return key.sign(statement)

    return ApproversKey(public, make)


def _of_gpg(name: str, passphrases: Passphrases, environment: Environment) -> ApproversKey:
    from sealwright.keys.openpgp import gpg_keys, gpg_signer  # noqa: PLC0415  # only for such keys

    sealer = gpg_signer.open_key(name, passphrases, environment)
    return ApproversKey(ApproverKey.of(gpg_keys.exported(environment, sealer.primary)), sealer.detach)
