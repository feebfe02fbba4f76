"""Running plugins of the Notary contract.

Requests, the settings in them and the answers are written nowhere: they may hold secrets.
"""

from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import TypeVar

import msgspec

from sealwright import limits
from sealwright.errors import AccessDeniedError, PluginError, SealwrightError
from sealwright.evidence import PluginReply, Unavailable
from sealwright.formats.notary import plugin_contract as contract
from sealwright.homes.environment import Environment
from sealwright.plugins import pins, places, running

__all__ = ["Host", "Plugin", "call", "metadata_of"]

_SECONDS: Mapping[str, float] = {
    contract.GET_METADATA: limits.PLUGIN_METADATA_SECONDS,
    contract.DESCRIBE_KEY: limits.PLUGIN_KEY_SECONDS,
    contract.GENERATE_SIGNATURE: limits.PLUGIN_SIGNING_SECONDS,
    contract.GENERATE_ENVELOPE: limits.PLUGIN_SIGNING_SECONDS,
    contract.VERIFY_SIGNATURE: limits.PLUGIN_VERIFYING_SECONDS,
}
_ASKING = frozenset({contract.DESCRIBE_KEY, contract.GENERATE_SIGNATURE, contract.GENERATE_ENVELOPE})
"""Commands in which a plugin may ask a person, for a PIN or a login."""
_PASSING = frozenset({"TIMEOUT", "THROTTLED"})

Answer = TypeVar("Answer", bound=msgspec.Struct)


class Plugin:
    """A plugin that is installed, for whoever signs with it or asks about it.

    Args:
        name: of the plugin.
        environment: says where plugins are; each run gets its variables.
        seconds: the longest run of each command, where it is not the usual one.

    Raises:
        UsageError: `plugin.name-invalid`.
        PluginError: `plugin.absent`, `plugin.not-regular`, `plugin.not-executable`, `plugin.unsafe`.
    """

    def __init__(self, name: str, environment: Environment, seconds: Mapping[str, float] = _SECONDS) -> None:
        self.name = name
        self.program = places.program(environment, name)
        self._environment = environment
        self._seconds = seconds

    def run(self, command: str, request: bytes) -> bytes:
        """What the plugin prints for a request.

        Args:
            command: of the contract.
            request: as JSON.

        Raises:
            PluginError: a `plugin.` code.
            AccessDeniedError: `plugin.access-denied`.
            StorageError: the file cannot be read.
        """
        program = places.program(self._environment, self.name)
        pinned = pins.pins(self._environment, self.name)
        with pins.settled(program, self.name, pinned) as settled:
            return call(self.name, settled, command, request, self._environment, self._seconds[command])

    def metadata(self, config: Mapping[str, str] | None = None) -> contract.Metadata:
        """What the plugin says of itself.

        Args:
            config: settings for it.

        Raises:
            SealwrightError: as `run`, and those of `plugin_contract.metadata`.
        """
        request = contract.encoded(contract.MetadataRequest(dict(config or {})))
        return contract.metadata(self.run(contract.GET_METADATA, request), self.name)

    def ask(self, command: str, request: msgspec.Struct, kind: type[Answer]) -> Answer:
        """The answer to a request.

        Args:
            command: of the contract.
            request: its record.
            kind: the record of the answer.

        Raises:
            SealwrightError: as `run`, and `plugin.answer-malformed`.
        """
        answer = self.run(command, contract.encoded(request))
        return contract.read(answer, kind, self.name, command)


class Host:
    """Answers `PluginReply`, for verification. Safe to use from several threads.

    What a plugin said of itself is remembered for the run.

    Args:
        environment: says where plugins are; each run gets its variables.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._known: dict[PluginReply, bytes | Unavailable] = {}
        self._lock = Lock()

    def __call__(self, need: PluginReply) -> bytes | Unavailable:
        """What a plugin prints, or why it did not."""
        if need.command != contract.GET_METADATA:
            return self._asked(need)
        with self._lock:
            if need not in self._known:
                self._known[need] = self._asked(need)
            return self._known[need]

    def _asked(self, need: PluginReply) -> bytes | Unavailable:
        try:
            return Plugin(need.name, self._environment).run(need.command, need.request)
        except SealwrightError as error:
            return Unavailable(error.code, error.retryable, error.data)


def metadata_of(name: str, program: Path, environment: Environment) -> contract.Metadata:
    """What a program says of itself that is not installed yet.

    Args:
        name: by which it would be called.
        program: its path.
        environment: its variables.

    Raises:
        SealwrightError: as `Plugin.metadata`.
    """
    command = contract.GET_METADATA
    request = contract.encoded(contract.MetadataRequest())
    return contract.metadata(call(name, program, command, request, environment, _SECONDS[command]), name)


def call(
    name: str, program: Path, command: str, request: bytes, environment: Environment, seconds: float
) -> bytes:
    """Run a command of a plugin.

    Args:
        name: of the plugin, for complaints.
        program: its path.
        command: of the contract.
        request: as JSON.
        environment: its variables.
        seconds: how long it may take.

    Raises:
        PluginError: a `plugin.` code.
        AccessDeniedError: `plugin.access-denied`.
    """
    try:
        ended = running.run(
            program, command, request, environment.variables, seconds, may_ask=command in _ASKING
        )
    except OSError as error:
        problem = error.strerror or str(error)
        raise PluginError(
            "plugin.not-startable", plugin=name, file=str(program), problem=problem, errno=error.errno or 0
        ) from None
    except running.SlowError:
        raise PluginError(
            "plugin.too-slow", retryable=True, plugin=name, command=command, seconds=f"{seconds:g}"
        ) from None
    except running.EndlessError:
        raise PluginError("plugin.too-much-output", plugin=name, command=command) from None
    if ended.status == 0:
        return ended.output
    raise _failure(ended, name, command)


def _failure(ended: running.Ended, name: str, command: str) -> PluginError | AccessDeniedError:
    """The error that a plugin has told, or that it has told none."""
    try:
        answer = contract.read(ended.messages, contract.ErrorAnswer, name, command)
    except PluginError as error:
        status = ended.status
        how = f"it was killed by signal {-status}" if status < 0 else f"it ended with status {status}"
        said = contract.shown(ended.messages.decode(errors="replace"))
        problem = f"{how} and said: {said}" if said else f"{how} and said nothing"
        fault = error.data["problem"] if ended.messages else ""
        return PluginError(
            "plugin.ended",
            plugin=name,
            command=command,
            problem=problem,
            status=status,
            said=said,
            fault=fault,
        )
    code = contract.ERRORS.get(answer.error_code, "plugin.failed")
    error_code = contract.shown(answer.error_code)
    said = contract.shown(answer.error_message) or error_code
    if code == "plugin.access-denied":
        return AccessDeniedError(code, plugin=name, command=command, said=said, error=error_code)
    return PluginError(
        code,
        retryable=answer.error_code in _PASSING,
        plugin=name,
        command=command,
        said=said,
        error=error_code,
    )
