"""/etc/containers: which policy.json is in force, and what registries.d says."""

import json
import os
from pathlib import Path

import pytest
import yaml

from sealwright import limits
from sealwright.dialects.containers_words import registries_problem
from sealwright.errors import DocumentError, StorageError
from sealwright.homes.containers import policy_file, registries_d
from sealwright.homes.containers.registries_d import RegistriesD
from sealwright.homes.environment import Environment
from sealwright.reference import Reference

IMAGE = Reference.parse("r.example:5000/ns/app:v1")


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment({}, tmp_path / "home", tmp_path / "root")


def written(path: Path, content: str = "{}") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def registries(environment: Environment, **contents: str) -> RegistriesD:
    """What these files of the system's folder come to."""
    for name, content in contents.items():
        written(environment.root / "etc/containers/registries.d" / f"{name}.yaml", content)
    return registries_d.read(environment)


def problem(environment: Environment, **contents: str) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        registries(environment, **contents)
    return caught.value


def test_the_policy_of_the_user_replaces_that_of_the_system(environment: Environment) -> None:
    assert policy_file.find(environment) is None

    system = written(environment.root / "etc/containers/policy.json", "system")
    assert (system, b"system") == policy_file.find(environment)

    own = written(environment.home / ".config/containers/policy.json", "own")
    assert (own, b"own") == policy_file.find(environment)
    assert (own, system) == policy_file.paths(environment)


def test_a_policy_that_cannot_be_read_is_not_passed_over(environment: Environment) -> None:
    written(environment.root / "etc/containers/policy.json")
    (environment.home / ".config/containers/policy.json").mkdir(parents=True)

    with pytest.raises(StorageError) as caught:
        policy_file.find(environment)

    assert "file.not-regular" == caught.value.code


def test_a_policy_is_written_as_podman_does_and_the_old_one_kept(tmp_path: Path) -> None:
    path = written(tmp_path / "policy.json", '{"unknown":{"é":1},"default":[{"type":"reject"}]}')
    before = path.read_bytes()

    members = policy_file.members(policy_file.PolicyFile(path, before))
    policy_file.write(path, {**members, "transports": {}})

    expected = (
        '{\n    "unknown": {\n        "é": 1\n    },\n'
        '    "default": [\n        {\n            "type": "reject"\n        }\n    ],\n'
        '    "transports": {}\n}'
    )
    assert expected == path.read_text()
    assert before == (tmp_path / "policy.json.bak").read_bytes()
    assert 0o644 == path.stat().st_mode & 0o777


def test_a_policy_that_is_a_link_stays_one(tmp_path: Path) -> None:
    real = written(tmp_path / "real" / "policy.json")
    link = tmp_path / "policy.json"
    link.symlink_to(real)

    policy_file.write(link, {"default": []})

    assert link.is_symlink()
    assert {"default": []} == json.loads(real.read_text())


