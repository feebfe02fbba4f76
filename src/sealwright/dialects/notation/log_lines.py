"""Lines of notation's log about what is signed and verified, where somebody asked for details.

They say what notation's say, as far as there is the same thing to say; the requests to a registry are not
among them, nor are keys, passwords and what plugins are told.
"""

from sealwright.descriptor import Descriptor
from sealwright.dialects.cobra import Invocation
from sealwright.dialects.notation.logs import log
from sealwright.dialects.notation.shown import shown
from sealwright.dialects.notation.words import text
from sealwright.policy.notation.document import PolicyStatement
from sealwright.reasons import sentence
from sealwright.verdict import Check, SignatureReport, Verdict

__all__ = ["described", "log_statement", "log_verdict"]

_VALIDATING = {
    "authenticity": "Validating cert chain",
    "identity": "Validating trust identity",
    "expiry": "Validating expiry",
    "timestamp": "Validating authentic timestamp",
    "revocation": "Validating revocation",
}


def described(descriptor: Descriptor) -> str:
    """A descriptor as Go prints the record.

    Args:
        descriptor: of a manifest.
    """
    return (
        f"{{MediaType:{descriptor.media_type} Digest:{descriptor.digest} Size:{descriptor.size} URLs:[] "
        "Annotations:map[] Data:[] Platform:<nil> ArtifactType:}"
    )


def log_statement(invocation: Invocation, statement: PolicyStatement) -> None:
    """Say which statement of the policy decides.

    Args:
        invocation: the command.
        statement: that was chosen.
    """
    custom = statement.level == "custom"
    overrides = [f"{kind}:{action}" for kind, action in sorted(statement.actions.items())] if custom else []
    when = "" if statement.verify_timestamp == "always" else statement.verify_timestamp
    scopes = f"RegistryScopes:[{' '.join(statement.scopes)}] " if statement.scopes else ""
    log(
        invocation,
        "info",
        f"Trust policy configuration: &{{Name:{statement.name} {scopes}"
        f"SignatureVerification:{{VerificationLevel:{statement.level} Override:map[{' '.join(overrides)}] "
        f"VerifyTimestamp:{when}}} TrustStores:[{' '.join(statement.stores)}] "
        f"TrustedIdentities:[{' '.join(statement.all_identities)}]"
        f"{' GlobalPolicy:true' if statement.is_global else ''}}}",
    )


def log_verdict(invocation: Invocation, verdict: Verdict) -> None:
    """Say how each signature fared, and each of its checks.

    Args:
        invocation: the command.
        verdict: on what was verified.
    """
    for one in verdict.unreadable:
        words = text(one.reason, one.data, invocation.line)
        log(invocation, "warning", shown(f"Signature {one.location} failed verification with error: {words}"))
    for report in verdict.signatures:
        if report.judgements:
            _log_report(invocation, verdict, report)
        elif report.reason:
            words = sentence(report.reason, report.data)
            log(invocation, "info", shown(f"Signature {report.location} was not looked at: {words}"))


def _log_report(invocation: Invocation, verdict: Verdict, report: SignatureReport) -> None:
    artifact = verdict.subject.descriptor.digest
    log(invocation, "info", shown(f"Processing signature with digest: {report.location}"))
    log(
        invocation,
        "debug",
        f"Verify signature against artifact {artifact} in signature media type {report.envelope}",
    )
    for judgement in report.judgements:
        for check in judgement.checks:
            _log_check(invocation, check)
        failure = judgement.failure
        if failure is not None:
            words = text(failure.reason, failure.data, invocation.line) or failure.outcome
            line = f"Signature {report.location} failed verification with error: {words}"
            log(invocation, "warning", shown(line))
        elif judgement.counts:
            log(
                invocation,
                "debug",
                shown(
                    f"Signature verification succeeded for artifact {artifact} with signature digest "
                    f"{report.location}"
                ),
            )


def _log_check(invocation: Invocation, check: Check) -> None:
    if check.name in _VALIDATING and check.outcome != "not_reached":
        log(invocation, "debug", _VALIDATING[check.name])
    if check.reason and check.stands:
        words = text(check.reason, check.data, invocation.line)
        log(invocation, "warning" if check.outcome != "passed" else "info", shown(f"{check.name}: {words}"))
