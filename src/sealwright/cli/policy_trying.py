"""`seal policy test`: expected decisions and what came of them."""

from pathlib import Path

import click

from sealwright.cli import tables
from sealwright.cli.plain import plain
from sealwright.homes.environment import Environment
from sealwright.keys.openpgp import keyring_files
from sealwright.workflow import policies, policy_tests
from sealwright.workflow.clock import now

__all__ = ["run"]


def run(source: Path, policy_file: Path | None, output: str) -> bool:
    """Try a file of tests and print what came of it; whether all is as expected.

    Args:
        source: the file.
        policy_file: a policy to try instead of the one that the file names.
        output: `text` or `json`.

    Raises:
        DocumentError: the file or the policy cannot be used.
        StorageError: one of them cannot be read.
        UsageError: the policy is of another language, or an image is no reference.
    """
    tests = policy_tests.read(source)
    policy = policies.load(Environment.current(), "containers", policy_file or tests.policy)
    tried = list(policy_tests.run(tests, policy, keyring_files.read, now()))
    failed = [one for one in tried if not one.good]
    if output == "json":
        told = [
            {"line": one.line, "image": one.expected.image, "good": one.good, "expected": one.expected.expect}
            | {
                "decision": one.verdict.decision,
                "reason": one.verdict.reason,
                "sentence": one.verdict.sentence,
            }
            for one in tried
        ]
        tables.print_json({"policy": policy.origin, "tests": told})
        return not failed
    for one in failed:
        wanted = one.expected.expect + (f" ({one.expected.reason})" if one.expected.reason else "")
        verdict = one.verdict
        line = f"{source}:{one.line}: {one.expected.image}: expected {wanted}, and it is {verdict.decision}"
        click.echo(plain(f"{line}: {verdict.sentence} [{verdict.reason}]"))
    click.echo(plain(f"{policy.origin}: {len(tried) - len(failed)} of {len(tried)} as expected"))
    return not failed
