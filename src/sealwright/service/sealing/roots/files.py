"""Root keys in files, which only their owner may read.

sealwright root key 1              sealwright root key 1 sealed
<32 bytes in base64>               <JSON: the costs of scrypt, and the sealed bytes in base64>
"""

import base64
import binascii
import os
import stat
from contextlib import suppress
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sealwright import limits
from sealwright.errors import CallerError, StorageError
from sealwright.service.configuration.vault import Root
from sealwright.service.sealing.roots.passphrases import Costs, derived, new_costs, passphrase_of
from sealwright.service.storage.names import flush_folder

__all__ = ["make", "read", "require"]

_PLAIN, _SEALED = b"sealwright root key 1", b"sealwright root key 1 sealed"
_KEY_BYTES = 32
_NONCE_BYTES = 12


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    scrypt: Costs
    sealed: str


def make(root: Root) -> None:
    """Make the file with a new root key, sealed if the settings have a passphrase. One that is there stays.

    Raises:
        StorageError: `file.unwritable`.
    """
    path = Path(root.file)
    content = _content(os.urandom(_KEY_BYTES), root)
    beside = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123  # a descriptor
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(beside, path)  # in place whole, or not at all, and over no other
        finally:
            beside.unlink()
        flush_folder(path.parent)
    except OSError as error:
        raise StorageError("file.unwritable", file=str(path), problem=error.strerror or str(error)) from None


def read(root: Root) -> bytes:
    """The root key of a file.

    Raises:
        CallerError: `vault.root-missing`, `vault.root-open`, `vault.root-unusable`,
            `vault.passphrase-missing`, `vault.passphrase-wrong`.
        StorageError: `file.unreadable`.
    """
    try:
        descriptor = os.open(root.file, os.O_RDONLY | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123  # a descriptor
            status = os.fstat(descriptor)
            content = file.read(limits.ROOT_FILE_BYTES + 1)
    except FileNotFoundError:
        raise CallerError("vault.root-missing", file=root.file) from None
    except OSError as error:
        raise StorageError("file.unreadable", file=root.file, problem=error.strerror or str(error)) from None
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise CallerError("vault.root-open", file=root.file, mode=f"{stat.S_IMODE(status.st_mode):04o}")
    return _key(content, root)


def require(root: Root) -> None:
    """Return if the file can be read, or could be made; nothing is made.

    Raises:
        CallerError, StorageError: as for `read`, and `file.unwritable`.
    """
    path = Path(root.file)
    if path.exists():
        read(root)
        return
    folder = path.parent
    while root.in_storage and not folder.exists() and folder != folder.parent:
        folder = folder.parent  # what is to be made with the folder of the storage
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise StorageError("file.unwritable", file=root.file, problem=f"{folder} cannot be written to")


def _content(key: bytes, root: Root) -> bytes:
    if not root.passphrase and not root.passphrase_file:
        return _PLAIN + b"\n" + base64.b64encode(key) + b"\n"
    costs = new_costs()
    nonce = os.urandom(_NONCE_BYTES)
    sealing = AESGCM(derived(passphrase_of(root.passphrase, root.passphrase_file), costs))
    sealed = nonce + sealing.encrypt(nonce, key, _SEALED)
    return _SEALED + b"\n" + msgspec.json.encode(_Content(costs, base64.b64encode(sealed).decode())) + b"\n"


def _key(content: bytes, root: Root) -> bytes:
    head, _, rest = content.partition(b"\n")
    try:
        if head == _PLAIN:
            key = base64.b64decode(rest.strip(), validate=True)
        elif head == _SEALED:
            found = msgspec.json.decode(rest, type=_Content)
            sealed = base64.b64decode(found.sealed, validate=True)
            passphrase = passphrase_of(root.passphrase, root.passphrase_file)
            sealing = AESGCM(derived(passphrase, found.scrypt))
            key = sealing.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _SEALED)
        else:
            raise _unusable(root)
    except InvalidTag:
        raise CallerError("vault.passphrase-wrong", what=root.file) from None
    except (binascii.Error, ValueError):  # msgspec's errors among them
        raise _unusable(root) from None
    if len(key) != _KEY_BYTES:
        raise _unusable(root)
    return key


def _unusable(root: Root) -> CallerError:
    return CallerError("vault.root-unusable", problem=f"{root.file} is not a file of ours with a root key")
