"""Reasons of the area `key`."""

REASONS: dict[str, tuple[str, str]] = {}
