"""A signature that waits for the approval of people: kept on disk, finished by this run or another.

1. What the key is to sign is prepared, and saved before anybody is asked: the very bytes, the certificates,
   and where the signature belongs.
2. Once people are asked, the identifier of their request is saved with it.
3. The key signs. The envelope is made and saved too, for a timestamp would be another one next time.
4. The signature is kept where it belongs, and the proof of the approval beside it.
5. What was saved is removed.

Whoever goes on begins where the file ends. The service gives the same signature to the same request, however
often it is asked for, so that a run may be killed at any point.
"""

import os
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from sealwright import limits
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import AccessDeniedError, DocumentError, SealwrightError, UsageError
from sealwright.formats.notary import signing
from sealwright.formats.orders import Prepared, SigningOrder
from sealwright.homes.environment import Environment
from sealwright.homes.pending import PendingFolder
from sealwright.interfaces import ApprovableSigner, Asking
from sealwright.pki.algorithms import BY_NAME
from sealwright.workflow.context import Context, Place

if TYPE_CHECKING:
    from sealwright.workflow.sign import Wish
    from sealwright.workflow.stamping import Stamping

__all__ = [
    "Authority",
    "Blob",
    "Image",
    "Pending",
    "Target",
    "begin",
    "drop",
    "find",
    "image_at",
    "keep",
    "signed",
]

SCHEMA = "https://sealwright.dev/schema/pending-signature/1"

_FINAL = frozenset({"approval.denied", "approval.expired", "approval.void"})
"""After these a request is of no use any more."""


class Image(msgspec.Struct, frozen=True, tag="image"):
    """The signature belongs to an image.

    `address` names it by its digest, so that it can be opened from anywhere; `typed` is what a person wrote.
    """

    address: str
    typed: str
    form: str

    @property
    def note(self) -> str:
        """What people are told of it: the name is not among the bytes that are signed."""
        return f"image {self.address.removeprefix('docker://')}"[: limits.APPROVAL_NOTE]


class Blob(msgspec.Struct, frozen=True, tag="blob"):
    """The signature belongs to a file: it is kept in the file `signature`, both by their whole paths."""

    file: str
    signature: str
    replace: bool

    @property
    def form(self) -> str:
        """Of the manifest that carries it: there is none."""
        return ""

    @property
    def note(self) -> str:
        """What people are told of it: the name is not among the bytes that are signed."""
        return f"file {self.file}"[: limits.APPROVAL_NOTE]


Target = Image | Blob
"""Where a signature belongs."""


class Authority(msgspec.Struct, frozen=True):
    """Which authority timestamps the signature: its address, and the DER certificates it must lead to."""

    url: str
    roots: tuple[bytes, ...]
    policy: str = ""

    @classmethod
    def of(cls, source: "Stamping | None") -> "Authority | None":
        """That of a run, if it has one."""
        return None if source is None else cls(source.url, source.roots, source.policy)

    def stamping(self) -> "Stamping":
        """The same for a run."""
        from sealwright.authorities.tsa import TimestampAuthority  # noqa: PLC0415  # seldom wished for
        from sealwright.workflow.stamping import Stamping  # noqa: PLC0415  # the same

        ask = TimestampAuthority(self.url, Environment.current().variables)
        return Stamping(self.url, ask, self.roots, self.policy)


