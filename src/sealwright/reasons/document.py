"""Files of settings and keys that cannot be used as they are."""

REASONS = {
    "document.malformed": ("the file cannot be used: {problem}", "mend the file at the place named"),
    "document.key-name-repeated": (
        "two keys are named {name!r}",
        "rename or delete one of them; each name must be unique",
    ),
    "document.default-key-missing": (
        "the default key {name!r} is not among the keys",
        "choose another with: seal key default NAME",
    ),
}
