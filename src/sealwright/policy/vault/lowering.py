"""A policy about keys of a vault as a `Policy`: the statement that is about an image, lowered."""

from collections.abc import Mapping

import msgspec

from sealwright.digest import Digest
from sealwright.errors import NoStatementError
from sealwright.evidence import PublicKey
from sealwright.policy.vault.document import Document, VaultStatement, read
from sealwright.policy.vault.requirements import NamedKey, Wanted
from sealwright.policy.vault.scopes import candidates
from sealwright.rules import AllOf, AtLeast, KeyRule, Reject, Requirement, SignedBy, Statement
from sealwright.signature import Subject

__all__ = ["Choice", "VaultPolicy", "parse"]


class Choice(msgspec.Struct, frozen=True):
    """The statement that is about an image, and by which of its scopes."""

    statement: VaultStatement
    scope: str


class VaultPolicy(msgspec.Struct, frozen=True):
    """A policy about keys of a vault, and the bytes that it was read from.

    `metadata` are members that the caller demands of the metadata in each message.
    """

    document: Document
    content: bytes
    metadata: Mapping[str, str] = {}
    language: str = "vault"

    @property
    def origin(self) -> str:
        """The file that it was read from."""
        return self.document.file

    @property
    def digest(self) -> Digest:
        """Of the bytes of that file."""
        return Digest.of(self.content)

    def chosen(self, subject: Subject) -> Choice:
        """The statement with the most specific scope.

        Raises:
            NoStatementError: `policy.vault-no-statement`.
        """
        scopes = {scope: one for one in self.document.statements for scope in one.scopes}
        for scope in candidates(subject.repository):
            if scope in scopes:
                return Choice(scopes[scope], scope)
        raise NoStatementError("policy.vault-no-statement", file=self.origin, repository=subject.repository)

    def statement(self, subject: Subject) -> Statement:
        """What the chosen statement asks for.

        Raises:
            NoStatementError: as `chosen`.
        """
        chosen = self.chosen(subject).statement
        return Statement(chosen.name, self._lowered(chosen, chosen.signed_by))

    def _lowered(self, statement: VaultStatement, wanted: Wanted) -> Requirement:
        if isinstance(wanted, NamedKey):
            return self._signed_by(statement, wanted)
        origin = f'{self.origin}:{wanted.line}: statement "{statement.name}", {wanted.words}'
        if not wanted.of:
            return Reject(origin, "policy.vault-no-keys")
        if wanted.kind == "all":
            return AllOf(origin, tuple(self._lowered(statement, one) for one in wanted.of))
        keys = tuple(self._signed_by(statement, one) for one in wanted.of if isinstance(one, NamedKey))
        return AtLeast(origin, wanted.count, keys)

    def _signed_by(self, statement: VaultStatement, wanted: NamedKey) -> SignedBy:
        rule = KeyRule(
            PublicKey(wanted.key, wanted.vault, self.document.service),
            wanted.versions,
            statement.regions,
            statement.repository,
            statement.accepted,
            dict(self.metadata),
            statement.export_age,
        )
        origin = f'{self.origin}:{wanted.line}: statement "{statement.name}", {wanted.words}'
        return SignedBy(origin, rule)


def parse(content: bytes, file: str, metadata: Mapping[str, str] | None = None) -> VaultPolicy:
    """Read a policy.

    Args:
        content: the bytes of the file.
        file: its name, for messages.
        metadata: what the metadata of each message must have beside.

    Raises:
        DocumentError: a `policy.` code; further problems are its `others`.
    """
    return VaultPolicy(read(content, file), content, dict(metadata or {}))
