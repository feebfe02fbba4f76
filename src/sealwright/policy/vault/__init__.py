"""Our own policy language for signatures by keys of a vault: which keys, any, all or so many of them."""
