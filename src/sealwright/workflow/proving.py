"""Proofs of approvals, verified; nothing of this needs the service.

1. The proof is sound in itself: these people approved this request under these rules, in time
   (`approval.proofs`).
2. The rules are those that the caller vouches for. Without that anybody could make a proof, by rules and
   people of their own.
3. It is about the use of a key for exactly the bytes that the signature is over.
4. The signature is one by the version of the key that people approved.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import msgspec

from sealwright.approval import proofs as proving
from sealwright.approval.proofs import Proof
from sealwright.approval.requests import Request
from sealwright.errors import ArtifactError, CheckFailedError, MalformedSignatureError, NotFoundError
from sealwright.formats.kms.algorithms import ALGORITHMS
from sealwright.signature import Listed, StoredSignature, Unreadable
from sealwright.stores import proofs
from sealwright.workflow import blob_files, signed_bytes
from sealwright.workflow.context import Context, Place
from sealwright.workflow.kept import KMS, NOTARY, store_at
from sealwright.workflow.signed_bytes import SignedBytes

__all__ = ["Expected", "Proven", "attach", "of_file", "of_image", "proven"]

_MICROSECONDS = 1_000_000


class Expected(msgspec.Struct, frozen=True):
    """What the caller vouches for.

    Attributes:
        rules: digests of rules, of which one must be those of the proof.
        public_key: gives the public key of a version of a key, in PEM, by both identifiers; empty if it is
            not known.
    """

    rules: Collection[str]
    public_key: Callable[[str, str], str]


class Proven(msgspec.Struct, frozen=True):
    """What came of one proof. `problem` is empty if it holds; otherwise `reason` is its code.

    Attributes:
        location: of the signature, or of the proof where that stands alone.
        request: the identifier of the request.
        operation: what was approved.
        key: the identifier of the key.
        version: that of its version.
        people: who approved.
        standing: how many of how many, group by group.
        rules: the digest of the rules.
        spent_at: when it was used, in seconds since 1970, as the service says.
    """

    location: str
    reason: str = ""
    problem: str = ""
    request: str = ""
    operation: str = ""
    key: str = ""
    version: str = ""
    people: tuple[str, ...] = ()
    standing: str = ""
    rules: str = ""
    spent_at: int = 0

    @property
    def holds(self) -> bool:
        """Whether it proves what was asked."""
        return not self.problem


def proven(location: str, content: bytes, expected: Expected, signature: SignedBytes | None = None) -> Proven:
    """What comes of a proof.

    Args:
        location: for the answer.
        content: of the proof.
        expected: what the caller vouches for.
        signature: that it has to be about; None: none.
    """
    told = Proven(location)
    try:
        proof = proving.parse(content)
        told, request = _told(told, proof)
        # 1. in itself
        found = proving.verify(proof)
        told = msgspec.structs.replace(told, standing=found.words)
        # 2. the rules
        if told.rules not in expected.rules:
            raise CheckFailedError("approval.rules-unexpected", digest=told.rules)
        if signature is not None:
            # 3. the bytes
            _require_bytes(request, signature)
            # 4. the key
            _require_key(request, signature, expected)
    except ArtifactError as error:
        return msgspec.structs.replace(told, reason=error.code, problem=str(error))
    return told


def of_image(context: Context, image: str, expected: Expected) -> Iterator[Proven]:
    """The proofs of the signatures of an image, one after the other; a signature without one is told.

    Simple signatures are left out: their keys are not in a vault.

    Args:
        context: the outside.
        image: as a user types it.
        expected: what the caller vouches for.

    Raises:
        UsageError: the name cannot be read.
        NotFoundError: there is no such image.
        EnvironmentalError: the repository cannot be asked.
    """
    with context.open_image(image) as place:
        for listed, stored in _signatures(place):
            kept = list(proofs.found(place.repository, listed.descriptor))
            yield _best(stored, kept, expected)


def of_file(signature: Path, expected: Expected) -> Proven:
    """What comes of the proof beside a signature that is in a file.

    Args:
        signature: the file of the signature.
        expected: what the caller vouches for.

    Raises:
        UsageError: `usage.signature-name`.
        StorageError: a file cannot be read.
    """
    stored = blob_files.read_signature(signature)
    content = proofs.of_file(signature)
    return _best(stored, [] if content is None else [content], expected)


def attach(context: Context, image: str, content: bytes) -> str:
    """Keep a proof with the signature of an image that it is about; gives the location of the signature.

    Args:
        context: the outside.
        image: as a user types it.
        content: of the proof.

    Raises:
        MalformedContentError: it is no proof.
        NotFoundError: `approval.no-such-signature`.
        EnvironmentalError: the repository cannot be read or written.
    """
    request = proving.parse(content).read_request()
    with context.open_image(image, write=True) as place:
        for listed, stored in _signatures(place):
            try:
                _require_bytes(request, signed_bytes.read(stored))
            except ArtifactError:
                continue
            if content not in proofs.found(place.repository, listed.descriptor):
                proofs.add(place.repository, listed.descriptor, content)
            return listed.location
    raise NotFoundError("approval.no-such-signature", request=request.id, image=image)


def _signatures(place: Place) -> Iterator[tuple[Listed, StoredSignature]]:
    """The signatures of an image that people may have approved, as far as they can be had."""
    subject = place.subject()
    store = store_at(place, frozenset({NOTARY, KMS}))
    for listed in store.listed(subject):
        if isinstance(listed, Unreadable):
            continue
        stored = store.fetch(subject, listed)
        if isinstance(stored, StoredSignature):
            yield listed, stored


def _best(stored: StoredSignature, kept: list[bytes | Unreadable], expected: Expected) -> Proven:
    """The proof of a signature that holds, else what is wrong with the first."""
    if not kept:
        return _failed(stored.location, CheckFailedError("approval.unproven-signature"))
    try:
        signature = signed_bytes.read(stored)
    except (MalformedSignatureError, CheckFailedError) as error:
        return _failed(stored.location, error)
    made = [
        proven(stored.location, one, expected, signature)
        if isinstance(one, bytes)
        else _failed(stored.location, CheckFailedError(one.reason, **one.data))
        for one in kept
    ]
    return next((one for one in made if one.holds), made[0])


def _failed(location: str, error: ArtifactError) -> Proven:
    return Proven(location, error.code, str(error))


def _told(told: Proven, proof: Proof) -> tuple[Proven, Request]:
    request, rules = proof.read_request(), proof.read_rules()
    approved = {one.vote.person for one in proof.votes if one.vote.decision == "approve"}
    made = msgspec.structs.replace(
        told,
        request=request.id,
        operation=request.order.operation,
        key=request.order.key,
        version=request.order.version,
        people=tuple(sorted(approved)),
        rules=str(rules.digest),
        spent_at=proof.spent_at // _MICROSECONDS,
    )
    return made, request


def _require_bytes(request: Request, signature: SignedBytes) -> None:
    """Return if people approved that exactly the bytes of a signature are signed."""
    order, message = request.order, signature.message
    if order.digested and order.algorithm in ALGORITHMS:
        message = hashlib.new(ALGORITHMS[order.algorithm].hash_name, message).digest()
    if order.operation != "use" or order.message != message:
        raise CheckFailedError("approval.other-bytes", request=request.id)


def _require_key(request: Request, signature: SignedBytes, expected: Expected) -> None:
    """Return if a signature is by the version of the key that people approved."""
    order = request.order
    known = expected.public_key(order.key, order.version)
    if not known:
        raise CheckFailedError("approval.signing-key-unknown", key=order.key, version=order.version)
    if not signature.is_by(known):
        raise CheckFailedError("approval.signing-key-other", key=order.key, version=order.version)
