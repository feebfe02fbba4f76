"""Envelopes in hand: what they say, and what a policy thinks of them. No file, no network, no clock.

For services that fetch signatures by a transport of their own, and for verdicts at a given time.

1. The policy chooses the statement that is about the image's name.
2. Each envelope is parsed; what is no signature is reported.
3. The trust stores that were given answer what the statement asks; whatever else a decision asks for
   is answered with "not given".
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from sealwright.client.policies import in_memory
from sealwright.client.trust import TrustSource, stores_of
from sealwright.descriptor import Descriptor
from sealwright.errors import MalformedSignatureError, NoStatementError, UsageError
from sealwright.evidence import Evidence
from sealwright.formats import table
from sealwright.interfaces import Policy
from sealwright.policy.decide import Candidate, Case
from sealwright.policy.settle import settle, without_statement
from sealwright.signature import StoredSignature, Subject, Summary, Unreadable
from sealwright.verdict import PolicyUsed, Verdict

__all__ = ["Envelope", "inspect_envelope", "judge_envelopes", "require_aware"]


class Envelope(msgspec.Struct, frozen=True):
    """A signature as it was found.

    `content` are the bytes of the envelope, `media_type` its kind: `application/jose+json` (JWS) or
    `application/cose`. `location` is how verdicts name it.
    """

    content: bytes
    media_type: str
    location: str = ""


def inspect_envelope(envelope: Envelope) -> Summary:
    """What a signature says of itself. Nothing of it is proven.

    Args:
        envelope: the signature.

    Raises:
        MalformedSignatureError: a `parse.` code.
    """
    return table.details(table.parse(_stored(envelope)))


def judge_envelopes(
    envelopes: Iterable[Envelope],
    image: Descriptor,
    repository: str,
    *,
    policy: bytes | Mapping[str, object] | Policy,
    trust: TrustSource,
    at: datetime,
    metadata: Mapping[str, str] | None = None,
) -> Verdict:
    """Whether a policy accepts an image on the strength of these signatures.

    Args:
        envelopes: the signatures, in the order in which the verdict reports them.
        image: media type, digest and size in bytes of the image's manifest.
        repository: the image's name for policies, without tag and digest: `registry.example/net-monitor`.
        policy: the bytes of a trust policy, the same as a dictionary, or one from `read_policy`.
        trust: the trust stores that the policy may name.
        at: the time of the decision, aware.
        metadata: user metadata that a signature must carry beside.

    Returns:
        The verdict, whatever it says: call its `require()`, or look at its `decision`.

    Raises:
        UsageError: `usage.time-without-zone`, or what `TrustStores` raises.
        DocumentError: a `policy.` code.
        MalformedContentError: a certificate of the trust stores cannot be read.
        KeyUnavailableError: a certificate is unfit for its trust store.
    """
    require_aware(at)
    chosen = in_memory(policy, metadata)
    stores = stores_of(trust)
    subject = Subject(image, "docker", repository)
    used = PolicyUsed(chosen.language, chosen.origin, chosen.digest)
    # 1. the statement
    try:
        statement = chosen.statement(subject)
    except NoStatementError as error:
        return without_statement(subject, used, at, error)
    # 2. the envelopes
    candidates: list[Candidate] = []
    unreadable: list[Unreadable] = []
    for number, envelope in enumerate(envelopes, 1):
        stored = _stored(envelope, f"envelope {number}")
        try:
            candidates.append(Candidate(stored, table.parse(stored)))
        except MalformedSignatureError as error:
            unreadable.append(Unreadable(stored.location, error.code, error.data))
    # 3. decide
    case = Case(statement, subject, used, at, tuple(candidates), tuple(unreadable), thorough=True)
    verdict, _ = settle(case, Evidence(stores(statement.needs)), stores)
    return verdict


def require_aware(at: datetime) -> datetime:
    """Give a time back if it has a zone.

    Raises:
        UsageError: `usage.time-without-zone`.
    """
    if at.utcoffset() is None:
        raise UsageError("usage.time-without-zone", time=at.isoformat())
    return at


def _stored(envelope: Envelope, location: str = "") -> StoredSignature:
    return StoredSignature("notary", envelope.location or location, envelope.media_type, envelope.content)
