"""Reasons of the area `verdict`."""

REASONS: dict[str, tuple[str, str]] = {}
