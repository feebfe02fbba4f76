"""Reasons of the area `registry`."""

REASONS: dict[str, tuple[str, str]] = {}
