"""The folders that other programs keep, read and written in place."""
