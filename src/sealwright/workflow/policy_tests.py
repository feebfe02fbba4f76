"""Expected decisions of a policy, tried offline: `seal policy test`.

    policy: policy.json                       # beside this file; if left out, the policy in force
    tests:
      - image: registry.example/app:v1        # docker://, dir:, oci: and oci-archive: may stand before
        signed:                               # signatures that the image is said to have, if any
          - by: release.gpg                   # a file with one public key, beside this one, or a fingerprint
            as: registry.example/app:v1       # the name that was signed; the image's own if left out
        expect: accepted                      # or allowed (nothing asked for), or refused
        reason: identity.other-name           # if given, the reason code of a refusal

No image and no registry is asked for anything. The keys that the policy names are read.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import msgspec

from sealwright import limits
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import DocumentError, SealwrightError
from sealwright.evidence import Evidence, Keyring, Need
from sealwright.homes import bounded_yaml, files
from sealwright.openpgp import keyrings
from sealwright.policy.decide import Candidate, Case, decide
from sealwright.reference import Reference
from sealwright.repositories.locating import Location, locate
from sealwright.signature import StoredSignature, Subject
from sealwright.verdict import PolicyUsed, Verdict

if TYPE_CHECKING:
    from sealwright.interfaces import Policy

__all__ = ["Expectation", "PolicyTests", "Tried", "read", "run", "subject_of"]

_FINGERPRINT = re.compile(r"(?:0x)?([0-9A-Fa-f]{40}(?:[0-9A-Fa-f]{24})?)")


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"name": "as"}):
    """A signature that the image is said to have."""

    by: str
    name: str = ""


class Expectation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One image, and what the policy should say of it."""

    image: str
    expect: Literal["accepted", "allowed", "refused"]
    signed: tuple[Claim, ...] = ()
    reason: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tests: tuple[Expectation, ...]
    policy: str = ""


class PolicyTests(msgspec.Struct, frozen=True):
    """A whole file. `policy` is a path, None for the policy in force; `lines` says where each test stands."""

    file: Path
    policy: Path | None
    tests: tuple[Expectation, ...]
    lines: tuple[int, ...]


class Tried(msgspec.Struct, frozen=True):
    """A test and what came of it."""

    line: int
    expected: Expectation
    verdict: Verdict

    @property
    def good(self) -> bool:
        """Whether it is as expected."""
        wanted = self.expected
        return wanted.expect == self.verdict.decision and wanted.reason in ("", self.verdict.reason)


def read(file: Path) -> PolicyTests:
    """Read a file of tests.

    Args:
        file: YAML, or JSON, which is YAML too.

    Raises:
        DocumentError: `document.malformed`, with line and column.
        StorageError: it cannot be read.
    """
    import yaml  # noqa: PLC0415  # slow to load, and only needed here

    content = files.read(file, limits.POLICY_TEST_FILE_BYTES)
    found = bounded_yaml.read(content, str(file), "document", 0)
    try:
        made = msgspec.convert(yaml.safe_load(content) if found.node is not None else {}, _File)
    except (msgspec.ValidationError, yaml.YAMLError, ValueError, RecursionError) as error:
        line, problem = _line(found.node, str(error)), str(error).partition("\n")[0]
        raise DocumentError(
            "document.malformed", file=str(file), line=line, column=1, problem=problem
        ) from None
    policy = file.parent / made.policy if made.policy else None
    return PolicyTests(file, policy, made.tests, _lines(found.node))


def run(
    tests: PolicyTests,
    policy: "Policy",
    gather: Callable[[Keyring], object],
    at: datetime,
) -> Iterator[Tried]:
    """Try each of them, in their order.

    Args:
        tests: from `read`.
        policy: in the language of containers/image.
        gather: reads the keys of a policy.
        at: the time of the verdicts.

    Raises:
        UsageError: an image is no reference.
        DocumentError: `document.malformed`: a signer is neither a fingerprint nor a file with one key.
    """
    used = PolicyUsed(policy.language, policy.origin, policy.digest)
    answers: dict[Need, object] = {}
    for line, one in zip(tests.lines, tests.tests, strict=True):
        subject = subject_of(locate(one.image))
        statement = policy.statement(subject)
        answers |= {need: gather(cast("Keyring", need)) for need in statement.needs - answers.keys()}
        candidates = tuple(_candidate(tests.file, line, claim, one.image) for claim in one.signed)
        case = Case(statement, subject, used, at, candidates)
        yield Tried(line, one, decide(case, Evidence(answers)).verdict)


def subject_of(location: Location) -> Subject:
    """An image of which only the name is known, as policies look at it.

    Args:
        location: of the image.
    """
    nothing = Descriptor("", Digest("sha256:" + "0" * 64), 0)
    name: Reference | str = location.reference or location.path
    return Subject(nothing, location.transport, name, typed=location.typed, identity=location.identity)


def _candidate(file: Path, line: int, claim: Claim, image: str) -> Candidate:
    from sealwright.policy.containers.claims import ClaimedSignature  # noqa: PLC0415  # only for its language

    signature = ClaimedSignature(
        _fingerprint(file, line, claim.by), claim.name or image.removeprefix("docker://")
    )
    return Candidate(StoredSignature("simple", f"claimed: {claim.by}", "", b""), signature)


def _fingerprint(file: Path, line: int, by: str) -> str:
    match = _FINGERPRINT.fullmatch(by.replace(" ", ""))
    if match is not None:
        return match[1].upper()
    try:
        keys = keyrings.read(files.read(file.parent / by, limits.OPENPGP_KEYRING_BYTES), by)
    except SealwrightError as error:
        problem = f"the signer {by!r} is no fingerprint, and as a file of a key: {error}"
    else:
        if len(keys) == 1:
            return keys[0].fingerprint
        problem = f"{by} holds {len(keys)} keys, and a signature is made by one"
    raise DocumentError("document.malformed", file=str(file), line=line, column=1, problem=problem)


def _lines(node: object) -> tuple[int, ...]:
    """Where each test stands."""
    for name, value in getattr(node, "value", ()):
        if name.value == "tests":
            return tuple(one.start_mark.line + 1 for one in value.value)
    return ()


def _line(node: object, problem: str) -> int:
    """The line of the test that a complaint of msgspec is about, else the first."""
    match = re.search(r"`\$\.tests\[(\d+)\]", problem)
    lines = _lines(node) if match is not None and isinstance(getattr(node, "value", None), list) else ()
    return lines[int(match[1])] if match is not None and int(match[1]) < len(lines) else 1
