"""Reasons of the area `timestamp`."""

REASONS: dict[str, tuple[str, str]] = {}
