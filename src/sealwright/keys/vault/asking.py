"""A version of a key in a vault that signs once people have approved it, if they have to."""

from sealwright.interfaces import Asking
from sealwright.keys.approvals import Wanted, signed_with_approval
from sealwright.service_client.approvals import ApprovalClient
from sealwright.service_client.vault_answers import Key, Signed, Version
from sealwright.service_client.vaults import VaultClient

__all__ = ["WithApproval"]


class WithApproval:
    """What `private_keys` asks to sign. For one thread.

    Args:
        client: of the service.
        key: the key.
        version: the version that signs.
        asking: how people are asked.

    Attributes:
        proof: that the last signature was approved; empty: nobody had to.
    """

    def __init__(self, client: VaultClient, key: Key, version: Version, asking: Asking) -> None:
        self._client = client
        self._key = key
        self._version = version
        self._asking = asking
        self.proof = b""

    def __call__(self, algorithm: str, content: bytes, *, digested: bool) -> bytes:
        """The signature; see `private_keys.Asks`."""
        return self.signed(algorithm, content, digested=digested).signature

    def signed(self, algorithm: str, content: bytes, *, digested: bool) -> Signed:
        """All that the service tells of the signature; arguments as for `private_keys.Asks`.

        Raises:
            AccessDeniedError: an `approval.` code: people refused it, were too late, or are still asked.
            SealwrightError: as `VaultClient`.
        """
        key, version = self._key.id, self._version.id
        wanted = Wanted(key, version, algorithm, content, digested=digested, name=self._key.name)

        def sign(approval: str) -> Signed:
            return self._client.sign(key, version, algorithm, content, digested=digested, approval=approval)

        approvals = ApprovalClient(self._client.ask, self._client.address)
        made = signed_with_approval(approvals, wanted, sign, self._asking)
        self.proof = made.proof
        return made
