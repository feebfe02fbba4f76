"""Whether a key of a vault is one that a rule names, and in a state in which its signatures count.

The states are Oracle's: of a key, and of each of its versions. `ENABLED` always counts. A rule says of
`disabled`, `pendingDeletion` and `deleted` whether they do; being on the way to a state is being in it. A
blocked key is a word of our own vault. Any other state never counts.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sealwright import limits
from sealwright.errors import CheckFailedError
from sealwright.evidence import PublicKeyAnswer, PublicKeyVersion, Unavailable
from sealwright.formats.kms import ocid
from sealwright.formats.kms.content import Content
from sealwright.rules import KeyRule, KeyState

__all__ = ["STATES", "require_named", "required", "until"]

_ENABLED = "ENABLED"

STATES: Mapping[str, KeyState] = {
    "DISABLING": "disabled",
    "DISABLED": "disabled",
    "ENABLING": "disabled",
    "SCHEDULING_DELETION": "pendingDeletion",
    "PENDING_DELETION": "pendingDeletion",
    "CANCELLING_DELETION": "pendingDeletion",
    "DELETING": "deleted",
    "DELETED": "deleted",
}
"""Each of Oracle's states that a rule may take, by the rule's word for it."""

_CLOCK_SKEW = timedelta(seconds=limits.CLOCK_SKEW_SECONDS)
_STATES_HOLD = timedelta(seconds=limits.KMS_STATE_SECONDS)


def require_named(rule: KeyRule, kept: Content) -> None:
    """Return unless the rule's own words tell that it is about another key or version.

    Args:
        rule: names a key by its identifier or by a name; only the first tells.
        kept: the signature.

    Raises:
        CheckFailedError: `authenticity.kms-other-key` or `authenticity.kms-other-version`.
    """
    if ocid.is_ocid(rule.key.key) and rule.key.key != kept.key_id:
        raise _other_key(rule, kept)
    if rule.versions and all(map(ocid.is_ocid, rule.versions)) and kept.key_version_id not in rule.versions:
        raise _other_version(rule, kept)


def required(rule: KeyRule, kept: Content, answer: PublicKeyAnswer, at: datetime) -> PublicKeyVersion:
    """The version that a signature was made with, if the rule takes it.

    Args:
        rule: the key.
        kept: the signature.
        answer: what is known of that key.
        at: the time of verification, aware.

    Raises:
        CheckFailedError: an `authenticity.kms-` code.
    """
    if answer.id != kept.key_id:
        raise _other_key(rule, kept)
    version = next((one for one in answer.versions if one.id == kept.key_version_id), None)
    if version is None:
        raise CheckFailedError(
            "authenticity.kms-version-unknown", key=answer.name, version=kept.key_version_id
        )
    if rule.versions and not {version.id, str(version.number)} & set(rule.versions):
        raise _other_version(rule, kept)
    if answer.as_of is not None:
        _require_fresh(rule, answer, answer.as_of, at)
    for what, state, word in _states(answer, version):
        if word not in rule.accepted:
            raise CheckFailedError("authenticity.kms-key-state", what=what, key=answer.name, state=state)
    return version


def until(rule: KeyRule, answer: PublicKeyAnswer | Unavailable | None, at: datetime) -> datetime | None:
    """Until when what is known of a key says the same; None: nothing is known.

    Args:
        rule: the key.
        answer: what is known.
        at: the time of verification, aware.
    """
    if not isinstance(answer, PublicKeyAnswer):
        return None
    if answer.as_of is None:
        return at + _STATES_HOLD
    if answer.as_of > at:
        return answer.as_of
    return answer.as_of + timedelta(seconds=rule.export_age)


def _require_fresh(rule: KeyRule, answer: PublicKeyAnswer, as_of: datetime, at: datetime) -> None:
    if not rule.export_age:
        raise CheckFailedError("authenticity.kms-export-refused", key=answer.name)
    if as_of > at + _CLOCK_SKEW:
        raise CheckFailedError("authenticity.kms-export-in-future", key=answer.name, as_of=as_of.isoformat())
    if at >= as_of + timedelta(seconds=rule.export_age):
        days = rule.export_age / 86400
        raise CheckFailedError(
            "authenticity.kms-export-old", key=answer.name, as_of=as_of.isoformat(), days=f"{days:g}"
        )


def _states(answer: PublicKeyAnswer, version: PublicKeyVersion) -> Iterator[tuple[str, str, KeyState | None]]:
    """Each thing that is the matter: with what, in the vault's words, and in the rule's."""
    if answer.blocked:
        yield "key", "BLOCKED", "blocked"
    for what, state in (("key", answer.state), (f"version {version.number} of the key", version.state)):
        if state != _ENABLED:
            yield what, state[:40], STATES.get(state)


def _other_key(rule: KeyRule, kept: Content) -> CheckFailedError:
    return CheckFailedError("authenticity.kms-other-key", key=kept.key_id[:300], wanted=str(rule.key))


def _other_version(rule: KeyRule, kept: Content) -> CheckFailedError:
    wanted = ", ".join(rule.versions)
    return CheckFailedError(
        "authenticity.kms-other-version", version=kept.key_version_id[:300], key=str(rule.key), wanted=wanted
    )
