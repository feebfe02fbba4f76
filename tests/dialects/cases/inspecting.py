"""`notation inspect`."""

from dialects.case import NEW, OLD, Case, Text
from dialects.cases.warnings import by_tag

OUR_WORDS = "Why a signature cannot be read is said in our words."
EXCEEDED = "Warning: exceeded configured limit of max signatures 1 to examine\n"

CERTIFICATES = (
    ("{acme0}", "CN=Leaf ec256,O=Acme,ST=WA,C=US", "CN=Intermediate 0 ec256,O=Acme,ST=WA,C=US"),
    ("{acme1}", "CN=Intermediate 0 ec256,O=Acme,ST=WA,C=US", "CN=Root ec256,O=Acme,ST=WA,C=US"),
    ("{acme2}", "CN=Root ec256,O=Acme,ST=WA,C=US", "CN=Root ec256,O=Acme,ST=WA,C=US"),
)
END = "2036-01-01T00:00:00Z"
TIME = "2026-03-01T09:05:07Z"


def certificates_tree() -> str:
    """The chain as it hangs below a signature that is the last."""
    lines = []
    for index, (fingerprint, subject, issuer) in enumerate(CERTIFICATES):
        last = index == len(CERTIFICATES) - 1
        own, below = ("└── ", "    ") if last else ("├── ", "│   ")
        lines += [
            f"        │   {own}SHA256 fingerprint: {fingerprint}",
            f"        │   {below}├── issued to: {subject}",
            f"        │   {below}├── issued by: {issuer}",
            f"        │   {below}└── expiry: Tue Jan  1 00:00:00 2036",
        ]
    return "\n".join(lines)


def tree(
    name: str, location: str, *, expiry: str = "", metadata: tuple[str, ...] = (), envelope: str = "jose+json"
) -> Text:
    """The whole output for an image with one signature."""

    def below(kind: str, attributes: list[str], agent: str) -> str:
        if expiry:
            attributes.append(f"expiry: {expiry}")
        return (
            "Inspecting all signatures for signed artifact\n"
            f"{{registry}}/{name}@{{image}}\n"
            "└── application/vnd.cncf.notary.signature\n"
            f"    └── {location}\n"
            f"{kind}"
            f"        ├── signed attributes\n{hung(attributes)}"
            f"        ├── user defined attributes\n{hung(list(metadata) or ['(empty)'])}"
            f"        ├── unsigned attributes\n{hung([agent])}"
            f"        ├── certificates\n{certificates_tree()}\n"
            "        └── signed artifact\n"
            "            ├── media type: application/vnd.oci.image.manifest.v1+json\n"
            "            ├── digest: {image}\n"
            "            └── size: {size}\n"
        )

    return {
        NEW: below(
            f"        ├── signature algorithm: ECDSA-SHA-256\n        ├── signature envelope type: application/{envelope}\n",
            [
                "content type: application/vnd.cncf.notary.payload.v1+json",
                "signing scheme: notary.x509",
                "signing time: Sun Mar  1 09:05:07 2026",
            ],
            "signing agent: notation-go/1.3.0+unreleased",
        ),
        OLD: below(
            f"        ├── media type: application/{envelope}\n        ├── signature algorithm: ECDSA-SHA-256\n",
            ["signingScheme: notary.x509", "signingTime: Sun Mar  1 09:05:07 2026"],
            "signingAgent: notation-go/1.3.0+unreleased",
        ),
    }


def hung(texts: list[str]) -> str:
    """Texts as they hang below a part of a signature."""
    lines = [f"        │   ├── {text}\n" for text in texts]
    lines[-1] = lines[-1].replace("├── ", "└── ")
    return "".join(lines)


