"""The client of our own service: what its API answers, asked for by commands of all kinds.

It does not know how requests are sent: registries' own credentials, or the token of a session.
"""
