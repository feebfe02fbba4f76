"""`notation sign`."""

from collections.abc import Mapping
from datetime import timedelta

from sealwright import media_types
from sealwright.dialects.cobra import Command, Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import quote
from sealwright.dialects.notation import stamping
from sealwright.dialects.notation.experimental import ALLOW_REFERRERS_API, checked, hidden
from sealwright.dialects.notation.flags import PLUGIN_CONFIG, REGISTRY, logging
from sealwright.dialects.notation.key_values import pairs
from sealwright.dialects.notation.lines import LINES, STABLE
from sealwright.dialects.notation.opened import Opened, artifact, opened
from sealwright.dialects.notation.positional import one_reference
from sealwright.dialects.notation.signers import chosen
from sealwright.dialects.notation.words import said
from sealwright.dialects.pflag import Flag
from sealwright.errors import EnvironmentalError, KeyUnavailableError, SealwrightError
from sealwright.homes.notation import settings
from sealwright.homes.notation.folder import config_folder
from sealwright.workflow.sign import Signed, Wish, sign_subject

__all__ = ["command"]

_ENVELOPES = {"jws": media_types.NOTARY_JWS, "cose": media_types.NOTARY_COSE}
_SECOND = 1_000_000_000
"""In the nanoseconds of Go's durations."""


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
            Flag("key", "string", "name of the key in the list; not with --id and --plugin", "k"),
            Flag("signature-format", "string", 'form of the signature: "jws" or "cose"', default="jws"),
            Flag("id", "string", "id of a key that a plugin reaches; needs --plugin"),
            Flag("plugin", "string", "name of the plugin that reaches the key; needs --id"),
            Flag("expiry", "duration", "for how long the signature is good, such as 12h, 30m or 3h20m", "e"),
            PLUGIN_CONFIG,
            Flag("user-metadata", "stringArray", "{key}={value} that is signed along", "m"),
            Flag("timestamp-url", "string", "URL of a timestamp authority (RFC 3161)"),
            Flag("timestamp-root-cert", "string", "file with the root certificate of that authority"),
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
        required_together=(("id", "plugin"), ("timestamp-url", "timestamp-root-cert")),
        mutually_exclusive=(
            ("key", "id"),
            ("key", "plugin"),
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
    _check_timestamp_flags(invocation)
    force_tag = _force_referrers_tag(invocation)
    # 2. the key
    chosen_key = chosen(invocation)
    # 3. reference, form, pairs
    wanted = artifact(invocation)
    envelope = _envelope(invocation)
    config = pairs(invocation.values["plugin-config"], "plugin-config")
    metadata = _text(pairs(invocation.values["user-metadata"], "user-metadata"))
    timestamp = stamping.chosen(invocation)
    # 4. the artifact
    with opened(invocation, wanted, "sign", force_referrers_tag=force_tag) as found:
        # 5. the signature
        wish = Wish(
            envelope=envelope,
            expires_in=_expiry(invocation.values["expiry"]),
            user_metadata=metadata,
            form="legacy" if LINES[invocation.line].legacy_manifest else "artifact",
            timestamp=timestamp,
        )
        key = chosen_key.key(config)
        try:
            signed = sign_subject(found.context, found.place, found.subject.descriptor, key, wish)
        except KeyUnavailableError as error:
            raise Fault(chosen_key.unusable(error)) from None
        except EnvironmentalError as error:
            if error.code.startswith("timestamp."):
                raise Fault(stamping.told(error)) from None
            if error.code.startswith("plugin."):
                raise Fault(chosen_key.unusable(error)) from None
            raise Fault(
                f"failed to push signature to registry with error: {said(error, invocation.line)}"
            ) from None
        except SealwrightError as error:
            raise Fault(said(error, invocation.line)) from None
    _report(invocation, found, signed, wanted.name)


def _report(invocation: Invocation, found: Opened, signed: Signed, name: str) -> None:
    invocation.say(f"Successfully signed {found.shown}")
    if LINES[invocation.line].announces_push:
        invocation.say(f"Pushed the signature to {name}@{signed.location}")


def _check_timestamp_flags(invocation: Invocation) -> None:
    if "timestamp-url" in invocation.changed:
        if not invocation.values["timestamp-url"]:
            raise Fault("timestamping: tsa url cannot be empty")
        if not invocation.values["timestamp-root-cert"]:
            raise Fault("timestamping: tsa root certificate path cannot be empty")


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


def _envelope(invocation: Invocation) -> str:
    """The media type of the envelope: of the flag, else of the settings."""
    form = str(invocation.values["signature-format"])
    if "signature-format" not in invocation.changed:
        try:
            form = settings.read(config_folder(invocation.environment)).signature_format or form
        except SealwrightError as error:
            form = str(error.data.get("signature_format", ""))
            if not form:
                raise Fault(said(error, invocation.line)) from None
    if form not in _ENVELOPES:
        raise Fault(
            f"signature format {quote(form)} not supported\n"
            'Supported signature envelope formats are "jws" and "cose"'
        )
    return _ENVELOPES[form]


def _expiry(nanoseconds: int) -> timedelta | None:
    if nanoseconds < 0:
        raise Fault("expiry duration cannot be a negative value")
    if nanoseconds % _SECOND:
        raise Fault("expiry duration supports minimum granularity of seconds")
    return timedelta(seconds=nanoseconds // _SECOND) if nanoseconds else None


def _text(metadata: Mapping[str, str]) -> dict[str, str]:
    """Pairs as Go writes them to JSON: bytes that are no text as U+FFFD."""
    return {_replaced(key): _replaced(value) for key, value in metadata.items()}


def _replaced(word: str) -> str:
    return word.encode(errors="surrogateescape").decode(errors="replace")
