"""What `atomic trust add` does, also when a pull asks for it."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from sealwright.dialects.atomic.call import Call
from sealwright.dialects.atomic.failed import Ended, Failed
from sealwright.dialects.atomic.names import require_scope, transport_of
from sealwright.errors import KeyUnavailableError, SealwrightError
from sealwright.workflow import trust, trust_keys
from sealwright.workflow.trust import Requirement, TrustFiles

__all__ = ["add", "key_data", "places"]

_NO_KEY = (
    "The public key reference '{0}' was not found as a file or in the user's GPG keyring. Do you have any "
    "keys listed with 'gpg2 --list-keys'? Or try setting 'GNUPGHOME=~/.gnupg' or edit '/etc/atomic.conf' to "
    "reference user's GPG keyring."
)


def places(call: Call) -> TrustFiles:
    """The policy that TRUST_POLICY names, else that of the machine; and atomic's folder registries.d."""
    named = call.environment.get("TRUST_POLICY")
    policy = Path(named) if named else call.environment.system("/etc/containers/policy.json")
    return TrustFiles(policy, call.settings.registries(call.environment))


def add(call: Call, scope: str, kind: str, requirements: Sequence[Requirement], store: str) -> None:
    """Say what is asked of the images of a scope; the user is asked before anything is replaced.

    Raises:
        Ended: the user does not want it.
        Failed: in atomic's words.
    """
    where, transport = places(call), transport_of(kind)
    if kind != "local":
        require_scope(scope)
    try:
        if kind == "local":  # whose scopes are paths; atomic took names, which make the whole policy useless
            trust.require_scope(transport, scope)
        if trust.has_scope(trust.members(where) or {}, transport, scope) and not call.agrees(
            f"Trust policy already defined for {kind}:{scope}\nDo you want to overwrite? (y/N) "
        ):
            raise Ended
        if store and kind == "atomic":
            raise Failed("Sigstore cannot be defined for sigstoretype 'atomic'")
        if store and kind == "local":
            call.warn("Signatures of images in folders are kept in the folders; --sigstore is passed over")
            store = ""
        trust.add(where, transport, scope, requirements, store, beginning=trust.BEGINNING)
    except SealwrightError as error:
        raise Failed(str(error)) from None


def key_data(call: Call, name: str) -> bytes:
    """Public keys, by the name of a file, an address, or a name in gpg's keyring.

    Raises:
        Failed: in atomic's words.
    """
    try:
        if trust_keys.is_url(name):
            return _downloaded(call, name)
        if Path(name).exists():
            return trust_keys.from_file(Path(name))
        environment = call.with_keyring(None, exported_counts=True)
        return trust_keys.from_keyring(environment, name)
    except KeyUnavailableError as error:
        if error.code == "key.gpg-unknown-public":
            raise Failed(_NO_KEY.format(name)) from None
        if error.code == "trust.key-url-unanswered":
            status = error.data["status"]
            raise Failed(f"Could not download public key from {name}. Status code {status}.") from None
        raise Failed(str(error)) from None
    except SealwrightError as error:
        raise Failed(str(error)) from None


def _downloaded(call: Call, url: str) -> bytes:
    scheme = urlsplit(url).scheme
    if scheme != "https" and not call.agrees(
        f"Are you sure you want to download this public key using insecure '{scheme}' transport? (y/N) "
    ):
        raise Failed(f"Aborting 'trust add' due to insecure download of public key from {url}.")
    return trust_keys.from_web(call.environment, url)
