"""What is written down by one run and read by another: verdicts, outcomes, journals; and what becomes of it.

Whoever writes such a file may write anything. It is refused, or it can be shown in every form: the text is
printable, the JSON is JSON, the XML well-formed.
"""

import io
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import reshape
import seeds
from target import Target

from sealwright import limits, media_types
from sealwright.cli import exit_codes, listing_text, names, outcomes, verdict_text
from sealwright.cli.findings import finding
from sealwright.client.envelopes import Envelope, inspect_envelope, judge_envelopes
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import RegistryError, UsageError
from sealwright.homes.verdict_cache import VerdictFolder
from sealwright.repositories import fallback_tag
from sealwright.repositories.entries import descriptor_in
from sealwright.verdict import Verdict
from sealwright.workflow.journal import Binding, Journal
from sealwright.workflow.listing import Found
from sealwright.workflow.naming import _FALLBACK_TAG
from sealwright.workflow.outcome import Outcome
from world import notary, pki
from world.home import statement

KEY = "0" * 64
BINDING = Binding("seal verify", "sha256:policy", "sha256:stores", {"--max-signatures": 100})
HEAD = msgspec.json.encode(BINDING) + b"\n"
ENTRY = Descriptor(media_types.IMAGE_MANIFEST, Digest.of(b"new"), 3, media_types.NOTARY_SIGNATURE)


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-outcomes-"))


def _judged(content: bytes, envelope: str) -> Verdict:
    policy = {"version": "1.0", "trustPolicies": [statement()]}
    found = [
        Envelope(content, envelope, "under test"),
        Envelope(notary.signed(seeds.chain()), media_types.NOTARY_JWS),
    ]
    return judge_envelopes(
        found,
        notary.IMAGE,
        "registry.acme.example/net-monitor",
        policy=policy,
        trust={"ca:acme": seeds.chain().root},
        at=pki.NOW,
    )


def _envelope(content: bytes) -> None:
    """A bad signature beside a good one changes nothing, and is told of in every form."""
    verdict = _judged(content, media_types.NOTARY_JWS)
    assert verdict.decision == "accepted"
    assert Verdict.from_json(verdict.to_json()) == verdict
    _require_showable(Outcome("registry.acme.example/net-monitor:v1", verdict))
    inspect_envelope(Envelope(content, media_types.NOTARY_JWS))


def _verdict(content: bytes) -> None:
    verdict = Verdict.from_json(content)
    assert Verdict.from_json(verdict.to_json()) == verdict
    assert verdict.sentence
    assert verdict.pinned
    _require_showable(Outcome(verdict.subject.typed, verdict))


def _outcome(content: bytes) -> None:
    outcome = Outcome.from_json(content)
    if outcome is not None:
        assert Outcome.from_json(outcome.to_json()) == outcome
        assert isinstance(outcome.settled, bool)
        _require_showable(outcome)


def _listing(content: bytes) -> None:
    found = Found.from_json(content)
    if found is not None:
        assert Found.from_json(found.to_json()) == found
        if found.listing is not None:
            for line in listing_text._lines(found.listing):
                assert line.isprintable(), line
        for form in ("json", "jsonl"):
            json.loads(_written(form, found).removesuffix("\n"))


def _require_showable(outcome: Outcome) -> None:
    assert exit_codes.of_outcome(outcome) in dict(exit_codes.TABLE)
    found = finding(outcome)
    for text in (found.image, found.name, found.pinned, found.code, found.sentence, *found.lines):
        assert text.isprintable(), text
    if outcome.verdict is not None:
        for line in verdict_text.lines(outcome.verdict):
            assert line.isprintable(), line
    for form in outcomes.FORMATS:
        text = _written(form, outcome)
        assert all(line.isprintable() for line in text.split("\n")), (form, text)
        if form == "junit":
            assert text.isascii()
            cases = ET.fromstring(text).findall("./testsuite/testcase")  # noqa: S314  # we wrote it
            assert len(cases) == 1
            continue
        value = json.loads(text)
        if form.startswith("sarif"):
            assert text.isascii()
            (run,) = value["runs"]
            rules = run["tool"]["driver"]["rules"]
            assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])


def _written(form: str, result: Outcome | Found) -> str:
    out = io.StringIO()
    outcomes.write(form, [result], out)
    return out.getvalue()


def _journal(content: bytes) -> None:
    """Opened twice it holds the same; what it gives for an image is about that; it can be gone on with."""
    path = _folder() / "journal"
    path.write_bytes(content[1:] if content[:1] == b"\0" else HEAD + content)
    images = {image for line in content.split(b"\n") if (image := _image(line)) is not None}
    held = []
    for _ in range(2):
        with Journal.open(path, BINDING, Outcome) as journal:
            held.append([journal.recorded(image) for image in sorted(images)])
    assert held[0] == held[1]
    known = [outcome for outcome in held[0] if outcome is not None]
    assert {outcome.image for outcome in known} <= images
    assert all(outcome.settled for outcome in known)
    new = Outcome("new", _judged(b"", media_types.NOTARY_COSE))
    with Journal.open(path, BINDING, Outcome) as journal:
        journal.record(new)
    with Journal.open(path, BINDING, Outcome) as journal:
        assert journal.recorded("new") == new
        for outcome in known:
            assert outcome.image == "new" or journal.recorded(outcome.image) == outcome


