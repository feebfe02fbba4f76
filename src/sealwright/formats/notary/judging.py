"""The checks of one signature, each as one function that returns, or raises what is wrong.

Sources: trust-store-trust-policy.md, "Signature Evaluation"; signature-specification.md. A check returns
None if it passed, or `Unavailable` if it could not be made; it raises `CheckFailedError` if it failed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sealwright import limits
from sealwright.descriptor import Descriptor
from sealwright.errors import CheckFailedError
from sealwright.evidence import Evidence, TrustStore, Unavailable
from sealwright.formats.metadata import require as require_metadata
from sealwright.formats.notary.attributes import SCHEME_AUTHORITY, SCHEME_X509
from sealwright.formats.notary.envelope import Envelope
from sealwright.pki import chain as chains
from sealwright.pki import keys, names
from sealwright.pki.certificate import Certificate
from sealwright.rules import X509Rule
from sealwright.signature import Subject

__all__ = [
    "artifact",
    "authenticity",
    "blob",
    "expiry",
    "identity",
    "integrity",
    "stores_of",
    "timestamp",
    "wanted_stores",
]

_STORE_KINDS = {SCHEME_X509: "ca", SCHEME_AUTHORITY: "signingAuthority"}
"""Which trust stores vouch for the signers of a scheme."""

_CLOCK_SKEW = timedelta(seconds=limits.CLOCK_SKEW_SECONDS)


def integrity(envelope: Envelope, chain: Sequence[Certificate]) -> None:
    """Everything that the bytes alone decide.

    Raises:
        CheckFailedError: an `integrity.` code. A fault of the chain is `integrity.chain`, which carries the
            chain's own code as `rule`.
    """
    attributes = envelope.attributes
    try:
        chains.require(chain)
        if attributes.signed_at is not None:
            chains.require_valid(chain, attributes.signed_at)
    except CheckFailedError as error:
        raise CheckFailedError(
            "integrity.chain", **{**error.data, "rule": error.code, "problem": str(error)}
        ) from None
    keys.verify(chain[0].public_key, envelope.signature, envelope.message, attributes.algorithm)
    if attributes.unknown_critical and not attributes.plugin:
        unknown = ", ".join(str(label) for label in attributes.unknown_critical)
        raise CheckFailedError("integrity.unknown-critical-attribute", attributes=unknown)


def artifact(signed: Descriptor, subject: Descriptor, metadata: Mapping[str, str]) -> None:
    """Whether the signature is about this artifact and says of it what the caller demands.

    Raises:
        CheckFailedError: `artifact.payload-mismatch` or `artifact.metadata-missing`.
    """
    if not signed.same_content(subject):
        raise CheckFailedError(
            "artifact.payload-mismatch",
            signed=f"{signed.digest} ({signed.media_type}, {signed.size} bytes)",
            subject=f"{subject.digest} ({subject.media_type}, {subject.size} bytes)",
        )
    require_metadata(signed.annotations, metadata)


def blob(signed: Descriptor, subject: Subject, hash_name: str) -> Descriptor:
    """A blob as its signature has to name it.

    Args:
        signed: what the signature says that it is about.
        subject: the blob.
        hash_name: the hash of the signing key's algorithm, which is that of the digest, too.

    Raises:
        CheckFailedError: `artifact.blob-hash`.
    """
    if signed.digest.algorithm != hash_name:
        raise CheckFailedError("artifact.blob-hash", found=signed.digest.algorithm, wanted=hash_name)
    found = subject.descriptor
    digest = next((one for one in subject.digests if one.algorithm == hash_name), found.digest)
    return Descriptor(found.media_type or signed.media_type, digest, found.size)


def wanted_stores(envelope: Envelope, rule: X509Rule) -> tuple[TrustStore, ...]:
    """The trust stores of the rule that vouch for the signature's scheme."""
    return stores_of(rule, _STORE_KINDS[envelope.attributes.scheme])


