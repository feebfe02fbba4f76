"""Any command line: an answer, or one error that says what is wrong with it."""

import string
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.cli.program import COMMANDS

if TYPE_CHECKING:
    from hostile.conftest import World

SUBCOMMANDS = ("init", "issue", "root", "intermediate", "renew", "request", "add", "ls", "show", "delete")
FLAGS = (
    *("-h", "--help", "-o", "--output", "-k", "--key", "-m", "--user-metadata", "-e", "--expiry", "--scope"),
    *("--max-signatures", "--timeout", "--policy-file", "--signature-format", "--recursive", "--legacy"),
    *("--ca-file", "--client-cert", "--client-key", "--plain-http", "--insecure-registry", "-u", "-p"),
    *("--subject", "--days", "--key-type", "--folder", "--csr", "--name", "--force", "--trust-store"),
    *("--trusted-identity", "--level", "--referrers", "--sign-by", "--verify", "--password-stdin", "--store"),
    *("--username", "--password", "--passphrase-file", "--unencrypted", "--type", "--version", "--", "-"),
)
VALUES = (
    *("text", "json", "jws", "cose", "90d", "-1s", "0", "1e309", "nan", "99999999999999999999d", "ca:acme"),
    *("build=42", "=", "x509.subject: C=US, ST=WA, O=Acme", "C=US, ST=WA, O=Acme", "EC-256", "strict"),
    *("ca:..", "../x", ".", "oci:", "oci:.:v1", "oci-archive:x.tar", "oci:nowhere", "a.tar", "docker://"),
    *("registry.example/app:v1", "registry.example/app@sha256:0", "app", "[::1/a", "a//b"),
    *("registry.example:5000", "build", "acme", "default", "bash", "fish", "", " ", "\udcff", "\x1b[2J"),
)
GARBAGE = st.text(
    st.characters(codec="utf-8", exclude_characters="/")
    | st.sampled_from(string.punctuation.replace("/", "")),
    max_size=12,
)
COMMAND = st.sampled_from([name for name in COMMANDS if name != "serve"])
"""`serve` would run until it is stopped."""
WORD = (
    st.sampled_from(SUBCOMMANDS)
    | st.sampled_from(FLAGS)
    | st.sampled_from(VALUES)
    | GARBAGE.filter(lambda word: "\0" not in word)
)
"""The system hands no program a word with a NUL."""


def usable(arguments: list[str]) -> bool:
    """Not those that are told to show where errors come from, or could start a server."""
    return not {"--debug", "serve"} & set(arguments)


@given(st.lists(WORD, max_size=6).filter(usable), GARBAGE)
def test_any_words_after_a_command(world: "World", words: list[str], typed: str) -> None:
    for_each = ("verify", "ls", "sign", "policy", "cert")
    command = for_each[len(words) % len(for_each)]
    world.seal(command, *words, typed=typed)


@given(COMMAND, st.lists(WORD, max_size=5).filter(usable))
def test_any_command_with_any_words(world: "World", command: str, words: list[str]) -> None:
    world.seal(command, *words)


@given(st.lists(WORD, max_size=3).filter(usable))
def test_any_words_at_all(world: "World", words: list[str]) -> None:
    world.seal(*words)


@given(GARBAGE, st.sampled_from(("verify", "ls", "inspect", "sign")))
def test_any_name_of_an_image(world: "World", name: str, command: str) -> None:
    for image in (name, f"oci:{name}", f"oci:{world.layout}:{name}", f"{world.registry}/{name}"):
        world.seal(command, "--", image)


@given(st.lists(GARBAGE, max_size=4))
def test_any_names_on_standard_input(world: "World", lines: list[str]) -> None:
    world.seal("verify", "-", typed="\n".join(lines))


@pytest.mark.parametrize("command", ["verify", "ls"])
@pytest.mark.parametrize("words", [("a\udcff",), ("oci:\udcff", "b"), ("b", "--repository", "c\udcff")])
def test_names_that_are_no_text(world: "World", command: str, words: tuple[str, ...]) -> None:
    ended = world.seal(command, *words)
    assert "\\xff" in ended.out + ended.err


@pytest.mark.parametrize("output", ["text", "json", "jsonl", "sarif", "junit"])
@pytest.mark.parametrize(
    "word", ["--scope=a/\udcff", "-ma=\udcff", "--resume=j\udcff", "--policy-file=\udcff"]
)
def test_values_of_flags_that_are_no_text(world: "World", output: str, word: str, tmp_path: Path) -> None:
    policy = world.home.notation / "trustpolicy.json"
    with world.replaced(Path("\udcff"), policy.read_bytes()):
        world.seal("verify", "--output", output, world.image, word)


def test_what_is_signed_along_is_text(world: "World") -> None:
    ended = world.seal("sign", world.image, "-m", "a=\udcff")
    assert (2, True) == (ended.code, "[signing.metadata-not-text]" in ended.err)


@pytest.mark.parametrize("port", ["", "-1", "65536", "x", "1e3"])
def test_any_port_to_serve_at(world: "World", port: str) -> None:
    assert 2 == world.seal("serve", "--port", port).code


@pytest.mark.parametrize("host", ["192.0.2.1", "not a host", "", "[::1"])
def test_any_address_to_serve_at(world: "World", host: str) -> None:
    assert 0 != world.seal("serve", "--port", "0", "--host", host).code
