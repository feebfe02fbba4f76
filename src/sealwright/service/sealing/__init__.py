"""What stands in the database only sealed, under keys that come from a root key which is never there.

    root key                 from a token, a passphrase or a file
      master key             32 random bytes; the table `sealing_master` has them wrapped under the root key
        one key for each purpose (HKDF-SHA256, RFC 5869): AES-256-GCM to keep a secret, HMAC-SHA-256 for what
        anybody may read and nobody but this service may write

So private keys are safe from whoever reads the database, and rules, states and votes from whoever writes to
it.
"""
