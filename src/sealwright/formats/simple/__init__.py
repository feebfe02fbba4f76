"""GPG simple signing: a JSON payload in an OpenPGP signed message (containers-signature(5))."""
