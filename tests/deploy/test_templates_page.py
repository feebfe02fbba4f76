"""The examples of `docs/guides/ci-templates.md` name only what the templates have."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from deploy.conftest import CHECKOUT, Pipeline

PAGE = (CHECKOUT / "docs/guides/ci-templates.md").read_text()
ACTION: Mapping[str, Any] = yaml.safe_load((CHECKOUT / "deploy/ci/github/action.yml").read_text())
JOBS: Mapping[str, Any] = yaml.safe_load((CHECKOUT / "deploy/ci/gitlab/sealwright.gitlab-ci.yml").read_text())


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_jobs_extend_hidden_jobs_and_set_variables_that_these_have() -> None:
    gitlab, *_ = map(yaml.safe_load, blocks("yaml"))
    assert (CHECKOUT / gitlab.pop("include")[0]["file"]).is_file()
    for job in gitlab.values():
        hidden = JOBS[job["extends"]]
        assert set() == set(job.get("variables", {})) - set(hidden.get("variables", {}))
        assert set() == set(job.get("needs", ())) - set(gitlab)


def test_the_action_is_given_inputs_and_asked_for_outputs_that_it_has() -> None:
    _, workflow, steps = map(yaml.safe_load, blocks("yaml"))
    used = [*workflow["jobs"]["release"]["steps"], *steps]
    ours = [step for step in used if step.get("uses") == "./deploy/ci/github"]
    assert 2 == len(ours)
    for step in ours:
        assert set() == set(step["with"]) - set(ACTION["inputs"])
    asked = set(re.findall(r"steps\.seal\.outputs\.([a-z]+)", PAGE))
    assert {"problems", "image"} == asked
    assert asked <= set(ACTION["outputs"])
    for name in ACTION["outputs"]:
        assert f"`{name}`" in PAGE


@pytest.mark.parametrize("target", ["seal-push", "seal-sign", "seal-verify", "release"])
def test_the_makefile_knows_its_targets(pipeline: Pipeline, target: str) -> None:
    (block,) = blocks("make")
    (pipeline.folder / "deploy").symlink_to(CHECKOUT / "deploy")
    (pipeline.folder / "Makefile").write_text(block)
    assert 0 == pipeline.run(["make", "-n", target], {}).status
