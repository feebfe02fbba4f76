"""A fresh home for one run of one program, the steps that furnish it, and the comparison with a case."""

import difflib
import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, cast

from dialects.case import LINES, Case, File, Line, Step, Text
from dialects.shelf import Shelf, acme
from world import pki
from world.home import Home, statement

__all__ = [
    "Ended",
    "Setting",
    "default_key",
    "judge",
    "key",
    "layout",
    "place",
    "policy",
    "remove",
    "run",
    "trusted",
]

_WILDCARDS = {
    "⟨sha256⟩": r"sha256:[0-9a-f]{64}",
    "⟨hex⟩": r"[0-9a-f]{64}",
    "⟨ansic⟩": r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]\d \d\d:\d\d:\d\d \d{4}",
    "⟨rfc3339⟩": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "⟨…⟩": r"[^\n]*",
    "⟨⋮⟩": r"[\s\S]*",
}
_SECONDS = 60
_MEASURED = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
"""Lets coverage measure the processes too; noted once, because tests change the environment meanwhile."""


class Ended(NamedTuple):
    """How a program ended, what it printed, and which files it left changed: bytes and mode, None if gone."""

    status: int
    out: str
    err: str
    changed: Mapping[str, tuple[bytes, int] | None]


class Setting:
    """A home for one run.

    Attributes:
        home: with `Home`'s ways to furnish it.
        work: where the program is started.
        values: what placeholders stand for.
        ended: how the program ended, once it did.
    """

    def __init__(self, folder: Path, shelf: Shelf, case: Case, line: Line) -> None:
        self.home = Home(folder / "home")
        self.work = self.home.folder / "work"
        self.work.mkdir()
        self.shelf = shelf
        self.line = line
        self.ended = Ended(-1, "", "", {})
        self.values = {
            **shelf.values,
            "home": str(self.home.folder),
            "config": str(self.home.notation),
            "work": str(self.work),
        }
        if "{own}" in repr(case):
            self.values["own"] = shelf.own()

    @property
    def config(self) -> Path:
        """notation's folder."""
        return self.home.notation

    def filled(self, text: str) -> str:
        """A text with the values of this run in the place of placeholders."""
        return re.sub(r"\{(\w+)\}", lambda found: self.values.get(found[1], found[0]), text)

    def path(self, name: str) -> Path:
        """A file: relative to notation's folder, or to the home after `~/`."""
        name = self.filled(name)
        return self.home.folder / name[2:] if name.startswith("~/") else self.home.notation / name

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Every file below the home: its bytes and mode, by its path."""
        found = {}
        for path in sorted(self.home.folder.rglob("*")):
            if path.is_file() and os.access(path, os.R_OK):
                found[str(path)] = (path.read_bytes(), path.stat().st_mode & 0o777)
        return found


def run(case: Case, line: Line, program: Sequence[str], setting: Setting) -> Ended:
    """Furnish the home, run a program there and see what it did.

    Args:
        case: what to run.
        line: of notation.
        program: the command that the arguments follow.
        setting: the home.
    """
    for step in case.world:
        step(setting)
    before = setting.files()
    variables = {name: setting.filled(value) for name, value in case.environment.items()}
    done = subprocess.run(
        [*program, *map(setting.filled, shlex.split(case.arguments))],
        env={**setting.home.environment, **_MEASURED, "SEALWRIGHT_NOTATION": line, **variables},
        cwd=setting.work,
        input=setting.filled(case.stdin).encode(),
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    after = setting.files()
    changed: dict[str, tuple[bytes, int] | None] = {
        path: after.get(path) for path in {*before, *after} if before.get(path) != after.get(path)
    }
    setting.ended = Ended(done.returncode, done.stdout.decode(), done.stderr.decode(), changed)
    return setting.ended


def judge(case: Case, line: Line, setting: Setting, *, ours: bool) -> None:
    """Compare how a program ended with what the case expects."""
    ended = setting.ended
    out, err, status, files = case.out, case.err, case.status, case.files
    if ours and case.differs:
        out = out if case.our_out is None else case.our_out
        err = err if case.our_err is None else case.our_err
        status = status if case.our_status is None else case.our_status
        files = files if case.our_files is None else case.our_files
    _same_text("standard error", setting.filled(_of_line(err, line)), ended.err)
    _same_text("standard output", setting.filled(_of_line(out, line)), ended.out, unordered=case.unordered)
    assert status == ended.status
    by_line = any(name in LINES for name in files)
    _same_files(setting, cast("Mapping[str, File | None]", files[line] if by_line else files))
    if case.after is not None:
        case.after(setting)


def _of_line(text: Text, line: Line) -> str:
    return text if isinstance(text, str) else text.get(line, "")


def _same_text(what: str, expected: str, actual: str, *, unordered: bool = False) -> None:
    if unordered:
        expected, actual = (_sorted(text) for text in (expected, actual))
    pattern = re.escape(expected)
    for mark, meaning in _WILDCARDS.items():
        pattern = pattern.replace(re.escape(mark), meaning)
    if re.fullmatch(pattern, actual) is None:
        shown = difflib.unified_diff(
            expected.splitlines(keepends=True), actual.splitlines(keepends=True), "expected", "actual", n=20
        )
        raise AssertionError(f"{what} is not as expected\n{''.join(shown)}\n{actual!r}")


def _sorted(text: str) -> str:
    """The lines in order, whatever the tree drawn before them."""
    return "\n".join(sorted(re.sub("^[│├└─ ]+", "", line) for line in text.splitlines()))


def _same_files(setting: Setting, expected: Mapping[str, File | None]) -> None:
    changed = dict(setting.ended.changed)
    for name in [name for name in expected if name.endswith("/**")]:
        folder = str(setting.path(name.removesuffix("/**")))
        inside = [path for path in changed if path.startswith(f"{folder}/")]
        assert inside, f"nothing was changed below {name}"
        for path in inside:
            del changed[path]
    expected = {name: file for name, file in expected.items() if not name.endswith("/**")}
    assert {str(setting.path(name)) for name in expected} == set(changed), "other files were changed"
    for name, file in expected.items():
        found = changed[str(setting.path(name))]
        assert (file is None) is (found is None), f"{name} should be {'there' if file else 'gone'}"
        if file is None or found is None:
            continue
        content, mode = found
        if file.content is not None:
            assert setting.filled(file.content) == content.decode()
        if file.same_as:
            assert setting.path(file.same_as).read_bytes() == content
        if file.mode is not None:
            assert oct(file.mode) == oct(mode)


# -- steps --


def key(name: str = "acme", chain: pki.Chain | None = None, passphrase: bytes | None = None) -> Step:
    """A local signing key; the first becomes the default."""
    return lambda setting: setting.home.add_key(name, chain or acme(), passphrase)


default_key = key()
"""The key `acme`, as the default."""


def trusted(setting: Setting) -> None:
    """The root of `acme` in the trust store `ca:acme`."""
    setting.home.trust("acme", acme().root)


def policy(level: str = "strict", file: str = "trustpolicy.json", **members: object) -> Step:
    """A policy of one statement for every image, or as the members say."""

    def step(setting: Setting) -> None:
        made = statement(level=level, **members)  # type: ignore[arg-type]  # the caller knows the members
        document = {"version": "1.0", "trustPolicies": [made]}
        place(file, document)(setting)

    return step


def place(name: str, content: str | Mapping[str, object], mode: int = 0o600) -> Step:
    """A file with that text (or JSON), relative to notation's folder or, after `~/`, to the home."""
    text = content if isinstance(content, str) else json.dumps(content, indent=2)

    def step(setting: Setting) -> None:
        path = setting.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(setting.filled(text))
        path.chmod(mode)

    return step


def remove(name: str) -> Step:
    """Nothing there: takes away what a step before has put there."""

    def step(setting: Setting) -> None:
        path = setting.path(name)
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return step


def layout(setting: Setting) -> None:
    """The image, unsigned, in the OCI layout `layout` in the folder where the program is started."""
    shutil.copytree(setting.shelf.layout, setting.work / "layout")
