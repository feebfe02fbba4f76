"""Stores of GPG simple signatures: folders, web servers, the extension of registries."""

REASONS = {
    "store.answered": (
        "the signature store answered {status} for {location}; what may follow was not looked at",
        "whoever runs the signature store should look into it; the end of a list is answered with 404",
    ),
    "store.changed": (
        "the signature {location} is no longer what it was when it was listed",
        "run the command again",
    ),
    "store.content-malformed": ("the signature {location} cannot be read: {problem}", ""),
    "store.extension-malformed": (
        "the list of signatures of {digest} in {name} cannot be read: {problem}",
        "whoever runs the registry should look into it",
    ),
    "store.extension-refused": (
        "{name} does not keep the signature of {digest}: {tries} names were tried, and all are taken",
        "run the command again; if it happens each time, whoever runs the registry should look into it",
    ),
    "store.foreign": (
        "the signature {location} is of the type {type} and version {version}, which clients pass over",
        "",
    ),
    "store.full": (
        "{folder} holds {limit} signatures already, and clients refuse to read more",
        "remove signatures that are no longer needed, and close the gaps in their numbers",
    ),
    "store.gap": (
        "{location} is not seen by any client: {missing} is missing before it",
        "rename the files so that their numbers have no gap",
    ),
    "store.import-malformed": (
        "no signatures can be read from {file}: {problem}",
        "give what oc get prints with -o json or -o yaml",
    ),
    "store.import-too-large": ("{folder} holds more than {limit} folders", "name a folder further down"),
    "store.none": (
        "no signature store is configured for {repository}",
        "name one with lookaside: in a file of registries.d",
    ),
    "store.not-a-signature": (
        "{location} is {what}, not a signed OpenPGP message{more}",
        "sign with gpg --sign, which is neither --clearsign nor --detach-sign nor --armor",
    ),
    "store.scheme-unknown": (
        "a signature store cannot be reached at {location}: only file, http and https are known",
        "correct the address in registries.d",
    ),
    "store.too-large": (
        "the signature {location} has more than {limit} bytes and was left out",
        "it is no signature; whoever runs the signature store should look into it",
    ),
    "store.too-many": (
        "{location} and what may follow was not looked at: {limit} signatures of an image are enough",
        "remove signatures that are no longer needed",
    ),
    "store.too-much": (
        "{location} and what may follow was not looked at: {limit} bytes of signatures are enough",
        "remove signatures that are no longer needed",
    ),
    "store.write-over-http": (
        "signatures cannot be written to {location}: a web server only gives them out",
        "name the folder that it serves with lookaside-staging: file:///FOLDER in registries.d",
    ),
}
