"""`notation verify`."""

from contextlib import suppress

import msgspec

from sealwright.dialects.cobra import Command, Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.notation import policies
from sealwright.dialects.notation.experimental import (
    ALLOW_REFERRERS_API,
    checked,
    hidden,
    warn_of_deprecated,
)
from sealwright.dialects.notation.failures import logged, refusal
from sealwright.dialects.notation.flags import MAX_SIGNATURES, PLUGIN_CONFIG, REGISTRY, logging
from sealwright.dialects.notation.key_values import pairs
from sealwright.dialects.notation.lines import DEFAULT, STABLE
from sealwright.dialects.notation.log_lines import log_statement, log_verdict
from sealwright.dialects.notation.logs import log
from sealwright.dialects.notation.opened import Opened, artifact, opened
from sealwright.dialects.notation.positional import one_reference, require_positive
from sealwright.dialects.notation.verified import print_metadata
from sealwright.dialects.notation.words import said, text
from sealwright.dialects.notation.words.policies import not_a_scope
from sealwright.dialects.pflag import Flag
from sealwright.errors import NoStatementError, SealwrightError
from sealwright.homes.notation.folder import config_folder
from sealwright.policy.notation.lowering import NotationPolicy
from sealwright.policy.notation.scopes import is_scope
from sealwright.verdict import Verdict
from sealwright.workflow import verify as workflow

__all__ = ["command"]


def command(line: str) -> Command:
    """The command in a line of notation."""
    old = (ALLOW_REFERRERS_API,) if line == STABLE else ()
    return Command(
        "verify [reference]",
        "Verify an artifact under the trust policy",
        "Verify an artifact: one of its signatures has to satisfy the statement of the trust policy that is "
        "about it.\n",
        flags=(
            *logging(line),
            *REGISTRY,
            Flag("user-metadata", "stringArray", "{key}={value} that the signature has to carry", "m"),
            PLUGIN_CONFIG,
            MAX_SIGNATURES,
            *old,
            *hidden(
                Flag("oci-layout", "bool", "[Experimental] the artifact is in an OCI layout"),
                Flag("scope", "string", "[Experimental] the name for the policy of what is in a layout"),
            ),
        ),
        arguments=one_reference("verify"),
        before=checked(*(flag.name for flag in old), "oci-layout", "scope"),
        required_together=(("oci-layout", "scope"),),
        run=_run,
    )


def _run(invocation: Invocation) -> None:
    """Verify, in notation's order of work.

    1. The limit of signatures.
    2. The policy, read and checked.
    3. The pairs of `--plugin-config` and `--user-metadata`.
    4. The reference; the artifact is resolved, and a tag warned of.
    5. The verdict.
    """
    # 1. the limit
    require_positive(invocation)
    warn_of_deprecated(invocation)
    # 2. the policy
    policy = policies.load(config_folder(invocation.environment), invocation.line)
    # 3. pairs
    config = pairs(invocation.values["plugin-config"], "plugin-config")
    metadata = pairs(invocation.values["user-metadata"], "user-metadata")
    policy = msgspec.structs.replace(policy, metadata=metadata, plugin_config=config)
    # 4. the artifact
    wanted = artifact(invocation)
    with opened(invocation, wanted, "verify", policy=policy) as found:
        scope = str(invocation.values["scope"]) or wanted.name
        if not is_scope(scope):
            reason = text(not_a_scope(scope), {"scope": scope}, invocation.line)
            raise Fault(f"signature verification failed: {reason}")
        # 5. the verdict
        log(invocation, "info", "Checking whether signature verification should be skipped or not")
        with suppress(NoStatementError):
            log_statement(invocation, policy.chosen(found.subject))
        try:
            verdict = workflow.verify_subject(
                found.context,
                found.place,
                found.subject,
                policy,
                max_signatures=invocation.values["max-signatures"],
            )
        except SealwrightError as error:
            raise Fault(f"signature verification failed: {said(error, invocation.line)}") from None
    log_verdict(invocation, verdict)
    _report(invocation, verdict, found, scope, policy)


def _report(
    invocation: Invocation, verdict: Verdict, found: Opened, scope: str, policy: NotationPolicy
) -> None:
    counting = next((report for report in verdict.signatures if report.counts), None)
    if verdict.decision == "refused":
        name = f"{scope}@{found.subject.descriptor.digest}"
        raise Fault(refusal(verdict, found.shown, name, invocation.line))
    warned = found.by_tag
    if counting is not None:
        judgement = next(each for each in counting.judgements if each.counts)
        for warning in logged(judgement, policy.chosen(found.subject), invocation.line):
            invocation.warn(warning)
            warned = True
    if warned and invocation.line == DEFAULT:
        invocation.say("")
    if counting is None:
        invocation.say(f"Trust policy is configured to skip signature verification for {found.shown}")
        return
    invocation.say(f"Successfully verified signature for {found.shown}")
    print_metadata(invocation, counting)
