"""Where the signatures of an image are: one store for each format that is asked for."""

from collections.abc import Callable, Iterator, Mapping

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.formats.orders import Finished
from sealwright.interfaces import SignatureStore
from sealwright.signature import Listed, StoredSignature, Subject, Unreadable
from sealwright.stores.referrers import KmsReferrerStore, ReferrerStore
from sealwright.workflow.context import Place
from sealwright.workflow.side_by_side import side_by_side

__all__ = ["KMS", "NOTARY", "SIMPLE", "WITHOUT_REFERRERS", "Several", "carrier_of", "formats_at", "store_at"]

KMS = "kms"
NOTARY = "notary"
SIMPLE = "simple"

WITHOUT_REFERRERS = frozenset({"dir", "docker-archive", "containers-storage", "docker-daemon"})
"""Transports that hold an image and nothing that refers to it."""


def formats_at(place: Place) -> frozenset[str]:
    """The formats whose signatures can be kept for an image of this place."""
    by_vaults = () if place.transport in WITHOUT_REFERRERS else (KMS,)
    return frozenset({NOTARY, *by_vaults, *place.stores})


def store_at(place: Place, formats: frozenset[str]) -> SignatureStore:
    """The store of these formats; those that this kind of place cannot keep have no signatures there.

    Args:
        place: opened.
        formats: ids of formats.
    """
    if place.store is not None:
        return place.store
    wanted = {form: _openers(place)[form] for form in sorted(formats & formats_at(place))}
    opened = {form: opener() for form, opener in wanted.items()}
    if len(opened) == 1:
        return next(iter(opened.values()))
    return Several(opened)


def carrier_of(place: Place, finished: Finished, location: str) -> Descriptor:
    """What a proof refers to that belongs to a new signature: the manifest that carries it.

    What the service keeps by itself is no manifest, but can be referred to all the same.

    Args:
        place: where it is kept.
        finished: the signature.
        location: where its store says that it is.

    Raises:
        EnvironmentalError: the repository cannot be asked.
    """
    kept = Descriptor(finished.media_type, Digest.of(finished.content), len(finished.content))
    return kept if location == kept.digest else place.repository.resolve(location)


def _openers(place: Place) -> Mapping[str, Callable[[], SignatureStore]]:
    return {
        NOTARY: lambda: ReferrerStore(place.repository),
        KMS: lambda: KmsReferrerStore(place.repository),
        **place.stores,
    }


class Several:
    """Stores of several formats as one. They are asked side by side.

    Args:
        stores: by format; may be none.
    """

    def __init__(self, stores: Mapping[str, SignatureStore]) -> None:
        self._stores = stores

    def listed(self, subject: Subject) -> Iterator[Listed | Unreadable]:
        """What all of them list, one after the other."""
        for found in side_by_side(lambda store: tuple(store.listed(subject)), tuple(self._stores.values())):
            yield from found

    def fetch(self, subject: Subject, listed: Listed) -> StoredSignature | Unreadable:
        """One signature, from the store of its format."""
        return self._stores[listed.format].fetch(subject, listed)

    def add(self, subject: Subject, finished: Finished) -> str:
        """Keep a signature in the store of its format."""
        return self._stores[finished.format].add(subject, finished)
