"""Verdicts that refuse, in the words of skopeo."""

import datetime as dt
import json
from collections.abc import Mapping

import pytest

from sealwright.descriptor import Descriptor
from sealwright.dialects.containers_refusals import familiar, why
from sealwright.digest import Digest
from sealwright.interfaces import Policy
from sealwright.policy.containers.lowering import parse
from sealwright.reference import Reference
from sealwright.rules import SignedBy, parts
from sealwright.signature import Subject, Unreadable
from sealwright.verdict import (
    Check,
    Judgement,
    PolicyUsed,
    SignatureReport,
    Verdict,
    VerdictSubject,
)

DIGEST = Digest.of(b"")
IMAGE = Reference.parse("docker.io/centos")
SUBJECT = Subject(Descriptor("m", DIGEST, 0), "docker", IMAGE)
NO_SIGNATURE = "A signature was required, but no signature exists"


def policy(*requirements: object) -> Policy:
    return parse(json.dumps({"default": requirements}).encode(), "policy.json")


SIGNED = policy({"type": "signedBy", "keyType": "GPGKeys", "keyPath": "/k"})


(SIGNED_BY,) = [part for part in parts(SIGNED.statement(SUBJECT).requirement) if isinstance(part, SignedBy)]
ORIGIN = SIGNED_BY.origin


def told(verdict: Verdict, by: Policy = SIGNED) -> str:
    return why(by, SUBJECT, verdict, IMAGE)


def verdict(reason: str, data: Mapping[str, object] | None = None, **more: object) -> Verdict:
    subject = VerdictSubject("centos", "docker.io/library/centos", "docker", Descriptor("m", DIGEST, 0))
    members: dict[str, object] = {"decision": "refused", "signatures": (), "unreadable": (), **more}
    return Verdict(
        subject=subject,
        at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        policy=PolicyUsed("containers", "policy.json", DIGEST),
        statement="default",
        reason=reason,
        data=data or {},
        **members,  # type: ignore[arg-type]  # each is of its field
    )


def failed(code: str, **data: object) -> SignatureReport:
    """A signature that failed a check."""
    check = Check("authenticity", "enforce", "failed", code, data)
    return SignatureReport("simple", "x", judgements=(Judgement(ORIGIN, "", (check,), counts=False),))


def test_a_refusal_without_looking_names_the_image_as_docker_does() -> None:
    expected = "Running image docker://centos:latest is rejected by policy."
    assert expected == told(verdict("verdict.rejected"), policy({"type": "reject"}))


def test_an_image_without_signatures_lacks_one() -> None:
    assert NO_SIGNATURE == told(verdict("verdict.unsigned"))
    notary = SignatureReport("notary", "x", considered=False, reason="verdict.not-about")
    assert NO_SIGNATURE == told(verdict("verdict.none-counts", signatures=(notary,)))


def test_one_reason_stands_by_itself_and_several_are_listed() -> None:
    other = failed("artifact.other-manifest", signed="sha256:ab", actual="sha256:cd")
    name = failed("identity.other-name", signed="b.io/app:v1", wanted="a.io/app:v1", rule="matchExact")
    assert "Signature for digest sha256:ab does not match" == told(
        verdict("verdict.none-counts", signatures=(other,))
    )
    both = (
        "None of the signatures were accepted, reasons: Signature for digest sha256:ab does not match; "
        "Signature for identity b.io/app:v1 is not accepted"
    )
    assert both == told(verdict("verdict.none-counts", signatures=(other, name)))


def test_what_is_no_signature_is_told_as_well() -> None:
    gone = Unreadable("https://s/signature-1", "store.answered", {"location": "https://s", "status": 500})
    assert "500" in told(verdict("verdict.none-counts", unreadable=(gone,)))


def test_the_first_platform_that_is_refused_tells_why() -> None:
    good = verdict("verdict.accepted", decision="accepted")
    bad = verdict("verdict.unsigned")
    whole = verdict("verdict.platform-not-accepted", platforms=(good, bad))
    assert NO_SIGNATURE == told(whole)


def test_what_nobody_implements_is_said() -> None:
    asked = policy({"type": "signedBaseLayer", "baseLayerIdentity": {"type": "matchExact"}})
    reject = verdict("containers.base-layer-unsupported", {"origin": "x"})
    assert "signedBaseLayer not implemented yet!" == told(reject, asked)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("centos", "centos:latest"),
        ("docker.io/library/centos:7", "centos:7"),
        ("docker.io/jjsmith/app", "jjsmith/app:latest"),
        ("a.io/library/app:v1", "a.io/library/app:v1"),
        (f"centos@{DIGEST}", f"centos@{DIGEST}"),
    ],
)
def test_names_are_shown_as_docker_shows_them(typed: str, expected: str) -> None:
    assert expected == familiar(Reference.parse(typed))
