"""The Notary Project's trust policy (trust-store-trust-policy.md, "Trust Policy")."""
