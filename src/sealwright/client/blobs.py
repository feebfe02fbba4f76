"""Files signed and verified from Python: the calls of `seal blob`."""

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from sealwright.client.envelopes import Envelope, require_aware
from sealwright.client.policies import IN_MEMORY
from sealwright.client.signers import EnvelopeKind, envelope_type, named_signer
from sealwright.client.surroundings import environment_of
from sealwright.client.trust import Trusting, TrustSource, stores_of
from sealwright.errors import UsageError
from sealwright.events import EventSink, ignore
from sealwright.homes.environment import Environment
from sealwright.homes.sealwright.settings import Timestamp
from sealwright.interfaces import LateSigner, Signer
from sealwright.policy.notation import lowering
from sealwright.policy.notation.lowering import NotationPolicy
from sealwright.signature import StoredSignature
from sealwright.verdict import Verdict
from sealwright.workflow import blob_files, blobs, policies
from sealwright.workflow.blobs import SignedBlob
from sealwright.workflow.clock import now
from sealwright.workflow.context import Context
from sealwright.workflow.make import stamping_for
from sealwright.workflow.opening import Reach, bind
from sealwright.workflow.sign import Wish

__all__ = ["BlobSignature", "judge_blob", "sign_blob", "verify_blob"]

File = str | os.PathLike[str]

BlobSignature = str | os.PathLike[str] | Envelope
"""A signature of a file: an envelope, or the path of a file whose name ends with .jws.sig or .cose.sig."""


def sign_blob(
    blob: str | os.PathLike[str],
    signer: Signer | str = "",
    *,
    envelope: EnvelopeKind | None = None,
    expires_in: dt.timedelta | None = None,
    metadata: Mapping[str, str] | None = None,
    media_type: str = blobs.MEDIA_TYPE,
    timestamp: Timestamp | None = None,
    passphrase: str | bytes | None = None,
    signature_directory: str | os.PathLike[str] | None = None,
    force: bool = False,
    folder: str | os.PathLike[str] | None = None,
    clock: Callable[[], dt.datetime] | None = None,
    events: EventSink = ignore,
) -> SignedBlob:
    """Sign a file, and keep the signature in a file of its own.

    The file is read once from end to end, whatever its size, and named by the hash of the key's algorithm.

    Args:
        blob: its path.
        signer: see `sign`; a key gpg:ID signs no files.
        envelope: `jws` or `cose`; None: what notation's settings say, else `jws`.
        expires_in: for how long the signature is good, from now; None: without end.
        metadata: what the signature says of the file.
        media_type: what the signature says that it is.
        timestamp: the authority that timestamps the signature; None: what the settings say, which
            `Timestamp()` overrules.
        passphrase: of the named key, if it is encrypted; None: the variable `SEALWRIGHT_PASSPHRASE`.
        signature_directory: where the signature is kept; None: beside the file.
        force: replace a signature that is there.
        folder: notation's folder: settings and keys; None: that of the user.
        clock: gives the time, aware; None: that of this machine.
        events: takes notices, and must not raise.

    Returns:
        The signature; `location` is the path of its file.

    Raises:
        UsageError: `signing.signature-exists`, `signing.not-for-files`, `signing.media-type-invalid`,
            `signing.metadata-…`, `signing.expiry-…`.
        KeyUnavailableError: the key or its certificates cannot be used.
        DocumentError: a file of settings or keys cannot be used.
        StorageError: the file cannot be read or changed meanwhile, or the signature cannot be written.
        EnvironmentalError: the key cannot be reached; a `timestamp.` code.
    """
    environment = environment_of(folder)
    kind = envelope_type(environment, envelope)
    place = None if signature_directory is None else Path(signature_directory)
    path = blob_files.signature_path(os.fspath(blob), kind, place)
    if not force:
        blobs.require_free(path)
    key = named_signer(environment, signer, passphrase) if isinstance(signer, str) else signer
    if not isinstance(key, Signer | LateSigner):
        raise UsageError("signing.not-for-files", key=signer or "that is the default")
    stamping = stamping_for(environment, key, timestamp)
    wish = Wish(kind, expires_in, dict(metadata or {}), timestamp=stamping)
    with _context(environment, None, clock, events) as context:
        made = blobs.sign_blob(context, _typed(blob), key, wish, media_type, path=path, replace=force)
        return blobs.keep(made, path, replace=force, folder=context.pending)


