"""Oracle's Artifacts and key management APIs, as we serve them."""

REASONS: dict[str, tuple[str, str]] = {
    # who asks
    "oracle.request-unsigned": (
        "the request is not signed as it has to be: {problem}",
        "send it with Oracle's client or SDK, or sign it as Oracle's page on request signatures says",
    ),
    "oracle.request-stale": (
        "the date of the request is more than {most} seconds away from the clock of the service",
        "set the clock of the machine that sends it",
    ),
    "oracle.body-altered": (
        "the body of the request is not the one that was signed",
        "look for a proxy that changes requests on their way",
    ),
    "oracle.login-failed": (
        "the request is not signed by a key that the service knows for that tenancy and user",
        "compare tenancy, user and fingerprint with what `seal admin api-key list` shows",
    ),
    "oracle.request-replayed": (
        "this very request has been answered before",
        "sign it anew; if nobody sent it twice, find out who else can read it",
    ),
    "oracle.api-key-unfit": (
        "the public key cannot sign requests: {problem}",
        "make an RSA key of 2048 to 4096 bits, and give its public key in PEM",
    ),
    "oracle.api-key-exists": (
        "{holder} has the API key {fingerprint} already",
        "use it, or remove it first",
    ),
    "oracle.api-key-unknown": (
        "{holder} has no API key {fingerprint}",
        "look at `seal admin api-key list`",
    ),
    "oracle.api-keys-too-many": (
        "{holder} has {most} API keys, which is all that one account may have",
        "remove one that nobody uses",
    ),
    # what they ask for
    "oracle.path-unknown": (
        "there is no operation at {path}",
        "look at the version in the path, and at the endpoint that the client was given",
    ),
    "oracle.method-unknown": (
        "{method} does nothing at {path}",
        "send {allowed}",
    ),
    "oracle.body-unreadable": (
        "the body of the request is not a JSON object: {problem}",
        "send one",
    ),
    "oracle.body-too-large": (
        "the body of the request has more than {most} bytes",
        "send less",
    ),
    "oracle.parameter-missing": (
        "{name} is missing",
        "give it",
    ),
    "oracle.parameter-invalid": (
        "{name} is not as it has to be: {problem}",
        "give another value",
    ),
    "oracle.page-invalid": (
        "the page is not one that this list gave for the same filters and order",
        "begin at the first page, and give what opc-next-page said",
    ),
    "oracle.not-found": (
        "there is no such {what}, or it is not for this user",
        "compare the identifier, and the rights of the user in the repository",
    ),
    "oracle.etag-changed": (
        "it has changed since it was read: its entity tag is another one",
        "read it again, and decide again",
    ),
    "oracle.retry-token-used": (
        "the retry token was used for another request",
        "use a new one for each request that is not the same",
    ),
    "oracle.retry-running": (
        "the first request with this retry token is still being answered",
        "ask again in a moment",
    ),
    "oracle.repository-exists": (
        "the repository {repository} is there already",
        "use it, or choose another name",
    ),
    "oracle.repository-unknown": (
        "there is no repository {repository}, and a push does not make one here",
        "have it made first, or let pushes make repositories: `oci artifacts container configuration update`",
    ),
    "oracle.repository-immutable": (
        "{repository} is immutable: the tag {tag} stands for an image already",
        "push it under another tag",
    ),
    "oracle.image-not-restorable": (
        "the image {image} cannot be restored: it is there, or was deleted too long ago, or was pushed anew",
        "push it again",
    ),
    "oracle.signature-exists": (
        "{image} has this very signature already",
        "sign it anew if it needs another one",
    ),
    "oracle.signatures-too-many": (
        "the image has {most} signatures, which is all that one may have",
        "delete some that nobody needs",
    ),
    "oracle.key-unusable": (
        "the key {key} is not enabled",
        "enable it, or sign with another one",
    ),
    "oracle.tag-undefined": (
        "the tag {tag} is not defined",
        "have its namespace and key made with `seal admin tag-namespace`",
    ),
    "oracle.tags-too-many": (
        "there are more than {most} {what}",
        "leave some out",
    ),
    # what administrators make
    "oracle.name-unfit": (
        "the {what} is empty, has more than {most} characters or entries, or holds some that it may not",
        "give another one",
    ),
    "oracle.compartment-exists": (
        "there is a compartment {name} there already",
        "use it, or choose another name",
    ),
    "oracle.compartment-unknown": (
        "there is no compartment {compartment}",
        "look at `seal admin compartment list`",
    ),
    "oracle.compartments-too-many": (
        "there are {most} {what}, which is all that there may be",
        "use those that are there",
    ),
    "oracle.tag-definition-exists": (
        "the tag {tag} is defined already",
        "use it, or choose another name",
    ),
    "oracle.tag-definition-unknown": (
        "the tag {tag} is not defined",
        "look at `seal admin tag-namespace list`",
    ),
    # the vault
    "oracle.vault-unnamed": (
        "keys are in a vault, and the address that was called is that of no vault",
        "give the managementEndpoint of the vault as --endpoint, as GetVault tells it",
    ),
    "oracle.operation-unserved": (
        "{name} is not served: {why}",
        "use another service for it",
    ),
    # the client
    "oracle.setup-exists": (
        "{folder} holds {names} already",
        "use --force to replace them, or --folder to write elsewhere",
    ),
    "oracle.setup-unusable": (
        "what should be the settings of Oracle's client cannot be read: {problem}",
        "write them anew with seal oci-setup",
    ),
    "oracle.check-refused": (
        "{url} answers with status {status}: {said}",
        "compare the clocks, and whether the key is still known: seal oci-setup makes a new one",
    ),
    "oracle.check-failed": (
        "{url} answers with status {status}: {said}",
        "look whether the settings are those of this service",
    ),
}
