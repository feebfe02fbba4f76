"""`notation verify` of signatures that name a plugin."""

from collections.abc import Mapping
from typing import Any

from dialects.case import Case, File, Step
from dialects.cases.plugins import acting
from dialects.cases.verifying import after_warning
from dialects.setting import Setting, policy, trusted
from dialects.shelf import acme
from sealwright import media_types
from sealwright.formats.notary import attributes as attribute
from sealwright.formats.notary import payload
from sealwright.formats.notary.jws import PAYLOAD_ORDER
from world import images, notary
from world.plugins import IDENTITY, RAW, REVOCATION

EARLIER = "No plugin runs before the chain of a signature has reached a trust store; notation asks it about itself before."
GOOD = "Successfully verified signature for {own}@{image}\n"
BAD = "Error: signature verification failed for all the signatures associated with {own}@{image}\n"
ASKED = {"~/acting-acme/asked.jsonl": File()}


def named(**changes: Any) -> Step:
    """A signature of `acme` that names the plugin, in the repository of this run."""
    extended = changes.pop("extended", {})

    def step(setting: Setting) -> None:
        with images.repository_at(setting.values["own"]) as repository:
            image = repository.resolve("v1")
            said = notary.attributes(
                acme(),
                plugin="acme",
                extended=extended,
                critical=(attribute.SCHEME, attribute.PLUGIN, *extended),
                **changes,
            )
            content = notary.crafted(
                acme(), signed_attributes=said, target=payload.write(image, PAYLOAD_ORDER)
            )
            images.attach_signature(repository, image, media_types.NOTARY_JWS, content, *acme().certificates)

    return step


def verifying(
    name: str, behaviour: Mapping[str, Any], *world: Step, signature: Step | None = None, **expected: Any
) -> Case:
    """A signature under a plugin that does what is said; `out` is that of one that verifies, if not given."""
    steps = (signature or named(), acting(**behaviour), *(world or (policy(), trusted)))
    return Case(
        f"verify by a plugin: {name}",
        "verify {own}@{image} --plugin-config a=b",
        world=steps,
        **{"files": ASKED, **expected},
    )


def logged(name: str, behaviour: Mapping[str, Any], warning: str, level: str) -> Case:
    """A failure that the policy only logs."""
    return verifying(
        name,
        behaviour,
        policy(level),
        trusted,
        out=after_warning(GOOD),
        err=f"Warning: {warning}\n",
    )


def no(capability: str) -> dict[str, Any]:
    """A plugin that refuses."""
    return {
        "capabilities": (capability,),
        "results": {capability: {"success": False, "reason": "a stranger"}},
    }


CASES = (
    verifying("it agrees to the signer", {"capabilities": (IDENTITY,)}, out=GOOD),
    verifying("it agrees on revocation", {"capabilities": (REVOCATION,)}, out=GOOD),
    verifying(
        "identities in its own words",
        {"capabilities": (IDENTITY,)},
        policy(identities=["com.acme: joe"]),
        trusted,
        out=GOOD,
    ),
    verifying("it refuses the signer", no(IDENTITY), err=BAD, status=1),
    verifying("it refuses for revocation", no(REVOCATION), err=BAD, status=1),
    verifying("it verifies nothing", {"capabilities": (RAW,)}, err=BAD, status=1),
    verifying(
        "it fails",
        {
            "capabilities": (IDENTITY,),
            "errors": {"verify-signature": {"errorCode": "ERROR", "errorMessage": "no"}},
        },
        err=BAD,
        status=1,
    ),
    verifying(
        "it leaves an attribute out",
        {"capabilities": (IDENTITY,), "processed": []},
        signature=named(extended={"com.acme.x": "y"}),
        err=BAD,
        status=1,
    ),
    verifying(
        "it processes all attributes",
        {"capabilities": (IDENTITY,)},
        signature=named(extended={"com.acme.x": "y"}),
        out=GOOD,
    ),
    logged(
        "it refuses for revocation, where that is only logged",
        no(REVOCATION),
        'revocation was set to "log" and failed with error: revocation check by verification plugin "acme" failed '
        'with reason "a stranger"',
        "permissive",
    ),
    logged(
        "it refuses the signer, where that is only logged",
        no(IDENTITY),
        'authenticity was set to "log" and failed with error: trusted identify verification by plugin "acme" '
        'failed with reason "a stranger"',
        "audit",
    ),
    verifying(
        "a signer whom nobody trusts, where that is only logged",
        {"capabilities": (IDENTITY,)},
        policy("audit"),
        out=after_warning(GOOD),
        err=(
            'Warning: authenticity was set to "log" and failed with error: the trust store "acme" of type "ca" '
            "does not exist\n"
        ),
        differs=EARLIER,
        our_out="",
        our_err=BAD,
        our_status=1,
        our_files={},
    ),
    Case(
        "verify by a plugin that is not there",
        "verify {own}@{image}",
        world=(named(), policy(), trusted),
        err=BAD,
        status=1,
    ),
)
