"""notation's `config.json`: insecure registries, credential helpers, the envelope to write."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from sealwright.errors import DocumentError
from sealwright.homes import documents

__all__ = ["Settings", "read"]


class Settings(msgspec.Struct, frozen=True, rename="camel"):
    """The members that notation knows. `signature_format` is `jws` or `cose`, in any case."""

    insecure_registries: tuple[str, ...] = ()
    creds_store: str = ""
    cred_helpers: Mapping[str, str] = {}
    signature_format: str = "jws"


def read(folder: Path) -> Settings:
    """The settings, or the defaults if there is no file.

    Args:
        folder: notation's folder.

    Raises:
        DocumentError: `document.malformed`.
        StorageError: the file cannot be read.
    """
    path = folder / "config.json"
    settings = documents.shaped(path, documents.members(path), Settings)
    form = settings.signature_format.lower()
    if form not in ("", "jws", "cose"):
        problem = f'signatureFormat is "{settings.signature_format}"; it can be jws or cose'
        raise DocumentError("document.malformed", file=str(path), problem=problem, signature_format=form)
    return msgspec.structs.replace(settings, signature_format=form)
