"""Who sends a request, and what they may do there.

Rights are held per pattern of repository names, or of names of keys in vaults, `vault:NAME/KEY`. What is
granted for repositories is not granted for keys, but for `admin` on `*`. `sign` is a right of its own: to
attach a signature, which OpenShift calls `system:image-signer`, or to have a key sign. So is `audit`: to
record a verification, its `image-auditor`.
`admin` on a pattern holds all the others there.

The patterns are those of `configuration.patterns`.
"""

from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from sealwright.errors import AccessDeniedError
from sealwright.service.configuration.patterns import matches
from sealwright.service.configuration.rights import RIGHTS, VAULT, Right

if TYPE_CHECKING:
    from sealwright.service.web.asked import Asked

__all__ = ["EVERYONE", "RIGHTS", "Caller", "Gate", "Grant", "OpenGate", "Right"]

_SCOPES: dict[Right, str] = {"pull": "pull", "push": "pull,push", "sign": "pull,push", "audit": "pull"}
"""What clients are told to ask for: they know pull, push and delete, and get the rest along with these."""


class Grant(msgspec.Struct, frozen=True):
    """Rights in the repositories that a pattern matches."""

    pattern: str
    rights: frozenset[Right]

    def covers(self, right: Right, repository: str) -> bool:
        """Whether the right is held in that repository, or for that key."""
        if repository.startswith(VAULT) and not self.pattern.startswith(VAULT):
            return self.pattern == "*" and "admin" in self.rights
        return (right in self.rights or "admin" in self.rights) and matches(self.pattern, repository)


class Caller(msgspec.Struct, frozen=True):
    """Someone who asks.

    Attributes:
        name: of the account; `anonymous` for nobody in particular.
        kind: what the account is.
        grants: what they hold, from wherever.
        by_token: whether a bearer token speaks for them, which may hold less than the account does.
        account: what the account holds, where a bearer token speaks for it.
        lists: whether they see every repository of the account in the list of repositories.
        credential: the identifier of the token that they logged in with, if it was one of the account's.
        generation: of the account, when the credentials were verified.
    """

    name: str
    kind: Literal["anonymous", "user", "robot", "workload"]
    grants: tuple[Grant, ...]
    by_token: bool = False
    account: tuple[Grant, ...] = ()
    lists: bool = False
    credential: str = ""
    generation: int = 0

    def may(self, right: Right, repository: str) -> bool:
        """Whether they hold a right in a repository."""
        return any(grant.covers(right, repository) for grant in self.grants)

    def might(self, right: Right, repository: str) -> bool:
        """Whether they do not hold a right, but would with another bearer token."""
        return not self.may(right, repository) and any(one.covers(right, repository) for one in self.account)

    def sees(self, repository: str) -> bool:
        """Whether the list of repositories names this one to them."""
        return self.may("pull", repository) or (self.lists and self.might("pull", repository))

    @property
    def administers(self) -> bool:
        """Whether they administer the whole service."""
        return any(grant.pattern == "*" and "admin" in grant.rights for grant in self.grants)

    def require(self, right: Right, repository: str, *others: Right) -> None:
        """Return if they hold the right, or one of the others, in a repository.

        Raises:
            AccessDeniedError: `service.login-needed` if other credentials may help, else
                `service.right-missing`.
        """
        if any(self.may(held, repository) for held in (right, *others)):
            return
        scope = f"repository:{repository}:{_SCOPES.get(right, right)}"
        raise self.refusal(right, repository, scope)

    def require_login(self) -> None:
        """Return if they showed credentials, or could not hold more if they did.

        Raises:
            AccessDeniedError: `service.login-required`.
        """
        if self.kind == "anonymous" and not self.by_token and not self.administers:
            raise AccessDeniedError("service.login-required")

    def require_admin(self) -> None:
        """Return if they administer the whole service; raises as `require` does."""
        if not self.administers:
            raise self.refusal("admin", "*", "registry:admin:*")

    def refusal(self, right: Right, repository: str, scope: str) -> AccessDeniedError:
        """The error for a right that is not held; `scope` is what a token should be asked for."""
        if self.kind == "anonymous" or self.by_token:
            return AccessDeniedError(
                "service.login-needed", right=right, repository=repository, scope=scope, account=self.name
            )
        return AccessDeniedError(
            "service.right-missing", right=right, repository=repository, account=self.name
        )


EVERYONE = Caller("anonymous", "anonymous", (Grant("*", frozenset(RIGHTS)),))
"""Whoever reaches a service without accounts: they may do everything, on this machine only."""


class Gate(Protocol):
    """Finds out who sends a request."""

    async def caller(self, asked: "Asked") -> Caller:
        """Who asks.

        Raises:
            AccessDeniedError: `service.login-failed`: credentials came, and are wrong.
        """

    def challenge(self, asked: "Asked", error: AccessDeniedError) -> str:
        """The value of WWW-Authenticate that goes with an answer of 401."""


class OpenGate:
    """The gate of a service without accounts: it asks nobody."""

    async def caller(self, _asked: "Asked") -> Caller:
        """Everyone."""
        return EVERYONE

    def challenge(self, _asked: "Asked", _error: AccessDeniedError) -> str:
        """Never needed: everyone may do everything."""
        return 'Basic realm="sealwright"'
