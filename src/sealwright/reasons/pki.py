"""Reasons of the area `pki`."""

REASONS: dict[str, tuple[str, str]] = {}
