"""Reasons of the area `file`."""

REASONS: dict[str, tuple[str, str]] = {}
