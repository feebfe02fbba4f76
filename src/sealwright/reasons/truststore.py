"""Named trust stores."""

REASONS = {
    "truststore.kind-unknown": ("{kind!r} is not a type of trust store", "the types are: {known}"),
    "truststore.name-invalid": (
        "{name!r} is not a name for a trust store",
        "names are made of letters, digits, and the marks _ . -",
    ),
    "truststore.absent": (
        "the trust store {kind}:{name} does not exist",
        "add a certificate to it: seal cert add --type {kind} --store {name} FILE",
    ),
    "truststore.not-a-folder": (
        "the trust store {kind}:{name} is not a folder (symbolic links are not followed)",
        "make it a folder that holds the certificate files themselves",
    ),
    "truststore.not-a-file": (
        "the trust store {kind}:{name} holds something that is not a regular file",
        "move it away: a store holds certificate files only, no links and no folders",
    ),
    "truststore.empty": (
        "the trust store {kind}:{name} holds no certificate",
        "add one: seal cert add --type {kind} --store {name} FILE",
    ),
    "truststore.too-many-files": ("the trust store has more than {limit} files", "join them into bundles"),
    "truststore.no-such-file": (
        "the trust store {kind}:{name} has no file {file!r}",
        "list what it holds: seal cert ls --type {kind} --store {name}",
    ),
    "truststore.not-given": (
        "the trust store {kind}:{name} is not among those that were given",
        "give its certificates along with the others, or take it out of the policy",
    ),
    "truststore.x509-only": (
        "the policy asks for OpenPGP keys, and only certificates were given",
        "verify with a client that reads the keys where the policy names them",
    ),
}
