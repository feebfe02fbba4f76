"""Reasons of the area `service`."""

REASONS: dict[str, tuple[str, str]] = {}
