"""Attributes of a signature: the signed ones with their rules, and the unsigned ones.

Source: signature-specification.md, "Signed Attributes" and "Unsigned Attributes". Both envelopes carry the
same attributes under the same names; how a value is written differs and is read by `jws` and `cose`.

Rules for what is signed:

1. the list of critical attributes is not empty, names each once, and names only what is there
2. the signing scheme is known, and critical
3. under `notary.x509` there may be a signing time, and never an authentic one
4. under `notary.x509.signingAuthority` there is an authentic signing time, critical, and no other
5. an expiry is critical and later than the signing time
6. the name and the least version of a verification plugin are critical; the name is a plain file name

A critical attribute that the specification does not know is kept in `unknown_critical`; `signature` lets
it fail, as the specification demands.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import msgspec

from sealwright.errors import MalformedSignatureError
from sealwright.formats.notary.plugin_names import is_plugin_name
from sealwright.pki.algorithms import Algorithm

__all__ = [
    "AGENT",
    "AUTHENTIC_SIGNING_TIME",
    "EXPIRY",
    "PLUGIN",
    "PLUGIN_MIN_VERSION",
    "SCHEME",
    "SCHEME_AUTHORITY",
    "SCHEME_X509",
    "SIGNED",
    "SIGNING_TIME",
    "TIMES",
    "TIMESTAMP",
    "Label",
    "SignedAttributes",
    "UnsignedAttributes",
    "read",
    "require_unsigned",
]

Label = str | int
"""The name of an attribute. Only COSE has numbers."""

SCHEME = "io.cncf.notary.signingScheme"
SIGNING_TIME = "io.cncf.notary.signingTime"
AUTHENTIC_SIGNING_TIME = "io.cncf.notary.authenticSigningTime"
EXPIRY = "io.cncf.notary.expiry"
PLUGIN = "io.cncf.notary.verificationPlugin"
PLUGIN_MIN_VERSION = "io.cncf.notary.verificationPluginMinVersion"
TIMESTAMP = "io.cncf.notary.timestampSignature"
AGENT = "io.cncf.notary.signingAgent"

SIGNED = (SCHEME, SIGNING_TIME, AUTHENTIC_SIGNING_TIME, EXPIRY, PLUGIN, PLUGIN_MIN_VERSION)
"""The attributes that count only where they are signed."""

TIMES = frozenset({SIGNING_TIME, AUTHENTIC_SIGNING_TIME, EXPIRY})

SCHEME_X509 = "notary.x509"
SCHEME_AUTHORITY = "notary.x509.signingAuthority"

_CRITICAL = (SCHEME, AUTHENTIC_SIGNING_TIME, EXPIRY, PLUGIN, PLUGIN_MIN_VERSION)
"""What must be marked critical wherever it stands."""


class SignedAttributes(msgspec.Struct, frozen=True):
    """What the signature's key vouches for beside the payload.

    Times are aware and whole seconds, in UTC. `critical` is in the order of the envelope. `extended` are
    the attributes that the specification does not know.
    """

    algorithm: Algorithm
    scheme: str = SCHEME_X509
    signing_time: datetime | None = None
    authentic_signing_time: datetime | None = None
    expiry: datetime | None = None
    plugin: str = ""
    plugin_min_version: str = ""
    critical: tuple[Label, ...] = (SCHEME,)
    extended: Mapping[Label, object] = {}

    @property
    def signed_at(self) -> datetime | None:
        """The signing time of either scheme, as claimed."""
        return self.authentic_signing_time or self.signing_time

    @property
    def unknown_critical(self) -> tuple[Label, ...]:
        """Critical attributes that only a plugin could understand."""
        return tuple(label for label in self.critical if label in self.extended)

    def values(self) -> dict[str, str | datetime]:
        """The attributes of the specification that are set, by their names."""
        found = {
            SCHEME: self.scheme,
            SIGNING_TIME: self.signing_time,
            AUTHENTIC_SIGNING_TIME: self.authentic_signing_time,
            EXPIRY: self.expiry,
            PLUGIN: self.plugin,
            PLUGIN_MIN_VERSION: self.plugin_min_version,
        }
        return {name: value for name, value in found.items() if value}


class UnsignedAttributes(msgspec.Struct, frozen=True):
    """What anybody may have changed. `timestamp` is a TimeStampToken in DER; `others` are shown, not used."""

    agent: str = ""
    timestamp: bytes = b""
    others: Mapping[Label, object] = {}


def read(
    algorithm: Algorithm,
    members: Mapping[Label, object],
    critical: object,
    time: Callable[[str, object], datetime],
) -> SignedAttributes:
    """Read and check the signed attributes.

    Args:
        algorithm: of the envelope.
        members: everything signed but the envelope's own: algorithm, content type, list of critical ones.
        critical: that list, as the envelope has it.
        time: reads the value of an attribute that is a time.

    Raises:
        MalformedSignatureError: a `parse.` code.
    """
    marked = _critical(critical, members)
    for name in _CRITICAL:
        if name in members and name not in marked:
            raise MalformedSignatureError("parse.not-marked-critical", attribute=name)
    if SCHEME not in members:
        raise MalformedSignatureError("parse.attribute-missing", attribute=SCHEME)
    attributes = SignedAttributes(
        algorithm=algorithm,
        scheme=_text(members, SCHEME),
        signing_time=_time(members, SIGNING_TIME, time),
        authentic_signing_time=_time(members, AUTHENTIC_SIGNING_TIME, time),
        expiry=_time(members, EXPIRY, time),
        plugin=_text(members, PLUGIN),
        plugin_min_version=_text(members, PLUGIN_MIN_VERSION),
        critical=marked,
        extended={label: value for label, value in members.items() if label not in SIGNED},
    )
    _require_scheme(attributes)
    signed_at = attributes.signed_at
    if signed_at and attributes.expiry and attributes.expiry <= signed_at:
        raise MalformedSignatureError(
            "parse.expiry-not-after-signing",
            expiry=attributes.expiry.isoformat(),
            signed_at=signed_at.isoformat(),
        )
    if PLUGIN in members and not is_plugin_name(attributes.plugin):
        raise MalformedSignatureError("parse.plugin-name-invalid", plugin=attributes.plugin[:200])
    if PLUGIN_MIN_VERSION in members and PLUGIN not in members:
        raise MalformedSignatureError("parse.attribute-missing", attribute=PLUGIN)
    return attributes


def _critical(critical: object, members: Mapping[Label, object]) -> tuple[Label, ...]:
    if not isinstance(critical, list | tuple) or not critical:
        raise MalformedSignatureError("parse.critical-malformed", problem="it is not a list of names")
    for label in critical:
        if type(label) not in (str, int) or label not in members:
            raise MalformedSignatureError(
                "parse.critical-malformed",
                problem=f"it names {str(label)[:200]!r}, which is no signed attribute",
            )
    if len(set(critical)) != len(critical):
        raise MalformedSignatureError("parse.critical-malformed", problem="it names an attribute twice")
    return tuple(critical)


def _text(members: Mapping[Label, object], name: str) -> str:
    value = members.get(name, "")
    if not isinstance(value, str):
        raise MalformedSignatureError("parse.attribute-malformed", attribute=name, wanted="text")
    return value


def _time(
    members: Mapping[Label, object], name: str, time: Callable[[str, object], datetime]
) -> datetime | None:
    return time(name, members[name]) if name in members else None


def _require_scheme(attributes: SignedAttributes) -> None:
    scheme = attributes.scheme
    if scheme == SCHEME_X509:
        if attributes.authentic_signing_time:
            raise _unexpected(AUTHENTIC_SIGNING_TIME, scheme)
    elif scheme == SCHEME_AUTHORITY:
        if attributes.signing_time:
            raise _unexpected(SIGNING_TIME, scheme)
        if not attributes.authentic_signing_time:
            raise MalformedSignatureError("parse.attribute-missing", attribute=AUTHENTIC_SIGNING_TIME)
    else:
        raise MalformedSignatureError("parse.scheme-unknown", scheme=scheme[:200])


def _unexpected(attribute: str, scheme: str) -> MalformedSignatureError:
    return MalformedSignatureError("parse.attribute-unexpected", attribute=attribute, scheme=scheme)


def require_unsigned(labels: Iterable[Label], signed_only: frozenset[Label]) -> None:
    """Check that nothing stands among the unsigned attributes that counts only where it is signed.

    Args:
        labels: the unsigned attributes.
        signed_only: the envelope's own that belong into the signed part, and those of this signature.

    Raises:
        MalformedSignatureError: `parse.attribute-unsigned`.
    """
    for label in labels:
        if label in SIGNED or label in signed_only:
            raise MalformedSignatureError("parse.attribute-unsigned", attribute=str(label))
