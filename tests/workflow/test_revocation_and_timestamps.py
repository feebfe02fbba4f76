"""Revocation of timestamp authorities, and of signers whose time of signing a timestamp proves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography import x509

from sealwright.client.client import Client
from sealwright.verdict import Check, Verdict
from world import images, pki, revocation, timestamps
from world.authority_host import AuthorityHost
from world.home import Home, pem, statement
from world.revocation import Revoked
from world.tsa import Tsa

FLAGS = x509.ReasonFlags
SCOPE = "registry.acme.example/net-monitor"
STORES = ("ca:acme", "tsa:clock")


class Stage(NamedTuple):
    """An image whose signature has a timestamp; signer and authority both name the host."""

    host: AuthorityHost
    home: Home
    image: str
    signer: pki.Chain
    clock: pki.Chain

    def judge(self, folder: Path, **verification: Any) -> Verdict:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {**self.home.environment, "XDG_CACHE_HOME": str(folder)}.items():
                patch.setenv(name, value)
            verification = {"level": "strict", **verification}
            policy = {
                "version": "1.0",
                "trustPolicies": [statement(scopes=[SCOPE], stores=STORES, **verification)],
            }
            with Client(policy=policy) as client:
                return client.judge(self.image, scope=SCOPE)


def check(verdict: Verdict, name: str) -> Check:
    (judgement,) = verdict.signatures[0].judgements
    return next(one for one in judgement.checks if one.name == name)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("clocks")
    home = Home(folder / "home")
    with AuthorityHost() as host:
        signer = revocation.chain(crl=[host.url("/signer")])
        leaf = {"extensions": revocation.extensions([], [host.url("/clock")]), "serial": revocation.LEAF}
        clock = timestamps.authority("ec384", leaf=leaf)
        host.say("/clock", revocation.crl(clock))
        images.make_layout(folder / "layout", "v1")
        image = f"oci:{folder / 'layout'}:v1"
        home.add_key("build", signer)
        home.trust("acme", signer.root)
        home.trust("clock", clock.root, kind="tsa")
        (folder / "clock.pem").write_bytes(pem(clock.root))
        with Tsa(clock) as tsa:
            flags = ("--timestamp-url", f"{tsa.url}/", "--timestamp-root-cert", folder / "clock.pem")
            home.must("sign", *flags, image)
        assert 1 == host.count("/clock"), "who signs asks about the authority"
        yield Stage(host, home, image, signer, clock)


@pytest.fixture
def host(stage: Stage) -> AuthorityHost:
    """The host, where everybody is good."""
    stage.host.answers.clear()
    stage.host.asked.clear()
    stage.host.say("/clock", revocation.crl(stage.clock))
    stage.host.say("/signer", revocation.crl(stage.signer))
    return stage.host


def test_signer_and_authority_are_both_asked_about(stage: Stage, host: AuthorityHost, tmp_path: Path) -> None:
    host.say("/clock", revocation.crl(stage.clock, until=3))
    verdict = stage.judge(tmp_path)
    assert "accepted" == verdict.decision, verdict.sentence
    assert (1, 1) == (host.count("/clock"), host.count("/signer"))
    for name in ("timestamp", "revocation"):
        assert ["good"] == [one["answer"] for one in check(verdict, name).data["asked"]]  # type: ignore[attr-defined]
    assert revocation.hours(3) == verdict.settled_until


CLOCKS = {
    "revoked": ([Revoked(at=-5, reason=FLAGS.superseded)], "failed", "timestamp.revoked"),
    "on hold": ([Revoked(at=-5, reason=FLAGS.certificate_hold)], "failed", "timestamp.revoked"),
    "unknown": (None, "unavailable", "timestamp.revocation-unknown"),
}


@pytest.mark.parametrize(
    ("level", "decision"),
    [
        ({"level": "strict"}, "refused"),
        ({"level": "permissive"}, "accepted"),
        ({"level": "audit"}, "accepted"),
        ({"level": "permissive", "override": {"authenticTimestamp": "enforce"}}, "refused"),
        ({"level": "strict", "override": {"authenticTimestamp": "log"}}, "accepted"),
    ],
)
@pytest.mark.parametrize("what", CLOCKS)
def test_an_authority_that_is_not_good_proves_no_time(
    stage: Stage, host: AuthorityHost, tmp_path: Path, what: str, level: dict[str, Any], decision: str
) -> None:
    entries, outcome, reason = CLOCKS[what]
    if entries is None:
        host.say("/clock", b"junk")
    else:
        host.say("/clock", revocation.crl(stage.clock, entries))
    verdict = stage.judge(tmp_path, **level)
    assert decision == verdict.decision
    found = check(verdict, "timestamp")
    assert (outcome, reason) == (found.outcome, found.reason)
    assert stage.clock.root not in stage.signer.certificates
    assert host.url("/clock") in {one["url"] for one in found.data["asked"]}  # type: ignore[attr-defined]


AFTER = {
    "revoked since": (Revoked(at=0.5, reason=FLAGS.superseded), "accepted"),
    "revoked before": (Revoked(at=-0.5, reason=FLAGS.superseded), "refused"),
    "compromised since, nobody knows when": (Revoked(at=0.5, reason=FLAGS.key_compromise), "refused"),
    "compromised, known since when": (
        Revoked(at=0.6, reason=FLAGS.key_compromise, invalid=0.5),
        "accepted",
    ),
    "not to be trusted for long": (Revoked(at=0.5, reason=FLAGS.superseded, invalid=-5), "refused"),
}


@pytest.mark.parametrize("what", AFTER)
def test_a_timestamp_of_before_the_revocation_saves_the_signature_if_the_policy_says_so(
    stage: Stage, host: AuthorityHost, tmp_path: Path, what: str
) -> None:
    entry, decision = AFTER[what]
    host.say("/signer", revocation.crl(stage.signer, [entry]))
    assert "refused" == stage.judge(tmp_path).decision
    assert "refused" == stage.judge(tmp_path, revokedAfterSigning="refuse").decision
    verdict = stage.judge(tmp_path, revokedAfterSigning="accept")
    assert decision == verdict.decision
    asked: Any = check(verdict, "revocation").data["asked"]
    assert ["revoked"] == [one["answer"] for one in asked]


def test_the_timestamp_of_a_revoked_authority_saves_nothing(
    stage: Stage, host: AuthorityHost, tmp_path: Path
) -> None:
    host.say("/signer", revocation.crl(stage.signer, [Revoked(at=0.5, reason=FLAGS.superseded)]))
    host.say("/clock", revocation.crl(stage.clock, [Revoked(at=-5)]))
    logged = {"override": {"authenticTimestamp": "log"}}
    verdict = stage.judge(tmp_path, revokedAfterSigning="accept", **logged)
    assert "refused" == verdict.decision
    assert "revocation.revoked" == check(verdict, "revocation").reason
