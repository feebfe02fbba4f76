"""The registry's SQL, for SQLite and PostgreSQL alike (see `storage.database`)."""
