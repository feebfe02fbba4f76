"""What `notation verify` reads before it looks at signatures: policy, flags, trust stores, layouts."""

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from dialects.case import NEW, OLD, Case, Step
from dialects.cases.verifying import ADVICE, FULL_NAME, LEAF, READY, after_warning, good, oci, trusts
from dialects.cases.warnings import EXPERIMENTAL, HOW_TO, WITH_EXPERIMENTS, by_tag
from dialects.setting import Setting, layout, place, policy, trusted
from dialects.shelf import acme
from world import pki


def empty_store(setting: Setting) -> None:
    """A trust store without a file."""
    (setting.config / "truststore/x509/ca/acme").mkdir(parents=True)


def linked(setting: Setting) -> None:
    """A policy that is a symbolic link."""
    policy()(setting)
    path = setting.config / "trustpolicy.json"
    path.rename(setting.config / "elsewhere.json")
    path.symlink_to("elsewhere.json")


def store(name: str, problem: str, *world: Step) -> Case:
    """A trust store that cannot be used."""
    return Case(
        f"verify ends at a trust store {name}",
        "verify {registry}/signed@{image}",
        world=(policy(), *world),
        err=f"Error: {problem}",
        status=1,
    )


PRIVATE_KEY = (
    pki.chain("ec256").signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
)

