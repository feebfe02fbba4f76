"""policy.json as a `Policy`: the section that is about an image, lowered to requirements."""

import msgspec

from sealwright.digest import Digest
from sealwright.evidence import Keyring
from sealwright.policy.containers.document import Document, Section, read
from sealwright.policy.containers.requirements import GPG_KEYS, PolicyRequirement
from sealwright.policy.containers.scopes import candidates
from sealwright.rules import Accept, AllOf, KeyringRule, Reject, Requirement, SignedBy, Statement
from sealwright.signature import Subject

__all__ = ["Choice", "ContainersPolicy", "parse"]


class Choice(msgspec.Struct, frozen=True):
    """Which section is about an image, and the scopes that were looked for up to it.

    `tried` are all scopes in their order, `""` for the transport's default at the end; `section` has the
    first of them that is there, else it is the default of the policy.
    """

    tried: tuple[str, ...]
    section: Section


class ContainersPolicy(msgspec.Struct, frozen=True):
    """A policy in the language of containers/image, and the bytes that it was read from.

    `lenient` takes payloads of signatures that containers/image takes and the specification does not.
    """

    document: Document
    content: bytes
    lenient: bool = False
    language: str = "containers"

    @property
    def origin(self) -> str:
        """The file that it was read from."""
        return self.document.file

    @property
    def digest(self) -> Digest:
        """Of the bytes of that file."""
        return Digest.of(self.content)

    @property
    def keyrings(self) -> frozenset[Keyring]:
        """Those of all requirements, whatever image they are about."""
        sections = (self.document.default, *self.document.sections)
        return frozenset(
            one.keyring for section in sections for one in section.requirements if one.keyring != Keyring()
        )

    def chosen(self, subject: Subject) -> Choice:
        """The most specific section that is there; there is always one."""
        tried = (*candidates(subject.transport, subject.identified), "")
        for scope in tried:
            section = self.document.section(subject.transport, scope)
            if section is not None:
                return Choice(tried, section)
        return Choice(tried, self.document.default)

    def statement(self, subject: Subject) -> Statement:
        """What that section asks for: each of its requirements."""
        section = self.chosen(subject).section
        lowered = tuple(self._lowered(one) for one in section.requirements)
        origin = f"{self.origin}:{section.line}: {section.name}"
        requirement = lowered[0] if len(lowered) == 1 else AllOf(origin, lowered)
        needs = frozenset(
            one.rule.keyring
            for one in lowered
            if isinstance(one, SignedBy) and isinstance(one.rule, KeyringRule)
        )
        return Statement(section.title, requirement, needs)

    def _lowered(self, requirement: PolicyRequirement) -> Requirement:
        origin = f"{self.origin}:{requirement.line}: {requirement.words}"
        match requirement.kind:
            case "insecureAcceptAnything":
                return Accept(origin)
            case "reject":
                return Reject(origin)
            case "signedBaseLayer":
                return Reject(origin, "containers.base-layer-unsupported", {"origin": origin})
            case "sigstoreSigned":
                return Reject(origin, "containers.sigstore-unsupported", {"origin": origin})
        if requirement.key_type != GPG_KEYS:
            data = {"origin": origin, "key_type": requirement.key_type}
            return Reject(origin, "containers.key-type-unsupported", data)
        return SignedBy(origin, KeyringRule(requirement.keyring, requirement.identity, self.lenient))


def parse(content: bytes, file: str, *, lenient: bool = False) -> ContainersPolicy:
    """Read a policy.

    Args:
        content: the bytes of the file.
        file: its name, for messages.
        lenient: take payloads of signatures as containers/image does.

    Raises:
        DocumentError: a `containers.` code; further problems are its `others`.
    """
    return ContainersPolicy(read(content, file), content, lenient)
