"""The Notary Project signature format: JWS and COSE envelopes, and the manifests that carry them."""
