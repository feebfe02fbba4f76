"""`notation blob policy`: init, import and show."""

from pathlib import Path

from sealwright import limits
from sealwright.dialects.cobra import Command, Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_json import marshal
from sealwright.dialects.notation import policies
from sealwright.dialects.notation.confirmation import confirmed
from sealwright.dialects.notation.positional import nothing
from sealwright.dialects.notation.words import said
from sealwright.dialects.pflag import Flag
from sealwright.errors import DocumentError, SealwrightError
from sealwright.homes import files
from sealwright.homes.notation.folder import config_folder
from sealwright.homes.notation.policy_files import BLOB_NAMES
from sealwright.policy.notation import document

__all__ = ["command"]

_IMPORT_ONE = "`notation blob policy import <path-to-policy.json>`"
_EXAMPLE = (
    "https://github.com/notaryproject/specifications/blob/8cf800c60b7315a43f0adbcae463d848a353b412/specs/"
    "trust-store-trust-policy.md#trust-policy-for-blobs"
)


def command(line: str) -> Command:
    """The command in a line of notation."""
    del line
    return Command(
        "policy [command]",
        "Keep the trust policy for blobs",
        "Keep the trust policy by which blobs are verified.",
        subcommands=(
            Command(
                "import [flags] <file_path>",
                "Put a trust policy for blobs in force",
                "Check a trust policy for blobs and put it in force.\n",
                flags=(Flag("force", "bool", "replace the policy that is in force without asking"),),
                arguments=_one_file,
                run=_import,
            ),
            Command(
                'init [flags] --name <policy_name> --trust-store "<store_type>:<store_name>" '
                '--trusted-identity "<trusted_identity>"',
                "Begin a trust policy for blobs",
                "Put a trust policy for blobs in force that has one statement, of the level strict.\n",
                flags=(
                    Flag("name", "string", "name of the statement", "n"),
                    Flag("trust-store", "stringArray", "{type}:{name} of a trust store"),
                    Flag("trusted-identity", "stringArray", "x509.subject:{subject} of a signer"),
                    Flag("force", "bool", "replace the policy that is in force without asking"),
                    Flag("global", "bool", "the statement decides where no other is named"),
                ),
                arguments=nothing,
                required=("name", "trust-store", "trusted-identity"),
                run=_init,
            ),
            Command(
                "show [flags]",
                "Show the trust policy for blobs",
                "Show the trust policy for blobs that is in force, as it stands in its file.\n",
                arguments=nothing,
                run=_show,
            ),
        ),
    )


def _import(invocation: Invocation) -> None:
    typed = invocation.arguments[0]
    try:
        content = files.read(Path(typed), limits.CONFIG_FILE_BYTES)
    except SealwrightError as error:
        raise Fault(f"failed to read blob trust policy file: {said(error, invocation.line)}") from None
    try:
        document.read(content, typed, "blob")
    except DocumentError as error:
        if problem := policies.unparsed(error, content):
            raise Fault(f"failed to parse blob trust policy configuration: {problem}") from None
        problem = said(error, invocation.line)
        raise Fault(f"failed to validate blob trust policy configuration: {problem}") from None
    path = _put(invocation, content)
    if path is not None:
        invocation.say(f"Successfully imported blob trust policy configuration to {path}.")


def _init(invocation: Invocation) -> None:
    statement: dict[str, object] = {
        "name": invocation.values["name"],
        "signatureVerification": {"level": "strict"},
        "trustStores": list(invocation.values["trust-store"]),
        "trustedIdentities": list(invocation.values["trusted-identity"]),
    }
    if invocation.values["global"]:
        statement["globalPolicy"] = True
    content = marshal({"version": "1.0", "trustPolicies": [statement]}, 2).encode(errors="surrogateescape")
    if problem := policies.problem(content, "the new policy", invocation.line, "blob"):
        raise Fault(f"invalid blob policy: {problem}")
    path = _put(invocation, content)
    if path is not None:
        invocation.say(f"Successfully initialized blob trust policy file to {path}.")


def _put(invocation: Invocation, content: bytes) -> Path | None:
    """Put a policy in force, after a question where one is replaced; None if the answer is no."""
    folder = config_folder(invocation.environment)
    if policies.is_json(folder, invocation.line, "blob"):
        if invocation.values["force"]:
            invocation.warn("Warning: existing blob trust policy configuration will be overwritten")
        else:
            question = "The blob trust policy configuration already exists, do you want to overwrite it?"
            if not confirmed(invocation, question, already=False):
                return None
    path = folder / BLOB_NAMES[0]
    try:
        files.write(path, content, files.PRIVATE)
    except SealwrightError as error:
        problem = said(error, invocation.line)
        raise Fault(f"failed to write blob trust policy configuration: {problem}") from None
    return path


def _show(invocation: Invocation) -> None:
    path = config_folder(invocation.environment) / BLOB_NAMES[0]
    if not path.exists():
        raise Fault(
            "failed to show blob trust policy as the configuration does not exist.\n"
            f"You can import one using {_IMPORT_ONE}"
        )
    try:
        content = files.read(path, limits.CONFIG_FILE_BYTES)
    except SealwrightError as error:
        raise Fault(f"failed to show trust policy: {said(error, invocation.line)}") from None
    problem = policies.problem(content, str(path), invocation.line, "blob")
    if problem:
        invocation.warn(
            "Existing blob trust policy configuration is invalid, you may update or create a new one via "
            f"{_IMPORT_ONE}. See {_EXAMPLE} for a blob trust policy example."
        )
    invocation.out.write(content.decode(errors="surrogateescape"))
    if problem:
        raise Fault(problem)


def _one_file(arguments: tuple[str, ...]) -> None:
    if len(arguments) != 1:
        raise Fault(
            f"requires 1 argument but received {len(arguments)}.\n"
            "Usage: notation blob policy import <path-to-policy.json>\n"
            "Please specify a trust policy configuration location as the argument"
        )
