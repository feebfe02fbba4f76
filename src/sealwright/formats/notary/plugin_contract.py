"""The plugin contract, version 1.0: what a plugin is asked and what it answers, as records.

Source: plugin-extensibility.md, "Plugin contract". A plugin is a program that is run with a command as its
only argument. It reads the request from standard input and prints the answer, both JSON; a failure is an exit
code other than 0 with an `ErrorAnswer` on standard error.

| command              | capability              | asks                | answers                   |
|----------------------|-------------------------|---------------------|---------------------------|
| get-plugin-metadata  | every plugin            | `MetadataRequest`   | `Metadata`                |
| describe-key         | SIGNATURE_GENERATOR.RAW | `KeyRequest`        | `KeyAnswer`               |
| generate-signature   | SIGNATURE_GENERATOR.RAW | `SignatureRequest`  | `SignatureAnswer`         |
| generate-envelope    | …GENERATOR.ENVELOPE     | `EnvelopeRequest`   | `EnvelopeAnswer`          |
| verify-signature     | SIGNATURE_VERIFIER.…    | `VerifyRequest`     | `VerifyAnswer`            |

Answers are read strictly: one JSON object, no member twice, each of the type that the contract gives it.
Members that the contract does not have are passed over, as it demands.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

import msgspec

from sealwright import limits, strict_json
from sealwright.errors import PluginError

__all__ = [
    "CONTRACT",
    "DESCRIBE_KEY",
    "ENVELOPE",
    "ERRORS",
    "GENERATE_ENVELOPE",
    "GENERATE_SIGNATURE",
    "GET_METADATA",
    "RAW",
    "REVOCATION_CHECK",
    "TRUSTED_IDENTITY",
    "VERIFY_SIGNATURE",
    "CriticalAttributes",
    "EnvelopeAnswer",
    "EnvelopeRequest",
    "ErrorAnswer",
    "KeyAnswer",
    "KeyRequest",
    "Metadata",
    "MetadataRequest",
    "SignatureAnswer",
    "SignatureRequest",
    "SignatureToVerify",
    "TrustPolicy",
    "VerificationResult",
    "VerifyAnswer",
    "VerifyRequest",
    "encoded",
    "metadata",
    "read",
    "shown",
]

CONTRACT = "1.0"

GET_METADATA = "get-plugin-metadata"
DESCRIBE_KEY = "describe-key"
GENERATE_SIGNATURE = "generate-signature"
GENERATE_ENVELOPE = "generate-envelope"
VERIFY_SIGNATURE = "verify-signature"

RAW = "SIGNATURE_GENERATOR.RAW"
ENVELOPE = "SIGNATURE_GENERATOR.ENVELOPE"
TRUSTED_IDENTITY = "SIGNATURE_VERIFIER.TRUSTED_IDENTITY"
REVOCATION_CHECK = "SIGNATURE_VERIFIER.REVOCATION_CHECK"

ERRORS: Mapping[str, str] = {
    "VALIDATION_ERROR": "plugin.request-refused",
    "UNSUPPORTED_CONTRACT_VERSION": "plugin.contract-refused",
    "ACCESS_DENIED": "plugin.access-denied",
    "TIMEOUT": "plugin.timed-out",
    "THROTTLED": "plugin.throttled",
    "ERROR": "plugin.failed",
}
"""The contract's codes of errors to ours."""

Answer = TypeVar("Answer", bound=msgspec.Struct)


