"""Reports for machines, over real verdicts: what a reader finds in them, and that every reader can."""

import io
import json
import re
import string
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import msgspec
import pytest

from cli.conftest import good
from peers import programs
from sealwright import reasons
from sealwright.cli import findings, junit, sarif
from sealwright.cli.reaching import RegistryFlags, context_for
from sealwright.errors import InternalError, SealwrightError
from sealwright.homes.environment import Environment
from sealwright.version import __version__
from sealwright.workflow import policies
from sealwright.workflow.outcome import Outcome, failed
from sealwright.workflow.verify import verify
from world import images
from world.registry import Registry, free_port
from world.seal import seal

HOSTILE = "\x1b[31m [here](http://evil.example) {0} \u202e <![CDATA[ ]]> & \x00 \ufffe"


def outcome(name: str) -> Outcome:
    """What `seal verify` finds out about an image, under the policy of this home."""
    flags = RegistryFlags(None, None, insecure_registry=False, plain_http=True, **NO_FILES)
    with context_for(flags, [name]) as context:
        try:
            policy = policies.load(Environment.current())
            return Outcome(name, verdict=verify(context, name, policy))
        except SealwrightError as error:
            return failed(name, error)


NO_FILES: dict[str, Any] = {"ca_file": None, "client_cert": None, "client_key": None, "timeout": 5.0}


@pytest.fixture
def accepted(image: str) -> Outcome:
    good(seal("sign", "-m", "note=" + HOSTILE.replace("\x00", ""), image))
    return outcome(image)


@pytest.fixture
def unsigned(registry: Registry, home: Path) -> Outcome:
    return outcome(images.push(f"{registry.local}/unsigned-report", "v1"))


@pytest.fixture
def missing(registry: Registry, home: Path) -> Outcome:
    return outcome(f"{registry.local}/not-there:v1")


@pytest.fixture
def unreachable(home: Path) -> Outcome:
    return outcome(f"localhost:{free_port()}/net-monitor:v1")


@pytest.fixture
def allowed(image: str, notation: Path) -> Outcome:
    policy = notation / "trustpolicy.json"
    strict = policy.read_text()
    scopes = [image.rpartition(":")[0]]
    statement = {"name": "all", "registryScopes": scopes, "signatureVerification": {"level": "skip"}}
    policy.write_text(json.dumps({"version": "1.0", "trustPolicies": [statement]}))
    found = outcome(image)
    policy.write_text(strict)
    return found


def sarif_of(*outcomes: Outcome) -> Any:
    out = io.StringIO()
    sarif.write(iter(outcomes), out)
    assert out.getvalue().isascii()
    return json.loads(out.getvalue())


def results(*outcomes: Outcome) -> list[Any]:
    (run,) = sarif_of(*outcomes)["runs"]
    found: list[Any] = run["results"]
    return found


def junit_of(*outcomes: Outcome) -> ET.Element:
    out = io.StringIO()
    junit.write(iter(outcomes), out)
    assert out.getvalue().isascii()
    return ET.fromstring(out.getvalue())  # noqa: S314  # we wrote it


def cases(root: ET.Element) -> list[ET.Element]:
    return root.findall("./testsuite/testcase")


def test_a_sarif_result_says_by_kind_and_level_what_became_of_each_image(
    accepted: Outcome, allowed: Outcome, unsigned: Outcome, missing: Outcome, unreachable: Outcome
) -> None:
    found = results(accepted, allowed, unsigned, missing, unreachable)
    assert [
        ("pass", "none", "verdict.accepted"),
        ("fail", "note", "verdict.allowed-unchecked"),
        ("fail", "error", "verdict.unsigned"),
        ("fail", "error", "registry.manifest-unknown"),
        ("fail", "error", "network.refused"),
    ] == [(one["kind"], one["level"], one["ruleId"]) for one in found]


