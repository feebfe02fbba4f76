"""The verbs, each its own recipe."""
