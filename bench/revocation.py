"""What it costs to know that nothing was revoked.

1. Verification in a running process, of an image in a layout: under a chain without addresses, and under one
   whose leaf names a responder and whose intermediate names a list, both answers at hand. The difference is
   the cost of cached revocation; the aim is below 0.3 ms. Also judging alone, where all evidence is given.
2. 200 images under one chain, verified by one process: how often responder and list were asked.

    python bench/revocation.py [IMAGES]
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from sealwright.client.client import Client  # the same
from sealwright.evidence import Crl, Need, OcspAnswer, OcspResponse  # the same
from sealwright.formats.notary import signature  # the same
from world import images, notary, pki, revocation  # needs the path above
from world.authority_host import AuthorityHost
from world.home import Home, statement

ROUNDS = 200
AIM = 0.3
SCOPE = "registry.acme.example/net-monitor"
MEDIA_TYPE = "application/jose+json"


def best(*runs: Callable[[], None]) -> list[float]:
    """Milliseconds by the clock of the best call of each, taken in turns."""
    figures = [float("inf")] * len(runs)
    for _ in range(ROUNDS):
        for index, run in enumerate(runs):
            begun = time.perf_counter()
            run()
            figures[index] = min(figures[index], time.perf_counter() - begun)
    return [figure * 1000 for figure in figures]


def judging(chain: pki.Chain, answers: Mapping[Need, object]) -> Callable[[], None]:
    """Parse and judge with all evidence given."""
    stored = notary.stored(notary.signed(chain), MEDIA_TYPE)
    trust = notary.trusting(chain.root).with_answers(answers)
    rule = notary.rule()

    def run() -> None:
        judged = signature.parse(stored).judge(notary.SUBJECT, rule, "bench", trust, revocation.START)
        assert judged is not None
        assert judged.judgement.counts

    return run


def verify(client: Client, name: str) -> None:
    """Verify an image that is accepted."""
    client.judge(name, scope=SCOPE).require()


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as scratch, AuthorityHost() as host:
        folder = Path(scratch)
        home = Home(folder / "home")
        os.environ.clear()
        os.environ.update(home.environment)
        plain = revocation.chain()
        ocsp, crl = host.url("/ocsp"), host.url("/crl")
        chain = revocation.chain(ocsp=[ocsp], ca=revocation.extensions([], [crl]))
        response, listed = revocation.ocsp(chain), revocation.crl(chain, index=1)
        host.say("/ocsp", response)
        host.say("/crl", listed)
        answers: Mapping[Need, object] = {
            OcspResponse(ocsp, *chain.certificates[:2]): OcspAnswer(response),
            Crl(crl, chain.root): listed,
        }
        without, with_answers = best(judging(plain, {}), judging(chain, answers))
        print(f"judging alone: {without:.3f} ms without addresses, {with_answers:.3f} ms with both answers")

        home.trust("acme", chain.root)
        tags = [f"v{number}" for number in range(count)]
        images.make_layout(folder / "layout", *tags)
        names = [f"oci:{folder}/layout:{tag}" for tag in tags]
        images.make_layout(folder / "small", "plain", "revocable")
        small = [f"oci:{folder}/small:{tag}" for tag in ("plain", "revocable")]
        for name, one in (("plain", plain), ("revocable", chain)):
            home.add_key(name, one)
        policy = {"version": "1.0", "trustPolicies": [statement(scopes=[SCOPE])]}
        with Client(policy=policy) as client:
            client.sign(small[0], "plain")
            for name in (small[1], *names):
                client.sign(name, "revocable")

            before, after = best(*(partial(verify, client, name) for name in small))
        added = after - before
        print(f"verification in process: {before:.3f} ms without addresses, {after:.3f} ms with both")
        print(
            f"cached revocation adds {added:.3f} ms (aim: below {AIM}: {'met' if added < AIM else 'MISSED'})"
        )

        host.asked.clear()
        home.environment["XDG_CACHE_HOME"] = str(folder / "fresh")
        os.environ["XDG_CACHE_HOME"] = str(folder / "fresh")
        with Client(policy=policy) as client:
            begun = time.perf_counter()
            outcomes = list(client.judge_all(names, scope=SCOPE))
            took = time.perf_counter() - begun
        accepted = sum(one.verdict is not None and one.verdict.decision == "accepted" for one in outcomes)
        asked = (host.count("/ocsp"), host.count("/crl"))
        print(f"{count} images: {accepted} accepted in {took:.2f} s")
        print(f"asked: responder {asked[0]}, list {asked[1]}")
    return 0 if added < AIM and asked == (1, 1) and accepted == count else 1


if __name__ == "__main__":
    sys.exit(main())
