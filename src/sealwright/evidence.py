"""Questions that a decision has to the outside, and the answers as a value.

The pure floors never fetch. A decision that misses something returns the `Need`; whoever runs it gathers
the answer, puts it into `Evidence` and decides again. Evidence can be kept, so that a verdict can be
recomputed by anyone, at any time.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Self

import msgspec

__all__ = [
    "Crl",
    "Evidence",
    "Keyring",
    "Need",
    "OcspAnswer",
    "OcspResponse",
    "OpenPgpAnswer",
    "OpenPgpResult",
    "OpenPgpSignature",
    "OpenPgpState",
    "PluginReply",
    "PublicKey",
    "PublicKeyAnswer",
    "PublicKeyVersion",
    "TrustStore",
    "Unavailable",
]


class TrustStore(msgspec.Struct, frozen=True):
    """The certificates of one named trust store. Answered by a tuple of DER certificates.

    `kind` is `ca`, `signingAuthority` or `tsa` (trust-store-trust-policy.md, "Trust Store").
    """

    kind: str
    name: str


class Keyring(msgspec.Struct, frozen=True):
    """Public OpenPGP keys that a policy names: files, or keys that stand in the policy itself.

    Answered by a tuple of bytes, one for each file, armored or not, as they are kept; the inline keys come
    last. A file that cannot be read makes the whole answer `Unavailable`.
    """

    files: tuple[str, ...] = ()
    inline: tuple[bytes, ...] = ()


class OpenPgpResult(msgspec.Struct, frozen=True):
    """What a signed message is worth, given just these public keys, at a time.

    Answered by an `OpenPgpAnswer`. `message` is a binary OpenPGP message; `keys` as a `Keyring` is answered.
    """

    message: bytes
    keys: tuple[bytes, ...]
    at: datetime


OpenPgpState = Literal["good", "bad", "expired", "key-expired", "key-revoked", "key-unknown", "unsupported"]
"""What became of one signature of a message.

