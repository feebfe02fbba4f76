"""Vaults, their keys, and the versions of these."""

REASONS: dict[str, tuple[str, str]] = {}
