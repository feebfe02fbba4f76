from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest

from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.errors import NetworkError, RegistryError, UsageError
from sealwright.evidence import Unavailable
from sealwright.formats.notary import manifest as signature_manifest
from sealwright.repositories.layout import ImageLayout
from sealwright.verdict import Verdict
from sealwright.workflow.look import inspect, list_signatures
from sealwright.workflow.sign import Wish, sign
from sealwright.workflow.verify import verify
from workflow.conftest import NAME, World, policy
from world import pki
from world.memory_layout import memory_layout


class Faulty(NamedTuple):
    """A layout that cannot give out some manifests, or lists without end."""

    layout: ImageLayout
    unreachable: frozenset[str] = frozenset()
    endless: bool = False

    @property
    def name(self) -> str:
        return NAME

    def manifest(self, descriptor: Descriptor) -> bytes:
        if str(descriptor.digest) in self.unreachable:
            raise NetworkError("network.timed-out", host="registry.acme.example", seconds=1)
        return self.layout.manifest(descriptor)

    def referrers(self, subject: Descriptor, artifact_type: str | None = None) -> Iterator[Descriptor]:
        yield from self.layout.referrers(subject, artifact_type)
        if self.endless:
            raise RegistryError(
                "registry.too-many-referrers", name=NAME, subject=str(subject.digest), limit=1
            )

    def __getattr__(self, name: str) -> object:
        return getattr(self.layout, name)


def signed(world: World, kind: str = "ec256", **wish: object) -> str:
    """Sign the image; gives the location of the signature."""
    (made,) = sign(world.context(), NAME, world.signer(kind), Wish(**wish))  # type: ignore[arg-type]  # passed on
    return made.location


def verdict(world: World, repository: object = None, **options: object) -> Verdict:
    return verify(world.context(repository), NAME, policy(), **options)  # type: ignore[arg-type]  # passed on


def push_junk(world: World, count: int, artifact_type: str, annotations: object = None) -> None:
    """Referrers of the image that are no signatures."""
    for number in range(count):
        content = manifests.encode(
            {
                "mediaType": media_types.IMAGE_MANIFEST,
                "artifactType": artifact_type,
                "config": manifests.describe(b"{}", media_types.EMPTY),
                "layers": [],
                "subject": {
                    "mediaType": world.image.media_type,
                    "digest": world.image.digest,
                    "size": world.image.size,
                },
                "annotations": annotations or {"number": str(number)},
            }
        )
        world.layout.push_manifest(content, media_types.IMAGE_MANIFEST)


def test_malformed_signatures_are_reported_and_hide_nothing(world: World) -> None:
    push_junk(world, 3, media_types.NOTARY_SIGNATURE)
    alone = verdict(world)
    signed(world)
    beside = verdict(world)

    assert ("refused", "verdict.none-counts", 3) == (alone.decision, alone.reason, len(alone.unreadable))
    assert ("accepted", 3) == (beside.decision, len(beside.unreadable))
    assert {"parse.manifest-envelopes"} == {one.reason for one in beside.unreadable}


def test_referrers_of_other_types_cost_nothing_and_count_nothing(world: World) -> None:
    push_junk(world, 20, "application/vnd.example.sbom")
    signed(world)

    found = verdict(world, max_signatures=1)

    assert ("accepted", 1, ()) == (found.decision, len(found.signatures), found.unreadable)


def test_junk_cannot_exhaust_the_limit_unnoticed(world: World) -> None:
    push_junk(world, 5, media_types.NOTARY_SIGNATURE)
    location = signed(world)
    announced = verdict(world, max_signatures=1)
    copied = signature_manifest.THUMBPRINTS, next(iter(world.layout.referrers(world.image))).annotations
    push_junk(world, 1, media_types.NOTARY_SIGNATURE, annotations={**copied[1], "z": "1"})
    exhausted = [verdict(world, max_signatures=most) for most in (1, 2)]

    # the announcement puts the good one before junk that announces nothing
    assert ("accepted", {location}) == (
        announced.decision,
        {one.location for one in announced.signatures if one.counts},
    )
    # junk that copies the announcement may come first, but what was left out is told
    for found in exhausted:
        over = [one for one in found.signatures if one.reason == "verdict.limit-reached"]
        assert found.decision == "accepted" or len(over) >= 1
    assert any(one.reason == "verdict.limit-reached" for one in exhausted[0].signatures)
    assert "accepted" == verdict(world).decision


