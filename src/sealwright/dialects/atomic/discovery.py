"""Trust on first use: what a registry announces of its signatures, offered to the user before a pull."""

from sealwright.dialects.atomic import trusted
from sealwright.dialects.atomic.call import Call
from sealwright.dialects.atomic.failed import Failed
from sealwright.errors import SealwrightError
from sealwright.homes.containers import registries_d
from sealwright.reference import Reference
from sealwright.workflow import trust, trust_keys
from sealwright.workflow.announced_trust import Announcement, announced
from sealwright.workflow.context import Context

__all__ = ["discover"]

_KINDS = ("web", "atomic")
_WEB = ("https://", "http://")


def discover(call: Call, context: Context, name: Reference) -> None:
    """Ask whether what is announced for an image shall be trusted, and do so.

    Raises:
        Failed: the user agreed, and it cannot be done, or the key is another than announced.
    """
    if not call.settings.discover_sigstores:
        return
    try:
        configured = registries_d.read(call.environment, call.settings.registries(call.environment))
    except SealwrightError as error:
        raise Failed(str(error)) from None
    found = announced(context, name, configured, call.settings.sigstore_metadata_image)
    if found is None:
        return
    call.say(f"ID: {_shown(found.key_id)}")
    call.say(f"Fingerprint: {_shown(found.fingerprint)}")
    call.say(f"Public key download URL: {_shown(found.key_url)}")
    if call.agrees("Do you want to add trust policy for this registry? (y/N) "):
        _trust(call, found)


def _trust(call: Call, found: Announcement) -> None:
    if found.kind not in _KINDS:
        raise Failed(f"Invalid sigstore type {_shown(found.kind)}")
    if not found.key_url.startswith(_WEB):  # a registry names no files of ours, nor keys of our keyring
        raise Failed(f"{_shown(found.key_url)} is not an address of the web")
    content = trusted.key_data(call, found.key_url)
    fingerprints = {one.fingerprint for one in trust_keys.read(content, found.key_url)}
    wanted = "".join(found.fingerprint.split()).upper()
    if fingerprints != {wanted}:
        raise Failed(
            f"The key at {_shown(found.key_url)} has the fingerprint {', '.join(sorted(fingerprints))}, "
            f"not {_shown(found.fingerprint)} as announced. It is not trusted."
        )
    trusted.add(call, found.scope, found.kind, [trust.signed_by_data(content)], found.store)


def _shown(text: str) -> str:
    """What a registry wrote, without anything that would move the cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
