"""Signatures as referrers of an image: listed by artifact type, carried by manifests.

Everything a registry holds can be pushed by others, so nothing found here stops the search: a manifest that
is malformed, missing or about another subject is reported and passed over.
"""

from collections.abc import Iterator
from typing import cast

from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.errors import ArtifactError, EnvironmentalError, NotFoundError, RegistryError, SealwrightError
from sealwright.formats.kms import manifest as kms_manifest
from sealwright.formats.notary import manifest as signature_manifest
from sealwright.formats.orders import Finished
from sealwright.interfaces import Repository
from sealwright.signature import Listed, StoredSignature, Subject, Unreadable

__all__ = ["KmsReferrerStore", "ReferrerStore"]


class ReferrerStore:
    """The Notary signatures in one repository or layout.

    Args:
        repository: where image and signatures are.
    """

    _format = "notary"
    _kind = media_types.NOTARY_SIGNATURE

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def listed(self, subject: Subject) -> Iterator[Listed | Unreadable]:
        """Each referrer of the signature's artifact type.

        A listing that is longer than the limits ends with an `Unreadable` that says so.

        Raises:
            EnvironmentalError: the repository cannot be asked at all.
        """
        try:
            for found in self._repository.referrers(subject.descriptor, self._kind):
                yield Listed(self._format, str(found.digest), found, found.annotations)
        except RegistryError as error:
            if error.code != "registry.too-many-referrers":
                raise
            yield Unreadable("the listing of referrers", error.code, error.data)

    def fetch(self, subject: Subject, listed: Listed) -> StoredSignature | Unreadable:
        """The envelope behind a listed signature, or why there is none."""
        try:
            content = self._repository.manifest(listed.descriptor)
            envelope = self._carried(content, subject)
            blob = b"".join(self._repository.open_blob(envelope))
        except (ArtifactError, EnvironmentalError) as error:
            return _unreadable(listed, error)
        return StoredSignature(listed.format, listed.location, envelope.media_type, blob, listed.notes)

    def add(self, subject: Subject, finished: Finished) -> str:
        """Push the envelope, the empty configuration and the manifest that refers to the subject.

        Gives the digest of that manifest.

        Raises:
            EnvironmentalError: the repository does not take it.
        """
        envelope = manifests.describe(finished.content, finished.media_type)
        config = manifests.describe(manifests.EMPTY_CONFIG, media_types.EMPTY)
        self._repository.push_blob(envelope, lambda: iter((finished.content,)))
        self._repository.push_blob(config, lambda: iter((manifests.EMPTY_CONFIG,)))
        content = self._manifest(envelope, subject, finished)
        return str(self._repository.push_manifest(content, media_types.IMAGE_MANIFEST).digest)

    def _carried(self, content: bytes, subject: Subject) -> Descriptor:
        """What a manifest carries."""
        return signature_manifest.read(content, subject.descriptor)

    def _manifest(self, envelope: Descriptor, subject: Subject, finished: Finished) -> bytes:
        """A new manifest."""
        return signature_manifest.write(
            envelope,
            subject.descriptor,
            finished.fingerprints,
            finished.signed_at,
            cast("signature_manifest.Form", finished.form),
            finished.annotations,
        )


class KmsReferrerStore(ReferrerStore):
    """The same for signatures by keys of a vault."""

    _format = "kms"
    _kind = media_types.KMS_SIGNATURE

    def _carried(self, content: bytes, subject: Subject) -> Descriptor:
        return kms_manifest.read(content, subject.descriptor)

    def _manifest(self, envelope: Descriptor, subject: Subject, finished: Finished) -> bytes:
        return kms_manifest.write(envelope, subject.descriptor, finished.signed_at, finished.annotations)


def _unreadable(listed: Listed, error: SealwrightError) -> Unreadable:
    passing = isinstance(error, EnvironmentalError) and not isinstance(error, NotFoundError)
    return Unreadable(listed.location, error.code, error.data, retryable=passing)
