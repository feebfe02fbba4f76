"""How long one verification takes in a running process, as a multiple of its bare cryptography.

Measured: parse and judge an envelope of a three-certificate chain, the trust store's certificates given.
Bare: the signatures of the three certificates and of the envelope, with `cryptography` alone, keys loaded.
Cold forgets every certificate and link before each run. Warm has seen the chain before, as a server or a
bulk verification has: then only the envelope's own signature is left of the four.
The figure of each is the processor time of the best of many short rounds, taken in turns.

    python bench/verify_in_process.py
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from sealwright import media_types  # the same
from sealwright.formats.notary import signature  # the same
from sealwright.formats.notary.envelope import codec  # the same
from sealwright.pki import certificate, keys  # the same
from world import notary, pki  # needs the path above

ROUNDS = 100
CALLS = 10
AIM = 2.5


def bare(chain: pki.Chain, content: bytes, envelope: str) -> Callable[[], None]:
    """The four signatures of a verification."""
    read = codec(envelope).read(content)
    certificates = [x509.load_der_x509_certificate(der) for der in chain.certificates]
    links = list(zip(certificates, [*certificates[1:], certificates[-1]], strict=True))
    jobs: list[Callable[[], None]] = []
    for lower, upper in links:
        key, value, message = upper.public_key(), lower.signature, lower.tbs_certificate_bytes
        digest = lower.signature_hash_algorithm
        assert digest is not None
        if isinstance(key, rsa.RSAPublicKey):
            jobs.append(partial(key.verify, value, message, padding.PKCS1v15(), digest))
        elif isinstance(key, ec.EllipticCurvePublicKey):
            jobs.append(partial(key.verify, value, message, ec.ECDSA(digest)))
    leaf = certificates[0].public_key()
    jobs.append(lambda: keys.verify(leaf, read.signature, read.message, chain.algorithm))
    assert len(jobs) == 4

    def run() -> None:
        for job in jobs:
            job()

    return run


def whole(chain: pki.Chain, content: bytes, envelope: str, *, cold: bool) -> Callable[[], None]:
    """Parse and judge."""
    stored, rule, trust = notary.stored(content, envelope), notary.rule(), notary.trusting(chain.root)

    def run() -> None:
        if cold:
            certificate.forget()
        judged = signature.parse(stored).judge(notary.SUBJECT, rule, "bench", trust, pki.NOW)
        assert judged is not None
        assert judged.judgement.counts

    return run


def best(*runs: Callable[[], None]) -> list[float]:
    """Seconds of one call of each."""
    figures = [float("inf")] * len(runs)
    for _ in range(ROUNDS):
        for index, run in enumerate(runs):
            begun = time.thread_time()
            for _ in range(CALLS):
                run()
            figures[index] = min(figures[index], (time.thread_time() - begun) / CALLS)
    return figures


def main() -> None:
    print(f"aim: {AIM} times the bare cryptography, or less")
    for kind, envelope in (("rsa3072", media_types.NOTARY_JWS), ("ec256", media_types.NOTARY_COSE)):
        chain = pki.chain(kind)
        content = notary.signed(chain, envelope)
        base, cold, warm = best(
            bare(chain, content, envelope),
            whole(chain, content, envelope, cold=True),
            whole(chain, content, envelope, cold=False),
        )
        name = "JWS" if envelope == media_types.NOTARY_JWS else "COSE"
        print(
            f"{kind:8} {name:4}  bare {base * 1e6:6.0f} us   cold {cold * 1e6:6.0f} us = {cold / base:.2f}"
            f"   warm {warm * 1e6:6.0f} us = {warm / base:.2f}"
        )


if __name__ == "__main__":
    main()
