"""SQL of the vaults."""
