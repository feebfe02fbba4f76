"""Sign, store, verify and enforce container-image signatures in every format in use.

    import sealwright

    verdict = sealwright.verify("registry.example/net-monitor:v1")
    print(verdict.pinned)

The public names are those of `__all__`; whatever else can be imported may move. Each is loaded when it is
first used, so that `import sealwright` costs next to nothing.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sealwright.client.blobs import BlobSignature, judge_blob, sign_blob, verify_blob
    from sealwright.client.client import Client
    from sealwright.client.envelopes import Envelope, inspect_envelope, judge_envelopes
    from sealwright.client.policies import PolicySource, read_policy
    from sealwright.client.shortcuts import inspect, judge, list_signatures, sign, verify
    from sealwright.client.signers import EnvelopeKind, load_signer
    from sealwright.client.surroundings import Credentials
    from sealwright.client.trust import TrustSource, TrustStores
    from sealwright.descriptor import Descriptor, Platform
    from sealwright.digest import Digest
    from sealwright.errors import (
        AccessDeniedError,
        ArtifactError,
        CallerError,
        DocumentError,
        EnvironmentalError,
        InternalError,
        KeyUnavailableError,
        MalformedContentError,
        MalformedSignatureError,
        NetworkError,
        NoStatementError,
        NotFoundError,
        PluginError,
        RefusedError,
        RegistryError,
        SealwrightError,
        StorageError,
        UsageError,
    )
    from sealwright.events import Event, EventSink, Notice
    from sealwright.homes.sealwright.settings import Timestamp
    from sealwright.interfaces import Policy, Signer
    from sealwright.pki.algorithms import Algorithm
    from sealwright.reference import Reference
    from sealwright.signature import CertificateSummary, Listed, Subject, Summary, Unreadable
    from sealwright.verdict import (
        Check,
        Decision,
        Judgement,
        PolicyUsed,
        SignatureReport,
        SigningTimes,
        Verdict,
        VerdictSubject,
    )
    from sealwright.version import __version__
    from sealwright.workflow.blobs import SignedBlob
    from sealwright.workflow.look import Inspected, Listing
    from sealwright.workflow.outcome import Failure, Outcome
    from sealwright.workflow.sign import Signed

__all__ = [
    "AccessDeniedError",
    "Algorithm",
    "ArtifactError",
    "BlobSignature",
    "CallerError",
    "CertificateSummary",
    "Check",
    "Client",
    "Credentials",
    "Decision",
    "Descriptor",
    "Digest",
    "DocumentError",
    "Envelope",
    "EnvelopeKind",
    "EnvironmentalError",
    "Event",
    "EventSink",
    "Failure",
    "Inspected",
    "InternalError",
    "Judgement",
    "KeyUnavailableError",
    "Listed",
    "Listing",
    "MalformedContentError",
    "MalformedSignatureError",
    "NetworkError",
    "NoStatementError",
    "NotFoundError",
    "Notice",
    "Outcome",
    "Platform",
    "PluginError",
    "Policy",
    "PolicySource",
    "PolicyUsed",
    "Reference",
    "RefusedError",
    "RegistryError",
    "SealwrightError",
    "SignatureReport",
    "Signed",
    "SignedBlob",
    "Signer",
    "SigningTimes",
    "StorageError",
    "Subject",
    "Summary",
    "Timestamp",
    "TrustSource",
    "TrustStores",
    "Unreadable",
    "UsageError",
    "Verdict",
    "VerdictSubject",
    "__version__",
    "inspect",
    "inspect_envelope",
    "judge",
    "judge_blob",
    "judge_envelopes",
    "list_signatures",
    "load_signer",
    "read_policy",
    "sign",
    "sign_blob",
    "verify",
    "verify_blob",
]

_HOMES = {
    "client.blobs": ("BlobSignature", "judge_blob", "sign_blob", "verify_blob"),
    "client.client": ("Client",),
    "client.envelopes": ("Envelope", "inspect_envelope", "judge_envelopes"),
    "client.policies": ("PolicySource", "read_policy"),
    "client.shortcuts": ("inspect", "judge", "list_signatures", "sign", "verify"),
    "client.signers": ("EnvelopeKind", "load_signer"),
    "client.surroundings": ("Credentials",),
    "client.trust": ("TrustSource", "TrustStores"),
    "descriptor": ("Descriptor", "Platform"),
    "digest": ("Digest",),
    "events": ("Event", "EventSink", "Notice"),
    "homes.sealwright.settings": ("Timestamp",),
    "interfaces": ("Policy", "Signer"),
    "pki.algorithms": ("Algorithm",),
    "reference": ("Reference",),
    "signature": ("CertificateSummary", "Listed", "Subject", "Summary", "Unreadable"),
    "verdict": (
        "Check",
        "Decision",
        "Judgement",
        "PolicyUsed",
        "SignatureReport",
        "SigningTimes",
        "Verdict",
        "VerdictSubject",
    ),
    "version": ("__version__",),
    "workflow.blobs": ("SignedBlob",),
    "workflow.look": ("Inspected", "Listing"),
    "workflow.outcome": ("Failure", "Outcome"),
    "workflow.sign": ("Signed",),
}
"""Module to the public names that it holds; the errors are those that end with "Error"."""


def _home(name: str) -> str | None:
    """The module that holds a public name."""
    if name not in __all__:
        return None
    if name.endswith("Error"):
        return "errors"
    return next(module for module, names in _HOMES.items() if name in names)


if not TYPE_CHECKING:  # a checker would take any name at all for one of these

    def __getattr__(name: str) -> object:
        home = _home(name)
        if home is None:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        from importlib import import_module  # noqa: PLC0415  # only when a public name is used

        value = getattr(import_module(f"{__name__}.{home}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
