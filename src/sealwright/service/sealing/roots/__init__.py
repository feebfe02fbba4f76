"""The root key: where it comes from, and the master key that stands wrapped under it in the database.

    file         the root key itself, for its owner alone; or sealed with a passphrase (`files`)
    passphrase   derived from one by scrypt, with the parameters that stand beside the master key
    pkcs11       what a key of a token makes of a challenge that stands there (`tokens`)

Each gives 32 bytes, under which the master key is encrypted and authenticated (AES-256-GCM), together with
the kind and the parameters. The master key never changes; the root key does by wrapping it anew.
"""