class _Record(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Names in camel case; what has its default value is left out."""


class MetadataRequest(_Record, frozen=True):
    """What a plugin may be told when it is asked about itself."""

    plugin_config: Mapping[str, str] = {}


class Metadata(_Record, frozen=True):
    """What a plugin says of itself; all of it is mandatory."""

    name: str = ""
    description: str = ""
    version: str = ""
    url: str = ""
    capabilities: tuple[str, ...] = ()
    supported_contract_versions: tuple[str, ...] = ()


class KeyRequest(_Record, frozen=True):
    """Asks for the kind of a key."""

    contract_version: str
    key_id: str
    plugin_config: Mapping[str, str] = {}


class KeyAnswer(_Record, frozen=True):
    """The kind of a key, such as `RSA-2048`."""

    key_id: str
    key_spec: str


class SignatureRequest(_Record, frozen=True):
    """Asks for a signature of `payload`, which is not hashed yet."""

    contract_version: str
    key_id: str
    key_spec: str
    hash_algorithm: str
    payload: bytes
    plugin_config: Mapping[str, str] = {}


class SignatureAnswer(_Record, frozen=True):
    """A raw signature, and the certificates of the key in DER, leaf first, root last."""

    key_id: str
    signature: bytes
    signing_algorithm: str
    certificate_chain: tuple[bytes, ...]


class EnvelopeRequest(_Record, frozen=True):
    """Asks for a whole envelope around `payload`."""

    contract_version: str
    key_id: str
    payload_type: str
    signature_envelope_type: str
    payload: bytes
    expiry_duration_in_seconds: int = 0
    plugin_config: Mapping[str, str] = {}


class EnvelopeAnswer(_Record, frozen=True):
    """An envelope, and annotations for the manifest that carries it."""

    signature_envelope: bytes
    signature_envelope_type: str
    annotations: Mapping[str, str] | None = None


class CriticalAttributes(_Record, frozen=True):
    """The critical attributes of a signature, as far as a plugin is told of them."""

    content_type: str
    signing_scheme: str
    expiry: datetime | None = None
    authentic_signing_time: datetime | None = None
    extended_attributes: Mapping[str, object] = {}


class SignatureToVerify(msgspec.Struct, frozen=True, rename="camel"):
    """A signature. `unprocessed_attributes` are the names of those that only the plugin understands."""

    critical_attributes: CriticalAttributes
    unprocessed_attributes: tuple[str, ...]
    certificate_chain: tuple[bytes, ...]


class TrustPolicy(msgspec.Struct, frozen=True, rename="camel"):
    """What the policy says, and which capabilities the plugin is asked for."""

    trusted_identities: tuple[str, ...]
    signature_verification: tuple[str, ...]


class VerifyRequest(_Record, frozen=True):
    """Asks what a plugin thinks of a signature."""

    contract_version: str
    signature: SignatureToVerify
    trust_policy: TrustPolicy
    plugin_config: Mapping[str, str] = {}


class VerificationResult(_Record, frozen=True):
    """What came of one capability."""

    success: bool
    reason: str | None = None


class VerifyAnswer(_Record, frozen=True):
    """What came of each capability, and which attributes the plugin has looked at."""

    verification_results: Mapping[str, VerificationResult]
    processed_attributes: tuple[str | int, ...] | None = None


class ErrorAnswer(_Record, frozen=True):
    """Why a plugin could not do it."""

    error_code: str
    error_message: str = ""
    error_metadata: Mapping[str, str] | None = None


def encoded(record: msgspec.Struct) -> bytes:
    """A request or an answer as JSON; the same record gives the same bytes."""
    return msgspec.json.encode(record)


def read(content: bytes, kind: type[Answer], plugin: str, command: str) -> Answer:
    """An answer, read strictly.

    Args:
        content: what the plugin has printed.
        kind: the record that the command is answered with.
        plugin: its name, for the complaint.
        command: the same.

    Raises:
        PluginError: `plugin.answer-malformed`.
    """
    try:
        found = strict_json.loads(content, limits.PLUGIN_OUTPUT_BYTES)
        if not isinstance(found, dict):
            raise _malformed(plugin, command, "it is no JSON object")
        return msgspec.convert(found, kind)
    except strict_json.JsonError as error:
        raise _malformed(plugin, command, error.problem) from None
    except msgspec.ValidationError as error:
        raise _malformed(plugin, command, shown(str(error))) from None


def metadata(content: bytes, plugin: str) -> Metadata:
    """What a plugin says of itself, with all that the contract demands of it.

    Args:
        content: what it has printed.
        plugin: the name by which it was called.

    Raises:
        PluginError: `plugin.answer-malformed`, `plugin.metadata-empty`, `plugin.contract-unknown`,
            `plugin.name-differs`.
    """
    found = read(content, Metadata, plugin, GET_METADATA)
    for member, name in zip(Metadata.__struct_fields__, Metadata.__struct_encode_fields__, strict=True):
        if not getattr(found, member):
            raise PluginError("plugin.metadata-empty", plugin=plugin, member=name)
    if CONTRACT not in found.supported_contract_versions:
        known = shown(", ".join(found.supported_contract_versions))
        raise PluginError("plugin.contract-unknown", plugin=plugin, wanted=CONTRACT, known=known)
    if found.name != plugin:
        raise PluginError("plugin.name-differs", plugin=plugin, said=shown(found.name))
    return found


def shown(text: str) -> str:
    """What a plugin said, in one line that can be shown.

    Args:
        text: of any length, with anything in it.
    """
    line = "".join(mark if mark.isprintable() else " " for mark in text[: 4 * limits.PLUGIN_SAID])
    return " ".join(line.split())[: limits.PLUGIN_SAID]


def _malformed(plugin: str, command: str, problem: str) -> PluginError:
    return PluginError("plugin.answer-malformed", plugin=plugin, command=command, problem=problem)
