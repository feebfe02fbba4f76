"""The runner of documents notices when a document and the programs differ."""

import os
from pathlib import Path

import pytest

from documents import runner


def ran(
    tmp_path: Path, *lines: str, programs: frozenset[str] = frozenset(), seconds: float = 10
) -> list[str]:
    page = "\n".join(("# A page", *lines, ""))
    return runner.run(page, tmp_path, {"PATH": os.environ["PATH"]}, programs, seconds)


def test_commands_share_one_shell_at_a_terminal(tmp_path: Path) -> None:
    said = ran(
        tmp_path,
        "```console",
        "# a comment",
        "$ mkdir inside && cd inside && word=here",
        "$ tty && pwd && echo $word",
        "/dev/…",
        f"{tmp_path}/in…",
        "here",
        "```",
        "",
        "```console",
        "$ cat << EOF > file",
        "> one",
        ">",
        ">   $word",
        "> EOF",
        "$ cat file",
        "```",
    )
    assert "one\n\n  here\n" == said[-1]


def test_what_the_document_types_answers_questions_seen_and_unseen(tmp_path: Path) -> None:
    asking = "$ read -p 'Name [me]: ' name; read -s -p 'Secret:' secret; echo \"$name and $secret\""
    said = ran(tmp_path, "```console", asking, "Name […]: «»", "Secret:«a b»", " and a b", "```")
    assert ["Name [me]: Secret: and a b\n"] == said


def test_a_block_waits_for_all_programs_that_it_names(tmp_path: Path) -> None:
    block = ("```console one two", "$ echo both", "```")
    assert [] == ran(tmp_path, *block, programs=frozenset({"one"}))
    assert ["both\n"] == ran(tmp_path, *block, programs=frozenset({"one", "two"}))


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (("$ false",), "ended with 1, not with 0"),
        (("$ true", "[exit 1]"), "ended with 0, not with 1"),
        (("$ echo one", "two"), "did not say 'two'"),
        (("$ printf 'two\\none\\n'", "one", "two"), "did not say 'two'"),
        (("$ echo", "Secret:«word»"), "did not say 'Secret:'"),
        (("$ exit 3",), "ended the shell"),
    ],
)
def test_a_difference_is_told(tmp_path: Path, lines: tuple[str, ...], problem: str) -> None:
    with pytest.raises(runner.FailedError, match=problem):
        ran(tmp_path, "```console", *lines, "```")


def test_a_command_that_waits_for_an_answer_of_which_nobody_knows_does_not_last(tmp_path: Path) -> None:
    with pytest.raises(runner.FailedError, match="did not end"):
        ran(tmp_path, "```console", "$ read -p 'More? ' answer", "```", seconds=0.5)
