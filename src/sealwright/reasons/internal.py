"""States that Sealwright itself should have made impossible."""

REASONS = {
    "internal.unexpected": (
        "Sealwright ran into a fault of its own: {problem}",
        "run the command again with --debug and report what it prints",
    ),
    "internal.empty-requirement": (
        "the policy at {origin} was read as a requirement that asks for nothing",
        "report this with the policy file",
    ),
    "internal.migration-unusable": (
        "{name} is not named as a migration of the database",
        "install the package again",
    ),
}
