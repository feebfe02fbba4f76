"""`notation verify`."""

from dialects.case import NEW, OLD, Case, Step, Text
from dialects.cases.warnings import HOW_TO, by_tag
from dialects.setting import default_key, key, place, policy, trusted
from dialects.shelf import acme, disordered

TABLE = "\nThe artifact was signed with the following user metadata.\n\n"
ROWS = (
    "KEY                 VALUE                      \n"
    "io.example.a<b>&c   ünïcode 'quoted' \"twice\"   \n"
    "io.example.build    42                         \n"
)
ADVICE = "Use command 'notation cert add' to create and add trusted certificates to the trust store\n"
LEAF = '"CN=Leaf ec256,O=Acme,ST=WA,C=US"'
ORDER = "Signatures that announce a trusted certificate are looked at before the others."
ESCAPED = "Control characters in what a signature says are shown escaped."
OTHER = "x509.subject: C=US, ST=WA, O=Other"
FULL_NAME = (
    "make sure it is a fully qualified repository without the scheme, protocol or tag. "
    "For example domain.com/my/repository or a local scope like local/myOCILayout\n"
)


def good(name: str) -> str:
    """What is said of an image that verifies."""
    return f"Successfully verified signature for {{registry}}/{name}@{{image}}\n"


def after_warning(text: str) -> Text:
    """The newer line parts its warnings from the rest by an empty line."""
    return {NEW: f"\n{text}", OLD: text}


def bad(name: str) -> str:
    """What is said of an image that does not."""
    return f"Error: signature verification failed for all the signatures associated with {{registry}}/{name}@{{image}}\n"


def oci(text: str) -> Text:
    """A text that names the kind of policy in the newer line: `{oci}`."""
    return {NEW: text.replace("{oci}", "oci "), OLD: text.replace("{oci}", "")}


def trusts(der: bytes) -> Step:
    """A certificate in the trust store `ca:acme`."""
    return lambda setting: setting.home.trust("acme", der)


def logged(name: str, which: str, warning: str, *world: Step) -> Case:
    """A failure that the policy only logs."""
    return Case(
        f"verify only warns of {name}",
        f"verify {{registry}}/{which}@{{image}}",
        world=world,
        out=after_warning(good(which)),
        err=f"Warning: {warning}\n",
    )


def refused(name: str, which: str, *world: Step, flags: str = "") -> Case:
    """An image whose signatures are not good enough."""
    return Case(
        f"verify refuses {name}",
        f"verify {{registry}}/{which}@{{image}} {flags}",
        world=world,
        err=bad(which),
        status=1,
    )


READY = (policy(), trusted)

