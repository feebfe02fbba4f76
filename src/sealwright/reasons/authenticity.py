"""Reasons of the area `authenticity`."""

REASONS: dict[str, tuple[str, str]] = {}
