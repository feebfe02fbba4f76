"""`deploy/ci/github/action.yml`: its steps, run as GitHub's runner runs them.

Each step is a script file for `bash --noprofile --norc -eo pipefail`. Its environment is what `env` says, the
expressions in it evaluated; what it writes into the file GITHUB_OUTPUT is known to later steps. A step is
left out if its `if` is not true, or if one before it has failed.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest
import yaml

from deploy.conftest import CHECKOUT, HOSTILE_WORDS, PASSPHRASE, Done, Pipeline, Report, junit, sarif

ACTION: Mapping[str, Any] = yaml.safe_load((CHECKOUT / "deploy/ci/github/action.yml").read_text())
EXPRESSION = re.compile(r"\$\{\{ (.*?) \}\}")


class Ran(NamedTuple):
    """How the action ended: its exit code, its outputs, and every step that ran."""

    status: int
    outputs: Mapping[str, str]
    steps: Mapping[str, Done]


class Runner:
    """One run of the action."""

    def __init__(self, pipeline: Pipeline, inputs: Mapping[str, str]) -> None:
        unknown = inputs.keys() - ACTION["inputs"].keys()
        assert set() == unknown
        self.pipeline = pipeline
        self.known = {
            f"inputs.{name}": inputs.get(name, declared["default"])
            for name, declared in ACTION["inputs"].items()
        }

    def value(self, expression: str) -> str:
        """The first part of `a || b` that is not empty."""
        parts = (self.known.get(name.strip(), "") for name in expression.split("||"))
        return next((part for part in parts if part), "")

    def text(self, text: str) -> str:
        return EXPRESSION.sub(lambda match: self.value(match[1]), text)

    def wanted(self, step: Mapping[str, Any]) -> bool:
        match = re.fullmatch(r"(\S+) != ''", step.get("if", "inputs.reports != ''"))
        assert match is not None
        return self.value(match[1]) != ""

    def run(self) -> Ran:
        done: dict[str, Done] = {}
        for step in ACTION["runs"]["steps"]:
            if not self.wanted(step):
                continue
            ended = done[step["id"]] = self.step(step)
            if ended.status:
                break
        outputs = {name: self.text(declared["value"]) for name, declared in ACTION["outputs"].items()}
        return Ran([*done.values()][-1].status, outputs, done)

    def step(self, step: Mapping[str, Any]) -> Done:
        assert "bash" == step["shell"]
        folder = self.pipeline.folder.parent
        script, output = folder / "step.sh", folder / "output"
        script.write_text(step["run"])
        output.write_text("")
        own = {name: self.text(value) for name, value in step["env"].items()}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        done = self.pipeline.run(command, {**own, "GITHUB_OUTPUT": str(output)})
        for line in output.read_text().splitlines():
            name, _, value = line.partition("=")
            self.known[f"steps.{step['id']}.outputs.{name}"] = value
        return done


def act(pipeline: Pipeline, who: str = "trusted", **inputs: str) -> Ran:
    own = {
        "source": "oci:./image:v1",
        "target": f"{pipeline.repository}:v1",
        "key": pipeline.key(who).read_text(),
        "certificates": pipeline.certificates(who).read_text(),
        "passphrase": PASSPHRASE,
        "policy": "trust/policy.json",
        "root": "trust/root.pem",
        **{name.replace("_", "-"): value for name, value in inputs.items()},
    }
    return Runner(pipeline, own).run()


def reports(pipeline: Pipeline, ran: Ran) -> tuple[Report, Report]:
    return (
        junit(pipeline.folder / ran.outputs["junit"]),
        sarif(pipeline.folder / ran.outputs["sarif"]),
    )


def test_the_action_pushes_signs_and_verifies_by_digest(pipeline: Pipeline) -> None:
    ran = act(pipeline)
    assert 0 == ran.status, ran
    assert ["push", "image", "sign", "verify"] == [*ran.steps]
    assert (pipeline.digest("v1"), pipeline.pinned()) == (ran.outputs["digest"], ran.outputs["image"])
    assert (Report(bad=False, reason="verdict.accepted"),) * 2 == reports(pipeline, ran)
    assert '"results": []' in (pipeline.folder / ran.outputs["problems"]).read_text().replace("\n", "")
    assert f"sign\n--\n{pipeline.pinned()}\n" in pipeline.log.read_text()
    pipeline.assert_nothing_leaked(*ran.steps.values())


def test_a_pushed_image_may_be_signed_and_verified_later_by_its_digest(pipeline: Pipeline) -> None:
    pushed = act(pipeline, key="", policy="")
    assert ["push", "image"] == [*pushed.steps]
    pipeline.move_the_tag()
    ran = act(pipeline, source="", target="", image=pushed.outputs["image"])
    assert (0, ["image", "sign", "verify"]) == (ran.status, [*ran.steps])
    assert pipeline.pinned() == ran.outputs["image"]


def test_an_unsigned_image_fails_the_action_and_the_reports_say_so(pipeline: Pipeline) -> None:
    ran = act(pipeline, key="")
    assert 1 == ran.status
    assert (Report(bad=True, reason="verdict.unsigned"),) * 2 == reports(pipeline, ran)
    assert Report(bad=True, reason="verdict.unsigned") == sarif(pipeline.folder / ran.outputs["problems"])


def test_an_image_signed_by_somebody_else_fails_the_action(pipeline: Pipeline) -> None:
    ran = act(pipeline, "mallory")
    assert 1 == ran.status
    assert (Report(bad=True, reason="authenticity.untrusted-chain"),) * 2 == reports(pipeline, ran)


def test_a_name_without_a_digest_is_not_worked_on(pipeline: Pipeline) -> None:
    for name in ("", f"{pipeline.repository}:v1", f"a@sha256:{'0' * 64}\ndigest=sha256:{'f' * 64}"):
        ran = act(pipeline, source="", image=name)
        assert (2, ["image"]) == (ran.status, [*ran.steps])
        assert "no image with its digest" in ran.steps["image"].err
        assert "" == ran.outputs["digest"]
    assert "" == pipeline.log.read_text()


def test_a_wrong_passphrase_fails_the_action_and_is_not_printed(pipeline: Pipeline) -> None:
    ran = act(pipeline, passphrase="wrong but secret")
    assert (2, "sign") == (ran.status, [*ran.steps][-1])
    assert "wrong but secret" not in ran.steps["sign"].out + ran.steps["sign"].err
    assert [] == [*pipeline.scratch.iterdir()]


def test_no_expression_is_part_of_a_command() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]
        for text in step["env"].values():
            assert EXPRESSION.fullmatch(text)


@pytest.mark.parametrize("word", HOSTILE_WORDS)
def test_an_input_is_never_run_as_a_command(pipeline: Pipeline, word: str) -> None:
    pinned = f"localhost:1/x@sha256:{'0' * 64}"
    act(pipeline, source=word, target=word)
    for name in ("image", "key", "certificates", "username"):
        act(pipeline, **{"source": "", "image": pinned, name: word})
    for name in ("policy", "root", "trust_store", "reports", "image"):
        act(pipeline, **{"source": "", "key": "", "image": pinned, name: word})
    assert [] == [*pipeline.folder.rglob("pwned")]
