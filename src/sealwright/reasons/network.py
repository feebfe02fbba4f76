"""Reasons of the area `network`."""

REASONS: dict[str, tuple[str, str]] = {}
