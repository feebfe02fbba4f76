"""The plugin host: real programs of every kind, good and bad, and what becomes of each."""

import json
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sealwright.errors import AccessDeniedError, PluginError, SealwrightError, UsageError
from sealwright.evidence import PluginReply, Unavailable
from sealwright.homes.environment import Environment
from sealwright.plugins import host, pins, places, running
from sealwright.plugins.host import Host, Plugin
from world.home import Home
from world.plugins import IDENTITY, RAW, Acting, shell_plugin

METADATA = "get-plugin-metadata"
DESCRIBE = "describe-key"
SHORT: Mapping[str, float] = dict.fromkeys(
    (METADATA, DESCRIBE, "generate-signature", "generate-envelope", "verify-signature"), 5.0
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def environment(home: Home, **variables: str) -> Environment:
    return Environment({**home.environment, **variables}, home.folder, home.root)


def failure(home: Home, command: str = METADATA, **behaviour: Any) -> SealwrightError:
    """What a run of a plugin raises that behaves in a certain way."""
    acting = Acting(home, capabilities=[RAW], **behaviour)
    plugin = Plugin(acting.name, environment(home), SHORT)
    with pytest.raises(SealwrightError) as caught:
        plugin.run(command, b"{}")
    return caught.value


# what is run


def test_a_plugin_reads_the_request_and_gets_our_variables(home: Home) -> None:
    acting = Acting(home, capabilities=[RAW])
    found = Plugin("acme", environment(home)).metadata({"a": "b"})
    assert ("acme", "1.2.3", (RAW,)) == (found.name, found.version, found.capabilities)
    assert [{"pluginConfig": {"a": "b"}}] == acting.asked(METADATA)


def test_a_plugin_in_the_language_of_the_shell_is_as_good(home: Home) -> None:
    shell_plugin(home, "short")
    assert "1.0.0" == Plugin("short", environment(home)).metadata().version


def test_plugins_are_sought_where_the_variable_says(home: Home, tmp_path: Path) -> None:
    shell_plugin(home, "short", where=tmp_path / "elsewhere" / "plugins" / "short")
    with pytest.raises(PluginError, match="no plugin 'short'"):
        Plugin("short", environment(home))
    there = environment(home, NOTATION_LIBEXEC=str(tmp_path / "elsewhere"))
    assert "short" == Plugin("short", there).metadata().name
    assert ["short"] == list(places.installed(there))


@pytest.mark.parametrize("name", ["", ".", "..", "../acme", "a/b", "a b", "ä", "a\n", "a\0", "~acme"])
def test_a_name_that_could_be_a_path_is_none(home: Home, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a plugin"):
        Plugin(name, environment(home))


def test_a_link_in_the_place_of_the_program_is_not_followed(home: Home, tmp_path: Path) -> None:
    acting = Acting(home)
    plugin = Plugin("acme", environment(home))
    moved = tmp_path / "moved"
    acting.program.rename(moved)
    acting.program.symlink_to(moved)
    with pytest.raises(PluginError) as caught:  # though it was fine when it was looked at first
        plugin.metadata()
    assert "plugin.not-regular" == caught.value.code
    assert [] == acting.asked()


def test_a_link_in_the_place_of_the_folder_is_not_followed(home: Home, tmp_path: Path) -> None:
    acting = Acting(home)
    acting.program.parent.rename(tmp_path / "moved")
    acting.program.parent.symlink_to(tmp_path / "moved")
    with pytest.raises(PluginError) as caught:
        Plugin("acme", environment(home))
    assert "plugin.not-regular" == caught.value.code


@pytest.mark.parametrize("which", ["file", "folder"])
def test_what_everybody_may_change_is_not_run(home: Home, which: str) -> None:
    acting = Acting(home)
    (acting.program if which == "file" else acting.program.parent).chmod(0o777)
    with pytest.raises(PluginError) as caught:
        Plugin("acme", environment(home))
    assert "plugin.unsafe" == caught.value.code


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_belongs_to_somebody_else_is_not_run(home: Home) -> None:
    acting = Acting(home)
    os.chown(acting.program, 12345, 12345)
    with pytest.raises(PluginError) as caught:
        Plugin("acme", environment(home))
    assert "plugin.unsafe" == caught.value.code


def test_what_may_not_be_executed_says_so(home: Home) -> None:
    acting = Acting(home)
    acting.program.chmod(0o644)
    with pytest.raises(PluginError) as caught:
        Plugin("acme", environment(home))
    assert "plugin.not-executable" == caught.value.code


def test_a_folder_in_the_place_of_the_program_is_none(home: Home) -> None:
    acting = Acting(home)
    acting.program.unlink()
    acting.program.mkdir()
    with pytest.raises(PluginError) as caught:
        Plugin("acme", environment(home))
    assert "plugin.not-regular" == caught.value.code


@pytest.mark.parametrize("content", [b"", b"\x7fELF nonsense", b"#!/no/such/interpreter\n"])
def test_what_cannot_be_started_says_so(home: Home, content: bytes) -> None:
    acting = Acting(home)
    acting.program.write_bytes(content)
    with pytest.raises(PluginError) as caught:
        Plugin("acme", environment(home)).metadata()
    assert "plugin.not-startable" == caught.value.code


# how it fails

CODES = {
    "VALIDATION_ERROR": ("plugin.request-refused", False),
    "UNSUPPORTED_CONTRACT_VERSION": ("plugin.contract-refused", False),
    "ACCESS_DENIED": ("plugin.access-denied", False),
    "TIMEOUT": ("plugin.timed-out", True),
    "THROTTLED": ("plugin.throttled", True),
    "ERROR": ("plugin.failed", False),
    "SOMETHING_NEW": ("plugin.failed", False),
}


@pytest.mark.parametrize("code", CODES)
def test_every_error_of_the_contract_has_a_reason(home: Home, code: str) -> None:
    error = failure(
        home, errors={METADATA: {"errorCode": code, "errorMessage": "a\x1b[1mb", "errorMetadata": {"x": "y"}}}
    )
    reason, retryable = CODES[code]
    assert (reason, retryable) == (error.code, error.retryable)
    assert isinstance(error, AccessDeniedError) is ("ACCESS_DENIED" == code)
    assert "a [1mb" == error.data["said"]
    assert str(error).endswith("(get-plugin-metadata): a [1mb")


def test_an_error_without_words_tells_its_code(home: Home) -> None:
    error = failure(home, errors={METADATA: {"errorCode": "THROTTLED"}})
    assert "THROTTLED" == error.data["said"]


ENDED = {
    "text": "it ended with status 2 and said: panic: no such key",
    "binary": "it ended with status 3 and said: �� [31mred [0m",
    "silent": "it ended with status 7 and said nothing",
    "killed": "it was killed by signal 9 and said nothing",
}


@pytest.mark.parametrize("trick", ENDED)
def test_a_failure_that_is_no_json_tells_how_it_ended(home: Home, trick: str) -> None:
    error = failure(home, tricks={METADATA: trick})
    assert "plugin.ended" == error.code
    assert ENDED[trick] == error.data["problem"]


MALFORMED_ERRORS: Mapping[str, object] = {
    "no code": {"errorMessage": "x"},
    "a number for a code": {"errorCode": 7},
    "a list": [],
    "words as a list": {"errorCode": "ERROR", "errorMessage": ["x"]},
}


@pytest.mark.parametrize("what", MALFORMED_ERRORS)
def test_an_error_that_the_contract_does_not_have_is_shown_as_it_is(home: Home, what: str) -> None:
    error = failure(home, errors={METADATA: MALFORMED_ERRORS[what]})
    assert "plugin.ended" == error.code
    assert json.dumps(MALFORMED_ERRORS[what]) == error.data["said"]


MALFORMED = {
    "nothing": "",
    "cut short": '{"keyId": "k", "keySp',
    "two answers": '{"keyId": "k", "keySpec": "EC-256"} {}',
    "a member twice": '{"keyId": "k", "keyId": "k", "keySpec": "EC-256"}',
    "a number for text": '{"keyId": 1, "keySpec": "EC-256"}',
    "a member left out": '{"keyId": "k"}',
    "another case": '{"keyid": "k", "keyspec": "EC-256"}',
    "null": '{"keyId": null, "keySpec": "EC-256"}',
    "not a number": '{"keyId": "k", "keySpec": "EC-256", "more": NaN}',
    "a lone surrogate": '{"keyId": "\\ud800", "keySpec": "EC-256"}',
    "too deep": '{"keyId": "k", "keySpec": "EC-256", "more": ' + "[" * 200 + "]" * 200 + "}",
}


@pytest.mark.parametrize("what", MALFORMED)
def test_an_answer_that_is_not_the_contracts_is_refused(home: Home, what: str) -> None:
    from sealwright.formats.notary import plugin_contract as contract  # noqa: PLC0415  # only here

    Acting(home, answers={DESCRIBE: MALFORMED[what]})
    request = contract.KeyRequest("1.0", "k")
    with pytest.raises(PluginError) as caught:
        Plugin("acme", environment(home)).ask(DESCRIBE, request, contract.KeyAnswer)
    assert "plugin.answer-malformed" == caught.value.code


def test_members_that_the_contract_does_not_have_are_passed_over(home: Home) -> None:
    Acting(home, capabilities=[RAW], metadata={"more": {"deep": [1]}})
    assert "acme" == Plugin("acme", environment(home)).metadata().name


# how it does not end


@pytest.mark.parametrize("trick", ["hang", "slow", "hang_with_child"])
def test_a_plugin_that_does_not_end_is_ended_with_all_that_it_started(home: Home, trick: str) -> None:
    began = time.monotonic()
    error = failure(home, tricks={METADATA: trick})
    assert "plugin.too-slow" == error.code
    assert error.retryable
    assert time.monotonic() - began < 25
    (line,) = (home.folder / "acting-acme" / "asked.jsonl").read_text().splitlines()
    assert_ended(json.loads(line)["pid"])
    child = home.folder / "acting-acme" / "child"
    if child.exists():
        assert_ended(int(child.read_text()))


def test_a_child_that_keeps_the_outputs_open_holds_nobody_up(home: Home) -> None:
    Acting(home, capabilities=[RAW], tricks={METADATA: "leave_child"})
    began = time.monotonic()
    assert "acme" == Plugin("acme", environment(home)).metadata().name
    assert time.monotonic() - began < 25
    assert_ended(int((home.folder / "acting-acme" / "child").read_text()))


@pytest.mark.parametrize("trick", ["flood", "flood_messages"])
def test_a_plugin_that_prints_without_end_is_ended(home: Home, trick: str) -> None:
    error = failure(home, tricks={METADATA: trick})
    assert "plugin.too-much-output" == error.code


def test_a_plugin_that_does_not_read_its_request_may_answer(home: Home) -> None:
    Acting(home, capabilities=[RAW], tricks={METADATA: "deaf"})
    config = {"long": "x" * 1_000_000}
    assert "acme" == Plugin("acme", environment(home)).metadata(config).name


def assert_ended(pid: int) -> None:
    """That a process is no more, or only waits to be forgotten."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.1)
    raise AssertionError(f"{pid} still runs")


# for verification


def test_what_a_plugin_says_of_itself_is_asked_once(home: Home) -> None:
    acting = Acting(home, capabilities=[IDENTITY])
    asked = Host(environment(home))
    need = PluginReply("acme", METADATA, b"{}")
    assert asked(need) == asked(need)
    assert 1 == len(acting.asked(METADATA))


def test_what_a_plugin_cannot_do_is_an_answer_too(home: Home) -> None:
    found = Host(environment(home))(PluginReply("acme", METADATA, b"{}"))
    assert isinstance(found, Unavailable)
    assert "plugin.absent" == found.reason
    Acting(home, errors={"verify-signature": {"errorCode": "THROTTLED", "errorMessage": "slow down"}})
    found = Host(environment(home))(PluginReply("acme", "verify-signature", b"{}"))
    assert isinstance(found, Unavailable)
    assert ("plugin.throttled", True) == (found.reason, found.retryable)


# pins


def test_a_pinned_plugin_runs_as_long_as_it_is_the_same(home: Home) -> None:
    acting = Acting(home, capabilities=[RAW])
    here = environment(home)
    pins.pin(here, "acme", pins.digest_of(acting.program))
    assert "acme" == Plugin("acme", here).metadata().name
    with acting.program.open("a") as file:
        file.write("\n# one more line\n")
    acting.forget()
    with pytest.raises(PluginError) as caught:
        Plugin("acme", here).metadata()
    assert "plugin.pin-differs" == caught.value.code
    assert [] == acting.asked()
    pins.unpin(here, "acme")
    assert "acme" == Plugin("acme", here).metadata().name
    with pytest.raises(UsageError):
        pins.unpin(here, "acme")


def test_a_pin_of_the_machine_cannot_be_done_away_with(home: Home) -> None:
    acting = Acting(home, capabilities=[RAW])
    here = environment(home)
    file = home.root / "etc" / "sealwright" / "plugin-pins.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"pins": {"acme": f"sha256:{'0' * 64}"}}))
    pins.pin(here, "acme", pins.digest_of(acting.program))
    with pytest.raises(PluginError) as caught:
        Plugin("acme", here).metadata()
    assert "plugin.pin-differs" == caught.value.code


@pytest.mark.parametrize("text", ["[]", "{", '{"pins": {"acme": "md5:0"}}', '{"pins": [], "more": 1}'])
def test_pins_that_cannot_be_read_let_nothing_run(home: Home, text: str) -> None:
    acting = Acting(home, capabilities=[RAW])
    file = home.folder / ".config" / "sealwright" / "plugin-pins.json"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    with pytest.raises(SealwrightError) as caught:
        Plugin("acme", environment(home)).metadata()
    assert "document.malformed" == caught.value.code
    assert [] == acting.asked()


def test_a_pinned_plugin_is_copied_before_it_is_looked_at(home: Home, tmp_path: Path) -> None:
    """What is hashed is what runs: a file that is changed while its copy runs changes nothing."""
    acting = Acting(home, capabilities=[RAW])
    digest = pins.digest_of(acting.program)
    with pins.settled(acting.program, "acme", (digest,)) as copy:
        shutil.copyfile("/bin/false", acting.program)
        assert copy != acting.program
        ended = running.run(copy, METADATA, b"{}", home.environment, 20)
        assert 0 == ended.status
        assert "acme" == json.loads(ended.output)["name"]
    assert not copy.exists()


# what is told


def test_neither_requests_nor_settings_are_told_in_an_error(home: Home) -> None:
    error = failure(home, DESCRIBE, tricks={DESCRIBE: "silent"})
    assert "secret" not in f"{error} {error.hint} {dict(error.data)}"
    plugin = Plugin("acme", environment(home))
    with pytest.raises(PluginError) as caught:
        plugin.run(DESCRIBE, b'{"pluginConfig": {"pin": "secret"}}')
    assert "secret" not in f"{caught.value} {dict(caught.value.data)}"


def test_a_program_that_is_not_installed_yet_can_be_asked_about_itself(home: Home, tmp_path: Path) -> None:
    program = shell_plugin(home, "short", where=tmp_path / "new")
    assert "short" == host.metadata_of("short", program, environment(home)).name
