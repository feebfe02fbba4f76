"""Signatures that were pushed before there was a table of them are brought into it, once."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sealwright import limits, media_types
from sealwright.digest import Digest
from sealwright.service.configuration.storage import Storage as Settings
from sealwright.service.signatures.actions.bringing_in import bring_in
from sealwright.service.storage import Storage
from world import simple
from world.registry import Registry
from world.wire import Wire

BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
CONFIG = {"mediaType": media_types.EMPTY, "digest": str(Digest.of(b"{}")), "size": 2}


def push(wire: Wire, count: int) -> list[str]:
    """An image with signatures of both kinds; gives their manifests' digests."""
    digest = simple.push_image(wire, "a")
    subject = {"mediaType": media_types.IMAGE_MANIFEST, "digest": digest, "size": 300}
    made = []
    for number in range(count):
        members = {
            "artifactType": BUNDLE,
            "config": CONFIG,
            "layers": [],
            "subject": subject,
            "annotations": {"number": str(number)},
        }
        made.append(wire.push_manifest("a", f"tag{number}", members)[0])
    made.append(wire.push_manifest("a", f"sha256-{digest.encoded}.sig", {"config": CONFIG, "layers": []})[0])
    return [str(one) for one in made]


def forget(folder: Path) -> None:
    """Make the database one that never had the table filled."""
    with closing(sqlite3.connect(folder / "sealwright.db")) as database, database:
        for table in ("signatures", "signature_subjects", "signatures_brought_in"):
            database.execute(f"DELETE FROM {table}")  # noqa: S608  # one of these


def found(wire: Wire) -> dict[str, dict[str, object]]:
    rows = wire.ask("GET", "/api/v1/signatures?revoked=all").json["signatures"]
    assert len(rows) == len({row["digest"] for row in rows})
    return {row["digest"]: row for row in rows}


def test_what_was_there_before_is_found_after_the_start(tmp_path: Path) -> None:
    with Registry(tmp_path) as registry:
        made = push(Wire(registry.address), 3)
        before = found(Wire(registry.address))
    forget(tmp_path)
    with Registry(tmp_path) as registry:
        wire = Wire(registry.address)
        until = time.monotonic() + 10
        while len(found(wire)) < len(made) and time.monotonic() < until:
            time.sleep(0.02)
        after = found(wire)
        assert sorted(made) == sorted(after)
        for digest, row in after.items():
            same = ("repository", "subject", "format", "kind", "via", "status")
            assert [before[digest][name] for name in same] == [row[name] for name in same]
            assert "" == row["attachedBy"]
            assert str(row["receivedAt"]) <= str(before[digest]["receivedAt"])
        assert 202 == wire.ask("DELETE", f"/v2/a/manifests/{made[0]}").status
        assert "revoked" == found(wire)[made[0]]["status"]
    with Registry(tmp_path) as registry:
        assert len(made) == len(found(Wire(registry.address)))


def test_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    count = limits.SIGNATURES_BROUGHT_IN + 20
    with Registry(tmp_path) as registry:
        made = push(Wire(registry.address), count)
    forget(tmp_path)
    rows = []
    for more in (True, False, False):
        storage = Storage.open(Settings(folder=str(tmp_path)))
        try:
            assert more == bring_in(storage)
            rows.append(storage.database.rows("SELECT digest FROM signatures"))
        finally:
            storage.close()
    assert len(rows[0]) < len(made) == len(rows[1]) == len(rows[2])
