"""How a command is found and run, and the layout of help texts."""

import io
import subprocess
from pathlib import Path

import pytest

from sealwright.dialects import cobra
from sealwright.dialects.cobra import Command, Entry, Fault, Invocation, Streams
from sealwright.dialects.completion import SHELLS, script
from sealwright.dialects.pflag import Flag
from sealwright.homes.environment import Environment
from world.home import Done

HOME = Environment({}, Path("/nonexistent"))


def say(invocation: Invocation) -> None:
    """Print how the command was called."""
    invocation.warn("so it was called:")
    invocation.say(f"{invocation.path} {sorted(invocation.changed)} {list(invocation.arguments)}")


def complain(invocation: Invocation) -> None:
    """Refuse whatever is asked."""
    raise Fault(f"{invocation.path} will not")


def two(arguments: tuple[str, ...]) -> None:
    """At most two arguments."""
    if len(arguments) > 2:
        raise Fault("too many")


def before(invocation: Invocation) -> None:
    """Refuse if so asked, before flags are held together."""
    if invocation.values["all"]:
        raise Fault("not all")


PUT = Command(
    "put [flags] <what>...",
    "Put something",
    aliases=("add", "lay"),
    flags=(
        *(
            Flag("a", "string", "a"),
            Flag("b", "string", "b"),
            Flag("c", "string", "c"),
            Flag("d", "string", "d"),
        ),
        *(
            Flag("all", "bool", "all", "l"),
            Flag("name", "string", "name", "n"),
            Flag("kind", "string", "kind"),
        ),
    ),
    arguments=two,
    before=before,
    required=("name", "kind"),
    required_together=(("a", "b"),),
    one_required=(("c", "d"),),
    mutually_exclusive=(("b", "c", "d"), ("a", "c")),
    run=say,
)
LIST = Command("list", "List", run=say)
SECRET = Command("secret", "Tell nobody", hidden=True, run=say)
RAW = Command("raw", "Take all", reads_flags=False, run=say)
BOX = Command("box", "Things in boxes", subcommands=(PUT, LIST))
LAZY = Entry("version", "Show the version", "sealwright.dialects.notation.commands.version")
ROOT = Command(
    "tool",
    "A tool",
    long="A tool.\n\nIt does things.\n",
    subcommands=(
        BOX,
        LIST,
        SECRET,
        RAW,
        LAZY,
        Command("fail", "", run=complain),
        Command("listen", "", run=lambda _: 7),
    ),
)
ALL = ("--name", "x", "--kind", "y", "-c=", "z")


def run(typed: str) -> Done:
    out, err = io.StringIO(), io.StringIO()
    status = cobra.execute(ROOT, tuple(typed.split()), "2.0", HOME, Streams(out, err, io.StringIO()))
    return Done(status, out.getvalue(), err.getvalue())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("list", "tool list [] []"),
        ("list a b", "tool list [] ['a', 'b']"),
        ("box list list", "tool box list [] ['list']"),
        ("box put --name x --kind y --c=z q", "tool box put ['c', 'kind', 'name'] ['q']"),
        ("box lay --name box --kind=y --d z", "tool box put ['d', 'kind', 'name'] []"),
        ("box --name put add --kind y --d=1", "tool box put ['d', 'kind', 'name'] []"),
        ("raw --help -x -- y", "tool raw [] ['--help', '-x', '--', 'y']"),
        ("secret", "tool secret [] []"),
    ],
)
def test_a_command_is_found_and_run(typed: str, said: str) -> None:
    assert Done(0, f"{said}\n", "so it was called:\n") == run(typed)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("box put a b c", "too many"),
        ("box put -l", "not all"),
        ("box put", 'required flag(s) "kind", "name" not set'),
        ("box put --name x --kind y", "at least one of the flags in the group [c d] is required"),
        (
            "box put --name x --kind y --a 1 --c 2",
            "if any flags in the group [a b] are set they must all be set; missing [b]",
        ),
        (
            "box put --name x --kind y --c 1 --d 2",
            "if any flags in the group [b c d] are set none of the others can be; [c d] were all set",
        ),
        (
            "box put --name x --kind y --a 1 --b 2 --c 3",
            "if any flags in the group [a c] are set none of the others can be; [a c] were all set",
        ),
        ("fail", "tool fail will not"),
        ("version now", 'unknown command "now" for "notation version"'),
        ("list --no", "unknown flag: --no"),
    ],
)
def test_what_does_not_fit_is_refused_in_cobras_words(typed: str, said: str) -> None:
    assert Done(1, "", f"Error: {said}\n") == run(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nope", ()),
        ("lst", ("list",)),
        ("LISTE", ("list", "listen")),
        ("secre", ()),
        ("b", ("box",)),
        ("", ()),
    ],
)
def test_an_unknown_command_is_refused_with_those_that_may_be_meant(
    typed: str, meant: tuple[str, ...]
) -> None:
    done = run(typed or "boxes_and_more")
    listed = "\n\nDid you mean this?\n" + "".join(f"\t{one}\n" for one in meant) if meant else ""
    unknown = f'unknown command "{typed or "boxes_and_more"}" for "tool"{listed}'
    assert Done(1, "", f"Error: {unknown}\nRun 'tool --help' for usage.\n") == done


