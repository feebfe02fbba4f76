"""Certificates and chains that cannot be used: as files, as trust anchors, or for signing code."""

REASONS = {
    "certificate.malformed": (
        "a certificate cannot be read: {problem}",
        "it should be an X.509 certificate in PEM or DER form",
    ),
    "certificate.none-in-file": (
        "the file holds no certificate",
        "it should hold one certificate in DER form, or any number in PEM form",
    ),
    "certificate.other-block": (
        "the file holds a PEM block of the kind {block!r} beside certificates",
        "keep certificates in a file of their own",
    ),
    "certificate.not-an-anchor": (
        "the certificate of {subject!r} is neither a CA nor self-signed",
        "trust the CA that issued it",
    ),
    "certificate.not-a-root": (
        "the certificate of {subject!r} is not a root CA, which a tsa store asks for",
        "add the root certificate of the timestamp authority",
    ),
    "certificate.signature-weak": (
        "the certificate of {subject!r} was signed with {found}, which is not strong enough",
        "have it issued again with SHA-256, SHA-384, SHA-512 or Ed25519",
    ),
    "certificate.subject-missing": (
        "the leaf certificate has no subject that can be read",
        "have it issued again in the name of whoever signs",
    ),
    "certificate.leaf-is-ca": (
        "the certificate of {subject!r} is a CA's, and a CA signs nothing but certificates",
        "have a leaf certificate issued for signing",
    ),
    "certificate.key-unsupported": (
        "the certificate of {subject!r} has a key that signs no images: {found}",
        "use RSA with 2048, 3072 or 4096 bits, or EC on P-256, P-384 or P-521",
    ),
    "certificate.key-too-weak": (
        "the certificate of {subject!r} has a key that is too weak: {found}",
        "it needs an RSA key of 2048 bits or more, an EC key of 256 bits or more, or Ed25519",
    ),
    "certificate.key-usage-missing": (
        "the certificate of {subject!r} has no key usage",
        "have it issued again with a critical key usage",
    ),
    "certificate.key-usage-not-critical": (
        "the key usage of the certificate of {subject!r} is not critical",
        "have it issued again with a critical key usage",
    ),
    "certificate.leaf-cannot-sign": (
        "the key usage of the certificate of {subject!r} lacks digitalSignature: it has {found}",
        "have it issued again for digital signatures",
    ),
    "certificate.leaf-key-usage-too-wide": (
        "the key usage of the certificate of {subject!r} allows more than signing: {found}",
        "have it issued again for digital signatures only",
    ),
    "certificate.leaf-purpose-forbidden": (
        "the certificate of {subject!r} is for other purposes than signing code: {found}",
        "have it issued again with codeSigning as its only extended key usage",
    ),
    "certificate.not-for-timestamps": (
        "the certificate of {subject!r} is not for timestamps alone: it is for {found}",
        "a timestamp authority has timeStamping as its only extended key usage",
    ),
    "certificate.timestamping-not-critical": (
        "the extended key usage of the certificate of {subject!r} is not critical",
        "have it issued again with a critical extended key usage, as RFC 3161 asks of timestamp authorities",
    ),
    "certificate.ca-constraints-missing": (
        "the certificate of {subject!r} issued others, but is not marked as a CA",
        "have it issued again with basic constraints that say CA:TRUE",
    ),
    "certificate.ca-constraints-not-critical": (
        "the basic constraints of the CA certificate of {subject!r} are not critical",
        "have it issued again with critical basic constraints",
    ),
    "certificate.ca-cannot-issue": (
        "the key usage of the CA certificate of {subject!r} lacks keyCertSign: it has {found}",
        "have it issued again for signing certificates",
    ),
    "certificate.chain-empty": ("there is no certificate", "the chain starts with that of the signing key"),
    "certificate.chain-too-long": (
        "the chain has {found} certificates, and no more than {limit} are looked at",
        "leave out certificates that are not needed",
    ),
    "certificate.self-signed-not-root": (
        "the certificate of {subject!r} is self-signed, but is not the last of the chain",
        "a chain leads from the leaf over its issuers to the root, and ends there",
    ),
    "certificate.not-issued": (
        "the certificate of {subject!r} was not issued by the next of the chain, {issuer!r}",
        "put the certificates in order: the leaf, then each its issuer, the root last",
    ),
    "certificate.root-not-self-signed": (
        "the chain ends with the certificate of {subject!r}, which is not self-signed",
        "add the missing issuers, up to and with the root",
    ),
    "certificate.path-too-long": (
        "the CA of {subject!r} may have {allowed} CAs below it, and has {found}",
        "have the chain issued again within the path length of its CAs",
    ),
    "certificate.not-valid-at-signing": (
        "the certificate of {subject!r} was not valid at {at}, the time of signing",
        "it is valid from {not_before} to {not_after}; sign within that time",
    ),
}
