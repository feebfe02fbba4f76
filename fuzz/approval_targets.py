"""What is fuzzed of approvals: rules, requests, votes, proofs, and OpenPGP keys and signatures.

Beyond coming back: what is read is written again as the same, rules that are taken can be met, and no change
to a proof makes it one of another request, of other rules, or of people who did not say so.
"""

import json
from collections.abc import Iterator, Mapping

import msgspec
import reshape
from target import Target

from sealwright import limits
from sealwright.approval import canonical, counting, lint, proofs, requests, rules
from sealwright.approval.keys import ApproverKey
from sealwright.approval.proofs import Proof
from sealwright.approval.votes import Received, Vote, require_valid
from sealwright.errors import CheckFailedError
from sealwright.openpgp import detached
from world.approvers import AT, Person, group, people, request, rule, rules_of
from world.openpgp_keys import Key

ADA, BOB = people("ada", "bob")
EVE = Person.openpgp("eve")
RULES = rules_of(
    ADA, BOB, EVE, use=rule(group("a", 2, ADA, BOB), group("b", 1, EVE)), change=rule(group("c", 1, ADA))
)
ASKED = request(RULES)
VOTES = tuple(Received(one.vote(ASKED), AT + 1) for one in (ADA, BOB, EVE))
PROOF = Proof(ASKED.encoded(), RULES.encoded(), VOTES, AT + 2)
SAID = {(one.vote.person, one.vote.decision) for one in VOTES}
KEY = Key.ed25519("Max <max@example.com>")
SUBKEY = Key.ed25519("")
KEY.add(SUBKEY)
SIGNING = detached.read_key(detached.reduced(KEY.public()))
TEXT = ASKED.statement("approve")


def _rules(content: bytes) -> None:
    found = rules.parse(content)
    assert rules.parse(found.encoded()) == found
    tuple(lint.doubts(found))
    for one in rules.OPERATIONS:
        ruled = found.rule(one)
        for alternative in ruled.alternatives if ruled is not None else ():
            together = ruled is not None and ruled.same_person_in_several_groups
            assert counting.is_met(alternative, ruled.people if ruled else (), together=together)


def _request(content: bytes) -> None:
    found = requests.parse(content)
    assert found.encoded() == content
    assert (found.digest == ASKED.digest) == (found == ASKED)


def _vote(content: bytes) -> None:
    """Whatever comes as a vote on this request, it is one that somebody signed, or none."""
    found = canonical.decoded(content, "", Vote, limits.APPROVAL_VOTE_BYTES, "approval.proof-malformed")
    try:
        require_valid(ASKED, RULES, found)
    except CheckFailedError:
        return
    assert (found.person, found.decision) in SAID


def _proof(content: bytes) -> None:
    found = proofs.parse(content)
    proofs.verify(found)
    assert (found.request, found.rules) == (PROOF.request, PROOF.rules)
    assert {(one.vote.person, one.vote.decision) for one in found.votes} == SAID


def _approver_key(content: bytes) -> None:
    found = ApproverKey.of(content)
    found.require_sound()
    assert found.identities
    assert not found.verifies(TEXT, content)


def _signature(content: bytes) -> None:
    if detached.verifies(SIGNING, TEXT, content):
        assert not detached.verifies(SIGNING, TEXT + b"\n", content)


def _votes() -> Iterator[bytes]:
    for one in VOTES:
        yield json.dumps({"$schema": "", **msgspec.to_builtins(one.vote)}).encode()


def _keys() -> Iterator[bytes]:
    yield KEY.public()
    for person in (ADA, Person.p256("p"), Person.rsa("r")):
        yield person.public
        yield person.key.public


def _signatures() -> Iterator[bytes]:
    yield KEY.signed(TEXT)
    yield SUBKEY.signed(TEXT)


TARGETS: Mapping[str, Target] = {
    "approval-rules": Target(_rules, lambda: (RULES.encoded(),), mutate=reshape.members),
    "approval-request": Target(_request, lambda: (ASKED.encoded(),), 4096, reshape.members),
    "approval-vote": Target(_vote, _votes, 4096, reshape.members),
    "approval-proof": Target(_proof, lambda: (PROOF.encoded(),), mutate=reshape.members),
    "approver-key": Target(_approver_key, _keys),
    "openpgp-detached": Target(_signature, _signatures, 2048),
}