@pytest.mark.parametrize(
    ("content", "code"), [("{", "containers.malformed"), ("[]", "containers.wrong-type")]
)
def test_what_is_no_object_cannot_be_changed(tmp_path: Path, content: str, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        policy_file.members(policy_file.PolicyFile(tmp_path / "p.json", content.encode()))

    assert (code, 1) == (caught.value.code, caught.value.line)


def test_without_any_file_signatures_are_in_the_folder_that_is_built_in(environment: Environment) -> None:
    root = os.geteuid() == 0
    place = environment.root / "var/lib" if root else environment.home / ".local/share"

    found = registries(environment)

    assert f"file://{place}/containers/sigstore" == found.lookaside_for_reading(IMAGE)
    assert f"file://{place}/containers/sigstore" == found.lookaside_for_writing(IMAGE)
    assert "built in" == found.explained(IMAGE).origin
    assert not found.use_sigstore_attachments(IMAGE)


def test_the_folder_of_the_user_replaces_that_of_the_system(environment: Environment, tmp_path: Path) -> None:
    registries(environment, a="default-docker: {lookaside: https://system}")
    assert "https://system" == registries_d.read(environment).lookaside_for_reading(IMAGE)

    own = environment.home / ".config/containers/registries.d"
    own.mkdir(parents=True)
    assert own == registries_d.folder(environment)
    assert "built in" == registries_d.read(environment).explained(IMAGE).origin

    given = written(tmp_path / "given" / "x.yaml", "default-docker: {sigstore: https://given}").parent
    assert "https://given" == registries_d.read(environment, given).lookaside_for_reading(IMAGE)


@pytest.mark.parametrize(
    ("section", "reading", "writing"),
    [
        ("lookaside: a", "a", "a"),
        ("sigstore: a", "a", "a"),
        ("lookaside: a, sigstore: b", "a", "a"),
        ("lookaside: a, lookaside-staging: b", "a", "b"),
        ("sigstore: a, sigstore-staging: b", "a", "b"),
        ("sigstore-staging: b, lookaside: a", "a", "b"),
        ("lookaside-staging: a, sigstore-staging: b, sigstore: c", "c", "a"),
        ("lookaside-staging: a", "default", "a"),
        ("use-sigstore-attachments: true", "default", "default"),
        ("lookaside: '', sigstore: b", "b", "b"),
        ("lookaside: ~, sigstore: 7", "7", "7"),
        ("", "default", "default"),
    ],
)
def test_what_a_section_does_not_say_is_asked_of_the_next(
    environment: Environment, section: str, reading: str, writing: str
) -> None:
    found = registries(
        environment,
        a=f"docker:\n  r.example:5000/ns: {{{section}}}\n",
        b="default-docker: {lookaside: default}",
    )

    assert (reading, writing) == (found.lookaside_for_reading(IMAGE), found.lookaside_for_writing(IMAGE))


def test_sections_fall_through_from_the_image_to_the_wildcards(environment: Environment) -> None:
    scopes = [
        "r.example:5000/ns/app:v1",
        "r.example:5000/ns/app",
        "r.example:5000/ns",
        "r.example:5000",
        "*.example",
    ]
    lines = "".join(f"  '{scope}': {{lookaside: '{scope}'}}\n" for scope in scopes)

    for left in range(len(scopes)):
        place = written(environment.root / "etc/containers/registries.d/a.yaml", f"docker:\n{lines}")
        found = registries_d.read(environment).explained(IMAGE)
        assert scopes[left] == found.url
        assert f'{place}:2: docker "{scopes[left]}", lookaside' == found.origin
        lines = lines.partition("\n")[2]


def test_attachments_fall_through_too(environment: Environment) -> None:
    found = registries(
        environment,
        a="default-docker: {use-sigstore-attachments: yes}\ndocker:\n  r.example:5000: {lookaside: x}\n",
        b="docker:\n  r.example:5000/no: {use-sigstore-attachments: false}\n",
    )

    assert found.use_sigstore_attachments(IMAGE)
    assert not found.use_sigstore_attachments(Reference.parse("r.example:5000/no/app"))


def test_a_scope_or_default_in_two_files_is_refused_in_the_words_of_the_peer(
    environment: Environment,
) -> None:
    place = environment.root / "etc/containers/registries.d"
    begins = "Error parsing signature storage configuration: "

    twice = problem(environment, a="docker: {a.io: {}}", b="x: 1\ndocker:\n  a.io: {}\n")

    assert ("registries_d.scope-in-two-files", 3, 3) == (twice.code, twice.line, twice.column)
    named = f'"docker" namespace "a.io" defined both in "{place}/a.yaml" and "{place}/b.yaml"'
    assert begins + named == registries_problem(twice)

    written(place / "b.yaml", "default-docker: {}")
    twice = problem(environment, a="default-docker: {}")

    assert "registries_d.default-in-two-files" == twice.code
    assert (
        f'{begins}"default-docker" defined both in "{place}/a.yaml" and "{place}/b.yaml"'
        == registries_problem(twice)
    )


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        ("docker:\n\ta: x\n", "registries_d.malformed", 2, 1),
        ("docker: {a: *b}", "registries_d.malformed", 1, 13),
        ("docker: {a: {}", "registries_d.malformed", 1, 15),
        ("a: \x01", "registries_d.malformed", 1, 1),
        ("[" * 5000, "registries_d.malformed", 1, 1),
        ("a: &a 1\nb: [" + "*a, " * 20 + "]", "registries_d.malformed", 2, 72),
        ("- a", "registries_d.wrong-type", 1, 1),
        ("word", "registries_d.wrong-type", 1, 1),
        ("docker: []", "registries_d.wrong-type", 1, 9),
        ("docker:\n  a: x", "registries_d.wrong-type", 2, 6),
        ("docker: {a: {lookaside: []}}", "registries_d.wrong-type", 1, 25),
        ("docker: {a: {lookaside: {}}}", "registries_d.wrong-type", 1, 25),
        ("docker: {a: {use-sigstore-attachments: maybe}}", "registries_d.wrong-type", 1, 40),
        ("docker: {a: {use-sigstore-attachments: 1}}", "registries_d.wrong-type", 1, 40),
        ("docker: {[a]: {}}", "registries_d.wrong-type", 1, 10),
        ("docker: {<<: x}", "registries_d.wrong-type", 1, 14),
        ("default-docker: x", "registries_d.wrong-type", 1, 17),
        ("docker:\n  a: {}\n  b: {}\n  a: {}\n", "registries_d.key-repeated", 4, 3),
        ("docker: {}\ndocker: {}\n", "registries_d.key-repeated", 2, 1),
        ("docker: {a: {lookaside: x, lookaside: x}}", "registries_d.key-repeated", 1, 28),
    ],
)
def test_a_broken_file_is_refused_with_its_place(
    environment: Environment, content: str, code: str, line: int, column: int
) -> None:
    error = problem(environment, a=content)

    assert (code, line, column) == (error.code, error.line, error.column)
    assert str(error).startswith(f"{environment.root}/etc/containers/registries.d/a.yaml:{line}:{column}: ")
    assert error.hint


