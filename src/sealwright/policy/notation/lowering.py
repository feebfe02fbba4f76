"""A trust policy as a `Policy`: the statement that is about an image, lowered to requirements."""

from collections.abc import Mapping

import msgspec

from sealwright.digest import Digest
from sealwright.errors import NoStatementError
from sealwright.evidence import TrustStore
from sealwright.policy.notation.document import Document, PolicyStatement, read
from sealwright.policy.notation.levels import CHECKS
from sealwright.policy.notation.scopes import WILDCARD
from sealwright.rules import Accept, SignedBy, Statement, X509Rule
from sealwright.signature import Subject

__all__ = ["NotationPolicy", "parse"]


class NotationPolicy(msgspec.Struct, frozen=True):
    """A policy in notation's language, and the bytes that it was read from.

    `metadata` are annotations that the caller demands of the payload, and `plugin_config` is what the caller
    has to tell to the plugins that signatures name.
    """

    document: Document
    content: bytes
    metadata: Mapping[str, str] = {}
    plugin_config: Mapping[str, str] = {}
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

        Raises:
            NoStatementError: `policy.no-statement`.
        """
        for scope in (subject.repository, WILDCARD):
            for statement in self.document.statements:
                if scope in statement.scopes:
                    return statement
        raise NoStatementError("policy.no-statement", file=self.origin, repository=subject.repository)

    def statement(self, subject: Subject) -> Statement:
        """What the chosen statement asks for.

        Raises:
            NoStatementError: `policy.no-statement`.
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
            all_identities=chosen.all_identities,
            plugin_config=dict(self.plugin_config),
        )
        stores = (store.split(":", 1) for store in chosen.stores)
        needs = frozenset(TrustStore(kind, name) for kind, name in stores if kind != "tsa")
        return Statement(chosen.name, SignedBy(origin, rule), needs)


def parse(content: bytes, file: str, metadata: Mapping[str, str] | None = None) -> NotationPolicy:
    """Read a trust policy.

    Args:
        content: the bytes of the file.
        file: its name, for messages.
        metadata: annotations that the payload must carry beside.

    Raises:
        DocumentError: a `policy.` code.
    """
    return NotationPolicy(read(content, file), content, dict(metadata or {}))
