"""The version, as a literal, so that `seal --version` need not look for it."""

__version__ = "0.1.0"
