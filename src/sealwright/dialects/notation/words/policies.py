"""Trust policies that cannot be used."""

__all__ = ["HOW_TO", "WORDS", "not_a_scope"]

HOW_TO = "To create a trust policy, see: https://notaryproject.dev/docs/quickstart/#create-a-trust-policy"

_CORE = "{oci}trust policy: trust policy statement {name:q} "
_LEVEL = _CORE + "has invalid signatureVerification: "
_FULL_NAME = (
    "make sure it is a fully qualified repository without the scheme, protocol or tag. "
    "For example domain.com/my/repository or a local scope like local/myOCILayout"
)
_TYPES = '["integrity" "authenticity" "authenticTimestamp" "expiry" "revocation"]'
_ACTIONS = '["enforce" "log" "skip"]'

WORDS = {
    "policy.absent": f"trust policy is not present. {HOW_TO}",
    "policy.not-regular": f"trust policy is not a regular file (symlinks are not supported). {HOW_TO}",
    "policy.malformed": f"malformed trust policy. {HOW_TO}",
    "policy.wrong-type": f"malformed trust policy. {HOW_TO}",
    "policy.version-missing": "{oci}trust policy document has empty version, version must be specified",
    "policy.version-unsupported": "{oci}trust policy document uses unsupported version {version:q}",
    "policy.no-statements": "{oci}trust policy document can not have zero trust policy statements",
    "policy.name-missing": (
        "{oci}trust policy: a trust policy statement is missing a name, every statement requires a name"
    ),
    "policy.name-repeated": (
        "multiple {oci}trust policy statements use the same name {name:q}, statement names must be unique"
    ),
    "policy.level-missing": (
        _LEVEL + "signature verification level is empty or missing in the trust policy statement"
    ),
    "policy.level-unknown": _LEVEL + "invalid signature verification level {word:q}",
    "policy.level-not-customizable": (
        _LEVEL + "signature verification level {level:q} can't be used to customize signature verification"
    ),
    "policy.override-type-unknown": (
        _LEVEL + "verification type {word:q} in custom signature verification is not supported, "
        f"supported values are {_TYPES}"
    ),
    "policy.override-action-unknown": (
        _LEVEL + "verification action {word:q} in custom signature verification is not supported, "
        f"supported values are {_ACTIONS}"
    ),
    "policy.override-not-allowed": (
        _LEVEL + "{type:q} verification can not be overridden in custom signature verification"
    ),
    "policy.override-skip-not-allowed": (
        _LEVEL + "{type:q} verification can not be skipped in custom signature verification"
    ),
    "policy.verify-timestamp-unknown": (
        _LEVEL + 'verifyTimestamp must be "always" or "afterCertExpiry", but got {word:q}'
    ),
    "policy.revoked-after-signing-unknown": (
        _LEVEL + 'revokedAfterSigning must be "refuse" or "accept", but got {word:q}'
    ),
    "policy.skip-with-trust": (
        _CORE + "is set to skip signature verification but configured with trust stores and/or trusted "
        "identities, remove them if signature verification needs to be skipped"
    ),
    "policy.trust-missing": (
        _CORE + "is either missing trust stores or trusted identities, both must be specified"
    ),
    "policy.trust-store-malformed": (
        _CORE + "has malformed trust store value {store:q}. "
        "The required format is <TrustStoreType>:<TrustStoreName>"
    ),
    "policy.trust-store-type-unknown": (
        _CORE + "uses an unsupported trust store type {word:q} in trust store value {store:q}"
    ),
    "policy.trust-store-name-invalid": (
        _CORE + "uses an unsupported trust store name {store:after} in trust store value {store:q}. "
        "Named store name needs to follow [a-zA-Z0-9_.-]+ format"
    ),
    "policy.identity-wildcard-mixed": (
        _CORE + "uses a wildcard trusted identity '*', a wildcard identity cannot be used in conjunction "
        "with other values"
    ),
    "policy.identity-empty": _CORE + "has an empty trusted identity",
    "policy.identity-no-separator": _CORE + "has trusted identity {identity:q} missing separator",
    "policy.identity-no-value": _CORE + "has trusted identity {identity:q} without an identity value",
    "policy.identity-invalid": (
        _CORE + "has trusted identity {identity:q} with invalid identity value: {said}"
    ),
    "policy.identity-overlap": (
        _CORE + "has overlapping x509 trustedIdentities, {one:q} overlaps with {other:q}"
    ),
    "policy.scopes-missing": (
        "{oci}trust policy statement {name:q} has zero registry scopes, it must specify registry scopes "
        "with at least one value"
    ),
    "policy.scope-wildcard-mixed": (
        "{oci}trust policy statement {name:q} uses wildcard registry scope '*', a wildcard scope cannot be "
        "used in conjunction with other scope values"
    ),
    "policy.scope-with-wildcard": "registry scope {scope:q} with wild card(s) is not valid, " + _FULL_NAME,
    "policy.scope-invalid": "registry scope {scope:q} is not valid, " + _FULL_NAME,
    "policy.scope-repeated": (
        "registry scope {scope:q} is present in multiple {oci}trust policy statements, one registry scope "
        "value can only be associated with one statement"
    ),
    "policy.global-repeated": (
        "multiple blob trust policy statements have globalPolicy set to true. "
        "Only one trust policy statement can be marked as global policy"
    ),
    "policy.global-skip": ("global blob trust policy statement cannot have verification level set to skip"),
    "policy.no-named-statement": "no applicable blob trust policy with name {name:q}",
    "policy.no-global-statement": "no global blob trust policy",
    "policy.no-statement": (
        "artifact {artifact:q} has no applicable {oci}trust policy statement. Trust policy applicability for "
        f"a given artifact is determined by registryScopes. {HOW_TO}"
    ),
}


def not_a_scope(scope: str) -> str:
    """The reason code for a scope that is no full name of a repository.

    Args:
        scope: as it was given.
    """
    wild = "*" in scope and scope != "*"
    return "policy.scope-with-wildcard" if wild else "policy.scope-invalid"
