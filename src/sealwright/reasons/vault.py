"""Vaults, their keys, and the versions of these."""

REASONS = {
    "vault.algorithm-unfit": (
        "{algorithm} is not for the key {key}, which is one of {shape}",
        "use an algorithm for such keys; keys of AES and ED25519 sign no images",
    ),
    "vault.algorithm-unknown": ("{algorithm} is no signing algorithm", "use one of {known}"),
    "vault.certificates-unfit": (
        "these are no certificates of that version: {problem}",
        "give the chain in PEM, the certificate of the version's own public key first",
    ),
    "vault.deletion-time": (
        "a deletion is due {least} to {most} days from now",
        "name a time between these, or none for {most} days",
    ),
    "vault.digest-length": (
        "a digest for {algorithm} has {wanted} bytes, this one has {found}",
        "give the digest by the algorithm's own hash, as bytes",
    ),
    "vault.import-unusable": (
        "what was brought in cannot be a key of {wanted}: {problem}",
        "name the shape that the key has, and wrap it as PKCS #8 in DER; a secret of AES as its bytes",
    ),
    "vault.import-unwrapped": (
        "what was brought in cannot be unwrapped by {algorithm}",
        "wrap it under the wrapping key of this very vault, with SHA-256 also in the mask of OAEP",
    ),
    "vault.key-blocked": ("the key {key} is blocked", "have it unblocked, as its rules say"),
    "vault.kind-unknown": ("{kind} is no kind of vault", "use {known}"),
    "vault.message-too-long": (
        "a message of {found} bytes is not signed as it is; {most} are the most",
        "have its digest signed",
    ),
    "vault.name-invalid": (
        "{name} cannot be the name of a vault or key",
        "use up to {most} letters, digits, dots, underscores, hyphens, and blanks between these",
    ),
    "vault.name-taken": ("there is a {kind} {name} already", "use another name, or rename the other one"),
    "vault.no-root": (
        "there is no root key, so there are no vaults",
        "let the settings name one: root and root_file, passphrase or root_key under [vault]",
    ),
    "vault.no-token": (
        "no token is there to keep a key of {shape}",
        "let the settings name one: token under [vault]; or use the protection SOFTWARE",
    ),
    "vault.order-invalid": (
        "the request is not one of those described: {problem}",
        "see /api/v1/openapi.json",
    ),
    "vault.passphrase-missing": (
        "the passphrase of the root key is not given",
        "name a file with it as passphrase_file under [vault], or set SEALWRIGHT_SERVE_VAULT_PASSPHRASE",
    ),
    "vault.passphrase-wrong": ("the passphrase does not open {what}", "give the one that it was sealed with"),
    "vault.protection": ("{protection} is no protection of a key", "use SOFTWARE or HSM"),
    "vault.root-kind": (
        "the root key is of the kind {kind}, the settings say {wanted}",
        "to change it, keep the settings of the old one as former_root and so on beside the new",
    ),
    "vault.root-missing": (
        "the file {file} with the root key is not there",
        "put it back; nothing else opens the vaults, and a backup does not have it",
    ),
    "vault.root-open": (
        "the file {file} with the root key can be read by others: its mode is {mode}",
        "chmod 600 {file}; if others may have read it, change the root key",
    ),
    "vault.root-unmade": (
        "no root key was ever made, and a read-only service makes none",
        "start the service once without read_only",
    ),
    "vault.root-unusable": ("the root key cannot be used: {problem}", "put back what the service made"),
    "vault.root-wrong": (
        "the root key ({kind}) is not the one under which the vaults are kept",
        "put the right one back; to change it, keep the settings of the old one as former_root and so on",
    ),
    "vault.rules-fixed": (
        "the rules of the key {key} do not say who approves their change, so they stay",
        "make another key, whose rules have one for change",
    ),
    "vault.rules-unusable": ("the rules of approval cannot be used: {problem}", "mend them, and try again"),
    "vault.shape-unknown": ("there are no keys of {shape} here", "use one of {known}"),
    "vault.state": ("the {kind} {name} is {state}", "that is for one which is {wanted}"),
    "vault.tags-too-many": ("the tags have over {most} bytes", "use fewer or shorter ones"),
    "vault.token-failed": (
        "the token with the keys failed: {problem}",
        "see that it is there, that its PIN is right, and that it has room",
    ),
    "vault.unknown": ("there is no {kind} {wanted}", "see what there is; what you may not see is not there"),
    "vault.version-current": (
        "the current version of the key {key} is not deleted alone",
        "rotate the key first, or delete all of it",
    ),
    "vault.versions-too-many": ("the key {key} has {most} versions, and gets no more", "make another key"),
}
