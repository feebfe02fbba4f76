"""Reasons of the area `layout`."""

REASONS: dict[str, tuple[str, str]] = {}
