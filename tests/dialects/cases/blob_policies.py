"""`notation blob policy`. Only the newer line has it."""

import json
from collections.abc import Mapping

from dialects.case import NEW, Case, File
from dialects.cases.blobs import blob_policy, statement
from dialects.cases.signing import GO_JSON
from dialects.cases.trust_policies import DN_PARSER, UNKNOWN
from dialects.setting import place

GLOBAL_SKIP = "A policy for blobs is refused if its global statement has the level skip; notation means to, and accepts it."
IMPORT_ONE = "`notation blob policy import <path-to-policy.json>`"
IMPORTED = "Successfully imported blob trust policy configuration to {config}/trustpolicy.blob.json.\n"
INITIALISED = "Successfully initialized blob trust policy file to {config}/trustpolicy.blob.json.\n"
ASKED = "The blob trust policy configuration already exists, do you want to overwrite it? [y/N] "
FORCED = "Warning: existing blob trust policy configuration will be overwritten\n"
INVALID = (
    f"Existing blob trust policy configuration is invalid, you may update or create a new one via {IMPORT_ONE}. "
    "See https://github.com/notaryproject/specifications/blob/8cf800c60b7315a43f0adbcae463d848a353b412/specs/"
    "trust-store-trust-policy.md#trust-policy-for-blobs for a blob trust policy example.\n"
)
NAME = "trustpolicy.blob.json"
COPIED: Mapping[str, File | None] = {NAME: File(same_as="~/work/p.json", mode=0o600)}
VALID = {"version": "1.0", "trustPolicies": [statement(globalPolicy=True)]}
IN_PLACE = place("~/work/p.json", VALID)
VALIDATING = "Error: failed to validate blob trust policy configuration: "
CORE = f'{VALIDATING}blob trust policy: trust policy statement "all" '
IMPORT = "blob policy import p.json"
INIT = "blob policy init --name one --trust-store ca:acme --trusted-identity"
SUBJECT = "x509.subject: CN=a,O=Notary,L=Seattle,ST=WA,C=US"


def wrong(
    name: str, statements: object, err: str, *, version: object = "1.0", ours: str = "", why: str = ""
) -> Case:
    """An import that is refused."""
    policy = {"version": version, "trustPolicies": statements}
    return Case(
        f"blob policy import refuses {name}",
        IMPORT,
        lines=(NEW,),
        world=(place("~/work/p.json", policy),),
        err=err + "\n",
        status=1,
        differs=why,
        our_err=ours + "\n" if ours else None,
    )


def taken(name: str, statements: object, ours: str, why: str) -> Case:
    """An import that notation takes and we refuse."""
    policy = {"version": "1.0", "trustPolicies": statements}
    return Case(
        f"blob policy import refuses {name}, which notation takes",
        IMPORT,
        lines=(NEW,),
        world=(place("~/work/p.json", policy),),
        out=IMPORTED,
        files=COPIED,
        differs=why,
        our_out="",
        our_err=ours + "\n",
        our_status=1,
        our_files={},
    )


def written(*, is_global: bool = False, stores: tuple[str, ...] = ("ca:acme",)) -> str:
    """What `init` writes."""
    made: dict[str, object] = {
        "name": "one",
        "signatureVerification": {"level": "strict"},
        "trustStores": list(stores),
        "trustedIdentities": [SUBJECT],
    }
    if is_global:
        made["globalPolicy"] = True
    return json.dumps({"version": "1.0", "trustPolicies": [made]}, indent=2)


