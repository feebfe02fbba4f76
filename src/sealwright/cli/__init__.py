"""The `seal` commands."""
