"""Every protocol that the rim must meet, on one page.

The pure floors below speak only of these; floors 3 and up implement them. All are synchronous and safe to
call from several threads.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Protocol, runtime_checkable

import msgspec

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.events import BlobOutcome, EventSink, ignore
from sealwright.evidence import Need
from sealwright.formats.orders import Finished
from sealwright.pki.algorithms import Algorithm
from sealwright.rules import Statement
from sealwright.signature import Listed, StoredSignature, Subject, Unreadable

__all__ = [
    "ApprovableSigner",
    "Approved",
    "Asking",
    "BlobSource",
    "EnvelopeMaker",
    "Gatherer",
    "LateSigner",
    "Policy",
    "Repository",
    "Sealer",
    "SignatureStore",
    "Signer",
]

BlobSource = Callable[[], Iterator[bytes]]
"""Opens the content of a blob anew, for each try, in pieces of at most `limits.BLOB_PIECE_BYTES`."""


class Repository(Protocol):
    """Where images are kept: a repository in a registry, or an image layout."""

    @property
    def name(self) -> str:
        """How users call it: `domain/path`, or a path in the file system."""
        ...

    def resolve(self, selector: str) -> Descriptor:
        """The descriptor of the manifest that a tag or digest names.

        Raises:
            NotFoundError: `registry.manifest-unknown` or `layout.manifest-unknown`.
        """
        ...

    def manifest(self, descriptor: Descriptor) -> bytes:
        """The exact bytes of a manifest, checked against digest and size.

        Raises:
            NotFoundError: it is not there.
            MalformedContentError: `artifact.digest-mismatch`, `artifact.size-mismatch`, `artifact.too-large`.
        """
        ...

    def open_blob(self, descriptor: Descriptor) -> Iterator[bytes]:
        """The bytes of a blob in pieces; digest and size are checked before the last piece is given out.

        Raises:
            NotFoundError: it is not there.
            MalformedContentError: `artifact.digest-mismatch` or `artifact.size-mismatch`.
        """
        ...

    def has(self, descriptor: Descriptor) -> bool:
        """Whether the manifest or blob is already there."""
        ...

    def push_blob(
        self, descriptor: Descriptor, source: BlobSource, mount_from: str | None = None
    ) -> BlobOutcome:
        """Put a blob there; tells how: `moved`, `mounted` or `present`.

        `mount_from` is the path of another repository of the same registry that holds it.
        """
        ...

    def push_manifest(
        self, content: bytes, media_type: str, tag: str | None = None, algorithm: str = "sha256"
    ) -> Descriptor:
        """Put a manifest there under its digest (of that algorithm) and, if given, a tag.

        If it has a subject, it can be found by `referrers` afterwards: where the registry has no referrers
        API, the fallback tag is updated.
        """
        ...

    def referrers(self, subject: Descriptor, artifact_type: str | None = None) -> Iterator[Descriptor]:
        """Descriptors of the manifests that name `subject` as theirs, of one artifact type if given.

        Where the listing cannot be trusted to know the type (old fallback indexes), the manifest is opened.
        """
        ...

    def tags(self) -> Iterator[str]:
        """Every tag, in the order of the registry."""
        ...

    def tag(self, descriptor: Descriptor, name: str) -> None:
        """Let the tag `name` stand for a manifest that is there."""
        ...

    def delete(self, descriptor: Descriptor) -> None:
        """Remove a manifest; where it has a subject, also from the fallback tag."""
        ...


class SignatureStore(Protocol):
    """Where signatures of a subject are kept."""

    def listed(self, subject: Subject) -> Iterator[Listed | Unreadable]:
        """The signatures that the store lists, nothing downloaded that could be left."""
        ...

    def fetch(self, subject: Subject, listed: Listed) -> StoredSignature | Unreadable:
        """Download one; what cannot be had or is no signature is reported, not raised."""
        ...

    def add(self, subject: Subject, finished: Finished) -> str:
        """Keep a new signature and give its location."""
        ...


@runtime_checkable
class Signer(Protocol):
    """A private key that signs bytes, wherever it lives."""

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """DER certificates, leaf first, root last."""
        ...

    def sign(self, message: bytes, algorithm: Algorithm) -> bytes:
        """The raw signature of `message`: for ECDSA r and s side by side, each of the curve's length."""
        ...


def _unheard(request: str) -> None:
    """Takes what nobody wants to know.

    Args:
        request: dropped.
    """
    del request


