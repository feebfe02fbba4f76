"""Multi-person approval of the use of keys."""

REASONS: dict[str, tuple[str, str]] = {
    "approval.awaited": (
        "people were asked to approve the use of {key}, in the request {request}",
        "go on with seal sign --resume {request}",
    ),
    "approval.denied": (
        "{by} refused to approve the use of {key}",
        "ask why, see seal approval show {request}, and sign anew",
    ),
    "approval.expired": (
        "too few people approved the use of {key} in time: {standing}",
        "sign anew, and tell those who approve; seal approval who names them",
    ),
}
