"""Distinguished names: trusted identities of policies, subjects of certificates, and how they match.

Sources: RFC 4514, "String Representation of Distinguished Names"; trust-store-trust-policy.md, "Trusted
Identities Constraints".

A name is a tuple of (short name, value) pairs in the order of its text. The rules for an identity in a
policy, each with its own code:

1. `=#` (a value in hexadecimal) is refused                         identity.hexadecimal-value
2. the text follows RFC 4514; blanks around `,` and `=` are dropped  identity.name-malformed
3. one attribute per part: no `A=x+B=y`                              identity.multi-valued
4. no attribute stands twice; `S` is another word for `ST`           identity.attribute-repeated
5. `C`, `ST` and `O` are there                                       identity.attribute-missing

Short names and values are compared as they are: case counts. An identity matches a subject that holds
each of its pairs; the order does not matter. A subject that holds one attribute twice matches no
identity, because nobody can say which of the two was meant.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sealwright.errors import CheckFailedError, UsageError

if TYPE_CHECKING:
    from cryptography import x509

__all__ = ["Name", "build", "contains", "of", "parse", "parse_identity", "require_match", "text"]

Name = tuple[tuple[str, str], ...]
"""Pairs of short name and value, in the order of the RFC 4514 text: the most specific first."""

MANDATORY = ("C", "ST", "O")
"""What every identity of a policy names."""

SHORT_NAMES = {
    "2.5.4.6": "C",
    "2.5.4.8": "ST",
    "2.5.4.7": "L",
    "2.5.4.17": "POSTALCODE",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.3": "CN",
    "2.5.4.5": "SERIALNUMBER",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
    "1.2.840.113549.1.9.1": "emailAddress",
}
"""Object identifier to short name (RFC 4514, section 3, and what certificates use beside it). The order
is that of a new certificate's subject: from the country down."""

_OBJECT_IDENTIFIERS = {short: dotted for dotted, short in SHORT_NAMES.items()}
_RANKS = {short: rank for rank, short in enumerate(SHORT_NAMES.values())}
_ATTRIBUTE_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+")
_SPECIAL = frozenset('"+,;<>\\')
_HEX_PAIR = re.compile(r"[0-9A-Fa-f]{2}")


def _malformed(typed: str, problem: str) -> UsageError:
    return UsageError("identity.name-malformed", name=typed, problem=problem)


def _escaped(typed: str, at: int) -> tuple[bytes, int]:
    """The character behind the backslash at `at`, as UTF-8, and where the text goes on."""
    pair = typed[at + 1 : at + 3]
    if _HEX_PAIR.fullmatch(pair):
        return bytes.fromhex(pair), at + 3
    if pair and (pair[0] in _SPECIAL or pair[0] in " #="):
        return pair[0].encode(), at + 2
    raise _malformed(typed, "a backslash stands before what needs none")


def _value(typed: str, at: int) -> tuple[str, int]:
    """The value that starts at `at`, unescaped, and where it ends: at `,`, `+` or the end."""
    value = bytearray()
    kept = 0  # everything up to here is no blank that is to be dropped
    while at < len(typed) and typed[at] not in ",+":
        letter = typed[at]
        if letter == "\\":
            piece, at = _escaped(typed, at)
            value += piece
            kept = len(value)
            continue
        if letter in _SPECIAL or letter == "\0":
            raise _malformed(typed, f"{letter!r} must stand behind a backslash")
        value += letter.encode("utf-8", "surrogatepass")
        at += 1
        if letter != " ":
            kept = len(value)
    try:
        return value[:kept].decode(), at
    except UnicodeDecodeError:
        raise _malformed(typed, "a value is not UTF-8 text") from None


def _parts(typed: str) -> list[Name]:
    """The parts of a name (its relative distinguished names), each with one attribute or more."""
    parts: list[list[tuple[str, str]]] = [[]]
    at = 0
    while True:
        equals = typed.find("=", at)
        short = typed[at:equals].strip(" ") if equals >= 0 else ""
        if not _ATTRIBUTE_TYPE.fullmatch(short):
            raise _malformed(typed, "each part is an attribute, an equals sign and a value")
        at = equals + 1
        while typed[at : at + 1] == " ":
            at += 1
        value, at = _value(typed, at)
        if not value:
            raise _malformed(typed, f"{short} has no value")
        parts[-1].append((short, value))
        if at == len(typed):
            return [tuple(part) for part in parts]
        if typed[at] == ",":
            parts.append([])
        at += 1


