"""`seal verify` and `seal revocation` with certificates that can be revoked; the answers that are kept."""

import base64
import hashlib
import json
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from world import images, pki, revocation
from world.authority_host import AuthorityHost, Reply
from world.home import Home, statement
from world.revocation import Revoked

SCOPE = "registry.acme.example/net-monitor"


class Stage(NamedTuple):
    """A host, a home, and images signed with certificates that name the host."""

    host: AuthorityHost
    home: Home
    images: Mapping[str, str]
    chains: Mapping[str, pki.Chain]

    def verify(self, what: str, *flags: object) -> tuple[int, str]:
        """Exit code and text of `seal verify`."""
        done = self.home.seal("verify", "--scope", SCOPE, *flags, self.images[what])
        return done.status, done.out + done.err

    def asked(self, what: str, *flags: object) -> list[dict[str, Any]]:
        """Who was asked, as JSON has it."""
        done = self.home.seal("verify", "--scope", SCOPE, "--output", "json", *flags, self.images[what])
        checks = json.loads(done.out)["signatures"][0]["judgements"][0]["checks"]
        found: list[dict[str, Any]] = next(one for one in checks if one["name"] == "revocation")["data"][
            "asked"
        ]
        return found

    def says(self, **changes: Any) -> None:
        """Answer from now on: the responder as told, the list without entries."""
        response, listed = revocation.ocsp(self.chains["ocsp"], **changes), revocation.crl(self.chains["crl"])
        self.host.answers["/ocsp"] = lambda asked: Reply(response)
        self.host.answers["/crl"] = lambda asked: Reply(listed)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    home = Home(tmp_path / "home")
    home.policy(statement(scopes=[SCOPE]))
    home.trust("acme", pki.chain("ec256").root)
    with AuthorityHost() as host:
        chains = {
            "ocsp": revocation.chain(ocsp=[host.url("/ocsp")]),
            "crl": revocation.chain(crl=[host.url("/crl")]),
        }
        images.make_layout(tmp_path / "layout", *chains)
        named = {name: f"oci:{tmp_path / 'layout'}:{name}" for name in chains}
        for name, chain in chains.items():
            home.add_key(name, chain)
            home.must("sign", "--key", name, named[name])
        made = Stage(host, home, named, chains)
        made.says()
        yield made


def kept(stage: Stage) -> list[Path]:
    folder = stage.home.folder / ".cache" / "sealwright" / "revocation"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def notations(stage: Stage) -> Path:
    """Where notation keeps the list."""
    name = hashlib.sha256(stage.host.url("/crl").encode()).hexdigest()
    return stage.home.folder / ".cache" / "notation" / "crl" / name


def test_the_text_says_who_was_asked_and_what_was_answered(stage: Stage) -> None:
    code, text = stage.verify("ocsp")
    assert 0 == code, text
    assert f"ocsp {stage.host.url('/ocsp')}  good, until" in text
    stage.says(state="revoked")
    code, text = stage.verify("ocsp")
    assert 0 == code, "the answer that is kept has not ended"


def test_a_revoked_certificate_is_told_with_time_and_place(stage: Stage) -> None:
    stage.says(state="revoked", revoked=-3)
    code, text = stage.verify("ocsp")
    assert 1 == code
    assert revocation.hours(-3).isoformat() in text
    assert stage.host.url("/ocsp") in text


def test_nobody_who_can_tell_is_another_exit_code(stage: Stage) -> None:
    stage.host.answers.clear()
    stage.host.answers["/ocsp"] = lambda asked: Reply(status=503)
    code, text = stage.verify("ocsp")
    assert 3 == code, text
    stage.host.answers["/ocsp"] = lambda asked: Reply(b"junk")
    assert 1 == stage.verify("ocsp")[0]


def test_an_answer_is_used_again_by_another_process(stage: Stage) -> None:
    for _ in range(2):
        done = stage.home.seal_alone("verify", "--scope", SCOPE, stage.images["ocsp"])
        assert 0 == done.status, done
    assert 1 == stage.host.count("/ocsp")
    (file,) = kept(stage)
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert 0o700 == stat.S_IMODE(file.parent.stat().st_mode)


