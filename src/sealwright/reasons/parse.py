"""Reasons of the area `parse`."""

REASONS: dict[str, tuple[str, str]] = {}
