"""Certificate chains: the ordered walk from the leaf to the root.

Source: signature-specification.md, "Certificate Requirements". The chain of an envelope is complete and
in order, so nothing is searched and no path is built: a general path validator would enforce rules that
the specification forbids (nesting of validity, unknown critical extensions, name constraints).

`require` checks, in this order:

1. there is a certificate, and there are not too many                  chain-empty, chain-too-long
2. each fits the profile of its place: the first as leaf, others as CA (`profile`)
3. none but the last is self-signed                                    self-signed-not-root
4. each was issued by the next: names and signature                    not-issued
5. the last is self-signed                                             root-not-self-signed
6. no CA has more CAs below it than its path length allows             path-too-long

A single certificate is leaf and root at once and has to fit the profile of a leaf. Times are asked of
`require_valid`, since the signing time comes from elsewhere.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sealwright import limits
from sealwright.errors import CheckFailedError
from sealwright.pki import certificate as certificates
from sealwright.pki import profile
from sealwright.pki.certificate import Certificate

__all__ = ["parse", "require", "require_valid"]


def parse(chain: Sequence[bytes]) -> tuple[Certificate, ...]:
    """Read the certificates of a chain.

    Args:
        chain: DER, the leaf first.

    Raises:
        CheckFailedError: `certificate.chain-empty` or `certificate.chain-too-long`.
        MalformedContentError: `certificate.malformed`.
    """
    _require_length(chain)
    return tuple(certificates.parse(der) for der in chain)


def _require_length(chain: Sequence[object]) -> None:
    if not chain:
        raise CheckFailedError("certificate.chain-empty")
    if len(chain) > limits.CERTIFICATE_CHAIN_LENGTH:
        raise CheckFailedError(
            "certificate.chain-too-long", found=len(chain), limit=limits.CERTIFICATE_CHAIN_LENGTH
        )


def require(chain: Sequence[Certificate], role: Literal["leaf", "tsa"] = "leaf") -> None:
    """Check a chain for signing code, or timestamps: all that follows from its bytes.

    Args:
        chain: the leaf first, the root last.
        role: of the first certificate: `leaf` signs code, `tsa` timestamps.

    Raises:
        CheckFailedError: a `certificate.` code.
    """
    # 1. a certificate, not too many
    _require_length(chain)
    leaf, *issuers = chain
    # 2. the profile of each place
    profile.require(leaf, role)
    for issuer in issuers:
        profile.require(issuer, "ca" if role == "leaf" else "tsa-ca")
    for lower, upper in zip(chain, issuers, strict=False):
        # 3. self-signed at the end only
        if lower.is_self_signed:
            raise CheckFailedError("certificate.self-signed-not-root", subject=lower.subject_text)
        # 4. issued by the next
        if not lower.issued_by(upper):
            raise CheckFailedError(
                "certificate.not-issued", subject=lower.subject_text, issuer=upper.subject_text
            )
    # 5. a root at the end
    if not chain[-1].is_self_signed:
        raise CheckFailedError("certificate.root-not-self-signed", subject=chain[-1].subject_text)
    # 6. path lengths
    for below, issuer in enumerate(issuers):
        allowed = issuer.basic_constraints.path_length if issuer.basic_constraints else None
        if allowed is not None and below > allowed:
            raise CheckFailedError(
                "certificate.path-too-long", subject=issuer.subject_text, allowed=allowed, found=below
            )


def require_valid(chain: Sequence[Certificate], signed_at: datetime) -> None:
    """Check that every certificate was valid when the signature was made.

    Args:
        chain: the certificates.
        signed_at: aware.

    Raises:
        CheckFailedError: `certificate.not-valid-at-signing`.
    """
    for one in chain:
        if not one.valid_at(signed_at):
            raise CheckFailedError(
                "certificate.not-valid-at-signing",
                subject=one.subject_text,
                at=signed_at.isoformat(),
                not_before=one.not_before.isoformat(),
                not_after=one.not_after.isoformat(),
            )
