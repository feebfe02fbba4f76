"""Answers of every kind: what is known after each, and the reason where nothing is.

Each row: `good`, `revoked` or `unknown`; the code of the reason; and what makes the reply for a chain.
"""

from collections.abc import Callable, Mapping
from typing import Any

from cryptography import x509
from cryptography.x509 import ocsp as library
from cryptography.x509.oid import ExtendedKeyUsageOID

from sealwright import limits
from world import pki, revocation
from world.authority_host import Reply
from world.revocation import Revoked

__all__ = ["CRL", "OCSP"]

FLAGS = x509.ReasonFlags


def replies(make: Callable[[pki.Chain], bytes]) -> Callable[[pki.Chain], Reply]:
    return lambda chain: Reply(make(chain))


def responses(**changes: Any) -> Callable[[pki.Chain], Reply]:
    return lambda chain: Reply(revocation.ocsp(chain, **changes))


def delegated(**changes: Any) -> Callable[[pki.Chain], Reply]:
    return lambda chain: Reply(revocation.ocsp(chain, signer=revocation.delegate(chain, **changes)))


def refusals(status: library.OCSPResponseStatus) -> Callable[[pki.Chain], Reply]:
    return lambda chain: Reply(revocation.refusal(status))


def strangers(chain: pki.Chain) -> bytes:
    return revocation.ocsp(chain, signer=revocation.delegate(revocation.chain("ec384")))


OCSP: Mapping[str, tuple[str, str, Callable[[pki.Chain], Reply]]] = {
    "good": ("good", "", responses()),
    "named by SHA-256": ("good", "", responses(hash_name="SHA256")),
    "by a delegate": ("good", "", delegated()),
    "on hold": ("revoked", "", responses(state="revoked", reason=FLAGS.certificate_hold)),
    "revoked": ("revoked", "", responses(state="revoked", reason=FLAGS.key_compromise)),
    "not known": ("unknown", "revocation.status-unknown", responses(state="unknown")),
    "slow": ("unknown", "network.timed-out", lambda chain: Reply(revocation.ocsp(chain), delay=3)),
    "dripping": ("unknown", "network.timed-out", lambda chain: Reply(revocation.ocsp(chain), drip=0.05)),
    "endless": ("unknown", "network.answer-too-large", lambda chain: Reply(endless=True)),
    "huge": (
        "unknown",
        "network.answer-too-large",
        lambda chain: Reply(b"\x30" * (limits.OCSP_RESPONSE_BYTES + 1)),
    ),
    "no response": ("unknown", "revocation.answer-malformed", lambda chain: Reply(b"<html>Welcome</html>")),
    "empty": ("unknown", "revocation.answer-malformed", lambda chain: Reply()),
    "server error": ("unknown", "revocation.http-status", lambda chain: Reply(status=500)),
    "not found": ("unknown", "revocation.http-status", lambda chain: Reply(revocation.ocsp(chain), 404)),
    "try later": (
        "unknown",
        "revocation.responder-refused",
        refusals(library.OCSPResponseStatus.TRY_LATER),
    ),
    "unauthorized": (
        "unknown",
        "revocation.responder-refused",
        refusals(library.OCSPResponseStatus.UNAUTHORIZED),
    ),
    "delegate without the purpose": (
        "unknown",
        "revocation.not-authorised",
        delegated(purposes=(ExtendedKeyUsageOID.CODE_SIGNING,)),
    ),
    "delegate of another issuer": ("unknown", "revocation.not-authorised", replies(strangers)),
    "delegate of the root": ("unknown", "revocation.not-authorised", delegated(issuer=2)),
    "delegate that expired": (
        "unknown",
        "revocation.not-authorised",
        delegated(not_after=revocation.hours(-1)),
    ),
    "signed by the leaf": (
        "unknown",
        "revocation.not-authorised",
        lambda chain: Reply(revocation.ocsp(chain, signer=(chain.certificates[0], chain.signer))),
    ),
    "stale": ("unknown", "revocation.ended", responses(this=-48, until=-1)),
    "of the future": ("unknown", "revocation.not-yet-valid", responses(this=1)),
    "about another serial number": ("unknown", "revocation.other-certificate", responses(serial=5)),
    "about another issuer": (
        "unknown",
        "revocation.other-certificate",
        lambda chain: Reply(revocation.ocsp(chain, issuer=chain.certificates[2])),
    ),
    "another hash than it says": (
        "unknown",
        "revocation.other-certificate",
        lambda chain: Reply(revocation.ocsp(chain, issuer=chain.certificates[0], hash_name="SHA256")),
    ),
    "a critical extension": ("unknown", "revocation.critical-extension", responses(critical=True)),
    "a revocation by nobody": (
        "unknown",
        "revocation.not-authorised",
        lambda chain: Reply(
            revocation.ocsp(chain, state="revoked", signer=revocation.delegate(revocation.chain("ec384")))
        ),
    ),
}
"""What a responder answers: what is known then, and the reason where nothing is."""


def lists(entries: tuple[Revoked, ...] = (), **changes: Any) -> Callable[[pki.Chain], Reply]:
    return lambda chain: Reply(revocation.crl(chain, entries, **changes))


CRL: Mapping[str, tuple[str, str, Callable[[pki.Chain], Reply]]] = {
    "good": ("good", "", lists()),
    "others revoked": ("good", "", lists((Revoked(serial=5), Revoked(serial=6)))),
    "revoked": ("revoked", "", lists((Revoked(reason=FLAGS.superseded),))),
    "on hold": ("revoked", "", lists((Revoked(reason=FLAGS.certificate_hold),))),
    "slow": ("unknown", "network.timed-out", lambda chain: Reply(revocation.crl(chain), delay=6)),
    "endless": ("unknown", "network.answer-too-large", lambda chain: Reply(endless=True)),
    "no list": ("unknown", "revocation.answer-malformed", lambda chain: Reply(b"<html>Welcome</html>")),
    "server error": ("unknown", "revocation.http-status", lambda chain: Reply(status=503)),
    "stale": ("unknown", "revocation.ended", lists(this=-48, until=-1)),
    "of the future": ("unknown", "revocation.not-yet-valid", lists(this=1)),
    "of another issuer": ("unknown", "revocation.other-issuer", lists(index=1)),
    "by another key": ("unknown", "revocation.signature-invalid", lists(key=pki.key("ec256", "somebody"))),
    "a critical extension": ("unknown", "revocation.critical-extension", lists(critical=True)),
    "a critical extension of an entry": (
        "unknown",
        "revocation.critical-extension",
        lists((Revoked(serial=3, critical=True),)),
    ),
    "of cas alone": (
        "unknown",
        "revocation.out-of-scope",
        lists(scope=revocation.scope(only_contains_ca_certs=True)),
    ),
    "of several issuers": (
        "unknown",
        "revocation.out-of-scope",
        lists(scope=revocation.scope(indirect_crl=True)),
    ),
    "of some reasons": (
        "unknown",
        "revocation.reasons-not-covered",
        lists(scope=revocation.scope(only_some_reasons=frozenset({FLAGS.key_compromise}))),
    ),
    "a delta list": ("unknown", "revocation.out-of-scope", lists(number=6, base=5)),
}
"""What the place of a list answers: what is known then, and the reason where nothing is."""
