"""`deploy/ci/make/sealwright.mk`, run by make, against a real registry."""

from pathlib import Path

import pytest

from deploy.conftest import CHECKOUT, HOSTILE_WORDS, PASSPHRASE, Done, Pipeline, Report, junit, sarif

MAKEFILE = "SEAL_SOURCE ?= oci:./image:v1\ninclude {include}\nrelease: seal-push seal-sign seal-verify\n"


@pytest.fixture
def makefile(pipeline: Pipeline) -> Path:
    path = pipeline.folder / "Makefile"
    path.write_text(MAKEFILE.format(include=CHECKOUT / "deploy/ci/make/sealwright.mk"))
    return path


def make(pipeline: Pipeline, *targets: str, who: str = "trusted", **variables: str) -> Done:
    own = {
        "SEAL_TARGET": f"{pipeline.repository}:v1",
        "SEAL_KEY_FILE": str(pipeline.key(who)),
        "SEAL_CERT_FILE": str(pipeline.certificates(who)),
        "SEALWRIGHT_PASSPHRASE": PASSPHRASE,
        "SEAL_POLICY_FILE": "trust/policy.json",
        "SEAL_ROOT_FILES": "trust/root.pem",
        **variables,
    }
    return pipeline.run(["make", *targets], own)


def reports(pipeline: Pipeline) -> tuple[Report, Report]:
    out = pipeline.folder / "seal-out"
    return junit(out / "junit.xml"), sarif(out / "verify.sarif")


@pytest.mark.usefixtures("makefile")
def test_one_target_pushes_signs_and_verifies_by_digest(pipeline: Pipeline) -> None:
    done = make(pipeline, "release")
    assert 0 == done.status, done
    assert pipeline.digest("v1") == done.out.splitlines()[0]
    assert f"signed {pipeline.pinned()}, signature sha256:" in done.out
    assert f"✓ {pipeline.pinned()}" in done.out
    assert (Report(bad=False, reason="verdict.accepted"),) * 2 == reports(pipeline)
    pipeline.assert_nothing_leaked(done)


@pytest.mark.usefixtures("makefile")
def test_sign_and_verify_stay_with_the_pushed_digest_when_the_tag_moves(pipeline: Pipeline) -> None:
    assert 0 == make(pipeline, "seal-push").status
    pipeline.move_the_tag()
    signed, verified = make(pipeline, "seal-sign"), make(pipeline, "seal-verify")
    assert (0, 0) == (signed.status, verified.status), (signed, verified)
    assert f"signed {pipeline.pinned()}" in signed.out
    commands = pipeline.log.read_text()
    assert 1 == commands.count(f"{pipeline.repository}:v1\n")  # the push
    assert f"sign\n--\n{pipeline.pinned()}\n" in commands


@pytest.mark.usefixtures("makefile")
def test_an_unsigned_image_fails_the_target_and_the_reports_say_so(pipeline: Pipeline) -> None:
    assert 0 == make(pipeline, "seal-push").status
    done = make(pipeline, "seal-verify")
    assert 2 == done.status  # of make itself
    assert "seal-verify] Error 1" in done.err
    assert (Report(bad=True, reason="verdict.unsigned"),) * 2 == reports(pipeline)


@pytest.mark.usefixtures("makefile")
def test_an_image_signed_by_somebody_else_fails_the_target(pipeline: Pipeline) -> None:
    assert 0 == make(pipeline, "seal-push", "seal-sign", who="mallory").status
    done = make(pipeline, "seal-verify")
    assert "seal-verify] Error 1" in done.err
    assert (Report(bad=True, reason="authenticity.untrusted-chain"),) * 2 == reports(pipeline)


@pytest.mark.usefixtures("makefile")
def test_a_verification_of_another_day_does_not_speak_for_this_one(pipeline: Pipeline) -> None:
    assert 0 == make(pipeline, "release").status
    pipeline.trust("mallory")
    assert "seal-verify] Error 1" in make(pipeline, "seal-verify").err
    assert (Report(bad=True, reason="authenticity.untrusted-chain"),) * 2 == reports(pipeline)


@pytest.mark.usefixtures("makefile")
@pytest.mark.parametrize("target", ["seal-sign", "seal-verify"])
def test_a_name_without_a_digest_is_not_worked_on(pipeline: Pipeline, target: str) -> None:
    for name in ("", f"{pipeline.repository}:v1"):
        done = make(pipeline, target, SEAL_IMAGE=name)
        assert f"{target}] Error 2" in done.err
        assert "SEAL_IMAGE names no digest" in done.err
    assert "" == pipeline.log.read_text()


@pytest.mark.usefixtures("makefile")
def test_a_failed_push_leaves_no_name_behind(pipeline: Pipeline) -> None:
    assert 0 == make(pipeline, "seal-push").status
    done = make(pipeline, "seal-push", SEAL_SOURCE="oci:./image:absent")
    assert 2 == done.status
    assert not (pipeline.folder / "seal-out/image").exists()


@pytest.mark.usefixtures("makefile")
def test_the_passphrase_may_be_in_a_file(pipeline: Pipeline) -> None:
    file = pipeline.folder / "secret"
    file.write_text(f"{PASSPHRASE}\n")
    done = make(pipeline, "release", SEAL_PASSPHRASE_FILE=str(file), SEALWRIGHT_PASSPHRASE="")
    assert 0 == done.status, done
    pipeline.assert_nothing_leaked(done)


@pytest.mark.usefixtures("makefile")
@pytest.mark.parametrize("word", HOSTILE_WORDS)
def test_a_value_is_never_run_as_a_command(pipeline: Pipeline, word: str) -> None:
    for name in ("SEAL_TARGET", "SEAL_SOURCE", "SEAL_IMAGE", "SEAL_KEY_FILE", "SEAL_ROOT_FILES", "SEAL_OUT"):
        make(pipeline, "release", **{name: f"{word}@sha256:0"})
    assert [] == [*pipeline.folder.rglob("pwned")]


@pytest.mark.usefixtures("makefile")
def test_clean_removes_what_the_targets_left(pipeline: Pipeline) -> None:
    assert 0 == make(pipeline, "release").status
    assert 0 == make(pipeline, "seal-clean").status
    assert not (pipeline.folder / "seal-out").exists()
