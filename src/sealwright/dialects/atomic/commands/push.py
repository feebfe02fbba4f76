"""`atomic push`: an image of this machine to a registry, signed on the way."""

from sealwright.dialects.atomic.call import Call
from sealwright.dialects.atomic.failed import Failed
from sealwright.dialects.atomic.names import in_storage, reference
from sealwright.dialects.atomic.steps import said
from sealwright.errors import SealwrightError
from sealwright.homes import credentials
from sealwright.interfaces import Sealer
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.providers import open_sealer
from sealwright.reference import Reference
from sealwright.workflow.clock import now
from sealwright.workflow.moving import move
from sealwright.workflow.opening import Reach, bind

__all__ = ["run"]

_NO_SIGNER = "None"
"""What switches signing off where atomic.conf has a signer."""


def run(call: Call) -> int:
    """Push an image."""
    given = call.arguments
    for other in ("pulp", "satellite"):
        if getattr(given, other):
            raise Failed(f"Sealwright does not push to {other.capitalize()}; please push to its registry")
    name = reference(given.image)
    reach = _reach(call, name)
    if name.tag is None:
        raise Failed("The image being pushed must have a tag")
    source = in_storage(call.settings.default_storage, name)
    try:
        sealer = _sealer(call)
        with (
            bind(reach, call.environment, now, call.tell) as context,
            context.open_image(source) as origin,
            context.open_image(f"docker://{name}", write=True) as target,
        ):
            descriptor = origin.subject().descriptor
            move(context, origin, target, descriptor, said(call), sealer)
    except SealwrightError as error:
        call.fatal(str(error))
        raise Failed(f"Pushing {given.image} failed.") from None
    return 0


def _sealer(call: Call) -> Sealer | None:
    signer = call.arguments.sign_by
    if not signer or signer == _NO_SIGNER:
        return None
    environment = call.with_keyring(call.arguments.gnupghome, exported_counts=True)
    return open_sealer(f"gpg:{signer}", Passphrases(environment), environment)


def _reach(call: Call, name: Reference) -> Reach:
    """How the registry is reached; who is not known there yet is asked for user name and password."""
    given = call.arguments
    username, password = given.username or "", given.password or ""
    known = credentials.lookup(call.environment)(name.domain, name.path)
    if known is None and not given.anonymous:
        username = username or call.asked("Registry Username: ")
        password = password or call.secret("Registry Password: ")
    insecure = frozenset({name.domain}) if given.insecure else frozenset[str]()
    if not username or not password:
        return Reach(insecure_registries=insecure)
    return Reach(username=username, password=password, insecure_registries=insecure)
