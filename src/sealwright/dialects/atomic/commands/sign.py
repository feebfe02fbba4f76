"""`atomic sign`: signatures of images that are in a registry already, kept in a folder."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from sealwright.dialects.atomic.call import Call
from sealwright.dialects.atomic.failed import Failed
from sealwright.dialects.atomic.names import sought
from sealwright.errors import SealwrightError
from sealwright.homes.containers import registries_d
from sealwright.homes.containers.registries_d import RegistriesD
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.providers import open_sealer
from sealwright.reference import Reference
from sealwright.workflow.clock import now
from sealwright.workflow.opening import Reach, bind
from sealwright.workflow.seal import seal_place
from sealwright.workflow.trust_rows import above
from sealwright.workflow.written_stores import tell_if_unseen, written_store

__all__ = ["run"]

_SCHEMES = ["file"]
_BUILT_IN = "built in"


def run(call: Call) -> int:
    """Sign images; each signature is told as soon as it is kept."""
    given = call.arguments
    if given.sign_by is None:
        raise Failed(
            "No default identity (default_signer) was defined in /etc/atomic.conf and no --sign-by identity "
            "was provided.  You must provide an identity"
        )
    environment = call.with_keyring(given.gnupghome, exported_counts=False)
    sealer = None
    with bind(Reach(), environment, now, call.tell) as context:
        for typed in given.images:
            name = sought(call, context, typed)
            base = _given(given.signature_path) or _configured(call, typed, name)
            store = written_store(environment, name, base, older=call.settings.signature_layout == "older")
            with context.open_image(f"docker://{name}") as place:
                descriptor = place.subject().descriptor
                sealer = sealer or open_sealer(f"gpg:{given.sign_by}", Passphrases(environment), environment)
                tell_if_unseen(context, place)
                for signed in seal_place(context, place.with_store(store), descriptor, sealer):
                    call.say(f"Created: {signed.location}")
    return 0


def _given(folder: str | None) -> str:
    """The address of the folder that the command line names; empty if it names none."""
    if folder is None:
        return ""
    if not Path(folder).exists():
        raise Failed(f"The path {folder} does not exist")
    return Path(folder).absolute().as_uri()


def _configured(call: Call, typed: str, name: Reference) -> str:
    """The address of a folder, from registries.d."""
    folder = call.settings.registries(call.environment)
    try:
        configured = registries_d.read(call.environment, folder)
    except SealwrightError as error:
        raise Failed(str(error)) from None
    found = configured.explained(name, writing=True)
    if found.origin == _BUILT_IN:
        raise Failed(_unconfigured(configured, typed, name))
    parts = urlsplit(found.url)
    if parts.scheme not in _SCHEMES:
        raise Failed(
            f"Writing to {parts.scheme} is not supported. Use a supported scheme {_SCHEMES} instead."
        )
    path = unquote(parts.path)
    if not Path(path).exists():
        raise Failed(f"The signature path {path} does not exist")
    return found.url


def _unconfigured(configured: RegistriesD, typed: str, name: Reference) -> str:
    """What is said where registries.d names no address."""
    folder = configured.folder
    if not configured.sections and configured.default is None:
        return (
            f"Unable to associate {typed} with configurations in {folder} and no 'default_store' is defined."
        )
    scope = name.repository.rpartition("/")[0]
    if configured.default is not None or any(one in configured.sections for one in above(name.repository)):
        return f"No write path for {scope} was found in {folder}"
    return f"No applicable configuration for {scope} was found in {folder}"
