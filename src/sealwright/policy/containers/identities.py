"""`signedIdentity`: which name a signature must carry (containers-policy.json(5), "signedBy")."""

from typing import get_args

from sealwright.errors import UsageError
from sealwright.formats.simple.identity import is_prefix, named
from sealwright.policy.containers.typed import typed
from sealwright.policy.reading import Reading
from sealwright.rules import IdentityKind, IdentityMatch
from sealwright.strict_json import Path

__all__ = ["read"]

_KINDS: tuple[IdentityKind, ...] = get_args(IdentityKind)

_MEMBERS = {
    "exactReference": ("dockerReference",),
    "exactRepository": ("dockerRepository",),
    "remapIdentity": ("prefix", "signedPrefix"),
}


def read(reading: Reading, value: object, path: Path) -> IdentityMatch:
    """One of them; the default one after a problem.

    Args:
        reading: takes the problems.
        value: as it was read.
        path: where it stands.
    """
    found_type = typed(reading, value, path, "identity", _KINDS)
    if found_type is None:
        return IdentityMatch()
    members = found_type.members
    kind = next(known for known in _KINDS if known == found_type.kind)
    wanted = _MEMBERS.get(kind, ())
    found = dict.fromkeys(wanted, "")
    for name, member in reading.each(members, path):
        if name in wanted:
            found[name] = reading.text(member, (*path, name))
        elif name != "type":
            reading.unknown("containers.unknown-member", (*path, name), name, ("type", *wanted))
    missing = [name for name in wanted if name not in members]
    for name in missing:
        reading.problem("containers.member-missing", path, name=name, what=kind)
    if not missing:
        for name, text in found.items():
            _check(reading, text, (*path, name), name)
    return IdentityMatch(
        kind,
        found.get("dockerReference", found.get("dockerRepository", "")),
        found.get("prefix", ""),
        found.get("signedPrefix", ""),
    )


def _check(reading: Reading, text: str, path: Path, name: str) -> None:
    if name in ("prefix", "signedPrefix"):
        if not is_prefix(text):
            reading.problem("containers.prefix-invalid", path, name=name, prefix=text)
        return
    try:
        reference = named(text)
    except UsageError as error:
        problem = error.data.get("problem", str(error))
        reading.problem("containers.reference-invalid", path, name=name, reference=text, problem=problem)
        return
    if name == "dockerReference" and reference.tag is None and reference.digest is None:
        reading.problem("containers.reference-without-tag", path, reference=text)
