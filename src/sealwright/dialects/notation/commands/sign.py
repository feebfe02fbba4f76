"""`notation sign`."""

from sealwright.dialects.cobra import Command, Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.notation import stamping
from sealwright.dialects.notation.experimental import ALLOW_REFERRERS_API, checked, hidden
from sealwright.dialects.notation.flags import REGISTRY, logging
from sealwright.dialects.notation.key_values import pairs
from sealwright.dialects.notation.lines import LINES, STABLE
from sealwright.dialects.notation.log_lines import described
from sealwright.dialects.notation.logs import log
from sealwright.dialects.notation.opened import Opened, artifact, opened
from sealwright.dialects.notation.positional import one_reference
from sealwright.dialects.notation.signers import chosen
from sealwright.dialects.notation.signing_flags import (
    SIGNER,
    SIGNER_EXCLUSIVE,
    TIMESTAMP,
    TOGETHER,
    check_timestamp_flags,
    envelope_type,
    term,
    user_metadata,
)
from sealwright.dialects.notation.words import said
from sealwright.dialects.pflag import Flag
from sealwright.errors import EnvironmentalError, KeyUnavailableError, SealwrightError
from sealwright.interfaces import EnvelopeMaker
from sealwright.workflow.sign import Signed, Wish, sign_subject

__all__ = ["command"]


def command(line: str) -> Command:
    """The command in a line of notation."""
    old = (ALLOW_REFERRERS_API,) if line == STABLE else ()
    return Command(
        "sign [flags] <reference>",
        "Sign an artifact",
        "Sign an artifact with a key of the list (see `notation key`), and keep the signature beside it.\n",
        flags=(
            *logging(line),
            *REGISTRY,
            *SIGNER,
            *TIMESTAMP,
            Flag(
                "force-referrers-tag",
                "bool",
                "list the signature under the referrers tag in any case",
                default=LINES[line].force_referrers_tag,
            ),
            *old,
            *hidden(Flag("oci-layout", "bool", "[Experimental] the artifact is in an OCI layout")),
        ),
        arguments=one_reference("sign"),
        before=checked(*(flag.name for flag in old), "oci-layout"),
        required_together=TOGETHER,
        mutually_exclusive=(
            *SIGNER_EXCLUSIVE,
            ("oci-layout", "force-referrers-tag", *(flag.name for flag in old)),
        ),
        run=_run,
    )


def _run(invocation: Invocation) -> None:
    """Sign, in notation's order of work.

    1. What the flags about timestamps and the referrers API say.
    2. The key.
    3. The reference, the form of the signature, pairs, the timestamp authority.
    4. The artifact is resolved, and a tag warned of.
    5. The expiry; the signature is made and kept.
    """
    # 1. flags
    check_timestamp_flags(invocation)
    force_tag = _force_referrers_tag(invocation)
    # 2. the key
    chosen_key = chosen(invocation)
    # 3. reference, form, pairs
    wanted = artifact(invocation)
    envelope = envelope_type(invocation)
    config = pairs(invocation.values["plugin-config"], "plugin-config")
    metadata = user_metadata(invocation)
    timestamp = stamping.chosen(invocation)
    # 4. the artifact
    with opened(invocation, wanted, "sign", force_referrers_tag=force_tag) as found:
        # 5. the signature
        expires_in = term(invocation.values["expiry"])
        key = chosen_key.key(config)
        wish = Wish(
            envelope=envelope,
            expires_in=expires_in,
            user_metadata=metadata,
            form="legacy" if LINES[invocation.line].legacy_manifest else "artifact",
            timestamp=None if isinstance(key, EnvelopeMaker) else timestamp,  # the plugin's own business
        )
        digest = found.subject.descriptor.digest
        log(invocation, "debug", f"Generic signing for {digest} in signature media type {envelope}")
        try:
            signed = sign_subject(found.context, found.place, found.subject.descriptor, key, wish)
        except KeyUnavailableError as error:
            raise Fault(chosen_key.unusable(error)) from None
        except EnvironmentalError as error:
            if error.code.startswith("timestamp."):
                raise Fault(stamping.told(error)) from None
            if error.code.startswith(("approval.", "plugin.")):
                raise Fault(chosen_key.unusable(error)) from None
            raise Fault(
                f"failed to push signature to registry with error: {said(error, invocation.line)}"
            ) from None
        except SealwrightError as error:
            raise Fault(said(error, invocation.line)) from None
    target = described(found.subject.descriptor)
    log(invocation, "debug", f"Pushed the signature {signed.location} of artifact descriptor: {target}")
    _report(invocation, found, signed, wanted.name)


def _report(invocation: Invocation, found: Opened, signed: Signed, name: str) -> None:
    invocation.say(f"Successfully signed {found.shown}")
    if LINES[invocation.line].announces_push:
        invocation.say(f"Pushed the signature to {name}@{signed.location}")


def _force_referrers_tag(invocation: Invocation) -> bool:
    force = bool(invocation.values["force-referrers-tag"])
    if ALLOW_REFERRERS_API.name not in invocation.changed:
        return force
    warning = (
        "Warning: flag '--allow-referrers-api' is deprecated and will be removed in future versions{instead}."
    )
    allowed = bool(invocation.values[ALLOW_REFERRERS_API.name])
    instead = ", use '--force-referrers-tag=false' instead" if allowed else ""
    invocation.warn(warning.format(instead=instead))
    return force and not allowed
