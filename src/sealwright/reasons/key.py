"""Private keys and their certificates."""

REASONS = {
    "key.no-default": (
        "no key is named and there is no default key",
        "name one with --key, or choose a default with: seal key default NAME",
    ),
    "key.unknown": ("there is no key named {name!r}; known: {known}", "list the keys with: seal key ls"),
    "key.name-taken": (
        "there is a key named {name!r} already",
        "choose another name, or delete the old one with: seal key delete {name}",
    ),
    "key.scheme-unknown": (
        "keys of the kind {scheme!r} cannot be reached by this version",
        "local keys are added with: seal key add NAME --key-file FILE --cert-file FILE",
    ),
    "key.malformed": (
        "the private key cannot be read: {problem}",
        "it should be a PEM file with a PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY",
    ),
    "key.not-pem": (
        "the file holds no private key in PEM form",
        "it should be a PEM file with a PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY",
    ),
    "key.passphrase-missing": (
        "a passphrase is needed, and none was given",
        "type it at the prompt of a terminal, or use --passphrase-file, or set SEALWRIGHT_PASSPHRASE",
    ),
    "key.passphrase-differs": ("the two passphrases differ", "type the same one twice"),
    "key.passphrase-wrong": ("the passphrase does not open the private key", "check it and try again"),
    "key.unsupported": (
        "no signatures can be made with this key: {key}",
        "use RSA with 2048, 3072 or 4096 bits, or EC on P-256, P-384 or P-521",
    ),
    "key.algorithm-mismatch": (
        "the key was asked for a signature with {wanted}, but it signs with {fitting}",
        "use the key that belongs to the certificate",
    ),
    "key.certificate-mismatch": (
        "the key does not belong to the certificate of {subject!r}",
        "use the key that the certificate was issued for",
    ),
    "key.signature-invalid": (
        "the key gave a signature that the certificate of {subject!r} does not verify",
        "use the key that the certificate was issued for",
    ),
    "key.request-malformed": (
        "the certificate signing request cannot be read: {problem}",
        "it should be a PKCS #10 request in PEM or DER form",
    ),
    "key.request-unproven": (
        "the certificate signing request of {subject!r} is not signed by the key in it",
        "have the request made again by whoever holds the key",
    ),
    "key.gpg-missing": (
        "the program gpg is needed, and is not on the PATH",
        "install GnuPG 2.2 or later, such as the package gnupg or gnupg2, or use Sequoia instead",
    ),
    "key.gpg-failed": ("gpg could not do it: {problem}", "try the same with gpg itself"),
    "key.gpg-slow": (
        "gpg did not end within {seconds} seconds",
        "check that its agent, its card reader and its home folder answer, then try again",
    ),
    "key.sequoia-missing": (
        "the library pysequoia is needed, and is not installed",
        "install it with: pip install 'sealwright[pgp]', or use gpg instead",
    ),
    "key.sequoia-failed": ("Sequoia could not do it: {problem}", "try the same with gpg"),
    "key.backend-unknown": (
        "{backend!r} is no backend for OpenPGP signatures",
        "choose one of: auto, gpg, sequoia, both",
    ),
}
