"""registries.d through the real skopeo and through ours: the same addresses, the same refusals."""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peers import programs
from sealwright.dialects.containers_words import registries_problem
from sealwright.errors import DocumentError
from sealwright.homes.containers import registries_d
from sealwright.homes.environment import Environment
from sealwright.reference import Reference

pytestmark = pytest.mark.peer("skopeo")

EXAMPLES = 1000 if "SEALWRIGHT_SOAK" in os.environ else 40
IMAGE = "127.0.0.1:1/ns/app:v1"
_USED = re.compile(r'msg="  Using \\"([a-z-]+)\\" (.*)"$', re.MULTILINE)
_TOLD = re.compile(r'level=fatal msg="(.*)"\n\Z', re.DOTALL)


def skopeo(folder: Path, *copied: str) -> str:
    """What skopeo says while it looks for signatures of an image in a registry that nobody serves."""
    program = programs.find("skopeo")
    assert program is not None
    command = [program, "--debug", "--registries.d", str(folder), "--insecure-policy", "copy", *copied]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stderr


def theirs(folder: Path) -> tuple[str, str]:
    """Under which key and where skopeo would read, and write; empty: in the folder that is built in."""
    found = []
    for copied in ((f"docker://{IMAGE}", f"dir:{folder}/out"), (f"dir:{folder}", f"docker://{IMAGE}")):
        used = _USED.search(skopeo(folder, *copied))
        found.append(f"{used[1]} {used[2]}" if used is not None else "")
    return found[0], found[1]


def ours(folder: Path) -> tuple[str, str]:
    read = registries_d.read(Environment({}, folder), folder)
    found = []
    for writing in (False, True):
        one = read.explained(Reference.parse(IMAGE), writing=writing)
        key = one.origin.rpartition(", ")[2]
        found.append("" if one.origin == "built in" else f"{key} {one.url}")
    return found[0], found[1]


_KEYS = st.sampled_from(["lookaside", "lookaside-staging", "sigstore", "sigstore-staging"])
_SECTIONS = st.dictionaries(_KEYS, st.sampled_from(["file:///a", "https://b.example/c", ""]), max_size=3)
_SCOPES = st.sampled_from(
    [
        IMAGE,
        "127.0.0.1:1/ns/app",
        "127.0.0.1:1/ns",
        "127.0.0.1:1",
        "127.0.0.1",
        "*.0.0.1",
        "*.1",
        "ns/app",
        "other",
    ]
)
_FILES = st.fixed_dictionaries(
    {"docker": st.dictionaries(_SCOPES, _SECTIONS, max_size=5)}, optional={"default-docker": _SECTIONS}
)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=_FILES)
def test_signatures_are_looked_for_where_skopeo_looks(tmp_path: Path, content: Mapping[str, object]) -> None:
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(content))
    (tmp_path / "manifest.json").write_text("{}")

    assert theirs(tmp_path) == ours(tmp_path)


@pytest.mark.parametrize(
    "contents",
    [
        ("docker: {a.io: {}}", "docker: {a.io: {}}"),
        ("default-docker: {}", "default-docker: {}"),
    ],
)
def test_what_stands_in_two_files_is_refused_in_the_same_words(
    tmp_path: Path, contents: tuple[str, str]
) -> None:
    for name, content in zip("ab", contents, strict=True):
        (tmp_path / f"{name}.yaml").write_text(content)
    with pytest.raises(DocumentError) as caught:
        registries_d.read(Environment({}, tmp_path), tmp_path)

    told = _TOLD.search(skopeo(tmp_path, f"docker://{IMAGE}", f"dir:{tmp_path}/out"))

    assert told is not None
    text: str = json.loads(f'"{told[1]}"').partition(f"{IMAGE}: ")[2]
    names = (f'"{tmp_path}/a.yaml"', f'"{tmp_path}/b.yaml"')  # skopeo reads the folder in no order
    swapped = re.sub("|".join(map(re.escape, names)), lambda found: names[found[0] == names[0]], text)
    assert registries_problem(caught.value) in (text, swapped)


BROKEN = (
    *("- a", "x", "docker: []", "docker: x", "docker: {a: x}", "docker: {a: []}", "docker:\n\ta: x"),
    *("docker: {a: {lookaside: []}}", "docker: {a: {use-sigstore-attachments: x}}"),
    "docker: {a: {use-sigstore-attachments: 1}}",
)


@pytest.mark.parametrize("content", BROKEN)
def test_what_skopeo_cannot_read_we_cannot(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.yaml").write_text(content)

    assert "parsing " in skopeo(tmp_path, f"docker://{IMAGE}", f"dir:{tmp_path}/out")
    with pytest.raises(DocumentError):
        registries_d.read(Environment({}, tmp_path), tmp_path)
