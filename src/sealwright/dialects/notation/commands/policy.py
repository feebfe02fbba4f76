"""`notation policy`: import and show."""

from pathlib import Path

from sealwright import limits
from sealwright.dialects.cobra import Command, Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import os_error
from sealwright.dialects.notation import policies
from sealwright.dialects.notation.confirmation import confirmed
from sealwright.dialects.notation.lines import LINES, STABLE
from sealwright.dialects.notation.positional import nothing
from sealwright.dialects.notation.words import said
from sealwright.dialects.pflag import Flag
from sealwright.errors import DocumentError, SealwrightError
from sealwright.homes import files
from sealwright.homes.notation.folder import config_folder
from sealwright.homes.notation.policy_files import NAMES
from sealwright.policy.notation import document

__all__ = ["command"]

_IMPORT_ONE = "`notation policy import <path-to-policy.json>`"
_EXAMPLE = (
    "https://github.com/notaryproject/specifications/blob/8cf800c60b7315a43f0adbcae463d848a353b412/specs/"
    "trust-store-trust-policy.md#trust-policy-for-oci-artifacts"
)


def command(line: str) -> Command:
    """The command in a line of notation."""
    del line
    return Command(
        "policy [command]",
        "Keep the trust policy",
        "Keep the trust policy, by which images are verified.",
        subcommands=(
            Command(
                "import [flags] <file_path>",
                "Put a trust policy in force",
                "Check a trust policy and put it in force.\n",
                flags=(Flag("force", "bool", "replace the policy that is in force without asking"),),
                arguments=_one_file,
                run=_import,
            ),
            Command(
                "show [flags]",
                "Show the trust policy",
                "Show the trust policy that is in force, as it stands in its file.\n",
                arguments=nothing,
                run=_show,
            ),
        ),
    )


def _import(invocation: Invocation) -> None:
    line, folder = invocation.line, config_folder(invocation.environment)
    content = _read(invocation.arguments[0], line)
    _check(content, invocation.arguments[0], line)
    old = line == STABLE
    if invocation.values["force"]:
        kind = "trust policy configuration file" if old else "OCI trust policy configuration"
        invocation.warn(f"Warning: existing {kind} will be overwritten")
    elif policies.is_json(folder, line):
        kind = "trust policy file" if old else "OCI trust policy configuration"
        question = f"The {kind} already exists, do you want to overwrite it?"
        if not confirmed(invocation, question, already=False):
            return
    path = folder / LINES[line].policy_file
    try:
        files.write(path, content, files.PRIVATE)
    except SealwrightError as error:
        kind = "trust policy file" if old else "OCI trust policy configuration"
        raise Fault(f"failed to write {kind}: {said(error, line)}") from None
    if old:
        invocation.say("Trust policy configuration imported successfully.")
        return
    _remove_old(folder / NAMES[-1], invocation)
    invocation.say(f"Successfully imported OCI trust policy configuration to {path}.")


def _remove_old(path: Path, invocation: Invocation) -> None:
    """Remove the file of the older line, which nobody would read any more."""
    try:
        path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        problem = os_error("remove", path, error)
        invocation.warn(f"Warning: failed to delete old trust policy configuration {path.name}: {problem}")
        return
    invocation.say(f"Deleted old trust policy configuration {path.name}.")


def _show(invocation: Invocation) -> None:
    line, folder = invocation.line, config_folder(invocation.environment)
    old = line == STABLE
    kind = "trust policy" if old else "OCI trust policy"
    path = next((folder / name for name in policies.file_names(line) if (folder / name).exists()), None)
    if path is None:
        raise Fault(
            f"failed to show {kind} as the trust policy file does not exist.\n"
            f"You can import one using {_IMPORT_ONE}"
        )
    try:
        content = files.read(path, limits.CONFIG_FILE_BYTES)
    except SealwrightError as error:
        raise Fault(f"failed to show {kind}: {said(error, line)}") from None
    problem = policies.problem(content, str(path), line)
    if problem and old:
        invocation.warn(f"Error: {problem}")
    if problem:
        name = "trust policy configuration" if old else "OCI trust policy configuration"
        more = "" if old else f". See {_EXAMPLE} for a trust policy example."
        invocation.warn(
            f"Existing {name} is invalid, you may update or create a new one via {_IMPORT_ONE}{more}"
        )
    invocation.out.write(content.decode(errors="surrogateescape"))
    if problem and not old:
        raise Fault(problem)


def _read(typed: str, line: str) -> bytes:
    try:
        return files.read(Path(typed), limits.CONFIG_FILE_BYTES)
    except SealwrightError as error:
        kind = "trust policy file" if line == STABLE else "OCI trust policy configuration"
        raise Fault(f"failed to read {kind}: {said(error, line)}") from None


def _check(content: bytes, file: str, line: str) -> None:
    try:
        document.read(content, file)
    except DocumentError as error:
        kind = "trust policy" if line == STABLE else "OCI trust policy configuration"
        if problem := policies.unparsed(error, content):
            kind = "trust policy configuration" if line == STABLE else kind
            raise Fault(f"failed to parse {kind}: {problem}") from None
        raise Fault(f"failed to validate {kind}: {said(error, line)}") from None


def _one_file(arguments: tuple[str, ...]) -> None:
    if len(arguments) != 1:
        raise Fault(
            f"requires 1 argument but received {len(arguments)}.\n"
            "Usage: notation policy import <path-to-policy.json>\n"
            "Please specify a trust policy file location as the argument"
        )
