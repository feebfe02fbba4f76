"""A timestamp over a new signature: asked for, verified in full, and only then kept.

A token that a verifier would refuse is of no use, and one that is kept unseen may be an attacker's. So what
is checked here is what a verification checks, and the answer to the request besides:

1. the reply grants a token, which answers the request: imprint, nonce, policy
2. its form, its signer's signature, and the way to the root that was given
3. its time is not still to come, and the signature's certificates were valid then
4. no certificate of the authority is revoked, and somebody can say so

A connection that breaks off is tried once more, with a new nonce.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.authorities.tsa import TimestampAuthority
from sealwright.errors import ArtifactError, CheckFailedError, EnvironmentalError, NetworkError, UsageError
from sealwright.evidence import Evidence
from sealwright.formats.notary import countersigning
from sealwright.homes import files
from sealwright.homes.sealwright.settings import Timestamp
from sealwright.interfaces import Gatherer
from sealwright.pki import certificate as certificates
from sealwright.pki.certificate import Certificate
from sealwright.pki.timestamps import authority, reply, request, token

__all__ = ["Stamping", "chosen", "stamped"]

_CLOCK_SKEW = timedelta(seconds=limits.CLOCK_SKEW_SECONDS)


class Stamping(msgspec.Struct, frozen=True):
    """Where timestamps come from.

    `ask` sends a request and gives the answer; `url` names the authority, and `roots` are the DER
    certificates that its own must lead to. `policy` is the one that it must follow, in dotted numbers; empty:
    its own.
    """

    url: str
    ask: Callable[[bytes], bytes]
    roots: tuple[bytes, ...]
    policy: str = ""


def chosen(choice: Timestamp, variables: Mapping[str, str]) -> Stamping:
    """The authority that somebody chose, and the root that it must lead to.

    Args:
        choice: a URL, http or https, and a file with just one certificate, a root CA's, in PEM or DER.
        variables: of the environment, for proxies.

    Raises:
        UsageError: `timestamp.flags-apart`, `timestamp.url-unusable` or `timestamp.roots`.
        KeyUnavailableError: `certificate.not-a-root`.
        MalformedContentError: a `certificate.` code.
        StorageError: the file cannot be read.
    """
    if not choice.url or not choice.root_cert:
        raise UsageError("timestamp.flags-apart", missing="the address" if choice.root_cert else "the root")
    ask = TimestampAuthority(choice.url, variables)
    roots = certificates.parse_file(files.read(Path(choice.root_cert), limits.TRUST_STORE_FILE_BYTES))
    if len(roots) != 1:
        raise UsageError("timestamp.roots", file=choice.root_cert, found=len(roots))
    certificates.require_anchor(roots[0], "tsa")
    return Stamping(choice.url, ask, (roots[0].der,))


def stamped(
    source: Stamping,
    value: bytes,
    hash_name: str,
    chain: Sequence[Certificate],
    gather: Gatherer,
    clock: Callable[[], datetime],
) -> bytes:
    """A token over a signature, in DER, that every verifier which trusts the root takes.

    Args:
        source: the authority.
        value: the raw signature.
        hash_name: the hash that the signature's algorithm uses.
        chain: the certificates that signed.
        gather: answers whether the authority's certificates are revoked.
        clock: gives the time, aware.

    Raises:
        NetworkError: `timestamp.unreachable`, which carries the `network.` code as `rule`;
            `timestamp.http-status`.
        EnvironmentalError: `timestamp.content-type`; `timestamp.unusable`, which carries the code of what is
            wrong with the answer as `rule`.
    """
    asked, content = _answered(source, value, hash_name)
    try:
        # 1. the answer
        made = reply.granted(content)
        read = token.read(made)
        read.require_answers(asked)
        # 2. its signer
        above = authority.chain(read, read.require_signed(), source.roots)
        # 3. its time
        if read.info.made_at > clock() + _CLOCK_SKEW:
            raise CheckFailedError("timestamp.in-future", made_at=read.info.made_at.isoformat())
        countersigning.require_within(chain, read.earliest, read.latest)
        # 4. revocation
        _require_unrevoked(above, gather, clock())
    except ArtifactError as error:
        raise EnvironmentalError(
            "timestamp.unusable",
            url=source.url,
            rule=error.code,
            problem=str(error),
            detail=dict(error.data),
        ) from None
    return made


def _answered(source: Stamping, value: bytes, hash_name: str) -> tuple[request.Request, bytes]:
    """A request, and what the authority answered to it."""
    for last in (False, True):
        nonce = secrets.randbits(request.NONCE_BITS)
        asked = request.about(value, hash_name, nonce, source.policy)
        try:
            return asked, source.ask(asked.encoded())
        except NetworkError as error:
            if last or error.code != "network.connection-lost":
                raise _unreachable(source, error) from None
    raise AssertionError  # pragma: no cover  # the last try returns or raises


def _unreachable(source: Stamping, error: NetworkError) -> NetworkError:
    """The same, as an error of the authority that names it."""
    if error.code.startswith("timestamp."):
        return error
    made = NetworkError("timestamp.unreachable", url=source.url, rule=error.code, problem=str(error))
    made.retryable = error.retryable
    return made


def _require_unrevoked(chain: Sequence[Certificate], gather: Gatherer, at: datetime) -> None:
    evidence = Evidence()
    for _ in range(limits.EVIDENCE_ROUNDS):
        assessment = countersigning.unrevoked(chain, evidence, at)
        if not assessment.needs:
            break
        evidence = evidence.with_answers(gather(assessment.needs))
    unknown = assessment.unknown
    if unknown is not None or assessment.needs:
        data = {"subject": chain[0].subject_text, **(unknown.data if unknown is not None else {})}
        raise CheckFailedError("timestamp.revocation-unknown", **data)
