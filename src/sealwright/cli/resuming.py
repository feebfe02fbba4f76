"""What binds the journal of `--resume` to its run."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from sealwright import limits
from sealwright.cli import here
from sealwright.digest import Digest
from sealwright.homes import files
from sealwright.homes.notation.trust_state import trust_state
from sealwright.workflow.journal import Binding, Journal
from sealwright.workflow.listing import Found
from sealwright.workflow.outcome import Outcome
from sealwright.workflow.policies import keys_state
from sealwright.workflow.verifying import Question

__all__ = ["contents", "listing", "secret", "verifying"]


def verifying(
    file: Path,
    question: Question,
    metadata: Mapping[str, str],
    scope: str,
    flags: Mapping[str, object] = MappingProxyType({}),
) -> Journal[Outcome]:
    """Open the journal of a run of `seal verify`.

    Args:
        file: given by the user.
        question: what the run asks of every image.
        metadata: that signatures must carry.
        scope: the name for policies of images in layouts.
        flags: further flags that change verdicts, and whether they are given.

    Raises:
        UsageError: the file is no journal, of another run, or in use.
        StorageError: it cannot be written.
    """
    options = {
        **{flag: given or None for flag, given in flags.items()},
        "--platform": question.platform or None,
        "--require-index": question.require_index or None,
        "--max-signatures": question.max_signatures,
        "--recursive": question.recursive or None,
        "--scope": scope or None,
        "--thorough": question.thorough or None,
        "--user-metadata": ", ".join(f"{key}={metadata[key]}" for key in sorted(metadata)) or None,
    }
    stores = f"{trust_state(here.notation_folder())} {keys_state(question.policy)}".rstrip()
    return Journal.open(
        file, Binding("seal verify", str(question.policy.digest), stores, _given(options)), Outcome
    )


def secret(flag: str, pairs: Mapping[str, str]) -> dict[str, str]:
    """A flag whose values are not to be written down: a digest of them stands for all, nothing for none.

    Args:
        flag: as typed.
        pairs: its values.
    """
    said = "".join(f"{key}={pairs[key]}\n" for key in sorted(pairs))
    return {flag: str(Digest.of(said.encode()))} if pairs else {}


def contents(paths: Iterable[Path]) -> str:
    """What some files hold, as digests; empty for no files.

    Args:
        paths: given by the user.

    Raises:
        StorageError: one of them cannot be read.
    """
    read = (files.read(path, limits.KMS_EXPORT_BYTES) for path in paths)
    return " ".join(str(Digest.of(content)) for content in read)


def listing(file: Path, *, recursive: bool) -> Journal[Found]:
    """Open the journal of a run of `seal ls`.

    Args:
        file: given by the user.
        recursive: whether everything in an index is listed.

    Raises:
        UsageError: the file is no journal, of another run, or in use.
        StorageError: it cannot be written.
    """
    options = _given({"--recursive": recursive or None})
    return Journal.open(file, Binding("seal ls", options=options), Found)


def _given(options: Mapping[str, object]) -> dict[str, object]:
    return {flag: value for flag, value in options.items() if value is not None}
