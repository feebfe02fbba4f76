"""Reasons of the area `revocation`."""

REASONS: dict[str, tuple[str, str]] = {}
