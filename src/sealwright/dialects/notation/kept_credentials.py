"""Where notation's `login` and `logout` keep credentials, with notation's words for what is wrong there."""

from sealwright.dialects.cobra import Fault, Invocation
from sealwright.dialects.go_text import quote
from sealwright.dialects.notation.broken_files import json_problem
from sealwright.errors import SealwrightError
from sealwright.homes.environment import Environment
from sealwright.homes.notation import credential_store
from sealwright.homes.notation.credential_store import CredentialStore
from sealwright.homes.notation.folder import config_folder

__all__ = ["helper_words", "store"]


def store(invocation: Invocation, server: str) -> CredentialStore:
    """The place for a registry's credential.

    Args:
        invocation: whose environment counts.
        server: as typed.

    Raises:
        Fault: a file of settings cannot be used.
    """
    try:
        return credential_store.chosen(invocation.environment, server)
    except SealwrightError as error:
        raise Fault(
            f"failed to get credentials store: {_file_words(error, invocation.environment)}"
        ) from None


def _file_words(error: SealwrightError, environment: Environment) -> str:
    if error.code != "document.malformed":
        return str(error)
    file = str(error.data["file"])
    whose = "config file" if file == str(config_folder(environment) / "config.json") else "docker config file"
    return (
        f"failed to create credential store from {whose}: failed to decode config file at {file}: "
        f"invalid config format: {json_problem(error) or error.data['problem']}"
    )


def helper_words(error: SealwrightError) -> str:
    """What is said of a helper program that is missing or fails: its own words."""
    if error.code == "credentials.helper-missing":
        return f"exec: {quote(str(error.data['helper']))}: executable file not found in $PATH"
    if error.code == "credentials.helper-failed":
        return str(error.data["problem"])
    return str(error)
