"""Reading trust policies: `trustpolicy.oci.json`, `trustpolicy.json` and `trustpolicy.blob.json`.

Source: trust-store-trust-policy.md, "Trust Policy". Policies for images and for blobs differ in one member
of each statement: which repositories it is about, or whether it is the one for blobs that name no other.

Stricter than the reference, on purpose: members that nobody knows are errors (the reference ignores them,
so that a misspelt `override` weakens nothing and tells nobody), and so are members that differ from known
ones only in capitals, members named twice, and the level `skip` for the wildcard scope and for the global
statement, which the specification forbids. All problems of a file are reported at once, the one that the
reference would name first at the head.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from sealwright.errors import SealwrightError
from sealwright.pki import names
from sealwright.policy.notation.levels import ACTIONS, LEVELS, TYPES
from sealwright.policy.notation.scopes import WILDCARD, is_scope
from sealwright.policy.reading import Reading
from sealwright.rules import Action, X509Identity
from sealwright.strict_json import Path

__all__ = ["STORE_KINDS", "Artifacts", "Document", "PolicyStatement", "is_store_name", "read"]

STORE_KINDS = ("ca", "signingAuthority", "tsa")
_When = Literal["always", "afterCertExpiry"]
_Revoked = Literal["refuse", "accept"]
_WHEN: tuple[_When, ...] = ("always", "afterCertExpiry")
_REVOKED: tuple[_Revoked, ...] = ("refuse", "accept")
_STORE_NAME_MARKS = frozenset("_.-")
_X509_SUBJECT = "x509.subject"

Artifacts = Literal["oci", "blob"]
"""What a policy is about: images and all else in registries, or files."""

_CHOOSERS = {"oci": "registryScopes", "blob": "globalPolicy"}
"""The member that tells what a statement is about."""


class PolicyStatement(msgspec.Struct, frozen=True):
    """One statement, checked. `level` is `custom` if overridden; `line` is where the statement starts.

    `identities` are those that we check ourselves, `all_identities` all of them as they are written, also
    those that only a plugin understands. `revoked_after_signing` is a word of ours, which notation passes
    over: it then refuses, so that it is never the more lenient.
    One for blobs has no scopes; `is_global`: it is for blobs whose verifier names no statement.
    """

    name: str
    line: int
    scopes: tuple[str, ...]
    level: str
    actions: Mapping[str, Action]
    verify_timestamp: Literal["always", "afterCertExpiry"]
    stores: tuple[str, ...]
    identities: tuple[X509Identity, ...]
    all_identities: tuple[str, ...] = ()
    revoked_after_signing: Literal["refuse", "accept"] = "refuse"
    is_global: bool = False


class Document(msgspec.Struct, frozen=True):
    """A whole policy file, checked."""

    file: str
    statements: tuple[PolicyStatement, ...]
    artifacts: Artifacts = "oci"


def is_store_name(text: str) -> bool:
    """Whether a named trust store may be called so: ASCII letters, digits, `_`, `.`, `-`; no path part."""
    allowed = all(mark.isalnum() or mark in _STORE_NAME_MARKS for mark in text)
    return bool(text) and text.isascii() and allowed and text not in (".", "..")


def read(content: bytes, file: str, artifacts: Artifacts = "oci") -> Document:
    """Read and check a policy.

    Args:
        content: the bytes of the file.
        file: its name, for messages.
        artifacts: what it is about; problems of policies for blobs say so in their data.

    Raises:
        DocumentError: a `policy.` code; further problems are its `others`.
    """
    noted = {"artifacts": artifacts} if artifacts == "blob" else {}
    reading = Reading(content, file, "policy", noted=noted)
    top = reading.members(reading.value, (), ("version", "trustPolicies"))
    version = reading.text(top.get("version"), ("version",))
    if not version:
        reading.problem("policy.version-missing", ("version",))
    elif version != "1.0":
        reading.problem("policy.version-unsupported", ("version",), version=version)
    items = reading.items(top.get("trustPolicies"), ("trustPolicies",))
    if not items:
        reading.problem("policy.no-statements", ("trustPolicies",))
    seen: dict[str, Path] = {}
    statements = [
        _statement(reading, item, ("trustPolicies", i), seen, artifacts) for i, item in enumerate(items)
    ]
    (_check_scopes if artifacts == "oci" else _check_global)(reading, statements)
    reading.finish()
    return Document(file, tuple(statements), artifacts)


def _statement(
    reading: Reading, value: object, path: Path, seen: dict[str, Path], artifacts: Artifacts
) -> PolicyStatement:
    known = ("name", _CHOOSERS[artifacts], "signatureVerification", "trustStores", "trustedIdentities")
    members = reading.members(value, path, known)
    name = reading.text(members.get("name"), (*path, "name"))
    if not name:
        reading.problem("policy.name-missing", path)
    elif name in seen:
        reading.problem("policy.name-repeated", (*path, "name"), name=name)
    seen[name] = path
    level, actions, timestamp, revoked = _level(
        reading, name, members.get("signatureVerification"), (*path, "signatureVerification")
    )
    stores = reading.texts(members.get("trustStores"), (*path, "trustStores"))
    identities = reading.texts(members.get("trustedIdentities"), (*path, "trustedIdentities"))
    if level == "skip":
        if stores or identities:
            reading.problem("policy.skip-with-trust", path, name=name)
    elif not stores or not identities:
        reading.problem("policy.trust-missing", path, name=name)
    _check_stores(reading, name, stores, (*path, "trustStores"))
    return PolicyStatement(
        name=name,
        line=reading.places.value(path).line,
        scopes=reading.texts(members.get("registryScopes"), (*path, "registryScopes")),
        level=level,
        actions=actions,
        verify_timestamp=timestamp,
        stores=stores,
        identities=_identities(reading, name, identities, (*path, "trustedIdentities")),
        all_identities=identities,
        revoked_after_signing=revoked,
        is_global=reading.flag(members.get("globalPolicy"), (*path, "globalPolicy")),
    )


def _level(
    reading: Reading, name: str, value: object, path: Path
) -> tuple[str, Mapping[str, Action], _When, _Revoked]:
    known = ("level", "override", "verifyTimestamp", "revokedAfterSigning")
    members = reading.members(value or {}, path, known)
    level = reading.text(members.get("level"), (*path, "level"))
    timestamp = reading.text(members.get("verifyTimestamp"), (*path, "verifyTimestamp")) or "always"
    if not level:
        reading.problem("policy.level-missing", path, name=name)
    elif level not in LEVELS:
        reading.unknown("policy.level-unknown", (*path, "level"), level, tuple(LEVELS), name=name)
    overrides = _overrides(reading, name, level, members.get("override"), (*path, "override"))
    if timestamp not in _WHEN:
        reading.unknown(
            "policy.verify-timestamp-unknown", (*path, "verifyTimestamp"), timestamp, _WHEN, name=name
        )
    revoked = reading.text(members.get("revokedAfterSigning"), (*path, "revokedAfterSigning")) or "refuse"
    if revoked not in _REVOKED:
        reading.unknown(
            "policy.revoked-after-signing-unknown",
            (*path, "revokedAfterSigning"),
            revoked,
            _REVOKED,
            name=name,
        )
    actions = {**LEVELS.get(level, LEVELS["strict"]), **overrides}
    when: _When = "always" if timestamp == "always" else "afterCertExpiry"
    after: _Revoked = "accept" if revoked == "accept" else "refuse"
    return ("custom" if overrides else level), actions, when, after


def _overrides(reading: Reading, name: str, level: str, value: object, path: Path) -> Mapping[str, Action]:
    if value is None or value == {}:
        return {}
    if level == "skip":
        reading.problem("policy.level-not-customizable", path, name=name, level=level)
    if not isinstance(value, dict):
        reading.members(value, path, ())
        return {}
    overrides: dict[str, Action] = {}
    for kind, word in value.items():
        at = (*path, kind)
        action = next((known for known in ACTIONS if known == word), None)
        if kind not in TYPES:
            reading.unknown("policy.override-type-unknown", at, kind, TYPES, name=name)
        elif action is None:
            reading.unknown("policy.override-action-unknown", at, str(word), ACTIONS, name=name)
        elif kind == "integrity":
            reading.problem("policy.override-not-allowed", at, name=name, type=kind)
        elif action == "skip" and kind != "revocation":
            reading.problem("policy.override-skip-not-allowed", at, name=name, type=kind)
        else:
            overrides[kind] = action
    return overrides


def _check_stores(reading: Reading, name: str, stores: tuple[str, ...], path: Path) -> None:
    for index, store in enumerate(stores):
        at = (*path, index)
        kind, colon, store_name = store.partition(":")
        if not colon:
            reading.problem("policy.trust-store-malformed", at, name=name, store=store)
        elif kind not in STORE_KINDS:
            reading.unknown("policy.trust-store-type-unknown", at, kind, STORE_KINDS, name=name, store=store)
        elif not is_store_name(store_name):
            reading.problem("policy.trust-store-name-invalid", at, name=name, store=store)


def _identities(reading: Reading, name: str, words: tuple[str, ...], path: Path) -> tuple[X509Identity, ...]:
    """The identities that we check ourselves. Those of other prefixes are for plugins and match nothing."""
    if len(words) > 1 and WILDCARD in words:
        reading.problem("policy.identity-wildcard-mixed", path, name=name)
    found: list[X509Identity] = []
    for index, identity in enumerate(words):
        at = (*path, index)
        prefix, colon, value = identity.partition(":")
        if identity == WILDCARD:
            found.append(X509Identity(identity))
        elif not identity:
            reading.problem("policy.identity-empty", at, name=name)
        elif not colon:
            reading.problem("policy.identity-no-separator", at, name=name, identity=identity)
        elif prefix == _X509_SUBJECT and not value.strip():
            reading.problem("policy.identity-no-value", at, name=name, identity=identity)
        elif prefix == _X509_SUBJECT:
            try:
                attributes = names.parse_identity(value)
            except SealwrightError as error:
                reading.problem(
                    "policy.identity-invalid",
                    at,
                    name=name,
                    identity=identity,
                    problem=str(error),
                    rule=error.code,
                    detail=dict(error.data),
                )
            else:
                found.append(X509Identity(identity, attributes))
    _check_overlap(reading, name, found, path)
    return tuple(found)


def _check_overlap(reading: Reading, name: str, identities: list[X509Identity], path: Path) -> None:
    for index, one in enumerate(identities):
        for other in identities[:index]:
            wider, narrower = sorted((other, one), key=lambda identity: len(set(identity.attributes)))
            if wider.attributes and set(wider.attributes) <= set(narrower.attributes):
                reading.problem(
                    "policy.identity-overlap", path, name=name, one=wider.words, other=narrower.words
                )


def _check_scopes(reading: Reading, statements: list[PolicyStatement]) -> None:
    owners: dict[str, str] = {}
    for index, statement in enumerate(statements):
        path: Path = ("trustPolicies", index, "registryScopes")
        if not statement.scopes:
            reading.problem("policy.scopes-missing", path, name=statement.name)
        if len(statement.scopes) > 1 and WILDCARD in statement.scopes:
            reading.problem("policy.scope-wildcard-mixed", path, name=statement.name)
        if statement.level == "skip" and WILDCARD in statement.scopes:
            reading.problem("policy.wildcard-skip", path, name=statement.name)
        for place, scope in enumerate(statement.scopes):
            at = (*path, place)
            if scope != WILDCARD and not is_scope(scope):
                code = "policy.scope-with-wildcard" if WILDCARD in scope else "policy.scope-invalid"
                reading.problem(code, at, name=statement.name, scope=scope)
            elif scope in owners:
                reading.problem(
                    "policy.scope-repeated", at, scope=scope, name=statement.name, owner=owners[scope]
                )
            owners.setdefault(scope, statement.name)


def _check_global(reading: Reading, statements: list[PolicyStatement]) -> None:
    owner = ""
    for index, statement in enumerate(statements):
        if not statement.is_global:
            continue
        path: Path = ("trustPolicies", index, "globalPolicy")
        if owner:
            reading.problem("policy.global-repeated", path, name=statement.name, owner=owner)
        if statement.level == "skip":
            reading.problem("policy.global-skip", path, name=statement.name)
        owner = owner or statement.name
