"""`oc describe istag`: an image and its signatures, each with how it stands."""

from collections.abc import Iterator

from sealwright.dialects.cobra import Command, Invocation
from sealwright.dialects.oc import flags
from sealwright.dialects.oc.image_objects import Condition, SignatureObject, conditions, issuer, moment
from sealwright.dialects.oc.resources import Shown, named, shown

__all__ = ["command"]


def command(line: str) -> Command:
    """The command."""
    del line
    return Command(
        "describe (istag NAME:TAG | image NAME)",
        "Show details of an image, as far as its signatures go",
        flags=(*flags.GLOBAL, flags.NAMESPACE),
        run=_run,
    )


def _run(invocation: Invocation) -> int:
    found, registry = shown(invocation, named(invocation))
    if found is None:
        return 1
    invocation.say(*_lines(found, registry.domain))
    return 0


def _lines(shown: Shown, registry: str) -> Iterator[str]:
    image = shown.image
    yield f"Image Name:\t{image.digest}"
    yield f"Docker Image:\t{registry}/{image.repository}@{image.digest}"
    yield f"Name:\t\t{image.digest}"
    if shown.signatures:
        yield "Image Signatures:"
    for signature in shown.signatures:
        yield from _signature(signature)


def _signature(signature: SignatureObject) -> Iterator[str]:
    latest = signature.latest
    key = issuer(latest)
    yield f"\t\tName:\t{signature.name}"
    yield f"\t\tType:\t{signature.type}"
    yield f"\t\tStatus:\t{'Verified' if key else 'Unverified'}"
    if key:
        yield f"\t\tIssued By:\t{key}"
    for condition in conditions(latest):
        yield f"\t\tSignature is {_words(condition)}"


def _words(condition: Condition) -> str:
    """A condition as oc tells it; it does not tell apart those that are and those that are not."""
    no = "" if condition.status == "True" else "not "
    when = moment(condition.last_probe_time).astimezone()
    return f"{no}{condition.type} ({condition.message} on {when:%Y-%m-%d %H:%M:%S %z %Z})"
