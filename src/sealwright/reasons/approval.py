"""Multi-person approval of the use of keys."""

REASONS: dict[str, tuple[str, str]] = {}