def test_a_sarif_result_is_at_the_image_pinned_to_its_digest(unsigned: Outcome, missing: Outcome) -> None:
    verdict = unsigned.verdict
    assert verdict is not None
    pinned = f"{verdict.subject.name}@{verdict.subject.descriptor.digest}"
    first, second = results(unsigned, missing)
    ((location,),) = (first["locations"],)
    assert [{"fullyQualifiedName": pinned, "kind": "resource"}] == location["logicalLocations"]
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert pinned.replace(":", "%3A") == uri
    assert verdict.subject.descriptor.digest == first["properties"]["digest"]
    assert verdict.policy.digest == first["properties"]["policy"]
    assert missing.image == second["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]


def test_the_rules_of_a_sarif_log_are_the_reasons_that_came_up_with_their_help(
    unsigned: Outcome, missing: Outcome, accepted: Outcome
) -> None:
    log = sarif_of(unsigned, missing, unsigned, accepted)
    driver = log["runs"][0]["tool"]["driver"]
    assert ("seal", __version__) == (driver["name"], driver["semanticVersion"])
    rules = driver["rules"]
    assert ["verdict.unsigned", "registry.manifest-unknown", "verdict.accepted"] == [
        one["id"] for one in rules
    ]
    for one in log["runs"][0]["results"]:
        assert one["ruleId"] == rules[one["ruleIndex"]]["id"]
    assert reasons.sentence("verdict.unsigned", {}) == rules[0]["shortDescription"]["text"]
    assert reasons.hint("verdict.unsigned", {}) == rules[0]["help"]["text"]
    assert 'signed by <signer>, as the statement "<statement>" asks' == rules[2]["shortDescription"]["text"]


@pytest.mark.parametrize("code", [*reasons.codes()])
def test_every_reason_can_be_a_rule_with_its_values_by_name(code: str) -> None:
    table = import_module(f"sealwright.reasons.{code.partition('.')[0]}").REASONS
    for raw, shown in zip(table[code], findings.template(code), strict=True):
        for literal, field, _, _ in string.Formatter().parse(raw):
            assert literal in shown
            assert field is None or f"<{field}>" in shown


def test_braces_in_the_help_of_a_rule_are_no_placeholders(home: Path, notation: Path, image: str) -> None:
    policy = notation / "trustpolicy.json"
    statement = {"name": "all", "registryScopes": ["*"], "signatureVerification": {}}
    policy.write_text(json.dumps({"version": "1.0", "trustPolicies": [statement]}))
    (run,) = sarif_of(outcome(image))["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert 'add "signatureVerification": {{"level": "strict"}}' == rule["help"]["text"]


def test_a_fingerprint_stays_between_runs_and_differs_between_images_and_reasons(
    home: Path, registry: Registry, unsigned: Outcome, missing: Outcome
) -> None:
    name = f"{registry.local}/fingerprint:v1"
    images.push(f"{registry.local}/fingerprint", "v1", "first")
    before = outcome(name)
    images.push(f"{registry.local}/fingerprint", "v1", "another digest")
    after = outcome(name)
    assert before.verdict is not None
    assert after.verdict is not None
    assert before.verdict.subject.descriptor.digest != after.verdict.subject.descriptor.digest
    first, again, other, third = (
        one["partialFingerprints"] for one in results(before, after, unsigned, missing)
    )
    assert first == again
    assert 3 == len({json.dumps(one) for one in (first, other, third)})
    good(seal("sign", name))
    (signed,) = results(outcome(name))
    assert first != signed["partialFingerprints"]


def test_a_sarif_log_without_passes_names_only_problems(accepted: Outcome, unsigned: Outcome) -> None:
    out = io.StringIO()
    with sarif.SarifReport(out, passes=False) as report:
        for one in (accepted, unsigned, accepted):
            report.add(one)
    (run,) = json.loads(out.getvalue())["runs"]
    assert ["verdict.unsigned"] == [one["ruleId"] for one in run["results"]]
    assert run["invocations"][0]["executionSuccessful"]


def test_a_run_was_successful_if_every_image_was_judged(
    accepted: Outcome, unsigned: Outcome, unreachable: Outcome
) -> None:
    def successful(*outcomes: Outcome) -> bool:
        (invocation,) = sarif_of(*outcomes)["runs"][0]["invocations"]
        found: bool = invocation["executionSuccessful"]
        return found

    assert [True, True, False, True] == [
        successful(accepted),
        successful(accepted, unsigned),
        successful(accepted, unreachable),
        successful(),
    ]


def broken_off(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    yield from outcomes
    raise InternalError("internal.unexpected", problem="broken off")


def test_a_run_that_is_broken_off_leaves_whole_reports_that_say_so(unsigned: Outcome) -> None:
    log, report = io.StringIO(), io.StringIO()
    with pytest.raises(InternalError):
        sarif.write(broken_off(iter([unsigned])), log)
    with pytest.raises(InternalError):
        junit.write(broken_off(iter([unsigned])), report)
    (run,) = json.loads(log.getvalue())["runs"]
    assert 1 == len(run["results"])
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert "broken off" in invocation["toolExecutionNotifications"][0]["message"]["text"]
    root = ET.fromstring(report.getvalue())  # noqa: S314  # we wrote it
    assert ("2", "1", "1") == tuple(root.attrib[name] for name in ("tests", "failures", "errors"))
    assert "interrupted" == cases(root)[1].find("error").attrib["type"]  # type: ignore[union-attr]


def test_what_a_signature_says_of_itself_is_neither_link_nor_placeholder_nor_markup(
    accepted: Outcome,
) -> None:
    (result,) = results(accepted)
    text = result["message"]["text"]
    assert "[here] (http://evil.example) {{0}}" in text
    assert "\\x1b[31m" in text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", text)


def test_text_that_xml_cannot_hold_is_escaped_in_junit() -> None:
    error = InternalError("internal.unexpected", problem=HOSTILE + "\udcff")
    (case,) = cases(junit_of(failed(f"image {HOSTILE} \udcff é", error)))
    name = case.attrib["name"]
    assert (
        "image \\x1b[31m [here](http://evil.example) {0} \\u202e <![CDATA[ ]]> & \\x00 \\ufffe \\udcff é"
        == name
    )
    (complaint,) = case.findall("error")
    assert "\\x00 \\ufffe\\udcff" in (complaint.text or "")
    assert "<![CDATA[ ]]> &" in complaint.attrib["message"]
    (result,) = results(failed(f"image {HOSTILE} \udcff", error))
    assert result["properties"]["image"].endswith("\\udcff")


def test_junit_counts_failures_and_errors_apart_in_every_place_that_readers_look(
    accepted: Outcome, allowed: Outcome, unsigned: Outcome, missing: Outcome, unreachable: Outcome
) -> None:
    root = junit_of(accepted, allowed, unsigned, missing, unreachable)
    (suite,) = root
    assert ("testsuites", "testsuite") == (root.tag, suite.tag)
    for element in (root, suite):
        assert ("5", "2", "2") == tuple(element.attrib[name] for name in ("tests", "failures", "errors"))
    assert [None, "failure", "failure", "error", "error"] == [
        next((inner.tag for inner in case if inner.tag != "properties"), None) for case in cases(root)
    ]
    assert [
        "verdict.allowed-unchecked",
        "verdict.unsigned",
        "registry.manifest-unknown",
        "network.refused",
    ] == [inner.attrib["type"] for case in cases(root) for inner in case if inner.tag != "properties"]


def test_a_junit_case_is_named_as_the_image_was_and_holds_the_digest_and_the_whole_verdict(
    unsigned: Outcome, accepted: Outcome
) -> None:
    first, second = cases(junit_of(unsigned, accepted))
    verdict = unsigned.verdict
    assert verdict is not None
    assert (unsigned.image, verdict.subject.name) == (first.attrib["name"], first.attrib["classname"])
    properties = {one.attrib["name"]: one.attrib["value"] for one in first.iter("property")}
    assert verdict.subject.descriptor.digest == properties["digest"]
    assert "verdict.unsigned" == properties["reason"]
    failure = first.find("failure")
    assert failure is not None
    assert "the image has no signature" == failure.attrib["message"]
    assert f"✗ {verdict.subject.name}@" in (failure.text or "")
    assert "next: " in (failure.text or "")
    assert ["properties"] == [inner.tag for inner in second]


def test_the_times_of_junit_cases_add_up_to_that_of_the_run(unsigned: Outcome) -> None:
    ticks = iter([10.0, 10.25, 12.0])
    out = io.StringIO()
    with junit.JunitReport(out, lambda: next(ticks)) as report:
        report.add(unsigned)
        report.add(unsigned)
    root = ET.fromstring(out.getvalue())  # noqa: S314  # we wrote it
    assert ["0.250", "1.750"] == [case.attrib["time"] for case in cases(root)]
    assert "2.000" == root.attrib["time"]
    assert unsigned.verdict is not None
    assert f"{unsigned.verdict.at:%Y-%m-%dT%H:%M:%S}" == root[0].attrib["timestamp"]


def test_a_refusal_that_only_the_environment_caused_is_an_error_not_a_failure(unsigned: Outcome) -> None:
    verdict = unsigned.verdict
    assert verdict is not None
    retryable = Outcome(unsigned.image, verdict=msgspec.structs.replace(verdict, retryable=True))
    (case,) = cases(junit_of(retryable))
    assert ["properties", "error"] == [inner.tag for inner in case]


def test_an_outcome_of_nothing_is_an_error(home: Path) -> None:
    (case,) = cases(junit_of(Outcome("strange")))
    assert ["properties", "error"] == [inner.tag for inner in case]


def test_reports_of_many_images_keep_memory_flat(unsigned: Outcome) -> None:
    class Counting(io.StringIO):
        """Counts what is written and keeps nothing."""

        size = 0

        def write(self, text: str, /) -> int:
            self.size += len(text)
            return len(text)

    out = Counting()
    with sarif.SarifReport(out) as log:
        before = out.size
        log.add(unsigned)
        one = out.size - before
        for _ in range(999):
            log.add(unsigned)
        assert 1000 * one <= out.size - before  # each result is out as soon as it is known
    with junit.JunitReport(out) as report:
        for _ in range(3000):
            report.add(unsigned)
        assert not isinstance(report._cases._file, io.StringIO)  # in a file by now


@pytest.mark.peer("sarif-schema")
def test_a_sarif_log_is_valid_under_the_official_schema(
    accepted: Outcome, allowed: Outcome, unsigned: Outcome, missing: Outcome
) -> None:
    program = programs.find("sarif-schema")
    assert program is not None
    printed = subprocess.run([program], stdout=subprocess.PIPE, check=True).stdout
    validator = jsonschema.Draft4Validator(json.loads(printed), format_checker=jsonschema.FormatChecker())
    broken = io.StringIO()
    with pytest.raises(InternalError):
        sarif.write(broken_off(iter([unsigned])), broken)
    logs = [sarif_of(), sarif_of(accepted, allowed, unsigned, missing), json.loads(broken.getvalue())]
    for log in logs:
        assert [] == [error.message for error in validator.iter_errors(log)]
    logs[1]["runs"][0]["results"][0]["kind"] = "passed"
    assert 1 == len([*validator.iter_errors(logs[1])])
