"""The one tenancy that we are to Oracle's clients, and the identifiers that follow from it.

Its identifier is made at the first start and stays. Those of users are derived from it and from their names,
so that whoever made something is known by it also after the account has gone.
"""

import hashlib
import os

import msgspec

from sealwright.formats.kms.ocid import ocid
from sealwright.service.oracle.queries import tenancy as rows
from sealwright.service.storage import Database

__all__ = ["Tenancy", "opened"]

_MARK_BYTES = 38


class Tenancy(msgspec.Struct, frozen=True):
    """The tenancy.

    Attributes:
        realm: of every identifier.
        region: of those that have one.
        namespace: the first part of the names of its repositories.
        mark: the random part of its identifier, in hexadecimal.
    """

    realm: str
    region: str
    namespace: str
    mark: str

    @property
    def id(self) -> str:
        """Its identifier, which is that of its root compartment, too."""
        return ocid("tenancy", self.realm, "", randomness=bytes.fromhex(self.mark))

    def user(self, name: str) -> str:
        """The identifier of an account."""
        return ocid(
            "user", self.realm, "", randomness=hashlib.sha512(f"{self.mark} {name}".encode()).digest()
        )

    def made(self, resource: str, *parts: str) -> str:
        """A new identifier of a resource of the region, such as `containerimage`.

        Args:
            resource: its kind.
            parts: what stands between region and the unique part.
        """
        return ocid(resource, self.realm, self.region, *parts, randomness=os.urandom(_MARK_BYTES))

    def made_anywhere(self, resource: str) -> str:
        """A new identifier of a resource that belongs to no region, such as `compartment`."""
        return ocid(resource, self.realm, "", randomness=os.urandom(_MARK_BYTES))


def opened(database: Database, realm: str, region: str, namespace: str) -> Tenancy:
    """The tenancy of a service, made if there is none.

    Args:
        database: of the service.
        realm: as the settings name it.
        region: as the settings name it.
        namespace: as the settings name it.
    """
    mark = rows.mark(database)
    if mark is None:
        with database.write() as transaction:
            rows.found(transaction, os.urandom(_MARK_BYTES).hex())
            mark = rows.mark(transaction)
    assert mark is not None  # noqa: S101  # it was just put there, by us or by another server
    return Tenancy(realm, region, namespace, mark)
