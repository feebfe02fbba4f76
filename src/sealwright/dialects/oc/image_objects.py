"""Images as OpenShift's API has them (image.openshift.io/v1), as far as their signatures go.

An `ImageSignature` says how it stands by its conditions, which are derived here from the last record of a
verification. Where it stands in no way, what is only known of a verified one is left out; conditions come in
pairs (`ValidateImageSignature` of OpenShift's API server):

| last record | `Trusted` | `ForImage` | `issuedBy` |
|---|---|---|---|
| none, or removed | | | |
| verified | True, `manually verified` | True | the short id of the key |
| failed | False, and why | False | |
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from sealwright.service_client.answers import Image, KeptSignature, Verification

__all__ = ["Condition", "SignatureObject", "conditions", "image_object", "issuer", "moment", "signatures_of"]

_KEY_ID_DIGITS = 16
_VERSION = "image.openshift.io/v1"


class Condition(msgspec.Struct, frozen=True, rename="camel"):
    """A `SignatureCondition`; times are as RFC 3339 has them."""

    type: str
    status: str
    last_probe_time: str
    last_transition_time: str
    reason: str = ""
    message: str = ""


class SignatureObject(msgspec.Struct, frozen=True):
    """A signature with everything that an `ImageSignature` is made of.

    `kept` are its rows, one for each repository that has it.
    """

    name: str
    content: bytes
    kept: tuple[KeptSignature, ...]

    @property
    def type(self) -> str:
        """Such as `atomic`."""
        return self.kept[0].type

    @property
    def latest(self) -> Verification | None:
        """The last record, of those in all repositories."""
        found = [one.verification.latest for one in self.kept]
        return max((one for one in found if one is not None), key=lambda one: one.at, default=None)


def signatures_of(images: Iterable[Image]) -> dict[tuple[str, str], tuple[KeptSignature, ...]]:
    """The signatures of an image that has them by name, in whatever repository; by name and digest.

    Args:
        images: the same image, in all repositories that hold it.
    """
    found: dict[tuple[str, str], tuple[KeptSignature, ...]] = {}
    for image in images:
        for one in image.signatures:
            if one.full_name:
                key = (one.full_name, one.digest)
                found[key] = (*found.get(key, ()), one)
    return found


def conditions(latest: Verification | None) -> tuple[Condition, ...]:
    """How a signature stands after its last record, as conditions."""
    if latest is None or latest.result == "removed":
        return ()
    if latest.result == "verified":
        message = f'verified by user "{latest.by}"'
        return (
            Condition("Trusted", "True", latest.at, latest.at, "manually verified", message),
            Condition("ForImage", "True", latest.at, latest.at),
        )
    return (
        Condition("Trusted", "False", latest.at, latest.at, latest.reason, latest.problem),
        Condition("ForImage", "False", latest.at, latest.at),
    )


def issuer(latest: Verification | None) -> str:
    """The short id of the key of a verified signature; else an empty string."""
    verified = latest is not None and latest.result == "verified"
    return latest.key[-_KEY_ID_DIGITS:].upper() if verified and latest is not None else ""


def image_object(image: Image, registry: str, signatures: Sequence[SignatureObject]) -> Mapping[str, object]:
    """An `Image`.

    Args:
        image: in one of its repositories.
        registry: what clients call the registry.
        signatures: in the order in which they are listed.
    """
    return {
        "apiVersion": _VERSION,
        "kind": "Image",
        "metadata": {"name": image.digest},
        "dockerImageReference": f"{registry}/{image.repository}@{image.digest}",
        "dockerImageManifestMediaType": image.media_type,
        "signatures": [_signature_object(one) for one in signatures],
    }


def moment(text: str) -> datetime:
    """A time of the service, aware; without its fraction."""
    return datetime.fromisoformat(text).replace(microsecond=0)


def _signature_object(one: SignatureObject) -> Mapping[str, object]:
    made = min(kept.received_at for kept in one.kept)
    found: dict[str, object] = {
        "metadata": {"name": one.name, "creationTimestamp": _seconds(made)},
        "type": one.type,
        "content": base64.b64encode(one.content).decode(),
    }
    latest = one.latest
    told = [
        {name: text for name, text in msgspec.to_builtins(condition).items() if text}
        for condition in conditions(latest)
    ]
    for condition in told:
        for name in ("lastProbeTime", "lastTransitionTime"):
            condition[name] = _seconds(condition[name])
    if told:
        found["conditions"] = told
    if issuer(latest):
        found["issuedBy"] = {"commonName": issuer(latest)}
    return found


def _seconds(text: str) -> str:
    """A time as Kubernetes writes it: in UTC, to the second."""
    return f"{moment(text):%Y-%m-%dT%H:%M:%SZ}"
