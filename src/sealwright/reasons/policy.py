"""Policy files: what is wrong with them, and policies that say nothing about an image."""

_CREATE = "import one with: seal policy import FILE, or start with: seal policy init"
_DN = 'write it as "x509.subject: C=US, ST=WA, O=acme-rockets.io, CN=…"'
_SCOPE = (
    "a scope is the full name of a repository without scheme, tag and digest, "
    "such as domain.com/my/repository, or *"
)

REASONS = {
    "policy.none-present": (
        "there is no trust policy, neither in {notation} nor at {containers} nor at {vault}",
        _CREATE,
    ),
    "policy.several-present": (
        "several policies are present and none is chosen: {policies}",
        'choose one with --policy, or for good with policy = "…" in sealwright/config.toml; all means each',
    ),
    "policy.absent": ("there is no trust policy in {folder}", _CREATE),
    "policy.not-regular": (
        "the trust policy is not a regular file (symbolic links are not followed)",
        _CREATE,
    ),
    "policy.exists": (
        "a trust policy is in place already",
        "use --force to replace it; the old one is kept beside it with the ending .bak",
    ),
    "policy.malformed": ("the trust policy is not valid JSON: {problem}", "mend the file at the place named"),
    "policy.unknown-member": (
        'the member "{word}" is unknown here{meant}',
        "the members known here are: {known}",
    ),
    "policy.wrong-type": ("{where} must be {wanted}", "mend the file at the place named"),
    "policy.version-missing": ("the version is missing", 'add "version": "1.0"'),
    "policy.version-unsupported": ('the version "{version}" is not supported', 'the only version is "1.0"'),
    "policy.no-statements": (
        "the policy has no statements",
        'add at least one under "trustPolicies"; seal policy init writes an example',
    ),
    "policy.name-missing": ("a statement has no name", 'give every statement a "name" of its own'),
    "policy.name-repeated": ('two statements are named "{name}"', "rename one; names are unique"),
    "policy.level-missing": (
        'the statement "{name}" has no level of signature verification',
        'add "signatureVerification": {{"level": "strict"}}',
    ),
    "policy.level-unknown": (
        'the statement "{name}" has the unknown level "{word}"{meant}',
        "the levels are: {known}",
    ),
    "policy.level-not-customizable": (
        'the statement "{name}" overrides the level "{level}", which cannot be customised',
        'start from "strict", "permissive" or "audit"',
    ),
    "policy.override-type-unknown": (
        'the statement "{name}" overrides the unknown validation type "{word}"{meant}',
        "the types are: {known}",
    ),
    "policy.override-action-unknown": (
        'the statement "{name}" overrides with the unknown action "{word}"{meant}',
        "the actions are: {known}",
    ),
    "policy.override-not-allowed": (
        'the statement "{name}" overrides "{type}", which is always enforced',
        "remove the override",
    ),
    "policy.override-skip-not-allowed": (
        'the statement "{name}" skips "{type}", which can be enforced or logged only',
        'use "log"; only revocation can be skipped',
    ),
    "policy.verify-timestamp-unknown": (
        'the statement "{name}" has the unknown verifyTimestamp "{word}"{meant}',
        "it can be: {known}",
    ),
    "policy.revoked-after-signing-unknown": (
        'the statement "{name}" has the unknown revokedAfterSigning "{word}"{meant}',
        "it can be: {known}",
    ),
    "policy.skip-with-trust": (
        'the statement "{name}" skips verification and yet names trust stores or identities',
        "remove them, or choose another level",
    ),
    "policy.trust-missing": (
        'the statement "{name}" must name both trust stores and trusted identities',
        'add "trustStores": ["ca:NAME"] and "trustedIdentities": ["*"]',
    ),
    "policy.trust-store-malformed": (
        'the statement "{name}" has the malformed trust store "{store}"',
        'write it as TYPE:NAME, such as "ca:acme"',
    ),
    "policy.trust-store-type-unknown": (
        'the statement "{name}" has the trust store "{store}" of the unknown type "{word}"{meant}',
        "the types are: {known}",
    ),
    "policy.trust-store-name-invalid": (
        'the statement "{name}" has the trust store "{store}", whose name is not allowed',
        "names are made of letters, digits, and the marks _ . -",
    ),
    "policy.identity-wildcard-mixed": (
        'the statement "{name}" trusts every identity ("*") and others beside it',
        "keep either the wildcard or the others",
    ),
    "policy.identity-empty": ('the statement "{name}" has an empty trusted identity', _DN),
    "policy.identity-no-separator": (
        'the statement "{name}" has the trusted identity "{identity}" without a colon after its kind',
        _DN,
    ),
    "policy.identity-no-value": (
        'the statement "{name}" has the trusted identity "{identity}" without a value',
        _DN,
    ),
    "policy.identity-invalid": (
        'the statement "{name}" has the trusted identity "{identity}", which is not valid: {problem}',
        _DN,
    ),
    "policy.identity-overlap": (
        'the statement "{name}" has overlapping identities: "{one}" and "{other}"',
        "remove the narrower one",
    ),
    "policy.scopes-missing": ('the statement "{name}" has no registry scope', _SCOPE),
    "policy.scope-wildcard-mixed": (
        'the statement "{name}" has the wildcard scope "*" and others beside it',
        "keep either the wildcard or the others",
    ),
    "policy.wildcard-skip": (
        'the statement "{name}" would skip verification for every image',
        'name the repositories that may go unverified; the specification forbids "skip" for the scope "*"',
    ),
    "policy.scope-with-wildcard": ('the scope "{scope}" has a wildcard within it', _SCOPE),
    "policy.scope-invalid": ('the scope "{scope}" is not valid', _SCOPE),
    "policy.scope-repeated": (
        'the scope "{scope}" stands in the statements "{owner}" and "{name}"',
        "a scope belongs to one statement",
    ),
    "policy.global-repeated": (
        'the statements "{owner}" and "{name}" are both marked as global',
        'at most one statement has "globalPolicy": true',
    ),
    "policy.global-skip": (
        'the statement "{name}" is global and has the level skip, so that no file would be verified',
        "name such a statement with --policy-name where it is meant, and give the global one another level",
    ),
    "policy.absent-for-blobs": (
        "there is no trust policy for files in {folder}",
        "import one with: seal blob policy import FILE, or start with: seal blob policy init",
    ),
    "policy.no-named-statement": (
        'no statement of {file} has the name "{name}"',
        "seal blob policy show prints the policy; name one of its statements",
    ),
    "policy.no-global-statement": (
        "no statement of {file} is marked as global",
        'choose one with --policy-name, or mark one with "globalPolicy": true',
    ),
    "policy.no-statement": (
        "no statement of {file} is about {repository}",
        'add "{repository}" to the registryScopes of a statement, or a statement with the scope "*"',
    ),
    "policy.plugin-config-not-known": (
        "settings for plugins are given, which the signatures of a {language!r} policy do not have",
        "leave --plugin-config away, or decide by notation's policy",
    ),
    "policy.metadata-not-known": (
        "a policy in the language {language} cannot be told to ask for user metadata",
        "write what is asked for into the policy itself",
    ),
    "policy.vault-no-statements": (
        "the policy has no statements",
        'add at least one under "statements"; seal policy init --policy vault writes an example',
    ),
    "policy.vault-no-statement": (
        "no statement of {file} is about {repository}",
        'add "{repository}" to the scopes of a statement, or a statement with the scope "*"',
    ),
    "policy.vault-service": (
        'the service "{service}" is no host name',
        "write it like registry.example:5000, without a scheme",
    ),
    "policy.vault-scopes-missing": (
        'the statement "{name}" has no scope',
        'name registries or repositories under "scopes", or "*" for all',
    ),
    "policy.vault-scope": (
        'the statement "{name}" has the scope "{scope}", which no image can have',
        "write registry.example:5000, registry.example:5000/namespace/project, or * for all",
    ),
    "policy.vault-signed-by-missing": (
        'the statement "{name}" does not say who has to sign',
        'add "signedBy": {{"any": [{{"key": "ocid1.key.…"}}]}}',
    ),
    "policy.vault-requirement": (
        'the statement "{name}" asks for something that is not exactly one of {known}',
        'write {{"key": …}}, {{"any": […]}}, {{"all": […]}} or {{"atLeast": 2, "of": […]}}',
    ),
    "policy.vault-count": (
        'the statement "{name}" asks for a number of keys that is none between 1 and {keys}',
        "each key counts once, so ask for no more than are listed",
    ),
    "policy.vault-key-missing": (
        'the statement "{name}" has a key without a name',
        'write {{"key": "ocid1.key.…"}}, or its name in the vault',
    ),
    "policy.vault-key-invalid": (
        'the statement "{name}" has the key "{key}", which is no identifier of a key',
        "seal vault key list shows the identifiers",
    ),
    "policy.vault-key-repeated": (
        'the statement "{name}" lists the key "{key}" twice, where each counts once',
        "remove one of them; versions can be named together",
    ),
    "policy.vault-versions-empty": (
        'the statement "{name}" takes no version of the key "{key}"',
        'name some, or leave out "versions" to take all',
    ),
    "policy.vault-version": (
        'the statement "{name}" names a version that is neither a number nor the identifier of one',
        'write "versions": [1, "ocid1.keyversion.…"]',
    ),
    "policy.vault-state": (
        'the statement "{name}" says "{word}" of keys that are {state}{meant}',
        "it can be: {known}",
    ),
    "policy.vault-exported-keys": (
        'the statement "{name}" takes exported keys for "{found}", which is no duration',
        'write 12h or 30d, or "refuse"',
    ),
    "policy.vault-no-keys": (
        "the statement {statement!r} lists no key, so that no signature is good enough",
        "add keys to the list",
    ),
    "policy.vault-key-list": (
        "the file holds no key list of a cluster",
        'it has "isPolicyEnabled" and "keyDetails", a list of {{"kmsKeyId": "ocid1.key.…"}}',
    ),
    "policy.vault-key-list-off": (
        "the cluster does not verify images: the list is not in force there",
        'set "isPolicyEnabled" to true, if it shall be in force here',
    ),
}
