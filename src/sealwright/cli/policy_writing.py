"""Notation's trust policies put in force and shown: that for images and that for files."""

import json
from collections.abc import Mapping

import click

from sealwright.cli import here
from sealwright.errors import DocumentError, UsageError
from sealwright.homes.notation import policy_files
from sealwright.policy.notation import document
from sealwright.policy.notation.document import Artifacts

__all__ = ["in_force", "of_one", "put", "show"]

_NAMES = {"oci": policy_files.NAMES, "blob": policy_files.BLOB_NAMES}
_ABSENT = {"oci": "policy.absent", "blob": "policy.absent-for-blobs"}
_WORDS = {"oci": "the trust policy", "blob": "the trust policy for files"}


def of_one(statement: Mapping[str, object]) -> bytes:
    """A policy of one statement.

    Args:
        statement: its members.
    """
    written = {"version": "1.0", "trustPolicies": [statement]}
    return json.dumps(written, indent=4).encode() + b"\n"


def put(content: bytes, source: str, artifacts: Artifacts = "oci", *, force: bool) -> None:
    """Check a policy, put it in force and say so.

    Args:
        content: the policy.
        source: its name, for messages.
        artifacts: what it is about.
        force: replace the one that is there.

    Raises:
        DocumentError: a `policy.` code, such as `policy.exists`.
        StorageError: it cannot be written.
    """
    document.read(content, source, artifacts)
    folder = here.notation_folder()
    before = policy_files.find(folder, _NAMES[artifacts])
    if before is not None and not force:
        raise DocumentError("policy.exists", file=str(before.path))
    click.echo(f"{_WORDS[artifacts]} is in force: {policy_files.write(folder, content, _NAMES[artifacts])}")


def in_force(artifacts: Artifacts = "oci") -> policy_files.PolicyFile:
    """The policy in force.

    Args:
        artifacts: what it is about.

    Raises:
        UsageError: `policy.absent` or `policy.absent-for-blobs`.
        DocumentError: `policy.not-regular`.
        StorageError: it cannot be read.
    """
    folder = here.notation_folder()
    found = policy_files.find(folder, _NAMES[artifacts])
    if found is None:
        raise UsageError(_ABSENT[artifacts], folder=str(folder))
    return found


def show(artifacts: Artifacts = "oci") -> None:
    """Print the policy in force, as it stands in its file.

    Args:
        artifacts: what it is about.

    Raises:
        SealwrightError: as `in_force`.
    """
    click.echo(in_force(artifacts).content.decode(errors="replace"), nl=False)
