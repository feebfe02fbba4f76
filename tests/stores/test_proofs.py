"""Proofs of approvals, kept with the signatures that they are about."""

from pathlib import Path

import pytest

from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.events import ignore
from sealwright.homes.environment import Environment
from sealwright.interfaces import Repository
from sealwright.repositories.layout import open_directory
from sealwright.signature import Unreadable
from sealwright.stores import proofs
from sealwright.workflow.clock import now
from sealwright.workflow.opening import Reach, bind
from sealwright.workflow.transfer import transfer
from world.registry import Registry

PROOF = b'{"proof":1}'


def _pushed(repository: Repository, members: dict[str, object], *blobs: bytes) -> Descriptor:
    for content in blobs:
        repository.push_blob(manifests.describe(content, "any"), lambda content=content: iter((content,)))  # type: ignore[misc]  # a default
    whole = {"mediaType": media_types.IMAGE_MANIFEST, "config": _wire(b"{}", media_types.EMPTY), **members}
    return repository.push_manifest(manifests.encode(whole), media_types.IMAGE_MANIFEST)


def _wire(content: bytes, media_type: str) -> dict[str, object]:
    made = manifests.describe(content, media_type)
    return _plain(made)


def _plain(made: Descriptor) -> dict[str, object]:
    return {"mediaType": made.media_type, "digest": str(made.digest), "size": made.size}


def _signature(repository: Repository, layer: bytes = b"envelope") -> Descriptor:
    image = _pushed(repository, {"layers": []}, b"{}")
    repository.tag(image, "v1")
    return _pushed(
        repository,
        {
            "artifactType": media_types.NOTARY_SIGNATURE,
            "layers": [_wire(layer, media_types.NOTARY_JWS)],
            "subject": _plain(image),
        },
        b"{}",
        layer,
    )


def test_a_proof_is_found_by_the_signature_that_it_is_about(tmp_path: Path) -> None:
    with open_directory(str(tmp_path / "layout"), write=True) as layout:
        one, other = _signature(layout), _signature(layout, b"another")
        proofs.add(layout, one, PROOF)
        assert [PROOF] == list(proofs.found(layout, one))
        assert [] == list(proofs.found(layout, other))


def test_what_is_no_proof_is_reported_and_stops_nothing(tmp_path: Path) -> None:
    with open_directory(str(tmp_path / "layout"), write=True) as layout:
        signature = _signature(layout)
        kind = {"artifactType": media_types.APPROVAL_PROOF, "subject": _plain(signature)}
        _pushed(layout, {**kind, "layers": []}, b"{}")
        huge = {**_wire(b"x", media_types.APPROVAL_PROOF), "size": 2**40}
        _pushed(layout, {**kind, "layers": [huge]}, b"{}", b"x")
        proofs.add(layout, signature, PROOF)
        found = list(proofs.found(layout, signature))
    assert [PROOF] == [one for one in found if isinstance(one, bytes)]
    reasons = [one.reason for one in found if isinstance(one, Unreadable)]
    assert ["parse.manifest-envelopes"] * 2 == reasons


def test_only_so_many_proofs_of_one_signature_are_looked_at(tmp_path: Path) -> None:
    with open_directory(str(tmp_path / "layout"), write=True) as layout:
        signature = _signature(layout)
        for number in range(12):
            proofs.add(layout, signature, b"%d" % number)
        assert 8 == len(list(proofs.found(layout, signature)))


@pytest.mark.parametrize("companions", ["signatures", "all"])
def test_a_copy_carries_the_proof_of_a_signature_along(tmp_path: Path, companions: str) -> None:
    with Registry(tmp_path / "registry") as registry:
        folder = tmp_path / "layout"
        with open_directory(str(folder), write=True) as layout:
            signature = _signature(layout)
            proofs.add(layout, signature, PROOF)
        environment = Environment({"HOME": str(tmp_path)}, tmp_path)
        image = f"{registry.local}/hello:v1"
        with bind(Reach(), environment, now, ignore) as context:
            for origin, goal in ((f"oci:{folder}:v1", image), (image, f"oci:{tmp_path / 'again'}:v1")):
                with context.open_image(origin) as source, context.open_image(goal, write=True) as target:
                    transfer(context, source, target, source.subject().descriptor, companions)  # type: ignore[arg-type]  # one of them
        with open_directory(str(tmp_path / "again")) as layout:
            assert [PROOF] == list(proofs.found(layout, signature))


def test_the_proof_for_a_signature_in_a_file_is_a_file_beside_it(tmp_path: Path) -> None:
    signature = tmp_path / "net-monitor.tar.jws.sig"
    assert proofs.of_file(signature) is None
    proofs.add_beside(signature, PROOF)
    assert PROOF == proofs.of_file(signature)
    assert PROOF == (tmp_path / "net-monitor.tar.jws.sig.approval.json").read_bytes()
