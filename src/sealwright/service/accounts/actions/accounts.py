"""Users, robots and groups: made, changed, removed."""

from sealwright.errors import NotFoundError, UsageError
from sealwright.service import audit
from sealwright.service.accounts import hashing
from sealwright.service.accounts.names import ANONYMOUS, LOGGED_IN, require_account_name
from sealwright.service.accounts.queries import accounts, grants, state, tokens
from sealwright.service.accounts.queries.accounts import Account
from sealwright.service.storage import Database, Transaction

__all__ = [
    "add_group",
    "add_robot",
    "add_user",
    "first_administrator",
    "join",
    "leave",
    "remove",
    "required",
    "set_disabled",
    "set_password",
]

_FIRST = "admin"


def add_user(database: Database, actor: str, name: str, password: str) -> None:
    """Make a user.

    Args:
        database: of the service.
        actor: who does it, for the audit log.
        name: of the user.
        password: as the user will type it.

    Raises:
        UsageError: `service.account-exists`, `service.account-name-invalid`, `service.password-unfit`.
    """
    secret = hashing.hashed(hashing.require_fit(password))
    with database.write() as transaction:
        _add(transaction, actor, name, "user", secret)


def add_robot(database: Database, actor: str, name: str) -> None:
    """Make a robot, which logs in with tokens only; arguments and errors as for a user."""
    with database.write() as transaction:
        _add(transaction, actor, name, "robot", None)


def add_group(database: Database, actor: str, name: str) -> None:
    """Make a group; arguments and errors as for a user."""
    with database.write() as transaction:
        _add(transaction, actor, name, "group", None)


def first_administrator(database: Database) -> str | None:
    """Make the user `admin`, who may do everything, if there never was an account; gives its password."""
    if state.state(database).in_force:
        return None
    password = hashing.make_password()
    secret = hashing.hashed(password)
    with database.write() as transaction:
        if accounts.find(transaction, _FIRST) is not None:  # another server was faster
            return None
        account = _add(transaction, ANONYMOUS, _FIRST, "user", secret)
        grants.add(transaction, account.id, "*", ("admin",))
    return password


def set_password(database: Database, actor: str, name: str, password: str) -> None:
    """Give a user a new password. What was issued for the old one holds no longer; personal tokens do.

    Raises:
        NotFoundError: `service.account-unknown`.
        UsageError: `service.password-unfit`.
    """
    secret = hashing.hashed(hashing.require_fit(password))
    with database.write() as transaction:
        account = required(transaction, name, "user")
        accounts.set_secret(transaction, account.id, secret)
        tokens.remove_all(transaction, account.id, "refresh")
        _note(transaction, actor, "account.password", name)


def set_disabled(database: Database, actor: str, name: str, *, disabled: bool) -> None:
    """Let a user or robot log in no longer, or again.

    Raises:
        NotFoundError: `service.account-unknown`.
    """
    with database.write() as transaction:
        account = required(transaction, name, *LOGGED_IN)
        accounts.set_disabled(transaction, account.id, int(disabled))
        _note(transaction, actor, "account.disable" if disabled else "account.enable", name)


def remove(database: Database, actor: str, name: str, kind: str) -> None:
    """Remove an account of a kind, with its tokens, grants and memberships.

    Raises:
        NotFoundError: `service.account-unknown`.
    """
    with database.write() as transaction:
        accounts.remove(transaction, required(transaction, name, kind).id)
        _note(transaction, actor, "account.remove", name, kind=kind)


def join(database: Database, actor: str, group: str, name: str) -> bool:
    """Make a user or robot a member of a group; gives whether it was none.

    Raises:
        NotFoundError: `service.account-unknown`.
    """
    with database.write() as transaction:
        team, account = required(transaction, group, "group"), required(transaction, name, *LOGGED_IN)
        done = accounts.join(transaction, team.id, account.id)
        _note(transaction, actor, "group.join", name, group=group)
    return done


def leave(database: Database, actor: str, group: str, name: str) -> bool:
    """Let an account be a member no longer; gives whether it was one.

    Raises:
        NotFoundError: `service.account-unknown`.
    """
    with database.write() as transaction:
        team, account = required(transaction, group, "group"), required(transaction, name, *LOGGED_IN)
        done = accounts.leave(transaction, team.id, account.id)
        _note(transaction, actor, "group.leave", name, group=group)
    return done


def required(database: Database | Transaction, name: str, *kinds: str) -> Account:
    """The account of that name, of one of the kinds, or of any if none is named.

    Raises:
        NotFoundError: `service.account-unknown`.
    """
    account = accounts.find(database, name)
    if account is None or (kinds and account.kind not in kinds):
        raise NotFoundError(
            "service.account-unknown", kind=" or ".join(kinds) or "account", name=ascii(name[:150])
        )
    return account


def _add(transaction: Transaction, actor: str, name: str, kind: str, secret: str | None) -> Account:
    if not accounts.add(transaction, require_account_name(name), kind, secret):
        taken = required(transaction, name)
        raise UsageError("service.account-exists", kind=taken.kind, name=name)
    if kind in LOGGED_IN:
        state.put_in_force(transaction)
    _note(transaction, actor, "account.add", name, kind=kind)
    return required(transaction, name)


def _note(transaction: Transaction, actor: str, action: str, name: str, **detail: str) -> None:
    state.changed(transaction)
    audit.record(transaction, actor, action, subject=name, **detail)
