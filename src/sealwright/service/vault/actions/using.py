"""Keys at work: they sign and verify, and their public keys are given out."""

import hashlib

import msgspec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sealwright import limits
from sealwright.approval.orders import Order
from sealwright.errors import AccessDeniedError, EnvironmentalError, UsageError
from sealwright.formats.kms import algorithms
from sealwright.formats.kms.algorithms import ALGORITHMS, KmsAlgorithm
from sealwright.service import audit
from sealwright.service.storage import Transaction, now
from sealwright.service.vault import rights, states
from sealwright.service.vault.actions.ending import Ending
from sealwright.service.vault.opening import OpenVersion
from sealwright.service.vault.queries import listings, rows
from sealwright.service.vault.records import KeyRecord, Signed, VaultRecord, VersionRecord
from sealwright.service.web.caller import Caller

__all__ = ["ExportedKey", "Using"]


class ExportedKey(msgspec.Struct, frozen=True):
    """A key with its vault and versions, as they are at the moment."""

    vault: VaultRecord
    key: KeyRecord
    versions: tuple[VersionRecord, ...]


class _Outcome(msgspec.Struct, frozen=True):
    """What is kept of a signature that was approved."""

    version: str
    signature: bytes
    proof: bytes


class Using(Ending):
    """Of `vaults.Vaults`."""

    def sign(
        self,
        caller: Caller,
        key: str,
        version: str | int | None,
        algorithm_name: str,
        message: bytes,
        *,
        digested: bool = False,
        approval: str = "",
    ) -> Signed:
        """Sign.

        1. The rows are read, and their seals held or are the very ones that held before.
        2. The caller holds `sign`.
        3. Vault, key and version are in the right states, the key is not blocked.
        4. The algorithm is one for such a key; the message is not too long.
        5. Where a rule covers the use, the approval of exactly this is spent, once and for all.
        6. The use is in the audit log, on the disk, before the signature is given out.

        Args:
            caller: who asks.
            key: OCID of the key.
            version: its OCID or number; None: the current one.
            algorithm_name: one of `formats.kms.algorithms.ALGORITHMS`.
            message: what is signed, or its digest by the algorithm's hash.
            digested: whether it is the digest.
            approval: identifier of the request that was approved, where a rule covers the use.

        Raises:
            UsageError: `vault.state`, `vault.key-blocked`, `vault.algorithm-unknown`,
                `vault.algorithm-unfit`, `vault.message-too-long`, `vault.digest-length`.
            NotFoundError: `vault.unknown`.
            AccessDeniedError: `service.login-needed`, `service.right-missing`, `approval.needed`, or the
                approval does not allow it.
            StorageError: `sealing.altered`.
            EnvironmentalError: the token failed.
        """
        with self._noting_alterations(caller, "vault-key.sign", key):
            opened = self._known_version(caller, self.database, key, version)
        record = opened.key.record
        with self._noting_refusals(caller, "vault-key.sign", record):
            self._require_may_sign(caller, opened)
            algorithm = _fitting(record, algorithm_name, message, digested=digested)
            if self._covering(opened.key, "use") is not None:
                wanted = Order("use", record.id, opened.record.id, algorithm.name, digested, message)
                return self._sign_approved(caller, wanted, algorithm, approval)
            signature = self._signature(opened, algorithm, message, digested=digested)
            with self.database.write() as transaction:
                _note(caller, transaction, opened, algorithm, message, digested=digested)
        return Signed(record.id, opened.record.id, algorithm.name, signature)

    def verify(
        self,
        caller: Caller,
        key: str,
        version: str | int | None,
        algorithm_name: str,
        message: bytes,
        signature: bytes,
        *,
        digested: bool = False,
    ) -> bool:
        """Whether a signature is one of the message by a version of a key; arguments as for `sign`.

        Raises:
            UsageError: `vault.state`: the key has to be ENABLED, unless the settings say otherwise; and what
                is said of the algorithm and the message for `sign`.
            NotFoundError, StorageError: as for `sign`.
            AccessDeniedError: `service.login-needed`, `service.right-missing`.
        """
        opened = self._known_version(caller, self.database, key, version)
        vault, record, at = opened.key.vault.record, opened.key.record, now()
        if not caller.may("sign", rights.name(vault, record)):
            rights.require(caller, "pull", vault, record)
        good = ("ENABLED", "DISABLED", "PENDING_DELETION") if self.settings.verify_disabled else ("ENABLED",)
        states.require_key(vault, record, at, *good)
        states.require_version(vault, record, opened.record, at, *good)
        algorithm = _fitting(record, algorithm_name, message, digested=digested)
        if len(signature) > limits.VAULT_SIGNATURE_BYTES:
            return False
        public = load_pem_public_key(opened.record.public_key.encode())
        return algorithms.verifies(public, algorithm, message, signature, digested=digested)

    def export(self, caller: Caller, key: str) -> ExportedKey:
        """A key with the public keys of all its versions.

        Raises:
            NotFoundError, AccessDeniedError, StorageError: as for `key`.
        """
        identifier = self._known_key(caller, self.database, key).record.id
        at = now()
        with self.database.snapshot() as transaction:
            found = [
                OpenVersion(self._opener.sealing, one)
                for one in listings.versions_of(transaction, identifier)
            ]
        vault, record = found[0].key.vault.record, found[0].key.record
        return ExportedKey(
            states.vault_at(vault, at),
            states.key_at(vault, record, at),
            tuple(states.version_at(vault, record, one.record, at) for one in found),
        )

    def _require_may_sign(self, caller: Caller, opened: OpenVersion) -> None:
        vault, key = opened.key.vault.record, opened.key.record
        rights.require(caller, "sign", vault, key)
        self._end_due(opened)
        states.require_may_sign(vault, key, opened.record, now())

    def _sign_approved(self, caller: Caller, wanted: Order, algorithm: KmsAlgorithm, approval: str) -> Signed:
        approvals = self._approvals_for(wanted, approval)
        with self.database.write() as transaction:
            rows.hold(transaction, KeyRecord, wanted.key)
            known = approvals.spent(transaction, approval, wanted)
            if known is None:
                opened = self._known_version(caller, transaction, wanted.key, wanted.version)
                states.require_may_sign(opened.key.vault.record, opened.key.record, opened.record, now())
                rules = self._covering(opened.key, "use")
                if rules is None:  # changed in this very moment; whoever asks again needs none
                    raise AccessDeniedError("approval.not-needed", key=wanted.key, operation="use")
                proof = approvals.spend(transaction, approval, wanted, rules, now()).encoded()
                signature = self._signature(opened, algorithm, wanted.message, digested=wanted.digested)
                known = msgspec.msgpack.encode(_Outcome(opened.record.id, signature, proof))
                approvals.record(transaction, approval, known)
                _note(
                    caller,
                    transaction,
                    opened,
                    algorithm,
                    wanted.message,
                    digested=wanted.digested,
                    approval=approval,
                )
        outcome = msgspec.msgpack.decode(known, type=_Outcome)
        return Signed(wanted.key, outcome.version, algorithm.name, outcome.signature, outcome.proof)

    def _signature(
        self, opened: OpenVersion, algorithm: KmsAlgorithm, message: bytes, *, digested: bool
    ) -> bytes:
        if opened.key.record.protection == "HSM":
            if self._token is None:
                raise UsageError("vault.no-token", shape=opened.key.record.shape.words)
            made = self._token.sign(opened.material(), algorithm, message, digested=digested)
            public = load_pem_public_key(opened.record.public_key.encode())
            if not algorithms.verifies(public, algorithm, message, made, digested=digested):
                raise EnvironmentalError("vault.token-failed", problem="its signature does not verify")
            return made
        key = opened.private_key()
        assert isinstance(key, algorithms.PrivateKey)  # noqa: S101  # the algorithm fits the key
        return algorithms.sign(key, algorithm, message, digested=digested)


