"""Where names without a registry are sought."""

from pathlib import Path

import pytest

from sealwright.errors import DocumentError
from sealwright.homes.containers.search_registries import search_registries
from sealwright.homes.environment import Environment

NEW = 'unqualified-search-registries = ["a.io", "b.io"]\n'
OLD = '[registries.search]\nregistries = ["c.io"]\n[registries.insecure]\nregistries = []\n'


@pytest.fixture
def machine(tmp_path: Path) -> Environment:
    (tmp_path / "root" / "etc" / "containers").mkdir(parents=True)
    return Environment({}, tmp_path / "home", tmp_path / "root")


def write(machine: Environment, content: str, name: str = "registries.conf") -> Path:
    path = machine.system(f"/etc/containers/{name}")
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    return path


def test_without_a_file_nothing_is_configured(machine: Environment) -> None:
    assert () == search_registries(machine)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (NEW, ("a.io", "b.io")),
        (OLD, ("c.io",)),
        (NEW + OLD, ("a.io", "b.io")),
        ("unqualified-search-registries = []\n", ()),
        ('[[registry]]\nlocation = "x"\n', ()),
        ("", ()),
    ],
)
def test_both_forms_are_read(content: str, expected: tuple[str, ...], machine: Environment) -> None:
    write(machine, content)
    assert expected == search_registries(machine)


def test_the_last_file_beside_counts(machine: Environment) -> None:
    write(machine, NEW)
    write(machine, "short-name-mode = 'enforcing'\n", "registries.conf.d/9.conf")
    assert ("a.io", "b.io") == search_registries(machine)
    for number in (2, 1):
        write(
            machine, f'unqualified-search-registries = ["{number}.io"]\n', f"registries.conf.d/{number}.conf"
        )
    write(machine, "not read", "registries.conf.d/note.txt")
    assert ("2.io",) == search_registries(machine)


def test_the_users_own_file_and_a_variable_go_before(machine: Environment, tmp_path: Path) -> None:
    write(machine, NEW)
    own = machine.home / ".config" / "containers" / "registries.conf"
    own.parent.mkdir(parents=True)
    own.write_text(OLD)
    assert ("c.io",) == search_registries(machine)
    named = tmp_path / "named.conf"
    named.write_text('unqualified-search-registries = ["d.io"]\n')
    variables = {"CONTAINERS_REGISTRIES_CONF": str(named)}
    assert ("d.io",) == search_registries(Environment(variables, machine.home, machine.root))


@pytest.mark.parametrize("content", ["[", "unqualified-search-registries = 1\n", "\xff", "registries = 1\n"])
def test_a_file_that_cannot_be_read_is_told(content: str, machine: Environment) -> None:
    path = write(machine, content)
    with pytest.raises(DocumentError, match=str(path)):
        search_registries(machine)
