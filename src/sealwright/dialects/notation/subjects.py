"""Subjects of certificates in the order in which Go prints them, whatever order the certificate has."""

from sealwright.errors import UsageError
from sealwright.pki import names

__all__ = ["in_order"]

_ORDER = ("SERIALNUMBER", "CN", "OU", "O", "POSTALCODE", "STREET", "L", "ST", "C")


def in_order(subject: str) -> str:
    """A name with the attributes that Go knows in Go's order, and the others behind them.

    One that Go knows and that is there several times is one part of the name, as `OU=a+OU=b`, in the order of
    the certificate.

    Args:
        subject: in RFC 4514 form. One that cannot be read stays as it is.
    """
    try:
        pairs = names.parse(subject, repeated=True)
    except UsageError:
        return subject
    parts = {short: [pair for pair in reversed(pairs) if pair[0] == short] for short in _ORDER}
    known = ["+".join(names.text((pair,)) for pair in parts[short]) for short in _ORDER if parts[short]]
    return ",".join([*known, *(names.text((pair,)) for pair in pairs if pair[0] not in _ORDER)])
