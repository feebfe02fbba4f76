"""What a timestamp adds to one verification in a running process.

Measured: parse and judge an envelope, with and without a timestamp that the policy asks for; the chain of the
signer and that of the authority have three certificates each. Cold forgets every certificate, link and token
before each run; warm has seen the certificates before, and each token for the first time, as a bulk
verification does; again has seen the token, too, as a later round over the same signature does. The figure of
each is the processor time of the best of many short rounds, taken in turns.

    python bench/timestamps_in_process.py
"""

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from verify_in_process import best

from sealwright import media_types  # the same
from sealwright.evidence import Evidence, TrustStore  # the same
from sealwright.formats.notary import signature, signing  # the same
from sealwright.pki import certificate  # the same
from sealwright.pki.timestamps import structures  # the same
from world import notary, pki, timestamps  # needs the path above


def judging(content: bytes, envelope: str, evidence: Evidence, stores: tuple[str, ...]) -> Callable[[], None]:
    """Parse and judge."""
    stored, rule = notary.stored(content, envelope), notary.rule(stores=stores)

    def run() -> None:
        judged = signature.parse(stored).judge(notary.SUBJECT, rule, "bench", evidence, pki.NOW)
        assert judged is not None
        assert judged.judgement.counts

    return run


def after(forget: tuple[Callable[[], None], ...], run: Callable[[], None]) -> Callable[[], None]:
    """The same, once something was forgotten."""

    def forgetful() -> None:
        for one in forget:
            one()
        run()

    return forgetful


def main() -> None:
    for kind, envelope in (("rsa3072", media_types.NOTARY_JWS), ("ec256", media_types.NOTARY_COSE)):
        chain, tsa = pki.chain(kind), timestamps.authority(kind)
        prepared = signing.prepare(notary.order(envelope), chain.certificates)
        value = chain.sign(prepared.message, chain.algorithm)
        content = signing.assemble(prepared, value, timestamps.token(tsa, value))
        evidence = Evidence({TrustStore("ca", "acme"): (chain.root,), TrustStore("tsa", "acme"): (tsa.root,)})
        plain = judging(content, envelope, evidence, ("ca:acme",))
        stamped = judging(content, envelope, evidence, ("ca:acme", "tsa:acme"))
        forget, token = certificate.forget, structures.read_token.cache_clear
        cold_plain, cold, warm_plain, warm, again = (
            figure * 1e6
            for figure in best(
                after((forget,), plain),
                after((forget, token), stamped),
                plain,
                after((token,), stamped),
                stamped,
            )
        )
        name = "JWS" if envelope == media_types.NOTARY_JWS else "COSE"
        print(
            f"{kind:8} {name:4}  cold {cold_plain:5.0f} us + {cold - cold_plain:5.0f} us"
            f"   warm {warm_plain:5.0f} us + {warm - warm_plain:5.0f} us"
            f"   again + {again - warm_plain:5.0f} us"
        )


if __name__ == "__main__":
    main()
