"""Revocation: what responders and CAs say of the certificates of a chain, and what that means."""
