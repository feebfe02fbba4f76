"""CI workloads: their ID tokens (OpenID Connect), exchanged for tokens of ours by rules of the settings."""
