"""policy.json of skopeo and podman, and what stands beside it in /etc/containers."""

_MEND = "mend the file at the place named"

REASONS = {
    "containers.malformed": ("the policy is not valid JSON: {problem}", _MEND),
    "containers.comment": (
        "a comment stands here, and JSON has none",
        "remove it, and those that follow; the examples of the manual page cannot be copied as they are",
    ),
    "containers.member-repeated": (
        'the member "{word}" stands twice',
        "keep one of them; skopeo and podman refuse the whole file",
    ),
    "containers.unknown-member": (
        'the member "{word}" is unknown here{meant}',
        "the members known here are: {known}; skopeo and podman refuse the whole file",
    ),
    "containers.wrong-type": ("{where} must be {wanted}", _MEND),
    "containers.default-missing": (
        "the policy has no default",
        'add "default": [{{"type": "reject"}}], which decides where no scope does',
    ),
    "containers.requirements-empty": (
        "the list of requirements is empty",
        'write at least one; [{{"type": "reject"}}] lets nothing pass',
    ),
    "containers.requirement-unknown": (
        'a requirement has the unknown type "{word}"{meant}',
        "the types are: {known}",
    ),
    "containers.identity-unknown": (
        'an identity has the unknown type "{word}"{meant}',
        "the types are: {known}",
    ),
    "containers.key-type-unknown": (
        'the keyType "{word}" is unknown{meant}',
        'write "keyType": "GPGKeys"; nothing implements the others ({known})',
    ),
    "containers.key-type-missing": ("the keyType is missing", 'add "keyType": "GPGKeys"'),
    "containers.none-of-one": (
        "{what} needs one of {names}, and has none",
        "add one of them",
    ),
    "containers.several-of-one": (
        "{what} takes only one of {names}, and has {there}",
        "keep one of them; several keys of which one may sign stand in the list keyPaths",
    ),
    "containers.several-of-at-most-one": (
        "{what} takes at most one of {names}, and has {there}",
        "keep one of them",
    ),
    "containers.none-of-some": ("{what} needs {names}, or several of them", "add at least one"),
    "containers.nothing-named": ("{name} of {what} names nothing", "name the key"),
    "containers.list-empty": ("the list {name} is empty", "name a key in it, or leave it out"),
    "containers.member-missing": ("{what} lacks its member {name}", "add it"),
    "containers.rekor-missing": (
        "fulcio needs a public key of Rekor",
        "add one of {names}",
    ),
    "containers.rekor-with-pki": ("{name} does not go with pki", "remove it"),
    "containers.data-malformed": (
        "{name} is not base64: it cannot be read from byte {offset} on",
        "write what base64 -w0 KEYFILE prints",
    ),
    "containers.prefix-invalid": (
        '{name} "{prefix}" is neither a registry nor a name that begins with one',
        "write it like registry.example:5000 or registry.example/team, without a slash at the end",
    ),
    "containers.reference-invalid": (
        "{name} {reference!r} is not a reference: {problem}",
        "write it like registry.example/app:v1",
    ),
    "containers.reference-without-tag": (
        "dockerReference {reference!r} has neither tag nor digest",
        "add the tag, or use exactRepository with dockerRepository",
    ),
    "containers.scope-invalid": (
        'the scope "{scope}" cannot be one of the transport {transport}: {problem}',
        "mend the scope; skopeo and podman refuse the whole file",
    ),
    "containers.base-layer-unsupported": (
        "{origin} cannot be met: no program implements signedBaseLayer, and all refuse",
        "ask for signedBy instead",
    ),
    "containers.sigstore-unsupported": (
        "{origin} cannot be met: this version does not verify Sigstore signatures",
        "ask for signedBy with a GPG key, or verify with cosign beside",
    ),
    "containers.key-type-unsupported": (
        "{origin} cannot be met: no program implements the keyType {key_type}, and all refuse",
        'write "keyType": "GPGKeys"',
    ),
}
