"""The certificates of a version, kept for whoever signs with it."""

from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sealwright import limits
from sealwright.errors import SealwrightError, UsageError
from sealwright.pki import certificate
from sealwright.service import audit
from sealwright.service.vault import rights
from sealwright.service.vault.actions.using import Using
from sealwright.service.vault.queries import certificates
from sealwright.service.vault.records import VersionRecord
from sealwright.service.web.caller import Caller

__all__ = ["Certifying"]


class Certifying(Using):
    """Of `vaults.Vaults`."""

    def certificates(self, version: VersionRecord) -> str:
        """The certificates of a version in PEM, the leaf first; empty if there are none."""
        return certificates.find(self.database, version.id)

    def put_certificates(self, caller: Caller, key: str, version: str | int, chain: str) -> VersionRecord:
        """Keep the certificates of a version, instead of those that were there.

        Args:
            caller: who asks; must hold `push` for the key.
            key: its OCID.
            version: OCID or number.
            chain: PEM; the leaf first, of the version's public key.

        Raises:
            UsageError: `vault.certificates-unfit`.
            NotFoundError, AccessDeniedError, StorageError: as for `key`.
        """
        opened = self._known_version(caller, self.database, key, version)
        record = opened.record
        rights.require(caller, "push", opened.key.vault.record, opened.key.record)
        if len(chain) > limits.VAULT_CERTIFICATES_BYTES:
            raise UsageError("vault.certificates-unfit", problem="they are too large")
        try:
            leaf = certificate.parse_file(chain.encode())[0]
        except SealwrightError as error:
            raise UsageError("vault.certificates-unfit", problem=str(error)) from None
        if not record.public_key or leaf.public_key != load_pem_public_key(record.public_key.encode()):
            raise UsageError("vault.certificates-unfit", problem="the first is of another key")
        with self.database.write() as transaction:
            certificates.put(transaction, record.id, chain)
            audit.record(
                transaction,
                caller.name,
                "vault-key.put-certificates",
                subject=key,
                key=opened.key.record.name,
                version=record.id,
                fingerprint=leaf.fingerprint,
            )
        return record
