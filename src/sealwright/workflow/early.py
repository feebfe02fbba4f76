"""Resolving an image that will be verified, with what need not wait for the answer begun beside it.

1. What the verification needs is loaded (see `warming`).
2. Where the name holds the digest, the signatures of that digest are listed at the same time: a round trip
   less. The listing counts only if the registry resolves the name to that digest; else it is dropped and the
   verification lists anew. Nothing is listed where the policy asks for no signature.

The checks and their order stay as they are: the listing is unproven, now as ever, and nothing of it is looked
at before the image is resolved.
"""

from collections.abc import Iterator
from threading import Thread

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import NoStatementError
from sealwright.interfaces import Policy
from sealwright.media_types import IMAGE_MANIFEST
from sealwright.rules import SignedBy
from sealwright.signature import Listed, Subject, Unreadable
from sealwright.stores.referrers import ReferrerStore
from sealwright.workflow import warming
from sealwright.workflow.context import Place

__all__ = ["EarlyListing", "resolve"]

_REGISTRY = "docker"


def resolve(place: Place, policy: Policy | None = None) -> tuple[Place, Subject]:
    """The manifest that the selector names, and the place, which may know more by now.

    Args:
        place: opened.
        policy: of the verification that follows. None: list nothing beforehand, for runs over many images,
            which fill the waiting time with one another.

    Raises:
        NotFoundError: there is none.
        EnvironmentalError: the repository cannot be asked.
    """
    if place.transport != _REGISTRY:
        return place, place.subject()
    warming.begin()
    if policy is not None and place.digest is not None and place.selector == place.digest:
        subject = Subject(Descriptor(IMAGE_MANIFEST, place.digest, 0), place.transport, place.name)
        if _asks_for_signatures(policy, subject):
            place = place.with_store(EarlyListing(place, subject))
    return place, place.subject()


def _asks_for_signatures(policy: Policy, subject: Subject) -> bool:
    """Whether the statement is one that lists signatures; policies choose it by the name alone."""
    try:
        return isinstance(policy.statement(subject).requirement, SignedBy)
    except NoStatementError:
        return False


class EarlyListing(ReferrerStore):
    """The Notary signatures in a repository, of which those of one digest are being listed already.

    Args:
        place: where image and signatures are.
        subject: an image with that digest; its size and type may be wrong.
    """

    def __init__(self, place: Place, subject: Subject) -> None:
        super().__init__(place.repository)
        self._digest: Digest = subject.descriptor.digest
        self._found: list[Listed | Unreadable] = []
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._list, args=(subject,), daemon=True)
        self._thread.start()

    def _list(self, subject: Subject) -> None:
        try:
            self._found.extend(super().listed(subject))
        except BaseException as error:  # noqa: BLE001  # raised again where the listing is wanted
            self._failure = error

    def listed(self, subject: Subject) -> Iterator[Listed | Unreadable]:
        """Each referrer of the signature's artifact type; see `ReferrerStore`."""
        if subject.descriptor.digest != self._digest:
            yield from super().listed(subject)
            return
        self._thread.join()
        yield from self._found
        if self._failure is not None:
            raise self._failure
