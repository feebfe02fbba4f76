"""Reasons of the area `credentials`."""

REASONS: dict[str, tuple[str, str]] = {}
