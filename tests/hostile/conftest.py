"""A home with a signed image in a layout, whose files are replaced by anything at all."""

import os
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from sealwright import reasons
from sealwright.cli import exit_codes
from world import images, pki
from world.home import Home, statement
from world.hostile_registry import HostileRegistry, Reply
from world.seal import Ended, seal

EXPECTED = frozenset(code for code, _ in exit_codes.TABLE) - {exit_codes.INTERNAL, exit_codes.INTERRUPTED}
CODES = frozenset(reasons.codes())
LINE = re.compile(r"error: (?P<sentence>.+) \[(?P<code>[a-z]+\.[a-z0-9-]+)\]")
RAW = "policy show"
"""The one command that prints a file of the user as it stands."""
BEGINNINGS = ("error: ", "note: ", "hint: ", "warning: ")


class World(NamedTuple):
    """One user's machine. `registry` asks for a password and is never content.

    It is the proxy to everywhere else too, so that no name server is asked for the names that tests make up.
    """

    home: Home
    layout: str
    image: str
    manifest: Path
    registry: str

    def seal(self, *arguments: object, typed: str = "") -> Ended:
        """Run a command as that user, and look at how it ended: see `require_decent`."""
        proxy = f"http://{self.registry}"
        with self.home._environment({"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy, "NO_PROXY": "localhost"}):
            ended = seal(*arguments, typed=typed)
        require_decent(ended, shlex.join(map(str, arguments)))
        return ended

    @contextmanager
    def replaced(self, path: Path, content: bytes) -> Iterator[None]:
        """Another content of a file, for as long as the block runs."""
        before = path.read_bytes() if path.exists() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        try:
            yield
        finally:
            if before is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(before)


def require_decent(ended: Ended, line: str) -> None:
    """Hold what every command promises, whatever it was given.

    The exit code is one of the table and says that the fault is not ours. A failure names itself: a sentence
    with a reason code, or the usage. Nothing that came from outside moves the cursor or makes up a line.
    """
    assert ended.code in EXPECTED, (line, ended)
    assert "Traceback" not in ended.out + ended.err, (line, ended)
    for shown in ended.out.split("\n"):
        assert shown.isprintable() or line == RAW, (line, shown)
    if ended.err.startswith("Usage: "):  # a group without a command shows its help
        assert "\nCommands:\n" in ended.err, (line, ended)
        assert 2 == ended.code, (line, ended)
        return
    for shown in filter(None, ended.err.split("\n")):
        assert shown.isprintable(), (line, shown)
        assert shown.startswith(BEGINNINGS), (line, ended.err)
    errors = [shown for shown in ended.err.split("\n") if shown.startswith("error: ")]
    if ended.code == 0:
        assert [] == errors, (line, ended)
    elif not ended.out:
        assert errors, (line, ended)
    for shown in errors:
        found = LINE.fullmatch(shown)
        assert found, (line, shown)
        assert found["code"] in CODES, (line, shown)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    chain = pki.chain("ec256")
    folder = tmp_path_factory.mktemp("hostile")
    home = Home(folder / "home")
    home.add_key("build", chain)
    home.trust("acme", chain.root)
    home.policy(statement(stores=("ca:acme",)))
    layout = folder / "layout"
    digests = images.make_layout(layout, "v1")
    image = f"oci:{layout}:v1"
    home.must("sign", image)
    manifest = layout / "blobs" / "sha256" / digests["v1"].removeprefix("sha256:")
    before = Path.cwd()
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    os.chdir(elsewhere)
    try:
        with HostileRegistry() as registry:
            challenge = {"WWW-Authenticate": 'Basic realm="x"'}
            registry.gate = lambda _: Reply(401, b"", challenge)
            yield World(
                home, str(layout), image, manifest, registry.address.replace("127.0.0.1", "localhost")
            )
    finally:
        os.chdir(before)
