"""The one table of all signatures, whatever their format, and what follows from it.

Referrers, tags, the signature extension, the signature store and the API are views of it. Each signature has
one row per repository: what it is, who attached it, when, how; and, once revoked, when, by whom and why.
"""
