"""Bounds on Oracle's APIs."""

__all__: list[str] = []
