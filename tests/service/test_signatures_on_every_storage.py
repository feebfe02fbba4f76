"""The table of signatures on every database: the same SQL, the same answers, and nothing lost in a backup."""

import uuid
from pathlib import Path

from sealwright import limits, media_types
from sealwright.digest import Digest
from sealwright.service.storage import Storage, backup
from world import openpgp, simple
from world.registry import Registry
from world.storages import Storages
from world.wire import Wire

BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
CONFIG = {"mediaType": media_types.EMPTY, "digest": str(Digest.of(b"{}")), "size": 2}


def push(wire: Wire, count: int) -> None:
    """An image with referrers and a tag that are signatures."""
    digest = simple.push_image(wire, "a")
    subject = {"mediaType": media_types.IMAGE_MANIFEST, "digest": digest, "size": 300}
    members = {"artifactType": BUNDLE, "config": CONFIG, "layers": [], "subject": subject}
    for number in range(count):
        wire.push_manifest("a", f"tag{number}", {**members, "annotations": {"number": str(number)}})
    wire.push_manifest("a", f"sha256-{digest.encoded}.sig", {"config": CONFIG, "layers": []})


def test_every_storage_keeps_the_table(storages: Storages, storage_kind: str) -> None:
    """Attached, numbered, revoked and searched, by the same SQL on every database."""
    with Registry(storages.settings(storage_kind)) as registry:
        wire = Wire(registry.address)
        name = f"ns/{uuid.uuid4()}"
        digest = simple.push_image(wire, name)
        contents = [simple.signed(digest) for _ in range(4)]
        for number, content in enumerate(contents, 1):
            told = simple.name_of(digest, number)
            assert 201 == simple.attach(wire, name, digest, content, name=told).status
        assert 409 == simple.attach(wire, name, digest, name=simple.name_of(digest, 1)).status
        assert contents == simple.listed(wire, name, digest)
        assert 202 == wire.ask("DELETE", simple.path(name, simple.name_of(digest, 2)) + "?reason=x").status
        store = [
            wire.ask("GET", f"/lookaside/{name}@sha256={digest.encoded}/signature-{number}")
            for number in (1, 2, 3, 4)
        ]
        assert [200, 200, 200, 404] == [answer.status for answer in store]
        assert [contents[0], contents[3], contents[2]] == [answer.body for answer in store[:3]]
        assert 200 == wire.ask("GET", f"/lookaside/sha256={digest.encoded}/signature-3").status
        push(wire, 3)
        for filters, count in (
            (f"repository={name}", 3),
            (f"repository={name}&revoked=yes", 1),
            (f"repository={name}&revoked=all&n=2", 2),
            (f"subject={digest}&format=simple", 3),
            ("key=00112233445566aa", 3),
            ("signer=", 7),
            ("format=bundle", 3),
            ("attached_by=anonymous&since=2020-01-01T00:00:00Z", 7),
            ("until=2020-01-01T00:00:00Z", 0),
            ("revoked=yes", 1),
            (f"image={name}:v1", 3),
        ):
            answer = wire.ask("GET", f"/api/v1/signatures?{filters}")
            assert (200, count) == (answer.status, len(answer.json["signatures"])), filters
        assert 3 == len(wire.ask("GET", f"/api/v1/images?repository={name}&reference=v1").json["signatures"])


def test_a_backup_holds_every_signature(storages: Storages, storage_kind: str, tmp_path: Path) -> None:
    before, after = storages.settings(storage_kind), storages.settings(storage_kind)
    with Registry(before) as registry:
        wire = Wire(registry.address)
        push(wire, 2)
        digest = simple.push_image(wire, "b", unique="b")
        large = openpgp.new(21, bytes(limits.SIMPLE_SIGNATURE_LIST_BYTES * 2 // 3)) + simple.signed(digest)
        assert 201 == simple.attach(wire, "b", digest, large).status
        told = simple.name_of(digest)
        assert 201 == simple.attach(wire, "b", digest, name=told).status
        assert 202 == wire.ask("DELETE", simple.path("b", told) + "?reason=lost").status
        rows = wire.ask("GET", "/api/v1/signatures?revoked=all").json
    storage = Storage.open(before)
    try:
        backup.save(storage, tmp_path / "backup")
    finally:
        storage.close()
    storage = Storage.open(after)
    try:
        backup.restore(storage, tmp_path / "backup")
    finally:
        storage.close()
    with Registry(after) as registry:
        wire = Wire(registry.address)
        assert rows == wire.ask("GET", "/api/v1/signatures?revoked=all").json
        assert [large] == simple.listed(wire, "b", digest)
        assert 201 == simple.attach(wire, "b", digest).status
