"""The SQL of signatures: `rows` for one and for an image, `search` for all, `states` for what has any."""
