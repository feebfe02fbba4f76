"""What `seal trust` reads from its flags and shows in its rows."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from sealwright.errors import UsageError
from sealwright.homes.environment import Environment
from sealwright.workflow import trust, trust_keys
from sealwright.workflow.trust import Requirement, TrustFiles
from sealwright.workflow.trust_rows import Row

__all__ = ["TrustPlaces", "lines", "record", "requirements"]

_KINDS = {"insecureAcceptAnything": "accept", "reject": "reject", "signedBy": "signed"}
_KEYRING = "gpg:"


class TrustPlaces(msgspec.Struct, frozen=True):
    """The flags that name other files than those in force."""

    policy_file: Path | None
    registries_d: Path | None

    def chosen(self, environment: Environment) -> TrustFiles:
        """The files to work on."""
        found = trust.in_force(environment, is_root=os.geteuid() == 0)
        return TrustFiles(self.policy_file or found.policy, self.registries_d or found.registries)


def lines(rows: Iterable[Row]) -> Iterator[tuple[str, ...]]:
    """Rows as cells; keys that cannot be read are told as such."""
    for row in rows:
        keys = (mail for key in row.keys for mail in (key.mails or (f"({key.problem})",)))
        kind = _KINDS.get(row.type, row.type)
        yield row.transport or "(all other)", row.scope, kind, ", ".join(keys), row.store


def record(row: Row) -> dict[str, object]:
    """A row as JSON."""
    place = {"transport": row.transport, "scope": row.scope} if row.transport else {"default": True}
    return {**place, "type": row.type, "keys": row.keys, "store": row.store}


def requirements(
    environment: Environment,
    scope: str,
    kind: str,
    keys: tuple[str, ...],
    paths: tuple[str, ...],
    several: str | None,
    match: str | None,
    mirror_of: str | None,
) -> list[Requirement]:
    """What the flags of `seal trust add` ask of images.

    Args:
        environment: where gpg's keyring is, and proxies.
        scope: of the images.
        kind: `signed`, `accept` or `reject`.
        keys: to be kept in the policy: files, `gpg:ID`, addresses.
        paths: files to be named in the policy.
        several: `any` or `all` of the keys.
        match: `exact` or `repository`.
        mirror_of: what stands in the place of the scope in names that are signed.

    Raises:
        UsageError: `trust.key-needed`, `trust.key-unwanted`, `trust.any-or-all`, `trust.keys-mixed`,
            `trust.key-url-insecure`, `trust.identities-exclude`.
        SealwrightError: a key cannot be had.
    """
    if kind != "signed":
        if keys or paths or match or mirror_of:
            raise UsageError("trust.key-unwanted", type=kind)
        return [trust.ACCEPT if kind == "accept" else trust.REJECT]
    if not keys and not paths:
        raise UsageError("trust.key-needed")
    if len(keys) + len(paths) > 1 and several is None:
        raise UsageError("trust.any-or-all")
    identity = _identity(scope, match, mirror_of)
    contents = [_content(environment, key) for key in keys]
    for path in paths:
        trust_keys.from_file(Path(path))
    absolute = [str(Path(path).absolute()) for path in paths]
    if several == "any" and len(keys) + len(paths) > 1:
        found = [_any_of(contents, absolute)]
    else:
        found = [
            *(trust.signed_by_data(content) for content in contents),
            *(trust.signed_by_file(path) for path in absolute),
        ]
    return [{**one, **identity} for one in found]


def _any_of(contents: list[bytes], paths: list[str]) -> Requirement:
    """One requirement, which a signature by any of the keys meets."""
    if contents and paths:
        raise UsageError("trust.keys-mixed")
    if contents:
        return trust.signed_by_data(trust_keys.joined(contents))
    return {"type": "signedBy", "keyType": "GPGKeys", "keyPaths": paths}


def _identity(scope: str, match: str | None, mirror_of: str | None) -> Requirement:
    if match and mirror_of:
        raise UsageError("trust.identities-exclude")
    if mirror_of:
        return {"signedIdentity": {"type": "remapIdentity", "prefix": scope, "signedPrefix": mirror_of}}
    kinds = {"exact": "matchExact", "repository": "matchRepository"}
    return {"signedIdentity": {"type": kinds[match]}} if match else {}


def _content(environment: Environment, key: str) -> bytes:
    if key.startswith(_KEYRING):
        return trust_keys.from_keyring(environment, key.removeprefix(_KEYRING))
    if not trust_keys.is_url(key):
        return trust_keys.from_file(Path(key))
    if not key.startswith("https://"):
        raise UsageError("trust.key-url-insecure", url=key)
    return trust_keys.from_web(environment, key)