CASES = (
    Case(
        "blob policy import puts a policy in force",
        IMPORT,
        lines=(NEW,),
        world=(IN_PLACE,),
        out=IMPORTED,
        files=COPIED,
    ),
    Case(
        "blob policy import replaces a policy after a yes",
        IMPORT,
        lines=(NEW,),
        world=(IN_PLACE, blob_policy(statement("old"))),
        stdin="yes\n",
        out=ASKED + IMPORTED,
        files=COPIED,
    ),
    Case(
        "blob policy import replaces nothing after a no",
        IMPORT,
        lines=(NEW,),
        world=(IN_PLACE, blob_policy(statement("old"))),
        stdin="no\n",
        out=f"{ASKED}Operation cancelled.\n",
    ),
    Case(
        "blob policy import warns where it replaces by force",
        f"{IMPORT} --force",
        lines=(NEW,),
        world=(IN_PLACE, blob_policy(statement("old"))),
        out=IMPORTED,
        err=FORCED,
        files=COPIED,
    ),
    Case(
        "blob policy import warns of nothing where nothing is replaced by force",
        f"{IMPORT} --force",
        lines=(NEW,),
        world=(IN_PLACE,),
        out=IMPORTED,
        files=COPIED,
    ),
    Case(
        "blob policy import does not ask before it replaces what is no JSON",
        IMPORT,
        lines=(NEW,),
        world=(IN_PLACE, place(NAME, "{")),
        out=IMPORTED,
        files=COPIED,
    ),
    Case(
        "blob policy import needs a file",
        "blob policy import",
        lines=(NEW,),
        err="Error: requires 1 argument but received 0.\n"
        "Usage: notation blob policy import <path-to-policy.json>\n"
        "Please specify a trust policy configuration location as the argument\n",
        status=1,
    ),
    Case(
        "blob policy import takes one file only",
        "blob policy import a b",
        lines=(NEW,),
        err="Error: requires 1 argument but received 2.\n"
        "Usage: notation blob policy import <path-to-policy.json>\n"
        "Please specify a trust policy configuration location as the argument\n",
        status=1,
    ),
    Case(
        "blob policy import tells of a missing file",
        IMPORT,
        lines=(NEW,),
        err="Error: failed to read blob trust policy file: open p.json: no such file or directory\n",
        status=1,
    ),
    Case(
        "blob policy import tells of what is no JSON",
        IMPORT,
        lines=(NEW,),
        world=(place("~/work/p.json", "{"),),
        err="Error: failed to parse blob trust policy configuration: unexpected end of JSON input\n",
        status=1,
    ),
    Case(
        "blob policy import tells of JSON of another shape",
        IMPORT,
        lines=(NEW,),
        world=(place("~/work/p.json", "[]"),),
        err="Error: failed to parse blob trust policy configuration: json: cannot unmarshal array into Go value "
        "of type trustpolicy.BlobDocument\n",
        status=1,
        differs=GO_JSON,
        our_err="Error: failed to parse blob trust policy configuration: p.json:1:1: the document must be an "
        "object\n",
    ),
    wrong(
        "a policy without a version",
        [statement()],
        f"{VALIDATING}blob trust policy document has empty version, version must be specified",
        version="",
    ),
    wrong(
        "a version that is not known",
        [statement()],
        f'{VALIDATING}blob trust policy document uses unsupported version "2.0"',
        version="2.0",
    ),
    wrong(
        "no statements",
        [],
        f"{VALIDATING}blob trust policy document can not have zero trust policy statements",
    ),
    wrong(
        "a name that comes twice",
        [statement(), statement()],
        f'{VALIDATING}multiple blob trust policy statements use the same name "all", statement names must be '
        "unique",
    ),
    wrong(
        "a statement without a name",
        [statement("")],
        f"{VALIDATING}blob trust policy: a trust policy statement is missing a name, every statement requires a "
        "name",
    ),
    wrong(
        "two global statements",
        [statement("one", globalPolicy=True), statement("two", globalPolicy=True)],
        f"{VALIDATING}multiple blob trust policy statements have globalPolicy set to true. Only one trust policy "
        "statement can be marked as global policy",
    ),
    wrong(
        "an unknown level",
        [{**statement(), "signatureVerification": {"level": "hard"}}],
        f'{CORE}has invalid signatureVerification: invalid signature verification level "hard"',
    ),
    wrong(
        "no level",
        [{**statement(), "signatureVerification": {}}],
        f"{CORE}has invalid signatureVerification: signature verification level is empty or missing in the trust "
        "policy statement",
    ),
    wrong(
        "trust at the level skip",
        [{**statement(), "signatureVerification": {"level": "skip"}}],
        f"{CORE}is set to skip signature verification but configured with trust stores and/or trusted "
        "identities, remove them if signature verification needs to be skipped",
    ),
    wrong(
        "no trust",
        [{**statement(), "trustStores": []}],
        f"{CORE}is either missing trust stores or trusted identities, both must be specified",
    ),
    wrong(
        "a malformed trust store",
        [{**statement(), "trustStores": ["acme"]}],
        f'{CORE}has malformed trust store value "acme". The required format is <TrustStoreType>:<TrustStoreName>',
    ),
    wrong(
        "a trust store of unknown type",
        [{**statement(), "trustStores": ["cb:acme"]}],
        f'{CORE}uses an unsupported trust store type "cb" in trust store value "cb:acme"',
    ),
    wrong(
        "a wildcard among identities",
        [{**statement(), "trustedIdentities": ["*", SUBJECT]}],
        f"{CORE}uses a wildcard trusted identity '*', a wildcard identity cannot be used in conjunction with "
        "other values",
    ),
    wrong(
        "an identity without organisation",
        [{**statement(), "trustedIdentities": ["x509.subject: C=US, ST=WA"]}],
        f'{CORE}has trusted identity "x509.subject: C=US, ST=WA" with invalid identity value: distinguished name '
        "(DN) \" C=US, ST=WA\" has no mandatory RDN attribute for \"O\", it must contain 'C', 'ST' or 'S', and 'O' "
        "RDN attributes at a minimum",
    ),
    taken(
        "a global statement that skips",
        [statement("all", "skip", globalPolicy=True)],
        f"{VALIDATING}global blob trust policy statement cannot have verification level set to skip",
        GLOBAL_SKIP,
    ),
    taken(
        "scopes",
        [statement(registryScopes=["*"])],
        'Error: failed to parse blob trust policy configuration: p.json:9:7: the member "registryScopes" is '
        "unknown here",
        UNKNOWN,
    ),
    Case(
        "blob policy show shows the policy as it stands",
        "blob policy show",
        lines=(NEW,),
        world=(place(NAME, VALID),),
        out=json.dumps(VALID, indent=2),
    ),
    Case(
        "blob policy show needs a policy",
        "blob policy show",
        lines=(NEW,),
        err="Error: failed to show blob trust policy as the configuration does not exist.\n"
        f"You can import one using {IMPORT_ONE}\n",
        status=1,
    ),
    Case(
        "blob policy show shows a policy that is wrong, too",
        "blob policy show",
        lines=(NEW,),
        world=(place(NAME, '{"version": ""}'),),
        out='{"version": ""}',
        err=f"{INVALID}Error: blob trust policy document has empty version, version must be specified\n",
        status=1,
    ),
    Case(
        "blob policy show shows what is no JSON, too",
        "blob policy show",
        lines=(NEW,),
        world=(place(NAME, "{"),),
        out="{",
        err=f"{INVALID}Error: unexpected end of JSON input\n",
        status=1,
    ),
    Case(
        "blob policy show takes no words",
        "blob policy show now",
        lines=(NEW,),
        err="Error: accepts 0 arg(s), received 1\n",
        status=1,
    ),
    Case(
        "blob policy init writes a policy",
        f"{INIT} '{SUBJECT}'",
        lines=(NEW,),
        out=INITIALISED,
        files={NAME: File(content=written(), mode=0o600)},
    ),
    Case(
        "blob policy init writes a global policy with several trust stores",
        f"{INIT} '{SUBJECT}' --global --trust-store signingAuthority:b",
        lines=(NEW,),
        out=INITIALISED,
        files={
            NAME: File(content=written(is_global=True, stores=("ca:acme", "signingAuthority:b")), mode=0o600)
        },
    ),
    Case(
        "blob policy init asks before it replaces a policy",
        f"{INIT} '{SUBJECT}'",
        lines=(NEW,),
        world=(blob_policy(),),
        stdin="n\n",
        out=f"{ASKED}Operation cancelled.\n",
    ),
    Case(
        "blob policy init warns where it replaces by force",
        f"{INIT} '{SUBJECT}' --force",
        lines=(NEW,),
        world=(blob_policy(),),
        out=INITIALISED,
        err=FORCED,
        files={NAME: File(content=written(), mode=0o600)},
    ),
    Case(
        "blob policy init needs three flags",
        "blob policy init",
        lines=(NEW,),
        err='Error: required flag(s) "name", "trust-store", "trusted-identity" not set\n',
        status=1,
    ),
    Case(
        "blob policy init checks what it is given",
        f"{INIT} acme",
        lines=(NEW,),
        err='Error: invalid blob policy: blob trust policy: trust policy statement "one" has trusted identity '
        '"acme" missing separator\n',
        status=1,
    ),
    Case(
        "blob policy init takes no words",
        f"{INIT} '{SUBJECT}' now",
        lines=(NEW,),
        err="Error: accepts 0 arg(s), received 1\n",
        status=1,
    ),
    Case(
        "blob policy init checks a distinguished name",
        f"{INIT} 'x509.subject: C=US+ST=WA, O=a'",
        lines=(NEW,),
        err='Error: invalid blob policy: blob trust policy: trust policy statement "one" has trusted identity '
        '"x509.subject: C=US+ST=WA, O=a" with invalid identity value: distinguished name (DN) '
        '" C=US+ST=WA, O=a" has multi-valued RDN attributes, remove multi-valued RDN attributes as they are not '
        "supported\n",
        status=1,
        differs=DN_PARSER,
        our_err='Error: invalid blob policy: blob trust policy: trust policy statement "one" has trusted identity '
        '"x509.subject: C=US+ST=WA, O=a" with invalid identity value: ⟨…⟩\n',
    ),
)
