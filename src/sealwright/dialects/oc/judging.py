"""Signatures of an image judged one by one, by the keys and the name that a user gives."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import msgspec

from sealwright import reasons
from sealwright.descriptor import Descriptor
from sealwright.dialects.containers_words import rejection
from sealwright.dialects.fault import Fault
from sealwright.dialects.oc.image_objects import SignatureObject
from sealwright.dialects.oc.kubeconfig import Session
from sealwright.dialects.oc.public_keys import Keyring
from sealwright.digest import Digest
from sealwright.errors import SealwrightError
from sealwright.events import ignore
from sealwright.homes.environment import Environment
from sealwright.policy.containers.lowering import ContainersPolicy
from sealwright.reference import Reference
from sealwright.service_client.answers import Image, Verification
from sealwright.stores.whole_listing import Item
from sealwright.transport.origin import Origin
from sealwright.verdict import Verdict
from sealwright.workflow.clock import now
from sealwright.workflow.confirming import confirm, identity_policy
from sealwright.workflow.context import Context, Place
from sealwright.workflow.opening import Reach, bind

__all__ = ["Judge", "Judged", "Registry", "judging"]


class Registry(msgspec.Struct, frozen=True):
    """Where manifests are read: the server itself, or what `--registry-url` names."""

    session: Session
    url: str = ""
    insecure: bool = False

    @property
    def domain(self) -> str:
        """Its name in references."""
        if self.url:
            return self.url.partition("://")[2] or self.url
        origin = Origin.of(self.session.server)
        return f"[{origin.host}]:{origin.port}" if ":" in origin.host else f"{origin.host}:{origin.port}"

    @property
    def reach(self) -> Reach:
        """How it is reached: with the token of the session as a password."""
        session = self.session
        insecure = self.insecure or (session.insecure and not self.url)
        scheme = (self.url or session.server).partition("://")
        return Reach(
            username=session.user,
            password=session.token,
            insecure_registries=frozenset({self.domain}) if insecure else frozenset(),
            plain_http=scheme[0] == "http" if scheme[1] else None,
            ca_file=session.certificate_authority or None,
        )


class Judged(msgspec.Struct, frozen=True):
    """What was found of one signature. `key` is the fingerprint of whose it is, as far as that is proven."""

    verdict: Verdict
    expected: str
    keys: Digest

    @property
    def is_verified(self) -> bool:
        """Whether it confirms the identity."""
        return self.verdict.decision == "accepted"

    @property
    def key(self) -> str:
        """The fingerprint of the primary key that signed, upper case; empty where that is not proven."""
        made = [one.signer for report in self.verdict.signatures for one in report.judgements if one.signer]
        return made[0] if made else ""

    @property
    def problem(self) -> str:
        """Why it does not, in the words of containers/image where it has some."""
        for report in self.verdict.signatures:
            for judgement in report.judgements:
                if judgement.failure is not None:
                    return rejection(judgement.failure.reason, judgement.failure.data)
        for one in self.verdict.unreadable:
            return reasons.sentence(one.reason, one.data)
        return self.verdict.sentence

    @property
    def order(self) -> Mapping[str, object]:
        """The record of it, as the service takes it."""
        order: dict[str, object] = {
            "result": "verified" if self.is_verified else "failed",
            "key": self.key,
            "expected": self.expected,
            "evidence": [self.keys],
        }
        if self.verdict.signatures:
            return order | {"verdict": msgspec.Raw(self.verdict.to_json())}
        used = self.verdict.policy
        policy = {"language": used.language, "digest": used.digest}
        reason = next((one.reason for one in self.verdict.unreadable), self.verdict.reason)
        return order | {"reason": reason, "problem": self.problem, "policy": policy}

    def as_record(self, user: str) -> Verification:
        """What the record would be, were it kept.

        Args:
            user: the account.
        """
        result = "verified" if self.is_verified else "failed"
        at = self.verdict.at.isoformat()
        return Verification(0, at, user, "client", result, self.key, self.expected, "", self.problem)  # type: ignore[arg-type]  # one of the two


class Judge:
    """Judges signatures of one image; made by `judging`.

    Attributes:
        image: which it is.
        registry: what clients call the registry that holds it.
    """

    def __init__(self, asked: "_Asked", context: Context, place: Place, descriptor: Descriptor) -> None:
        self.image = asked.image
        self.registry = asked.registry.domain
        self._asked = asked
        self._context, self._place, self._descriptor = context, place, descriptor

    def __call__(self, signature: SignatureObject) -> Judged:
        """What is found of one."""
        item = Item(signature.name, signature.content)
        expected, policy = self._asked.expected, self._asked.policy
        with _in_words():
            verdict = confirm(self._context, self._place, self._descriptor, expected, policy, item)
        return Judged(verdict, str(expected), self._asked.keys)


class _Asked(msgspec.Struct, frozen=True):
    """What is asked of signatures; `keys` is the digest of the keyring."""

    registry: Registry
    image: Image
    expected: Reference
    policy: ContainersPolicy
    keys: Digest


@contextmanager
def judging(
    environment: Environment, registry: Registry, image: Image, expected: Reference, keys: Keyring
) -> Iterator[Judge]:
    """What judges the signatures of an image, whose manifest is fetched first.

    Args:
        environment: where gpg and settings are found.
        registry: where the manifest is.
        image: which it is there.
        expected: the name that signatures must carry.
        keys: that they must be made by.

    Raises:
        Fault: the manifest or the keys cannot be had.
    """
    with _in_words():
        policy = identity_policy(keys.source, keys.origin)
        asked = _Asked(registry, image, expected, policy, Digest.of(keys.content))
        name = f"{registry.domain}/{image.repository}@{image.digest}"
        with bind(registry.reach, environment, now, ignore) as context, context.open_image(name) as place:
            descriptor = place.subject().descriptor
            place.repository.manifest(descriptor)  # checked against its digest
            yield Judge(asked, context, place, descriptor)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except SealwrightError as error:
        raise Fault(str(error)) from None
