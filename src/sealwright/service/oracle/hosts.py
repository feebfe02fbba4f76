"""The host names by which Oracle's clients call us.

They make each name themselves, of the region that they are set to and the domain of its realm:

    artifacts.REGION.oci.DOMAIN                 images and their signatures
    kms.REGION.DOMAIN                           vaults
    EXT-management.kms.REGION.oci.DOMAIN        the keys of one vault
    EXT-crypto.kms.REGION.oci.DOMAIN            signing with them; EXT is the extension of the vault

For the regions of the first years, and in clients of those years, there is no `oci.` in the last two.
"""

import re
from typing import Self

import msgspec

__all__ = ["Hosts", "Role", "without_port"]

_VAULT = re.compile(r"([a-z0-9][a-z0-9-]{0,60})-(management|crypto)")
_HTTPS_PORT = 443
_ROLES = {"management": "keys", "crypto": "crypto"}


class Role(msgspec.Struct, frozen=True):
    """What a host name is for: `artifacts`, `vaults`, or `keys` or `crypto` of one vault's extension."""

    kind: str
    extension: str = ""


class Hosts(msgspec.Struct, frozen=True):
    """The names in one region.

    Attributes:
        region: its identifier, such as `local-1`.
        domain: of its realm, such as `oracle.example`.
        port: where they are reached by HTTPS.
    """

    region: str
    domain: str
    port: int = _HTTPS_PORT

    @classmethod
    def of(cls, region: str, domain: str) -> Self:
        """The names for a domain that may have a port."""
        name, _, port = domain.partition(":")
        return cls(region, name, int(port or _HTTPS_PORT))

    def management(self, extension: str) -> str:
        """The address of the keys of a vault."""
        return self._url(f"{extension}-management.kms.{self.region}.oci.{self.domain}")

    def crypto(self, extension: str) -> str:
        """The address where is signed with them."""
        return self._url(f"{extension}-crypto.kms.{self.region}.oci.{self.domain}")

    def _url(self, name: str) -> str:
        return f"https://{name}" if self.port == _HTTPS_PORT else f"https://{name}:{self.port}"

    @property
    def patterns(self) -> tuple[str, ...]:
        """All names, as a certificate has them; a star stands for one label."""
        region, domain = self.region, self.domain
        return (
            f"artifacts.{region}.oci.{domain}",
            f"kms.{region}.{domain}",
            f"kms.{region}.oci.{domain}",
            f"*.kms.{region}.oci.{domain}",
            f"*.kms.{region}.{domain}",
        )

    def role(self, host: str) -> Role | None:
        """What a name is for; None if it is not ours.

        Args:
            host: without a port, in any case.
        """
        host = host.lower()
        if host == self.patterns[0]:
            return Role("artifacts")
        tail = f".{self.region}.{self.domain}"
        if not host.endswith(tail):
            tail = f".{self.region}.oci.{self.domain}"
        if not host.endswith(tail):
            return None
        label, dot, service = host.removesuffix(tail).rpartition(".")
        if service != "kms":
            return None
        if not dot:
            return Role("vaults")
        found = _VAULT.fullmatch(label)
        return Role(_ROLES[found[2]], found[1]) if found else None


def without_port(host: str) -> str:
    """The name or address in a Host header."""
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
