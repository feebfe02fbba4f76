"""Vaults: all that can be done with them, for every API that the service has."""

from sealwright.service.vault.actions.certifying import Certifying

__all__ = ["Vaults"]


class Vaults(Certifying):
    """The vaults of a service. Safe to use from several threads; every method waits for the database.

    Args:
        database: where the rows are.
        sealing: under the master key; where there is none, each use raises `vault.no-root` or why.
        approvals: of what the rules of keys cover; None: what they cover is not done.
        settings: the table `vault`.
        token: where keys with the protection HSM are made and stay; None: there are none.
    """
