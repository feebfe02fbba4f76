"""The one row of `sealing_master`: made once, opened at every start, wrapped anew for another root key."""

import os
from collections.abc import Callable

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sealwright.errors import CallerError
from sealwright.service.configuration.vault import Root
from sealwright.service.sealing.roots import kinds
from sealwright.service.sealing.sealing import MASTER_BYTES
from sealwright.service.storage import Database, Transaction, now

__all__ = ["Note", "Wrapped", "found", "opened"]

Note = Callable[[Transaction, str, str], None]
"""Notes in a transaction what was done, and of what kind the root key is now."""

_NONCE_BYTES = 12

_FIND = "SELECT kind, parameters, wrapped FROM sealing_master WHERE id = 1"
_ADD = """
    INSERT INTO sealing_master (id, kind, parameters, wrapped, created)
    VALUES (1, :kind, :parameters, :wrapped, :at) ON CONFLICT (id) DO NOTHING
"""
_CHANGE = """
    UPDATE sealing_master SET kind = :kind, parameters = :parameters, wrapped = :wrapped
    WHERE id = 1 AND wrapped = :before
"""


class Wrapped(msgspec.Struct, frozen=True):
    """The row: of what kind the root key is, how it is had again, and the master key wrapped under it."""

    kind: str
    parameters: str
    wrapped: bytes


def found(database: Database) -> Wrapped | None:
    """The row, if it was made."""
    row = database.row(_FIND)
    return None if row is None else Wrapped(row[0], row[1], bytes(row[2]))


def opened(database: Database, root: Root, former: Root | None, note: Note, *, make: bool = True) -> bytes:
    """The master key, made if there never was one.

    Args:
        database: where its row is.
        root: the root key that counts.
        former: the one before it; what it opens is wrapped anew under `root`.
        note: keeps what was done in the audit log.
        make: whether it may be made, and wrapped anew.

    Raises:
        CallerError: `vault.root-wrong`, `vault.root-kind`, `vault.root-unmade`, or the root key cannot be
            had.
        EnvironmentalError: a file, a token, or the database.
    """
    wrapped = found(database)
    if wrapped is None:
        if not make:
            raise CallerError("vault.root-unmade")
        made = _wrapped(os.urandom(MASTER_BYTES), root)
        with database.write() as transaction:
            new = transaction.run(
                _ADD, kind=made.kind, parameters=made.parameters, wrapped=made.wrapped, at=now()
            )
            if new:
                note(transaction, "root.make", made.kind)
        wrapped = found(database)  # that of another server, if it was faster
        assert wrapped is not None  # noqa: S101  # it is there now
    try:
        return _unwrapped(wrapped, root)
    except CallerError:
        if former is None:
            raise
        master = _former(wrapped, former)
        if master is None:
            raise
    if make:
        _change(database, wrapped, _wrapped(master, root), note)
    return master


def _former(wrapped: Wrapped, former: Root) -> bytes | None:
    """The master key under the former root key; None if it is not that one either."""
    try:
        return _unwrapped(wrapped, former)
    except CallerError as error:
        if error.code in ("vault.root-wrong", "vault.root-kind"):
            return None
        raise


def _change(database: Database, before: Wrapped, after: Wrapped, note: Note) -> None:
    with database.write() as transaction:
        done = transaction.run(
            _CHANGE,
            kind=after.kind,
            parameters=after.parameters,
            wrapped=after.wrapped,
            before=before.wrapped,
        )
        if done:
            note(transaction, "root.change", after.kind)


def _wrapped(master: bytes, root: Root) -> Wrapped:
    key, parameters = kinds.new(root)
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, master, _context(root.kind, parameters))
    return Wrapped(root.kind, parameters.decode(), nonce + sealed)


def _unwrapped(wrapped: Wrapped, root: Root) -> bytes:
    if wrapped.kind != root.kind:
        raise CallerError("vault.root-kind", kind=wrapped.kind, wanted=root.kind)
    parameters = wrapped.parameters.encode()
    key = kinds.again(root, parameters)
    nonce, sealed = wrapped.wrapped[:_NONCE_BYTES], wrapped.wrapped[_NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, sealed, _context(root.kind, parameters))
    except (InvalidTag, ValueError):  # the latter for what is too short
        raise CallerError("vault.root-wrong", kind=root.kind) from None


def _context(kind: str, parameters: bytes) -> bytes:
    return b"sealwright master\0" + kind.encode() + b"\0" + parameters
