"""Reasons of the area `identity`."""

REASONS: dict[str, tuple[str, str]] = {}
