"""`atomic pull`: an image of a registry into the storage of this machine, if the policy lets it pass."""

from pathlib import Path

from sealwright import limits
from sealwright.dialects.atomic.call import Call
from sealwright.dialects.atomic.discovery import discover
from sealwright.dialects.atomic.failed import Failed
from sealwright.dialects.atomic.names import in_storage, reference, sought
from sealwright.dialects.atomic.steps import said
from sealwright.dialects.containers_refusals import why
from sealwright.dialects.containers_words import invalid_policy
from sealwright.errors import DocumentError, RefusedError, SealwrightError
from sealwright.homes import files
from sealwright.interfaces import Policy
from sealwright.reference import Reference
from sealwright.workflow import policies
from sealwright.workflow.clock import now
from sealwright.workflow.context import Context
from sealwright.workflow.moving import move
from sealwright.workflow.obeying import obey
from sealwright.workflow.opening import Reach, bind

__all__ = ["run"]


def run(call: Call) -> int:
    """Pull an image."""
    given = call.arguments
    in_storage(given.storage, reference(given.image))  # refused before anything is asked for
    user, _, password = (given.src_creds or "").partition(":")
    reach = Reach(username=user, password=password) if user and password else Reach()
    with bind(reach, call.environment, now, call.tell) as context:
        name = sought(call, context, given.image)
        target = in_storage(given.storage, name)
        discover(call, context, name)
        call.say(f"Pulling {name} ...")
        try:
            _pull(call, context, name, target)
        except SealwrightError as error:
            raise Failed(f"Failed: {error}") from None
    return 0


def _pull(call: Call, context: Context, name: Reference, target: str) -> None:
    standing = _policy(call)
    with context.open_image(f"docker://{name}") as source:
        subject = source.subject()
        try:
            for _ in obey(context, source, subject, standing=standing):
                pass
        except RefusedError as error:
            if standing is not None:
                call.fatal(f"Source image rejected: {why(standing, subject, error.verdict, name)}")
            raise Failed("") from None
        with context.open_image(target, write=True) as place:
            move(context, source, place, subject.descriptor, said(call))


def _policy(call: Call) -> Policy | None:
    """The policy of the machine.

    Raises:
        Failed: it cannot be used; what is wrong with it is said in skopeo's words.
    """
    try:
        return policies.containers(call.environment)
    except DocumentError as error:
        content = files.read(Path(error.file), limits.CONFIG_FILE_BYTES)
        call.fatal(f"Error loading trust policy: {invalid_policy(error, content)}")
        raise Failed("") from None
