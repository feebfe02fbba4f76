"""How command lines and references are read, held against pflag, cobra and oras over thousands of them."""

import io
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from peers.go_libraries import Answer, bytes_of, require_same, seeded, texts, whole, words_of
from sealwright.dialects import cobra, go_durations, pflag
from sealwright.dialects.cobra import Command, Invocation, Streams
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import quote
from sealwright.dialects.notation import references
from sealwright.dialects.pflag import Flag
from sealwright.homes.environment import Environment

pytestmark = pytest.mark.peer("go-answers")

ODD_HOSTS = re.compile(r"^:|[<>\"\]]|[^\x00-\x7f]")
"""Go's URLs take these as a host, which then cannot be found; we refuse them at once."""

FLAGS = (
    Flag("key", "string", "", "k"),
    Flag("force", "bool", "", "f"),
    Flag("yes", "bool", "", "y"),
    Flag("max", "int", "", default=100),
    Flag("expiry", "duration", "", "e"),
    Flag("meta", "stringArray", "", "m"),
)
HELP = Flag("help", "bool", "", "h")


def lines_of_words(count: int, words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    choice = seeded()
    for _ in range(count):
        yield tuple(whole(_word(choice, words)) for _ in range(choice.randrange(6)))


def _word(choice: random.Random, words: Sequence[str]) -> str:
    if choice.random() < 0.2:
        return words_of(choice, "-=kfyemhx1é\udcff", 5)
    return choice.choice(words)


FLAG_WORDS = (
    *("--key", "--key=x", "--key=", "-k", "-kx", "-k=x", "-k=", "-fk", "-fyk", "-fy", "--force"),
    *("--force=false",),
    *("--force=maybe", "-f=T", "-f=", "-yf=0", "--max", "--max=0x10", "--max=9999999999999999999", "--max=a"),
    *("-e", "-e1h", "--expiry=1d", "--expiry", "-m", "--meta=a,b", "-m=", "--", "-", "--=", "---", "--=x"),
    *("-=", "-=x"),
    *("--unknown", "--unknown=1", "-x", "-xf", "-h", "--help", "--help=no", "a", "1h", "12", "", "-é"),
    *("--é", "-\udcff"),
    *("--force false", "-e 5", "-k\udcff", "--k", "--KEY", "-K"),
)


def test_flags() -> None:
    require_same("flags", lines_of_words(8000, FLAG_WORDS), flags_read)


def flags_read(*words: str) -> Answer:
    try:
        parsed = pflag.parse((*FLAGS, HELP), words)
    except Fault as fault:
        return "error", str(fault)
    return ("value", *values(parsed.values, parsed.changed), *parsed.arguments)


def values(found: object, changed: Iterable[str]) -> list[str]:
    assert isinstance(found, dict)
    shown = []
    for name in changed:
        value = found[name]
        match next(flag.kind for flag in (*FLAGS, HELP) if flag.name == name):
            case "bool":
                text = str(value).lower()
            case "duration":
                text = go_durations.text(value)
            case "stringArray":
                text = "\0".join(value)
            case _:
                text = str(value)
        shown.append(f"{name}={text}")
    return [*sorted(shown, key=bytes_of), "--"]


COMMAND_WORDS = (
    *("put", "add", "group", "grp", "list", "ls", "need", "pu", "gruop", "lst", "Put", "nonsense", "a"),
    *("b", "c", ""),
    *("-k", "-kx", "--key", "--key=x", "-f", "-y", "--force", "--yes=false", "-m", "--meta=1", "--max=1"),
    *("--max",),
    *("-h", "--help", "--", "-", "-x", "--unknown", "-e", "-e=1h", "é", "\udcff", "put\n"),
)


def test_commands() -> None:
    choice = seeded()
    questions = [
        words
        for words in lines_of_words(6000, COMMAND_WORDS)
        if "help" not in words and "completion" not in words
    ]
    named = [(choice.choice(("put", "add", "group", "list")), *words) for words in questions[:3000]]
    nested = [("group", choice.choice(("list", "ls", "need")), *words) for words in questions[:3000]]
    listed = [*questions, *named, *nested]
    require_same("command", (words for words in listed if not _shows_help(words)), run)


def _shows_help(words: Sequence[str]) -> bool:
    """Whether help is printed, whose text has tests of its own."""
    return run(*words)[1].startswith("Usage:")


def run(*words: str) -> Answer:
    out, failures = io.StringIO(), io.StringIO()
    status = cobra.execute(
        _tool(), words, "1", Environment({}, Path("/nonexistent")), Streams(out, failures, io.StringIO())
    )
    return str(status), out.getvalue(), failures.getvalue()


@cache
def _tool() -> Command:
    def say(invocation: Invocation) -> None:
        shown = values(invocation.values, invocation.changed)
        invocation.say(*map(quote, (invocation.path, *shown, *invocation.arguments)))

    def two(arguments: tuple[str, ...]) -> None:
        if len(arguments) > 2:
            raise Fault("too many")

    put = Command(
        "put",
        "",
        aliases=("add",),
        flags=FLAGS,
        arguments=two,
        run=say,
        mutually_exclusive=(("key", "max"),),
        required_together=(("yes", "force"),),
    )
    listing = Command("list", "", aliases=("ls",), flags=FLAGS, run=say)
    need = Command("need", "", flags=FLAGS, required=("key",), one_required=(("yes", "meta"),), run=say)
    group = Command("group", "", aliases=("grp",), subcommands=(listing, need))
    return Command("tool", "", subcommands=(put, group))


def test_references() -> None:
    pieces = (
        *("localhost:5000", "registry.example", "[::1]", "user@", "/", "/", "app", "a/b", "/v2", "x" * 80),
        *(":", ":v1", ":0", ":x", "@", "@sha256:", "0" * 64, "a" * 64, "sha256-" + "0" * 64, "A", "_", "__"),
        *("@sha512:" + "b" * 128, "@sha384:" + "c" * 96, "@md5:" + "0" * 32, "@sha256:" + "A" * 64),
        *(
            "@SHA256:" + "0" * 64,
            "-",
            ".",
            "..",
            "é",
            "\udcff",
            " ",
            "\x7f",
            "%41",
            "?",
            "#",
            "%",
            "!",
            "<",
            '"',
        ),
        *("\\", "\n", "[", "]", "{", "|", "^", "~", "$", "&", "(", "*", ";"),
    )
    choice = seeded()
    shaped = [
        (f"{whole(words_of(choice, pieces, 2))}/{whole(words_of(choice, pieces, 3))}:v1",)
        for _ in range(3000)
    ]
    ends = (":v1", "@sha256:" + "0" * 64, "")
    good = [
        (f"registry.example/{whole(words_of(choice, pieces, 3))}{choice.choice(ends)}",) for _ in range(3000)
    ]
    listed = [*texts(4000, pieces, 6), *shaped, *good]
    require_same(
        "reference",
        (one for one in listed if not ODD_HOSTS.search(one[0].partition("/")[0].removeprefix("[::1]"))),
        reference_read,
    )


def reference_read(text: str) -> Answer:
    """Ours also wants a tag or digest and has a word on what is expected, which notation adds."""
    try:
        found = references.in_registry(text)
    except Fault as fault:
        head = f"{quote(text)}: "
        said = str(fault).removeprefix(head).partition(". Expecting ")[0]
        return "error", said
    reference = found.location.reference
    assert reference is not None
    return "value", reference.domain, reference.path, found.selector
