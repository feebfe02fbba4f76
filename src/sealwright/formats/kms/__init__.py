"""Signatures by keys of a vault, as Oracle's registry keeps them: a message and its raw signature."""
