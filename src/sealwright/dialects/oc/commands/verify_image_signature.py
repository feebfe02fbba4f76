"""`oc adm verify-image-signature`: is an image what its signatures say, and who says so.

Each signature is judged by itself, under the one requirement that it was made by a key of the keyring and
carries the expected name. What `--save` finds is recorded beside the signature, which stays as it is, and so
is what `--remove-all` takes back. It exits with 0 if some signature confirms the identity, so that nobody can
spoil an image by adding a signature that is worth nothing; oc itself exits with 0 whatever it found.
"""

import json
from collections.abc import Iterable
from contextlib import closing

import msgspec

from sealwright.dialects.cobra import Command, Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import quote
from sealwright.dialects.oc import flags
from sealwright.dialects.oc.current import current, refused_in_words
from sealwright.dialects.oc.image_objects import SignatureObject, image_object
from sealwright.dialects.oc.images import absent_image, image_everywhere, signature_objects
from sealwright.dialects.oc.judging import Judge, Judged, Registry, judging
from sealwright.dialects.oc.public_keys import keyring
from sealwright.dialects.oc.server import Refused, Server
from sealwright.dialects.pflag import Flag
from sealwright.errors import UsageError
from sealwright.reference import Reference
from sealwright.service_client.answers import Image

__all__ = ["command"]

_LONG = """\
Verify that an image is what its GPG signatures say it is: that they were made by a key of the keyring, and
that the name in them is the expected one.

The keys are those of --public-key, else of pubring.gpg in $GNUPGHOME, else what gpg keeps there.

With --save, what is found is recorded in the registry: who verified which signature, when, with what result.
The last record of a signature says whether the image is verified. No signature is ever changed or removed.
With --remove-all, the verifications of the image are recorded as taken back.

The exit code is 0 if some signature confirms the identity, or the verifications were taken back."""


def command(line: str) -> Command:
    """The command."""
    del line
    return Command(
        "verify-image-signature IMAGE --expected-identity=EXPECTED_IDENTITY [--save]",
        "Verify the image identity contained in the image signature",
        long=_LONG,
        flags=(
            *flags.GLOBAL,
            Flag("expected-identity", "string", "The name that the image is expected to be signed under"),
            Flag("save", "bool", "Record what is found in the registry"),
            Flag("remove-all", "bool", "Record that no verification of the image counts any more"),
            Flag("signature", "string", "Look only at the signature of this name"),
            Flag("public-key", "string", "A file of public GPG keys to verify with"),
            Flag("registry-url", "string", "The address of the registry, if not that of the server"),
            Flag("insecure", "bool", "Do not verify the registry's TLS; plain HTTP if need be"),
        ),
        run=_run,
    )


def _run(invocation: Invocation) -> int:
    if len(invocation.arguments) != 1:
        raise Fault("exactly one image must be specified")
    expected = _expected(invocation)
    keys = None
    if expected is not None:
        keys = keyring(invocation.environment, str(invocation.values["public-key"]))
    _, session = current(invocation)
    if not session.token:
        raise Fault("no token is currently in use for this session")
    (name,) = invocation.arguments
    try:
        with closing(Server(session)) as server:
            images = image_everywhere(server, name)
            if not images:
                return absent_image(invocation, name)
            wanted = str(invocation.values["signature"])
            signatures = _chosen(signature_objects(server, images), wanted, name)
            if expected is None or keys is None:
                return _remove(server, signatures)
            registry = Registry(
                session, str(invocation.values["registry-url"]), bool(invocation.values["insecure"])
            )
            with judging(invocation.environment, registry, images[0], expected, keys) as judge:
                return _verify(invocation, server, judge, signatures)
    except Refused as refused:
        raise refused_in_words(refused) from None


def _expected(invocation: Invocation) -> Reference | None:
    """The expected name; None if verifications are to be taken back."""
    text = str(invocation.values["expected-identity"])
    if invocation.values["remove-all"]:
        if text:
            raise Fault("the --expected-identity cannot be used when removing all verifications")
        return None
    if not text:
        raise Fault("the --expected-identity is required")
    try:
        return Reference.parse(text)
    except UsageError:
        raise Fault("the --expected-identity must be valid image reference") from None


def _chosen(signatures: list[SignatureObject], wanted: str, image: str) -> list[SignatureObject]:
    """The signatures to look at: all, or the one of a name, which may leave out the digest."""
    if not signatures:
        raise Fault(f"{image} does not have any signature")
    chosen = [one for one in signatures if wanted in ("", one.name, one.name.rpartition("@")[2])]
    if not chosen:
        raise Fault(f"{image} does not have the signature {quote(wanted)}")
    return chosen


def _remove(server: Server, signatures: Iterable[SignatureObject]) -> int:
    """Record that verifications do not count any more, where there are some."""
    for signature in signatures:
        for kept in signature.kept:
            latest = kept.verification.latest
            if latest is not None and latest.result != "removed":
                server.record(kept, {"result": "removed"})
    return 0


def _verify(
    invocation: Invocation, server: Server, judge: Judge, signatures: Iterable[SignatureObject]
) -> int:
    """Judge each signature, and tell and record what is found; gives the exit code."""
    found: list[tuple[SignatureObject, Judged]] = []
    for signature in signatures:
        judged = judge(signature)
        found.append((signature, judged))
        _tell(invocation, judge.image, signature, judged)
        if invocation.values["save"]:
            for kept in signature.kept:
                server.record(kept, judged.order)
    if not invocation.values["save"]:
        user = server.name()
        would_be = [_recorded(signature, judged, user) for signature, judged in found]
        shown = json.dumps(image_object(judge.image, judge.registry, would_be))
        name = quote(judge.image.digest)
        invocation.say(f"Neither --save nor --remove-all were passed, image {name} not updated to {shown}")
    return 0 if any(judged.is_verified for _, judged in found) else 1


def _tell(invocation: Invocation, image: Image, signature: SignatureObject, judged: Judged) -> None:
    if judged.is_verified:
        by = f"signed by GPG key {quote(judged.key[-16:])}"
        invocation.say(f"image {quote(image.digest)} identity is now confirmed ({by})")
        return
    invocation.warn(
        f"error verifying signature {signature.name} for image {image.digest} "
        f"(verification status will be removed): {judged.problem}"
    )


def _recorded(signature: SignatureObject, judged: Judged, user: str) -> SignatureObject:
    """The signature as it would stand, were the record kept."""
    verification = msgspec.structs.replace(signature.kept[0].verification, latest=judged.as_record(user))
    kept = msgspec.structs.replace(signature.kept[0], verification=verification)
    return msgspec.structs.replace(signature, kept=(kept,))
