"""Reasons of the area `usage`."""

REASONS: dict[str, tuple[str, str]] = {}
