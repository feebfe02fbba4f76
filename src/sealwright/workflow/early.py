"""Resolving an image that will be verified, with what need not wait for the answer begun beside it.

1. What the verification needs is loaded (see `warming`).
2. Where the name holds the digest, the signatures of that digest are listed at the same time: a round trip
   less. The listing counts only if the registry resolves the name to that digest; else it is dropped and the
   verification lists anew. Nothing is listed where the policy asks for no signature.
3. A signature that is the only one is downloaded while the loading of 1 still goes on.

The checks and their order stay as they are: the listing is unproven, now as ever, and nothing of it is looked
at before the image is resolved.
"""

from collections.abc import Iterator, Sequence

from sealwright.digest import Digest
from sealwright.formats.orders import Finished
from sealwright.interfaces import Policy, SignatureStore
from sealwright.signature import Listed, StoredSignature, Subject, Unreadable
from sealwright.stores.referrers import ReferrerStore
from sealwright.workflow import warming
from sealwright.workflow.context import Place
from sealwright.workflow.later import Later
from sealwright.workflow.unresolved import asks_for_signatures, unresolved

__all__ = ["EarlyFetch", "EarlyListing", "fetching", "resolve"]

_REGISTRY = "docker"


def resolve(place: Place, policy: Policy, *, alone: bool = True) -> tuple[Place, Subject]:
    """The manifest that the selector names, and the place, which may know more by now.

    Args:
        place: opened.
        policy: of the verification that follows.
        alone: False: list nothing beforehand, for runs over many images, which fill the waiting time with one
            another.

    Raises:
        NotFoundError: there is none.
        EnvironmentalError: the repository cannot be asked.
    """
    if place.transport != _REGISTRY:
        return place, place.subject()
    warming.begin(policy.language)
    if place.resolved is not None:  # begun before
        return place, place.subject()
    if alone and place.digest is not None and place.selector == place.digest:
        subject = unresolved(place.name, place.digest)
        if asks_for_signatures(policy, subject):
            place = place.with_store(EarlyListing(place, subject))
    return place, place.subject()


def fetching(
    store: SignatureStore, subject: Subject, listed: Sequence[Listed | Unreadable], most: int
) -> SignatureStore:
    """The store, with the download of the signature begun where a single one is listed.

    That one will be downloaded in any case, whoever signed it, so it need not wait until trust stores are
    read. Once everything is loaded there is nothing to gain.

    Args:
        store: that has listed the signatures.
        subject: the image, resolved.
        listed: all that the store lists.
        most: how many signatures may be downloaded.
    """
    signatures = [one for one in listed if isinstance(one, Listed)]
    if len(signatures) != 1 or most < 1 or not warming.is_under_way():
        return store
    return EarlyFetch(store, subject, signatures[0])


class EarlyListing(ReferrerStore):
    """The Notary signatures in a repository, of which those of one digest are being listed already.

    Args:
        place: where image and signatures are.
        subject: an image with that digest; its size and type may be wrong.
    """

    def __init__(self, place: Place, subject: Subject) -> None:
        super().__init__(place.repository)
        self._digest: Digest = subject.descriptor.digest
        listing = super().listed
        self._found = Later(lambda: tuple(listing(subject)))

    def listed(self, subject: Subject) -> Iterator[Listed | Unreadable]:
        """Each referrer of the signature's artifact type; see `ReferrerStore`."""
        if subject.descriptor.digest != self._digest:
            return super().listed(subject)
        return iter(self._found.result())


class EarlyFetch:
    """A store of which one signature is being downloaded already.

    Args:
        store: that lists it.
        subject: whose signature it is.
        wanted: the signature.
    """

    def __init__(self, store: SignatureStore, subject: Subject, wanted: Listed) -> None:
        self._store = store
        self._wanted = wanted
        self._fetched = Later(lambda: store.fetch(subject, wanted))

    def listed(self, subject: Subject) -> Iterator[Listed | Unreadable]:
        """As the store lists them."""
        return self._store.listed(subject)

    def fetch(self, subject: Subject, listed: Listed) -> StoredSignature | Unreadable:
        """The signature that is under way, or another one from the store."""
        return self._fetched.result() if listed is self._wanted else self._store.fetch(subject, listed)

    def add(self, subject: Subject, finished: Finished) -> str:
        """Keep a new signature in the store."""
        return self._store.add(subject, finished)
