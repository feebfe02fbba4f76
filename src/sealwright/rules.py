"""What a policy asks for, as a tree of plain values.

Each policy language lowers the one statement that is about an image into this tree; `policy.decide`
evaluates it. `origin` is always the file, line and words of the user that a requirement comes from.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

import msgspec

from sealwright.errors import InternalError
from sealwright.evidence import Keyring, Need, PublicKey

__all__ = [
    "Accept",
    "Action",
    "AllOf",
    "AtLeast",
    "IdentityKind",
    "IdentityMatch",
    "KeyRule",
    "KeyState",
    "KeyringRule",
    "Reject",
    "Requirement",
    "Rule",
    "SignedBy",
    "Statement",
    "X509Identity",
    "X509Rule",
    "formats_asked",
    "parts",
]

Action = Literal["enforce", "log", "skip"]
"""What a failed check means: refuse, only tell, or not made at all."""


class X509Identity(msgspec.Struct, frozen=True):
    """A subject that may sign.

    `words` is the identity as written. `attributes` are the pairs that the leaf's subject must hold, by
    their RFC 4514 short names; an empty tuple stands for the wildcard `*`.
    """

    words: str
    attributes: tuple[tuple[str, str], ...] = ()


class X509Rule(msgspec.Struct, frozen=True):
    """Signed under a chain that ends in certain trust stores, by certain subjects.

    `stores` are `type:name`. `actions` maps names of checks to what their failure means; a check that it
    does not name is enforced. `metadata` are annotations that the payload must carry, asked for by the
    caller. `timestamp` tells when a timestamp is looked at, if a `tsa:` store is among the stores.
    `revoked_after_signing` is what becomes of a signature that was made, by a time that can be trusted,
    before the certificate was revoked. `all_identities` are the identities as the policy words them, also
    those that only a plugin can check, and `plugin_config` is handed to that plugin.
    """

    format: ClassVar[str] = "notary"

    stores: tuple[str, ...]
    identities: tuple[X509Identity, ...]
    actions: Mapping[str, Action]
    timestamp: Literal["always", "afterCertExpiry"] = "always"
    metadata: Mapping[str, str] = {}
    revoked_after_signing: Literal["refuse", "accept"] = "refuse"
    all_identities: tuple[str, ...] = ()
    plugin_config: Mapping[str, str] = {}


IdentityKind = Literal[
    "matchExact",
    "matchRepoDigestOrExact",
    "matchRepository",
    "exactReference",
    "exactRepository",
    "remapIdentity",
]
"""How the name in a simple signature is compared (containers-policy.json(5), "signedIdentity")."""


class IdentityMatch(msgspec.Struct, frozen=True):
    """Which name a simple signature must carry.

    `name` is the reference of `exactReference` or the repository of `exactRepository`, as written; `prefix`
    and `signed_prefix` are those of `remapIdentity`.
    """

    kind: IdentityKind = "matchRepoDigestOrExact"
    name: str = ""
    prefix: str = ""
    signed_prefix: str = ""


class KeyringRule(msgspec.Struct, frozen=True):
    """A simple signature by some key of a keyring, over a name that matches.

    `lenient` takes payloads that containers/image takes and the specification does not; see
    `formats.simple.payload`.
    """

    format: ClassVar[str] = "simple"

    keyring: Keyring
    identity: IdentityMatch = IdentityMatch()
    lenient: bool = False


KeyState = Literal["disabled", "pendingDeletion", "deleted", "blocked"]
"""What may be the matter with a key of a vault, or with a version of it."""


class KeyRule(msgspec.Struct, frozen=True):
    """Signed by one key of a vault.

    `versions` are the numbers or identifiers of the versions that count; none: all of them. `regions` are
    those that the message may name; none: that of the key. `repository` is the name that the message has to
    have; empty: that of the image. `accepted` are the states in which the key still counts. `metadata` are
    members that the message's metadata must have, asked for by the caller. `export_age` is the age in seconds
    up to which exported keys count; 0: they do not.
    """

    format: ClassVar[str] = "kms"

    key: PublicKey
    versions: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    repository: str = ""
    accepted: frozenset[KeyState] = frozenset()
    metadata: Mapping[str, str] = {}
    export_age: int = 0


Rule = X509Rule | KeyringRule | KeyRule


class Accept(msgspec.Struct, frozen=True):
    """No signature is asked for."""

    origin: str


class Reject(msgspec.Struct, frozen=True):
    """Nothing is good enough.

    `reason` and `data` say why, where it is not simply the policy's will: a kind of requirement that cannot
    be met here.
    """

    origin: str
    reason: str = ""
    data: Mapping[str, object] = {}


class SignedBy(msgspec.Struct, frozen=True):
    """Some signature satisfies this rule."""

    origin: str
    rule: Rule


class AllOf(msgspec.Struct, frozen=True):
    """Each of these is met.

    Where some ask for nothing, the signatures that the others accept are enough; with `each_accepts` they are
    not, and every part must have found a signature of its own.
    """

    origin: str
    of: tuple["Requirement", ...]
    each_accepts: bool = False

    def __post_init__(self) -> None:
        if not self.of:
            raise InternalError("internal.empty-requirement", origin=self.origin)


class AtLeast(msgspec.Struct, frozen=True):
    """`count` of these are met, each by another signer whose authenticity passed."""

    origin: str
    count: int
    of: tuple[SignedBy, ...]

    def __post_init__(self) -> None:
        if not 0 < self.count <= len(self.of):
            raise InternalError("internal.empty-requirement", origin=self.origin)


Requirement = Accept | Reject | SignedBy | AllOf | AtLeast


def parts(requirement: Requirement) -> Iterator[Accept | Reject | SignedBy]:
    """What a requirement is made of, in its order.

    Args:
        requirement: a whole tree.
    """
    if isinstance(requirement, AllOf | AtLeast):
        for part in requirement.of:
            yield from parts(part)
    else:
        yield requirement


def formats_asked(requirement: Requirement) -> frozenset[str]:
    """The ids of the formats whose signatures a requirement is about; none: no signature can change it.

    Args:
        requirement: a whole tree.
    """
    return frozenset(part.rule.format for part in parts(requirement) if isinstance(part, SignedBy))


class Statement(msgspec.Struct, frozen=True):
    """The part of a policy that is about one image.

    `needs` are those that the policy alone names; they are asked before any signature is listed.
    """

    name: str
    requirement: Requirement
    needs: frozenset[Need] = frozenset()
