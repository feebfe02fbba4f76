"""X.509 as the Notary Project uses it: algorithms, names, the certificate profile, chains, issuing. Pure."""