def json_of(location: str, metadata: str, *, expiry: str = "") -> Text:
    """The whole output as JSON."""
    head = {
        NEW: f'"digest": "{location}",\n@@@"signatureAlgorithm": "ECDSA-SHA-256",\n@@@"signatureEnvelopeType": "application/jose+json",',
        OLD: f'"mediaType": "application/jose+json",\n@@@"digest": "{location}",\n@@@"signatureAlgorithm": "ECDSA-SHA-256",',
    }
    content = {NEW: '"contentType": "application/vnd.cncf.notary.payload.v1+json",\n@@@@', OLD: ""}
    ends = f'"expiry": "{expiry}",\n@@@@' if expiry else ""
    certificates = ",\n".join(
        f'@@@@{{\n@@@@@"SHA256Fingerprint": "{fingerprint}",\n@@@@@"issuedTo": "{subject}",\n'
        f'@@@@@"issuedBy": "{issuer}",\n@@@@@"expiry": "{END}"\n@@@@}}'
        for fingerprint, subject, issuer in CERTIFICATES
    )

    def whole(line: str, member: str, indent: str) -> str:
        text = (
            '{\n@"mediaType": "application/vnd.oci.image.manifest.v1+json",\n'
            f'@"{member}": [\n@@{{\n@@@{head[line]}\n'  # type: ignore[index]  # one of the lines
            f'@@@"signedAttributes": {{\n@@@@{content[line]}{ends}"signingScheme": "notary.x509",\n'  # type: ignore[index]
            f'@@@@"signingTime": "{TIME}"\n@@@}},\n'
            f'@@@"userDefinedAttributes": {metadata},\n'
            '@@@"unsignedAttributes": {\n@@@@"signingAgent": "notation-go/1.3.0+unreleased"\n@@@},\n'
            f'@@@"certificates": [\n{certificates}\n@@@],\n'
            '@@@"signedArtifact": {\n@@@@"mediaType": "application/vnd.oci.image.manifest.v1+json",\n'
            '@@@@"digest": "{image}",\n@@@@"size": {size}\n@@@}\n@@}\n@]\n}\n'
        )
        return (
            text.replace("@{", "\0")
            .replace("@", indent)
            .replace("\0", indent + "{")
            .replace("signed" + indent, "signed@")
        )

    return {NEW: whole(NEW, "signatures", "  "), OLD: whole(OLD, "Signatures", "    ")}


NOTES = (
    '{\n@@@@"io.example.a\\u003cb\\u003e\\u0026c": "ünïcode \'quoted\' \\"twice\\"",\n'
    '@@@@"io.example.build": "42"\n@@@}'
)

