"""`[accounts]`: whether everyone must log in, and which CI workloads may.

[accounts]
required = true

[[accounts.workloads]]
name = "builds"
issuer = "https://token.actions.example.com"
audience = "registry.example.com"
claims = {repository = "acme/app", ref = ["refs/heads/main", "refs/tags/v*"]}
grants = [{pattern = "acme/app", rights = ["pull", "push", "sign"]}]
"""

import re
from typing import Annotated

import msgspec

from sealwright.service.configuration.rights import Right, is_pattern

__all__ = ["Accounts", "Workload", "WorkloadGrant"]

_ISSUER = re.compile(
    r"https://[\x21-\x7e]+|http://(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]+)?(?:/[\x21-\x7e]*)?"
)
_ALWAYS_CHECKED = frozenset({"iss", "aud", "exp", "nbf", "iat"})


class WorkloadGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rights of a workload in the repositories that a pattern matches.

    Attributes:
        pattern: of repository names; `*` stands for any characters.
        rights: `pull`, `push`, `delete`, `sign`, `audit` or `admin`.
    """

    pattern: str
    rights: frozenset[Right]

    def __post_init__(self) -> None:
        """Refuse what grants nothing."""
        if not is_pattern(self.pattern):
            raise ValueError(f"{self.pattern!r} is not a pattern of repository names")
        if not self.rights:
            raise ValueError("a grant without rights")


class Workload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[accounts.workloads]]`: ID tokens of an issuer that stand for a workload.

    Attributes:
        name: what logs call it.
        issuer: the exact `iss`; where it has no `jwks`, its keys are found from there.
        audience: one of `aud`.
        claims: what each further claim must be: a text in which `*` stands for any characters, or a list of
            which one must fit. At least one, or any workload of the issuer would be let in.
        grants: what it may do.
        jwks: a file with the issuer's public keys as a JWK set, by its absolute path.
    """

    name: str
    issuer: str
    audience: str
    claims: dict[str, str | list[str]]
    grants: list[WorkloadGrant]
    jwks: str = ""

    def __post_init__(self) -> None:
        """Refuse what would let in more than was meant."""
        if _ISSUER.fullmatch(self.issuer) is None:
            raise ValueError(f"the issuer {self.issuer!r} is not an https URL")
        if not self.name or not self.audience:
            raise ValueError("a workload without name or audience")
        if not set(self.claims) - _ALWAYS_CHECKED:
            raise ValueError(
                f"the workload {self.name!r} has no rule for a claim, so every workload of "
                f"{self.issuer} would be let in"
            )
        for claim, wanted in self.claims.items():
            values = [wanted] if isinstance(wanted, str) else wanted
            if not values or any(not value.strip("*") for value in values):
                raise ValueError(f"the rule for the claim {claim!r} lets everything in")
        if self.jwks and not self.jwks.startswith("/"):
            raise ValueError(f"jwks of the workload {self.name!r} is not an absolute path")
        if not self.grants:
            raise ValueError(f"the workload {self.name!r} is granted nothing")


class Accounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[accounts]`.

    Attributes:
        required: whether the service asks for accounts from its first start, also on an address that only
            this machine reaches.
        service: what it calls itself towards clients; tokens are issued for it.
        workloads: whose ID tokens are exchanged for tokens.
    """

    required: bool = False
    service: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9.:_/-]{1,200}$")] = "sealwright"
    workloads: tuple[Workload, ...] = ()