def test_keys_that_nobody_knows_are_noted_with_their_place(environment: Environment) -> None:
    found = registries(
        environment,
        a="dockr: {}\ndocker:\n  a:\n    lookside: x\n    Lookaside: y\n---\ndocker: {}\n",
    )

    assert [(1, 1, "dockr"), (4, 5, "lookside"), (5, 5, "Lookaside"), (7, 1, "---")] == sorted(
        (one.line, one.column, one.key) for one in found.files[0].oddities
    )


def test_no_more_unknown_keys_are_noted_than_anybody_reads(environment: Environment) -> None:
    found = registries(environment, a="".join(f"k{number}: 1\n" for number in range(300)))

    assert limits.REGISTRIES_D_ODDITIES == len(found.files[0].oddities)


def test_anchors_and_merged_keys_are_read_as_clients_read_them(environment: Environment) -> None:
    found = registries(
        environment,
        a="x: &x {lookaside: merged, sigstore-staging: s}\ny: &y {lookaside: later}\n"
        "docker:\n  r.example:5000: {<<: [*x, *y], lookaside-staging: own}\n  b.example: *y\n",
    )

    assert ("merged", "own") == (found.lookaside_for_reading(IMAGE), found.lookaside_for_writing(IMAGE))
    assert "later" == found.lookaside_for_reading(Reference.parse("b.example/a"))


@pytest.mark.parametrize(
    "content", ["", "# nothing\n", "docker:\n", "docker:\n  a:\n", "default-docker:\n", "---\n"]
)
def test_files_and_sections_may_be_empty(environment: Environment, content: str) -> None:
    assert "built in" == registries(environment, a=content, b="").explained(IMAGE).origin


def test_only_files_that_end_in_yaml_are_read_and_too_many_or_too_large_ones_are_not(
    environment: Environment,
) -> None:
    place = environment.root / "etc/containers/registries.d"
    written(place / "a.yml", "[")
    assert () == registries(environment).files

    written(place / "b.yaml", "#" * (limits.REGISTRIES_D_FILE_BYTES + 1))
    with pytest.raises(StorageError) as caught:
        registries_d.read(environment)
    assert "file.too-large" == caught.value.code

    for number in range(limits.REGISTRIES_D_FILES):
        written(place / f"{number}.yaml", "")
    assert "registries_d.too-many-files" == problem(environment).code


def test_a_folder_that_is_none_cannot_be_read(environment: Environment, tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        registries_d.read(environment, written(tmp_path / "file") / "below")

    assert "file.unreadable" == caught.value.code


def test_a_scope_is_added_in_a_file_of_its_own(tmp_path: Path) -> None:
    place = tmp_path / "registries.d"

    path = registries_d.add_scope(place, "r.example:5000/ns", "https://store")

    assert place / "r.example:5000-ns.yaml" == path
    assert "docker:\n  r.example:5000/ns:\n    sigstore: https://store\n" == path.read_text()


def test_a_scope_that_some_file_knows_is_changed_there(tmp_path: Path) -> None:
    other = written(tmp_path / "other.yaml", "docker: {x: {lookaside: y}}")
    known = written(
        tmp_path / "known.yaml", "top: 1\ndocker:\n  a.io: {lookaside: old, mine: 2}\n  b.io: {}\n"
    )

    assert known == registries_d.add_scope(tmp_path, "a.io", "new", "lookaside")

    expected = {"top": 1, "docker": {"a.io": {"lookaside": "new", "mine": 2}, "b.io": {}}}
    assert expected == yaml.safe_load(known.read_text())
    assert "docker: {x: {lookaside: y}}" == other.read_text()
    assert [known, other] == sorted(tmp_path.iterdir())


def test_a_file_that_bears_the_name_of_a_scope_keeps_what_it_says(tmp_path: Path) -> None:
    written(tmp_path / "a-b.yaml", "docker: {a-b: {lookaside: x}}")
    written(tmp_path / "c.yaml", "docker:\n")

    registries_d.add_scope(tmp_path, "a/b", "y")
    registries_d.add_scope(tmp_path, "c", "z")

    assert {"a-b": {"lookaside": "x"}, "a/b": {"sigstore": "y"}} == yaml.safe_load(
        (tmp_path / "a-b.yaml").read_text()
    )["docker"]
    assert {"docker": {"c": {"sigstore": "z"}}} == yaml.safe_load((tmp_path / "c.yaml").read_text())


def test_a_scope_is_removed_and_the_file_with_it_if_nothing_is_left(tmp_path: Path) -> None:
    alone = registries_d.add_scope(tmp_path, "a.io", "x")
    shared = written(tmp_path / "shared.yaml", "default-docker: {lookaside: d}\ndocker: {b.io: {}, c.io: {}}")

    assert alone == registries_d.remove_scope(tmp_path, "a.io")
    assert not alone.exists()
    assert shared == registries_d.remove_scope(tmp_path, "b.io")
    assert shared == registries_d.remove_scope(tmp_path, "c.io")
    assert {"default-docker": {"lookaside": "d"}} == yaml.safe_load(shared.read_text())
    assert registries_d.remove_scope(tmp_path, "c.io") is None
    assert registries_d.remove_scope(tmp_path / "none", "c.io") is None
