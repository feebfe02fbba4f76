"""Responders and hosts of lists, honest and not, over real HTTP: each with what every level makes of it."""

import datetime as dt
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.x509 import ocsp as library

from sealwright import limits
from sealwright.client.client import Client
from sealwright.evidence import OcspAnswer, OcspResponse
from sealwright.pki.revocation import bundle
from sealwright.verdict import Verdict
from sealwright.workflow.clock import now
from world import images, pki, revocation
from world.authority_host import AuthorityHost, Reply, Request
from world.home import Home, statement
from world.revocation import Revoked
from world.revocation_rows import CRL, OCSP

FLAGS = x509.ReasonFlags
SCOPE = "registry.acme.example/net-monitor"

KNOWN = ("good", "revoked", "unknown")
LEVELS: Mapping[str, tuple[dict[str, Any], Mapping[str, str]]] = {
    "strict": ({"level": "strict"}, {"good": "accepted", "revoked": "refused", "unknown": "refused"}),
    "permissive": ({"level": "permissive"}, dict.fromkeys(KNOWN, "accepted")),
    "audit": ({"level": "audit"}, dict.fromkeys(KNOWN, "accepted")),
    "permissive, enforced": (
        {"level": "permissive", "override": {"revocation": "enforce"}},
        {"good": "accepted", "revoked": "refused", "unknown": "refused"},
    ),
    "strict, logged": (
        {"level": "strict", "override": {"revocation": "log"}},
        dict.fromkeys(KNOWN, "accepted"),
    ),
    "strict, skipped": (
        {"level": "strict", "override": {"revocation": "skip"}},
        dict.fromkeys(KNOWN, "accepted"),
    ),
}
"""What each level makes of what is known."""


