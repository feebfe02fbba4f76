"""What in registries.d does not do what it seems to; clients say nothing of any of it."""

from collections.abc import Iterator
from difflib import get_close_matches
from urllib.parse import SplitResult, urlsplit

from sealwright.homes.containers.registries_d import RegistriesD
from sealwright.homes.containers.registries_yaml import Oddity, Section
from sealwright.policy.containers import scope_lint
from sealwright.policy.containers.versions import Client, lookaside_release
from sealwright.policy.findings import Finding, Level

__all__ = ["findings"]

_NEW_NAMES = {"sigstore": "lookaside", "sigstore-staging": "lookaside-staging"}
_OLD_NAMES = {new: old for old, new in _NEW_NAMES.items()}


def findings(registries: RegistriesD, clients: tuple[Client, ...] = ()) -> tuple[Finding, ...]:
    """What is worth saying about the folder, file by file.

    Args:
        registries: what was read.
        clients: those that have to read it.
    """
    found: list[Finding] = []
    for one in registries.files:
        sections = ([one.default] if one.default is not None else []) + list(one.sections)
        found += [
            *(_odd(one.file, oddity) for oddity in one.oddities),
            *(finding for section in sections for finding in _section(section, clients)),
        ]
    return tuple(sorted(found, key=lambda one: (one.file, one.line, one.column)))


def _odd(file: str, oddity: Oddity) -> Finding:
    if not oddity.known:
        return Finding("warning", "lint.further-document", file, oddity.line, oddity.column)
    near = get_close_matches(oddity.key.lower(), oddity.known, n=1, cutoff=0.6)
    meant = f'; did you mean "{near[0]}"?' if near else ""
    data = {"key": oddity.key, "meant": meant, "known": ", ".join(oddity.known)}
    return Finding("warning", "lint.key-unknown", file, oddity.line, oddity.column, data)


def _section(section: Section, clients: tuple[Client, ...]) -> Iterator[Finding]:
    if section.scope:
        found = scope_lint.problem("docker", section.scope)
        if found is not None:
            level: Level = "warning" if found.code == "scope-official" else "error"
            yield _at(section, level, found.code, scope=section.scope, meant=found.meant)
    if not section.addresses and section.attachments is None:
        yield _at(section, "warning", "says-nothing")
    for key, url in section.addresses.items():
        yield from _address(section, key, url)
        yield from _name(section, key, clients)
    yield from _purposes(section)


def _address(section: Section, key: str, url: str) -> Iterator[Finding]:
    parts = _parts(url)
    scheme = parts.scheme
    if scheme not in ("file", "http", "https"):
        yield _at(section, "error", "address-scheme", key=key, url=url)
    elif scheme != "file" and key.endswith("-staging"):
        yield _at(section, "error", "not-written", key=scheme)
    if parts.password:
        yield _at(section, "warning", "address-secret", key=key)
    if scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        yield _at(section, "warning", "address-plain", key=key)


def _name(section: Section, key: str, clients: tuple[Client, ...]) -> Iterator[Finding]:
    release = lookaside_release()
    if key in _NEW_NAMES:
        yield _at(section, "note", "old-name", key=key, new=_NEW_NAMES[key], words=release.words)
    elif _OLD_NAMES[key] not in section.addresses and any(one.library < release.library for one in clients):
        yield _at(section, "error", "not-read-before", key=key, words=release.words)


def _purposes(section: Section) -> Iterator[Finding]:
    addresses = section.addresses
    staging = [key for key in addresses if key.endswith("-staging")]
    reading = next((addresses[key] for key in ("lookaside", "sigstore") if key in addresses), "")
    scheme = _parts(reading).scheme
    if staging and not reading:
        yield _at(section, "note", "read-elsewhere")
    elif scheme in ("http", "https") and not staging:
        yield _at(section, "note", "not-written", key=scheme)


def _parts(url: str) -> SplitResult:
    """An address taken apart; nothing for what is no address at all."""
    try:
        return urlsplit(url)
    except ValueError:  # brackets that hold no address
        return urlsplit("")


def _at(section: Section, level: Level, code: str, **data: object) -> Finding:
    told = {"section": section.name, **data}
    return Finding(level, f"lint.{code}", section.file, section.line, section.column, told)
