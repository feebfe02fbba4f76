"""Reasons of the area `service`."""

REASONS: dict[str, tuple[str, str]] = {
    # starting
    "service.not-installed": (
        "the service needs the module {module}, which is not installed",
        "install sealwright[service]",
    ),
    "service.host-unknown": (
        "{host} is not an address of this machine: {problem}",
        "give an address such as 127.0.0.1, or localhost",
    ),
    "service.port-taken": (
        "another program listens on port {port} of {host}",
        "stop it, or choose another port; 0 takes a free one",
    ),
    "service.port-refused": (
        "the service may not listen on port {port} of {host}: {problem}",
        "choose a port above 1023",
    ),
    "service.folder-in-use": (
        "another server is running on the folder {folder}",
        "stop that one, or give this one a folder of its own",
    ),
    "service.folder-newer": (
        "the database in {folder} was made by another version of this program",
        "use the version that made it, or a newer one",
    ),
    "service.folder-missing": (
        "there is no folder to keep content in",
        "set storage.folder, or both storage.database and storage.blobs",
    ),
    "service.extra-not-installed": (
        "the settings need the module {module}, which is not installed",
        "install sealwright[{extra}]",
    ),
    "service.database-unreachable": (
        "the database {database} cannot be reached: {problem}",
        "check that it runs, and storage.database",
    ),
    "service.object-store-unknown": (
        "{url} is not an object store that can be used: {problem}",
        "set storage.blobs to s3://bucket/prefix, and storage.options",
    ),
    "service.blob-collected": (
        "the blob {digest} was removed while it was being pushed",
        "push it again",
    ),
    "service.folder-unusable": (
        "the folder {folder} cannot be used to store content: {problem}",
        "check that it is a folder on a local disk which you may write to",
    ),
    "service.configuration-invalid": (
        "the settings cannot be used: {problem}",
        "docs/reference/service-configuration.md lists every setting",
    ),
    "service.setting-unknown": (
        "there is no setting {setting}",
        "docs/reference/service-configuration.md lists every setting",
    ),
    "service.setting-invalid": (
        "{setting} cannot be used: {problem}",
        "docs/reference/service-configuration.md says what it may be",
    ),
    "service.variable-unknown": (
        "the variable stands for no setting",
        "docs/reference/service-configuration.md lists every variable that begins with SEALWRIGHT_SERVE_",
    ),
    "service.tls-unusable": (
        "the certificate {certificate} and the key {key} cannot be used: {problem}",
        "give a PEM file with the certificate and its chain, and one with its key, not encrypted",
    ),
    "service.backup-failed": (
        "the backup in {folder} cannot be written or read: {problem}",
        "check that there is room, and that you may write there",
    ),
    "service.backup-unusable": (
        "{folder} holds no backup that this version can use: {problem}",
        "restore it with the version that made it, then bring that up to date",
    ),
    "service.restore-not-empty": (
        "the table {table} of the database has rows already",
        "restore into a new folder or database",
    ),
    # any request
    "service.path-unknown": ("there is nothing at {path}", ""),
    "service.method-unsupported": ("{method} does nothing at {path}", "use one of {allowed}"),
    "service.request-too-long": ("the {part} of the request is longer than {most} characters", ""),
    "service.browser-refused": (
        "a page of {origin} in a browser may not change what is stored here",
        "use a registry client",
    ),
    "service.login-needed": (
        "{account} may not {right} in {repository}",
        "log in with an account that holds this right, or ask an administrator for it",
    ),
    "service.login-required": ("this service wants to know who asks", "log in"),
    "service.login-failed": ("the credentials are not those of an account", "log in again"),
    "service.logins-failed": (
        "too many logins have failed",
        "wait {seconds} seconds; who has forgotten the password asks an administrator for a new one",
    ),
    "service.right-missing": (
        "{account} may not {right} in {repository}",
        "ask an administrator for this right",
    ),
    "service.parameter-invalid": (
        "{name}={text} is not a value of this parameter",
        "leave it out, or mend it",
    ),
    "service.body-unwanted": ("the request has a body of more than {most} bytes, and needs none", ""),
    "service.body-late": ("no bytes of the request came for {seconds} seconds", "send it again"),
    "service.client-gone": ("the client hung up before the end of its request", "send it again"),
    "service.body-too-large": ("the body of the request has more than {most} bytes", ""),
    "service.rate-exceeded": (
        "{whose} sends more than {most} requests a second",
        "wait {seconds} seconds, then go on more slowly",
    ),
    "service.read-only": (
        "the service is read-only for now: {method} {path} would change something",
        "pull from it, or push again when its administrators allow changes",
    ),
    "service.busy": ("{most} {what} are going on already", "try again in a moment"),
    "service.storage-failed": ("the content could not be stored: {problem}", "check the disk of the service"),
    "service.failed": ("the service failed to answer", "look into its log"),
    # accounts
    "service.accounts-none": (
        "the service has no accounts: anyone may do everything, and there is nothing to log in to",
        "make the first account with seal admin user add",
    ),
    "service.account-unknown": (
        "there is no {kind} {name}",
        "seal admin user list, group list and robot list show them",
    ),
    "service.account-exists": ("there is a {kind} {name} already", "choose another name"),
    "service.account-name-invalid": (
        "{name} cannot be the name of an account",
        "use letters, digits, '.', '_', '-', '+' and '@', at most 128; begin with a letter or digit",
    ),
    "service.password-unfit": (
        "a password has {least} characters or more and at most {most} bytes",
        "choose another one",
    ),
    "service.pattern-invalid": (
        "{pattern} is not a pattern of repository names",
        "write a name such as team/app, or team/* for all below, or * for all",
    ),
    "service.right-unknown": ("there is no right {right}", "the rights are {known}"),
    "service.token-unknown": ("there is no token {token}", "seal admin token list shows them"),
    "service.tokens-too-many": ("{account} has {most} tokens already", "revoke those that nobody uses"),
    "service.request-invalid": ("the request cannot be used: {problem}", ""),
    "service.grant-type-unsupported": (
        "a token cannot be asked for by {given}",
        "use password, refresh_token or token exchange",
    ),
    "service.audience-unknown": ("tokens for {given} are not issued here", "ask for {known}"),
    "service.scopes-too-many": ("more than {most} scopes were asked for at once", "ask for fewer"),
    "service.workload-refused": (
        "the ID token does not open anything here: {problem}",
        "check issuer, audience and claims against the workloads in the settings of the service",
    ),
    "service.issuer-unreachable": (
        "the keys of the issuer {issuer} cannot be had: {problem}",
        "try again, or name a file with them as jwks in the settings",
    ),
    # the registry
    "service.name-invalid": (
        "{name} is not a repository name",
        "use lower-case letters, digits and single separators, at most {most} characters",
    ),
    "service.tag-invalid": (
        "{tag} is not a tag",
        "use letters, digits, '.', '_' and '-', at most 128 characters",
    ),
    "service.tags-too-many": ("{count} tags were asked for at once", "set at most {most} tags in one push"),
    "service.digest-missing": ("the digest that ends the upload is missing", "add ?digest="),
    "service.page-invalid": ("n={text} is not a number of entries", "give a whole number from 0 on"),
    "service.repository-unknown": ("there is no repository {name}", ""),
    "service.blob-unknown": ("{repository} has no blob {digest}", ""),
    "service.manifest-unknown": ("{repository} has no manifest {reference}", ""),
    "service.manifest-too-large": ("the manifest has more than {most} bytes", ""),
    "service.manifest-mixed": (
        "the manifest is of type {media_type} but has the member {member}",
        "an index lists manifests, an image has a config and layers; nothing is both",
    ),
    "service.manifest-version": (
        "the schemaVersion of the manifest is not 2",
        "push an OCI image or a Docker image of schema 2",
    ),
    "service.manifest-blob-collected": (
        "the blob {digest} of the manifest is no longer there",
        "push it again, then the manifest",
    ),
    "service.quota-exceeded": (
        "{repository} may not hold more than {most} {what}",
        "delete what is not needed, or ask an administrator for more",
    ),
    "service.media-type-unsupported": (
        "manifests of type {media_type} are not taken",
        "push an OCI or Docker schema 2 manifest or index",
    ),
    "service.pki-type-unsupported": (
        "{found} is not taken here",
        "send {wanted} as the Content-Type",
    ),
    "service.pki-unknown": ("the CA publishes nothing at {path}", ""),
    "service.pki-list-absent": (
        "there is no revocation list at {path}, and the key that could make one is not here",
        "make one where the key of the CA is, with: seal pki crl",
    ),
    "service.range-unsatisfiable": ("the range {range} is not in the {size} bytes of the blob", ""),
    "service.blob-too-large": ("the blob has more than {most} bytes", ""),
    "service.upload-unknown": ("there is no upload {upload} in {repository}", "begin it again"),
    "service.upload-busy": ("another request is writing to the upload {upload}", "wait for its end"),
    "service.upload-out-of-order": (
        "the chunk {range} does not go on where the upload stands, after {received} bytes",
        "ask for the state of the upload and go on from there",
    ),
    "service.upload-length": (
        "the chunk {range} came with {length} bytes",
        "ask for the state of the upload and send the chunk again",
    ),
    # signatures
    "service.not-accepted": (
        "{repository} gives out only manifests that a policy accepts, and {digest} is not: {problem}",
        "have the image signed, or ask whoever runs the registry which signers its policy names",
    ),
    "service.signature-invalid": ("the signature is not taken: {problem}", ""),
    "service.signature-body-too-large": ("the request with the signature has more than {most} bytes", ""),
    "service.signatures-too-many": (
        "the manifest has {most} signatures, and clients refuse to read more",
        "revoke those that are no longer needed",
    ),
    "service.signatures-too-large": (
        "with {size} bytes more, the list of signatures would have more than {most}, which clients refuse",
        "revoke those that are no longer needed",
    ),
    "service.signature-name-taken": (
        "there is another signature of the name {name}",
        "choose another name; a revoked signature's name is free again",
    ),
    "service.signature-unknown": ("there is no signature {signature}", "it may have been revoked"),
    "service.signature-file-unusable": (
        "the file {file} is no signature that can be given out: {problem}",
        "whoever runs the signature store should look into it",
    ),
    "service.no-more-signatures": ("there is no signature {path}", ""),
    "service.signed-only-incomplete": (
        "the settings of signed_only for {pattern} are of the mode {mode} and lack a policy or a trust store",
        "name both, or set the mode to off; a policy.json needs no trust store",
    ),
    "service.signature-withdrawn": (
        "the bytes of the signature {signature} are not given out any more",
        "it was revoked; what is known of it stays",
    ),
    "service.signature-revoked": (
        "the signature {signature} is revoked",
        "what was found of it before stays; attach a new one to have it verified",
    ),
    "service.verification-invalid": ("the record of a verification is not taken: {problem}", ""),
    "service.verification-too-large": ("the record of a verification has more than {most} bytes", ""),
    "service.verification-unavailable": (
        "the signature cannot be verified for now: {problem}",
        "whoever runs the service should look into it; nothing was recorded",
    ),
    "service.verification-unknown": ("the signature {signature} has no record {number}", ""),
    "service.reason-too-long": ("the request has more than {most} bytes", ""),
    "service.revocation-malformed": (
        "the body is not a JSON object with a reason: {problem}",
        'send {{"reason": "…"}}, or nothing',
    ),
    "service.folder-unshareable": (
        "the signatures in {folder} cannot be given out: {problem}",
        "name a folder that is there and may be read",
    ),
    "service.reason-invalid": (
        "the reason is not plain text of at most {most} characters",
        "give a shorter one, without control characters",
    ),
    "service.filter-invalid": ("{name} is not {wanted}: {value}", ""),
}