def changed(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize(
    "change",
    [changed, lambda content: b"", lambda content: content[:-9], lambda content: b"x" * 70 + content],
)
def test_a_kept_answer_that_was_changed_is_asked_for_again(
    stage: Stage, change: Callable[[bytes], bytes]
) -> None:
    stage.verify("ocsp")
    (file,) = kept(stage)
    file.write_bytes(change(file.read_bytes()))
    assert 0 == stage.verify("ocsp")[0]
    assert 2 == stage.host.count("/ocsp")


def test_a_kept_answer_is_verified_like_any_other(stage: Stage) -> None:
    stage.verify("ocsp")
    (file,) = kept(stage)
    head, _, body = file.read_bytes().partition(b"\n")
    when = body.partition(b"\n")[0]
    other = revocation.ocsp(
        stage.chains["ocsp"], signer=(stage.chains["ocsp"].certificates[0], stage.chains["ocsp"].signer)
    )
    forged = when + b"\n" + other
    magic, key, _ = head.split(b" ")
    file.write_bytes(b" ".join((magic, key, hashlib.sha256(forged).hexdigest().encode())) + b"\n" + forged)
    assert 0 == stage.verify("ocsp")[0]
    assert 2 == stage.host.count("/ocsp")
    assert "good" == stage.asked("ocsp")[0]["answer"]


def test_a_day_later_the_responder_is_asked_again_and_the_kept_answer_helps_out(stage: Stage) -> None:
    stage.verify("ocsp")
    (file,) = kept(stage)
    head, _, body = file.read_bytes().partition(b"\n")
    when, _, content = body.partition(b"\n")
    older = b"%d\n%s" % (int(when) - 25 * 3600, content)
    magic, key, _ = head.split(b" ")
    old = b" ".join((magic, key, hashlib.sha256(older).hexdigest().encode())) + b"\n" + older
    file.write_bytes(old)
    stage.host.answers["/ocsp"] = lambda asked: Reply(status=500)
    assert 0 == stage.verify("ocsp")[0]
    assert 2 == stage.host.count("/ocsp")
    stage.says(state="revoked")
    file.write_bytes(old)
    assert 1 == stage.verify("ocsp")[0]


@pytest.mark.parametrize(
    "answer", [{"serial": 9}, {"state": "unknown"}, {"this": -48, "until": -1}, {"critical": True}]
)
def test_what_does_not_count_is_not_kept(stage: Stage, answer: Mapping[str, Any]) -> None:
    stage.says(**answer)
    assert 1 == stage.verify("ocsp")[0]
    assert [] == kept(stage)


def test_a_folder_that_others_may_write_to_is_not_used_and_that_is_told(stage: Stage) -> None:
    folder = stage.home.folder / ".cache" / "sealwright" / "revocation"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    code, text = stage.verify("ocsp")
    assert 0 == code
    assert "revocation.cache-failed" in text
    assert [] == kept(stage)


def test_keeping_answers_can_be_turned_off(stage: Stage) -> None:
    folder = stage.home.folder / ".config" / "sealwright"
    folder.mkdir()
    (folder / "config.toml").write_text("[revocation]\ncache = false\n")
    assert [0, 0] == [stage.verify(what)[0] for what in ("ocsp", "crl")]
    assert [] == kept(stage)
    assert not notations(stage).exists()
    (folder / "config.toml").write_text('[revocation]\nnonce = "sometimes"\n')
    code, text = stage.verify("ocsp")
    assert 2 == code
    assert "settings.malformed" in text


def test_a_list_is_kept_where_notation_keeps_it(stage: Stage) -> None:
    assert 0 == stage.verify("crl")[0]
    assert [] == kept(stage)
    members = json.loads(notations(stage).read_bytes())
    assert ["baseCRL"] == list(members)
    assert base64.b64decode(members["baseCRL"]).startswith(b"\x30")
    assert 0o600 == stat.S_IMODE(notations(stage).stat().st_mode)
    assert 0 == stage.verify("crl")[0]
    assert 1 == stage.host.count("/crl")


@pytest.mark.parametrize("what", ["revoked", "stale", "foreign", "junk"])
def test_a_list_that_notation_kept_is_verified_like_any_other(stage: Stage, what: str) -> None:
    chain = stage.chains["crl"]
    content = {
        "revoked": revocation.crl(chain, [Revoked()]),
        "stale": revocation.crl(chain, [Revoked()], this=-9, until=-1),
        "foreign": revocation.crl(chain, [Revoked()], key=pki.key("ec256", "somebody")),
        "junk": b"junk",
    }[what]
    notations(stage).parent.mkdir(parents=True)
    notations(stage).write_text(json.dumps({"baseCRL": base64.b64encode(content).decode()}))
    assert (1 if what == "revoked" else 0) == stage.verify("crl")[0]
    assert (0 if what == "revoked" else 1) == stage.host.count("/crl")


def test_a_list_with_a_delta_list_is_kept_apart(stage: Stage) -> None:
    base = revocation.crl(stage.chains["crl"], deltas=[stage.host.url("/delta")])
    delta = revocation.crl(stage.chains["crl"], number=6, base=5)
    stage.host.answers["/crl"] = lambda asked: Reply(base)
    stage.host.answers["/delta"] = lambda asked: Reply(delta)
    for _ in range(2):
        assert 0 == stage.verify("crl")[0]
    assert (1, 1) == (stage.host.count("/crl"), stage.host.count("/delta"))
    assert 2 == len(kept(stage))
    assert not notations(stage).exists()


# bundles


def export(stage: Stage, *flags: object) -> Path:
    bundle = stage.home.folder / "answers.json"
    names = [stage.images["ocsp"], stage.images["crl"]]
    stage.home.must("revocation", "export", "--scope", SCOPE, *flags, "-o", bundle, *names)
    return bundle


def test_a_bundle_proves_without_network_that_nothing_was_revoked(stage: Stage) -> None:
    bundle = export(stage)
    stage.host.asked.clear()
    stage.host.answers.clear()
    for what in ("ocsp", "crl"):
        assert 0 == stage.verify(what, "--revocation-bundle", bundle)[0]
        assert 0 == stage.verify(what, "--revocation-bundle", bundle, "--revocation-max-age", "2h")[0]
        code, text = stage.verify(what, "--revocation-bundle", bundle, "--revocation-max-age", "30m")
        assert 1 == code
        assert "revocation.bundle-too-old" in text or "older than" in text
    assert [] == stage.host.asked


def test_a_bundle_serves_for_files_under_the_same_certificates(stage: Stage) -> None:
    bundle = export(stage)
    stage.host.asked.clear()
    stage.host.answers.clear()
    blob = stage.home.folder / "net-monitor.tar"
    blob.write_bytes(b"net-monitor")
    stage.home.must("blob", "sign", "--key", "crl", blob)
    stage.home.must("blob", "policy", "init", "--global", "--trust-store", "ca:acme")
    verify = ("blob", "verify", "-s", f"{blob}.jws.sig", blob)

    assert 0 == stage.home.seal(*verify, "--revocation-bundle", bundle).status
    assert 1 == stage.home.seal(*verify, "--revocation-bundle", bundle, "--revocation-max-age", "30m").status
    assert [] == stage.host.asked


def test_an_export_asks_anew_and_leaves_nothing_behind(stage: Stage) -> None:
    stage.verify("ocsp")
    before = kept(stage)
    export(stage)
    assert (2, 1) == (stage.host.count("/ocsp"), stage.host.count("/crl"))
    assert before == kept(stage)


def test_names_are_read_from_standard_input(stage: Stage) -> None:
    from sealwright.cli.program import run  # noqa: PLC0415

    bundle = stage.home.folder / "answers.json"
    typed = "\n".join(stage.images.values())
    done = stage.home.inside(run, "revocation", "export", "--scope", SCOPE, "-o", bundle, "-", typed=typed)
    assert 0 == done.status, done
    assert "2 answer(s)" in done.out
    shown = json.loads(stage.home.must("revocation", "show", "--output", "json", bundle))
    assert [("ocsp", "good"), ("crl", "list")] == [(one["method"], one["answer"]) for one in shown]
    assert "good, of" in stage.home.must("revocation", "show", bundle)


def test_what_is_not_in_the_bundle_is_not_known(stage: Stage) -> None:
    bundle = stage.home.folder / "answers.json"
    stage.home.must("revocation", "export", "--scope", SCOPE, "-o", bundle, stage.images["ocsp"])
    code, text = stage.verify("crl", "--revocation-bundle", bundle)
    assert 1 == code
    assert "the bundle has no answer of" in text
    assert 0 == stage.host.count("/crl")


def test_an_answer_in_a_bundle_ends_like_any_other(stage: Stage) -> None:
    bundle = export(stage)
    members = json.loads(bundle.read_bytes())
    stale = revocation.ocsp(stage.chains["ocsp"], this=-48, until=-1)
    members["ocsp"][0]["response"] = base64.b64encode(stale).decode()
    bundle.write_text(json.dumps(members))
    code, text = stage.verify("ocsp", "--revocation-bundle", bundle)
    assert 1 == code
    assert "the answer has ended" in text
    assert "the answer has ended" in stage.home.must("revocation", "show", bundle)


def test_a_bundle_that_says_revoked_refuses(stage: Stage) -> None:
    stage.says(state="revoked")
    bundle = stage.home.folder / "answers.json"
    done = stage.home.seal("revocation", "export", "--scope", SCOPE, "-o", bundle, stage.images["ocsp"])
    assert 1 == done.status
    stage.says()
    assert 1 == stage.verify("ocsp", "--revocation-bundle", bundle)[0]


BAD: Mapping[str, Callable[[dict[str, Any]], object]] = {
    "another version": lambda members: members.update(version="sealwright-revocation-2"),
    "no version": lambda members: members.pop("version"),
    "another member": lambda members: members.update(more=1),
    "no base64": lambda members: members["ocsp"][0].update(response="?"),
    "a certificate that is not there": lambda members: members.update(certificates=[]),
    "a certificate that is none": lambda members: members["certificates"].append("AAAA"),
    "an answer twice": lambda members: members["ocsp"].append(members["ocsp"][0]),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bundle_that_is_none_is_a_usage_error(stage: Stage, what: str) -> None:
    bundle = export(stage)
    members = json.loads(bundle.read_bytes())
    BAD[what](members)
    bundle.write_text(json.dumps(members))
    code, text = stage.verify("ocsp", "--revocation-bundle", bundle)
    assert 2 == code
    assert "revocation.bundle-malformed" in text
    assert 2 == stage.home.seal("revocation", "show", bundle).status


def test_a_bundle_that_is_not_there_is_told(stage: Stage) -> None:
    assert 5 == stage.verify("ocsp", "--revocation-bundle", "/nowhere/answers.json")[0]
    assert 2 == stage.verify("ocsp", "--revocation-max-age", "1d")[0]


def test_the_answers_about_an_image_are_shown(stage: Stage) -> None:
    text = stage.home.must("revocation", "show", "--scope", SCOPE, stage.images["ocsp"])
    assert f"ocsp {stage.host.url('/ocsp')}  good, of" in text
    stage.says(state="revoked")
    os.unlink(kept(stage)[0])  # noqa: PTH108
    done = stage.home.seal("revocation", "show", "--scope", SCOPE, stage.images["ocsp"])
    assert 1 == done.status
    assert "revoked" in done.out


def test_the_time_of_a_run_bounds_what_is_asked(stage: Stage) -> None:
    stage.host.answers["/crl"] = lambda asked: Reply(delay=4)
    began = time.monotonic()
    assert 3 == stage.verify("crl", "--timeout", "0.5")[0]
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("stores", "level", "code"),
    [
        (["ca:acme"], "strict", "lint.revoked-after-signing-unproven"),
        (["ca:acme", "tsa:acme"], "strict", "lint.revoked-after-signing-ours"),
        (["signingAuthority:acme"], "strict", "lint.revoked-after-signing-ours"),
        (["ca:acme", "tsa:acme"], "skipped", "lint.revoked-after-signing-skipped"),
    ],
)
def test_lint_says_what_becomes_of_signatures_of_before_a_revocation(
    stage: Stage, stores: list[str], level: str, code: str
) -> None:
    more: dict[str, Any] = {"override": {"revocation": "skip"}} if level == "skipped" else {}
    path = stage.home.policy(statement(stores=stores, revokedAfterSigning="accept", **more))
    done = stage.home.seal("policy", "lint", path)
    assert (0, True) == (done.status, code in done.out)
    path = stage.home.policy(statement(stores=stores, revokedAfterSigning="refuse", **more))
    assert "lint." not in stage.home.must("policy", "lint", path)


def test_a_verdict_that_rests_on_answers_is_not_in_the_verdict_cache(stage: Stage) -> None:
    for _ in range(2):
        done = stage.home.seal(
            "verify", "--scope", SCOPE, "--verdict-cache", "--output", "json", stage.images["ocsp"]
        )
        assert (0, None) == (done.status, json.loads(done.out)["reusedAt"])
    assert [] == list((stage.home.folder / ".cache" / "sealwright" / "verdicts").iterdir())


def test_many_processes_share_what_is_kept(stage: Stage) -> None:
    def verify(number: int) -> int:
        what = ("ocsp", "crl")[number % 2]
        return stage.home.seal_alone("verify", "--scope", SCOPE, stage.images[what]).status

    with ThreadPoolExecutor(8) as pool:
        assert [0] * 8 == list(pool.map(verify, range(8)))
    stage.host.asked.clear()
    assert [0, 0] == [stage.verify(what)[0] for what in ("ocsp", "crl")]
    assert [] == stage.host.asked
    assert 1 == len(kept(stage))
    assert [notations(stage)] == list(notations(stage).parent.iterdir())
