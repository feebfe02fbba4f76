"""What signatures add to the registry: manifests that are signatures are noted as they come and go.

A manifest is a signature by its artifact type, of the subject that it names; or by a tag under which cosign
keeps signatures and attestations, of the digest in that tag.
"""

from collections.abc import Iterator

from sealwright import media_types
from sealwright.digest import Digest
from sealwright.service.registry.queries.manifests import Found, Record
from sealwright.service.signatures import reading
from sealwright.service.signatures.actions import changing
from sealwright.service.signatures.queries import rows
from sealwright.service.signatures.records import Claims, Format, New, Via
from sealwright.service.signatures.signed_only.gate import SignedOnlyGate
from sealwright.service.storage import Storage, Transaction
from sealwright.service.web.caller import Caller

__all__ = ["SignatureHooks", "signatures_in"]

_ATTESTATION = ".att"


def signatures_in(
    storage: Storage, repository: str, record: Record, tags: tuple[str, ...]
) -> tuple[New, ...]:
    """What a manifest carries, as it is pushed to some tags; mostly nothing."""
    return tuple(_signatures_in(storage, repository, record, tags))


def _signatures_in(storage: Storage, repository: str, record: Record, tags: tuple[str, ...]) -> Iterator[New]:
    kind = record.artifact_type
    if kind in media_types.SIGNATURES and record.subject is not None:
        if kind == media_types.NOTARY_SIGNATURE:
            claims = reading.notary_claims(storage, repository, record)
            yield _new(record, record.subject, "notary", "referrers", claims)
        elif kind == media_types.KMS_SIGNATURE:
            claims = reading.carried_kms_claims(storage, repository, record)
            yield _new(record, record.subject, "kms", "referrers", claims)
        else:
            form: Format = "bundle" if "bundle" in kind else "cosign"
            yield _new(record, record.subject, form, "referrers", Claims("referrer"))
        return
    for tag in tags:
        subject = reading.subject_of(tag)
        if subject is not None:
            name = "attestation" if tag.endswith(_ATTESTATION) else "signature"
            yield _new(record, subject, "cosign", "tag", Claims(name))


def _new(record: Record, subject: Digest, form: Format, via: Via, claims: Claims) -> New:
    return New(
        subject,
        form,
        (record.artifact_type or "")[:255],
        record.media_type,
        record.digest,
        len(record.content),
        via,
        claims,
    )


class SignatureHooks:
    """Keeps the table of signatures true to the manifests (see `registry.hooks`).

    Args:
        storage: of the service.
        gate: is asked before a manifest is given out.
    """

    def __init__(self, storage: Storage, gate: SignedOnlyGate) -> None:
        self._storage = storage
        self._gate = gate

    def examine(self, repository: str, record: Record, tags: tuple[str, ...]) -> object:
        """The signatures that a manifest carries."""
        return signatures_in(self._storage, repository, record, tags)

    def added(
        self, transaction: Transaction, repository: int, _record: Record, examined: object, caller: Caller
    ) -> None:
        """Attach what a manifest carries."""
        assert isinstance(examined, tuple)  # noqa: S101  # what `examine` gave
        if examined:
            name = rows.repository_name(transaction, repository)
            for new in examined:
                changing.attach(transaction, name, new, caller.name)

    def removed(
        self, transaction: Transaction, repository: int, digest: Digest, caller: Caller, why: str
    ) -> None:
        """Revoke what a manifest carried."""
        changing.revoke_carried(transaction, repository, digest, caller.name, why)

    def tagged(
        self,
        _transaction: Transaction,
        _repository: int,
        _tag: str,
        _before: Digest | None,
        _after: Digest | None,
        _caller: Caller,
    ) -> None:
        """Signatures are of manifests, whatever these are called."""

    async def admit(self, repository: str, found: Found, caller: Caller) -> str | None:
        """Ask the gate."""
        return await self._gate.admit(repository, found, caller)
