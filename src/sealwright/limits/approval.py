"""Bounds on approvals."""

__all__: list[str] = []
