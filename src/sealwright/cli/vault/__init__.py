"""The commands of `seal vault`."""