`good`: made by a key of the keyring that is neither expired nor revoked, and the signature has not expired.
`bad`: the bytes are not those that were signed. `unsupported`: of a version or with an algorithm that is not
known, or not trusted any more.
"""


class OpenPgpSignature(msgspec.Struct, frozen=True):
    """One signature of a message, as a backend found it.

    `fingerprint` is that of the key that made it, `primary` that of the primary key which it belongs to, both
    upper-case hexadecimal and empty where not known; `key_id` is there for unknown keys too. `user_id` is the
    first of the key. Times are aware.
    """

    state: OpenPgpState
    key_id: str = ""
    fingerprint: str = ""
    primary: str = ""
    user_id: str = ""
    made_at: datetime | None = None
    expires_at: datetime | None = None


class OpenPgpAnswer(msgspec.Struct, frozen=True):
    """A backend's answer: each signature of the message, and the bytes that they are about.

    `backend` names who answered: `gpg`, `sequoia`, or both, joined by `+`. `disagreement` says in words where
    two backends differ; nothing is to be believed then.
    """

    backend: str
    signatures: tuple[OpenPgpSignature, ...]
    document: bytes
    disagreement: str = ""


class OcspResponse(msgspec.Struct, frozen=True):
    """What one responder says of one certificate (RFC 6960). Answered by an `OcspAnswer`.

    `certificate` and `issuer` are DER; the URL is the certificate's own, and its chain has reached a trust
    anchor.
    """

    url: str
    certificate: bytes
    issuer: bytes


class OcspAnswer(msgspec.Struct, frozen=True):
    """The bytes of an OCSP response, and the nonce that was sent for it; none was if it is empty."""

    content: bytes
    nonce: bytes = b""


class Crl(msgspec.Struct, frozen=True):
    """The revocation list at one URL (RFC 5280, section 5), base or delta. Answered by its DER bytes.

    `issuer` is the DER certificate of the CA whose list is wanted.
    """

    url: str
    issuer: bytes


class PluginReply(msgspec.Struct, frozen=True):
    """What a plugin answers to a command of the plugin contract. Answered by the JSON bytes of its reply.

    `name` was checked to be a plain name; `request` is the JSON that the plugin reads.
    """

    name: str
    command: str
    request: bytes


class PublicKey(msgspec.Struct, frozen=True):
    """A key of a vault as a policy names it. Answered by a `PublicKeyAnswer`.

    `key` is its name or identifier, `vault` that of its vault (empty: any), both as the policy has them:
    nothing that a signature says of its key is ever asked for. `service` is the host that has the vault;
    empty: the usual one.
    """

    key: str
    vault: str = ""
    service: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.service, self.vault, self.key) if part)


class PublicKeyVersion(msgspec.Struct, frozen=True):
    """One version of a key: its identifier, number and state, and the public key in PEM or DER."""

    id: str
    number: int
    state: str
    public_key: bytes


class PublicKeyAnswer(msgspec.Struct, frozen=True):
    """A key of a vault, its states in the words of Oracle's key management.

    `as_of` is the time of the export that this was read from; None: the vault itself was asked.
    """

    id: str
    name: str
    vault: str
    state: str
    blocked: bool
    versions: tuple[PublicKeyVersion, ...]
    as_of: datetime | None = None


Need = TrustStore | Keyring | OpenPgpResult | OcspResponse | Crl | PluginReply | PublicKey
"""Any question. Hashable, so that it is asked once."""


class Unavailable(msgspec.Struct, frozen=True):
    """Asked in vain. `retryable` tells whether asking later may help."""

    reason: str
    retryable: bool
    data: Mapping[str, object] = {}


class Evidence:
    """The answers gathered so far. Immutable; `with_answers` makes the next one."""

    __slots__ = ("_answers",)

    def __init__(self, answers: Mapping[Need, object] | None = None) -> None:
        self._answers = dict(answers or {})

    def certificates(self, need: TrustStore) -> tuple[bytes, ...] | Unavailable | None:
        """DER certificates of a trust store; `Unavailable`: asked in vain; None: not asked yet."""
        answer = self._answers.get(need)
        return answer if isinstance(answer, tuple | Unavailable) else None

    def keys(self, need: Keyring) -> tuple[bytes, ...] | Unavailable | None:
        """The public keys of a keyring; `Unavailable`: asked in vain; None: not asked yet."""
        answer = self._answers.get(need)
        return answer if isinstance(answer, tuple | Unavailable) else None

    def openpgp(self, need: OpenPgpResult) -> OpenPgpAnswer | Unavailable | None:
        """What became of a message; `Unavailable`: asked in vain; None: not asked yet."""
        answer = self._answers.get(need)
        return answer if isinstance(answer, OpenPgpAnswer | Unavailable) else None

    def ocsp(self, need: OcspResponse) -> OcspAnswer | Unavailable | None:
        """What a responder answered; `Unavailable`: asked in vain; None: not asked yet."""
        answer = self._answers.get(need)
        return answer if isinstance(answer, OcspAnswer | Unavailable) else None

    def content(self, need: Crl | PluginReply) -> bytes | Unavailable | None:
        """A revocation list or a plugin's reply; `Unavailable`: asked in vain; None: not asked yet."""
        answer = self._answers.get(need)
        return answer if isinstance(answer, bytes | Unavailable) else None

    def public_key(self, need: PublicKey) -> PublicKeyAnswer | Unavailable | None:
        """A key of a vault; `Unavailable`: asked in vain; None: not asked yet."""
        answer = self._answers.get(need)
        return answer if isinstance(answer, PublicKeyAnswer | Unavailable) else None

    def with_answers(self, answers: Mapping[Need, object]) -> Self:
        """This evidence and more.

        Args:
            answers: what came back, good or `Unavailable`.
        """
        return type(self)({**self._answers, **answers})

    @property
    def retryable(self) -> bool:
        """Whether some answer is missing that may come later."""
        return any(isinstance(answer, Unavailable) and answer.retryable for answer in self._answers.values())

    def __contains__(self, need: Need) -> bool:
        return need in self._answers
