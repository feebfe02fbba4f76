"""Multi-person approval of the use of keys."""

REASONS: dict[str, tuple[str, str]] = {
    "approval.needed": (
        "{operation} of the key {key} has to be approved, as its rules say",
        "open a request of approval, have it approved, and name it",
    ),
}
