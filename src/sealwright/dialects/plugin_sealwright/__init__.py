"""The plugin `notation-sealwright`: the keys that we reach, for notation and all that speak its contract."""