CASES = (
    Case(
        "verify accepts a good signature", "verify {registry}/signed@{image}", world=READY, out=good("signed")
    ),
    Case("verify accepts COSE", "verify {registry}/cose@{image}", world=READY, out=good("cose")),
    Case(
        "verify warns of a tag",
        "verify {registry}/signed:v1",
        world=READY,
        out=after_warning(good("signed")),
        err=by_tag("verify"),
    ),
    Case(
        "verify shows the user metadata",
        "verify {registry}/noted@{image}",
        world=READY,
        out=good("noted") + TABLE + ROWS,
        unordered=True,
    ),
    Case(
        "verify demands user metadata",
        "verify {registry}/noted@{image} -m io.example.build=42",
        world=READY,
        out=good("noted") + TABLE + ROWS,
        unordered=True,
    ),
    refused("other user metadata than demanded", "noted", *READY, flags="-m io.example.build=43"),
    refused("missing user metadata", "signed", *READY, flags="--user-metadata a=b"),
    refused("one of two demands", "noted", *READY, flags="-m io.example.build=42 -m a=b"),
    Case(
        "verify skips what the policy says to skip",
        "verify {registry}/unsigned@{image}",
        world=(policy("skip", scopes=["localhost:{port}/unsigned"]),),
        out="Trust policy is configured to skip signature verification for {registry}/unsigned@{image}\n",
    ),
    Case(
        "verify skips by tag with a warning",
        "verify {registry}/unsigned:v1",
        world=(policy("skip", scopes=["localhost:{port}/unsigned"]),),
        out=after_warning(
            "Trust policy is configured to skip signature verification for {registry}/unsigned@{image}\n"
        ),
        err=by_tag("verify"),
    ),
    Case(
        "verify prefers the statement that names the repository",
        "verify {registry}/stranger@{image}",
        world=(
            place(
                "trustpolicy.json",
                {
                    "version": "1.0",
                    "trustPolicies": [
                        {
                            "name": "rest",
                            "registryScopes": ["*"],
                            "signatureVerification": {"level": "strict"},
                            "trustStores": ["ca:acme"],
                            "trustedIdentities": ["*"],
                        },
                        {
                            "name": "free",
                            "registryScopes": ["{registry}/stranger"],
                            "signatureVerification": {"level": "skip"},
                        },
                    ],
                },
            ),
        ),
        out="Trust policy is configured to skip signature verification for {registry}/stranger@{image}\n",
    ),
    logged(
        "a signer that nobody trusts, at the level audit",
        "stranger",
        'authenticity was set to "log" and failed with error: the signature\'s certificate chain does not contain any trusted certificate',
        policy("audit"),
        trusted,
    ),
    logged(
        "a missing trust store at the level audit",
        "stranger",
        'authenticity was set to "log" and failed with error: the trust store "acme" of type "ca" does not exist',
        policy("audit"),
    ),
    logged(
        "a leaf in a trust store at the level audit",
        "signed",
        'authenticity was set to "log" and failed with error: failed to validate the trusted certificate 0.pem in trust store acme of type ca',
        policy("audit"),
        trusts(acme().certificates[0]),
    ),
    logged(
        "an identity that does not fit",
        "signed",
        'authenticity was set to "log" and failed with error: signing certificate from the digital signature does not match the X.509 trusted identities [map["C":"US" "O":"Other" "ST":"WA"]] defined in the trust policy "all"',
        policy("audit", identities=[OTHER]),
        trusted,
    ),
    logged(
        "two identities that do not fit",
        "signed",
        'authenticity was set to "log" and failed with error: signing certificate from the digital signature does not match the X.509 trusted identities [map["C":"US" "O":"Other" "ST":"WA"] map["C":"DE" "O":"Foo" "ST":"BY"]] defined in the trust policy "all"',
        policy("audit", identities=[OTHER, "x509.subject: C=DE, ST=BY, O=Foo"]),
        trusted,
    ),
    logged(
        "identities that are all for plugins",
        "signed",
        'authenticity was set to "log" and failed with error: no x509 trusted identities are configured in the trust policy "all"',
        policy("audit", identities=["foo: bar"]),
        trusted,
    ),
    logged(
        "a signature that has expired",
        "expiring",
        'expiry was set to "log" and failed with error: digital signature has expired on "Mon, 02 Mar 2026 09:05:07 +0000"',
        policy("permissive"),
        trusted,
    ),
    logged(
        "a certificate that has expired",
        "lapsed",
        f'authenticTimestamp was set to "log" and failed with error: verification time is after certificate {LEAF} validity period, it was expired at "Wed, 01 Apr 2026 00:00:00 +0000"',
        policy("permissive"),
        trusted,
    ),
    logged(
        "a missing timestamp",
        "signed",
        'authenticTimestamp was set to "log" and failed with error: no timestamp countersignature was found in the signature envelope',
        policy("permissive", stores=["ca:acme", "tsa:acme"]),
        trusted,
    ),
    logged(
        "what an override logs",
        "expiring",
        'expiry was set to "log" and failed with error: digital signature has expired on "Mon, 02 Mar 2026 09:05:07 +0000"',
        policy("strict", override={"expiry": "log"}),
        trusted,
    ),
    Case(
        "verify says nothing of an expiry to come",
        "verify {registry}/lasting@{image}",
        world=READY,
        out=good("lasting"),
    ),
    refused("a signer that nobody trusts", "stranger", *READY),
    refused("an identity that does not fit", "signed", policy(identities=[OTHER]), trusted),
    refused("a signature that has expired", "expiring", *READY),
    refused("a certificate that has expired", "lapsed", *READY),
    refused("a signature without a timestamp", "signed", policy(stores=["ca:acme", "tsa:acme"]), trusted),
    refused("what is no signature", "junk", *READY),
    refused("what is no signature at the level audit too", "junk", policy("audit"), trusted),
    refused("a signature of another image", "unlike", *READY),
    refused(
        "a signature of a scheme without a trust store",
        "signed",
        policy(stores=["signingAuthority:acme"]),
        trusted,
    ),
    Case(
        "verify looks at all signatures",
        "verify {registry}/mixed@{image}",
        world=READY,
        out=good("mixed"),
    ),
    Case(
        "verify stops at the limit of signatures",
        "verify {registry}/sundry@{image} --max-signatures 1",
        world=READY,
        err=bad("sundry"),
        status=1,
        differs=ORDER,
        our_out=good("sundry"),
        our_err="",
        our_status=0,
    ),
    Case(
        "verify accepts just before the limit",
        "verify {registry}/signed@{image} --max-signatures 1",
        world=READY,
        out=good("signed"),
    ),
    refused("at the limit", "stranger", *READY, flags="--max-signatures 1"),
    Case(
        "verify says that there is no signature",
        "verify {registry}/unsigned@{image}",
        world=READY,
        err='Error: signature verification failed: no signature is associated with "{registry}/unsigned@{image}", make sure the artifact was signed successfully\n',
        status=1,
    ),
    Case(
        "verify says that there is no signature, by tag",
        "verify {registry}/unsigned:v1",
        world=READY,
        err=by_tag("verify")
        + 'Error: signature verification failed: no signature is associated with "{registry}/unsigned@{image}", make sure the artifact was signed successfully\n',
        status=1,
    ),
    Case(
        "verify finds no statement for the image",
        "verify {registry}/signed@{image}",
        world=(policy(scopes=["registry.acme.example/net-monitor"]), trusted),
        err=oci(
            'Error: signature verification failed: artifact "{registry}/signed@{image}" has no applicable {oci}trust policy statement. Trust policy applicability for a given artifact is determined by registryScopes. '
            f"{HOW_TO}\n"
        ),
        status=1,
    ),
    Case(
        "verify ends at a manifest of a signature with two envelopes",
        "verify {registry}/twofold@{image}",
        world=READY,
        err='Error: signature verification failed: unable to retrieve digital signature with digest "{twofold}" associated with "{registry}/twofold@{image}" from the Repository, error : signature manifest requries exactly one signature envelope blob, got 2\n',
        status=1,
    ),
    Case(
        "verify compares identities with a subject in an unusual order",
        "verify {registry}/disordered@{image}",
        world=(policy("audit", identities=[OTHER]), trusts(disordered().root)),
        out=after_warning(good("disordered")),
        err='Warning: authenticity was set to "log" and failed with error: signing certificate from the digital signature does not match the X.509 trusted identities [map["C":"US" "O":"Other" "ST":"WA"]] defined in the trust policy "all"\n',
    ),
    Case(
        "verify shows control characters of user metadata escaped",
        "verify {registry}/wicked@{image}",
        world=READY,
        out=good("wicked") + TABLE + "KEY    VALUE     \nnote   a\x1b[31mb   \n",
        differs=ESCAPED,
        our_out=good("wicked") + TABLE + "KEY    VALUE        \nnote   a\\x1b[31mb   \n",
    ),
    Case(
        "a registry of the settings is spoken to without TLS",
        "verify 127.0.0.1:{port}/signed@{image}",
        world=(*READY, place("config.json", {"insecureRegistries": ["127.0.0.1:{port}"]})),
        out="Successfully verified signature for 127.0.0.1:{port}/signed@{image}\n",
    ),
    Case(
        "verify accepts the first signature that satisfies an image signed twice",
        "verify {registry}/twice@{image}",
        world=(*READY, default_key, key("spare", acme())),
        out=good("twice"),
    ),
)
