"""Keys that a plugin reaches: those that sign bytes, and those of which the plugin makes the whole envelope.

Source: plugin-extensibility.md, "Signing interfaces". Which of the two it is, the plugin's capabilities tell;
a plugin that has both signs bytes. What such a key gives is checked as if a stranger had given it:

1. `describe-key` answers about the key that was asked for, of a kind that can sign.
2. `generate-signature` does too, with the algorithm of that kind. Chain and signature are checked by whoever
   puts them into an envelope.
3. `generate-envelope` gives the kind of envelope that was asked for; see `formats.notary.enveloped`.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property

from sealwright import media_types
from sealwright.errors import KeyUnavailableError, PluginError
from sealwright.formats.notary import plugin_contract as contract
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.interfaces import EnvelopeMaker, LateSigner
from sealwright.keys.passphrases import Passphrases
from sealwright.pki.algorithms import ALGORITHMS, Algorithm
from sealwright.plugins.host import Plugin

__all__ = ["PluginEnveloper", "PluginSigner", "open_key"]

_BY_KEY_SPEC: Mapping[str, Algorithm] = {algorithm.key_spec: algorithm for algorithm in ALGORITHMS}


class _PluginKey:
    """A key of a plugin.

    Args:
        plugin: that reaches it.
        metadata: of the plugin.
        key_id: the plugin's name for the key.
        config: settings for the plugin.
    """

    def __init__(
        self, plugin: Plugin, metadata: contract.Metadata, key_id: str, config: Mapping[str, str]
    ) -> None:
        self._plugin = plugin
        self._metadata = metadata
        self._key_id = key_id
        self._config = dict(config)

    def _require_same_key(self, answered: str, command: str) -> None:
        if answered != self._key_id:
            raise PluginError(
                "plugin.other-key",
                plugin=self._plugin.name,
                command=command,
                wanted=self._key_id,
                answered=contract.shown(answered),
            )


class PluginSigner(_PluginKey):
    """A key that signs bytes. The plugin is asked once what kind it is."""

    @cached_property
    def algorithm(self) -> Algorithm:
        """What the key signs with.

        Raises:
            KeyUnavailableError: `key.unsupported`.
            PluginError: a `plugin.` code.
            AccessDeniedError: `plugin.access-denied`.
        """
        request = contract.KeyRequest(contract.CONTRACT, self._key_id, self._config)
        answer = self._plugin.ask(contract.DESCRIBE_KEY, request, contract.KeyAnswer)
        self._require_same_key(answer.key_id, contract.DESCRIBE_KEY)
        if answer.key_spec not in _BY_KEY_SPEC:
            raise KeyUnavailableError("key.unsupported", key=contract.shown(answer.key_spec))
        return _BY_KEY_SPEC[answer.key_spec]

    @property
    def agent(self) -> str:
        """Name and version of the plugin."""
        return f"{self._metadata.name}/{contract.shown(self._metadata.version)}"

    def sign_and_show(self, message: bytes) -> tuple[bytes, tuple[bytes, ...]]:
        """The raw signature of `message` and the DER certificates; see `interfaces.LateSigner`.

        Raises:
            KeyUnavailableError: `key.algorithm-mismatch`.
            PluginError: a `plugin.` code.
            AccessDeniedError: `plugin.access-denied`.
        """
        algorithm = self.algorithm
        request = contract.SignatureRequest(
            contract.CONTRACT,
            self._key_id,
            algorithm.key_spec,
            f"SHA-{algorithm.hash_name.removeprefix('sha')}",
            message,
            self._config,
        )
        answer = self._plugin.ask(contract.GENERATE_SIGNATURE, request, contract.SignatureAnswer)
        self._require_same_key(answer.key_id, contract.GENERATE_SIGNATURE)
        if answer.signing_algorithm != algorithm.name:
            raise KeyUnavailableError(
                "key.algorithm-mismatch",
                wanted=algorithm.name,
                fitting=contract.shown(answer.signing_algorithm),
            )
        return answer.signature, answer.certificate_chain


class PluginEnveloper(_PluginKey):
    """A key of which the plugin makes the whole envelope."""

    def envelop(
        self, payload: bytes, media_type: str, expires_in: timedelta | None
    ) -> tuple[bytes, Mapping[str, str]]:
        """An envelope, unchecked, and annotations; see `interfaces.EnvelopeMaker`.

        Raises:
            PluginError: a `plugin.` code.
            AccessDeniedError: `plugin.access-denied`.
        """
        request = contract.EnvelopeRequest(
            contract.CONTRACT,
            self._key_id,
            media_types.NOTARY_PAYLOAD,
            media_type,
            payload,
            int(expires_in.total_seconds()) if expires_in is not None else 0,
            self._config,
        )
        answer = self._plugin.ask(contract.GENERATE_ENVELOPE, request, contract.EnvelopeAnswer)
        if answer.signature_envelope_type != media_type:
            raise PluginError(
                "plugin.other-envelope",
                plugin=self._plugin.name,
                wanted=media_type,
                answered=contract.shown(answer.signature_envelope_type),
            )
        return answer.signature_envelope, answer.annotations or {}


def open_key(entry: KeyEntry, passphrases: Passphrases) -> LateSigner | EnvelopeMaker:
    """A key that a plugin reaches. The plugin is asked what it can do, but not for the key yet.

    Args:
        entry: names plugin and key, and has settings for the plugin.
        passphrases: its environment is the plugin's.

    Raises:
        KeyUnavailableError: `plugin.cannot-sign`.
        UsageError: `plugin.name-invalid`.
        PluginError: a `plugin.` code.
        AccessDeniedError: `plugin.access-denied`.
    """
    plugin = Plugin(entry.plugin_name, passphrases.environment)
    metadata = plugin.metadata(entry.plugin_config)
    if contract.RAW in metadata.capabilities:
        return PluginSigner(plugin, metadata, entry.id, entry.plugin_config)
    if contract.ENVELOPE in metadata.capabilities:
        return PluginEnveloper(plugin, metadata, entry.id, entry.plugin_config)
    listed = contract.shown(", ".join(metadata.capabilities))
    raise KeyUnavailableError("plugin.cannot-sign", plugin=plugin.name, capabilities=listed)
