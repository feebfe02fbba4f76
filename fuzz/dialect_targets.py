"""What the dialect of notation reads from its command line and from files, and what it writes in Go's manner.

A target returns, or the dialect's own `Fault` is raised, whose text can be printed; nothing else comes out.
"""

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from target import Target

from sealwright.dialects import (
    cobra,
    go_durations,
    go_json,
    go_json_problems,
    go_media_types,
    go_numbers,
    go_text,
    pflag,
    tabwriter,
)
from sealwright.dialects.fault import Fault
from sealwright.dialects.notation import program, references
from sealwright.dialects.pflag import Flag

FLAGS = (
    Flag("key", "string", "name of the key", "k"),
    Flag("force", "bool", "replace what is there", "f"),
    Flag("yes", "bool", "do not ask", "y"),
    Flag("max", "int", "at most so many", default=100),
    Flag("expiry", "duration", "how long `TIME` it holds", "e"),
    Flag("meta", "stringArray", "a pair", "m"),
)
LARGEST = 1 << 63
ESCAPE = re.compile(r"\\(?:\\|x[89a-f][0-9a-f])")


def _text(content: bytes) -> str:
    """As the words of a command line reach a program."""
    return content.decode(errors="surrogateescape")


def _words(content: bytes) -> tuple[str, ...]:
    return tuple(_text(content).split("\0"))


def _media_type(content: bytes) -> None:
    problem = go_media_types.problem(_text(content))
    assert problem == "" or problem.startswith("mime: ")


def _faultless(read: Callable[[str], None]) -> Callable[[bytes], None]:
    """The same, but its faults are held to be a text."""

    def held(content: bytes) -> None:
        said = "nothing"
        try:
            read(_text(content))
        except Fault as fault:
            said = str(fault)
        assert said.encode(errors="surrogateescape")

    return held


def _flags(text: str) -> None:
    """What was read can be said again with one word for each flag, and is then read alike."""
    words = text.split("\0")
    parsed = pflag.parse(FLAGS, words)
    assert set(parsed.values) == {flag.name for flag in FLAGS}
    again = pflag.parse(FLAGS, [*_said(parsed), "--", *parsed.arguments])
    assert again == parsed, (again, parsed)


def _said(parsed: pflag.Parsed) -> Iterator[str]:
    for name in parsed.changed:
        value = parsed.values[name]
        if name == "meta":
            yield from (f"--meta={one}" for one in value)
        elif name == "expiry":
            yield f"--expiry={go_durations.text(value)}"
        else:
            yield f"--{name}={str(value).lower() if isinstance(value, bool) else value}"


def _commands(text: str) -> None:
    """Every command of notation is found by its words; what is left for it was all said."""
    words = tuple(text.split("\0"))
    for line in ("1.3.2", "2.0"):
        found, path, rest = cobra.find(program.root(line), words, line)
        assert path.split(" ")[0] == "notation"
        assert path == "notation" or path.rpartition(" ")[2] == found.name
        left = iter(words)
        assert all(word in left for word in rest), (words, rest)
        pflag.parse((*found.flags, Flag("help", "bool", "", "h")), rest)


def _duration(text: str) -> None:
    nanoseconds = go_durations.parse(text)
    assert -LARGEST <= nanoseconds < LARGEST
    shown = go_durations.text(nanoseconds)
    assert go_durations.parse(shown) == nanoseconds or abs(nanoseconds) > 2**53, (text, shown)


def _number(text: str) -> None:
    number = go_numbers.parse_int(text)
    assert -LARGEST <= number < LARGEST
    assert go_numbers.parse_int(str(number)) == number
    assert go_numbers.parse_int(hex(number)) == number


def _quotes(content: bytes) -> None:
    """A quoted text holds nothing that cannot be printed, and stands for the same text."""
    text = _text(content)
    for quoted in (go_text.quote(text), go_text.plain_quote(text)):
        assert quoted.isprintable() or "\x7f" in quoted
        assert (quoted[0], quoted[-1]) == ('"', '"')
    shown = go_text.quote(text)
    assert shown.isprintable()
    assert ast.literal_eval(ESCAPE.sub(_python_escape, shown)) == text
    raw = go_text.raw_quote(text)
    assert raw in (f"`{text}`", shown)
    assert "`" not in raw[1:-1] or raw == shown


def _python_escape(escape: re.Match[str]) -> str:
    """A byte that is no text, as Python holds it."""
    return escape[0] if escape[0] == "\\\\" else f"\\udc{escape[0][2:]}"


