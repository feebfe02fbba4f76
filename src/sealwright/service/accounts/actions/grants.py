"""Rights: given and taken."""

from collections.abc import Iterable

from sealwright.errors import UsageError
from sealwright.service import audit
from sealwright.service.accounts.actions.accounts import required
from sealwright.service.accounts.queries import grants, state
from sealwright.service.configuration.rights import RIGHTS, Right, is_pattern
from sealwright.service.storage import Database

__all__ = ["grant", "revoke", "rights_of"]


def grant(database: Database, actor: str, name: str, pattern: str, rights: Iterable[Right]) -> int:
    """Let an account or group hold rights; gives how many of them are new.

    Args:
        database: of the service.
        actor: who does it, for the audit log.
        name: of the account or group; `anonymous` for everybody, `authenticated` for every account.
        pattern: of the repositories.
        rights: which.

    Raises:
        NotFoundError: `service.account-unknown`.
        UsageError: `service.pattern-invalid`.
    """
    _require_pattern(pattern)
    rights = sorted(rights)
    with database.write() as transaction:
        done = grants.add(transaction, required(transaction, name).id, pattern, rights)
        state.changed(transaction)
        audit.record(transaction, actor, "grant.add", subject=name, pattern=pattern, rights=rights)
    return done


def revoke(database: Database, actor: str, name: str, pattern: str, rights: Iterable[Right]) -> int:
    """Let an account or group hold rights no longer; gives how many of them it held. As for `grant`."""
    _require_pattern(pattern)
    rights = sorted(rights)
    with database.write() as transaction:
        done = grants.remove(transaction, required(transaction, name).id, pattern, rights)
        state.changed(transaction)
        audit.record(transaction, actor, "grant.remove", subject=name, pattern=pattern, rights=rights)
    return done


def rights_of(names: Iterable[str]) -> frozenset[Right]:
    """The rights of these names.

    Raises:
        UsageError: `service.right-unknown`.
    """
    known: dict[str, Right] = {right: right for right in RIGHTS}
    try:
        return frozenset(known[name] for name in names)
    except KeyError as error:
        raise UsageError(
            "service.right-unknown", right=ascii(str(error.args[0])[:50]), known=", ".join(RIGHTS)
        ) from None


def _require_pattern(pattern: str) -> None:
    if not is_pattern(pattern):
        raise UsageError("service.pattern-invalid", pattern=ascii(pattern[:300]))
