"""`notation certificate cleanup-test` of the 2.0 line: takes away what `generate-test` has made."""

from pathlib import Path

from sealwright.dialects.cobra import Command, Fault, Invocation
from sealwright.dialects.go_text import os_error, quote
from sealwright.dialects.notation import key_list
from sealwright.dialects.notation.commands.generate_test import local_paths, require_name
from sealwright.dialects.notation.commands.stored_certificates import take_out
from sealwright.dialects.notation.confirmation import confirmed
from sealwright.dialects.pflag import Flag
from sealwright.homes.notation import signing_keys

__all__ = ["command"]


def command(line: str) -> Command:
    """The command in a line of notation."""
    del line
    return Command(
        "cleanup-test [flags] <key_name>",
        "Delete what generate-test has made under a name",
        long=(
            "Delete a key and its certificate that generate-test has made, and forget both.\n\n"
            "Example - Clean up after a trial, without being asked:\n"
            "  notation cert cleanup-test --yes trial"
        ),
        flags=(Flag("yes", "bool", "do not ask", "y"),),
        arguments=_some_name,
        run=_run,
    )


def _some_name(arguments: tuple[str, ...]) -> None:
    if not arguments:
        raise Fault("missing certificate common_name")


def _run(invocation: Invocation) -> None:
    name = invocation.arguments[0]
    require_name(name)
    question = f"Are you sure you want to clean up test key {quote(name)} and its certificate?"
    if not confirmed(invocation, question, already=invocation.values["yes"]):
        return
    folder = key_list.folder(invocation)
    key_path, cert_path = local_paths(folder, name)
    take_out(invocation, "ca", name, cert_path.name)
    for path in (key_path, cert_path):
        _remove(path)
    invocation.say(f"Successfully deleted {key_path.name} and {cert_path.name}")
    signing_keys.write(folder, key_list.read(folder).without_key(name))
    invocation.say(f"Successfully removed {quote(name)} from signingkeys.json")


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise Fault(os_error("remove", path, error)) from None
