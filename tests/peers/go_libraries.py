"""Questions to Go's libraries, put in one go to the program in `go_answers/`, and the texts to ask about.

The texts are made at random from pieces that matter to the grammar, the same ones each time.
"""

import base64
import json
import random
import subprocess
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

from peers import programs
from sealwright.dialects.fault import Fault

__all__ = [
    "BYTES",
    "LETTERS",
    "Answer",
    "bytes_of",
    "either",
    "require_same",
    "seeded",
    "texts",
    "whole",
    "words_of",
]

SEED = 20261121
Question = tuple[str, Sequence[str]]
Answer = tuple[str, ...]

LETTERS = (
    "aAzZ09 _-+.:/@=,;'\"`\\{}[]<>&\t\n\r\x00\x1b\x7f\x80\xa0\xad\xb2é€\u2028\ufeff\ufffd\U0001f512\U000e0001"
)
BYTES = "".join(map(chr, (0xDC80, 0xDCB5, 0xDCC3, 0xDCE2, 0xDCFF)))
"""Bytes that are no UTF-8, as Python holds them."""


def asked(questions: Iterable[Question]) -> list[Answer]:
    """Go's answers."""
    lines = [
        json.dumps({"ask": kind, "words": [base64.b64encode(bytes_of(word)).decode() for word in words]})
        for kind, words in questions
    ]
    program = programs.find("go-answers")
    assert program is not None
    done = subprocess.run([program], input="\n".join(lines), capture_output=True, text=True, check=True)
    answers = [json.loads(line)["words"] for line in done.stdout.splitlines()]
    assert len(lines) == len(answers), done.stderr
    return [
        tuple(base64.b64decode(word).decode(errors="surrogateescape") for word in words) for words in answers
    ]


def require_same(kind: str, questions: Iterable[Sequence[str]], ours: Callable[..., Answer]) -> None:
    """Hold our answers against Go's; shows the first few that differ."""
    listed = [question for question in questions if _known_to_both("".join(question))]
    answers = asked((kind, words) for words in listed)
    different = [
        (words, answer, found)
        for words, answer in zip(listed, answers, strict=True)
        if answer != (found := ours(*words))
    ]
    assert "" == "\n".join(map(str, different[:12])), f"{len(different)} of {len(listed)}"


def either(read: Callable[[str], object], text: str) -> Answer:
    try:
        value = read(text)
    except Fault as fault:
        return "error", str(fault)
    return "value", str(value).lower() if isinstance(value, bool) else str(value)


def seeded() -> random.Random:
    return random.Random(SEED)  # noqa: S311  # texts to try, the same ones each time


def words_of(choice: random.Random, pieces: Sequence[str], most: int) -> str:
    return "".join(choice.choice(pieces) for _ in range(choice.randrange(most + 1)))


def texts(count: int, pieces: Sequence[str] = LETTERS + BYTES, most: int = 12) -> Iterator[tuple[str]]:
    choice = seeded()
    for _ in range(count):
        yield (whole(words_of(choice, pieces, most)),)


def _known_to_both(text: str) -> bool:
    """Go's tables of printable characters are of another edition of Unicode than Python's."""
    return all(unicodedata.category(letter) != "Cn" for letter in text)


def bytes_of(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def whole(text: str) -> str:
    """The text as Python reads its bytes: bytes side by side may be a character."""
    return bytes_of(text).decode(errors="surrogateescape")
