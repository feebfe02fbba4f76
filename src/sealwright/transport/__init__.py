"""HTTP: one connection pool, one deadline per call."""
