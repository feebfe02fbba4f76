"""Who may do what with a vault and its keys.

Rights are those of the service, held in patterns that begin with `vault:`:

    vault:NAME/KEY    a key; what is done with the vault itself wants the right for `vault:NAME/`

    pull     see it: names, states, public keys; verify with it
    sign     have it sign
    push     make and bring in keys, rename, rotate, enable, disable, block, unblock, change rules
    delete   plan and cancel deletions
    admin    all of these; and make, rename and delete vaults

A pattern for repositories never gives any of them, but for `admin` on `*`, which is all there is
(`web.caller.Grant`). Bearer tokens hold them if `registry:vault:*` was asked for.
"""

from sealwright.errors import NotFoundError
from sealwright.service.configuration.rights import VAULT
from sealwright.service.vault.records import KeyRecord, VaultRecord
from sealwright.service.web.caller import Caller, Right

__all__ = ["Right", "name", "require", "require_known", "require_told", "sees", "sees_vault"]

_SCOPE = "registry:vault:*"
"""What tokens are asked for."""


def name(vault: VaultRecord | str, key: KeyRecord | str = "") -> str:
    """What grants call a key, or a vault itself."""
    first = vault if isinstance(vault, str) else vault.name
    return f"{VAULT}{first}/{key if isinstance(key, str) else key.name}"


def sees(caller: Caller, vault: VaultRecord, key: KeyRecord) -> bool:
    """Whether a key is shown to a caller: whoever may do anything with it sees it."""
    called = name(vault, key)
    return any(caller.may(right, called) for right in ("pull", "sign", "push", "delete"))


def sees_vault(caller: Caller, vault: VaultRecord) -> bool:
    """Whether a vault is shown: whoever may do anything with it, or with any key in it, sees it."""
    called = name(vault)
    if any(caller.may(right, called) for right in ("pull", "sign", "push", "delete")):
        return True
    return any(grant.pattern.startswith(called) for grant in caller.grants)


def require(caller: Caller, right: Right, vault: VaultRecord | str, key: KeyRecord | str = "") -> None:
    """Return if the caller holds a right for a key, or for a vault itself.

    Raises:
        AccessDeniedError: `service.login-needed` or `service.right-missing`.
    """
    called = name(vault, key)
    if not caller.may(right, called):
        raise caller.refusal(right, called, _SCOPE)


def require_told(caller: Caller) -> None:
    """Return unless a login, or another token, may show a caller more keys than they see.

    Nobody in particular is told to get a token first, which is had for what is open to everybody, too:
    clients show what they have only where they are asked.

    Raises:
        AccessDeniedError: `service.login-needed`.
    """
    if caller.administers:
        return
    nobody = caller.kind == "anonymous" and not caller.by_token
    account = Caller(caller.name, caller.kind, caller.account)
    another = not _has_keys(caller) and (account.administers or _has_keys(account))
    if nobody or another:
        raise caller.refusal("pull", f"{VAULT}*", _SCOPE)


def _has_keys(caller: Caller) -> bool:
    return any(grant.pattern.startswith(VAULT) for grant in caller.grants)


def require_known(caller: Caller, kind: str, identifier: str, *, seen: bool) -> None:
    """Return if something is there and shown to the caller: what is not shown is as good as not there.

    Raises:
        AccessDeniedError: a login may help.
        NotFoundError: `vault.unknown`.
    """
    if seen:
        return
    require_told(caller)
    raise NotFoundError("vault.unknown", kind=kind, wanted=ascii(identifier[:300]))
