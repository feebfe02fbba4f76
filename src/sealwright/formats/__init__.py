"""Signature formats, one folder each, named by their id. Pure."""
