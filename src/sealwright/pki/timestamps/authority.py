"""Whether a token's signer is a timestamp authority that somebody trusts.

Sources: signature-specification.md, "Certificate Requirements" (timestamping); RFC 3161, section 2.3;
trust-store-trust-policy.md, "Trust Store".

The certificates in a token are candidates on the way from its signer to a root, and no more: the root is one
of those that were handed in, byte for byte. The way is sought breadth first, each certificate is looked at
once, and only those count that were valid at the time and fit the profile of their place; so the cost is at
most the square of `limits.TIMESTAMP_CERTIFICATES`, and a certificate that is of no use is in nobody's way.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sealwright import limits
from sealwright.errors import CheckFailedError
from sealwright.pki import certificate as certificates
from sealwright.pki import chain as chains
from sealwright.pki import names, profile
from sealwright.pki.certificate import Certificate
from sealwright.pki.timestamps.token import Token

__all__ = ["chain"]


def chain(token: Token, signer: Certificate, roots: Sequence[bytes]) -> tuple[Certificate, ...]:
    """The certificates from the signer to a trusted root, each valid when the token was made.

    Args:
        token: signed by `signer`.
        signer: its certificate.
        roots: DER certificates of trust stores.

    Raises:
        CheckFailedError: `timestamp.untrusted-chain`; `timestamp.chain`, which carries the fault's own code
            as `rule`; or `timestamp.authority-not-valid`.
        MalformedContentError: `certificate.malformed`.
    """
    made_at = token.info.made_at
    anchors = {der: certificates.parse(der) for der in roots}
    others = [certificates.parse(der) for _, der in token.signed.certificates if der not in anchors]
    candidates = [*anchors.values(), *others]

    def is_fit(one: Certificate) -> bool:
        try:
            _require_fit(one, made_at)
        except CheckFailedError:
            return False
        return True

    found = _way(signer, candidates, anchors, is_fit) or _way(signer, candidates, anchors, lambda _: True)
    if not found:
        raise CheckFailedError(
            "timestamp.untrusted-chain", subject=signer.subject_text, issuer=names.text(signer.issuer)
        )
    _require(found, made_at)
    return found


def _require(found: Sequence[Certificate], made_at: datetime) -> None:
    try:
        chains.require(found, "tsa")
    except CheckFailedError as error:
        raise CheckFailedError(
            "timestamp.chain", **{**error.data, "rule": error.code, "problem": str(error)}
        ) from None
    for one in found:
        _require_valid(one, made_at)


def _require_fit(one: Certificate, made_at: datetime) -> None:
    profile.require(one, "tsa-ca")
    _require_valid(one, made_at)


def _require_valid(one: Certificate, made_at: datetime) -> None:
    if not one.valid_at(made_at):
        raise CheckFailedError(
            "timestamp.authority-not-valid",
            subject=one.subject_text,
            at=made_at.isoformat(),
            not_before=one.not_before.isoformat(),
            not_after=one.not_after.isoformat(),
        )


def _way(
    signer: Certificate,
    candidates: Iterable[Certificate],
    anchors: Iterable[bytes],
    is_fit: Callable[[Certificate], bool],
) -> tuple[Certificate, ...]:
    """The shortest way from the signer to an anchor; empty if there is none."""
    ways: list[tuple[Certificate, ...]] = [(signer,)]
    left = [one for one in candidates if one.der != signer.der and is_fit(one)]
    for _ in range(limits.CERTIFICATE_CHAIN_LENGTH - 1):
        longer: list[tuple[Certificate, ...]] = []
        for way in ways:
            above = [one for one in left if way[-1].issued_by(one)]
            for one in above:
                if one.der in anchors:
                    return (*way, one)
                longer.append((*way, one))
            left = [one for one in left if one not in above]
        ways = longer
    return ()
