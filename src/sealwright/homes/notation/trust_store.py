"""Named trust stores: `truststore/x509/{ca|signingAuthority|tsa}/NAME/`.

Source: trust-store-trust-policy.md, "Trust Store".

Each file holds one DER or any number of PEM certificates, under any name. Every file must be readable and
every certificate fit for its store: a CA or self-signed; in `tsa` stores a self-issued root. One that is not
fails the whole store. Symbolic links and sub-folders fail it too, as in the reference; the specification
would have sub-folders ignored, which hides mistakes.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sealwright import limits
from sealwright.errors import DocumentError, SealwrightError, UsageError
from sealwright.homes import files
from sealwright.pki import certificate
from sealwright.policy.notation.document import STORE_KINDS, is_store_name

__all__ = ["StoredCertificates", "add", "delete", "listed", "read"]


class StoredCertificates(NamedTuple):
    """One file of a trust store and the DER certificates in it."""

    kind: str
    store: str
    path: Path
    certificates: tuple[bytes, ...]


def read(folder: Path, kind: str, name: str) -> tuple[StoredCertificates, ...]:
    """All of one named store, in the order of file names.

    Args:
        folder: notation's folder.
        kind: `ca`, `signingAuthority` or `tsa`.
        name: the store's name.

    Raises:
        UsageError: `truststore.kind-unknown`, `truststore.name-invalid`.
        DocumentError: `truststore.absent`, `truststore.not-a-folder`, `truststore.not-a-file`,
            `truststore.empty`, `truststore.too-many-files`, or the reason of the certificate that is unfit.
        StorageError: a file cannot be read.
    """
    place = _place(folder, kind, name)
    if not place.exists():
        raise DocumentError("truststore.absent", file=str(place), kind=kind, name=name)
    if place.is_symlink() or not place.is_dir():
        raise DocumentError("truststore.not-a-folder", file=str(place), kind=kind, name=name)
    paths = sorted(place.iterdir())
    if len(paths) > limits.TRUST_STORE_FILES:
        raise DocumentError("truststore.too-many-files", file=str(place), limit=limits.TRUST_STORE_FILES)
    found = tuple(_file(kind, name, path) for path in paths)
    if not found:
        raise DocumentError("truststore.empty", file=str(place), kind=kind, name=name)
    return found


def listed(folder: Path) -> Iterator[tuple[str, str]]:
    """Kind and name of every store that is there, in order."""
    for kind in STORE_KINDS:
        place = folder / "truststore" / "x509" / kind
        if place.is_dir():
            for path in sorted(place.iterdir()):
                yield kind, path.name


def add(folder: Path, kind: str, name: str, source: Path) -> Path:
    """Copy a certificate file into a store, which is made if it is missing; gives the new file's path.

    File and folders are for the user alone, as notation makes them.

    Raises:
        UsageError: `truststore.kind-unknown`, `truststore.name-invalid`, `file.exists`.
        DocumentError: a certificate in it is unfit for the store.
        StorageError: a file cannot be read or written.
    """
    place = _place(folder, kind, name)
    content = files.read(source, limits.TRUST_STORE_FILE_BYTES)
    _fit(kind, source, content)
    target = place / source.name
    if os.path.lexists(target):
        raise UsageError("file.exists", file=str(target))
    files.write(target, content, files.PRIVATE)
    return target


def delete(folder: Path, kind: str, name: str, file_name: str) -> Path:
    """Remove one file from a store, and the store's folder with its last file.

    Raises:
        UsageError: `truststore.kind-unknown`, `truststore.name-invalid`, `truststore.no-such-file`.
        StorageError: `file.unwritable`.
    """
    place = _place(folder, kind, name)
    target = place / file_name
    if Path(file_name).name != file_name or not os.path.lexists(target):
        raise UsageError("truststore.no-such-file", file=file_name, kind=kind, name=name)
    try:
        target.unlink()
        if not any(place.iterdir()):
            place.rmdir()
    except OSError as error:
        raise files.unwritable(target, error) from None
    return target


def _place(folder: Path, kind: str, name: str) -> Path:
    if kind not in STORE_KINDS:
        raise UsageError("truststore.kind-unknown", kind=kind, known=", ".join(STORE_KINDS))
    if not is_store_name(name):
        raise UsageError("truststore.name-invalid", name=name)
    return folder / "truststore" / "x509" / kind / name


def _file(kind: str, store: str, path: Path) -> StoredCertificates:
    if path.is_symlink() or not path.is_file():
        raise DocumentError("truststore.not-a-file", file=str(path), kind=kind, name=store)
    return StoredCertificates(
        kind, store, path, _fit(kind, path, files.read(path, limits.TRUST_STORE_FILE_BYTES))
    )


def _fit(kind: str, path: Path, content: bytes) -> tuple[bytes, ...]:
    """The certificates of a file, each known to be fit for a store of that kind."""
    try:
        return certificate.trust_anchors(content, kind)
    except SealwrightError as error:
        raise DocumentError.about(str(path), error) from None
