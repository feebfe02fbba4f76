"""Sign a file and verify one: Notary signatures that are kept beside it instead of in a registry.

Sign:

1. The digest of the file, by the hash of the key's own algorithm.
2. Prepare, let the key sign, assemble; what was made is verified in form and payload.
3. The signature is written at once, or not at all.

Verify:

1. Parse the signatures: what they say tells by which algorithms the file is digested.
2. Read the file once.
3. Let the policy choose its statement. None: refused.
4. Decide; while the decision misses something, gather it and decide again.

A signature names the file by the hash of its own key; one that names it by another counts for nothing.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from sealwright.descriptor import Descriptor
from sealwright.errors import (
    CheckFailedError,
    KeyUnavailableError,
    MalformedContentError,
    MalformedSignatureError,
    NoStatementError,
    StorageError,
    UsageError,
)
from sealwright.evidence import Evidence
from sealwright.formats.table import details, parse
from sealwright.homes import files
from sealwright.homes.pending import PendingFolder
from sealwright.interfaces import LateSigner, Policy, Signer
from sealwright.pki import chain as chains
from sealwright.pki import keys
from sealwright.pki.algorithms import BY_NAME, Algorithm
from sealwright.policy.decide import Candidate, Case
from sealwright.policy.settle import settle, without_statement
from sealwright.signature import StoredSignature, Subject, Summary, Unreadable
from sealwright.stores import proofs
from sealwright.verdict import PolicyUsed, Verdict
from sealwright.workflow import blob_files, pending
from sealwright.workflow.context import Context
from sealwright.workflow.pending import Pending
from sealwright.workflow.sign import Enveloped, Wish, envelope

__all__ = [
    "MEDIA_TYPE",
    "SignedBlob",
    "as_signed",
    "inspect_signature",
    "keep",
    "keep_proof",
    "require_free",
    "sign_blob",
    "verify_blob",
]

MEDIA_TYPE = "application/octet-stream"
"""Of a file whose signer does not say what it is."""

_USUAL_HASH = "sha256"
_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[^"\\\r\n]|\\[^\r\n])*"'
_MEDIA_TYPE = re.compile(rf"{_WORD}/{_WORD}(?:[ \t]*;[ \t]*{_WORD}=(?:{_WORD}|{_QUOTED}))*")


class SignedBlob(msgspec.Struct, frozen=True):
    """A signature of a file.

    `descriptor` is what it says of the file; `content` are the bytes of the envelope, `media_type` its kind.
    `location` is the path of the file that it is kept in; empty: it is kept nowhere. `pending` is there where
    people had to approve it: what was saved meanwhile, with the proof.
    """

    descriptor: Descriptor
    media_type: str
    content: bytes
    location: str = ""
    pending: Pending | None = None


def sign_blob(
    context: Context,
    blob: str,
    signer: Signer | LateSigner,
    wish: Wish,
    media_type: str = MEDIA_TYPE,
    *,
    path: Path | None = None,
    replace: bool = False,
) -> SignedBlob:
    """Sign a file; the signature is given back, and kept nowhere.

    Args:
        context: the outside.
        blob: its path, or `-` for standard input.
        signer: the key.
        wish: how to sign; the form of manifests plays no part.
        media_type: what the signature says that the file is.
        path: of the file that will hold the signature; None: the usual one beside the file.
        replace: whether it may take the place of one that is there.

    Raises:
        UsageError: `signing.media-type-invalid`, `signing.metadata-…`, `signing.expiry-…`.
        KeyUnavailableError: the key or its certificates cannot be used.
        AccessDeniedError: an `approval.` code.
        StorageError: the file cannot be read, or changed meanwhile.
    """
    if not _MEDIA_TYPE.fullmatch(media_type):
        raise UsageError("signing.media-type-invalid", media_type=media_type)
    # 1. the digest
    read = blob_files.read(blob, {_algorithm(signer).hash_name})
    # 2. the signature
    place = path or blob_files.signature_path(blob, wish.envelope)
    target = pending.Blob(os.path.abspath(blob), str(place.absolute()), replace)  # noqa: PTH100  # a text, as it was typed
    descriptor = Descriptor(media_type, read.digests[0], read.size)
    return as_signed(envelope(context, descriptor, signer, wish, target))


def as_signed(made: Enveloped) -> SignedBlob:
    """A signature of a file, as one that is not kept yet.

    Args:
        made: by `envelope`, or by `go_on` with one that was saved.
    """
    return SignedBlob(made.payload, made.finished.media_type, made.finished.content, "", made.pending)


def require_free(path: Path) -> None:
    """Check that no signature would be replaced, before a key is used for nothing.

    Args:
        path: of the file to be written.

    Raises:
        UsageError: `signing.signature-exists`.
    """
    if path.exists() or path.is_symlink():
        raise UsageError("signing.signature-exists", file=str(path))


def keep(signed: SignedBlob, path: Path, *, replace: bool, folder: PendingFolder | None = None) -> SignedBlob:
    """Write a signature, at once or not at all; gives it back with its location.

    Args:
        signed: the signature.
        path: of its file; the folder is made if it is missing.
        replace: a file that is there already.
        folder: where it was saved while it waited.

    Raises:
        UsageError: `signing.signature-exists`.
        StorageError: `file.unwritable`.
    """
    try:
        # 3. keep it
        files.write(path, signed.content, replace=replace)
    except StorageError as error:
        if error.code == "file.exists":
            raise UsageError("signing.signature-exists", file=str(path)) from None
        raise
    keep_proof(signed, path, folder)
    return msgspec.structs.replace(signed, location=str(path))


def keep_proof(signed: SignedBlob, path: Path, folder: PendingFolder | None) -> None:
    """Put the proof of an approval beside a signature that was written, and remove what was saved.

    Args:
        signed: the signature.
        path: of its file.
        folder: where it was saved while it waited.

    Raises:
        StorageError: `file.unwritable`.
    """
    if signed.pending is None:
        return
    proofs.add_beside(path, signed.pending.proof)
    if folder is not None:
        folder.remove(signed.pending.name)


def verify_blob(
    context: Context,
    blob: str,
    signatures: Iterable[StoredSignature],
    policy: Policy,
    *,
    media_type: str = "",
    thorough: bool = False,
) -> Verdict:
    """Whether a policy accepts a file on the strength of these signatures; one that counts is enough.

    Args:
        context: the outside.
        blob: its path, or `-` for standard input.
        signatures: detached ones, see `blob_files.read_signature`.
        policy: the one policy that decides.
        media_type: what the signature must say that the file is; empty: anything.
        thorough: ask for everything, for audits.

    Raises:
        StorageError: the file cannot be read, or changed meanwhile.
    """
    # 1. the signatures
    candidates: list[Candidate] = []
    unreadable: list[Unreadable] = []
    for stored in signatures:
        try:
            candidates.append(Candidate(stored, parse(stored)))
        except MalformedSignatureError as error:
            unreadable.append(Unreadable(stored.location, error.code, error.data))
    # 2. the file
    summaries = [candidate.signature.summary for candidate in candidates]
    wanted = {BY_NAME[summary.algorithm].hash_name for summary in summaries} or {_USUAL_HASH}
    read = blob_files.read(blob, wanted)
    descriptor = Descriptor(media_type, read.digests[0], read.size)
    subject = Subject(descriptor, "blob", blob, typed=blob, digests=read.digests)
    # 3. the statement
    used = PolicyUsed(policy.language, policy.origin, policy.digest)
    try:
        statement = policy.statement(subject)
    except NoStatementError as error:
        return without_statement(subject, used, context.clock(), error)
    # 4. decide
    case = Case(
        statement, subject, used, context.clock(), tuple(candidates), tuple(unreadable), thorough=thorough
    )
    verdict, _ = settle(case, Evidence(context.gather(statement.needs)), context.gather)
    return verdict


def inspect_signature(stored: StoredSignature) -> Summary:
    """What a detached signature says of itself. Nothing of it is verified.

    Raises:
        MalformedSignatureError: a `parse.` code.
    """
    return details(parse(stored))


def _algorithm(signer: Signer | LateSigner) -> Algorithm:
    """The algorithm of a key, by the leaf of its chain where it shows one before it signs."""
    if isinstance(signer, LateSigner):
        return signer.algorithm
    try:
        leaf, *_ = chains.parse(signer.certificates)
    except (CheckFailedError, MalformedContentError) as error:
        raise KeyUnavailableError(error.code, **error.data) from None
    return keys.require_algorithm(leaf.public_key)
