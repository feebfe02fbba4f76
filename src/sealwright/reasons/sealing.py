"""What is kept under the root key of the service."""

REASONS = {
    "sealing.altered": (
        "the {what} in the database was not written by this service, or was changed since",
        "restore the database from a backup, and find out who wrote to it",
    ),
}
