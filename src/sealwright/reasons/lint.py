"""What lint says of policies and settings that are good, and hardly do what was meant."""

REASONS = {
    "lint.revoked-after-signing-ours": (
        'the statement "{name}" accepts what was signed before a revocation; notation passes that over',
        "nothing to do, if notation may refuse what you accept",
    ),
    "lint.revoked-after-signing-skipped": (
        'the statement "{name}" says what becomes of revoked certificates, and does not ask about any',
        'leave out "revokedAfterSigning", or do not skip revocation',
    ),
    "lint.revoked-after-signing-unproven": (
        'the statement "{name}" accepts what was signed before a revocation, and nobody proves the time',
        "add a trust store tsa:NAME, and sign with timestamps",
    ),
    "lint.default-accepts": (
        "the default lets every image pass unchecked",
        'write "default": [{{"type": "reject"}}], and let pass what you know by scopes',
    ),
    "lint.transport-unknown": (
        "nobody knows the transport {transport!r}; clients pass over all below it",
        "the transports are: {known}",
    ),
    "lint.scope-never": (
        'no image ever has the scope "{scope}": names are compared as docker writes them out in full',
        'write "{meant}"',
    ),
    "lint.scope-no-name": (
        'no image ever has the scope "{scope}": it is no name of a registry or repository',
        "write it like registry.example:5000/team/app",
    ),
    "lint.scope-official": (
        'the scope "{scope}" is only about repositories below it; the image of that name is {meant}',
        'write "{meant}"',
    ),
    "lint.scope-wildcard": (
        'no image ever has the scope "{scope}": a wildcard stands before a host without port and path',
        "write it like *.example.com",
    ),
    "lint.scope-with-colon": (
        'no image ever has the scope "{scope}": paths of this transport end at their first colon',
        'write "{meant}"',
    ),
    "lint.wildcard-without-itself": (
        "{scope} is about the hosts below {host}, not about {host} itself",
        'add the scope "{host}", if it is meant too',
    ),
    "lint.port-apart": (
        "images of {port} are not covered by the scope {scope}: a host with a port is another one",
        'add the scope "{port}", if it is meant too',
    ),
    "lint.every-key": (
        "{section} asks for {count} signatures: each requirement must be met, by a key of its own",
        "if any one of the keys is enough, write one requirement with keyPaths",
    ),
    "lint.every-format": (
        "{section} asks for a GPG signature and for a Sigstore signature: each requirement must be met",
        "keep one of them, unless all images have both; clients know no alternative",
    ),
    "lint.reject-beside": (
        "{section} rejects everything, whatever stands beside it: each requirement must be met",
        "remove the reject, or all else",
    ),
    "lint.accept-beside": (
        "insecureAcceptAnything means nothing in {section}: each requirement must be met",
        "remove it; the others decide",
    ),
    "lint.refused-by": (
        "{clients} will refuse the whole policy: {what} is known since {words}",
        "keep another policy for older clients, or write it without {what}",
    ),
    "lint.refused-before": (
        "clients before {words} refuse the whole policy: they do not know {what}",
        "",
    ),
    "lint.never-met": (
        "nothing can meet {words}: no client implements it, and all refuse",
        'ask for signedBy with "keyType": "GPGKeys"',
    ),
    "lint.sigstore-elsewhere": (
        "Sigstore signatures are verified by clients; seal verify refuses here",
        "",
    ),
    "lint.no-key": ("the requirement names no key, so nothing can meet it", "name a key"),
    "lint.key-relative": (
        "the key {key} is looked for in the folder in which a client runs; ~ and variables are not replaced",
        "write the path from / on",
    ),
    "lint.key-absent": ("the key {key} is not there", "put it there, readable for everybody"),
    "lint.key-unreadable": ("the key {key} cannot be read", "make it readable for whoever runs clients"),
    "lint.key-empty": ("the file {key} holds no OpenPGP public key", "export one: gpg --export KEY > FILE"),
    "lint.without-signatures": (
        "images of the transport {transport} carry no signatures, so nothing can meet the requirement",
        "verify the image in its registry, or copy it to dir:, which keeps signatures",
    ),
    "lint.without-names": (
        "images of the transport {transport} have no name that {kind} could compare",
        "set signedIdentity to exactReference or exactRepository",
    ),
    "lint.prefix-never": (
        "no name begins with the {name} {prefix!r}: names are compared as docker writes them out in full",
        "begin with the registry, such as docker.io/library",
    ),
    "lint.key-unknown": (
        "clients pass over the key {key!r} in silence{meant}",
        "the keys known here are: {known}",
    ),
    "lint.further-document": (
        "what stands behind the line --- is passed over in silence",
        "put it into a file of its own",
    ),
    "lint.address-scheme": (
        "{key} is {url!r}, which no client can use",
        "an address begins with file://, http:// or https://",
    ),
    "lint.address-secret": (
        "{key} holds a password for everybody to read",
        "limit who may read the address on the server of the store instead",
    ),
    "lint.address-plain": (
        "{key} is read over HTTP, so that anybody on the way can hide signatures",
        "serve the store over https://",
    ),
    "lint.not-written": (
        "signatures of {section} can be read only: nothing is written over {key}",
        "name the folder that the server shares with lookaside-staging: file:///FOLDER, if you sign here",
    ),
    "lint.read-elsewhere": (
        "{section} says where to write and not where to read, which is then asked of the sections above it",
        "add lookaside",
    ),
    "lint.old-name": (
        "{key} is the older name of {new}; every version reads it so far",
        "write {new}, unless clients before {words} read this file",
    ),
    "lint.not-read-before": (
        "clients before {words} pass over {key} in silence, and find no signatures",
        "add sigstore with the same address, if there are such clients",
    ),
    "lint.says-nothing": ("{section} says nothing", "remove it, or say lookaside"),
    "lint.vault-no-keys": (
        'the statement "{name}" has an empty list of keys, and refuses every image',
        "add keys to the list",
    ),
    "lint.vault-key-twice": (
        'the statement "{name}" names the key "{key}" in several places; one signature by it meets them all',
        "name it once, or count with atLeast, where each key counts once",
    ),
    "lint.vault-key-by-name": (
        'the statement "{name}" names the key "{key}" without its vault; any key of that name is meant',
        "name the vault, or the key by its identifier",
    ),
    "lint.vault-state-accepted": (
        'the statement "{name}" takes signatures of keys that are {state}, whenever they were made',
        "have images signed again before their key goes",
    ),
    "lint.vault-export-age": (
        'the statement "{name}" takes exports up to {days} days old, which know of no key disabled since',
        "export more often, and take exports for a shorter time",
    ),
}