class Pending(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """All that is needed to finish a signature.

    Attributes:
        key: names the key and its version.
        prepared: what the key is to sign, and what the envelope needs besides.
        payload: what the signature is about.
        signed_at: the signing time that it tells.
        target: where it belongs.
        note: what the people who approve are told of it.
        request: the identifier of their request; empty: they were not asked yet.
        timestamp: which authority timestamps it; None: none.
        content: the envelope; empty: it was not made yet.
        proof: of the approval.
    """

    key: str
    prepared: Prepared
    payload: Descriptor
    signed_at: datetime
    target: Target
    note: str = ""
    request: str = ""
    timestamp: Authority | None = None
    content: bytes = b""
    proof: bytes = b""
    schema: str = msgspec.field(default=SCHEMA, name="$schema")

    @property
    def name(self) -> str:
        """Of its file: the same for the same bytes and the same place."""
        where = msgspec.json.encode(self.target)
        return PendingFolder.name_of(self.key.encode(), self.prepared.message, where)


def image_at(place: Place, descriptor: Descriptor, wish: "Wish") -> Image:
    """Where the signature of an image belongs.

    Args:
        place: of the image, opened.
        descriptor: of what is signed there.
        wish: how.
    """
    transport, name = place.transport, place.repository.name
    prefix = "docker://" if transport == "docker" else f"{transport}:"
    where = name if transport == "docker" else os.path.abspath(name)  # noqa: PTH100  # pathlib takes long to import
    return Image(f"{prefix}{where}@{descriptor.digest}", place.typed, wish.form)


def begin(
    signer: ApprovableSigner, order: SigningOrder, source: "Stamping | None", target: Target
) -> Pending:
    """A signature that only misses what the key gives; it is not saved yet.

    Args:
        signer: the key.
        order: what to sign and how.
        source: where it gets a timestamp; None: it gets none.
        target: where it belongs.

    Raises:
        UsageError: `signing.expiry-not-after-signing`, or a `signing.metadata-` code.
        KeyUnavailableError: the certificates of the key cannot be used.
    """
    return Pending(
        key=signer.uri,
        prepared=signing.prepare(order, signer.certificates),
        payload=order.payload,
        signed_at=order.signed_at,
        target=target,
        note=target.note,
        timestamp=Authority.of(source),
    )


def keep(context: Context, pending: Pending) -> None:
    """Save a signature, or what is new about it.

    Raises:
        StorageError: it cannot be written, or there are too many.
    """
    if context.pending is not None:
        context.pending.keep(pending.name, msgspec.json.encode(pending, enc_hook=str))


def drop(context: Context, pending: Pending) -> None:
    """Remove what was saved: it is done, or can never be.

    Raises:
        StorageError: it cannot be removed.
    """
    if context.pending is not None:
        context.pending.remove(pending.name)


def find(folder: PendingFolder, identifier: str) -> Pending:
    """What was saved for a request.

    Args:
        folder: of the user.
        identifier: of the request.

    Raises:
        UsageError: `signing.resume-unknown`.
        DocumentError: `signing.resume-malformed`.
    """
    for name in folder.names():
        content = folder.read(name)
        if content is None:  # another run has just finished it
            continue
        found = _read(name, content)
        if identifier in (found.request, name):
            return found
    raise UsageError("signing.resume-unknown", request=identifier[:100])


def _read(name: str, content: bytes) -> Pending:
    try:
        return msgspec.json.decode(content, type=Pending, dec_hook=_from_wire)
    except (msgspec.MsgspecError, UnicodeDecodeError, SealwrightError) as error:
        raise DocumentError("signing.resume-malformed", file=f"{name}.json", problem=str(error)) from None


def _from_wire(kind: type, value: object) -> object:
    if kind is Digest and isinstance(value, str):
        return Digest.parse(value)
    raise TypeError(kind)


def signed(
    context: Context, signer: ApprovableSigner, pending: Pending, *, waits: bool = True
) -> tuple[Pending, bytes]:
    """Let the key sign, once people have approved if it wants that.

    Args:
        context: where it is saved, and where events go.
        signer: the key.
        pending: prepared; with a request, this is gone on with.
        waits: whether to wait for people; otherwise they are only asked.

    Returns:
        The same with the proof, and the raw value of the key.

    Raises:
        AccessDeniedError: an `approval.` code. After a final one nothing stays saved.
        SealwrightError: as the key raises.
    """

    def hears(request: str) -> None:
        nonlocal pending
        pending = msgspec.structs.replace(pending, request=request)
        keep(context, pending)

    asking = Asking(
        note=pending.note,
        request=pending.request,
        hears=hears,
        events=context.events,
        waits=waits,
        resumable=context.pending is not None,
    )
    try:
        made = signer.sign_when_approved(
            pending.prepared.message, BY_NAME[pending.prepared.algorithm], asking
        )
    except AccessDeniedError as error:
        if error.code in _FINAL:
            drop(context, pending)
        raise
    return msgspec.structs.replace(pending, proof=made.proof), made.value