class Asking(msgspec.Struct, frozen=True):
    """How people are asked to approve a signature.

    Attributes:
        note: what whoever asks says of it, in a line; they approve it along with the rest.
        request: the identifier of a request that stands already; empty: none does.
        hears: called with an empty text before anybody is asked, and with the identifier of the request once
            it stands; what it raises ends the signing.
        events: takes `ApprovalAwaited`, and notices.
        waits: whether to wait for them; otherwise the signing ends once they are asked.
        resumable: whether `hears` keeps what is needed to go on another time.
    """

    note: str = ""
    request: str = ""
    hears: Callable[[str], None] = _unheard
    events: EventSink = ignore
    waits: bool = True
    resumable: bool = False


class Approved(msgspec.Struct, frozen=True):
    """A raw signature, and the proof that people approved it; empty if the key needs no approval."""

    value: bytes
    proof: bytes = b""


@runtime_checkable
class ApprovableSigner(Signer, Protocol):
    """A private key whose use may have to be approved by people first: one in a vault.

    Its `sign` waits for nobody: it raises AccessDeniedError `approval.needed`.
    """

    @property
    def uri(self) -> str:
        """Names the key and its version, so that the very same can be opened another time."""
        ...

    def sign_when_approved(self, message: bytes, algorithm: Algorithm, asking: Asking) -> Approved:
        """The raw signature of `message`, as `Signer.sign` gives it, once it may be made.

        Raises:
            KeyUnavailableError: a `key.` code.
            AccessDeniedError: an `approval.` code: people refused it, were too late, or are still asked.
            EnvironmentalError: the vault cannot be reached.
        """
        ...


@runtime_checkable
class LateSigner(Protocol):
    """A private key that shows its certificates only along with a signature: one behind a plugin.

    `algorithm` is that of the key. `agent` names what makes the signature, to stand in it beside our name.
    """

    @property
    def algorithm(self) -> Algorithm:
        """What the key signs with."""
        ...

    @property
    def agent(self) -> str:
        """Name and version of what makes the signature."""
        ...

    def sign_and_show(self, message: bytes) -> tuple[bytes, tuple[bytes, ...]]:
        """The raw signature of `message`, as `Signer.sign` gives it, and the DER certificates, leaf first.

        Raises:
            KeyUnavailableError: a `key.` code.
            EnvironmentalError: the key cannot be reached.
        """
        ...


@runtime_checkable
class EnvelopeMaker(Protocol):
    """A private key whose program makes the whole Notary envelope: a plugin with that capability."""

    def envelop(
        self, payload: bytes, media_type: str, expires_in: timedelta | None
    ) -> tuple[bytes, Mapping[str, str]]:
        """An envelope of that media type around a payload, and annotations for the manifest that carries it.

        Nothing about it is checked. `expires_in` are whole seconds; None: the signature has no end.

        Raises:
            KeyUnavailableError: a `key.` code.
            EnvironmentalError: the key cannot be reached.
        """
        ...


@runtime_checkable
class Sealer(Protocol):
    """A private key whose program makes the whole signature itself: gpg, Sequoia.

    `fingerprint` is that of the key that will sign, `primary` that of its primary key, both upper-case
    hexadecimal; where they differ, older clients refuse the signature.
    """

    @property
    def fingerprint(self) -> str:
        """Of the key that signs, upper-case hexadecimal."""
        ...

    @property
    def primary(self) -> str:
        """Of the primary key that it belongs to."""
        ...

    def seal(self, document: bytes) -> bytes:
        """An OpenPGP signed message that holds `document`, binary, with exactly one signature.

        Raises:
            KeyUnavailableError: a `key.` code.
        """
        ...


class Policy(Protocol):
    """A policy in its own language."""

    @property
    def language(self) -> str:
        """Its id, such as `notation`."""
        ...

    @property
    def origin(self) -> str:
        """The file that it was read from."""
        ...

    @property
    def digest(self) -> Digest:
        """Of the bytes of that file."""
        ...

    def statement(self, subject: Subject) -> Statement:
        """The statement that is about `subject`, by the language's own choice of scope.

        Raises:
            NoStatementError: there is none.
        """
        ...


class Gatherer(Protocol):
    """Answers needs from the outside."""

    def __call__(self, needs: frozenset[Need]) -> Mapping[Need, object]:
        """An answer for each need, if only `Unavailable`. Never raises for what it could not get."""
        ...
