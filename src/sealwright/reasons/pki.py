"""Making certificates."""

REASONS = {
    "pki.key-type-unknown": ("{type!r} is not a type of key", "the types are: {known}"),
    "pki.days-out-of-range": ("{days} days is no term for a certificate", "give from 1 to {limit} days"),
    "pki.no-such-name": (
        "there is no certificate {name}.pem in {folder}",
        "make the CAs first with: seal pki init",
    ),
    "pki.name-invalid": (
        "{name!r} cannot be the name of a signing certificate",
        "use letters, digits and the marks - _ . (root and intermediate are the CAs)",
    ),
    "pki.shortened": (
        "the certificate ends on {end}, with that of its issuer {issuer}",
        "renew the issuer to issue for longer: seal pki renew",
    ),
    "pki.key-in-clear": (
        "the private key {file} is not encrypted",
        "leave out --unencrypted unless a program that cannot ask for a passphrase needs the key",
    ),
}
