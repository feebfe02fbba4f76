"""`deploy/ci/gitlab/sealwright.gitlab-ci.yml`: jobs that extend it, run as GitLab's runner runs them.

The runner puts the lines of `before_script` and `script` into one shell, which ends at the first that fails.
Variables of a job are expanded once, with those of the project; a file variable is the path of a file. What a
dotenv report says are variables of the jobs that need it.
"""

import shlex
import string
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from deploy.conftest import CHECKOUT, HOSTILE_WORDS, PASSPHRASE, Done, Pipeline, Report, junit, sarif

TEMPLATE: Mapping[str, Any] = yaml.safe_load(
    (CHECKOUT / "deploy/ci/gitlab/sealwright.gitlab-ci.yml").read_text()
)


def merged(lower: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    """As `extends` merges: mappings are merged, anything else is replaced."""
    made = {**lower, **upper}
    for name in lower.keys() & upper.keys():
        if isinstance(lower[name], dict) and isinstance(upper[name], dict):
            made[name] = merged(lower[name], upper[name])
    return made


def job(members: Mapping[str, Any]) -> dict[str, Any]:
    """A job with all that it extends."""
    own = {name: value for name, value in members.items() if name != "extends"}
    return merged(job(TEMPLATE[members["extends"]]), own) if "extends" in members else own


class Runner:
    """Runs jobs of one pipeline and hands dotenv reports on."""

    def __init__(self, pipeline: Pipeline, who: str = "trusted") -> None:
        self.pipeline = pipeline
        self.project = {
            "CI_REGISTRY_IMAGE": pipeline.repository,
            "CI_COMMIT_SHORT_SHA": "v1",
            "CI_REGISTRY_USER": "",
            "CI_REGISTRY_PASSWORD": "",
            "SEAL_KEY_FILE": str(pipeline.key(who)),
            "SEAL_CERT_FILE": str(pipeline.certificates(who)),
            "SEALWRIGHT_PASSPHRASE": PASSPHRASE,
        }

    def run(self, extends: str, **variables: str) -> Done:
        made = job({"extends": extends, "variables": variables})
        lines = "\n".join([*made["before_script"], *made["script"]])
        script = f"set -eo pipefail\nset +o noclobber\n: | eval {shlex.quote(lines)}\nexit 0\n"
        own = {
            name: string.Template(value).safe_substitute(self.project)
            for name, value in made["variables"].items()
        }
        done = self.pipeline.run(["bash", "-c", script], {**self.project, **own})
        report = made.get("artifacts", {}).get("reports", {}).get("dotenv")
        if report and done.status == 0:
            for line in (self.pipeline.folder / report).read_text().splitlines():
                name, _, value = line.partition("=")
                self.project[name] = value
        return done

    def push(self) -> Done:
        return self.run(".seal-push", SEAL_SOURCE="oci:./image:v1")


def reports(pipeline: Pipeline) -> tuple[Report, Report]:
    """What the files say that the template declares as artifacts."""
    artifacts = TEMPLATE[".seal-verify"]["artifacts"]
    assert "always" == artifacts["when"]
    (log,) = artifacts["paths"]
    return junit(pipeline.folder / artifacts["reports"]["junit"]), sarif(pipeline.folder / log)


def test_the_jobs_push_sign_and_verify_by_digest(pipeline: Pipeline) -> None:
    runner = Runner(pipeline)
    pushed = runner.push()
    assert 0 == pushed.status, pushed
    assert f"pushed {pipeline.digest('v1')}" in pushed.out
    assert (pipeline.digest("v1"), pipeline.pinned()) == (
        runner.project["SEAL_DIGEST"],
        runner.project["SEAL_IMAGE"],
    )
    pipeline.move_the_tag()
    signed, verified = runner.run(".seal-sign"), runner.run(".seal-verify")
    assert (0, 0) == (signed.status, verified.status), (signed, verified)
    assert f"signed {pipeline.pinned()}" in signed.out
    assert (Report(bad=False, reason="verdict.accepted"),) * 2 == reports(pipeline)
    assert f"sign\n--\n{pipeline.pinned()}\n" in pipeline.log.read_text()
    pipeline.assert_nothing_leaked(pushed, signed, verified)


def test_an_unsigned_image_fails_the_job_and_the_reports_say_so(pipeline: Pipeline) -> None:
    runner = Runner(pipeline)
    runner.push()
    assert 1 == runner.run(".seal-verify").status
    assert (Report(bad=True, reason="verdict.unsigned"),) * 2 == reports(pipeline)


def test_an_image_signed_by_somebody_else_fails_the_job(pipeline: Pipeline) -> None:
    runner = Runner(pipeline, "mallory")
    runner.push()
    assert 0 == runner.run(".seal-sign").status
    assert 1 == runner.run(".seal-verify").status
    assert (Report(bad=True, reason="authenticity.untrusted-chain"),) * 2 == reports(pipeline)


def test_a_registry_that_is_gone_fails_the_job_otherwise(pipeline: Pipeline) -> None:
    done = Runner(pipeline).run(
        ".seal-verify", SEAL_IMAGE=pipeline.pinned().replace("localhost", "127.0.0.1:1/x")
    )
    assert 2 == done.status  # such a name is none
    done = Runner(pipeline).run(".seal-verify", SEAL_IMAGE=f"127.0.0.1:1/gone@{pipeline.digest('v1')}")
    assert 3 == done.status
    assert (Report(bad=True, reason="network.refused"),) * 2 == reports(pipeline)


@pytest.mark.parametrize("extends", [".seal-sign", ".seal-verify"])
@pytest.mark.parametrize("name", ["", "registry.example/net-monitor:v1"])
def test_a_name_without_a_digest_is_not_worked_on(pipeline: Pipeline, extends: str, name: str) -> None:
    done = Runner(pipeline).run(extends, SEAL_IMAGE=name)
    assert 2 == done.status
    assert "SEAL_IMAGE names no digest" in done.err
    assert "" == pipeline.log.read_text()


@pytest.mark.parametrize("missing", ["SEAL_KEY_FILE", "SEAL_CERT_FILE"])
def test_a_job_without_its_key_says_which_variable_is_not_set(pipeline: Pipeline, missing: str) -> None:
    runner = Runner(pipeline)
    runner.push()
    done = runner.run(".seal-sign", **{missing: ""})
    assert 0 != done.status
    assert f"{missing}: is not set" in done.err


@pytest.mark.parametrize("word", HOSTILE_WORDS)
def test_a_value_is_never_run_as_a_command(pipeline: Pipeline, word: str) -> None:
    runner = Runner(pipeline)
    runner.run(".seal-push", SEAL_SOURCE=word, SEAL_TARGET=word)
    for name in ("SEAL_IMAGE", "SEAL_KEY_FILE"):
        runner.run(".seal-sign", **{"SEAL_IMAGE": "a@sha256:0", name: f"{word}@sha256:0"})
    for name in ("SEAL_IMAGE", "SEAL_POLICY_FILE", "SEAL_ROOT_FILE", "SEAL_TRUST_STORE"):
        runner.run(".seal-verify", **{"SEAL_IMAGE": "a@sha256:0", name: f"{word}@sha256:0"})
    assert [] == [*pipeline.folder.rglob("pwned")]


def test_nothing_but_hidden_jobs_is_in_the_template() -> None:
    assert [] == [name for name in TEMPLATE if not name.startswith(".")]
