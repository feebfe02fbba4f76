"""Trust stores, and certificates that are not in them."""

__all__ = ["ADVICE", "EMPTY_FILE", "INNER", "NOT_A_ROOT", "UNFIT", "UNREADABLE", "WORDS"]

WORDS = {
    "authenticity.untrusted-chain": (
        "the signature's certificate chain does not contain any trusted certificate"
    ),
    "authenticity.no-trusted-certificates": "no trusted certificates are found to verify authenticity",
    "truststore.absent": "the trust store {name:q} of type {kind:q} does not exist",
    "truststore.not-a-folder": (
        "the trust store {name} of type {kind} with path {file} is not a regular directory "
        "(symlinks are not supported)"
    ),
    "truststore.not-a-file": (
        "trusted certificate {file:base} in trust store {name} of type {kind} is not a regular file "
        "(directories or symlinks are not supported)"
    ),
    "truststore.empty": "no x509 certificates were found in trust store {name:q} of type {kind:q}",
    "truststore.name-invalid": ("trust store name needs to follow [a-zA-Z0-9_.-]+ format, {name} is invalid"),
}

UNFIT = "failed to validate the trusted certificate {file:base} in trust store {name} of type {kind}"
NOT_A_ROOT = "trusted certificate {file:base} in trust store {name} of type {kind} is invalid: {inner}"
UNREADABLE = "failed to read the trusted certificate {file:base} in trust store {name} of type {kind}"
"""What is wrong with a file of a store where one of its certificates has a fault."""

EMPTY_FILE = "input certs cannot be empty"
"""What lies behind `UNFIT` where a file has no bytes at all."""

ADVICE = ". Use command 'notation cert add' to create and add trusted certificates to the trust store"
"""Added where a store is missing or empty."""

INNER = {
    "certificate.not-an-anchor": (
        "certificate with subject {subject:q} is not a CA certificate or self-signed signing certificate"
    ),
    "certificate.not-a-root": "certificate with subject {subject:q} is not a root CA certificate",
}