def _image(line: bytes) -> str | None:
    try:
        image = json.loads(line)["image"]
        image.encode()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return str(image)


def _cached(content: bytes) -> None:
    """Only a verdict that was written under this key comes back; all else is removed."""
    folder = VerdictFolder(_folder() / "verdicts")
    path = _folder() / "verdicts" / KEY
    body = content[1:]
    head = b"sealwright-verdict-1 %s %s\n" % (KEY.encode(), sha256(body).hexdigest().encode())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123  # a descriptor
        file.write(head + body if content[:1] == b"\0" else content)
    found = folder.read(KEY)
    assert path.exists() == (found is not None)
    if found is not None:
        folder.keep(KEY, found)
        assert folder.read(KEY) == found


def _names(content: bytes) -> None:
    """Each line is a name, as far as lines are no longer than any name."""
    read, write = os.pipe()
    before = sys.stdin
    try:
        os.write(write, content[:60_000])
        os.close(write)
        with open(read, encoding="utf-8") as sys.stdin:  # noqa: PTH123  # a descriptor
            found = list(names.typed(["a", "-", "b"]))
    finally:
        sys.stdin = before
    assert (found[0], found[-1]) == ("a", "b")
    lines = (line.decode(errors="backslashreplace").strip() for line in content.split(b"\n"))
    assert found[1:-1] == [line for line in lines if line and not line.startswith("#")]


def _fallback(content: bytes) -> None:
    """An entry that is added is listed once, after all that were there; removed, it is gone."""
    tag = fallback_tag.tag_for(Digest.of(content))
    assert _FALLBACK_TAG.fullmatch(tag)
    before = fallback_tag.entries(content, tag)
    for entry in before:
        _described(entry)
    made = fallback_tag.with_entry(content, ENTRY, tag)
    if made is None:
        return
    assert fallback_tag.with_entry(made, ENTRY, tag) is None
    after = fallback_tag.entries(made, tag)
    assert [entry for entry in before if entry.get("digest") != ENTRY.digest] == after[:-1]
    removed = fallback_tag.without_entry(made, ENTRY.digest, tag)
    assert removed is not None
    assert fallback_tag.entries(removed, tag) == after[:-1]


def _described(entry: Mapping[str, object]) -> None:
    try:
        descriptor_in(entry)
    except (RegistryError, UsageError):
        return


def _verdict_seeds() -> Iterator[bytes]:
    for content, envelope in (
        (b"{}", media_types.NOTARY_JWS),
        (notary.signed(seeds.chain(), media_types.NOTARY_COSE), media_types.NOTARY_COSE),
    ):
        verdict = _judged(content, envelope)
        yield verdict.to_json()
        yield msgspec.structs.replace(
            verdict, platforms=(verdict,), reused_at=pki.NOW, decision="refused"
        ).to_json()


def _outcome_seeds() -> Iterator[bytes]:
    for content in _verdict_seeds():
        yield Outcome("registry.example/a:v1", Verdict.from_json(content)).to_json()
    yield b'{"image":"b","failure":{"code":"usage.x","kind":"caller","message":"no","data":{"a":1}}}'
    yield b'{"image":"c","failure":{"code":"x.y","kind":"artifact","message":"\\u001b","notes":["\\u009b"]}}'


def _listing_seeds() -> Iterator[bytes]:
    digest = "sha256:" + "0" * 64
    subject = {"name": "registry.example/a", "descriptor": {"mediaType": "a/b", "digest": digest, "size": 1}}
    listing = {
        "subject": subject,
        "signatures": [{"format": "notary", "location": digest}],
        "unreadable": [{"location": "x", "reason": "parse.manifest-kind", "data": {"kind": "none"}}],
    }
    yield msgspec.json.encode({"image": "a", "listing": {**listing, "platforms": [listing]}})


def _led(by: bytes, content: Callable[[], Iterator[bytes]]) -> Callable[[], Iterator[bytes]]:
    return lambda: (by + one for one in content())


def _journal_seeds() -> Iterator[bytes]:
    yield b"\n".join(_outcome_seeds()) + b"\n"
    yield b"\0" + HEAD + b'{"image":"c"'
    yield b"\0" + HEAD[:40]


def _fallback_seeds() -> Iterator[bytes]:
    yield from seeds.referrer_pages()
    made = fallback_tag.with_entry(None, ENTRY, "t")
    assert made is not None
    yield made


def _name_seeds() -> Iterator[bytes]:
    yield b"# fleet\nregistry.example/a:v1\r\n\n  b \n\xff\xfe\n#"
    yield b"x" * (limits.REFERENCE_LENGTH + 2)


TARGETS: Mapping[str, Target] = {
    "envelopes": Target(_envelope, seeds.jws, mutate=reshape.jws),
    "verdict": Target(_verdict, _verdict_seeds, mutate=reshape.members),
    "outcome": Target(_outcome, _outcome_seeds, mutate=reshape.members),
    "listing": Target(_listing, _listing_seeds, 4096, reshape.members),
    "journal": Target(_journal, _journal_seeds, 32 * 1024, reshape.members),
    "verdict-cache": Target(_cached, _led(b"\0", _verdict_seeds), mutate=reshape.members),
    "names": Target(_names, _name_seeds, 8 * 1024),
    "fallback-tag": Target(_fallback, _fallback_seeds, 4096, reshape.members),
}
