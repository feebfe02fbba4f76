"""Reasons of the area `expiry`."""

REASONS: dict[str, tuple[str, str]] = {}