CASES = (
    Case(
        "inspect shows a tree",
        "inspect {registry}/signed@{image}",
        out=tree("signed", "{signature}"),
        unordered=True,
    ),
    Case(
        "inspect warns of a tag",
        "inspect {registry}/signed:v1",
        out=tree("signed", "{signature}"),
        err=by_tag("inspect"),
        unordered=True,
    ),
    Case(
        "inspect shows COSE",
        "inspect {registry}/cose@{image}",
        out=tree("cose", "{cose}", envelope="cose"),
        unordered=True,
    ),
    Case(
        "inspect shows an expiry",
        "inspect {registry}/lasting@{image}",
        out=tree("lasting", "{lasting}", expiry="Fri Nov 30 23:59:59 2035"),
        unordered=True,
    ),
    Case(
        "inspect shows user metadata",
        "inspect {registry}/noted@{image}",
        out=tree(
            "noted",
            "{noted}",
            metadata=("io.example.a<b>&c: ünïcode 'quoted' \"twice\"", "io.example.build: 42"),
        ),
        unordered=True,
    ),
    Case(
        "the newer line's tree is in order",
        "inspect -o tree {registry}/noted@{image}",
        lines=(NEW,),
        out=tree(
            "noted",
            "{noted}",
            metadata=("io.example.a<b>&c: ünïcode 'quoted' \"twice\"", "io.example.build: 42"),
        ),
    ),
    Case(
        "the older line calls the tree text",
        "inspect --output text {registry}/signed@{image}",
        lines=(OLD,),
        out=tree("signed", "{signature}"),
        unordered=True,
    ),
    Case(
        "inspect gives JSON",
        "inspect --output json {registry}/signed@{image}",
        out=json_of("{signature}", "null"),
    ),
    Case(
        "inspect escapes in JSON as Go does",
        "inspect -o json {registry}/noted@{image}",
        out=json_of("{noted}", NOTES),
    ),
    Case(
        "inspect puts an expiry into JSON",
        "inspect -ojson {registry}/lasting@{image}",
        out=json_of("{lasting}", "null", expiry="2035-11-30T23:59:59Z"),
    ),
    Case(
        "inspect gives JSON without signatures",
        "inspect -o=json {registry}/unsigned@{image}",
        out={
            NEW: '{\n  "mediaType": "application/vnd.oci.image.manifest.v1+json",\n  "signatures": []\n}\n',
            OLD: '{\n    "mediaType": "application/vnd.oci.image.manifest.v1+json",\n    "Signatures": []\n}\n',
        },
    ),
    Case(
        "inspect says that there is no signature",
        "inspect {registry}/unsigned@{image}",
        out="{registry}/unsigned@{image} has no associated signature\n",
    ),
    Case(
        "inspect warns of a tag where there is no signature",
        "inspect {registry}/unsigned:v1",
        out="{registry}/unsigned@{image} has no associated signature\n",
        err=by_tag("inspect"),
    ),
    Case(
        "inspect stops at the limit and says so",
        "inspect {registry}/twice@{image} --max-signatures 1",
        out="Inspecting all signatures for signed artifact\n{registry}/twice@{image}\n└── application/vnd.cncf.notary.signature\n    └── {first}\n⟨⋮⟩\n"
        + EXCEEDED,
    ),
    Case(
        "inspect wants a positive limit",
        "inspect --max-signatures 0 {registry}/signed@{image}",
        err="Error: max-signatures value 0 must be a positive number\n",
        status=1,
    ),
    Case(
        "inspect passes over what is no signature",
        "inspect {registry}/junk@{image}",
        out="{registry}/junk@{image} has no associated signature\n",
        err="Warning: Skipping signature {junk} because of error: jws envelope protected header can't be decoded: unexpected end of JSON input\nError: at least one signature was skipped and not displayed\n",
        status=1,
        differs=OUR_WORDS,
        our_err="Warning: Skipping signature {junk} because of error: the JWS envelope cannot be read: ⟨…⟩\nError: at least one signature was skipped and not displayed\n",
    ),
    Case(
        "inspect passes over a manifest of a signature with two envelopes",
        "inspect {registry}/twofold@{image}",
        out="{registry}/twofold@{image} has no associated signature\n",
        err="Warning: unable to fetch signature {twofold} due to error: signature manifest requries exactly one signature envelope blob, got 2\nError: at least one signature was skipped and not displayed\n",
        status=1,
    ),
    Case(
        "inspect shows names in Go's order",
        "inspect {registry}/disordered@{image}",
        out="⟨⋮⟩│   └── SHA256 fingerprint: ⟨hex⟩\n        │       ├── issued to: CN=odd,O=Acme\\, Inc.,ST=WA,C=US\n        │       ├── issued by: CN=odd,O=Acme\\, Inc.,ST=WA,C=US\n⟨⋮⟩",
    ),
    Case(
        "inspect shows a signature of another image",
        "inspect {registry}/unlike@{image}",
        out="Inspecting all signatures for signed artifact\n{registry}/unlike@{image}\n└── application/vnd.cncf.notary.signature\n    └── {unlike}\n⟨⋮⟩\n",
    ),
    Case(
        "inspect wants a reference",
        "inspect",
        err="Error: missing reference to the artifact: use `notation inspect --help` to see what parameters are required\n",
        status=1,
    ),
    Case(
        "inspect knows few forms of output",
        "inspect -o yaml {registry}/signed@{image}",
        err={
            NEW: 'Error: invalid format type: "yaml"\n',
            OLD: "Error: unrecognized output format yaml\n",
        },
        status=1,
    ),
    Case(
        "the newer line has no output called text",
        "inspect -o text {registry}/signed@{image}",
        lines=(NEW,),
        err='Error: invalid format type: "text"\n',
        status=1,
    ),
    Case(
        "inspect does not look into layouts",
        "inspect --oci-layout layout:v1",
        err="Error: unknown flag: --oci-layout\n",
        status=1,
    ),
    Case(
        "inspect does not find the image",
        "inspect {registry}/signed:v9",
        err="Error: failed to get manifest descriptor: {registry}/signed:v9: not found\n",
        status=1,
    ),
)
