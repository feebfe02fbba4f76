"""The rules of a trust policy, as `notation policy import` checks them."""

from collections.abc import Mapping

from dialects.case import NEW, OLD, Case
from dialects.cases.trust_policies import DN_PARSER, INVALID_SCOPE, STATEMENT, X509
from dialects.setting import place


def invalid(name: str, problem: str, *statements: Mapping[str, object], version: str = "1.0") -> Case:
    """A policy that is refused; `{oci}` in the problem is a word of the newer line."""
    document = {"version": version, "trustPolicies": list(statements)}
    return Case(
        f"policy import refuses {name}",
        "policy import p.json",
        world=(place("~/work/p.json", document),),
        err={
            NEW: "Error: failed to validate OCI trust policy configuration: "
            + problem.replace("{oci}", "oci ")
            + "\n",
            OLD: "Error: failed to validate trust policy: " + problem.replace("{oci}", "") + "\n",
        },
        status=1,
    )


def core(name: str, problem: str, **changes: object) -> Case:
    """A statement that is refused."""
    return invalid(
        name, f'{{oci}}trust policy: trust policy statement "a" {problem}', {**STATEMENT, **changes}
    )


def level(name: str, problem: str, **members: object) -> Case:
    """A statement whose level is refused."""
    return core(name, f"has invalid signatureVerification: {problem}", signatureVerification=members)


