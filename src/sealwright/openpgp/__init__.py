"""OpenPGP as far as signed messages need it: packets, compression, signature packets (RFC 4880, RFC 9580).

Nothing here verifies. What a message says of its signer is read so that it can be shown and searched for.
"""
