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
    "key.elsewhere-uri": (
        "what was given is the URI of no key in hardware or in a vault",
        "it looks like pkcs11:token=TOKEN;object=KEY or vault:HOST/VAULT/KEY",
    ),
    "key.pkcs11-uri": (
        "the PKCS #11 URI of the key cannot be used: {problem}",
        "it looks like pkcs11:token=TOKEN;object=KEY, with a blank as %20",
    ),
    "key.pkcs11-pin-value": (
        "a PIN in the URI of a key (pin-value) is refused: lists of processes, files and logs show it",
        "leave it out, and use --pin-file, SEALWRIGHT_PIN, or pin-source=file:/path",
    ),
    "key.pkcs11-pin-source": (
        "the pin-source of the PKCS #11 URI is no file",
        "name it with its whole path: pin-source=file:/path; commands are not run",
    ),
    "key.pkcs11-setting-unknown": (
        "{name!r} is no setting of a key in hardware; known: {known}",
        "correct it, or leave it out",
    ),
    "key.pkcs11-missing": (
        "the library python-pkcs11 is needed, and is not installed",
        "install it with: pip install 'sealwright[pkcs11]'",
    ),
    "key.pkcs11-no-module": (
        "no PKCS #11 module is named",
        "set SEALWRIGHT_PKCS11_MODULE to its path, or add ?module-name=NAME to the URI; known: {known}",
    ),
    "key.pkcs11-module-unknown": (
        "there is no PKCS #11 module named {name!r}; known: {known}",
        "name the library itself with module-path, or SEALWRIGHT_PKCS11_MODULE",
    ),
    "key.pkcs11-module": (
        "the PKCS #11 module {module} cannot be loaded: {problem}",
        "check the path, and that the library is for this machine and can find its own settings",
    ),
    "key.pkcs11-crashed": (
        "the PKCS #11 module {module} broke down while {doing}: {how}",
        "try again; if it breaks down again, it is for its maker to mend",
    ),
    "key.pkcs11-slow": (
        "the PKCS #11 module {module} did not answer within {seconds} seconds while {doing}",
        "check that the token answers; seconds under [pkcs11] in sealwright/config.toml gives it more time",
    ),
    "key.pkcs11-garbled": (
        "the PKCS #11 module {module} has damaged the process that it runs in while {doing}",
        "try again; if it happens again, it is for its maker to mend",
    ),
    "key.pkcs11-no-token": (
        "no token is {wanted}; there are: {found}",
        "check that it is plugged in and initialised; seal key tokens shows those that the module sees",
    ),
    "key.pkcs11-tokens": (
        "several tokens are {wanted}: {found}",
        "add serial=SERIAL to the URI",
    ),
    "key.pkcs11-token-gone": (
        "the token has gone away while {doing} ({problem})",
        "plug it in and try again",
    ),
    "key.pkcs11-type": (
        "the PKCS #11 URI names an object of type {type}, which signs nothing",
        "leave out type, or say type=private",
    ),
    "key.pkcs11-no-key": (
        "the token {token!r} has no private key {wanted}; it has: {found}",
        "make it with: seal key generate, or name one of these",
    ),
    "key.pkcs11-keys": (
        "the token {token!r} has several private keys {wanted}: {found}",
        "add id=ID to the URI",
    ),
    "key.pkcs11-exists": (
        "the token {token!r} has a private key {key} already",
        "choose another name or id, or delete the old key with the token's own tool",
    ),
    "key.pkcs11-unnamed": (
        "the URI of a new key has to name its token and its label",
        "write it as pkcs11:token=TOKEN;object=LABEL",
    ),
    "key.pkcs11-may-not-sign": (
        "the key {key} is not for signing",
        "use a key with the attribute CKA_SIGN",
    ),
    "key.pkcs11-mechanism": (
        "the token cannot do it while {doing}: it does not know the mechanism ({problem})",
        "use a key of another type; seal key tokens shows what the token can do",
    ),
    "key.pkcs11-no-public-key": (
        "the token does not tell the public key of {key}",
        "put the public key, or its certificate, onto the token with the same id",
    ),
    "key.pkcs11-no-certificate": (
        "there is no certificate of the key {key} on its token",
        "name its chain with --cert-file, or put it there with: seal key import-certificate",
    ),
    "key.pkcs11-chain-incomplete": (
        "the issuer of {subject!r} is not on the token of the key {key}",
        "name the chain with --cert-file, or put all of it there with: seal key import-certificate",
    ),
    "key.pkcs11-signature": (
        "the token gave a signature that the public key of its key does not verify",
        "check that the certificate or public key with the same id belongs to the key",
    ),
    "key.pkcs11-sessions": (
        "the token has no room for another session",
        "end other programs that use it, and try again",
    ),
    "key.pkcs11-full": (
        "the token has no room left while {doing}",
        "delete what is no longer needed with the token's own tool",
    ),
    "key.pkcs11-read-only": (
        "the token cannot be written to while {doing} ({problem})",
        "take off its write protection, or use another token",
    ),
    "key.pkcs11-not-logged-in": (
        "the token wants somebody to log in while {doing}",
        "check with its own tool what the key is protected by",
    ),
    "key.pkcs11-failed": (
        "the PKCS #11 module {module} failed while {doing}: {problem}",
        "try the same with the token's own tool, or pkcs11-tool",
    ),
    "key.pin-missing": (
        "the PIN of {token} is needed, and none was given",
        "type it at the prompt of a terminal, or use --pin-file, or set SEALWRIGHT_PIN",
    ),
    "key.pin-wrong": (
        "the PIN is not that of the token {token!r}{left}",
        "check it; it was tried once, and the token locks itself after a few wrong ones",
    ),
    "key.pin-last-try": (
        "one try is left before the token {token!r} locks itself, and nobody is here to take it",
        "run it at a terminal and type the PIN, or log in with the token's own tool",
    ),
    "key.pin-locked": (
        "the PIN of the token {token!r} is locked",
        "unlock it with the token's own tool, as its security officer",
    ),
    "key.pin-refused": (
        "what was given cannot be the PIN of the token {token!r}: its length or its characters do not fit",
        "check it, and that the file with it has nothing else in its first line",
    ),
    "key.pin-expired": (
        "the PIN of the token {token!r} has expired",
        "set a new one with the token's own tool",
    ),
    "key.pin-unset": (
        "the token {token!r} has no PIN yet",
        "set one with its own tool, such as: pkcs11-tool --init-pin",
    ),
    "key.vault-uri": (
        "the URI of the key in a vault cannot be read: {problem}",
        "it looks like vault:HOST/VAULT/KEY@VERSION, of which HOST, VAULT and VERSION may be left out",
    ),
    "key.vault-no-service": (
        "the key's URI names no host, and no service for vaults is set",
        "write vault:HOST/KEY, or set SEALWRIGHT_VAULT, or service under [vault] in sealwright/config.toml",
    ),
    "key.vault-unknown": (
        "there is no {what} called {name!r} in {where}",
        "list what is there with: seal vault list, or seal vault key list",
    ),
    "key.vault-ambiguous": (
        "more than one {what} in {where} is called {name!r}: {found}",
        "name the vault too, or use one of these identifiers in the place of the name",
    ),
    "key.vault-unnamed": (
        "it is not clear which vault of {service} is meant; it has: {vaults}",
        "name the vault before the key: VAULT/KEY",
    ),
    "key.vault-setting-unknown": (
        "a key in a vault has no setting {name!r}; known: {known}",
        "take it out of the pluginConfig of the key",
    ),
    "key.vault-no-certificate": (
        "version {version} of the key {key!r} has no certificate",
        "have one issued: seal vault key request, seal vault key import-certificate; or name --cert-file",
    ),
    "key.vault-version-uncertified": (
        "version {version} of the key {key!r} has no certificate yet; the newest that has one is {certified}",
        "have one issued: seal vault key request; until then, sign with the older version: @{certified}",
    ),
    "key.vault-signature": (
        "the vault gave a signature that the public key of its key does not verify",
        "have whoever runs the service look into it, and trust nothing that it signs until then",
    ),
    "key.vault-other": (
        "the key {key!r} that is in the vault now is not the one that was brought in",
        "have whoever runs the service look into it, and use that key for nothing",
    ),
    "key.vault-digest": (
        "what was given is no digest that {algorithm} signs: it takes {length} bytes",
        "write --digest sha256:HEX, with the hash of the algorithm",
    ),
    "key.kms-kind": (
        "the key {key} is of the kind {kind}, and only RSA keys sign images as Oracle's registry has it",
        "make an RSA key, or sign in Notary format, which takes keys of curves, too",
    ),
    "key.kms-not-in-vault": (
        "{key} is in no vault, and only keys of vaults sign images as Oracle's registry has it",
        "name one: --key vault:VAULT/KEY",
    ),
}
