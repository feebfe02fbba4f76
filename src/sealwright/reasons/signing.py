"""Reasons of the area `signing`."""

REASONS: dict[str, tuple[str, str]] = {}
