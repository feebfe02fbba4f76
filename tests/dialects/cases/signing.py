"""`notation sign`."""

import json
from collections.abc import Callable

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from dialects.case import NEW, OLD, Case, File, Step, Text
from dialects.cases.warnings import EXPERIMENTAL, WITH_EXPERIMENTS, by_tag
from dialects.setting import Setting, default_key, key, layout, place, remove
from dialects.shelf import acme, lapsed, stranger
from sealwright import media_types
from sealwright.formats.notary import manifest as signature_manifest
from sealwright.formats.table import parse
from sealwright.signature import StoredSignature, Summary
from world import images
from world.home import pem

NO_PLUGINS = "Plugins are not run yet, neither for signing nor for verifying."
ENCRYPTED = "Encrypted private keys are opened with a passphrase, where notation refuses them."
NO_TIMESTAMPS = "Timestamps are not made yet: `sign --timestamp-url` is refused before anything is signed."
GO_JSON = (
    "What is wrong with a file that is JSON of another shape is said in our words, with line and column."
)
CHAIN = 'certificate-chain is invalid, certificate with subject "CN=Leaf ec256,O=Acme,ST=WA,C=US" '
EXPECTING = "Expecting <registry>/<repository>:<tag> or <registry>/<repository>@<digest>\n"
SIGNED: Text = {
    NEW: "Successfully signed {own}@{image}\nPushed the signature to {own}@⟨sha256⟩\n",
    OLD: "Successfully signed {own}@{image}\n",
}
FORMS = {NEW: media_types.EMPTY, OLD: media_types.NOTARY_SIGNATURE}


def signature_of(setting: Setting) -> tuple[dict[str, object], Summary]:
    """The only signature in the run's own repository: its manifest, and what it says."""
    with images.repository_at(setting.values["own"]) as repository:
        subject = repository.resolve("v1")
        (found,) = repository.referrers(subject, media_types.NOTARY_SIGNATURE)
        content = repository.manifest(found)
        envelope = signature_manifest.read(content, subject)
        blob = b"".join(repository.open_blob(envelope))
    made = parse(StoredSignature("notary", "", envelope.media_type, blob))
    return json.loads(content), made.summary


def signed(check: Callable[[Summary], bool] = lambda _: True, *, tagged: bool | None = None) -> Step:
    """What a good run leaves behind: a manifest of the line's form, and a signature that passes the check."""

    def look(setting: Setting) -> None:
        manifest, summary = signature_of(setting)
        config = manifest["config"]
        assert isinstance(config, dict)
        assert FORMS[setting.line] == config["mediaType"]
        assert check(summary), summary
        tag = setting.values["image"].replace(":", "-")
        with images.repository_at(setting.values["own"]) as repository:
            assert (setting.line == OLD if tagged is None else tagged) is (tag in repository.tags())

    return look


def other_key(setting: Setting) -> None:
    """The key file of `acme` replaced by a key that is not that of its certificate."""
    default_key(setting)
    private = stranger().signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (setting.config / "localkeys" / "acme.key").write_bytes(private)


def root(setting: Setting) -> None:
    """A root certificate in `root.pem`, where the program is started."""
    (setting.work / "root.pem").write_bytes(pem(acme().root))


def refused(name: str, problem: str, *world: Step, flags: str = "") -> Case:
    """A signature that is not made."""
    return Case(
        f"sign refuses {name}",
        f"sign {{own}}@{{image}} {flags}",
        world=world,
        err=f"Error: {problem}\n",
        status=1,
    )


