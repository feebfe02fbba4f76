"""An artifact, found as notation finds it: over HTTP or TLS by its rules; tags are resolved and warned of."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import os_error
from sealwright.dialects.notation.approvals import telling
from sealwright.dialects.notation.log_lines import described
from sealwright.dialects.notation.logs import log
from sealwright.dialects.notation.references import Artifact, in_layout, in_registry
from sealwright.dialects.notation.schemes import plain_http
from sealwright.dialects.notation.words import registries, said
from sealwright.errors import SealwrightError
from sealwright.events import Event, EventSink, Notice
from sealwright.interfaces import Policy
from sealwright.reasons import sentence
from sealwright.signature import Subject
from sealwright.workflow import early
from sealwright.workflow.clock import now
from sealwright.workflow.context import Context, Place
from sealwright.workflow.opening import Reach, bind

__all__ = ["Opened", "artifact", "opened"]

_SIGNING = (
    "Warning: Always sign the artifact using digest(@sha256:...) rather than a tag(:{tag}) because tags are "
    "mutable and a tag reference can point to a different artifact than the one signed."
)
_READING = (
    "Warning: Always {verb} the artifact using digest(@sha256:...) rather than a tag(:{tag}) because "
    "resolved digest may not point to the same signed artifact, as tags are mutable."
)


class Opened(msgspec.Struct, frozen=True):
    """An artifact that was resolved. `shown` is `registry/repository@digest`; `by_tag`: a tag was typed."""

    context: Context
    place: Place
    subject: Subject
    shown: str
    by_tag: bool


def artifact(invocation: Invocation) -> Artifact:
    """What the first argument names: an artifact in a registry, or in a layout after `--oci-layout`.

    Raises:
        Fault: it cannot be read, or there is no layout there.
    """
    typed = invocation.arguments[0]
    if not invocation.values.get("oci-layout"):
        return in_registry(typed)
    found = in_layout(typed)
    path = found.location.path
    try:
        os.stat(path)  # noqa: PTH116  # the path as it was typed, for the message
    except OSError as error:
        raise Fault(f"failed to create OCI store: {os_error('stat', path, error)}") from None
    if not Path(path).is_dir():
        raise Fault("failed to create OCI store: the input path is not a directory")
    return found


@contextmanager
def opened(
    invocation: Invocation,
    wanted: Artifact,
    verb: str,
    *,
    force_referrers_tag: bool = False,
    policy: Policy | None = None,
) -> Iterator[Opened]:
    """The artifact, resolved.

    Args:
        invocation: its flags say how the registry is reached.
        wanted: the artifact.
        verb: `sign`, `verify`, `list` or `inspect`, for the warning of a tag.
        force_referrers_tag: write the fallback tag in any case.
        policy: of the verification that follows, if one does; what it needs is begun at the same time.

    Raises:
        Fault: there is no such artifact, or the registry cannot be asked.
    """
    plain = bool(wanted.registry) and plain_http(invocation, wanted.registry)
    reach = Reach(
        username=str(invocation.values.get("username") or ""),
        password=str(invocation.values.get("password") or ""),
        plain_http=plain,
        force_referrers_tag=force_referrers_tag,
        scope=str(invocation.values.get("scope") or ""),
    )
    writing = verb == "sign"
    if wanted.registry:
        always = "The referrers tag schema is always attempted"
        allowed = "Allowed to access the referrers API, fallback if not supported"
        log(invocation, "info", always if force_referrers_tag else allowed)
    with ExitStack() as stack:
        events = telling(invocation, _events(invocation))
        context = stack.enter_context(bind(reach, invocation.environment, now, events))
        try:
            place = stack.enter_context(context.open_image(wanted.location, write=writing))
            if policy is None:
                subject = place.subject()
            else:
                place, subject = early.resolve(place, policy)
        except SealwrightError as error:
            words = registries.resolving(error, wanted.name, wanted.selector, plain_http=plain)
            raise Fault(
                f"failed to get manifest descriptor: {words or said(error, invocation.line)}"
            ) from None
        resolved = f"resolved to manifest descriptor: {described(subject.descriptor)}"
        log(invocation, "info", f"Reference {wanted.selector} {resolved}")
        by_tag = wanted.location.digest is None
        if by_tag:
            warning = _SIGNING if writing else _READING
            invocation.warn(warning.format(verb=verb, tag=wanted.selector))
        yield Opened(context, place, subject, f"{wanted.name}@{subject.descriptor.digest}", by_tag)


_NOT_KEPT = "Warning: CRL cache error discarded. Enable debug log through '-d' for error details."


def _events(invocation: Invocation) -> EventSink:
    """Notices are told where somebody asked for details."""

    def tell(event: Event) -> None:
        if isinstance(event, Notice):
            if event.code == "revocation.cache-failed":
                invocation.warn(_NOT_KEPT)
            log(invocation, "warning", f"{sentence(event.code, event.data)} [{event.code}]")

    return tell
