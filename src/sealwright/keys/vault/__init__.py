"""Keys of a vault of our own service: they sign there, and never leave it."""
