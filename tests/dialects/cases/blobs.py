"""`notation blob`: sign, verify, inspect. Only the newer line has it."""

import datetime as dt
import json
import os
from collections.abc import Callable

from dialects.case import NEW, OLD, Case, File, Step
from dialects.setting import Setting, default_key, key, place, trusted
from dialects.shelf import AGENT, METADATA, SIGNED_AT, acme, stranger
from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.formats.notary.signing import assemble, prepare
from sealwright.formats.orders import SigningOrder
from sealwright.formats.table import parse
from sealwright.signature import StoredSignature, Summary
from world.pki import Chain

CONTENT = "net-monitor"
BLOB = place("~/work/b.tar", CONTENT)
SIGNED = "Successfully signed b.tar\n Signature file written to b.tar.jws.sig\n"
VERIFIED = "Successfully verified signature for b.tar\n"
FAILED = "Error: signature verification failed: "
OTHER = f"{FAILED}integrity check failed. signature does not match the given blob\n"
MADE = File(mode=0o600)
PAIRS = 'key-value pair requires "=" as separator'
HOW_TO = "To create a trust policy, see: https://notaryproject.dev/docs/quickstart/#create-a-trust-policy"
GO_ERRORS = "Why a signature cannot be read is said in our words."
SKIPS = "`blob verify` by a statement of the level skip ends well; notation crashes."
EXISTS = "The signature file already exists, do you want to overwrite it? [y/N] "


def signature(
    name: str = "b.tar.jws.sig", chain: Callable[[], Chain] = acme, content: str = CONTENT, **changes: object
) -> Step:
    """A signature of `b.tar`, made at a known time; members of the order by their names."""

    def step(setting: Setting) -> None:
        made = chain()
        members = {
            "payload": Descriptor(
                "application/octet-stream",
                Digest.of(content.encode(), made.algorithm.hash_name),
                len(content),
            ),
            "envelope": media_types.NOTARY_JWS,
            "signed_at": SIGNED_AT,
            "agent": AGENT,
            **changes,
        }
        order = SigningOrder(**members)  # type: ignore[arg-type]  # each case gives what the field wants
        prepared = prepare(order, made.certificates)
        envelope = assemble(prepared, made.sign(prepared.message, made.algorithm))
        (setting.work / name).write_bytes(envelope)

    return step


def statement(name: str = "all", level: str = "strict", **more: object) -> dict[str, object]:
    """A statement of a policy for blobs."""
    members: dict[str, object] = {"name": name, "signatureVerification": {"level": level}, **more}
    if level != "skip":
        members |= {"trustStores": ["ca:acme"], "trustedIdentities": ["*"]}
    return members


def blob_policy(*statements: dict[str, object]) -> Step:
    """A policy for blobs in force; of one global statement if nothing else is said."""
    made = statements or (statement(globalPolicy=True),)
    return place("trustpolicy.blob.json", {"version": "1.0", "trustPolicies": made})


def made(name: str, check: Callable[[Summary], bool] = lambda _: True) -> Step:
    """What a good run leaves behind: a signature of the blob that passes the check."""

    def look(setting: Setting) -> None:
        kind = media_types.NOTARY_ENVELOPES[name.split(".")[-2]]
        content = (setting.work / name).read_bytes()
        summary = parse(StoredSignature("notary", name, kind, content)).summary
        algorithm = "sha384" if summary.algorithm.endswith("384") else "sha256"
        wanted = (Digest.of(CONTENT.encode(), algorithm), len(CONTENT))
        assert wanted == (summary.payload.digest, summary.payload.size)
        assert check(summary), summary

    return look


def folder(setting: Setting) -> None:
    (setting.work / "folder.jws.sig").mkdir()


def unreadable(setting: Setting) -> None:
    (setting.work / "b.tar").chmod(0)
    assert os.getuid() == 0 or not os.access(setting.work / "b.tar", os.R_OK)


KNOWN = (trusted, BLOB, signature())
GOOD = (*KNOWN, blob_policy())
VERIFY = "blob verify --signature b.tar.jws.sig b.tar"


def verify(name: str, arguments: str = VERIFY, **more: object) -> Case:
    """A run of `blob verify` where all is well, but for what is said."""
    members: dict[str, object] = {"world": GOOD, "lines": (NEW,), **more}
    return Case(name, arguments, **members)  # type: ignore[arg-type]  # fields by their names


