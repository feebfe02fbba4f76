"""Signed only: manifests that no policy accepts are given out with a warning, or not at all.

`rules` knows which table of the settings is about a repository, `policies` keeps the policy files as they are
now, `standing` asks the database what a verdict depends on, and `gate` puts them together.
"""
