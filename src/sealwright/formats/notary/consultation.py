"""The check `plugin` of a Notary signature, and the two checks that a plugin may take over.

Source: plugin-extensibility.md, "Verification Extensibility"; signature-specification.md, "Extended Protected
Headers".

1. Only a signature whose chain has reached a trust anchor makes its plugin run.
2. The plugin tells about itself: contract, version (at least the one that the signature asks for) and
   capabilities, of which one at least is about verification.
3. It is asked once for all that it can do, but for revocation where the policy skips that.
   TRUSTED_IDENTITY takes the place of our check `identity`, REVOCATION_CHECK that of `revocation`. Trust
   store, expiry and timestamp are never left to it.
4. It must have looked at every critical attribute that the specification does not know. Only those are told
   to it; in COSE some cannot be (their names are numbers, or their values no JSON), and then it cannot have.
5. The answer tells about each capability that was asked for.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from sealwright import media_types
from sealwright.errors import CheckFailedError, PluginError
from sealwright.evidence import Evidence, PluginReply, Unavailable
from sealwright.formats.notary import plugin_contract as contract
from sealwright.formats.notary import semantic_version
from sealwright.formats.notary.envelope import Envelope
from sealwright.formats.record import Finding, Passed, Wanting
from sealwright.pki.certificate import Certificate
from sealwright.rules import X509Rule

__all__ = ["Consultation"]

_CHECKS = {contract.TRUSTED_IDENTITY: "identity", contract.REVOCATION_CHECK: "revocation"}
"""Capabilities to the check that each takes over."""

_LEAST, _MOST = -(2**63), 2**63 - 1
"""Numbers that every reader of JSON takes."""


class _Open(Exception):  # noqa: N818  # a finding on its way out
    """What cannot be told yet, or at all."""

    def __init__(self, finding: Wanting | Unavailable) -> None:
        super().__init__()
        self.finding = finding


class Consultation:
    """One signature and the plugin that it names.

    Args:
        envelope: of the signature; its integrity is proven.
        chain: the certificates that signed, the leaf first.
        rule: identities, settings for the plugin, and what is skipped.
        evidence: the answers so far.
        authentic: whether the chain has reached a trust anchor; no plugin runs if not.
    """

    def __init__(
        self,
        envelope: Envelope,
        chain: Sequence[Certificate],
        rule: X509Rule,
        evidence: Evidence,
        *,
        authentic: bool,
    ) -> None:
        self._envelope = envelope
        self._chain = chain
        self._rule = rule
        self._evidence = evidence
        self._authentic = authentic
        self._name = envelope.attributes.plugin

    def identity(self, own: Callable[[], Finding]) -> Finding:
        """What the check `identity` finds.

        Args:
            own: our check, if the plugin does not take it over.

        Raises:
            CheckFailedError: `identity.plugin-refused`, or what our check raises.
        """
        return self._taken_over(contract.TRUSTED_IDENTITY, own, authentic=self._authentic)

    def revocation(self, own: Callable[[], Finding], *, authentic: bool) -> Finding:
        """The same for the check `revocation`.

        Args:
            own: our check, if the plugin does not take it over.
            authentic: whether the checks `authenticity` and `identity` have passed.

        Raises:
            CheckFailedError: `revocation.plugin-refused`, or what our check raises.
        """
        return self._taken_over(contract.REVOCATION_CHECK, own, authentic=authentic)

    def plugin(self, *, authentic: bool) -> Finding:
        """What the check `plugin` finds.

        Args:
            authentic: whether the checks `authenticity` and `identity` have passed.

        Raises:
            CheckFailedError: a `plugin.` code.
        """
        if not self._authentic:
            return "not_reached"
        try:
            if not self._may_ask(authentic=authentic):
                return "not_reached"
            if self._asked:
                self._answer  # noqa: B018  # it raises what is wrong with it
            else:
                self._require_processed(())
        except _Open as found:
            return found.finding
        return Passed({"plugin": self._name, "version": self._metadata.version, "asked": list(self._asked)})

    def _taken_over(self, capability: str, own: Callable[[], Finding], *, authentic: bool) -> Finding:
        """What the plugin says, if it has the capability; else what our check finds."""
        if not self._authentic:
            return "not_reached"
        result = None
        try:
            if capability in self._metadata.capabilities:
                if not self._may_ask(authentic=authentic):
                    return "not_reached"
                result = self._answer.verification_results[capability]
        except _Open as found:
            return found.finding
        except CheckFailedError as error:  # who looks at this is not known, or nobody could
            return Unavailable(error.code, retryable=False, data=error.data)
        if result is None:
            return own()
        said = contract.shown(result.reason or "")
        if not result.success:
            raise CheckFailedError(f"{_CHECKS[capability]}.plugin-refused", plugin=self._name, said=said)
        return Passed({"plugin": self._name, "said": said} if said else {"plugin": self._name})

    def _may_ask(self, *, authentic: bool) -> bool:
        """Whether the signer is known to be trusted, or it is for the plugin to tell."""
        return authentic or contract.TRUSTED_IDENTITY in self._metadata.capabilities

    @cached_property
    def _metadata(self) -> contract.Metadata:
        """What the plugin says of itself, if that is enough."""
        request = contract.encoded(contract.MetadataRequest(self._rule.plugin_config))
        content = self._reply(contract.GET_METADATA, request)
        try:
            metadata = contract.metadata(content, self._name)
        except PluginError as error:
            raise _Open(Unavailable(error.code, retryable=False, data=error.data)) from None
        self._require_version(metadata)
        if not _CHECKS.keys() & set(metadata.capabilities):
            listed = ", ".join(metadata.capabilities)
            raise CheckFailedError(
                "plugin.cannot-verify", plugin=self._name, capabilities=contract.shown(listed)
            )
        return metadata

    def _require_version(self, metadata: contract.Metadata) -> None:
        wanted = self._envelope.attributes.plugin_min_version
        version, least = semantic_version.parse(metadata.version), semantic_version.parse(wanted)
        if version is None:
            raise CheckFailedError(
                "plugin.version-invalid", plugin=self._name, version=contract.shown(metadata.version)
            )
        if not wanted:
            return
        if least is None:
            raise CheckFailedError("plugin.min-version-invalid", plugin=self._name, wanted=wanted[:200])
        if version < least:
            raise CheckFailedError(
                "plugin.version-too-low", plugin=self._name, version=metadata.version, wanted=wanted
            )

    @cached_property
    def _asked(self) -> tuple[str, ...]:
        """The capabilities that the plugin is asked for."""
        skipped = self._rule.actions.get("revocation") == "skip"
        return tuple(
            capability
            for capability in self._metadata.capabilities
            if capability in _CHECKS and not (skipped and capability == contract.REVOCATION_CHECK)
        )

    @cached_property
    def _answer(self) -> contract.VerifyAnswer:
        """What the plugin says of the signature, if that is complete."""
        content = self._reply(contract.VERIFY_SIGNATURE, self._request())
        try:
            answer = contract.read(content, contract.VerifyAnswer, self._name, contract.VERIFY_SIGNATURE)
        except PluginError as error:
            raise _Open(Unavailable(error.code, retryable=False, data=error.data)) from None
        self._require_processed(answer.processed_attributes or ())
        for capability in self._asked:
            if capability not in answer.verification_results:
                raise CheckFailedError("plugin.result-missing", plugin=self._name, capability=capability)
        return answer

    def _require_processed(self, processed: Sequence[str | int]) -> None:
        told = _told(self._envelope)
        left = [
            str(label)
            for label in self._envelope.attributes.unknown_critical
            if label not in told or label not in processed
        ]
        if left:
            raise CheckFailedError(
                "plugin.attribute-unprocessed", plugin=self._name, attributes=", ".join(left)[:200]
            )

    def _request(self) -> bytes:
        attributes = self._envelope.attributes
        told = _told(self._envelope)
        critical = contract.CriticalAttributes(
            content_type=media_types.NOTARY_PAYLOAD,
            signing_scheme=attributes.scheme,
            expiry=attributes.expiry,
            authentic_signing_time=attributes.authentic_signing_time,
            extended_attributes=told,
        )
        chain = tuple(certificate.der for certificate in self._chain)
        return contract.encoded(
            contract.VerifyRequest(
                contract.CONTRACT,
                contract.SignatureToVerify(critical, tuple(told), chain),
                contract.TrustPolicy(self._rule.all_identities, self._asked),
                self._rule.plugin_config,
            )
        )

    def _reply(self, command: str, request: bytes) -> bytes:
        need = PluginReply(self._name, command, request)
        answer = self._evidence.content(need)
        if answer is None:
            raise _Open(Wanting(frozenset({need})))
        if isinstance(answer, Unavailable):
            raise _Open(answer)
        return answer


def _told(envelope: Envelope) -> Mapping[str, object]:
    """The critical attributes that only a plugin understands, as far as JSON can tell them."""
    found = {}
    for label in envelope.attributes.unknown_critical:
        try:
            value = _plain(envelope.attributes.extended[label])
        except TypeError:
            continue
        if isinstance(label, str):
            found[label] = value
    return found


def _plain(value: object) -> object:
    """A value as JSON has it; bytes in base64."""
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case str() | bool() | None:
            return value
        case int() | float() if _LEAST <= value <= _MOST:  # others, and what is no number, JSON cannot tell
            return value
        case list() | tuple():
            return [_plain(one) for one in value]
        case Mapping() if all(isinstance(name, str) for name in value):
            return {name: _plain(one) for name, one in value.items()}
    raise TypeError
