"""The nouns of `seal admin`."""