def _written_json(content: bytes) -> None:
    words = _words(content)
    value: dict[str, object] = {
        "map": go_json.sorted_map({word: [word, {}] for word in words}),
        "n": [1, True, None, []],
    }
    for indent in (None, 4):
        text = go_json.marshal(value, indent)
        text.encode()
        assert not set(text) & set("<>&\u2028\u2029")
        assert len(json.loads(text)["map"]) <= len(words)
    if all(word.isprintable() for word in words):
        assert json.loads(go_json.marshal(value)) == value


def _json_problem(content: bytes) -> None:
    """No complaint about JSON, one about everything else; an independent reader is the judge."""
    problem = go_json_problems.syntax_problem(content)
    assert problem.isprintable()
    try:
        json.loads(content.decode("latin-1"), parse_constant=_refuse, parse_int=str)
    except RecursionError:
        return
    except ValueError:
        assert problem, content
    else:
        assert not problem, (content, problem)


def _refuse(name: str) -> None:
    raise ValueError(name)


def _table(content: bytes) -> None:
    """Every letter is there, in its order; lines without spaces of their own lose nothing."""
    rows = [row.split("\0") for row in _text(content).split("\x01")]
    laid_out = tabwriter.table(rows)
    marks = re.compile(r"[ \t\v\n\f]")
    assert marks.sub("", laid_out) == marks.sub("", "".join("".join(row) for row in rows))
    assert laid_out.count("\n") == len(rows) + sum(
        cell.count("\n") + cell.count("\f") for row in rows for cell in row
    )


def _registry_reference(text: str) -> None:
    found = references.in_registry(text)
    reference = found.location.reference
    assert reference is not None
    assert bool(reference.tag) != bool(reference.digest)
    again = references.in_registry(f"{found.name}{'@' if reference.digest else ':'}{found.selector}")
    assert (again.name, again.selector) == (found.name, found.selector)


def _layout_reference(text: str) -> None:
    found = references.in_layout(text)
    assert found.name
    assert found.selector
    assert text in (f"{found.name}:{found.selector}", f"{found.name}@{found.selector}")


def _seeds(*texts: str) -> Callable[[], Sequence[bytes]]:
    return lambda: [text.encode(errors="surrogateescape") for text in texts]


DIGEST = "sha256:" + "0" * 64
TARGETS: Mapping[str, Target] = {
    "flags": Target(
        _faultless(_flags),
        _seeds(
            "a\0--key=x\0-fyk\0y",
            "--max\x000x10\0-e\x001h30m\0--\0-x",
            "-m\0a\0--meta=b,c\0-f=false",
            "-\0--max=1_0",
        ),
        512,
    ),
    "commands": Target(
        _faultless(_commands),
        _seeds(
            "sign\0-k\0x\0reg/app:v1",
            "cert\0add\0-t\0ca\0--store\0x",
            "key\0ls\0--help",
            "verfy",
            "policy\0show",
        ),
        512,
    ),
    "duration": Target(
        _faultless(_duration), _seeds("1h30m", "-1.5h", "0", "300ms", "9223372036854775807ns", "1µs2μs"), 64
    ),
    "media-type": Target(
        _media_type, _seeds("text/plain; charset=utf-8", 'a/b;c="d\\"e";f=g', "a/b;", "video/mp4/x"), 128
    ),
    "number": Target(
        _faultless(_number), _seeds("0", "-0x1F", "1_000", "0b11", "0o17", "9223372036854775807"), 64
    ),
    "quotes": Target(
        _quotes, _seeds('a "b" \\ `c`', "\n\t\x00\x7f\x80\u2028\U0001f512", "\udcff\ufeff\ufffd"), 128
    ),
    "written-json": Target(_written_json, _seeds("a\0<b>&\u2028\0\udcff", "\n\x7f\\"), 256),
    "json-problem": Target(
        _json_problem,
        _seeds('{"a": [1, -0.5e+7, true, null, "\\u00e9"], "b": {}}', "[[1,", "tru", '"\\x"', "01", "[[[]]]"),
        512,
    ),
    "table": Target(_table, _seeds("NAME\0ID\x01* one\x001\x01two\x0022", "a\t\0\x01\x01b\nc\0\f"), 256),
    "registry-reference": Target(
        _faultless(_registry_reference),
        _seeds(
            "localhost:5000/net-monitor:v1", f"reg.example/a/b__c@{DIGEST}", f"[::1]:5/a:v1@{DIGEST}", "a/b"
        ),
        512,
    ),
    "layout-reference": Target(
        _faultless(_layout_reference), _seeds("a/b:v1", f"./x@{DIGEST}", ":v", "a:"), 512
    ),
}
