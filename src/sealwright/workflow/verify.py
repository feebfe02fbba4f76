"""Verify an image.

1. Resolve the name to a descriptor; from here on its digest is the image.
2. Let the policy choose its statement. None: refused. One that no signature can change: nothing is listed.
3. List the signatures of the formats that the statement is about, and gather what it alone names (trust
   stores, keyrings).
4. Sort the signatures into waves. A verdict on just these that may be used again ends it here. Else download
   and parse the first wave.
5. Decide; while the decision misses something, gather it and decide again.
6. Not accepted, and signatures are left: the next wave, and 5 again.
"""

from collections.abc import Callable
from functools import partial

import msgspec

from sealwright import limits
from sealwright.errors import NoStatementError
from sealwright.evidence import Evidence
from sealwright.interfaces import Policy, SignatureStore
from sealwright.policy.decide import Case, decide
from sealwright.policy.settle import settle, without_statement
from sealwright.rules import formats_asked
from sealwright.signature import Subject
from sealwright.verdict import PolicyUsed, Verdict
from sealwright.workflow import warming
from sealwright.workflow.collect import Waves, collect, passed_over, waves
from sealwright.workflow.context import Context, Place
from sealwright.workflow.early import fetching, resolve
from sealwright.workflow.kept import store_at

__all__ = ["Decider", "decider", "verify", "verify_subject"]

Decider = Callable[..., Verdict]
"""Called as `verify_subject` is."""


def verify(
    context: Context,
    image: str,
    policy: Policy,
    *,
    max_signatures: int = limits.MAX_SIGNATURES,
    thorough: bool = False,
) -> Verdict:
    """Whether a policy accepts an image. The verdict says so; only what could not be found out raises.

    Args:
        context: the outside.
        image: as a user types it.
        policy: the one policy that decides.
        max_signatures: how many signatures are downloaded at most.
        thorough: look at every signature and ask for everything, for audits.

    Raises:
        UsageError: the name cannot be read.
        NotFoundError: there is no such image.
        EnvironmentalError: the image or the list of its signatures cannot be asked for.
    """
    # 1. resolve
    with context.open_image(image) as opened:
        place, subject = resolve(opened, policy)
        return decider(policy)(
            context, place, subject, policy, max_signatures=max_signatures, thorough=thorough
        )


def decider(policy: Policy, *, recursive: bool = False, require_index: bool = False) -> Decider:
    """What decides on an image, as the policy's language looks at indexes.

    Args:
        policy: that decides.
        recursive: ask for everything in an index, whatever the language.
        require_index: ask for the index itself, too, where the language leaves it out.
    """
    if policy.language == "notation" and not recursive:
        return verify_subject
    from sealwright.workflow.platforms import verify_image  # noqa: PLC0415  # notation's usual way needs none

    return partial(verify_image, recursive=recursive, require_index=require_index)


def verify_subject(
    context: Context,
    place: Place,
    subject: Subject,
    policy: Policy,
    *,
    max_signatures: int = limits.MAX_SIGNATURES,
    thorough: bool = False,
) -> Verdict:
    """The same for a subject that is resolved already."""
    used = PolicyUsed(policy.language, policy.origin, policy.digest)
    # 2. the statement
    try:
        statement = policy.statement(subject)
    except NoStatementError as error:
        return without_statement(subject, used, context.clock(), error)
    case = Case(statement, subject, used, context.clock(), thorough=thorough)
    formats = formats_asked(statement.requirement)
    if not formats:
        return decide(case, Evidence()).verdict
    # 3. list; what the statement names
    store = store_at(place, formats)
    listed = tuple(store.listed(subject))
    if context.verdicts is None:
        store = fetching(store, subject, listed, max_signatures)
    warming.wait()
    evidence = Evidence(context.gather(statement.needs))
    # 4. sort
    listing = waves(listed, evidence, statement.needs, max_signatures)
    look = partial(_looked_into, context, store, case, evidence, listing, max_signatures)
    if context.verdicts is not None:
        return context.verdicts.answer(case, evidence, listing, max_signatures, look)
    verdict, _ = look()
    return verdict


def _looked_into(
    context: Context,
    store: SignatureStore,
    case: Case,
    evidence: Evidence,
    listing: Waves,
    max_signatures: int,
) -> tuple[Verdict, Evidence]:
    """The verdict on what is listed, and the evidence that it needed."""
    # 4. download
    left = passed_over(listing.later, "verdict.other-signer")
    beyond = passed_over(listing.beyond, "verdict.limit-reached", limit=max_signatures)
    first = collect(store, case.subject, listing.first)
    case = msgspec.structs.replace(
        case,
        candidates=first.candidates,
        unreadable=listing.unreadable + first.unreadable,
        passed_over=left + beyond,
    )
    # 5. decide
    verdict, evidence = settle(case, evidence, context.gather)
    if listing.later and (verdict.decision != "accepted" or case.thorough):
        # 6. the next wave
        later = collect(store, case.subject, listing.later)
        case = msgspec.structs.replace(
            case,
            candidates=case.candidates + later.candidates,
            unreadable=case.unreadable + later.unreadable,
            passed_over=beyond,
        )
        verdict, evidence = settle(case, evidence, context.gather)
    return verdict, evidence