CASES = (
    Case(
        "sign signs with the default key",
        "sign {own}@{image}",
        world=(default_key,),
        out=SIGNED,
        after=signed(lambda it: it.envelope == media_types.NOTARY_JWS and it.expiry is None),
    ),
    Case(
        "sign warns of a tag",
        "sign {own}:v1",
        world=(default_key,),
        out=SIGNED,
        err=by_tag("sign"),
        after=signed(),
    ),
    Case(
        "sign signs with the key named",
        "sign {own}@{image} --key other",
        world=(default_key, key("other", stranger())),
        out=SIGNED,
        after=signed(lambda it: it.algorithm == "ECDSA-SHA-384"),
    ),
    Case(
        "sign makes COSE if asked",
        "sign --signature-format cose {own}@{image}",
        world=(default_key,),
        out=SIGNED,
        after=signed(lambda it: it.envelope == media_types.NOTARY_COSE),
    ),
    Case(
        "sign makes COSE if the settings say so",
        "sign {own}@{image}",
        world=(default_key, place("config.json", {"signatureFormat": "cose"})),
        out=SIGNED,
        after=signed(lambda it: it.envelope == media_types.NOTARY_COSE),
    ),
    Case(
        "sign takes the settings in any case of letters",
        "sign {own}@{image}",
        world=(default_key, place("config.json", {"signatureFormat": "COSE"})),
        out=SIGNED,
        after=signed(lambda it: it.envelope == media_types.NOTARY_COSE),
    ),
    refused(
        "a form of signature in the settings that nobody knows",
        'signature format "foo" not supported\nSupported signature envelope formats are "jws" and "cose"',
        default_key,
        place("config.json", {"signatureFormat": "Foo"}),
    ),
    Case(
        "sign lets the flag go before the settings",
        "sign {own}@{image} --signature-format jws",
        world=(default_key, place("config.json", {"signatureFormat": "cose"})),
        out=SIGNED,
        after=signed(lambda it: it.envelope == media_types.NOTARY_JWS),
    ),
    Case(
        "sign signs user metadata and an expiry along",
        "sign {own}@{image} -m a=b -m c=d=e --expiry 1h30m",
        world=(default_key,),
        out=SIGNED,
        after=signed(
            lambda it: (
                it.user_metadata == {"a": "b", "c": "d=e"}
                and it.expiry is not None
                and it.signing_time is not None
                and (it.expiry - it.signing_time).total_seconds() == 5400
            )
        ),
    ),
    Case(
        "sign writes the referrers tag if told to",
        "sign {own}@{image} --force-referrers-tag",
        world=(default_key,),
        out=SIGNED,
        after=signed(tagged=True),
    ),
    Case(
        "sign writes no referrers tag if told not to",
        "sign {own}@{image} --force-referrers-tag=false",
        world=(default_key,),
        out=SIGNED,
        after=signed(tagged=False),
    ),
    Case(
        "sign warns of the older flag for the referrers API",
        "sign {own}@{image} --allow-referrers-api",
        lines=(OLD,),
        world=(default_key,),
        environment=WITH_EXPERIMENTS,
        out=SIGNED,
        err=EXPERIMENTAL
        + "Warning: flag '--allow-referrers-api' is deprecated and will be removed in future versions, use '--force-referrers-tag=false' instead.\n",
        after=signed(tagged=False),
    ),
    Case(
        "sign warns of the older flag also where it is false",
        "sign {own}@{image} --allow-referrers-api=false",
        lines=(OLD,),
        world=(default_key,),
        environment=WITH_EXPERIMENTS,
        out=SIGNED,
        err=EXPERIMENTAL
        + "Warning: flag '--allow-referrers-api' is deprecated and will be removed in future versions.\n",
        after=signed(tagged=True),
    ),
    Case(
        "the flag for the referrers API is for experimenters",
        "sign {own}@{image} --allow-referrers-api",
        lines=(OLD,),
        world=(default_key,),
        err='Error: flag(s) --allow-referrers-api in "notation sign" is experimental and not enabled by default. To use, please set NOTATION_EXPERIMENTAL=1 environment variable\n',
        status=1,
    ),
    Case(
        "sign wants a reference",
        "sign",
        err="Error: missing reference to the artifact: use `notation sign --help` to see what parameters are required\n",
        status=1,
    ),
    Case(
        "sign wants a key before it looks at the reference",
        "sign nonsense",
        err="Error: default signing key not set. Please set default signing key or specify a key name\n",
        status=1,
    ),
    Case(
        "sign looks at the reference before the flags",
        "sign nonsense --signature-format foo",
        world=(default_key,),
        err='Error: "nonsense": invalid reference: missing registry or repository. ' + EXPECTING,
        status=1,
    ),
    Case(
        "sign does not find the image",
        "sign {own}:v9",
        world=(default_key,),
        err="Error: failed to get manifest descriptor: {own}:v9: not found\n",
        status=1,
    ),
    refused("a key that is not in the list", "signing key nobody not found", default_key, flags="-k nobody"),
    refused(
        "a key without anything",
        "unsupported key, either provide a local key and certificate file paths, or a key name in config.json, check [DOC_PLACEHOLDER] for details",
        place("signingkeys.json", {"default": "x", "keys": [{"name": "x"}]}),
    ),
    refused(
        "a list whose default is not in it",
        "malformed signingkeys.json: default key 'x' not found",
        place("signingkeys.json", {"default": "x", "keys": []}),
    ),
    refused(
        "a list with a name twice",
        "malformed signingkeys.json: multiple keys with name 'x' found",
        place(
            "signingkeys.json",
            {
                "keys": [
                    {"name": "x", "keyPath": "a", "certPath": "b"},
                    {"name": "x", "keyPath": "a", "certPath": "b"},
                ]
            },
        ),
    ),
    refused(
        "a list of keys that is not JSON",
        "invalid character 'o' in literal null (expecting 'u')",
        place("signingkeys.json", "nonsense"),
    ),
    refused("an empty list of keys", "EOF", place("signingkeys.json", " ")),
    refused("half a list of keys", "unexpected EOF", place("signingkeys.json", '{"keys": [')),
    refused(
        "a key file that is not there",
        "open {config}/localkeys/acme.key: no such file or directory",
        default_key,
        remove("localkeys/acme.key"),
    ),
    refused(
        "a certificate file that is not there",
        "open {config}/localkeys/acme.crt: no such file or directory",
        default_key,
        remove("localkeys/acme.crt"),
    ),
    refused(
        "a key file without a key",
        "tls: failed to find any PEM data in key input",
        default_key,
        place("localkeys/acme.key", "nonsense"),
    ),
    refused(
        "a certificate file without a certificate",
        "tls: failed to find any PEM data in certificate input",
        default_key,
        place("localkeys/acme.crt", "nonsense"),
    ),
    refused("a key of another certificate", "tls: private key does not match public key", other_key),
    Case(
        "sign refuses a certificate that has expired",
        "sign {own}@{image}",
        world=(key("lapsed", lapsed()),),
        err=f"Error: {CHAIN}was invalid at signing time of ⟨…⟩ +0000 UTC. Certificate is valid from [2026-01-01 00:00:00 +0000 UTC] to [2026-04-01 00:00:00 +0000 UTC]\n",
        status=1,
    ),
    Case(
        "sign opens an encrypted key",
        "sign {own}@{image}",
        world=(key(passphrase=b"open sesame"),),
        environment={"SEALWRIGHT_PASSPHRASE": "open sesame"},
        err="Error: tls: failed to parse private key\n",
        status=1,
        differs=ENCRYPTED,
        our_out=SIGNED,
        our_err="",
        our_status=0,
    ),
    Case(
        "sign refuses an encrypted key without a passphrase",
        "sign {own}@{image}",
        world=(key(passphrase=b"open sesame"),),
        err="Error: tls: failed to parse private key\n",
        status=1,
        differs=ENCRYPTED,
        our_err="Error: a passphrase is needed, and none was given\n",
    ),
    refused(
        "an expiry in the past",
        "expiry duration cannot be a negative value",
        default_key,
        flags="--expiry=-1h",
    ),
    refused(
        "an expiry finer than seconds",
        "expiry duration supports minimum granularity of seconds",
        default_key,
        flags="-e 1500ms",
    ),
    refused(
        "an expiry that is no duration",
        'invalid argument "soon" for "-e, --expiry" flag: time: invalid duration "soon"',
        flags="-e soon",
    ),
    refused(
        "reserved user metadata",
        "error adding user metadata: metadata key io.cncf.notary.x has reserved prefix io.cncf.notary",
        default_key,
        flags="-m io.cncf.notary.x=1",
    ),
    refused(
        "user metadata without a sign between",
        'could not parse flag user-metadata: key-value pair requires "=" as separator',
        default_key,
        flags="-m ab",
    ),
    refused(
        "plugin settings without a sign between",
        'could not parse flag plugin-config: key-value pair requires "=" as separator',
        default_key,
        flags="--plugin-config ab",
    ),
    refused(
        "a form of signature that nobody knows",
        'signature format "foo" not supported\nSupported signature envelope formats are "jws" and "cose"',
        default_key,
        flags="--signature-format foo",
    ),
    refused(
        "an id without a plugin",
        "if any flags in the group [id plugin] are set they must all be set; missing [plugin]",
        flags="--id x",
    ),
    refused(
        "a plugin without an id",
        "if any flags in the group [id plugin] are set they must all be set; missing [id]",
        flags="--plugin x",
    ),
    refused(
        "a key beside an id",
        "if any flags in the group [key id] are set none of the others can be; [id key] were all set",
        flags="--plugin p --id x --key k",
    ),
    refused(
        "a plugin that is not there",
        "plugin executable file is either not found or inaccessible: stat {config}/plugins/p/notation-p: no such file or directory",
        flags="--plugin p --id x",
    ),
    refused(
        "a key of a plugin that is not there",
        "plugin executable file is either not found or inaccessible: stat {config}/plugins/p/notation-p: no such file or directory",
        place("signingkeys.json", {"default": "x", "keys": [{"name": "x", "id": "a", "pluginName": "p"}]}),
    ),
    Case(
        "sign runs no plugin",
        "sign {own}@{image} --plugin p --id x",
        world=(place("plugins/p/notation-p", "#!/bin/sh\nexit 1\n", 0o755),),
        err="Error: ⟨…⟩\n",
        status=1,
        differs=NO_PLUGINS,
        our_err="Error: the plugin p cannot be run: plugins are not supported by this version of Sealwright\n",
    ),
    refused(
        "the URL of a timestamp authority without its root",
        "if any flags in the group [timestamp-url timestamp-root-cert] are set they must all be set; missing [timestamp-root-cert]",
        default_key,
        flags="--timestamp-url http://localhost:1",
    ),
    refused(
        "an empty URL of a timestamp authority",
        "timestamping: tsa url cannot be empty",
        default_key,
        flags="--timestamp-url '' --timestamp-root-cert x",
    ),
    refused(
        "an empty root of a timestamp authority",
        "timestamping: tsa root certificate path cannot be empty",
        default_key,
        flags="--timestamp-url x --timestamp-root-cert ''",
    ),
    refused(
        "a root of a timestamp authority that is not there",
        "open nofile: no such file or directory",
        default_key,
        flags="--timestamp-url http://localhost:1/ --timestamp-root-cert nofile",
    ),
    Case(
        "sign asks no timestamp authority",
        "sign {own}@{image} --timestamp-url http://{nobody}/ --timestamp-root-cert root.pem",
        world=(default_key, root),
        err='Error: timestamp: Post "http://{nobody}/": dial tcp 127.0.0.1:{nobody_port}: connect: connection refused\n',
        status=1,
        differs=NO_TIMESTAMPS,
        our_err="Error: timestamping is not supported by this version of Sealwright; nothing was signed\n",
    ),
    Case(
        "sign signs in a layout",
        "sign --oci-layout layout@{image}",
        world=(default_key, layout),
        environment=WITH_EXPERIMENTS,
        out={
            NEW: "Successfully signed layout@{image}\nPushed the signature to layout@⟨sha256⟩\n",
            OLD: "Successfully signed layout@{image}\n",
        },
        err=EXPERIMENTAL,
        files={"~/work/layout/**": File()},
    ),
    Case(
        "a layout has no referrers tag",
        "sign --oci-layout layout@{image} --force-referrers-tag",
        lines=(NEW,),
        world=(default_key, layout),
        environment=WITH_EXPERIMENTS,
        err=EXPERIMENTAL
        + "Error: if any flags in the group [oci-layout force-referrers-tag] are set none of the others can be; [force-referrers-tag oci-layout] were all set\n",
        status=1,
    ),
    Case(
        "a layout has no referrers tag in the older line either",
        "sign --oci-layout layout@{image} --force-referrers-tag",
        lines=(OLD,),
        world=(default_key, layout),
        environment=WITH_EXPERIMENTS,
        err=EXPERIMENTAL
        + "Error: if any flags in the group [oci-layout force-referrers-tag allow-referrers-api] are set none of the others can be; [force-referrers-tag oci-layout] were all set\n",
        status=1,
    ),
)
