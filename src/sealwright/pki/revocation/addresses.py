"""Where a certificate says that its state can be asked for.

Source: RFC 5280, sections 4.2.2.1 (authority information access), 4.2.1.13 (CRL distribution points) and
4.2.1.15 (freshest CRL). Only plain http is spoken, as by the reference: answers are signed, and https would
need certificates whose state somebody had to ask for. Other URLs are told as passed over.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

import msgspec
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from sealwright import limits
from sealwright.pki import certificate as certificates

__all__ = ["REASONS", "Addresses", "Point", "of", "points_in", "reachable"]

REASONS: frozenset[x509.ReasonFlags] = frozenset(
    {
        x509.ReasonFlags.key_compromise,
        x509.ReasonFlags.ca_compromise,
        x509.ReasonFlags.affiliation_changed,
        x509.ReasonFlags.superseded,
        x509.ReasonFlags.cessation_of_operation,
        x509.ReasonFlags.certificate_hold,
        x509.ReasonFlags.privilege_withdrawn,
        x509.ReasonFlags.aa_compromise,
    }
)
"""What a list of all reasons covers (RFC 5280, section 6.3.2, "all-reasons")."""

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


class Point(msgspec.Struct, frozen=True):
    """A place of revocation lists. `urls` are places of one and the same list.

    `names` are all names of the place. `reasons` are those for which a revocation stands in the list.
    `foreign`: it is the list of somebody else than the certificate's issuer.
    """

    urls: tuple[str, ...]
    names: frozenset[x509.GeneralName]
    reasons: frozenset[x509.ReasonFlags] = REASONS
    foreign: bool = False


class Addresses(msgspec.Struct, frozen=True):
    """All addresses of a certificate, in its order, at most `limits.REVOCATION_URLS` of each kind.

    `ocsp` are responders, `points` places of lists, `freshest` places of delta lists. `beyond`: it has more.
    """

    ocsp: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    freshest: tuple[str, ...] = ()
    beyond: bool = False


def reachable(url: str) -> bool:
    """Whether this is an http URL that may be asked, of at most `limits.REVOCATION_URL_LENGTH`."""
    scheme, separator, rest = url.partition("://")
    plain = (
        url.isascii() and url.isprintable() and " " not in url and len(url) <= limits.REVOCATION_URL_LENGTH
    )
    return scheme.lower() == "http" and bool(separator and rest.strip("/")) and plain


@lru_cache(maxsize=limits.CERTIFICATES_REMEMBERED)
def of(der: bytes) -> Addresses:
    """The addresses of a certificate.

    Args:
        der: of a certificate that was read before.
    """
    extensions = certificates.parse(der).handle.extensions
    access = _extension(extensions, x509.AuthorityInformationAccess) or ()
    ocsp = [
        one.access_location.value
        for one in access
        if one.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(one.access_location, x509.UniformResourceIdentifier)
    ]
    points = points_in(_extension(extensions, x509.CRLDistributionPoints) or ())
    freshest = [
        url for point in points_in(_extension(extensions, x509.FreshestCRL) or ()) for url in point.urls
    ]
    most = limits.REVOCATION_URLS
    taken: list[Point] = []
    for point in points:
        left = most - sum(len(one.urls) for one in taken)
        if left > 0 or not point.urls:
            taken.append(msgspec.structs.replace(point, urls=point.urls[:left]))
    asked = sum(len(one.urls) for one in taken)
    beyond = max(len(ocsp), len(freshest)) > most or asked < sum(len(one.urls) for one in points)
    return Addresses(tuple(ocsp[:most]), tuple(taken[:most]), tuple(freshest[:most]), beyond)


def points_in(found: Iterable[x509.DistributionPoint]) -> tuple[Point, ...]:
    """The places that an extension names; `urls` is empty where a place has no URL.

    Args:
        found: the extension's content.
    """
    return tuple(
        Point(
            urls=tuple(
                name.value
                for name in point.full_name or ()
                if isinstance(name, x509.UniformResourceIdentifier)
            ),
            names=frozenset(point.full_name or ()),
            reasons=REASONS if point.reasons is None else frozenset(point.reasons) & REASONS,
            foreign=point.crl_issuer is not None,
        )
        for point in found
    )


def _extension(extensions: x509.Extensions, kind: type[_Extension]) -> _Extension | None:
    return next((one.value for one in extensions if isinstance(one.value, kind)), None)
