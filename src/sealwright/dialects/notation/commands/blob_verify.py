"""`notation blob verify`."""

from contextlib import suppress

import msgspec

from sealwright.dialects import go_media_types
from sealwright.dialects.cobra import Command, Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.notation import policies
from sealwright.dialects.notation.blob_files import read, require_readable, typed_path, verified_type
from sealwright.dialects.notation.failures import blob_refusal, logged
from sealwright.dialects.notation.flags import PLUGIN_CONFIG, logging
from sealwright.dialects.notation.key_values import pairs
from sealwright.dialects.notation.log_lines import log_statement, log_verdict
from sealwright.dialects.notation.logs import log
from sealwright.dialects.notation.positional import named_in
from sealwright.dialects.notation.verified import print_metadata
from sealwright.dialects.notation.words import said
from sealwright.dialects.pflag import Flag
from sealwright.errors import NoStatementError, SealwrightError, StorageError
from sealwright.events import ignore
from sealwright.homes.notation.folder import config_folder
from sealwright.policy.notation.document import PolicyStatement
from sealwright.policy.notation.lowering import NotationPolicy
from sealwright.signature import StoredSignature
from sealwright.verdict import Verdict
from sealwright.workflow import blobs
from sealwright.workflow.clock import now
from sealwright.workflow.opening import Reach, bind

__all__ = ["command"]

_FAILED = "signature verification failed: "


def command(line: str) -> Command:
    """The command in a line of notation."""
    return Command(
        "verify [flags] --signature <signature_path> <blob_path>",
        "Verify a blob by its signature",
        "Verify a blob: its signature has to satisfy the statement of the trust policy for blobs that\n"
        "--policy-name names, else the global one.\n",
        flags=(
            *logging(line),
            Flag(
                "signature",
                "string",
                "file of the signature, whose name ends with .jws.sig or .cose.sig",
                "s",
            ),
            PLUGIN_CONFIG,
            Flag("media-type", "string", "media type that the signature has to say"),
            Flag("policy-name", "string", "name of the statement; if not given, the global one"),
            Flag("user-metadata", "stringArray", "{key}={value} that the signature has to carry", "m"),
        ),
        arguments=named_in("blob verify", "path to the blob artifact"),
        before=_before,
        required=("signature",),
        run=_run,
    )


def _before(invocation: Invocation) -> None:
    if not invocation.values["signature"]:
        raise Fault("filepath of the signature cannot be empty")
    if "media-type" in invocation.changed and not invocation.values["media-type"]:
        raise Fault("--media-type is set but with empty value")


def _run(invocation: Invocation) -> None:
    """Verify, in notation's order of work.

    1. The blob is there; the signature is read.
    2. The policy, read and checked.
    3. The pairs of `--plugin-config` and `--user-metadata`, the name of the signature, the media type.
    4. The verdict.
    """
    # 1. the files
    line, blob = invocation.line, invocation.arguments[0]
    require_readable(blob)
    path = str(invocation.values["signature"])
    stored = read(path, "", line)
    # 2. the policy
    named = str(invocation.values["policy-name"])
    policy = policies.load(config_folder(invocation.environment), line, "blob", named)
    # 3. pairs, names
    config = pairs(invocation.values["plugin-config"], "plugin-config")
    metadata = pairs(invocation.values["user-metadata"], "user-metadata")
    envelope = verified_type(path)
    if not stored.content:
        raise Fault(f"{_FAILED}signature cannot be nil or empty")
    media_type = str(invocation.values["media-type"])
    if media_type and (problem := go_media_types.problem(media_type)):
        raise Fault(f"{_FAILED}invalid content media-type '{media_type}': {problem}")
    log(invocation, "debug", f"Verify signature of media type {envelope}")
    if named and not named.strip():
        raise Fault(f"{_FAILED}policy name cannot be empty")
    # 4. the verdict
    policy = msgspec.structs.replace(policy, metadata=metadata, plugin_config=config)
    verdict = _verdict(invocation, policy, msgspec.structs.replace(stored, media_type=envelope), media_type)
    _report(invocation, verdict, policy, blob)


def _verdict(
    invocation: Invocation, policy: NotationPolicy, stored: StoredSignature, media_type: str
) -> Verdict:
    blob = typed_path(invocation.arguments[0])
    try:
        with bind(Reach(), invocation.environment, now, ignore) as context:
            return blobs.verify_blob(context, blob, [stored], policy, media_type=media_type)
    except StorageError as error:
        problem = f"failed to generate descriptor for given artifact. Error: {said(error, invocation.line)}"
        raise Fault(f"{_FAILED}{problem}") from None
    except SealwrightError as error:
        raise Fault(f"{_FAILED}{said(error, invocation.line)}") from None


def _report(invocation: Invocation, verdict: Verdict, policy: NotationPolicy, blob: str) -> None:
    statement: PolicyStatement | None = None
    with suppress(NoStatementError):
        statement = policy.for_blobs()
        log_statement(invocation, statement)
    log_verdict(invocation, verdict)
    if verdict.decision == "refused" or statement is None:
        raise Fault(blob_refusal(verdict, statement, invocation.line))
    counting = next((report for report in verdict.signatures if report.counts), None)
    if counting is None:
        invocation.say(f"Trust policy is configured to skip signature verification for {blob}")
        return
    judgement = next(each for each in counting.judgements if each.counts)
    warnings = list(logged(judgement, statement, invocation.line))
    for warning in warnings:
        invocation.warn(warning)
    if warnings:
        invocation.say("")
    invocation.say(f"Successfully verified signature for {blob}")
    print_metadata(invocation, counting)
