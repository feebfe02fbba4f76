"""What a policy comes to for one image, and how it came to it."""

import msgspec

from sealwright.formats.simple.identity import wanted
from sealwright.policy.containers.lowering import ContainersPolicy
from sealwright.policy.containers.requirements import GPG_KEYS, PolicyRequirement
from sealwright.reference import Reference
from sealwright.signature import Subject

__all__ = ["Explained", "ExplainedRequirement", "Tried", "explain"]


class Tried(msgspec.Struct, frozen=True):
    """A scope that was looked for, `""` for the transport's default, and the line of its section, or 0."""

    scope: str
    line: int = 0


class ExplainedRequirement(msgspec.Struct, frozen=True):
    """A requirement: what it asks, and where it stands.

    `keys` are files as the policy names them, `inline` the number of keys in the policy itself; a signature
    by any of them counts. `name` is the one that it must carry, in words.
    """

    kind: str
    line: int
    column: int
    sentence: str
    keys: tuple[str, ...] = ()
    inline: int = 0
    name: str = ""


class Explained(msgspec.Struct, frozen=True):
    """The scopes in the order in which they are looked for, up to that which decides, and what it asks."""

    image: str
    policy: str
    transport: str
    tried: tuple[Tried, ...]
    section: str
    line: int
    requirements: tuple[ExplainedRequirement, ...]


def explain(policy: ContainersPolicy, subject: Subject) -> Explained:
    """What a policy asks of an image.

    Args:
        policy: that decides.
        subject: the image; only its transport and name are looked at.
    """
    choice = policy.chosen(subject)
    tried: list[Tried] = []
    for scope in choice.tried:
        section = policy.document.section(subject.transport, scope)
        tried.append(Tried(scope, section.line if section is not None else 0))
        if section is not None:
            break
    name = subject.identified if isinstance(subject.identified, Reference) else None
    return Explained(
        image=str(subject.name),
        policy=policy.origin,
        transport=subject.transport,
        tried=tuple(tried),
        section=choice.section.name,
        line=choice.section.line,
        requirements=tuple(_explained(one, name) for one in choice.section.requirements),
    )


def _explained(requirement: PolicyRequirement, image: Reference | None) -> ExplainedRequirement:
    kind, line, column = requirement.kind, requirement.line, requirement.column
    if kind == "signedBy" and requirement.key_type == GPG_KEYS:
        keyring = requirement.keyring
        name = wanted(requirement.identity, image)
        keys = [*keyring.files, *(["the policy itself"] if keyring.inline else [])]
        sentence = f"a GPG signature by a key in {', '.join(keys) or 'no file'}, about {name}"
        return ExplainedRequirement(kind, line, column, sentence, keyring.files, len(keyring.inline), name)
    return ExplainedRequirement(kind, line, column, _SENTENCES.get(kind, f"{requirement.words}: never met"))


_SENTENCES = {
    "insecureAcceptAnything": "nothing: the image is allowed, not verified",
    "reject": "what cannot be: every image is refused",
    "signedBaseLayer": "what cannot be: no client implements signedBaseLayer",
    "sigstoreSigned": "a Sigstore signature, which this version does not verify: the image is refused",
}
