"""What `notation certificate` does with trust stores: add, list, show, delete."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sealwright.dialects.cobra import Fault, Invocation
from sealwright.dialects.go_text import os_error, printed, quote
from sealwright.dialects.notation import certificate_files
from sealwright.dialects.notation.confirmation import confirmed
from sealwright.dialects.notation.logs import log
from sealwright.dialects.tabwriter import table
from sealwright.errors import SealwrightError
from sealwright.policy.notation.document import STORE_KINDS

if TYPE_CHECKING:
    from sealwright.pki.certificate import Certificate

__all__ = ["add", "check_what_to_delete", "delete", "listing", "put", "show", "take_out"]

_RULER = "-" * 80


def add(invocation: Invocation) -> None:
    """`certificate add`: copies what it can, and says which files it could not."""
    kind, store = invocation.values["type"], invocation.values["store"]
    certificate_files.require_kind(kind)
    certificate_files.require_store_name(store)
    added, failed = [], []
    for typed in invocation.arguments:
        try:
            put(invocation, typed, kind, store)
            added.append(typed)
        except Fault as fault:
            failed.append(f"{typed}, with error {quote(str(fault))}\n")
    if added:
        invocation.say(
            f"Successfully added following certificates to named store {store} of type {kind}:", *added
        )
    if failed:
        raise Fault(
            f"Failed to add following certificates to named store {store} of type {kind}:\n{''.join(failed)}"
        )


def put(invocation: Invocation, typed: str, kind: str, store: str) -> str:
    """Copy a file into a trust store; gives its name there.

    Args:
        invocation: the command that does it.
        typed: the file.
        kind: of the store.
        store: its name.

    Raises:
        Fault: the file is unfit, or its name is taken.
        StorageError: it cannot be written.
    """
    from sealwright.homes.notation import trust_store  # noqa: PLC0415  # heavy
    from sealwright.homes.notation.folder import config_folder  # noqa: PLC0415  # with it

    path = os.path.abspath(typed)  # noqa: PTH100  # as Go does: links are not resolved
    certificate_files.read_some(path)
    name = os.path.basename(path)  # noqa: PTH119  # the same
    if os.path.exists(certificate_files.store_path(invocation, kind, store, name)):  # noqa: PTH110  # the same
        raise Fault("certificate already exists in the Trust Store")
    try:
        trust_store.add(config_folder(invocation.environment), kind, store, Path(path))
    except SealwrightError as error:
        raise Fault(_unfit(error, invocation.line)) from None
    return name


def _unfit(error: SealwrightError, line: str) -> str:
    from sealwright.dialects.notation.words import said  # noqa: PLC0415  # only for errors
    from sealwright.dialects.notation.words.stores import INNER  # noqa: PLC0415  # the same

    if error.code not in INNER:
        return said(error, line)
    return INNER[error.code].replace("{subject:q}", quote(str(error.data["subject"])))


def listing(invocation: Invocation) -> None:
    """`certificate list`: prints nothing at all where there is nothing."""
    kind, store = invocation.values["type"], invocation.values["store"]
    if kind and kind not in STORE_KINDS:
        return
    kinds = (kind,) if kind else STORE_KINDS
    try:
        found = [path for each in kinds for path in _files(invocation, each, store)]
    except Fault as fault:
        where = (
            f"in the named store {store}{f' of type {kind}' if kind else ''}"
            if store
            else f"of type {kind}"
            if kind
            else "in the trust store"
        )
        everything = "all certificates stored " + where
        raise Fault(f"failed to list {everything}, with error: {fault}") from None
    if found:
        rows = [Path(path).parts[-3:] for path in found]
        invocation.out.write(table([("STORE TYPE", "STORE NAME", "CERTIFICATE"), *rows]))


def _files(invocation: Invocation, kind: str, store: str) -> Iterator[str]:
    if store:
        return certificate_files.listed(certificate_files.store_path(invocation, kind, store), 0)
    return certificate_files.listed(certificate_files.store_path(invocation, kind), 1)


def show(invocation: Invocation) -> None:
    """`certificate show`."""
    kind, store, name = invocation.values["type"], invocation.values["store"], invocation.arguments[0]
    certificate_files.require_kind(kind)
    certificate_files.require_store_name(store)
    if not name:
        raise Fault("certificate fileName cannot be empty")
    path = certificate_files.store_path(invocation, kind, store, name)
    log(invocation, "debug", f"Showing details of certificate: {path}")
    try:
        found = certificate_files.read_some(path)
    except Fault as fault:
        raise Fault(f"failed to show details of certificate {name}, with error: {fault}") from None
    invocation.say("Certificate details")
    for one in found:
        invocation.say(_RULER, *_details(one))


def _details(one: "Certificate") -> Iterator[str]:
    from sealwright.dialects.go_names import name_text  # noqa: PLC0415  # with the certificate

    yield f"Issuer: {name_text(one.handle.issuer)}"
    yield f"Subject: {name_text(one.handle.subject)}"
    yield f"Valid from: {printed(one.not_before)}"
    yield f"Valid to: {printed(one.not_after)}"
    yield f"IsCA: {str(one.is_ca).lower()}"
    yield f"SHA256 Thumbprint: {one.fingerprint}"


def check_what_to_delete(invocation: Invocation) -> None:
    """Either one file is named, or all are meant.

    Raises:
        Fault: both, or neither.
    """
    if invocation.values["all"]:
        if invocation.arguments:
            raise Fault(
                "cannot delete a single certificate file when --all flag is set. "
                "use --help flag for more details"
            )
    elif not invocation.arguments:
        raise Fault(
            "delete requires either the certificate file name that needs to be deleted or --all flag to "
            "delete all certificates in the given named trust store"
        )


def delete(invocation: Invocation) -> None:
    """`certificate delete`."""
    kind, store = invocation.values["type"], invocation.values["store"]
    certificate_files.require_store_name(store)
    certificate_files.require_kind(kind)
    if invocation.values["all"]:
        _delete_store(invocation, kind, store)
        return
    name = invocation.arguments[0]
    if not name:
        raise Fault("to delete a specific certificate, certificate fileName cannot be empty")
    question = f"Are you sure you want to delete {quote(name)} in {quote(store)} of type {quote(kind)}?"
    if not confirmed(invocation, question, already=invocation.values["yes"]):
        return
    try:
        take_out(invocation, kind, store, name)
    except Fault as fault:
        raise Fault(f"failed to delete the certificate file: {fault}") from None


def take_out(invocation: Invocation, kind: str, store: str, name: str) -> None:
    """Delete one file of a trust store, and say so.

    Raises:
        Fault: there is none, it cannot be deleted, or the name is that of a file elsewhere.
    """
    if name in (".", "..") or "/" in name:
        raise Fault(f"{quote(name)} is not the name of a file in a trust store")
    path = certificate_files.store_path(invocation, kind, store, name)
    try:
        os.stat(path)  # noqa: PTH116  # a path of Go's making
        Path(path).unlink()
    except IsADirectoryError as error:
        raise Fault(os_error("remove", path, error)) from None
    except OSError as error:
        operation = "remove" if os.path.exists(path) else "stat"  # noqa: PTH110  # the same
        raise Fault(os_error(operation, path, error)) from None
    invocation.say(f"Successfully deleted {name}")


def _delete_store(invocation: Invocation, kind: str, store: str) -> None:
    question = f"Are you sure you want to delete all certificates in {quote(store)} of type {quote(kind)}?"
    if not confirmed(invocation, question, already=invocation.values["yes"]):
        return
    path = Path(certificate_files.store_path(invocation, kind, store))
    try:
        path.stat()
        if path.is_symlink():
            path.unlink()
        else:
            shutil.rmtree(path)
    except OSError as error:
        operation = "unlinkat" if path.exists() else "stat"
        problem = os_error(operation, error.filename or path, error)
        raise Fault(f"failed to delete the named trust store: {problem}") from None
    invocation.say(f"Successfully deleted {path}")