def test_foreign_signatures_are_left_unless_they_are_needed(world: World) -> None:
    signed(world, "ec384")
    foreign = verdict(world)
    signed(world)
    settled, thorough = verdict(world), verdict(world, thorough=True)

    assert ("refused", "authenticity.untrusted-chain") == (foreign.decision, foreign.reason)
    assert ["verdict.other-signer"] == [one.reason for one in settled.signatures if not one.considered]
    assert 2 == sum(one.considered for one in thorough.signatures)
    assert ("accepted", "accepted") == (settled.decision, thorough.decision)


def test_a_foreign_wave_is_downloaded_when_the_first_does_not_settle_it(world: World) -> None:
    signed(world, expires_in=timedelta(seconds=1))
    signed(world, "ec384")
    late = world.context()
    late = type(late)(lambda: pki.NOW + timedelta(hours=1), late.open_image, late.gather, late.events)

    found = verify(late, NAME, policy())

    assert ("refused", "verdict.none-counts") == (found.decision, found.reason)
    assert {"expiry.expired", "authenticity.untrusted-chain"} == {
        judgement.failure.reason
        for one in found.signatures
        for judgement in one.judgements
        if judgement.failure
    }


def test_a_signature_that_cannot_be_fetched_now_makes_a_refusal_retryable(world: World) -> None:
    location = signed(world)
    faulty = Faulty(world.layout, frozenset({location}))
    refused = verdict(world, faulty)
    signed(world, user_metadata={"second": "yes"})
    accepted = verdict(world, faulty)

    assert ("refused", "network.timed-out", True) == (refused.decision, refused.reason, refused.retryable)
    assert ("accepted", False) == (accepted.decision, accepted.retryable)
    assert [location] == [one.location for one in accepted.unreadable]


def test_a_listing_without_end_is_reported(world: World) -> None:
    signed(world)
    endless = Faulty(world.layout, endless=True)

    found = verdict(world, endless)
    listed = list_signatures(world.context(endless), NAME)  # type: ignore[arg-type]  # by delegation

    assert "accepted" == found.decision
    assert ["registry.too-many-referrers"] == [one.reason for one in found.unreadable]
    assert 1 == len(listed.signatures)
    reasons = [one.reason for one in listed.unreadable]  # the referrers of each format are listed apart
    assert ["registry.too-many-referrers"] * 2 == reasons


def test_a_trust_store_that_cannot_be_read_now_makes_a_refusal_retryable(world: World) -> None:
    signed(world)
    unavailable = Unavailable("file.unreadable", retryable=True, data={"file": "x", "problem": "y"})

    found = verify(world.context(gathers=unavailable), NAME, policy())

    assert ("refused", "file.unreadable", True) == (found.decision, found.reason, found.retryable)


def test_an_envelope_that_is_no_envelope_is_reported(world: World) -> None:
    junk = b"junk"
    envelope = manifests.describe(junk, media_types.NOTARY_JWS)
    world.layout.push_blob(envelope, lambda: iter((junk,)))
    content = signature_manifest.write(envelope, world.image, (), pki.NOW)
    world.layout.push_manifest(content, media_types.IMAGE_MANIFEST)

    found = verdict(world)
    shown = inspect(world.context(), NAME)

    assert "refused" == found.decision
    assert [True] == [one.reason.startswith("parse.") for one in found.unreadable]
    assert ((), 1) == (shown.signatures, len(shown.unreadable))


def test_metadata_that_the_caller_asks_for_must_be_there(world: World) -> None:
    signed(world, user_metadata={"build": "42"})

    good = verify(world.context(), NAME, policy({"build": "42"}))
    bad = verify(world.context(), NAME, policy({"build": "43"}))

    assert ("accepted", "artifact.metadata-missing") == (good.decision, bad.reason)


def test_nothing_is_kept_that_cannot_be_signed(world: World) -> None:
    before = dict(world.storage.blobs)

    with pytest.raises(UsageError, match="reserved"):
        signed(world, user_metadata={"io.cncf.notary.x": "y"})

    assert before == world.storage.blobs


def test_a_layout_holds_what_was_signed_in_either_form(world: World) -> None:
    signed(world, form="legacy")
    signed(world, form="artifact")

    again = memory_layout(world.storage)

    assert 2 == len(list(again.referrers(world.image, media_types.NOTARY_SIGNATURE)))
