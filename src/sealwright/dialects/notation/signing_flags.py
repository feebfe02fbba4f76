"""What the commands that sign have in common: their flags, and what these mean."""

from datetime import timedelta

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import quote
from sealwright.dialects.notation.flags import PLUGIN_CONFIG
from sealwright.dialects.notation.key_values import pairs
from sealwright.dialects.notation.words import said
from sealwright.dialects.pflag import Flag
from sealwright.errors import SealwrightError
from sealwright.homes.notation import settings
from sealwright.homes.notation.folder import config_folder
from sealwright.media_types import NOTARY_ENVELOPES

__all__ = [
    "SIGNER",
    "SIGNER_EXCLUSIVE",
    "TIMESTAMP",
    "TOGETHER",
    "check_timestamp_flags",
    "envelope_of",
    "envelope_type",
    "signature_format",
    "term",
    "user_metadata",
]

_SECOND = 1_000_000_000
"""In the nanoseconds of Go's durations."""

SIGNER = (
    Flag("key", "string", "name of the key in the list; not with --id and --plugin", "k"),
    Flag("signature-format", "string", 'form of the signature: "jws" or "cose"', default="jws"),
    Flag("id", "string", "id of a key that a plugin reaches; needs --plugin"),
    Flag("plugin", "string", "name of the plugin that reaches the key; needs --id"),
    Flag("expiry", "duration", "for how long the signature is good, such as 12h, 30m or 3h20m", "e"),
    PLUGIN_CONFIG,
    Flag("user-metadata", "stringArray", "{key}={value} that is signed along", "m"),
)
SIGNER_EXCLUSIVE = (("key", "id"), ("key", "plugin"))
"""Of these flags, each excludes the other."""

TIMESTAMP = (
    Flag("timestamp-url", "string", "URL of a timestamp authority (RFC 3161)"),
    Flag("timestamp-root-cert", "string", "file with the root certificate of that authority"),
)
TOGETHER = (("id", "plugin"), ("timestamp-url", "timestamp-root-cert"))
"""Groups of flags that are set together or not at all."""


def check_timestamp_flags(invocation: Invocation) -> None:
    """Check the flags of a timestamp, before anything else is looked at.

    Raises:
        Fault: one is given empty.
    """
    if "timestamp-url" in invocation.changed:
        if not invocation.values["timestamp-url"]:
            raise Fault("timestamping: tsa url cannot be empty")
        if not invocation.values["timestamp-root-cert"]:
            raise Fault("timestamping: tsa root certificate path cannot be empty")


def signature_format(invocation: Invocation) -> str:
    """`jws` or `cose`, or whatever else was asked for: of the flag, else of the settings.

    Raises:
        Fault: the settings cannot be read.
    """
    form = str(invocation.values["signature-format"])
    if "signature-format" not in invocation.changed:
        try:
            form = settings.read(config_folder(invocation.environment)).signature_format or form
        except SealwrightError as error:
            form = str(error.data.get("signature_format", ""))
            if not form:
                raise Fault(said(error, invocation.line)) from None
    return form


def envelope_type(invocation: Invocation) -> str:
    """The media type of the envelope: of the flag, else of the settings.

    Raises:
        Fault: there is no such form.
    """
    return envelope_of(signature_format(invocation))


def envelope_of(form: str) -> str:
    """The media type of the envelope of a form.

    Raises:
        Fault: there is no such form.
    """
    if form not in NOTARY_ENVELOPES:
        raise Fault(
            f"signature format {quote(form)} not supported\n"
            'Supported signature envelope formats are "jws" and "cose"'
        )
    return NOTARY_ENVELOPES[form]


def term(nanoseconds: int) -> timedelta | None:
    """For how long a signature is good, by `--expiry`; None: without end.

    Raises:
        Fault: it is negative, or no number of seconds.
    """
    if nanoseconds < 0:
        raise Fault("expiry duration cannot be a negative value")
    if nanoseconds % _SECOND:
        raise Fault("expiry duration supports minimum granularity of seconds")
    return timedelta(seconds=nanoseconds // _SECOND) if nanoseconds else None


def user_metadata(invocation: Invocation) -> dict[str, str]:
    """The pairs that are signed along, as Go writes them to JSON: bytes that are no text as U+FFFD.

    Raises:
        Fault: in notation's words.
    """
    given = pairs(invocation.values["user-metadata"], "user-metadata")
    return {_replaced(key): _replaced(value) for key, value in given.items()}


def _replaced(word: str) -> str:
    return word.encode(errors="surrogateescape").decode(errors="replace")
