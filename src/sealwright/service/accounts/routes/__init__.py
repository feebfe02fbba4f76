"""HTTP of the accounts: the token service, and administration."""
