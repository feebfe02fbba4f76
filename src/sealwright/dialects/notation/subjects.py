"""Subjects of certificates in the order in which Go prints them, whatever order the certificate has."""

from sealwright.errors import UsageError
from sealwright.pki import names

__all__ = ["in_order"]

_ORDER = ("SERIALNUMBER", "CN", "OU", "O", "POSTALCODE", "STREET", "L", "ST", "C")
_RANKS = {short: rank for rank, short in enumerate(_ORDER)}


def in_order(subject: str) -> str:
    """A name with the attributes that Go knows in Go's order, and the others behind them.

    Args:
        subject: in RFC 4514 form. One that has an attribute twice stays as it is.
    """
    try:
        pairs = names.parse(subject)
    except UsageError:
        return subject
    return names.text(tuple(sorted(pairs, key=lambda pair: _RANKS.get(pair[0], len(_RANKS)))))