CASES = (
    invalid(
        "a policy without a version",
        "{oci}trust policy document has empty version, version must be specified",
        version="",
    ),
    invalid(
        "another version",
        '{oci}trust policy document uses unsupported version "2.0"',
        STATEMENT,
        version="2.0",
    ),
    invalid(
        "a policy without statements", "{oci}trust policy document can not have zero trust policy statements"
    ),
    invalid(
        "a name twice",
        'multiple {oci}trust policy statements use the same name "a", statement names must be unique',
        STATEMENT,
        {**STATEMENT, "registryScopes": ["a/b"]},
    ),
    invalid(
        "a statement without a name",
        "{oci}trust policy: a trust policy statement is missing a name, every statement requires a name",
        {**STATEMENT, "name": ""},
    ),
    level(
        "a statement without a level",
        "signature verification level is empty or missing in the trust policy statement",
    ),
    level("an unknown level", 'invalid signature verification level "hard"', level="hard"),
    level(
        "an override of what is skipped",
        'signature verification level "skip" can\'t be used to customize signature verification',
        level="skip",
        override={"expiry": "log"},
    ),
    level(
        "an override of an unknown type",
        'verification type "age" in custom signature verification is not supported, supported values are ["integrity" "authenticity" "authenticTimestamp" "expiry" "revocation"]',
        level="strict",
        override={"age": "log"},
    ),
    level(
        "an override with an unknown action",
        'verification action "tell" in custom signature verification is not supported, supported values are ["enforce" "log" "skip"]',
        level="strict",
        override={"expiry": "tell"},
    ),
    level(
        "an override of integrity",
        '"integrity" verification can not be overridden in custom signature verification',
        level="strict",
        override={"integrity": "log"},
    ),
    level(
        "an override that skips expiry",
        '"expiry" verification can not be skipped in custom signature verification',
        level="strict",
        override={"expiry": "skip"},
    ),
    level(
        "an unknown time for timestamps",
        'verifyTimestamp must be "always" or "afterCertExpiry", but got "never"',
        level="strict",
        verifyTimestamp="never",
    ),
    core(
        "trust where nothing is verified",
        "is set to skip signature verification but configured with trust stores and/or trusted identities, remove them if signature verification needs to be skipped",
        signatureVerification={"level": "skip"},
    ),
    core(
        "a statement without trust stores",
        "is either missing trust stores or trusted identities, both must be specified",
        trustStores=[],
    ),
    core(
        "a trust store without a type",
        'has malformed trust store value "acme". The required format is <TrustStoreType>:<TrustStoreName>',
        trustStores=["acme"],
    ),
    core(
        "a trust store of an unknown type",
        'uses an unsupported trust store type "cb" in trust store value "cb:acme"',
        trustStores=["cb:acme"],
    ),
    core(
        "a trust store with a bad name",
        'uses an unsupported trust store name "ac me" in trust store value "ca:ac me". Named store name needs to follow [a-zA-Z0-9_.-]+ format',
        trustStores=["ca:ac me"],
    ),
    core(
        "an identity beside the wildcard",
        "uses a wildcard trusted identity '*', a wildcard identity cannot be used in conjunction with other values",
        trustedIdentities=["*", "x509.subject: C=US, ST=WA, O=Acme"],
    ),
    core("an empty identity", "has an empty trusted identity", trustedIdentities=[""]),
    core(
        "an identity without a kind",
        'has trusted identity "C=US" missing separator',
        trustedIdentities=["C=US"],
    ),
    core(
        "an identity without a value",
        'has trusted identity "x509.subject:" without an identity value',
        trustedIdentities=["x509.subject:"],
    ),
    core(
        "an identity without a state",
        "has trusted identity \"x509.subject: C=US\" with invalid identity value: distinguished name (DN) \" C=US\" has no mandatory RDN attribute for \"ST\", it must contain 'C', 'ST' or 'S', and 'O' RDN attributes at a minimum",
        trustedIdentities=["x509.subject: C=US"],
    ),
    core(
        "an identity with an attribute twice",
        'has trusted identity "x509.subject:C=US,ST=WA,O=a,O=b" with invalid identity value: distinguished name (DN) "C=US,ST=WA,O=a,O=b" has duplicate RDN attribute for "O", DN can only have unique RDN attributes',
        trustedIdentities=["x509.subject:C=US,ST=WA,O=a,O=b"],
    ),
    core(
        "an identity with two values in a part",
        'has trusted identity "x509.subject:C=US,ST=WA,O=a+OU=b" with invalid identity value: distinguished name (DN) "C=US,ST=WA,O=a+OU=b" has multi-valued RDN attributes, remove multi-valued RDN attributes as they are not supported',
        trustedIdentities=["x509.subject:C=US,ST=WA,O=a+OU=b"],
    ),
    core(
        "an identity in hexadecimal",
        'has trusted identity "x509.subject:C=US,ST=WA,O=#0c" with invalid identity value: unsupported distinguished name (DN) "C=US,ST=WA,O=#0c": notation does not support x509.subject identities containing "=#"',
        trustedIdentities=["x509.subject:C=US,ST=WA,O=#0c"],
    ),
    Case(
        "policy import refuses an identity that is no name",
        "policy import p.json",
        lines=(OLD,),
        world=(
            place(
                "~/work/p.json",
                {
                    "version": "1.0",
                    "trustPolicies": [{**STATEMENT, "trustedIdentities": ["x509.subject: CUS"]}],
                },
            ),
        ),
        err="Error: failed to validate trust policy: trust policy: trust policy statement \"a\" has trusted identity \"x509.subject: CUS\" with invalid identity value: parsing distinguished name (DN) \" CUS\" failed with err: DN ended with incomplete type, value pair. A valid DN must contain 'C', 'ST' or 'S', and 'O' RDN attributes at a minimum, and follow RFC 4514 standard\n",
        status=1,
        differs=DN_PARSER,
        our_err="Error: failed to validate trust policy: trust policy: trust policy statement \"a\" has trusted identity \"x509.subject: CUS\" with invalid identity value: parsing distinguished name (DN) \" CUS\" failed with err: ⟨…⟩. A valid DN must contain 'C', 'ST' or 'S', and 'O' RDN attributes at a minimum, and follow RFC 4514 standard\n",
    ),
    core(
        "identities that overlap",
        f'has overlapping x509 trustedIdentities, "{X509}C=US, ST=a, O=b" overlaps with "{X509}C=US, ST=a, O=b, CN=d"',
        trustedIdentities=[f"{X509}C=US, ST=a, O=b, CN=d", f"{X509}C=US, ST=a, O=b"],
    ),
    invalid(
        "a statement without scopes",
        '{oci}trust policy statement "a" has zero registry scopes, it must specify registry scopes with at least one value',
        {**STATEMENT, "registryScopes": []},
    ),
    invalid(
        "a scope beside the wildcard",
        "{oci}trust policy statement \"a\" uses wildcard registry scope '*', a wildcard scope cannot be used in conjunction with other scope values",
        {**STATEMENT, "registryScopes": ["*", "a/b"]},
    ),
    invalid(
        "a scope with a wildcard in it",
        f'registry scope "a/*" with wild card(s) {INVALID_SCOPE}',
        {**STATEMENT, "registryScopes": ["a/*"]},
    ),
    invalid(
        "a scope that is no repository",
        f'registry scope "alpine" {INVALID_SCOPE}',
        {**STATEMENT, "registryScopes": ["alpine"]},
    ),
    invalid(
        "a scope in two statements",
        'registry scope "a/b" is present in multiple {oci}trust policy statements, one registry scope value can only be associated with one statement',
        {**STATEMENT, "registryScopes": ["a/b"]},
        {**STATEMENT, "name": "b", "registryScopes": ["a/b"]},
    ),
)
