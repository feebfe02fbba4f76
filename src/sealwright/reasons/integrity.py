"""Reasons of the area `integrity`."""

REASONS: dict[str, tuple[str, str]] = {}
