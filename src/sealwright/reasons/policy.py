"""Reasons of the area `policy`."""

REASONS: dict[str, tuple[str, str]] = {}
