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
}
