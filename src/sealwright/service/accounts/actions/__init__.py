"""What is done to accounts, each in one transaction, noted in the audit log, and noticed by every server."""
