"""`sigstoreSigned`: read and checked, though nothing here verifies such signatures yet.

containers-policy.json(5), "sigstoreSigned", with all that later versions added: one of `keyPath`, `keyPaths`,
`keyData`, `keyDatas`, `fulcio`, `pki`; at most one key of Rekor, which `fulcio` needs and `pki` forbids.
"""

from collections.abc import Mapping

from sealwright.policy.containers import identities
from sealwright.policy.containers.base64_text import decoded
from sealwright.policy.reading import Reading
from sealwright.rules import IdentityMatch
from sealwright.strict_json import Path

__all__ = ["read"]

_SOURCES = ("keyPath", "keyPaths", "keyData", "keyDatas", "fulcio", "pki")
_REKOR = ("rekorPublicKeyPath", "rekorPublicKeyPaths", "rekorPublicKeyData", "rekorPublicKeyDatas")
_KNOWN = ("type", *_SOURCES, *_REKOR, "signedIdentity")
_FULCIO = ("caPath", "caData", "oidcIssuer", "subjectEmail")
_ROOTS, _INTERMEDIATES = ("caRootsPath", "caRootsData"), ("caIntermediatesPath", "caIntermediatesData")
_SUBJECTS = ("subjectEmail", "subjectHostname")


def read(reading: Reading, members: Mapping[str, object], path: Path) -> IdentityMatch:
    """The name that a signature must carry; all else is only checked.

    Args:
        reading: takes the problems.
        members: of the requirement.
        path: where it stands.
    """
    there: list[str] = []
    for name, value in reading.each(members, path):
        at = (*path, name)
        if name == "fulcio":
            _fulcio(reading, value, at)
            there.append(name)
        elif name == "pki":
            _pki(reading, value, at)
            there.append(name)
        elif name in _SOURCES or name in _REKOR:
            there += [name] if _is_there(reading, name, value, at) else []
        elif name not in _KNOWN:
            reading.unknown("containers.unknown-member", at, name, _KNOWN)
    identity = IdentityMatch()
    if "signedIdentity" in members:
        identity = identities.read(reading, members["signedIdentity"], (*path, "signedIdentity"))
    for name in members:
        if name.endswith(("Paths", "Datas")) and members[name] in (None, []):
            reading.problem("containers.list-empty", (*path, name), name=name)
            return identity
    _check(reading, there, path)
    return identity


def _is_there(reading: Reading, name: str, value: object, path: Path) -> bool:
    """Whether a key is named; an empty text of data counts, an empty path does not."""
    if name.endswith("Datas"):
        for index, item in enumerate(reading.items(value, path)):
            decoded(reading, item, (*path, index))
        return True
    if name.endswith("Paths"):
        reading.texts(value, path)
        return True
    if name.endswith("Data"):
        decoded(reading, value, path)
        return value is not None
    return bool(reading.text(value, path)) or not isinstance(value, str | None)


def _check(reading: Reading, there: list[str], path: Path) -> None:
    sources = [name for name in _SOURCES if name in there]
    rekor = [name for name in _REKOR if name in there]
    if len(sources) != 1:
        code = "containers.several-of-one" if sources else "containers.none-of-one"
        _several(reading, code, path, _SOURCES, sources)
    if len(rekor) > 1:
        _several(reading, "containers.several-of-at-most-one", path, _REKOR, rekor)
    if "fulcio" in there and not rekor:
        reading.problem("containers.rekor-missing", (*path, "fulcio"), names=", ".join(_REKOR))
    if "pki" in there and rekor:
        reading.problem("containers.rekor-with-pki", (*path, rekor[0]), name=rekor[0])


def _several(
    reading: Reading,
    code: str,
    path: Path,
    names: tuple[str, ...],
    there: list[str],
    what: str = "sigstoreSigned",
) -> None:
    reading.problem(code, path, what=what, names=", ".join(names), there=" and ".join(there))


def _fulcio(reading: Reading, value: object, path: Path) -> None:
    there = _texts(reading, value, path, _FULCIO)
    if isinstance(value, dict):
        _one_of(reading, there, path, ("caPath", "caData"), "fulcio")
        for name in ("oidcIssuer", "subjectEmail"):
            if name not in there:
                reading.problem("containers.member-missing", path, what="fulcio", name=name)


def _pki(reading: Reading, value: object, path: Path) -> None:
    there = _texts(reading, value, path, (*_ROOTS, *_INTERMEDIATES, *_SUBJECTS))
    if isinstance(value, dict):
        _one_of(reading, there, path, _ROOTS, "pki")
        both = [name for name in _INTERMEDIATES if name in there]
        if len(both) > 1:
            _several(reading, "containers.several-of-at-most-one", path, _INTERMEDIATES, both, "pki")
        if not any(name in there for name in _SUBJECTS):
            reading.problem("containers.none-of-some", path, what="pki", names=", ".join(_SUBJECTS))


def _texts(reading: Reading, value: object, path: Path, known: tuple[str, ...]) -> list[str]:
    """The members of an object that say something."""
    there: list[str] = []
    for name, member in reading.each(value, path):
        at = (*path, name)
        if name in known:
            there += [name] if _is_there(reading, name, member, at) else []
        else:
            reading.unknown("containers.unknown-member", at, name, known)
    return there


def _one_of(reading: Reading, there: list[str], path: Path, names: tuple[str, ...], what: str) -> None:
    found = [name for name in names if name in there]
    if len(found) != 1:
        code = "containers.several-of-one" if found else "containers.none-of-one"
        _several(reading, code, path, names, found, what)
