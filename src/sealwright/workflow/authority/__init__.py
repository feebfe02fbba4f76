"""A PKI in a folder at work: its ledger, what it revokes and publishes, and who answers in its name."""
