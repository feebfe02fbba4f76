"""Signatures by keys of a vault in a registry: those that our service keeps, and those among the referrers.

The registry is asked for the first if it says that it keeps signatures by itself, as ours does; another one
that says so does not know the question, and has none. A new signature goes to the service where that has the
key, and finds that the signature is one of this image; everywhere else it is a referrer.
"""

from collections.abc import Iterator

from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import EnvironmentalError, NotFoundError, RegistryError, SealwrightError, UsageError
from sealwright.formats.orders import Finished
from sealwright.repositories.remote import RegistryRepository
from sealwright.service_client.answers import KeptSignature
from sealwright.service_client.client import ServiceClient
from sealwright.signature import Listed, StoredSignature, Subject, Unreadable
from sealwright.stores.referrers import KmsReferrerStore

__all__ = ["KmsStore"]

_FORMAT = "kms"
_ABSENT = "registry.service-absent"
_NOT_TAKEN = "kms."
"""How the reasons begin for which a service keeps no signature: its key is none of its own, or the image
has another name there than where it was signed."""


class KmsStore:
    """The signatures of one repository in a registry. Safe to use from several threads.

    Args:
        repository: where image and signatures are.
    """

    def __init__(self, repository: RegistryRepository) -> None:
        exchange = repository.exchange
        self._referrers = KmsReferrerStore(repository)
        self._is_offered = exchange.has_signature_extension
        self._client = ServiceClient(exchange.send, str(exchange.origin))
        self._path = exchange.path
        self._kept: dict[str, KeptSignature] = {}

    def listed(self, subject: Subject) -> Iterator[Listed | Unreadable]:
        """What the service keeps, then the referrers. A service that does not answer is reported.

        Raises:
            EnvironmentalError: the registry cannot be asked for referrers.
        """
        try:
            kept = self._asked(subject)
        except EnvironmentalError as error:
            retryable = not isinstance(error, NotFoundError)
            yield Unreadable("the signatures of the service", error.code, error.data, retryable=retryable)
            kept = ()
        for one in kept or ():
            try:
                descriptor = Descriptor(media_types.KMS_SIGNATURE, Digest.parse(one.digest), one.size)
            except UsageError as error:
                yield Unreadable(one.id, error.code, error.data)
                continue
            self._kept[one.digest] = one
            yield Listed(_FORMAT, one.digest, descriptor)
        yield from self._referrers.listed(subject)

    def fetch(self, subject: Subject, listed: Listed) -> StoredSignature | Unreadable:
        """One of them."""
        kept = self._kept.get(listed.location)
        if kept is None:
            return self._referrers.fetch(subject, listed)
        try:
            content = Digest(kept.digest).require(self._client.content(kept), "signature")
        except SealwrightError as error:
            retryable = isinstance(error, EnvironmentalError) and not isinstance(error, NotFoundError)
            return Unreadable(listed.location, error.code, error.data, retryable=retryable)
        return StoredSignature(_FORMAT, listed.location, media_types.KMS_SIGNATURE, content)

    def add(self, subject: Subject, finished: Finished) -> str:
        """Keep a new signature; gives its digest, or that of the manifest that carries it.

        Raises:
            EnvironmentalError: neither takes it.
        """
        if self._asked(subject) is not None:
            try:
                digest = str(subject.descriptor.digest)
                return self._client.upload(self._path, digest, finished.content).digest
            except RegistryError as error:
                if not str(error.data.get("reason")).startswith(_NOT_TAKEN):
                    raise
        return self._referrers.add(subject, finished)

    def _asked(self, subject: Subject) -> tuple[KeptSignature, ...] | None:
        """What the service keeps for a subject; None: the registry is no service of ours."""
        if not self._is_offered():
            return None
        try:
            image = self._client.image(self._path, str(subject.descriptor.digest))
        except RegistryError as error:
            if error.code == _ABSENT:
                return None
            raise
        return tuple(one for one in image.signatures if one.media_type == media_types.KMS_SIGNATURE)