class Stage(NamedTuple):
    """A host, a user, and images signed with certificates that name the host."""

    host: AuthorityHost
    home: Home
    images: Mapping[str, str]
    chains: Mapping[str, pki.Chain]

    @contextmanager
    def client(self, folder: Path, **options: Any) -> Iterator[Client]:
        """A client that keeps what it keeps in a folder."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {**self.home.environment, "XDG_CACHE_HOME": str(folder)}.items():
                patch.setenv(name, value)
            with Client(**options) as client:
                yield client

    def judge(self, client: Client, what: str, **verification: Any) -> Verdict:
        verification = {"level": "strict", **verification}
        policy = {"version": "1.0", "trustPolicies": [statement(scopes=[SCOPE], **verification)]}
        return client.judge(self.images[what], policy=policy, scope=SCOPE)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("revocation")
    home = Home(folder / "home")
    with AuthorityHost() as host:
        url = host.url
        chains = {
            "ocsp": revocation.chain(ocsp=[url("/ocsp")]),
            "dead": revocation.chain(ocsp=["http://127.0.0.1:1/ocsp"]),
            "both": revocation.chain(ocsp=[url("/ocsp")], crl=[url("/crl")]),
            "crl": revocation.chain(crl=[url("/crl")]),
            "query": revocation.chain(ocsp=[url("/query?ca=1")]),
            "ca": revocation.chain(
                ocsp=[url("/ocsp")], ca=revocation.extensions([url("/ca")], [url("/ca-list")])
            ),
        }
        images.make_layout(folder / "layout", *chains)
        for name, chain in chains.items():
            home.add_key(name, chain)
            home.must("sign", "--key", name, f"oci:{folder / 'layout'}:{name}")
        home.trust("acme", pki.chain("ec256").root)
        yield Stage(host, home, {name: f"oci:{folder / 'layout'}:{name}" for name in chains}, chains)


@pytest.fixture
def host(stage: Stage) -> AuthorityHost:
    """The host, which has no answer yet."""
    stage.host.answers.clear()
    stage.host.asked.clear()
    return stage.host


def require_levels(stage: Stage, client: Client, what: str, known: str, reason: str) -> None:
    """Judge under each level; every one says the same of the certificate."""
    for level, (verification, decisions) in LEVELS.items():
        verdict = stage.judge(client, what, **verification)
        assert decisions[known] == verdict.decision, level
        (judgement,) = verdict.signatures[0].judgements
        check = next(one for one in judgement.checks if one.name == "revocation")
        if level.endswith("skipped"):
            assert "skipped" == check.outcome
            continue
        outcomes = {"good": "passed", "revoked": "failed", "unknown": "unavailable"}
        assert outcomes[known] == check.outcome, (level, check)
        assert reason == check.data.get("rule", "")
        assert check.data["asked"]


@pytest.mark.parametrize("row", OCSP)
def test_each_answer_of_a_responder_means_what_the_level_says(
    stage: Stage, host: AuthorityHost, tmp_path: Path, row: str
) -> None:
    known, reason, make = OCSP[row]
    reply = make(stage.chains["ocsp"])
    host.answers["/ocsp"] = lambda asked: reply
    with stage.client(tmp_path) as client:
        began = time.monotonic()
        require_levels(stage, client, "ocsp", known, reason)
        assert time.monotonic() - began < limits.OCSP_SECONDS + 2
    assert 1 == host.count("/ocsp")
    kept = list((tmp_path / "sealwright" / "revocation").iterdir())
    assert (0 if known == "unknown" else 1) == len(kept)


def test_nobody_at_the_place_of_a_responder(stage: Stage, host: AuthorityHost, tmp_path: Path) -> None:
    del host
    with stage.client(tmp_path) as client:
        require_levels(stage, client, "dead", "unknown", "network.refused")
        assert stage.judge(client, "dead").retryable


@pytest.mark.parametrize("row", CRL)
def test_each_list_means_what_the_level_says(
    stage: Stage, host: AuthorityHost, tmp_path: Path, row: str
) -> None:
    known, reason, make = CRL[row]
    reply = make(stage.chains["crl"])
    host.answers["/crl"] = lambda asked: reply
    with stage.client(tmp_path) as client:
        began = time.monotonic()
        require_levels(stage, client, "crl", known, reason)
        assert time.monotonic() - began < limits.CRL_SECONDS + 2
    assert 1 == host.count("/crl")


def test_a_hold_that_ended_is_over(stage: Stage, host: AuthorityHost, tmp_path: Path) -> None:
    chain = stage.chains["crl"]
    base = revocation.crl(chain, [Revoked(reason=FLAGS.certificate_hold)], deltas=[host.url("/delta")])
    delta = revocation.crl(chain, [Revoked(reason=FLAGS.remove_from_crl)], number=6, base=5)
    host.answers |= {"/crl": lambda asked: Reply(base), "/delta": lambda asked: Reply(delta)}
    with stage.client(tmp_path) as client:
        require_levels(stage, client, "crl", "good", "")
    host.answers["/delta"] = lambda asked: Reply(status=404)
    with stage.client(tmp_path / "other") as client:
        require_levels(stage, client, "crl", "unknown", "revocation.no-delta")


@pytest.mark.parametrize(("known", "entries"), [("good", []), ("revoked", [Revoked()])])
def test_lists_tell_where_the_responder_is_gone(
    stage: Stage, host: AuthorityHost, tmp_path: Path, known: str, entries: list[Revoked]
) -> None:
    content = revocation.crl(stage.chains["both"], entries)
    host.answers["/crl"] = lambda asked: Reply(content)
    with stage.client(tmp_path) as client:
        require_levels(stage, client, "both", known, "")
    assert (1, 1) == (host.count("/ocsp"), host.count("/crl"))


def test_a_redirect_is_followed_and_a_loop_is_not(stage: Stage, host: AuthorityHost, tmp_path: Path) -> None:
    content = revocation.ocsp(stage.chains["ocsp"])
    host.answers["/ocsp"] = lambda asked: Reply(status=302, location=host.url("/there"))
    host.answers["/there"] = lambda asked: Reply(content)
    with stage.client(tmp_path) as client:
        require_levels(stage, client, "ocsp", "good", "")
    host.answers["/there"] = lambda asked: Reply(status=302, location=host.url("/there"))
    with stage.client(tmp_path / "other") as client:
        require_levels(stage, client, "ocsp", "unknown", "network.too-many-redirects")


def test_certificates_are_asked_about_side_by_side(stage: Stage, host: AuthorityHost, tmp_path: Path) -> None:
    chain = stage.chains["ca"]
    leaf, upper = revocation.ocsp(chain), revocation.ocsp(chain, 1)
    host.answers["/ocsp"] = lambda asked: Reply(leaf, delay=1)
    host.answers["/ca"] = lambda asked: Reply(upper, delay=1)
    with stage.client(tmp_path) as client:
        began = time.monotonic()
        assert "accepted" == stage.judge(client, "ca").decision
        assert time.monotonic() - began < 1.8
    assert (1, 1, 0) == (host.count("/ocsp"), host.count("/ca/"), host.count("/ca-list"))


def test_a_verdict_is_settled_until_the_first_answer_ends(
    stage: Stage, host: AuthorityHost, tmp_path: Path
) -> None:
    content = revocation.ocsp(stage.chains["ocsp"], until=2)
    host.answers["/ocsp"] = lambda asked: Reply(content)
    with stage.client(tmp_path) as client:
        assert revocation.hours(2) == stage.judge(client, "ocsp").settled_until
    content = revocation.ocsp(stage.chains["ocsp"], until=3, state="revoked", reason=FLAGS.certificate_hold)
    with stage.client(tmp_path / "on hold") as client:
        assert revocation.hours(3) == stage.judge(client, "ocsp").settled_until


@pytest.mark.parametrize("level", ["strict", "permissive"])
def test_a_verdict_without_an_answer_is_settled_until_it_is_worth_asking_again(
    stage: Stage, host: AuthorityHost, tmp_path: Path, level: str
) -> None:
    host.say("/ocsp", b"junk")
    with stage.client(tmp_path, clock=lambda: revocation.START) as client:
        verdict = stage.judge(client, "ocsp", level=level)
    assert not verdict.retryable
    again = revocation.START + dt.timedelta(seconds=limits.REVOCATION_FAILURE_SECONDS)
    assert again == verdict.settled_until


# nonces


def with_nonces(stage: Stage, choice: str) -> None:
    folder = stage.home.folder / ".config" / "sealwright"
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(f'[revocation]\nnonce = "{choice}"\n')


def nonce_of(asked: Request) -> bytes:
    found = library.load_der_ocsp_request(asked.content).extensions
    return next((one.value.nonce for one in found if isinstance(one.value, x509.OCSPNonce)), b"")


def test_a_nonce_is_sent_if_it_is_wanted_and_must_come_back(
    stage: Stage, host: AuthorityHost, tmp_path: Path
) -> None:
    chain = stage.chains["ocsp"]
    host.answers["/ocsp"] = lambda asked: Reply(revocation.ocsp(chain, nonce=nonce_of(asked)))
    with stage.client(tmp_path) as client:
        require_levels(stage, client, "ocsp", "good", "")
    assert b"" == nonce_of(host.asked[-1])
    with_nonces(stage, "on")
    try:
        with stage.client(tmp_path) as client:
            require_levels(stage, client, "ocsp", "good", "")
        old = nonce_of(host.asked[-1])
        assert limits.OCSP_NONCE_SENT_BYTES == len(old)
        host.answers["/ocsp"] = lambda asked: Reply(revocation.ocsp(chain, nonce=old))
        with stage.client(tmp_path) as client:
            require_levels(stage, client, "ocsp", "unknown", "revocation.nonce-mismatch")
    finally:
        with_nonces(stage, "off")


def test_a_short_request_is_a_get_and_a_long_one_a_post(
    stage: Stage, host: AuthorityHost, tmp_path: Path
) -> None:
    content = revocation.ocsp(stage.chains["ocsp"])
    host.answers["/ocsp"] = lambda asked: Reply(content)
    with stage.client(tmp_path) as client:
        stage.judge(client, "ocsp")
    assert ["GET"] == [asked.method for asked in host.asked]
    assert revocation.LEAF == library.load_der_ocsp_request(host.asked[0].content).serial_number


# many images, and long lives


def test_many_images_of_one_chain_ask_each_responder_once(
    stage: Stage, host: AuthorityHost, tmp_path: Path
) -> None:
    chain = stage.chains["ca"]
    leaf, upper = revocation.ocsp(chain), revocation.ocsp(chain, 1)
    host.answers["/ocsp"] = lambda asked: Reply(leaf, delay=0.1)
    host.answers["/ca"] = lambda asked: Reply(upper, delay=0.1)
    folder = tmp_path / "layout"
    tags = [f"v{number}" for number in range(40)]
    images.make_layout(folder, *tags)
    names = [f"oci:{folder}:{tag}" for tag in tags]
    policy = {"version": "1.0", "trustPolicies": [statement(scopes=[SCOPE])]}
    with stage.client(tmp_path) as client:
        for name in names:
            client.sign(name, "ca")
        outcomes = list(client.judge_all(names, policy=policy, scope=SCOPE))
    verdicts = [outcome.verdict for outcome in outcomes if outcome.verdict is not None]
    assert ["accepted"] * 40 == [verdict.decision for verdict in verdicts]
    assert (1, 1) == (host.count("/ocsp"), host.count("/ca/"))


def test_a_responder_that_is_down_is_asked_once_by_all_threads(
    stage: Stage, host: AuthorityHost, tmp_path: Path
) -> None:
    host.answers["/ocsp"] = lambda asked: Reply(delay=3)
    with stage.client(tmp_path) as client:
        began = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: stage.judge(client, "ocsp").decision, range(32)))
    assert ["refused"] * 32 == found
    assert 1 == host.count("/ocsp")
    assert time.monotonic() - began < limits.OCSP_SECONDS + 2


def test_a_client_asks_again_when_an_answer_has_ended(
    stage: Stage, host: AuthorityHost, tmp_path: Path
) -> None:
    times = [now()]  # the images were signed just now
    states: Iterator[Mapping[str, Any]] = iter(
        [{"until": 2}, {"this": 2, "until": 24, "state": "revoked", "revoked": 1}]
    )
    host.answers["/ocsp"] = lambda asked: Reply(revocation.ocsp(stage.chains["ocsp"], **next(states)))
    with stage.client(tmp_path, clock=lambda: times[-1]) as client:
        assert ["accepted"] * 2 == [stage.judge(client, "ocsp").decision for _ in range(2)]
        assert 1 == host.count("/ocsp")
        times.append(revocation.hours(2.5))
        assert "refused" == stage.judge(client, "ocsp").decision
    assert 2 == host.count("/ocsp")


def test_a_client_asks_again_after_a_while_whoever_was_down(
    stage: Stage, host: AuthorityHost, tmp_path: Path
) -> None:
    times = [now()]  # the images were signed just now
    content = revocation.ocsp(stage.chains["ocsp"])
    replies = iter([Reply(status=500), Reply(content)])
    host.answers["/ocsp"] = lambda asked: next(replies)
    with stage.client(tmp_path, clock=lambda: times[-1]) as client:
        assert ["refused"] * 2 == [stage.judge(client, "ocsp").decision for _ in range(2)]
        times.append(times[0] + dt.timedelta(seconds=limits.REVOCATION_FAILURE_SECONDS))
        assert "accepted" == stage.judge(client, "ocsp").decision


def test_trust_stores_in_memory_have_authorities_asked_too(
    stage: Stage, host: AuthorityHost, tmp_path: Path
) -> None:
    content = revocation.ocsp(stage.chains["ocsp"], state="revoked")
    host.answers["/ocsp"] = lambda asked: Reply(content)
    with stage.client(tmp_path, trust={"ca:acme": pki.chain("ec256").root}) as client:
        verdict = stage.judge(client, "ocsp")
    assert ("refused", "revocation.revoked") == (verdict.decision, verdict.reason)


def test_a_client_takes_a_bundle(stage: Stage, host: AuthorityHost, tmp_path: Path) -> None:
    chain = stage.chains["ocsp"]
    need = OcspResponse(host.url("/ocsp"), *chain.certificates[:2])
    path = tmp_path / "answers.json"
    path.write_bytes(bundle.write({need: OcspAnswer(revocation.ocsp(chain))}))
    with stage.client(tmp_path, revocation_bundle=path) as client:
        assert "accepted" == stage.judge(client, "ocsp").decision
        assert "revocation.unknown" == stage.judge(client, "crl").reason
    with stage.client(tmp_path, revocation_bundle=path, revocation_max_age=dt.timedelta(minutes=5)) as client:
        assert "revocation.unknown" == stage.judge(client, "ocsp").reason
    assert [] == host.asked


def test_a_signature_of_before_the_revocation_counts_if_the_policy_says_so(
    stage: Stage, host: AuthorityHost, tmp_path: Path
) -> None:
    content = revocation.ocsp(stage.chains["ocsp"], state="revoked")
    host.answers["/ocsp"] = lambda asked: Reply(content)
    with stage.client(tmp_path) as client:
        for word in ("refuse", "accept"):  # nobody proves when it was signed
            assert "refused" == stage.judge(client, "ocsp", revokedAfterSigning=word).decision


def test_nobody_is_asked_for_a_signer_whom_the_policy_does_not_trust(
    stage: Stage, host: AuthorityHost, tmp_path: Path
) -> None:
    with stage.client(tmp_path, trust={"ca:acme": pki.chain("rsa2048").root}) as client:
        for verification, _ in LEVELS.values():
            assert "accepted" != stage.judge(client, "both", **verification).decision
    assert [] == host.asked


def test_a_responder_with_a_query_in_its_url_gets_a_post(
    stage: Stage, host: AuthorityHost, tmp_path: Path
) -> None:
    content = revocation.ocsp(stage.chains["query"])
    host.say("/query", content)
    with stage.client(tmp_path) as client:
        assert "accepted" == stage.judge(client, "query").decision
    (asked,) = host.asked
    assert ("POST", "/query?ca=1") == (asked.method, asked.path)
    assert revocation.LEAF == library.load_der_ocsp_request(asked.content).serial_number
