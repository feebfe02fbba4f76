"""Reasons of the area `document`."""

REASONS: dict[str, tuple[str, str]] = {}
