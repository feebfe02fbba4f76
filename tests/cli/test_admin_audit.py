"""`seal admin audit`: the audit log from the command line, beside a server or without one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from sealwright.cli.admin.audit import command
from sealwright.digest import Digest
from sealwright.errors import UsageError
from world.registry import Registry
from world.wire import Wire


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a server that runs, with something done."""
    made = tmp_path_factory.mktemp("registry")
    with Registry(made) as registry:
        wire = Wire(registry.address)
        wire.push_manifest("a", "v1", {"layers": []})
        wire.push_manifest("b", "v1", {"layers": []})
        assert 202 == wire.ask("DELETE", "/v2/b/manifests/v1").status
        yield made


def shown(folder: Path, *arguments: str) -> str:
    done = CliRunner().invoke(command, ["--folder", str(folder), *arguments], catch_exceptions=False)
    assert 0 == done.exit_code, done.output
    return done.output


def test_what_was_done_is_shown_the_newest_first(folder: Path) -> None:
    head, newest, _, oldest = shown(folder).splitlines()
    assert ["AT", "ACTOR", "ACTION", "REPOSITORY", "SUBJECT", "CLIENT"] == head.split()
    assert ["anonymous", "tag.delete", "b", "v1", "127.0.0.1"] == newest.split()[1:]
    assert ["manifest.push", "a"] == oldest.split()[2:4]


def test_as_json_it_is_what_the_service_gives(folder: Path) -> None:
    (entry,) = json.loads(shown(folder, "--repository", "a", "--output", "json"))["entries"]
    assert ("anonymous", "manifest.push", "a") == (entry["actor"], entry["action"], entry["repository"])
    assert Digest.parse(entry["subject"])
    assert {"tags": ["v1"]} == entry["detail"]
    assert 32 == len(entry["request"])


@pytest.mark.parametrize(
    ("flags", "rows"),
    [
        (("--action", "tag.delete"), 1),
        (("--actor", "nobody"), 0),
        (("--subject", "v1"), 1),
        (("--most", "2"), 2),
        (("--since", "2020-01-01"), 3),
        (("--until", "2020-01-01T00:00:00Z"), 0),
    ],
)
def test_rows_are_chosen_by_flags(folder: Path, flags: tuple[str, ...], rows: int) -> None:
    assert 1 + rows == len(shown(folder, *flags).splitlines())


def test_a_time_that_is_none_is_told(folder: Path) -> None:
    with pytest.raises(UsageError) as caught:
        shown(folder, "--since", "yesterday")
    assert "service.parameter-invalid" == caught.value.code
