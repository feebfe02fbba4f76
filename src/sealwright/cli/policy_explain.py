"""`seal policy explain`: what a policy asks of an image, and where its signatures are looked for."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sealwright.homes.environment import Environment
from sealwright.reference import Reference
from sealwright.rules import parts

if TYPE_CHECKING:
    from sealwright.interfaces import Policy
    from sealwright.policy.containers.explaining import Explained
    from sealwright.signature import Subject

__all__ = ["described", "lines"]


def described(policy: "Policy", subject: "Subject") -> dict[str, object]:
    """What is told, for JSON.

    Args:
        policy: that decides.
        subject: the image, of which the name is enough.

    Raises:
        NoStatementError: the policy says nothing about it.
        DocumentError: registries.d cannot be used.
    """
    from sealwright.policy.containers.lowering import ContainersPolicy  # noqa: PLC0415  # only for its language

    if not isinstance(policy, ContainersPolicy):
        statement = policy.statement(subject)
        return {
            "image": str(subject.name),
            "policy": policy.origin,
            "statement": statement.name,
            "requirements": [one.origin for one in parts(statement.requirement)],
        }
    from sealwright.policy.containers.explaining import explain  # noqa: PLC0415  # the same

    told: dict[str, object] = {"explained": explain(policy, subject)}
    if subject.transport == "docker" and isinstance(subject.name, Reference):
        from sealwright.homes.containers import registries_d  # noqa: PLC0415  # the same
        from sealwright.stores.store_url import StoreUrl  # noqa: PLC0415  # the same

        found = registries_d.read(Environment.current()).explained(subject.name)
        told["signatures"] = {"url": StoreUrl.parse(found.url).shown, "origin": found.origin}
    return told


def lines(told: dict[str, object]) -> Iterator[str]:
    """The same for people.

    Args:
        told: from `described`.
    """
    explained = told.get("explained")
    if explained is None:
        yield f"{told['image']}: the statement {told['statement']!r} of {told['policy']} decides"
        requirements = told["requirements"]
        assert isinstance(requirements, list)  # noqa: S101  # made above
        yield from (f"  asked for: {one}" for one in requirements)
        return
    yield from _of_containers(explained)  # type: ignore[arg-type]  # made above
    signatures = told.get("signatures")
    if isinstance(signatures, dict):
        yield f"signatures beside the registry: {signatures['url']} ({signatures['origin']})"


def _of_containers(explained: "Explained") -> Iterator[str]:
    yield f"{explained.image}: decided by {explained.policy}"
    yield f"scopes of the transport {explained.transport}, the first that is there decides:"
    for one in explained.tried:
        there = f"line {one.line}" if one.line else "not there"
        yield f'  "{one.scope}": {there}'
    if not any(one.line for one in explained.tried):
        yield f"  default of the policy: line {explained.line}"
    count = len(explained.requirements)
    yield "asked for:" if count == 1 else f"asked for, each of these {count}:"
    for number, requirement in enumerate(explained.requirements, 1):
        yield f"  {number}. {requirement.sentence} (line {requirement.line})"
