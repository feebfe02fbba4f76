"""Signatures that somebody only claims there to be, to try a policy without any image.

All that the cryptography would tell is taken as claimed: the signature is good, and about the image. What the
policy says of the signer and of the name is decided by the same code as always.
"""

from datetime import datetime

import msgspec

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import CheckFailedError, MalformedContentError
from sealwright.evidence import Evidence, Unavailable
from sealwright.formats.judged import Judged
from sealwright.formats.record import Record
from sealwright.formats.simple import identity
from sealwright.formats.simple.signature import FORMAT, ORDER
from sealwright.openpgp import keyrings
from sealwright.reference import Reference
from sealwright.rules import Action, KeyringRule, Rule
from sealwright.signature import Subject, Summary
from sealwright.verdict import Check, Judgement

__all__ = ["ClaimedSignature"]

_CLAIMED = ("parse", "authenticity", "expiry", "timestamp", "artifact")


class ClaimedSignature(msgspec.Struct, frozen=True):
    """A good signature by the key of a fingerprint (upper-case hexadecimal), about a name."""

    fingerprint: str
    name: str

    @property
    def summary(self) -> Summary:
        """What is claimed."""
        nothing = Descriptor("", Digest("sha256:" + "0" * 64), 0)
        return Summary(FORMAT, "claimed", "OpenPGP", self.fingerprint, nothing)

    def judge(
        self, subject: Subject, rule: Rule, origin: str, evidence: Evidence, at: datetime
    ) -> Judged | None:
        """What a rule thinks of it: whether its keyring holds the key, and whether the name is right."""
        del at
        if not isinstance(rule, KeyringRule):
            return None
        keys = evidence.keys(rule.keyring)
        if keys is None:
            open_checks = Record(ORDER, _enforced).complete()
            return Judged(Judgement(origin, "", open_checks, counts=False), frozenset({rule.keyring}))
        record = Record(ORDER, _enforced)
        record.add(Check("parse", "enforce", "passed"))
        if record.make("integrity", lambda: self._known(keys, rule)):
            for name in _CLAIMED[1:]:
                record.add(Check(name, "enforce", "passed"))
            asked = subject.identified if isinstance(subject.identified, Reference) else None
            record.make("identity", lambda: identity.require_match(rule.identity, asked, self.name))
            record.add(Check("revocation", "enforce", "skipped"))
            record.add(Check("plugin", "enforce", "skipped"))
        checks = record.complete()
        counts = all(check.stands for check in checks)
        return Judged(Judgement(origin, self.fingerprint, checks, counts))

    def _known(self, keys: tuple[bytes, ...] | Unavailable, rule: KeyringRule) -> Unavailable | None:
        if isinstance(keys, Unavailable):
            return keys
        for content in keys:
            try:
                found = keyrings.read(content)
            except MalformedContentError as error:
                return Unavailable(error.code, retryable=False, data=error.data)
            if any(self.fingerprint in key.fingerprints for key in found):
                return None
        shown = ", ".join([*rule.keyring.files, *(["the keys in the policy"] if rule.keyring.inline else [])])
        raise CheckFailedError("integrity.key-unknown", key=self.fingerprint, keyring=shown)


def _enforced(name: str) -> Action:
    del name
    return "enforce"
