"""Every reader that is fuzzed takes its seeds and some changes to them, and raises nothing but our errors.

Fuzzing itself takes long and is run by hand; this keeps its targets at work, and finds the plainest faults.
"""

import random

import pytest
import targets
from target import Target

from sealwright.cli import messages
from sealwright.errors import SealwrightError

CHANGES = 60
SEED = 20261127
_ODD = (b"\x00", b"\xff", b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"{", b"[", b'"', b"\x1b", b"\xc3\x28")


def changed(content: bytes, choice: random.Random) -> bytes:
    """Bytes with a change somewhere: flipped, cut off, left out, doubled, or something odd put in."""
    at = choice.randrange(len(content) + 1)
    length = choice.randint(1, 16)
    match choice.randrange(5):
        case 0:
            flipped = bytes(byte ^ (1 << choice.randrange(8)) for byte in content[at : at + 1])
            return content[:at] + flipped + content[at + 1 :]
        case 1:
            return content[:at]
        case 2:
            return content[:at] + content[at + length :]
        case 3:
            return content[:at] + content[at : at + length] * choice.randint(2, 40) + content[at + length :]
        case _:
            return content[:at] + choice.choice(_ODD) + content[at:]


def take(target: Target, content: bytes) -> None:
    try:
        target.read(content)
    except SealwrightError as error:
        for line in messages.lines(error):
            line.encode(errors="backslashreplace")


@pytest.mark.parametrize("name", targets.TARGETS)
def test_a_reader_of_foreign_bytes_raises_nothing_but_our_errors(name: str) -> None:
    target = targets.TARGETS[name]
    choice = random.Random(f"{SEED} {name}")  # noqa: S311  # a seed repeats it
    seeds = list(target.seeds())
    assert seeds

    for seed in seeds:
        take(target, seed)
    for _ in range(CHANGES * min(len(seeds), 4)):
        content = changed(choice.choice(seeds), choice)
        if target.mutate is not None and choice.random() < 0.5:
            content = target.mutate(choice.choice(seeds), lambda part: changed(part, choice), choice)
        take(target, content[: target.longest])