def _fitting(key: KeyRecord, name: str, message: bytes, *, digested: bool) -> KmsAlgorithm:
    """The algorithm, if it can be used with that key on that message."""
    algorithm = ALGORITHMS.get(name)
    if algorithm is None:
        raise UsageError("vault.algorithm-unknown", algorithm=ascii(name[:100]), known=", ".join(ALGORITHMS))
    if key.algorithm != algorithm.family:
        raise UsageError("vault.algorithm-unfit", algorithm=name, key=key.name, shape=key.shape.words)
    if digested:
        size = hashlib.new(algorithm.hash_name).digest_size
        if len(message) != size:
            raise UsageError("vault.digest-length", algorithm=name, wanted=size, found=len(message))
    elif len(message) > limits.KMS_MESSAGE_BYTES:
        raise UsageError("vault.message-too-long", most=limits.KMS_MESSAGE_BYTES, found=len(message))
    return algorithm


def _note(
    caller: Caller,
    transaction: Transaction,
    opened: OpenVersion,
    algorithm: KmsAlgorithm,
    message: bytes,
    *,
    digested: bool,
    approval: str = "",
) -> None:
    """Note a use: of the message, the digest that was signed."""
    digest = message if digested else hashlib.new(algorithm.hash_name, message).digest()
    detail = {"approval": approval} if approval else {}
    audit.record(
        transaction,
        caller.name,
        "vault-key.sign",
        subject=opened.key.record.id,
        key=opened.key.record.name,
        version=opened.record.id,
        number=opened.record.number,
        algorithm=algorithm.name,
        digest=f"{algorithm.hash_name}:{digest.hex()}",
        **detail,
    )
