"""Vaults: keys that never leave the service, and sign only for whom, when and as their rows say.

    vault    ACTIVE → PENDING_DELETION → DELETED
    key      ENABLED ⇄ DISABLED; either → PENDING_DELETION (and back) → DELETED; besides: blocked, or not
    version  ENABLED → PENDING_DELETION (and back) → DELETED

A deletion is due 7 to 30 days ahead. When it is due, the next use or chore destroys the private keys.

Every row is sealed (`sealed`): what anybody writes to the database besides this service makes it refuse, not
sign. States and names of operations are those of Oracle's key management (API version 20180608).

Both `/api/v1` and Oracle's API call `vaults.Vaults`.
"""