def stores_of(rule: X509Rule, kind: str) -> tuple[TrustStore, ...]:
    """The trust stores of a kind that the rule names."""
    named = (store.partition(":") for store in rule.stores)
    return tuple(TrustStore(kind, name) for store_kind, _, name in named if store_kind == kind)


def authenticity(
    chain: Sequence[Certificate], stores: Sequence[TrustStore], evidence: Evidence
) -> Unavailable | None:
    """Whether a certificate of the chain is a trusted one, byte for byte.

    A store that cannot be used leaves the question open, whatever the others hold: who keeps a trust store in
    disorder is told, and the reference ends there too.

    Args:
        chain: the leaf first.
        stores: each has an answer in `evidence`.
        evidence: the answers.

    Raises:
        CheckFailedError: `authenticity.no-trusted-certificates` or `authenticity.untrusted-chain`.
    """
    trusted: set[bytes] = set()
    for store in stores:
        certificates = evidence.certificates(store)
        if not isinstance(certificates, tuple):
            return certificates
        trusted.update(certificates)
    if any(certificate.der in trusted for certificate in chain):
        return None
    listed = ", ".join(f"{store.kind}:{store.name}" for store in stores) or "none for this signing scheme"
    code = "authenticity.untrusted-chain" if trusted else "authenticity.no-trusted-certificates"
    root = chain[-1]
    raise CheckFailedError(code, stores=listed, root=root.subject_text, fingerprint=root.fingerprint)


def identity(leaf: Certificate, rule: X509Rule) -> None:
    """Whether the signer is one that the rule names.

    Raises:
        CheckFailedError: `identity.no-match` or `identity.subject-ambiguous`.
    """
    names.require_match([one.attributes for one in rule.identities], leaf.subject)


def expiry(envelope: Envelope, at: datetime) -> None:
    """Whether the signature's own term has not run out.

    Raises:
        CheckFailedError: `expiry.expired`.
    """
    end = envelope.attributes.expiry
    if end is not None and at >= end:
        raise CheckFailedError("expiry.expired", expiry=end.isoformat())


def timestamp(envelope: Envelope, chain: Sequence[Certificate], rule: X509Rule, at: datetime) -> bool:
    """Whether the chain vouches for the time of signing.

    1. No signing time lies in the future by more than `limits.CLOCK_SKEW_SECONDS`.
    2. An authority's signing time lies within the validity of every certificate; that is all.
    3. Else a timestamp is asked for if the rule names a `tsa` store, and, under `afterCertExpiry`, only
       once a certificate has expired.
    4. Where none is asked for, every certificate is valid at `at`.

    Returns whether a timestamp has to be checked, which then decides.

    Raises:
        CheckFailedError: a `timestamp.` code.
    """
    # 1. not in the future
    attributes = envelope.attributes
    signed_at = attributes.signed_at
    if signed_at is not None and signed_at > at + _CLOCK_SKEW:
        raise CheckFailedError("timestamp.signing-time-in-future", signed_at=signed_at.isoformat())
    # 2. an authority's word; `integrity` has compared it with every certificate
    if attributes.scheme == SCHEME_AUTHORITY:
        return False
    # 3. a timestamp
    expired = any(at > certificate.not_after for certificate in chain)
    if stores_of(rule, "tsa") and (rule.timestamp == "always" or expired):
        if not envelope.unsigned.timestamp:
            raise CheckFailedError("timestamp.missing")
        return True
    # 4. valid now
    for certificate in chain:
        if not certificate.valid_at(at):
            code = "timestamp.certificate-expired"
            if at < certificate.not_before:
                code = "timestamp.certificate-not-yet-valid"
            raise CheckFailedError(
                code,
                subject=certificate.subject_text,
                not_before=certificate.not_before.isoformat(),
                not_after=certificate.not_after.isoformat(),
            )
    return False
