"""`seal admin gc`, `check`, `backup`, `restore` and `migrate`, beside a server that runs."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sealwright.service.storage import schema
from world.registry import Registry
from world.seal import seal
from world.wire import Wire


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with Registry(tmp_path / "registry") as running:
        yield running


def test_gc_says_what_would_go_and_then_removes_it(registry: Registry) -> None:
    wire = Wire(registry.address)
    digest = wire.push_blob("a", b"of no use")
    at = ("--folder", registry.folder, "--grace-hours", "0")
    would = seal("admin", "gc", "--dry-run", *at)
    assert (0, True) == (would.code, f"a: no manifest names the blob {digest}" in would.out)
    assert "would remove: 0 referrers, 0 tags, 0 manifests without a tag, 1 blobs" in would.out
    assert 200 == wire.ask("GET", f"/v2/a/blobs/{digest}").status
    told = json.loads(seal("admin", "gc", "--output", "json", *at).out)
    assert (False, 1, 1, 9) == (
        told["dry_run"],
        told["unreferenced"],
        told["contents"],
        told["content_bytes"],
    )
    assert 404 == wire.ask("GET", f"/v2/a/blobs/{digest}").status
    kept = wire.push_blob("a", b"still young")
    assert 0 == seal("admin", "gc", "--folder", registry.folder).code
    assert 200 == wire.ask("GET", f"/v2/a/blobs/{kept}").status


def test_check_ends_with_1_if_anything_is_wrong(registry: Registry) -> None:
    digest = Wire(registry.address).push_blob("a", b"content")
    good = seal("admin", "check", "--folder", registry.folder)
    assert (0, True) == (good.code, "1 blobs of 7 bytes: no problems" in good.out)
    (registry.folder / "blobs" / "sha256" / digest.encoded[:2] / digest.encoded).write_bytes(b"CONTENT")
    assert 0 == seal("admin", "check", "--quick", "--folder", registry.folder).code
    bad = seal("admin", "check", "--folder", registry.folder)
    assert (1, f"the content of the blob {digest} has another digest") == (bad.code, bad.out.splitlines()[0])
    told = seal("admin", "check", "--folder", registry.folder, "--output", "json")
    assert (1, 1, 7) == (told.code, json.loads(told.out)["blobs"], json.loads(told.out)["blob_bytes"])


def test_a_backup_is_restored_into_another_folder(registry: Registry, tmp_path: Path) -> None:
    wire = Wire(registry.address)
    wire.push_manifest("a", "v1", {"layers": []})
    saved = seal("admin", "backup", "--verbose", "--folder", registry.folder, tmp_path / "saved")
    assert (0, True) == (saved.code, "table manifests" in saved.out)
    assert 0o700 == (tmp_path / "saved" / "tables").stat().st_mode & 0o777
    busy = seal("admin", "restore", "--folder", registry.folder, tmp_path / "saved")
    assert (2, True) == (busy.code, "service.folder-in-use" in busy.err)
    into = seal("admin", "restore", "--folder", tmp_path / "other", tmp_path / "saved")
    assert 0 == into.code
    again = seal("admin", "restore", "--folder", tmp_path / "other", tmp_path / "saved")
    assert (2, True) == (again.code, "service.restore-not-empty" in again.err)
    nothing = seal("admin", "restore", "--folder", tmp_path / "third", tmp_path / "nothing")
    assert (2, True) == (nothing.code, "service.backup-unusable" in nothing.err)
    with Registry(tmp_path / "other") as other:
        assert 200 == Wire(other.address).ask("GET", "/v2/a/manifests/v1").status


def test_migrate_says_what_is_missing(tmp_path: Path) -> None:
    folder = tmp_path / "registry"
    missing = seal("admin", "migrate", "--check", "--folder", folder)
    names = [migration.name for migration in schema.migrations()]
    assert (1, [f"missing: {name}" for name in names]) == (missing.code, missing.out.splitlines())
    applied = seal("admin", "migrate", "--folder", folder)
    assert (0, [f"applied: {name}" for name in names]) == (applied.code, applied.out.splitlines())
    assert 0 == seal("admin", "migrate", "--check", "--folder", folder).code
    with closing(sqlite3.connect(folder / "sealwright.db")) as database, database:
        database.execute("INSERT INTO migrations VALUES (9999, '9999-later', 'sha256:x', 0)")
    newer = seal("admin", "migrate", "--folder", folder)
    assert (2, True) == (newer.code, "service.folder-newer" in newer.err)
