"""What binds the journal of `seal verify --resume` to its run."""

from collections.abc import Mapping
from pathlib import Path

from sealwright.cli import here
from sealwright.homes.notation.trust_state import trust_state
from sealwright.workflow.journal import Binding, Journal
from sealwright.workflow.verifying import Question

__all__ = ["journal"]


def journal(file: Path, question: Question, metadata: Mapping[str, str], scope: str) -> Journal:
    """Open the journal of a run.

    Args:
        file: given by the user.
        question: what the run asks of every image.
        metadata: that signatures must carry.
        scope: the name for policies of images in layouts.

    Raises:
        UsageError: the file is no journal, of another run, or in use.
        StorageError: it cannot be written.
    """
    flags = {
        "--max-signatures": question.max_signatures,
        "--recursive": question.recursive or None,
        "--scope": scope or None,
        "--thorough": question.thorough or None,
        "--user-metadata": ", ".join(f"{key}={metadata[key]}" for key in sorted(metadata)) or None,
    }
    options = {flag: value for flag, value in flags.items() if value is not None}
    binding = Binding(str(question.policy.digest), str(trust_state(here.notation_folder())), options)
    return Journal.open(file, binding)
