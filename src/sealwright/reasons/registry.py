"""Registries and their token services: what they answered."""

REASONS = {
    "registry.blob-unknown": (
        "{name} does not hold the blob {digest}",
        "the image was pushed incompletely, or its parts were deleted",
    ),
    "registry.challenge-unknown": (
        "{registry} asks for a login of a kind that is not known here: {schemes}",
        "",
    ),
    "registry.denied": (
        "access to {name} was denied{said}",
        "check that the account may do this there; seal login changes the account",
    ),
    "registry.digest-conflict": (
        "the registry says that the content has the digest {told} where it should be {expected}",
        "the registry or something in front of it is broken; fetch the content from another source",
    ),
    "registry.failed": (
        "{name} failed with status {status}{said}",
        "try again later, or ask whoever runs the registry",
    ),
    "registry.fallback-contended": (
        "the list of referrers {tag} in {name} is changed by others faster than it can be written",
        "try again when fewer programs sign the same image",
    ),
    "registry.fallback-full": (
        "the list of referrers {tag} is full: {limit} entries",
        "delete signatures that are no longer needed, or use a registry with the referrers API",
    ),
    "registry.fallback-malformed": (
        "what stands behind the tag {tag} is not a list of referrers: {problem}",
        "delete the tag, or rename it if it is meant for something else",
    ),
    "registry.fallback-written": (
        "{name} has no referrers API; the signature is listed under the tag {tag}",
        "",
    ),
    "registry.insecure-plain-http": (
        "{registry} is spoken to without encryption, because it is listed as insecure and offers no TLS",
        "passwords and images can be read and changed on the way; set up TLS",
    ),
    "registry.listing-malformed": (
        "the listing of {name} cannot be read: {problem}",
        "check that the address is that of a registry",
    ),
    "registry.listing-too-long": (
        "the listing of {name} has more than {limit} names",
        "",
    ),
    "registry.login-insufficient": (
        "{name} does not accept the login for this",
        "check that the account may do this there; seal login changes the account",
    ),
    "registry.login-rejected": (
        "{registry} does not accept {user} with the password or token from {origin}",
        "run seal login {registry}",
    ),
    "registry.login-required": (
        "{registry} asks for a login and no credentials for it were found",
        "run seal login {registry}; the name of the repository may also be misspelt",
    ),
    "registry.manifest-unknown": (
        "{name} holds nothing under {reference}",
        "check the name, and the tag or digest",
    ),
    "registry.no-location": (
        "{name} opened an upload without saying where it goes",
        "whoever runs the registry should look into it",
    ),
    "registry.no-tags": (
        "{name} has no tags, or does not exist",
        "check the name; a repository exists once something was pushed to it",
    ),
    "registry.not-found": (
        "{name} answered that there is no such {what}{said}",
        "check the name, and that the address is that of a registry",
    ),
    "registry.page-elsewhere": (
        "the listing of {name} continues on another server: {url}",
        "whoever runs the registry should look into it; the listing was not used",
    ),
    "registry.pages-repeat": (
        "the listing of {name} runs in a circle at {url}",
        "whoever runs the registry should look into it; the listing was not used",
    ),
    "registry.range-conflict": (
        "the registry sent another part of the blob {digest} than was asked for",
        "try again",
    ),
    "registry.realm-refused": (
        "{registry} wants a login at {realm}, which is not asked: {problem}",
        "whoever runs the registry must give the https address of its token service",
    ),
    "registry.referrer-unreadable": (
        "{referrer} in {name} was left out: {problem}",
        "",
    ),
    "registry.referrers-malformed": (
        "the list of referrers of {subject} in {name} cannot be read: {problem}",
        "whoever runs the registry should look into it",
    ),
    "registry.referrers-tags-left-out": (
        "{count} tag(s) of {name} only list referrers of other images and were left out",
        "",
    ),
    "registry.refused": (
        "{name} refused the {what} with status {status}{said}",
        "",
    ),
    "registry.repository-unknown": (
        "there is no repository {name}",
        "check the name; a repository exists once something was pushed to it",
    ),
    "registry.service-absent": (
        "{name} does not answer as Sealwright's service does: {problem}",
        "vaults, and records of verifications, are kept by a registry that is run with seal serve",
    ),
    "registry.service-none": (
        "{name} is in no registry, and records of verifications are kept by registries",
        "push the image to a registry that is run with seal serve",
    ),
    "registry.service-refused": ("{name} refused: {said}", ""),
    "registry.token-service-failed": (
        "the token service of {registry} answered {status}{said}",
        "try again later, or ask whoever runs the registry",
    ),
    "registry.token-unusable": (
        "the answer of the token service of {registry} cannot be used: {problem}",
        "whoever runs the registry should look into it",
    ),
    "registry.too-many-pages": (
        "the listing of {name} has more than {limit} pages",
        "",
    ),
    "registry.too-many-referrers": (
        "{subject} in {name} has more than {limit} referrers; those beyond were not looked at",
        "delete referrers that are no longer needed",
    ),
    "registry.too-many-requests": (
        "{name} takes no more requests for now and says to wait {after}",
        "try again later; a login often raises the limit",
    ),
    "registry.unsupported": (
        "{name} does not offer this for a {what}{said}",
        "deleting is switched off in many registries; whoever runs this one can switch it on",
    ),
    "registry.upload-confused": (
        "{name} lost track of an upload",
        "try again; if it happens each time, look at the registry and the proxies in between",
    ),
}
