"""The policy about keys of vaults put in force and shown, and made of keys or of a cluster's list."""

import json
from collections.abc import Sequence

import click

from sealwright.cli.plain import plain
from sealwright.errors import DocumentError, UsageError
from sealwright.homes.environment import Environment
from sealwright.homes.sealwright import vault_policy
from sealwright.policy.vault import document, key_lists
from sealwright.policy.vault.scopes import WILDCARD

__all__ = ["imported", "of_keys", "put", "show"]


def of_keys(name: str, scopes: Sequence[str], keys: Sequence[str], at_least: int | None) -> bytes:
    """A policy of one statement.

    Args:
        name: of the statement.
        scopes: what it is about; none: everything.
        keys: `[VAULT/]KEY[@VERSION]`, each a name, or an identifier.
        at_least: how many of them have to sign; None: any one.

    Raises:
        UsageError: `usage.policy-without-keys`.
    """
    if not keys:
        raise UsageError("usage.policy-without-keys")
    named = [_key(key) for key in keys]
    wanted: dict[str, object] = {"any": named} if at_least is None else {"atLeast": at_least, "of": named}
    statement = {
        "name": name,
        "scopes": list(scopes) or [WILDCARD],
        "signedBy": named[0] if len(named) == 1 and at_least is None else wanted,
    }
    return json.dumps({"version": "1.0", "statements": [statement]}, indent=4).encode() + b"\n"


def imported(content: bytes, source: str, scopes: Sequence[str] = ()) -> bytes:
    """A policy as it is, or that of a cluster's list of keys.

    Args:
        content: of the file.
        source: its name, for messages.
        scopes: what the policy of a list is about; none: everything.

    Raises:
        DocumentError: a `policy.` code.
    """
    if key_lists.is_key_list(content):
        return key_lists.policy_of(content, source, scopes or (WILDCARD,))
    return content


def put(content: bytes, source: str, *, force: bool) -> None:
    """Check a policy, put it in force for this user and say so.

    Args:
        content: the policy.
        source: its name, for messages.
        force: replace the one that is there.

    Raises:
        DocumentError: a `policy.` code, such as `policy.exists`.
        StorageError: it cannot be written.
    """
    document.read(content, source)
    environment = Environment.current()
    before = vault_policy.find(environment)
    if before is not None and before.path == vault_policy.paths(environment)[0] and not force:
        raise DocumentError("policy.exists", file=str(before.path))
    path = vault_policy.write(environment, content)
    click.echo(plain(f"the policy about keys of vaults is in force: {path}"))


def show() -> None:
    """Print the policy in force, as it stands in its file.

    Raises:
        UsageError: `policy.absent`.
        StorageError: it cannot be read.
    """
    environment = Environment.current()
    found = vault_policy.find(environment)
    if found is None:
        raise UsageError("policy.absent", folder=str(vault_policy.paths(environment)[0].parent))
    click.echo(found.content.decode(errors="replace"), nl=False)


def _key(text: str) -> dict[str, object]:
    from sealwright.keys.vault import uri  # noqa: PLC0415  # only for this language

    named = uri.parse(text)
    if named.host:
        raise UsageError("usage.policy-key-with-host", key=text[:300], host=named.host)
    key: dict[str, object] = {"key": named.key}
    if named.vault:
        key["vault"] = named.vault
    if named.version:
        key["versions"] = [int(named.version) if named.version.isdecimal() else named.version]
    return key
