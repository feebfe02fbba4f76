"""Sign, store, verify and enforce container-image signatures in every format in use."""