CASES = (
    *(
        Case(
            f"verify cannot read --{flag} {value}",
            f"verify {{registry}}/signed@{{image}} --{flag} {value}",
            world=READY,
            err=f'Error: could not parse flag {flag}: key-value pair requires "=" as separator\n',
            status=1,
        )
        for flag, value in (
            ("user-metadata", "a"),
            ("user-metadata", "=b"),
            ("user-metadata", "a="),
            ("plugin-config", "a"),
        )
    ),
    Case(
        "verify wants a positive limit",
        "verify {registry}/signed@{image} --max-signatures=-1",
        err="Error: max-signatures value -1 must be a positive number\n",
        status=1,
    ),
    store("that is not there", f'the trust store "acme" of type "ca" does not exist. {ADVICE}'),
    store(
        "of many that is not there",
        f'the trust store "other" of type "ca" does not exist. {ADVICE}',
        trusted,
        policy(stores=["ca:acme", "ca:other"]),
    ),
    store(
        "without a certificate",
        f'no x509 certificates were found in trust store "acme" of type "ca". {ADVICE}',
        empty_store,
    ),
    store(
        "with a file that is no certificate",
        "failed to read the trusted certificate x.pem in trust store acme of type ca. x509: malformed certificate\n",
        place("truststore/x509/ca/acme/x.pem", "nonsense"),
    ),
    store(
        "with a private key",
        "failed to read the trusted certificate x.pem in trust store acme of type ca. x509: malformed tbs certificate\n",
        place("truststore/x509/ca/acme/x.pem", PRIVATE_KEY),
    ),
    store(
        "with a file of no bytes",
        "failed to validate the trusted certificate x.pem in trust store acme of type ca. input certs cannot be empty\n",
        place("truststore/x509/ca/acme/x.pem", ""),
    ),
    store(
        "with a file of nothing but white space",
        "failed to read the trusted certificate x.pem in trust store acme of type ca. x509: malformed certificate\n",
        place("truststore/x509/ca/acme/x.pem", " \n"),
    ),
    store(
        "with a good file and one of no bytes",
        "failed to validate the trusted certificate x.pem in trust store acme of type ca. input certs cannot be empty\n",
        trusted,
        place("truststore/x509/ca/acme/x.pem", ""),
    ),
    store(
        "with a folder in it",
        "trusted certificate x in trust store acme of type ca is not a regular file (directories or symlinks are not supported). %!w(<nil>)\n",
        place("truststore/x509/ca/acme/x/y.pem", "nonsense"),
    ),
    store(
        "that is a file",
        "the trust store acme of type ca with path {config}/truststore/x509/ca/acme is not a regular directory (symlinks are not supported). %!w(<nil>)\n",
        place("truststore/x509/ca/acme", "nonsense"),
    ),
    store(
        "with a leaf",
        f"failed to validate the trusted certificate 0.pem in trust store acme of type ca. certificate with subject {LEAF} is not a CA certificate or self-signed signing certificate\n",
        trusts(acme().certificates[0]),
    ),
    Case(
        "verify wants a policy before anything else",
        "verify nonsense -m nonsense",
        err=f"Error: trust policy is not present. {HOW_TO}\n",
        status=1,
    ),
    Case(
        "verify reads the policy before the flags",
        "verify nonsense -m nonsense",
        world=(place("trustpolicy.json", "{}"),),
        err=oci("Error: {oci}trust policy document has empty version, version must be specified\n"),
        status=1,
    ),
    Case(
        "verify reads the flags before the reference",
        "verify nonsense -m nonsense",
        world=READY,
        err='Error: could not parse flag user-metadata: key-value pair requires "=" as separator\n',
        status=1,
    ),
    Case(
        "verify reads the reference",
        "verify nonsense",
        world=READY,
        err='Error: "nonsense": invalid reference: missing registry or repository. Expecting <registry>/<repository>:<tag> or <registry>/<repository>@<digest>\n',
        status=1,
    ),
    Case(
        "verify cannot use a policy that is not JSON",
        "verify {registry}/signed@{image}",
        world=(place("trustpolicy.json", "nonsense"),),
        err=f"Error: malformed trust policy. {HOW_TO}\n",
        status=1,
    ),
    Case(
        "verify cannot use an empty policy",
        "verify {registry}/signed@{image}",
        world=(place("trustpolicy.json", ""),),
        err=f"Error: malformed trust policy. {HOW_TO}\n",
        status=1,
    ),
    Case(
        "verify cannot use a policy of another type",
        "verify {registry}/signed@{image}",
        world=(place("trustpolicy.json", '{"version": 1}'),),
        err=f"Error: malformed trust policy. {HOW_TO}\n",
        status=1,
    ),
    Case(
        "verify does not follow a policy that is a link",
        "verify {registry}/signed@{image}",
        world=(linked,),
        err=f"Error: trust policy is not a regular file (symlinks are not supported). {HOW_TO}\n",
        status=1,
    ),
    Case(
        "verify does not take a folder for a policy",
        "verify {registry}/signed@{image}",
        world=(place("trustpolicy.json/x", "{}"),),
        err=f"Error: trust policy is not a regular file (symlinks are not supported). {HOW_TO}\n",
        status=1,
    ),
    Case(
        "the newer line prefers the newer name of the policy",
        "verify {registry}/signed@{image}",
        lines=(NEW,),
        world=(
            place("trustpolicy.json", "nonsense"),
            policy(file="trustpolicy.oci.json", scopes=["*"]),
            trusted,
        ),
        out=good("signed"),
    ),
    Case(
        "the older line knows the older name only",
        "verify {registry}/signed@{image}",
        lines=(OLD,),
        world=(policy(file="trustpolicy.oci.json"), trusted),
        err=f"Error: trust policy is not present. {HOW_TO}\n",
        status=1,
    ),
    Case(
        "verify wants a reference",
        "verify",
        err="Error: missing reference to the artifact: use `notation verify --help` to see what parameters are required\n",
        status=1,
    ),
    Case(
        "a scope is for experimenters",
        "verify --scope local/layout {registry}/signed@{image}",
        world=READY,
        err='Error: flag(s) --scope in "notation verify" is experimental and not enabled by default. To use, please set NOTATION_EXPERIMENTAL=1 environment variable\n',
        status=1,
    ),
    Case(
        "a layout wants a scope",
        "verify --oci-layout layout@{image}",
        world=(*READY, layout),
        environment=WITH_EXPERIMENTS,
        err=EXPERIMENTAL
        + "Error: if any flags in the group [oci-layout scope] are set they must all be set; missing [scope]\n",
        status=1,
    ),
    Case(
        "verify finds no signature in a layout",
        "verify --oci-layout layout@{image} --scope local/layout",
        world=(*READY, layout),
        environment=WITH_EXPERIMENTS,
        err=EXPERIMENTAL
        + 'Error: signature verification failed: no signature is associated with "local/layout@{image}", make sure the artifact was signed successfully\n',
        status=1,
    ),
    Case(
        "verify skips in a layout by its scope",
        "verify --oci-layout layout:v1 --scope local/layout",
        world=(policy("skip", scopes=["local/layout"]), layout),
        environment=WITH_EXPERIMENTS,
        out=after_warning("Trust policy is configured to skip signature verification for layout@{image}\n"),
        err=EXPERIMENTAL + by_tag("verify"),
    ),
    Case(
        "a scope is the full name of a repository",
        "verify --oci-layout layout@{image} --scope local",
        world=(*READY, layout),
        environment=WITH_EXPERIMENTS,
        err=EXPERIMENTAL
        + 'Error: signature verification failed: registry scope "local" is not valid, '
        + FULL_NAME,
        status=1,
    ),
)
