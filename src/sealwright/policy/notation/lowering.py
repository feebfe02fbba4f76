"""A trust policy as a `Policy`: the statement that is about an image or blob, lowered to requirements."""

from collections.abc import Mapping

import msgspec

from sealwright.digest import Digest
from sealwright.errors import NoStatementError
from sealwright.evidence import TrustStore
from sealwright.policy.notation.document import Artifacts, Document, PolicyStatement, read
from sealwright.policy.notation.levels import CHECKS
from sealwright.policy.notation.scopes import WILDCARD
from sealwright.rules import Accept, SignedBy, Statement, X509Rule
from sealwright.signature import Subject

__all__ = ["NotationPolicy", "parse"]


class NotationPolicy(msgspec.Struct, frozen=True):
    """A policy in notation's language, and the bytes that it was read from.

    `metadata` are annotations that the caller demands of the payload, and `plugin_config` is what the caller
    has to tell to the plugins that signatures name. `named` is the statement that the caller chose; only
    blobs have such a choice.
    """

    document: Document
    content: bytes
    metadata: Mapping[str, str] = {}
    plugin_config: Mapping[str, str] = {}
    named: str = ""
    language: str = "notation"

    @property
    def origin(self) -> str:
        """The file that it was read from."""
        return self.document.file

    @property
    def digest(self) -> Digest:
        """Of the bytes of that file."""
        return Digest.of(self.content)

    def chosen(self, subject: Subject) -> PolicyStatement:
        """The statement with exactly this repository among its scopes, else the one for `*`.

        For blobs it is the one that the caller named, else the global one.

        Raises:
            NoStatementError: `policy.no-statement`, or what `for_blobs` raises.
        """
        if self.document.artifacts == "blob":
            return self.for_blobs()
        for scope in (subject.repository, WILDCARD):
            for statement in self.document.statements:
                if scope in statement.scopes:
                    return statement
        raise NoStatementError("policy.no-statement", file=self.origin, repository=subject.repository)

    def for_blobs(self) -> PolicyStatement:
        """The statement of that name, else the global one.

        Raises:
            NoStatementError: `policy.no-named-statement`, `policy.no-global-statement`.
        """
        for statement in self.document.statements:
            if statement.name == self.named if self.named else statement.is_global:
                return statement
        if self.named:
            raise NoStatementError("policy.no-named-statement", file=self.origin, name=self.named)
        raise NoStatementError("policy.no-global-statement", file=self.origin)

    def statement(self, subject: Subject) -> Statement:
        """What the chosen statement asks for.

        Raises:
            NoStatementError: as `chosen`.
        """
        chosen = self.chosen(subject)
        origin = f'{self.origin}:{chosen.line}: statement "{chosen.name}", level {chosen.level}'
        if chosen.level == "skip":
            return Statement(chosen.name, Accept(origin))
        actions = {check: action for kind, action in chosen.actions.items() for check in CHECKS[kind]}
        rule = X509Rule(
            chosen.stores,
            chosen.identities,
            actions,
            chosen.verify_timestamp,
            dict(self.metadata),
            revoked_after_signing=chosen.revoked_after_signing,
            all_identities=chosen.all_identities,
            plugin_config=dict(self.plugin_config),
        )
        stores = (store.split(":", 1) for store in chosen.stores)
        needs = frozenset(TrustStore(kind, name) for kind, name in stores if kind != "tsa")
        return Statement(chosen.name, SignedBy(origin, rule), needs)


def parse(
    content: bytes,
    file: str,
    metadata: Mapping[str, str] | None = None,
    artifacts: Artifacts = "oci",
    named: str = "",
) -> NotationPolicy:
    """Read a trust policy.

    Args:
        content: the bytes of the file.
        file: its name, for messages.
        metadata: annotations that the payload must carry beside.
        artifacts: what the policy is about.
        named: the statement that decides, of a policy for blobs; empty: its global one.

    Raises:
        DocumentError: a `policy.` code.
    """
    return NotationPolicy(read(content, file, artifacts), content, dict(metadata or {}), named=named)