def sign(name: str, arguments: str = "blob sign b.tar", **more: object) -> Case:
    """A run of `blob sign` with a key and a file."""
    members: dict[str, object] = {"world": (default_key, BLOB), "lines": (NEW,), **more}
    return Case(name, arguments, **members)  # type: ignore[arg-type]  # fields by their names


def refused(name: str, arguments: str, err: str, **more: object) -> Case:
    """A run that ends with an error and leaves nothing behind."""
    return sign(name, arguments, err=f"Error: {err}\n", status=1, **more)


CASES = (
    Case(
        "the older line has no command blob",
        "blob sign b.tar",
        lines=(OLD,),
        err='Error: unknown command "blob" for "notation"\nRun \'notation --help\' for usage.\n',
        status=1,
    ),
    # -- sign --
    sign(
        "blob sign writes a signature where it is started",
        out=SIGNED,
        files={"~/work/b.tar.jws.sig": MADE},
        after=made("b.tar.jws.sig", lambda it: it.payload.media_type == "application/octet-stream"),
    ),
    sign(
        "blob sign makes COSE if asked, also before the word sign",
        "blob --signature-format cose sign b.tar",
        out="Successfully signed b.tar\n Signature file written to b.tar.cose.sig\n",
        files={"~/work/b.tar.cose.sig": MADE},
        after=made("b.tar.cose.sig", lambda it: it.envelope == media_types.NOTARY_COSE),
    ),
    sign(
        "blob sign makes COSE if the settings say so",
        world=(default_key, BLOB, place("config.json", {"signatureFormat": "cose"})),
        out="Successfully signed b.tar\n Signature file written to b.tar.cose.sig\n",
        files={"~/work/b.tar.cose.sig": MADE},
    ),
    sign(
        "blob sign takes the hash of the key",
        "blob sign --key other b.tar",
        world=(default_key, key("other", stranger()), BLOB),
        out=SIGNED,
        files={"~/work/b.tar.jws.sig": MADE},
        after=made("b.tar.jws.sig", lambda it: it.payload.digest.algorithm == "sha384"),
    ),
    sign(
        "blob sign signs metadata, expiry and media type along",
        "blob sign -m a=b -m c=d=e -e 1h30m --media-type 'text/plain; charset=utf-8' b.tar",
        out=SIGNED,
        files={"~/work/b.tar.jws.sig": MADE},
        after=made(
            "b.tar.jws.sig",
            lambda it: (
                it.user_metadata == {"a": "b", "c": "d=e"}
                and it.payload.media_type == "text/plain; charset=utf-8"
                and it.expiry is not None
                and it.signing_time is not None
                and it.expiry - it.signing_time == dt.timedelta(minutes=90)
            ),
        ),
    ),
    sign(
        "blob sign writes to another folder, which it makes",
        "blob sign --signature-directory ./sigs/new/ {work}/b.tar",
        out="Successfully signed {work}/b.tar\n Signature file written to sigs/new/b.tar.jws.sig\n",
        files={"~/work/sigs/new/b.tar.jws.sig": MADE},
    ),
    sign(
        "blob sign ignores further words",
        "blob sign b.tar c.tar",
        out=SIGNED,
        files={"~/work/b.tar.jws.sig": MADE},
    ),
    sign(
        "blob sign asks before it replaces a signature",
        world=(default_key, BLOB, place("~/work/b.tar.jws.sig", "old")),
        stdin="y\n",
        out=f"{EXISTS}{SIGNED}",
        files={"~/work/b.tar.jws.sig": MADE},
        after=made("b.tar.jws.sig"),
    ),
    sign(
        "blob sign replaces nothing after a no",
        world=(default_key, BLOB, place("~/work/b.tar.jws.sig", "old")),
        stdin="n\n",
        out=f"{EXISTS}Operation cancelled.\n",
    ),
    sign(
        "blob sign replaces nothing without an answer",
        world=(default_key, BLOB, place("~/work/b.tar.jws.sig", "old")),
        out=EXISTS,
    ),
    sign(
        "blob sign warns if it is forced, whether there is a signature or not",
        "blob sign --force b.tar",
        out=SIGNED,
        err="Warning: existing signature file will be overwritten\n",
        files={"~/work/b.tar.jws.sig": MADE},
    ),
    refused(
        "blob sign needs a blob",
        "blob sign",
        "missing file path to the blob artifact: use `notation blob sign --help` to see what parameters are "
        "required",
    ),
    refused(
        "blob sign needs a key",
        "blob sign b.tar",
        "default signing key not set. Please set default signing key or specify a key name",
        world=(BLOB,),
    ),
    refused("blob sign looks for the key before the blob", "blob sign -k x y", "signing key x not found"),
    refused(
        "blob sign looks for the form before the blob",
        "blob sign --signature-format pgp y",
        'signature format "pgp" not supported\nSupported signature envelope formats are "jws" and "cose"',
    ),
    refused("blob sign needs pairs", "blob sign -m a y", f"could not parse flag user-metadata: {PAIRS}"),
    refused(
        "blob sign needs pairs for plugins",
        "blob sign --plugin-config a y",
        f"could not parse flag plugin-config: {PAIRS}",
    ),
    refused("blob sign tells of a missing blob", "blob sign y", "open y: no such file or directory"),
    refused(
        "blob sign tells of a folder",
        "blob sign folder.jws.sig",
        "read folder.jws.sig: is a directory",
        world=(default_key, folder),
    ),
    refused("blob sign takes - for a name", "blob sign -", "open -: no such file or directory"),
    refused(
        "blob sign refuses a negative expiry",
        "blob sign -e=-1h b.tar",
        "expiry duration cannot be a negative value",
    ),
    refused(
        "blob sign refuses parts of seconds",
        "blob sign -e 1ms b.tar",
        "expiry duration supports minimum granularity of seconds",
    ),
    refused(
        "blob sign refuses an empty media type",
        "blob sign --media-type '' b.tar",
        "content media-type cannot be empty",
    ),
    refused(
        "blob sign refuses what is no media type",
        "blob sign --media-type video/mp4/zoping b.tar",
        "invalid content media-type 'video/mp4/zoping': mime: unexpected content after media subtype",
    ),
    refused(
        "blob sign refuses reserved metadata",
        "blob sign -m io.cncf.notary.x=1 b.tar",
        "error adding user metadata: metadata key io.cncf.notary.x has reserved prefix io.cncf.notary",
    ),
    refused(
        "blob sign wants both flags of a timestamp: the root",
        "blob sign --timestamp-url http://tsa b.tar",
        "if any flags in the group [timestamp-url timestamp-root-cert] are set they must all be set; "
        "missing [timestamp-root-cert]",
    ),
    refused(
        "blob sign wants both flags of a timestamp: the URL",
        "blob sign --timestamp-root-cert root.pem b.tar",
        "if any flags in the group [timestamp-url timestamp-root-cert] are set they must all be set; "
        "missing [timestamp-url]",
    ),
    refused(
        "blob sign wants a URL of an authority",
        "blob sign --timestamp-url '' --timestamp-root-cert root.pem b.tar",
        "timestamping: tsa url cannot be empty",
    ),
    refused(
        "blob sign wants the root of an authority",
        "blob sign --timestamp-url http://tsa --timestamp-root-cert '' b.tar",
        "timestamping: tsa root certificate path cannot be empty",
    ),
    refused(
        "blob sign wants a key, or a plugin and an id",
        "blob sign -k a --id b --plugin c b.tar",
        "if any flags in the group [key id] are set none of the others can be; [id key] were all set",
    ),
    refused(
        "blob sign cannot write below a file",
        "blob sign --signature-directory b.tar b.tar",
        "failed to write signature to file: mkdir b.tar: not a directory",
        differs="Which step of writing a file failed is not told: we say that it could not be opened.",
        our_err="Error: failed to write signature to file: open b.tar: file exists\n",
    ),
    # -- verify --
    verify("blob verify verifies", out=VERIFIED),
    verify(
        "blob verify verifies COSE",
        "blob verify -s b.tar.cose.sig b.tar",
        world=(trusted, BLOB, signature("b.tar.cose.sig", envelope=media_types.NOTARY_COSE), blob_policy()),
        out=VERIFIED,
    ),
    verify(
        "blob verify shows the metadata",
        world=(trusted, BLOB, signature(user_metadata={"b": "2", "a": "1"}), blob_policy()),
        arguments=f"{VERIFY} -m a=1",
        out=f"{VERIFIED}\nThe artifact was signed with the following user metadata.\n\n"
        "KEY   VALUE   \na     1       \nb     2       \n",
    ),
    verify(
        "blob verify misses metadata",
        f"{VERIFY} -m a=1",
        err=f"{FAILED}unable to find specified metadata in the signature\n",
        status=1,
    ),
    verify("blob verify compares the media type", f"{VERIFY} --media-type image/jpeg", err=OTHER, status=1),
    verify(
        "blob verify takes the media type that was signed",
        f"{VERIFY} --media-type application/octet-stream",
        out=VERIFIED,
    ),
    verify(
        "blob verify refuses another content",
        world=(trusted, place("~/work/b.tar", "other"), signature(), blob_policy()),
        err=OTHER,
        status=1,
    ),
    verify(
        "blob verify refuses a digest by another hash than the key's",
        world=(
            trusted,
            BLOB,
            signature(payload=Descriptor("a/b", Digest.of(CONTENT.encode(), "sha512"), len(CONTENT))),
            blob_policy(),
        ),
        err=OTHER,
        status=1,
    ),
    verify(
        "blob verify refuses a signer whom nobody trusts",
        world=(trusted, BLOB, signature(chain=stranger), blob_policy()),
        err=f"{FAILED}the signature's certificate chain does not contain any trusted certificate\n",
        status=1,
    ),
    verify(
        "blob verify misses a trust store",
        world=(BLOB, signature(), blob_policy()),
        err='Error: the trust store "acme" of type "ca" does not exist. Use command \'notation cert add\' to '
        "create and add trusted certificates to the trust store\n",
        status=1,
    ),
    verify(
        "blob verify refuses an expired signature",
        world=(trusted, BLOB, signature(expiry=SIGNED_AT + dt.timedelta(days=1)), blob_policy()),
        err=f'{FAILED}digital signature has expired on "Mon, 02 Mar 2026 09:05:07 +0000"\n',
        status=1,
    ),
    verify(
        "blob verify warns of an expired signature where it is only logged",
        world=(
            trusted,
            BLOB,
            signature(expiry=SIGNED_AT + dt.timedelta(days=1)),
            blob_policy(statement(level="permissive", globalPolicy=True)),
        ),
        out=f"\n{VERIFIED}",
        err='Warning: expiry was set to "log" and failed with error: digital signature has expired on '
        '"Mon, 02 Mar 2026 09:05:07 +0000"\n',
    ),
    verify(
        "blob verify warns of a signer whom nobody trusts at the level audit",
        world=(
            trusted,
            BLOB,
            signature(chain=stranger),
            blob_policy(statement(level="audit", globalPolicy=True)),
        ),
        out=f"\n{VERIFIED}",
        err='Warning: authenticity was set to "log" and failed with error: '
        "the signature's certificate chain does not contain any trusted certificate\n",
    ),
    verify(
        "blob verify takes the statement that is named",
        f"{VERIFY} --policy-name two",
        world=(*KNOWN, blob_policy(statement("one"), statement("two"))),
        out=VERIFIED,
    ),
    verify(
        "blob verify misses the statement that is named",
        f"{VERIFY} --policy-name three",
        err=f'{FAILED}no applicable blob trust policy with name "three"\n',
        status=1,
    ),
    verify(
        "blob verify misses a global statement",
        world=(*KNOWN, blob_policy(statement("one"))),
        err=f"{FAILED}no global blob trust policy\n",
        status=1,
    ),
    verify(
        "blob verify refuses a name of blanks",
        f"{VERIFY} --policy-name ' '",
        err=f"{FAILED}policy name cannot be empty\n",
        status=1,
    ),
    verify("blob verify takes an empty name for none", f"{VERIFY} --policy-name ''", out=VERIFIED),
    verify(
        "blob verify skips where the statement says so",
        f"{VERIFY} --policy-name none",
        world=(*KNOWN, blob_policy(statement("none", "skip"))),
        err="panic: runtime error: invalid memory address or nil pointer dereference\n⟨⋮⟩",
        status=2,
        differs=SKIPS,
        our_out="Trust policy is configured to skip signature verification for b.tar\n",
        our_err="",
        our_status=0,
    ),
    verify(
        "blob verify needs a blob",
        "blob verify",
        err="Error: missing path to the blob artifact: use `notation blob verify --help` to see what "
        "parameters are required\n",
        status=1,
    ),
    verify(
        "blob verify needs a signature",
        "blob verify b.tar",
        err="Error: filepath of the signature cannot be empty\n",
        status=1,
    ),
    verify(
        "blob verify refuses an empty media type",
        f"{VERIFY} --media-type ''",
        err="Error: --media-type is set but with empty value\n",
        status=1,
    ),
    verify(
        "blob verify refuses what is no media type",
        f"{VERIFY} --media-type a/",
        err=f"{FAILED}invalid content media-type 'a/': mime: expected token after slash\n",
        status=1,
    ),
    verify(
        "blob verify tells of a missing blob",
        "blob verify -s b.tar.jws.sig y",
        err="Error: open y: no such file or directory\n",
        status=1,
    ),
    verify(
        "blob verify tells of a missing signature",
        "blob verify -s y b.tar",
        err="Error: open y: no such file or directory\n",
        status=1,
    ),
    verify(
        "blob verify tells of a signature that is a folder",
        "blob verify -s folder.jws.sig b.tar",
        world=(*GOOD, folder),
        err="Error: read folder.jws.sig: is a directory\n",
        status=1,
    ),
    verify(
        "blob verify tells of a blob that is a folder",
        "blob verify -s b.tar.jws.sig folder.jws.sig",
        world=(*GOOD, folder),
        err=f"{FAILED}failed to generate descriptor for given artifact. "
        "Error: read folder.jws.sig: is a directory\n",
        status=1,
    ),
    verify(
        "blob verify needs a policy",
        world=KNOWN,
        err=f"Error: trust policy is not present. {HOW_TO}\n",
        status=1,
    ),
    verify(
        "blob verify refuses a policy that is no JSON",
        world=(*KNOWN, place("trustpolicy.blob.json", "{")),
        err=f"Error: malformed trust policy. {HOW_TO}\n",
        status=1,
    ),
    verify(
        "blob verify needs pairs",
        f"{VERIFY} -m a",
        err=f"Error: could not parse flag user-metadata: {PAIRS}\n",
        status=1,
    ),
    verify(
        "blob verify needs pairs for plugins",
        f"{VERIFY} --plugin-config a",
        err=f"Error: could not parse flag plugin-config: {PAIRS}\n",
        status=1,
    ),
    verify(
        "blob verify wants the ending .sig",
        "blob verify -s b.tar.jws b.tar",
        world=(*GOOD, signature("b.tar.jws")),
        err="Error: invalid signature filename b.tar.jws. The file extension must be .sig\n",
        status=1,
    ),
    verify(
        "blob verify wants the form in the name",
        "blob verify -s b.sig b.tar",
        world=(*GOOD, signature("b.sig")),
        err="Error: invalid signature filename b.sig. A valid signature file name must contain signature "
        "format and .sig file extension\n",
        status=1,
    ),
    verify(
        "blob verify wants a form that it knows",
        "blob verify -s b.pgp.sig b.tar",
        world=(*GOOD, signature("b.pgp.sig")),
        err='Error: signature format "pgp" not supported\n'
        'Supported signature envelope formats are "jws" and "cose"\n',
        status=1,
    ),
    verify(
        "blob verify takes the name in any case of letters",
        "blob verify -s b.JWS.SIG b.tar",
        world=(*GOOD, signature("b.JWS.SIG")),
        out=VERIFIED,
    ),
    verify(
        "blob verify refuses an empty signature",
        "blob verify -s c.jws.sig b.tar",
        world=(*GOOD, place("~/work/c.jws.sig", "")),
        err=f"{FAILED}signature cannot be nil or empty\n",
        status=1,
    ),
    verify(
        "blob verify refuses junk",
        "blob verify -s c.jws.sig b.tar",
        world=(*GOOD, place("~/work/c.jws.sig", "{}")),
        err=f"{FAILED}unable to parse the digital signature, error : ⟨…⟩\n",
        status=1,
    ),
    verify(
        "blob verify says more if asked",
        f"{VERIFY} -d",
        out=VERIFIED,
        err="⟨⋮⟩Verify signature of media type application/jose+json\n⟨⋮⟩Name:all⟨⋮⟩",
    ),
    # -- inspect --
    verify(
        "blob inspect needs a signature",
        "blob inspect",
        err="Error: missing signature path: use `notation blob inspect --help` to see what parameters are "
        "required\n",
        status=1,
    ),
    verify(
        "blob inspect knows two forms of output",
        "blob inspect -o yaml b.tar.jws.sig",
        err='Error: invalid format type: "yaml"\n',
        status=1,
    ),
    verify(
        "blob inspect wants a name that tells the form",
        "blob inspect unknown.sig",
        err="Error: invalid signature filename: unknown.sig\n",
        status=1,
    ),
    verify(
        "blob inspect wants a form that it knows",
        "blob inspect hello.unknown.sig",
        err='Error: signature format "unknown" not supported\n'
        'Supported signature envelope formats are "jws" and "cose"\n',
        status=1,
    ),
    verify(
        "blob inspect tells of a missing signature",
        "blob inspect y.jws.sig",
        err="Error: failed to read signature file: open y.jws.sig: no such file or directory\n",
        status=1,
    ),
    verify(
        "blob inspect refuses junk",
        "blob inspect c.jws.sig",
        world=(place("~/work/c.jws.sig", "{}"),),
        err="Error: failed to parse signature: ⟨…⟩\n",
        status=1,
    ),
    verify(
        "blob inspect shows a tree",
        "blob inspect b.tar.cose.sig",
        world=(signature("b.tar.cose.sig", envelope=media_types.NOTARY_COSE, user_metadata=METADATA),),
        out="b.tar.cose.sig\n"
        "├── signature algorithm: ECDSA-SHA-256\n"
        "├── signature envelope type: application/cose\n"
        "├── signed attributes\n"
        "│   ├── content type: application/vnd.cncf.notary.payload.v1+json\n"
        "│   ├── signing scheme: notary.x509\n"
        "│   └── signing time: Sun Mar  1 09:05:07 2026\n"
        "├── user defined attributes\n"
        "│   ├── io.example.a<b>&c: ünïcode 'quoted' \"twice\"\n"
        "│   └── io.example.build: 42\n"
        "├── unsigned attributes\n"
        f"│   └── signing agent: {AGENT}\n"
        "├── certificates\n"
        "│   ├── SHA256 fingerprint: {acme0}\n"
        "│   │   ├── issued to: CN=Leaf ec256,O=Acme,ST=WA,C=US\n"
        "│   │   ├── issued by: CN=Intermediate 0 ec256,O=Acme,ST=WA,C=US\n"
        "│   │   └── expiry: Tue Jan  1 00:00:00 2036\n"
        "│   ├── SHA256 fingerprint: {acme1}\n"
        "│   │   ├── issued to: CN=Intermediate 0 ec256,O=Acme,ST=WA,C=US\n"
        "│   │   ├── issued by: CN=Root ec256,O=Acme,ST=WA,C=US\n"
        "│   │   └── expiry: Tue Jan  1 00:00:00 2036\n"
        "│   └── SHA256 fingerprint: {acme2}\n"
        "│       ├── issued to: CN=Root ec256,O=Acme,ST=WA,C=US\n"
        "│       ├── issued by: CN=Root ec256,O=Acme,ST=WA,C=US\n"
        "│       └── expiry: Tue Jan  1 00:00:00 2036\n"
        "└── signed artifact\n"
        "    ├── media type: application/octet-stream\n"
        f"    ├── digest: {Digest.of(CONTENT.encode())}\n"
        f"    └── size: {len(CONTENT)}\n",
    ),
    verify(
        "blob inspect shows JSON",
        "blob inspect --output json b.tar.jws.sig",
        out=json.dumps(
            {
                "signatureAlgorithm": "ECDSA-SHA-256",
                "signatureEnvelopeType": "application/jose+json",
                "signedAttributes": {
                    "contentType": "application/vnd.cncf.notary.payload.v1+json",
                    "signingScheme": "notary.x509",
                    "signingTime": "2026-03-01T09:05:07Z",
                },
                "userDefinedAttributes": None,
                "unsignedAttributes": {"signingAgent": AGENT},
                "certificates": [
                    {
                        "SHA256Fingerprint": f"{{acme{number}}}",
                        "issuedTo": f"CN={subject},O=Acme,ST=WA,C=US",
                        "issuedBy": f"CN={issuer},O=Acme,ST=WA,C=US",
                        "expiry": "2036-01-01T00:00:00Z",
                    }
                    for number, subject, issuer in (
                        (0, "Leaf ec256", "Intermediate 0 ec256"),
                        (1, "Intermediate 0 ec256", "Root ec256"),
                        (2, "Root ec256", "Root ec256"),
                    )
                ],
                "signedArtifact": {
                    "mediaType": "application/octet-stream",
                    "digest": str(Digest.of(CONTENT.encode())),
                    "size": len(CONTENT),
                },
            },
            indent=2,
        )
        + "\n",
    ),
)
