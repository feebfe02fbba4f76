"""Oracle's Artifacts and key management APIs, as we serve them."""

REASONS: dict[str, tuple[str, str]] = {}
