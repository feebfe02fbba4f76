"""How errors are told to clients: status, code and extra headers (distribution-spec, "Error Codes").

The body is `{"errors": [{"code", "message", "detail"}]}`. The message is the sentence of the reason code,
the detail the data that it names and the reason code itself. Codes that the specification does not have
are those of the distribution project, which clients know.
"""

import msgspec

from sealwright.errors import SealwrightError

__all__ = ["ANSWERS", "Answer", "answer", "body"]


class Answer(msgspec.Struct, frozen=True):
    """The status, the protocol's error code, and header fields as format strings over the error's data."""

    status: int
    code: str
    headers: tuple[tuple[str, str], ...] = ()


_UPLOAD_STANDS = (("Location", "{location}"), ("Range", "0-{last}"), ("Docker-Upload-UUID", "{upload}"))
_AGAIN = (("Retry-After", "1"),)
_CLOSE = (("Connection", "close"),)

ANSWERS = {
    "service.path-unknown": Answer(404, "NAME_UNKNOWN"),
    "service.method-unsupported": Answer(405, "UNSUPPORTED", (("Allow", "{allowed}"),)),
    "service.request-too-long": Answer(414, "SIZE_INVALID"),
    "service.browser-refused": Answer(403, "DENIED"),
    "service.login-needed": Answer(401, "UNAUTHORIZED"),
    "service.login-required": Answer(401, "UNAUTHORIZED"),
    "service.login-failed": Answer(401, "UNAUTHORIZED"),
    "service.logins-failed": Answer(429, "TOOMANYREQUESTS", (("Retry-After", "{seconds}"),)),
    "service.accounts-none": Answer(404, "UNSUPPORTED"),
    "service.account-unknown": Answer(404, "ACCOUNT_UNKNOWN"),
    "service.pattern-invalid": Answer(400, "GRANT_INVALID"),
    "service.right-unknown": Answer(400, "GRANT_INVALID"),
    "service.token-unknown": Answer(404, "TOKEN_UNKNOWN"),
    "service.tokens-too-many": Answer(409, "TOKENS_TOO_MANY"),
    "service.request-invalid": Answer(400, "REQUEST_INVALID"),
    "service.grant-type-unsupported": Answer(400, "UNSUPPORTED"),
    "service.audience-unknown": Answer(400, "UNSUPPORTED"),
    "service.scopes-too-many": Answer(400, "REQUEST_INVALID"),
    "service.workload-refused": Answer(401, "UNAUTHORIZED"),
    "service.issuer-unreachable": Answer(503, "UNAVAILABLE", (("Retry-After", "10"),)),
    "service.right-missing": Answer(403, "DENIED"),
    "service.parameter-invalid": Answer(400, "UNSUPPORTED"),
    "service.body-unwanted": Answer(413, "SIZE_INVALID"),
    "service.body-late": Answer(408, "BLOB_UPLOAD_INVALID", _CLOSE),
    "service.body-too-large": Answer(413, "SIZE_INVALID"),
    "service.rate-exceeded": Answer(429, "TOOMANYREQUESTS", (("Retry-After", "{seconds}"),)),
    "service.read-only": Answer(405, "UNSUPPORTED", (("Allow", "GET, HEAD"),)),
    "service.busy": Answer(429, "TOOMANYREQUESTS", _AGAIN),
    "service.storage-failed": Answer(503, "UNAVAILABLE", (("Retry-After", "10"),)),
    "service.blob-collected": Answer(503, "UNAVAILABLE", _AGAIN),
    "service.failed": Answer(500, "UNKNOWN"),
    "service.name-invalid": Answer(400, "NAME_INVALID"),
    "service.tag-invalid": Answer(400, "TAG_INVALID"),
    "service.tags-too-many": Answer(414, "SIZE_INVALID"),
    "service.digest-missing": Answer(400, "DIGEST_INVALID"),
    "service.page-invalid": Answer(400, "PAGINATION_NUMBER_INVALID"),
    "service.repository-unknown": Answer(404, "NAME_UNKNOWN"),
    "service.blob-unknown": Answer(404, "BLOB_UNKNOWN"),
    "service.manifest-unknown": Answer(404, "MANIFEST_UNKNOWN"),
    "service.manifest-too-large": Answer(413, "SIZE_INVALID"),
    "service.manifest-blob-collected": Answer(400, "MANIFEST_BLOB_UNKNOWN"),
    "service.quota-exceeded": Answer(413, "SIZE_INVALID"),
    "service.manifest-mixed": Answer(400, "MANIFEST_INVALID"),
    "service.manifest-version": Answer(400, "MANIFEST_INVALID"),
    "service.media-type-unsupported": Answer(415, "UNSUPPORTED"),
    "service.not-accepted": Answer(403, "DENIED"),
    "service.signature-invalid": Answer(400, "SIGNATURE_INVALID"),
    "kms.key-foreign": Answer(404, "SIGNATURE_INVALID"),
    "kms.key-unusable": Answer(409, "SIGNATURE_INVALID"),
    "kms.signatures-too-many": Answer(413, "SIGNATURE_INVALID"),
    "kms.upload-unfit": Answer(400, "SIGNATURE_INVALID"),
    "kms.upload-malformed": Answer(400, "SIGNATURE_INVALID"),
    "service.signature-body-too-large": Answer(413, "SIGNATURE_INVALID"),
    "service.signatures-too-many": Answer(413, "SIGNATURE_INVALID"),
    "service.signatures-too-large": Answer(413, "SIGNATURE_INVALID"),
    "service.signature-name-taken": Answer(409, "SIGNATURE_EXISTS"),
    "service.signature-unknown": Answer(404, "SIGNATURE_UNKNOWN"),
    "service.signature-file-unusable": Answer(500, "UNKNOWN"),
    "service.no-more-signatures": Answer(404, "SIGNATURE_UNKNOWN"),
    "service.signature-withdrawn": Answer(404, "SIGNATURE_UNKNOWN"),
    "service.signature-revoked": Answer(409, "SIGNATURE_REVOKED"),
    "service.verification-invalid": Answer(400, "VERIFICATION_INVALID"),
    "service.verification-too-large": Answer(413, "SIZE_INVALID"),
    "service.verification-unavailable": Answer(503, "UNAVAILABLE", (("Retry-After", "10"),)),
    "service.verification-unknown": Answer(404, "VERIFICATION_UNKNOWN"),
    "service.reason-too-long": Answer(413, "SIZE_INVALID"),
    "service.revocation-malformed": Answer(400, "REASON_INVALID"),
    "service.reason-invalid": Answer(400, "REASON_INVALID"),
    "service.filter-invalid": Answer(400, "PARAMETER_INVALID"),
    "service.pki-type-unsupported": Answer(415, "UNSUPPORTED"),
    "service.pki-unknown": Answer(404, "NAME_UNKNOWN"),
    "service.pki-list-absent": Answer(503, "UNAVAILABLE", (("Retry-After", "60"),)),
    "service.range-unsatisfiable": Answer(416, "RANGE_INVALID", (("Content-Range", "bytes */{size}"),)),
    "service.blob-too-large": Answer(413, "SIZE_INVALID"),
    "service.upload-unknown": Answer(404, "BLOB_UPLOAD_UNKNOWN"),
    "service.upload-busy": Answer(409, "BLOB_UPLOAD_INVALID", _AGAIN),
    "service.upload-out-of-order": Answer(416, "RANGE_INVALID", _UPLOAD_STANDS),
    "service.upload-length": Answer(416, "RANGE_INVALID", _UPLOAD_STANDS),
    "approval.approver-unknown": Answer(404, "APPROVER_UNKNOWN"),
    "approval.closed": Answer(409, "APPROVAL_CLOSED"),
    "approval.denied": Answer(403, "APPROVAL_DENIED"),
    "approval.enrolment-invalid": Answer(400, "REQUEST_INVALID"),
    "approval.expired": Answer(403, "APPROVAL_EXPIRED"),
    "approval.group-counts-twice": Answer(400, "RULES_INVALID"),
    "approval.group-empty": Answer(400, "RULES_INVALID"),
    "approval.group-repeated": Answer(400, "RULES_INVALID"),
    "approval.key-shared": Answer(400, "RULES_INVALID"),
    "approval.key-unknown": Answer(403, "VOTE_INVALID"),
    "approval.key-unusable": Answer(400, "KEY_INVALID"),
    "approval.locked": Answer(403, "APPROVAL_LOCKED"),
    "approval.needed": Answer(403, "APPROVAL_NEEDED"),
    "approval.no-say": Answer(403, "VOTE_INVALID"),
    "approval.no-such-key": Answer(404, "KEY_UNKNOWN"),
    "approval.not-needed": Answer(409, "APPROVAL_NOT_NEEDED"),
    "approval.not-yourself": Answer(403, "DENIED"),
    "approval.other": Answer(403, "APPROVAL_OTHER"),
    "approval.person-repeated": Answer(400, "RULES_INVALID"),
    "approval.person-unknown": Answer(400, "RULES_INVALID"),
    "approval.quorum-unreachable": Answer(400, "RULES_INVALID"),
    "approval.requests-too-many": Answer(409, "APPROVALS_TOO_MANY"),
    "approval.rules-changed": Answer(403, "APPROVAL_VOID"),
    "approval.rules-malformed": Answer(400, "RULES_INVALID"),
    "approval.signature-invalid": Answer(403, "VOTE_INVALID"),
    "approval.spent": Answer(403, "APPROVAL_SPENT"),
    "approval.unknown": Answer(404, "APPROVAL_UNKNOWN"),
    "approval.unproven": Answer(404, "PROOF_UNKNOWN"),
    "approval.voted": Answer(409, "APPROVAL_VOTED"),
    "approval.waiting": Answer(403, "APPROVAL_WAITING"),
    "oracle.repository-unknown": Answer(404, "NAME_UNKNOWN"),
    "oracle.repository-immutable": Answer(403, "DENIED"),
    "oracle.compartment-exists": Answer(409, "COMPARTMENT_EXISTS"),
    "oracle.compartment-unknown": Answer(404, "COMPARTMENT_UNKNOWN"),
    "oracle.compartments-too-many": Answer(409, "COMPARTMENTS_TOO_MANY"),
    "oracle.name-unfit": Answer(400, "NAME_INVALID"),
    "oracle.tag-definition-exists": Answer(409, "TAG_EXISTS"),
    "oracle.tag-definition-unknown": Answer(404, "TAG_UNKNOWN"),
    "oracle.api-key-exists": Answer(409, "API_KEY_EXISTS"),
    "oracle.api-key-unfit": Answer(400, "API_KEY_INVALID"),
    "oracle.api-key-unknown": Answer(404, "API_KEY_UNKNOWN"),
    "oracle.api-keys-too-many": Answer(409, "API_KEYS_TOO_MANY"),
    "sealing.altered": Answer(500, "SEALING_ALTERED"),
    "vault.algorithm-unfit": Answer(400, "ALGORITHM_INVALID"),
    "vault.algorithm-unknown": Answer(400, "ALGORITHM_INVALID"),
    "vault.certificates-unfit": Answer(400, "CERTIFICATES_INVALID"),
    "vault.deletion-time": Answer(400, "DELETION_TIME_INVALID"),
    "vault.digest-length": Answer(400, "MESSAGE_INVALID"),
    "vault.import-unusable": Answer(400, "IMPORT_INVALID"),
    "vault.import-unwrapped": Answer(400, "IMPORT_INVALID"),
    "vault.key-blocked": Answer(409, "KEY_BLOCKED"),
    "vault.kind-unknown": Answer(400, "KIND_INVALID"),
    "vault.message-too-long": Answer(413, "SIZE_INVALID"),
    "vault.name-invalid": Answer(400, "NAME_INVALID"),
    "vault.name-taken": Answer(409, "NAME_TAKEN"),
    "vault.no-root": Answer(503, "VAULT_CLOSED"),
    "vault.no-token": Answer(400, "PROTECTION_INVALID"),
    "vault.order-invalid": Answer(400, "REQUEST_INVALID"),
    "vault.passphrase-missing": Answer(503, "VAULT_CLOSED"),
    "vault.passphrase-wrong": Answer(503, "VAULT_CLOSED"),
    "vault.protection": Answer(400, "PROTECTION_INVALID"),
    "vault.root-kind": Answer(503, "VAULT_CLOSED"),
    "vault.root-missing": Answer(503, "VAULT_CLOSED"),
    "vault.root-open": Answer(503, "VAULT_CLOSED"),
    "vault.root-unmade": Answer(503, "VAULT_CLOSED"),
    "vault.root-unusable": Answer(503, "VAULT_CLOSED"),
    "vault.root-wrong": Answer(503, "VAULT_CLOSED"),
    "vault.rules-fixed": Answer(409, "STATE_CONFLICT"),
    "vault.rules-unusable": Answer(400, "RULES_INVALID"),
    "vault.shape-unknown": Answer(400, "SHAPE_INVALID"),
    "vault.state": Answer(409, "STATE_CONFLICT"),
    "vault.tags-too-many": Answer(400, "TAGS_INVALID"),
    "vault.token-failed": Answer(503, "VAULT_CLOSED", (("Retry-After", "10"),)),
    "vault.unknown": Answer(404, "VAULT_UNKNOWN"),
    "vault.version-current": Answer(409, "STATE_CONFLICT"),
    "vault.versions-too-many": Answer(409, "VERSIONS_TOO_MANY"),
    "artifact.digest-mismatch": Answer(400, "DIGEST_INVALID"),
    "artifact.manifest-malformed": Answer(400, "MANIFEST_INVALID"),
    "artifact.media-type-conflict": Answer(400, "MANIFEST_INVALID"),
    "reference.digest-malformed": Answer(400, "DIGEST_INVALID"),
}
"""Every reason code that a route can meet."""

_UNFORESEEN = ANSWERS["service.failed"]


def answer(error: SealwrightError) -> Answer:
    """How an error is told, its headers filled in."""
    told = ANSWERS.get(error.code, _UNFORESEEN)
    return Answer(
        told.status,
        told.code,
        tuple((name, value.format_map(error.data)) for name, value in told.headers),
    )


def body(error: SealwrightError) -> bytes:
    """The JSON that goes with the answer."""
    told = ANSWERS.get(error.code, _UNFORESEEN)
    detail = {"reason": error.code} | {name: str(value) for name, value in error.data.items()}
    return msgspec.json.encode({"errors": [{"code": told.code, "message": str(error), "detail": detail}]})
