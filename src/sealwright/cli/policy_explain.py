"""`seal policy explain`: what a policy asks of an image, and where its signatures are looked for."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sealwright import reasons
from sealwright.evidence import Keyring, Unavailable
from sealwright.homes.environment import Environment
from sealwright.reference import Reference
from sealwright.rules import KeyringRule, SignedBy, parts

if TYPE_CHECKING:
    from sealwright.interfaces import Policy
    from sealwright.policy.containers.explaining import Explained
    from sealwright.policy.vault.explaining import Explained as OfVaults
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
    from sealwright.policy.vault.lowering import VaultPolicy  # noqa: PLC0415  # the same

    if isinstance(policy, VaultPolicy):
        from sealwright.policy.vault import explaining  # noqa: PLC0415  # the same

        return {"explained": explaining.explain(policy, subject)}
    if not isinstance(policy, ContainersPolicy):
        statement = policy.statement(subject)
        return {
            "image": str(subject.name),
            "policy": policy.origin,
            "statement": statement.name,
            "requirements": [one.origin for one in parts(statement.requirement)],
        }
    from sealwright.policy.containers.explaining import explain  # noqa: PLC0415  # the same

    rules = [one.rule for one in parts(policy.statement(subject).requirement) if isinstance(one, SignedBy)]
    keyrings = [rule.keyring for rule in rules if isinstance(rule, KeyringRule)]
    told: dict[str, object] = {
        "explained": explain(policy, subject),
        "keys": [line for keyring in keyrings for line in _keys(keyring)],
    }
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
    if "keys" not in told:
        yield from _of_vaults(explained)  # type: ignore[arg-type]  # made above
        return
    yield from _of_containers(explained)  # type: ignore[arg-type]  # made above
    keys = told["keys"]
    assert isinstance(keys, list)  # noqa: S101  # made above
    yield from (f"  {key}" for key in keys)
    signatures = told.get("signatures")
    if isinstance(signatures, dict):
        yield f"signatures beside the registry: {signatures['url']} ({signatures['origin']})"


def _keys(keyring: Keyring) -> Iterator[str]:
    """The primary keys of a keyring, each with its owner; or why there are none."""
    from sealwright.keys.openpgp import keyring_files  # noqa: PLC0415  # only for policies that name keys
    from sealwright.openpgp import keyrings  # noqa: PLC0415  # the same

    answer = keyring_files.read(keyring)
    if isinstance(answer, Unavailable):
        yield f"no key: {reasons.sentence(answer.reason, answer.data)}"
        return
    for content in answer:
        for key in keyrings.read(content):
            yield f"key {key.fingerprint} {next(iter(key.user_ids), '')}".rstrip()


def _of_vaults(explained: "OfVaults") -> Iterator[str]:
    yield f"{explained.image}: decided by {explained.policy}"
    yield f'the statement "{explained.statement}" (line {explained.line}) with the scope "{explained.scope}"'
    yield "asked for:"
    yield from (f"  {one}" for one in explained.requirements)


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