def test_the_exit_code_is_the_commands() -> None:
    assert Done(7, "", "") == run("listen")


def test_the_help_of_the_program_lists_its_commands() -> None:
    assert (
        "A tool.\n\nIt does things.\n\nUsage:\n  tool [command]\n\nAvailable Commands:\n"
        "  box         Things in boxes\n  fail        \n  list        List\n  listen      \n"
        "  raw         Take all\n  version     Show the version\n\n"
        "Flags:\n  -h, --help   help for tool\n\n"
        'Use "tool [command] --help" for more information about a command.\n'
    ) == run("").out


def test_the_help_of_a_command_lists_aliases_and_flags() -> None:
    assert (
        "Put something\n\nUsage:\n  tool box put [flags] <what>...\n\nAliases:\n  put, add, lay\n\nFlags:\n"
        "      --a string      a\n  -l, --all           all\n      --b string      b\n"
        "      --c string      c\n"
        "      --d string      d\n  -h, --help          help for put\n      --kind string   kind\n"
        "  -n, --name string   name\n"
    ) == run("box put --help").out


def test_the_usage_line_names_flags_that_the_command_does_not() -> None:
    assert (
        "List\n\nUsage:\n  tool list [flags]\n\nFlags:\n  -h, --help   help for list\n" == run("list -h").out
    )


def test_a_command_without_a_word_about_it_shows_its_usage_alone() -> None:
    assert run("fail -h").out.startswith("Usage:\n  tool fail [flags]\n")


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_knows_commands_and_flags(shell: str) -> None:
    text = script(shell, ROOT, "2.0")
    assert all(
        word in text for word in ("tool box put", "tool box lay", "--kind", "box fail list listen raw")
    )
    assert "secret" not in text


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (("b",), "box"),
        (("li",), "list listen"),
        (("box", ""), "list put"),
        (("box", "add", "--k"), "--kind"),
        (("box", "put", "--name", "x", "-"), "--a --all --b --c --d --help --kind --name"),
        (("nothing", "l"), "list listen"),
    ],
)
@pytest.mark.peer("bash")
def test_bash_completes(typed: tuple[str, ...], offered: str) -> None:
    words = " ".join(f"'{word}'" for word in ("tool", *typed))
    done = subprocess.run(
        ["bash", "--norc"],
        input=f"{script('bash', ROOT, '2.0')}\nCOMP_WORDS=({words})\nCOMP_CWORD={len(typed)}\n"
        '_tool_complete\necho "${COMPREPLY[@]}"\n',
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"{offered}\n" == done.stdout
