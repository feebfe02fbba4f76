"""SQL of the accounts, by noun."""
