"""The `seal` commands, one module each."""
