"""The service's own vaults as verifications see them, without HTTP. For worker threads."""

from sealwright import limits
from sealwright.errors import EnvironmentalError, NotFoundError, SealwrightError
from sealwright.evidence import PublicKey, PublicKeyAnswer, PublicKeyVersion, Unavailable
from sealwright.formats.kms.ocid import is_ocid
from sealwright.service.vault.actions.using import ExportedKey
from sealwright.service.vault.queries.listings import KeyFilter, Page
from sealwright.service.vault.vaults import Vaults
from sealwright.service.web.caller import Caller, Grant

__all__ = ["KnownKeys"]

_READER = Caller("verification", "robot", (Grant("*", frozenset({"admin"})),))
"""In whose name public keys are read: a verification tells no more of a key than whether it signed."""

_PLACE = "the vaults of this service"
_GONE, _GOING = "DELETED", "PENDING_DELETION"


class KnownKeys:
    """Answers about keys, once it is told of the vaults.

    Attributes:
        vaults: of the service. Policies that name another service get no answer.
    """

    def __init__(self) -> None:
        self.vaults: Vaults | None = None

    def __call__(self, need: PublicKey) -> PublicKeyAnswer | Unavailable:
        """What is known of a key."""
        if need.service or self.vaults is None:
            return Unavailable("authenticity.kms-no-service", retryable=False, data={"key": str(need)})
        vaults = self.vaults
        try:
            exported = [vaults.export(_READER, key) for key in _identifiers(vaults, need)]
            found = [one for one in exported if need.vault in ("", one.vault.id, one.vault.name)]
        except NotFoundError:
            found = []
        except SealwrightError as error:
            return Unavailable(error.code, isinstance(error, EnvironmentalError), dict(error.data))
        if len(found) == 1:
            return _told(found[0])
        data = {"key": str(need), "place": _PLACE, "count": len(found)}
        code = "authenticity.kms-key-ambiguous" if found else "authenticity.kms-key-unknown"
        return Unavailable(code, retryable=False, data=data)


def _identifiers(vaults: Vaults, need: PublicKey) -> list[str]:
    """The keys that are meant: of one name, those that are not to be deleted, if there are any."""
    if is_ocid(need.key):
        return [need.key]
    wanted = KeyFilter(name=need.key)
    found, _ = vaults.keys(_READER, need.vault or None, wanted, Page(most=limits.LISTING_PAGE))
    there = [one for one in found if one.state != _GONE]
    return [one.id for one in [one for one in there if one.state != _GOING] or there]


def _told(found: ExportedKey) -> PublicKeyAnswer:
    key = found.key
    versions = tuple(
        PublicKeyVersion(one.id, one.number, one.state, one.public_key.encode()) for one in found.versions
    )
    return PublicKeyAnswer(key.id, key.name, key.vault, key.state, bool(key.blocked), versions)
