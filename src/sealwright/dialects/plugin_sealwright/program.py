"""The program `notation-sealwright`: one command of the plugin contract, from standard input to an answer.

Source: plugin-extensibility.md, "Plugin contract", version 1.0. The exit code is 0 with the answer on
standard output, or 1 with an error as JSON on standard error. notation runs us three times for one
signature, so what is asked first, who we are, is answered before anything but JSON is loaded.
"""

import json
import sys
from collections.abc import Mapping, Sequence

from sealwright.version import __version__

__all__ = ["CONTRACT", "METADATA", "NAME", "Refused", "run"]

NAME = "sealwright"
CONTRACT = "1.0"

METADATA: Mapping[str, object] = {
    "name": NAME,
    "description": "Keys of Sealwright: local files, PKCS #11 tokens and what else it reaches",
    "version": __version__,
    "url": "https://sealwright.dev",
    "supportedContractVersions": [CONTRACT],
    "capabilities": ["SIGNATURE_GENERATOR.RAW"],
}

_KEY_COMMANDS = ("describe-key", "generate-signature")


class Refused(Exception):  # noqa: N818  # an answer of the contract
    """An error of the contract.

    Args:
        code: of the contract, such as `VALIDATION_ERROR`.
        message: for people.
        metadata: more, for programs.
    """

    def __init__(self, code: str, message: str, **metadata: str) -> None:
        super().__init__(message)
        self.code = code
        self.metadata = metadata


def run(arguments: Sequence[str]) -> int:
    """Answer one command and give the exit code.

    Args:
        arguments: the command, alone.
    """
    try:
        if list(arguments) in (["version"], ["--version"]):
            print(f"notation-{NAME} {__version__}")  # noqa: T201  # the answer
            return 0
        answer = _answer(arguments)
    except Refused as refused:
        print(_error(refused), file=sys.stderr)  # noqa: T201  # the contract's place for errors
        return 1
    print(json.dumps(answer))  # noqa: T201  # the answer
    return 0


def _answer(arguments: Sequence[str]) -> Mapping[str, object]:
    if len(arguments) != 1 or arguments[0] not in ("get-plugin-metadata", *_KEY_COMMANDS):
        known = ", ".join(("get-plugin-metadata", *_KEY_COMMANDS, "version"))
        raise Refused("VALIDATION_ERROR", f"there is no such command; those known are {known}")
    command, request = arguments[0], _request()
    if command not in _KEY_COMMANDS:
        return METADATA
    from sealwright.dialects.plugin_sealwright import keys  # noqa: PLC0415  # keys take long to load

    return keys.describe(request) if command == "describe-key" else keys.generate(request)


def _request() -> Mapping[str, object]:
    """The request on standard input, read strictly."""
    from sealwright import limits, strict_json  # noqa: PLC0415  # not for the version

    content = sys.stdin.buffer.read(limits.PLUGIN_REQUEST_BYTES + 1)
    try:
        found = strict_json.loads(content, limits.PLUGIN_REQUEST_BYTES)
    except strict_json.JsonError as error:
        raise Refused("VALIDATION_ERROR", "Input is not a valid JSON", problem=error.problem) from None
    if not isinstance(found, dict):
        raise Refused("VALIDATION_ERROR", "Input is not a valid JSON", problem="it is no object")
    return found


def _error(refused: Refused) -> str:
    members: dict[str, object] = {"errorCode": refused.code, "errorMessage": str(refused)}
    if refused.metadata:
        members["errorMetadata"] = refused.metadata
    return json.dumps(members)
