"""Accounts of the service, their rights, and the gate that finds out who asks."""
