"""Reasons of the area `truststore`."""

REASONS: dict[str, tuple[str, str]] = {}
