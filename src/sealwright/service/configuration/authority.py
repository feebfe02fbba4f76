"""`[[authority]]`: CAs of our own, whose lists, answers and timestamps are given out below `/pki/`.

    [[authority]]
    name = "acme"
    folder = "/etc/sealwright/pki"
    passphrase_file = "/run/secrets/pki"
    publish = ["certificates", "crl", "ocsp", "tsa"]

A folder is one of `seal pki`. Nobody logs in to ask here, since verifiers do not.
"""

import re
from typing import Annotated, Literal

import msgspec

from sealwright import limits
from sealwright.service.configuration.kinds import Place

__all__ = ["ALL", "Authority", "Part"]

Part = Literal["certificates", "crl", "ocsp", "tsa"]
ALL: tuple[Part, ...] = ("certificates", "crl", "ocsp")

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
_DAY_MINUTES = 24 * 60


class Authority(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A PKI whose word is given out.

    Attributes:
        name: what paths call it: `/pki/NAME/`.
        folder: of the PKI, as `seal pki` makes it.
        passphrase_file: a file whose first line opens the keys in the folder. Empty: they are not encrypted,
            or SEALWRIGHT_PASSPHRASE opens them.
        publish: what is given out: `certificates` of the CAs, `crl` for revocation lists, `ocsp` for answers
            about single certificates, `tsa` for timestamps.
        crl_days: how long a revocation list holds that the service makes. It makes them where the key of the
            CA is in the folder: halfway, and whenever something was revoked.
        ocsp_minutes: how long an answer about a certificate holds.
        tsa_policy: the policy of the timestamps, in dotted numbers.
        tsa_accuracy_ms: how far the clock of this machine may be off, in milliseconds, as timestamps tell it.
    """

    name: str
    folder: Place
    passphrase_file: Place = ""
    publish: tuple[Part, ...] = ALL
    crl_days: Annotated[float, msgspec.Meta(gt=0, le=limits.CRL_DAYS)] = 7
    ocsp_minutes: Annotated[float, msgspec.Meta(ge=1, le=30 * _DAY_MINUTES)] = 60
    tsa_policy: Annotated[str, msgspec.Meta(pattern=r"^[0-2](\.(0|[1-9][0-9]{0,8})){1,30}$")] = "2.5.29.32.0"
    tsa_accuracy_ms: Annotated[int, msgspec.Meta(ge=1, le=limits.TIMESTAMP_ACCURACY_MILLIS)] = 1000

    def __post_init__(self) -> None:
        """Refuse a name that no path can have."""
        if _NAME.fullmatch(self.name) is None:
            raise ValueError(f"{self.name!r} cannot stand in a path; use small letters, digits and . _ -")
        if not self.folder:
            raise ValueError(f"the authority {self.name!r} has no folder")
