"""Our own settings."""

REASONS = {
    "settings.malformed": (
        "the settings cannot be used: {problem}",
        "the guide to policies and settings names every member",
    ),
    "settings.variable-invalid": (
        "the variable {name} is {value!r}, which is none of {known}",
        "set it to one of these, or unset it",
    ),
}
