"""Files of public OpenPGP keys."""

REASONS = {
    "keyring.malformed": (
        "the public keys in {file} cannot be read: {problem}",
        "write the file anew with: gpg --export --armor KEY",
    ),
    "keyring.file-absent": (
        "there is no file of public keys {file}",
        "put the signer's public key there, or name another file in the policy",
    ),
    "keyring.file-unreadable": (
        "the file of public keys {file} cannot be used: {problem}",
        "check that it is a file of exported public keys that you may read",
    ),
    "keyring.no-keys": (
        "there is no public key in {file}",
        "write the signer's public key there with: gpg --export --armor KEY",
    ),
}