def verify_blob(
    blob: str | os.PathLike[str],
    signatures: BlobSignature | Iterable[BlobSignature],
    *,
    policy: str | os.PathLike[str] | bytes | Mapping[str, object] | None = None,
    policy_name: str = "",
    trust: TrustSource | None = None,
    metadata: Mapping[str, str] | None = None,
    media_type: str = "",
    folder: str | os.PathLike[str] | None = None,
    clock: Callable[[], dt.datetime] | None = None,
    events: EventSink = ignore,
) -> Verdict:
    """Verify a file by signatures that are no part of it; the verdict that comes back is "accepted".

    Args:
        blob: its path.
        signatures: see `judge_blob`.
        policy: see `judge_blob`.
        policy_name: see `judge_blob`.
        trust: see `judge_blob`.
        metadata: see `judge_blob`.
        media_type: see `judge_blob`.
        folder: see `judge_blob`.
        clock: see `judge_blob`.
        events: see `judge_blob`.

    Raises:
        RefusedError: the verdict is another; it is the error's `verdict`.
        SealwrightError: no verdict was reached, see `judge_blob`.
    """
    verdict = judge_blob(
        blob,
        signatures,
        policy=policy,
        policy_name=policy_name,
        trust=trust,
        metadata=metadata,
        media_type=media_type,
        folder=folder,
        clock=clock,
        events=events,
    )
    verdict.require()
    return verdict


def judge_blob(
    blob: str | os.PathLike[str],
    signatures: BlobSignature | Iterable[BlobSignature],
    *,
    policy: str | os.PathLike[str] | bytes | Mapping[str, object] | None = None,
    policy_name: str = "",
    trust: TrustSource | None = None,
    metadata: Mapping[str, str] | None = None,
    media_type: str = "",
    thorough: bool = False,
    folder: str | os.PathLike[str] | None = None,
    clock: Callable[[], dt.datetime] | None = None,
    events: EventSink = ignore,
) -> Verdict:
    """What a policy for files thinks of a file. The verdict comes back whatever it says.

    Args:
        blob: its path. It is read once from end to end, whatever its size.
        signatures: one or several; one that counts is enough.
        policy: decides instead of the `trustpolicy.blob.json` in notation's folder: the path of a file, its
            bytes, or the same as a dictionary.
        policy_name: the statement that decides; empty: the global one.
        trust: trust stores; None: those of notation's folder.
        metadata: user metadata that a signature must carry, beside what the policy asks.
        media_type: what a signature must say that the file is; empty: anything.
        thorough: judge every signature, also when one counts already.
        folder: notation's folder: policy and trust stores; None: that of the user.
        clock: gives the time, aware; None: that of this machine.
        events: takes notices; called from several threads, and must not raise.

    Raises:
        UsageError: `policy.absent-for-blobs`, or `usage.signature-name`: the name of a signature does not
            tell what kind it is.
        DocumentError: the policy cannot be used.
        StorageError: the file or a signature cannot be read, or the file changed meanwhile.
    """
    environment = environment_of(folder)
    chosen = _policy(environment, policy, policy_name, metadata)
    listed = [signatures] if isinstance(signatures, str | os.PathLike | Envelope) else list(signatures)
    stored = [_stored(one, number) for number, one in enumerate(listed, 1)]
    with _context(environment, trust, clock, events) as context:
        return blobs.verify_blob(
            context, _typed(blob), stored, chosen, media_type=media_type, thorough=thorough
        )


def _typed(blob: File) -> str:
    """A path as the workflow takes it: here `-` is a file of that name."""
    path = os.fspath(blob)
    return os.path.join(".", path) if path == blob_files.STANDARD_INPUT else path  # noqa: PTH118  # a text


def _policy(
    environment: Environment,
    source: File | bytes | Mapping[str, object] | None,
    named: str,
    metadata: Mapping[str, str] | None,
) -> NotationPolicy:
    if source is None or isinstance(source, str | os.PathLike):
        return policies.for_blobs(environment, named, None if source is None else Path(source), metadata)
    content = source if isinstance(source, bytes) else msgspec.json.encode(source)
    return lowering.parse(content, IN_MEMORY, metadata, "blob", named)


def _stored(signature: BlobSignature, number: int) -> StoredSignature:
    if isinstance(signature, Envelope):
        location = signature.location or f"signature {number}"
        return StoredSignature("notary", location, signature.media_type, signature.content)
    return blob_files.read_signature(Path(signature))


@contextmanager
def _context(
    environment: Environment,
    trust: TrustSource | None,
    clock: Callable[[], dt.datetime] | None,
    events: EventSink,
) -> Iterator[Context]:
    def time() -> dt.datetime:
        return require_aware((clock or now)())

    stores = stores_of(trust)
    with bind(Reach(), environment, time, events) as bound:
        if stores is None:
            yield bound
        else:
            yield msgspec.structs.replace(bound, gather=Trusting(stores, bound.gather))
