"""`seal policy lint`: what is wrong with policies and settings, and what does not do what it seems to."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from sealwright import limits
from sealwright.cli.plain import plain
from sealwright.errors import UsageError
from sealwright.homes import files
from sealwright.homes.environment import Environment
from sealwright.homes.notation import policy_files
from sealwright.homes.notation.folder import config_folder
from sealwright.workflow.policies import places, told_apart

if TYPE_CHECKING:
    from sealwright.policy.containers.versions import Client
    from sealwright.policy.findings import Finding

__all__ = ["Linted", "lint", "show"]

_KEY_PROBLEMS = {"keyring.file-absent": "absent", "keyring.file-unreadable": "unreadable"}


class Linted(NamedTuple):
    """A file or folder that could be read: what it holds, and what was found in it."""

    name: str
    holds: str
    findings: "tuple[Finding, ...]" = ()


def lint(source: Path | None, language: str, clients: Iterable[str]) -> Iterator[Linted]:
    """Look at a file or folder, or at all that is in force.

    Args:
        source: a policy of any language, a folder of registries.d, or a file of it (`*.yaml`); a policy for
            files by its name, `trustpolicy.blob.json`.
        language: `notation`, `containers` or `vault`; empty: the file tells, or all that is in force.
        clients: that have to take the policy, such as `skopeo-1.9`.

    Raises:
        DocumentError: a file cannot be used, with all its problems.
        UsageError: `policy.absent`, `policy.none-present`, `usage.client-unknown`.
        StorageError: a file cannot be read.
    """
    wanted = tuple(_client(name) for name in clients)
    if source is None:
        yield from _in_force(language, wanted)
    elif source.is_dir() or source.suffix == ".yaml":
        yield _registries(wanted, source)
    else:
        content = files.read(source, limits.CONFIG_FILE_BYTES)
        language = language or told_apart(content)
        if language == "containers":
            yield _containers(content, str(source), wanted)
        elif language == "vault":
            yield _vault(content, str(source))
        else:
            yield _notation(content, str(source))


def show(linted: Linted) -> None:
    """Print what was found, each with file, line and column, and a line for the file as a whole.

    Args:
        linted: one file or folder.
    """
    for one in linted.findings:
        place = f"{one.file}:{one.line}:{one.column}"
        click.echo(plain(f"{place}: {one.level}: {one.sentence} [{one.code}]"))
        if one.hint:
            click.echo(plain(f"  hint: {one.hint}"))
    bad = any(one.level == "error" for one in linted.findings)
    click.echo(plain(f"{linted.name}: {'bad' if bad else 'good'}, {linted.holds}"))


def _client(name: str) -> "Client":
    from sealwright.policy.containers import versions  # noqa: PLC0415  # only for its language

    return versions.client(name)


def _in_force(language: str, clients: "tuple[Client, ...]") -> Iterator[Linted]:
    from sealwright.homes.containers import policy_file, registries_d  # noqa: PLC0415  # the same
    from sealwright.homes.sealwright import vault_policy  # noqa: PLC0415  # the same

    environment = Environment.current()
    folder = config_folder(environment)
    notation = policy_files.find(folder) if language in ("", "notation") else None
    containers = policy_file.find(environment) if language in ("", "containers") else None
    vault = vault_policy.find(environment) if language in ("", "vault") else None
    if notation is None and language == "notation":
        raise UsageError("policy.absent", folder=str(folder))
    if notation is None and containers is None and vault is None:
        raise UsageError("policy.none-present", **places(environment))
    if notation is not None:
        yield _notation(notation.content, str(notation.path))
    files_too = policy_files.find(folder, policy_files.BLOB_NAMES) if language in ("", "notation") else None
    if files_too is not None:
        yield _notation(files_too.content, str(files_too.path))
    if containers is not None:
        yield _containers(containers.content, str(containers.path), clients)
        if registries_d.folder(environment).is_dir():
            yield _registries(clients)
    if vault is not None:
        yield _vault(vault.content, str(vault.path))


def _notation(content: bytes, file: str) -> Linted:
    from sealwright.policy.notation import document, lint  # noqa: PLC0415  # the same

    for_files = Path(file).name in policy_files.BLOB_NAMES
    read = document.read(content, file, "blob" if for_files else "oci")
    return Linted(file, f"{len(read.statements)} statement(s)", lint.findings(read))


def _vault(content: bytes, file: str) -> Linted:
    from sealwright.policy.vault import document, lint  # noqa: PLC0415  # the same

    read = document.read(content, file)
    return Linted(file, f"{len(read.statements)} statement(s)", lint.findings(read))


def _containers(content: bytes, file: str, clients: "tuple[Client, ...]") -> Linted:
    from sealwright.evidence import Keyring, Unavailable  # noqa: PLC0415  # the same
    from sealwright.keys.openpgp import keyring_files  # noqa: PLC0415  # the same
    from sealwright.policy.containers import document, lint  # noqa: PLC0415  # the same

    read = document.read(content, file)
    sections = (read.default, *read.sections)
    named = {key for section in sections for one in section.requirements for key in one.keyring.files}
    problems: dict[str, str] = {}
    for key in sorted(named):
        found = keyring_files.read(Keyring((key,)))
        if isinstance(found, Unavailable):
            problems[key] = _KEY_PROBLEMS.get(found.reason, "empty")
    holds = f"a default and {len(read.sections)} scope(s)"
    return Linted(file, holds, lint.findings(read, clients, problems))


def _registries(clients: "tuple[Client, ...]", given: Path | None = None) -> Linted:
    from sealwright.homes.containers import registries_d, registries_lint  # noqa: PLC0415  # the same

    read = registries_d.read(Environment.current(), given)
    holds = f"{len(read.files)} file(s), {len(read.sections)} scope(s)"
    return Linted(str(read.folder), holds, registries_lint.findings(read, clients))
