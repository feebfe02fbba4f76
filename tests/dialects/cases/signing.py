"""`notation sign`."""

import json
from collections.abc import Callable

from dialects.case import NEW, OLD, Case, File, Step, Text
from dialects.cases.warnings import EXPERIMENTAL, WITH_EXPERIMENTS, by_tag
from dialects.setting import Setting, default_key, key, layout, place
from dialects.shelf import acme, stranger
from sealwright import media_types
from sealwright.formats.notary import manifest as signature_manifest
from sealwright.formats.table import parse
from sealwright.signature import StoredSignature, Summary
from world import images
from world.home import pem

ENCRYPTED = "Encrypted private keys are opened with a passphrase, where notation refuses them."
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


def root(setting: Setting) -> None:
    """A root certificate in `root.pem`, where the program is started."""
    (setting.work / "root.pem").write_bytes(pem(acme().root))


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
        "sign tells of a timestamp authority that is not there",
        "sign {own}@{image} --timestamp-url http://{nobody}/ --timestamp-root-cert root.pem",
        world=(default_key, root),
        err='Error: timestamp: Post "http://{nobody}/": dial tcp 127.0.0.1:{nobody_port}: connect: connection refused\n',
        status=1,
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
