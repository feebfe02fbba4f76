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
    "key.not-ours": (
        "the key {name!r} is not one of Sealwright's own: another program reaches it",
        "name a local key of signingkeys.json, file:KEY, or another id that Sealwright knows",
    ),
    "key.envelope-malformed": (
        "the key's plugin gave an envelope that cannot be read: {problem}",
        "install another version of the plugin",
    ),
    "key.envelope-invalid": (
        "the key's plugin gave an envelope that does not verify: {problem}",
        "install another version of the plugin",
    ),
    "key.envelope-payload": (
        "the key's plugin signed {signed} or other metadata, where {wanted} was to be signed",
        "install another version of the plugin, and trust none of its signatures",
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
    "key.gpg-unknown": (
        "gpg has no secret key {key!r}",
        "list those it has with: gpg --list-secret-keys; GNUPGHOME says where it looks",
    ),
    "key.gpg-unknown-public": (
        "gpg has no public key {key!r}",
        "list those it has with: gpg --list-keys; GNUPGHOME says where it looks",
    ),
    "key.gpg-ambiguous": (
        "gpg has several secret keys {key!r}: {found}",
        "name one by its fingerprint",
    ),
    "key.gpg-unusable": (
        "the key {key} cannot sign: it is {problem}",
        "renew it with gpg --quick-set-expire, or choose another key",
    ),
    "key.gpg-gone": (
        "gpg cannot use the secret key {key}: {problem}",
        "check that it is in the keyring, has not expired, and that its card is there",
    ),
    "key.gpg-no-agent": (
        "the agent of gpg cannot be reached: {problem}",
        "start it with: gpgconf --launch gpg-agent",
    ),
    "key.gpg-no-pinentry": (
        "gpg needs the passphrase of {key} and cannot ask for it: {problem}",
        "use --passphrase-file, or run it on a terminal with GPG_TTY set and the program pinentry installed",
    ),
    "key.gpg-cancelled": (
        "nobody gave the passphrase of {key}: {problem}",
        "try again, or use --passphrase-file",
    ),
    "key.gpg-card": (
        "the card with the key {key} does not answer: {problem}",
        "put it in, check it with gpg --card-status, and try again",
    ),
    "key.openpgp-produced": (
        "{backend} did not make the signature that was asked for with the key {key}",
        "check its settings, such as gpg.conf",
    ),
    "key.pgp-file": (
        "the file holds no secret OpenPGP key that can be read",
        "write it with: gpg --export-secret-keys --armor KEY",
    ),
}
