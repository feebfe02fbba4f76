"""Reasons of the area `plugin`."""

REASONS: dict[str, tuple[str, str]] = {}
