"""What `--debug` and `--verbose` say on standard error, and trust stores of timestamp authorities."""

from dialects.case import BOTH, NEW, OLD, Case, File, Text
from dialects.cases.warnings import by_tag
from dialects.setting import Setting, default_key, key, policy, trusted
from dialects.shelf import acme
from world.home import pem

TIME = "time=⟨rfc3339⟩ "
RESOLVED = (
    "resolved to manifest descriptor: {MediaType:application/vnd.oci.image.manifest.v1+json Digest:{image} "
    "Size:{size} URLs:[] Annotations:map[] Data:[] Platform:<nil> ArtifactType:}\n"
)
ALLOWED = "level=info msg=Allowed to access the referrers API, fallback if not supported\n"
ALWAYS = "level=info msg=The referrers tag schema is always attempted\n"
STATEMENT = (
    "level=info msg=Trust policy configuration: &{Name:all RegistryScopes:[*] "
    "SignatureVerification:{VerificationLevel:strict Override:map[] VerifyTimestamp:} TrustStores:[ca:acme] "
    "TrustedIdentities:[*]}\n"
)
UNTRUSTED = "the signature's certificate chain does not contain any trusted certificate"
NOT_A_ROOT = (
    "A certificate that is no root is refused when it is added to a trust store of the type tsa; notation "
    "refuses it when the store is used."
)
READY = (trusted, policy())
STORE = "truststore/x509/tsa/stamps"
GONE = "Keys deletion failed to complete with error: signing key x not found\n"
ADDED = "Successfully added following certificates to named store stamps of type tsa:\n"


def chain(setting: Setting) -> None:
    """Each certificate of `acme` in a file of its own, where the program is started."""
    for name, der in zip(("leaf", "middle", "root"), acme().certificates, strict=True):
        (setting.work / f"{name}.pem").write_bytes(pem(der))


def unfit(name: str) -> Case:
    """A certificate that is no root."""
    return Case(
        f"cert add takes no {name} for a timestamp authority",
        f"cert add -t tsa -s stamps {name}.pem",
        world=(chain,),
        out=f"{ADDED}{name}.pem\n",
        files={f"{STORE}/{name}.pem": File(same_as=f"~/work/{name}.pem", mode=0o600)},
        differs=NOT_A_ROOT,
        our_out="",
        our_err="Error: Failed to add following certificates to named store stamps of type tsa:\n"
        f'{name}.pem, with error "certificate with subject \\"⟨…⟩\\" is not a root CA certificate"\n\n',
        our_status=1,
        our_files={},
    )


def quietly(name: str, arguments: str, err: Text, status: int = 0, **more: object) -> Case:
    """A run of which only standard error and the exit code are told."""
    members: dict[str, object] = {"out": "⟨⋮⟩", "err": err, "status": status, **more}
    return Case(name, arguments, **members)  # type: ignore[arg-type]  # fields by their names


CASES = (
    quietly(
        "list says in detail what it does",
        "list -d {registry}/signed:v1",
        f"{TIME}{ALLOWED}⟨⋮⟩{TIME}level=info msg=Reference v1 {RESOLVED}{by_tag('list')}⟨⋮⟩",
    ),
    quietly(
        "list says what it does",
        "list -v {registry}/signed@{image}",
        f"{ALLOWED}level=info msg=Reference {{image}} {RESOLVED}",
        lines=(OLD,),
    ),
    quietly(
        "inspect says what it does",
        "inspect -v {registry}/signed@{image}",
        f"{ALLOWED}level=info msg=Reference {{image}} {RESOLVED}",
        lines=(OLD,),
    ),
    quietly(
        "sign says what it does",
        "sign -v {own}@{image}",
        f"{ALWAYS}level=info msg=Reference {{image}} {RESOLVED}⟨⋮⟩",
        lines=(OLD,),
        world=(default_key,),
    ),
    quietly(
        "sign says in detail what it does",
        "sign -d {own}@{image}",
        {
            NEW: f"{TIME}{ALLOWED}⟨⋮⟩level=debug msg=Generic signing for {{image}} in signature media type "
            "application/jose+json\n⟨⋮⟩",
            OLD: f"{TIME}{ALWAYS}⟨⋮⟩level=debug msg=Generic signing for {{image}} in signature media type "
            "application/jose+json\n⟨⋮⟩",
        },
        world=(default_key,),
    ),
    quietly(
        "verify says what it does",
        "verify -v {registry}/signed@{image}",
        f"{ALLOWED}level=info msg=Reference {{image}} {RESOLVED}level=info msg=Checking whether signature "
        f"verification should be skipped or not\n{STATEMENT}⟨⋮⟩",
        lines=(OLD,),
        world=READY,
    ),
    quietly(
        "verify says in detail what it does",
        "verify -d {registry}/signed@{image}",
        f"{TIME}{ALLOWED}⟨⋮⟩{TIME}{STATEMENT}⟨⋮⟩level=debug msg=Validating cert chain\n⟨⋮⟩level=debug "
        "msg=Signature verification succeeded for artifact {image} with signature digest {signature}\n",
        world=READY,
    ),
    quietly(
        "verify says in detail why a signature is no good",
        "verify -d {registry}/stranger@{image}",
        "⟨⋮⟩level=warning msg=Signature {stranger} failed verification with error: "
        f"{UNTRUSTED}\n⟨⋮⟩Error: signature verification failed for all the signatures associated with "
        "{registry}/stranger@{image}\n",
        status=1,
        world=READY,
    ),
    quietly(
        "verify names in detail each signature that it looked at",
        "verify -d {registry}/sundry@{image}",
        "⟨⋮⟩level=debug msg=Signature verification succeeded for artifact {image}⟨⋮⟩",
        world=READY,
    ),
    Case(
        "key delete says in detail that it failed",
        "key delete -d x",
        world=(key("build"),),
        err=f"{TIME}level=error msg={GONE}Error: signing key x not found\n",
        status=1,
    ),
    Case(
        "key delete says that it failed",
        "key delete -v x",
        lines=(OLD,),
        world=(key("build"),),
        err=f"level=error msg={GONE}Error: signing key x not found\n",
        status=1,
    ),
    quietly(
        "cert show says in detail where it looks",
        "cert show -d -t tsa -s stamps x.pem",
        f"{TIME}level=debug msg=Showing details of certificate: {{config}}/{STORE}/x.pem\n"
        "Error: failed to show details of certificate x.pem, with error: open {config}/"
        f"{STORE}/x.pem: no such file or directory\n",
        status=1,
    ),
    Case(
        "cert add takes a root for a timestamp authority",
        "cert add -t tsa -s stamps root.pem",
        lines=BOTH,
        world=(chain,),
        out=f"{ADDED}root.pem\n",
        files={f"{STORE}/root.pem": File(same_as="~/work/root.pem", mode=0o600)},
    ),
    unfit("leaf"),
    unfit("middle"),
)
