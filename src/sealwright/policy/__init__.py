"""Policy languages and the decision that all of them share. Pure."""