def parse(typed: str, *, repeated: bool = False) -> Name:
    """Read a distinguished name with one attribute per part.

    Args:
        typed: for example `CN=build, O=Acme, ST=WA, C=US`.
        repeated: whether an attribute may stand there twice.

    Raises:
        UsageError: `identity.hexadecimal-value`, `identity.name-malformed`, `identity.multi-valued` or
            `identity.attribute-repeated`.
    """
    if "=#" in typed:
        raise UsageError("identity.hexadecimal-value", name=typed)
    parts = _parts(typed)
    if any(len(part) > 1 for part in parts):
        raise UsageError("identity.multi-valued", name=typed)
    name = tuple(("ST" if short == "S" else short, value) for ((short, value),) in parts)
    twice = None if repeated else _repeated(name)
    if twice:
        raise UsageError("identity.attribute-repeated", name=typed, attribute=twice)
    return name


def parse_identity(typed: str) -> Name:
    """Read the distinguished name of a trusted identity.

    Args:
        typed: what stands behind `x509.subject:` in a policy.

    Raises:
        UsageError: what `parse` raises, or `identity.attribute-missing`.
    """
    name = parse(typed)
    present = {short for short, _ in name}
    missing = next((short for short in MANDATORY if short not in present), None)
    if missing:
        raise UsageError("identity.attribute-missing", name=typed, attribute=missing)
    return name


def _repeated(name: Name) -> str | None:
    shorts = [short for short, _ in name]
    return next((short for short in shorts if shorts.count(short) > 1), None)


def contains(whole: Name, part: Name) -> bool:
    """Whether `whole` holds each pair of `part`. Two identities overlap if either contains the other."""
    return set(part) <= set(whole)


def require_match(identities: Iterable[Name], subject: Name) -> None:
    """Check that a subject is one of the identities.

    Args:
        identities: as `parse_identity` gave them; an empty one is the wildcard.
        subject: of the leaf certificate.

    Raises:
        CheckFailedError: `identity.subject-ambiguous` or `identity.no-match`.
    """
    wanted = list(identities)
    if () in wanted:
        return
    repeated = _repeated(subject)
    if repeated:
        raise CheckFailedError("identity.subject-ambiguous", subject=text(subject), attribute=repeated)
    if not any(contains(subject, identity) for identity in wanted):
        raise CheckFailedError(
            "identity.no-match",
            subject=text(subject),
            identities="; ".join(text(identity) for identity in wanted) or "nobody",
        )


def of(name: "x509.Name") -> Name:
    """The pairs of a certificate's subject or issuer; attributes without a short name keep their number."""
    return tuple(
        (SHORT_NAMES.get(dotted := attribute.oid.dotted_string, dotted), _printable(attribute.value))
        for attribute in reversed(list(name))
    )


def _printable(value: str | bytes) -> str:
    return value if isinstance(value, str) else f"#{value.hex()}"


def text(name: Name) -> str:
    """The name in RFC 4514 form."""
    return ",".join(f"{short}={_escape(value)}" for short, value in name)


def _escape(value: str) -> str:
    escaped = "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in value)
    escaped = escaped.replace("\0", "\\00")
    if escaped[:1] in (" ", "#"):
        escaped = f"\\{escaped}"
    if len(value) > 1 and value[-1] == " ":
        escaped = f"{escaped[:-1]}\\ "
    return escaped


def build(name: Name) -> "x509.Name":
    """A subject for a new certificate, its attributes in the usual order, from the country down.

    Raises:
        UsageError: `identity.attribute-unknown`, or `identity.name-malformed` if a certificate cannot hold
            a value (a country has two letters).
    """
    from cryptography import x509  # noqa: PLC0415  # policies are read without: it takes long to load

    try:
        return x509.Name(
            x509.NameAttribute(x509.ObjectIdentifier(_OBJECT_IDENTIFIERS[short]), value)
            for short, value in sorted(name, key=lambda pair: _RANKS[pair[0]])
        )
    except KeyError as error:
        raise UsageError("identity.attribute-unknown", name=text(name), attribute=error.args[0]) from None
    except ValueError as error:
        raise _malformed(text(name), str(error).rstrip(".").lower()) from None
