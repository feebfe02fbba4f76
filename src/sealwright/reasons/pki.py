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
    "pki.address-invalid": (
        "{url!r} is no address for a certificate: {problem}",
        "give an http URL; {{ca}} in it stands for the CA that it is about",
    ),
    "pki.address-of-one-ca": (
        "one address {url!r} cannot stand for the lists of two CAs",
        "put {{ca}} into it, which becomes the key of each CA: http://pki.example/{{ca}}.crl",
    ),
    "pki.certificate-unknown": (
        "{what!r} is no certificate that a CA in {folder} has issued",
        "give a name, a serial in hexadecimal or a file; see: seal pki list",
    ),
    "pki.root-not-revocable": (
        "the root {subject} cannot revoke itself",
        "take it out of every trust store; nobody asks about a root",
    ),
    "pki.already-revoked": (
        "the certificate {serial} is revoked since {since}, for the reason {reason}",
        "nothing is left to do; only certificateHold can become another reason",
    ),
    "pki.not-on-hold": (
        "the certificate {serial} is not on hold",
        "only certificateHold can be taken back; issue a new certificate instead",
    ),
    "pki.time-in-future": ("the time {time} is still to come", "give a time that has been"),
    "pki.ledger-malformed": (
        "the ledger cannot be read: {problem}",
        "put the file back from a backup; it is only ever added to",
    ),
    "pki.list-malformed": (
        "the revocation list cannot be read: {problem}",
        "make a new one with: seal pki crl",
    ),
    "pki.no-base-list": (
        "{ca} has no revocation list that a delta list could add to",
        "make one first with: seal pki crl",
    ),
    "pki.ca-key-absent": (
        "{file}, the key of the CA, is not here",
        "run the command where the key is, and bring the folder back",
    ),
    "pki.ca-ended": (
        "the certificate of the CA {subject} ended on {end}",
        "renew it first: seal pki renew root, or seal pki renew intermediate",
    ),
    "pki.policy-invalid": (
        "{policy!r} is not the number of a policy",
        "write it in dotted numbers, such as 1.3.6.1.4.1.32473.1",
    ),
    "pki.ocsp-request-malformed": (
        "the OCSP request cannot be read: {problem}",
        "send one question of RFC 6960, in DER",
    ),
    "pki.timestamp-refused": (
        "no timestamp is given ({failure}): {problem}",
        "send a request of RFC 3161 for SHA-256, SHA-384 or SHA-512, without extensions",
    ),
    "pki.clock-went-back": (
        "the clock is {seconds} seconds behind, so no time can be vouched for",
        "set the clock right and start again",
    ),
    "pki.key-in-clear": (
        "the private key {file} is not encrypted",
        "leave out --unencrypted unless a program that cannot ask for a passphrase needs the key",
    ),
}
