"""Changes to what is trusted, in policy.json and registries.d."""

REASONS = {
    "trust.absent": (
        'nothing is said of {transport} "{scope}" in {file}',
        "list what is said with: seal trust show",
    ),
    "trust.exists": (
        'something is said of {transport} "{scope}" in {file} already',
        "replace it with --force",
    ),
    "trust.no-policy": (
        "there is no policy yet: {file} is missing, or has no default",
        "say first what becomes of all other images: seal trust default reject, or accept",
    ),
    "trust.key-needed": (
        "no key is named by which images should be signed",
        "name one with --key FILE, --key gpg:ID or --key-path FILE",
    ),
    "trust.key-unwanted": (
        "keys are named, and {type} asks for none",
        "leave the keys out, or ask for signatures with --type signed",
    ),
    "trust.any-or-all": (
        "several keys are named, and a list of requirements would ask for signatures by all of them",
        "say what is meant: --keys any, if one of them is enough, or --keys all",
    ),
    "trust.keys-mixed": (
        "one requirement takes keys in the policy or files, not both",
        "name all of the keys with --key, or all with --key-path",
    ),
    "trust.identities-exclude": (
        "--match and --mirror-of both say what the signed name must be",
        "leave one of them out",
    ),
    "trust.key-url-insecure": (
        "{url} is not reached over https, so that anybody on the way could give another key",
        "download the key, compare its fingerprint with one that you have from its owner, and name the file",
    ),
    "trust.key-url-unanswered": (
        "the key at {url} cannot be had: the server answered {status}",
        "check the address, or download the key, look at it, and name the file",
    ),
    "trust.key-too-large": (
        "the key at {url} has more than {limit} bytes",
        "check the address: it should be a file of public keys",
    ),
    "trust.scope-invalid": (
        'the scope "{scope}" cannot be one of {transport}: {problem}',
        "mend the scope, or name another transport with --transport",
    ),
    "trust.scope-never-matches": (
        'no image ever has the scope "{scope}"{meant}',
        "write REGISTRY, REGISTRY/NAMESPACE or a whole name, as in docker.io/library/busybox",
    ),
    "trust.store-unused": (
        "signatures of {transport} are not looked for in a store",
        "leave --store out, or name a scope of registries",
    ),
    "trust.reset-unconfirmed": (
        "all that is said in {policy} and {registries} would be lost",
        "look at it with seal trust show, then run the same with --force",
    ),
}
