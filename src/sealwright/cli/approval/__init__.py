"""The commands of `seal approval`."""
