"""`seal verify --record` and `seal inspect --history`: what was found is kept by the registry, and shown."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import good
from sealwright.digest import Digest
from sealwright.service.accounts.actions import grants
from world import openpgp, simple
from world.accounts import ACTOR, Guarded
from world.openpgp_keys import Key
from world.registry import DebianRegistry, Registry
from world.seal import seal
from world.wire import Wire

ALICE = Key.ed25519("Alice <alice@example.com>")


def kept(registry: Registry, repository: str) -> list[dict[str, Any]]:
    """The repository's signatures with how they stand, the first received first."""
    answer = Wire(registry.address).ask("GET", f"/api/v1/signatures?repository={repository}")
    found: list[dict[str, Any]] = answer.json["signatures"]
    return found[::-1]


@pytest.fixture
def image(home: Path, registry: Registry, request: pytest.FixtureRequest) -> str:
    """A signed image; gives its name."""
    assert home.exists()
    repository = "records/" + request.node.name.removeprefix("test_").replace("_", "-")[:60].strip("-")
    simple.push_image(Wire(registry.address), repository, unique=repository)
    name = f"{registry.local}/{repository}:v1"
    good(seal("sign", "--key", "build", name))
    return name


def repository_of(image: str) -> str:
    return image.partition("/")[2].removesuffix(":v1")


def test_a_verdict_is_recorded_only_when_that_is_asked_for(registry: Registry, image: str) -> None:
    good(seal("verify", image))
    (one,) = kept(registry, repository_of(image))
    assert {"status": "unverified", "latest": None} == one["verification"]
    plain = good(seal("verify", image)).out
    assert plain == good(seal("verify", "--record", image)).out
    (one,) = kept(registry, repository_of(image))
    latest = one["verification"]["latest"]
    assert ("verified", "verified", "client", image, "notation") == (
        one["verification"]["status"],
        latest["result"],
        latest["maker"],
        latest["expected"],
        latest["policy"]["language"],
    )
    assert one["claimed"]["key"] == latest["key"]
    record = Wire(registry.address).ask("GET", f"/api/v1/signatures/{one['id']}/verifications/1").json
    assert ("accepted", one["subject"]) == (
        record["verdict"]["decision"],
        record["verdict"]["subject"]["descriptor"]["digest"],
    )


def test_a_refusal_is_recorded_too_and_shown(registry: Registry, image: str, notation: Path) -> None:
    good(seal("verify", "--record", image))
    policy = notation / "trustpolicy.json"
    document = json.loads(policy.read_text())
    document["trustPolicies"][0]["trustedIdentities"] = ["x509.subject: C=DE, ST=BE, O=Other"]
    policy.write_text(json.dumps(document))
    assert 1 == seal("verify", "--record", image).code
    shown = good(seal("inspect", "--history", image)).out
    lines = [line.strip(" │├└─") for line in shown.splitlines()]
    start = lines.index("verification: unverified")
    assert f" failed as {image} by anonymous: " in lines[start + 1]
    assert lines[start + 1].endswith("(identity.no-match)")
    assert lines[start + 2].endswith(f" verified as {image} by anonymous")
    told = json.loads(good(seal("inspect", "--history", "--output", "json", image)).out)
    (signature,) = told["signatures"]
    assert "unverified" == signature["verification"]["status"]
    assert ["failed", "verified"] == [one["result"] for one in signature["verification"]["records"]]


def test_the_registry_is_not_asked_for_records_unasked(image: str) -> None:
    assert "verification" not in good(seal("inspect", image)).out
    told = json.loads(good(seal("inspect", "--output", "json", image)).out)
    assert "verification" not in told["signatures"][0]
    assert "no records" in good(seal("inspect", "--history", image)).out


def test_each_gpg_signature_gets_a_record_of_its_own(registry: Registry, home: Path, tmp_path: Path) -> None:
    wire, repository = Wire(registry.address), "records/gpg"
    digest = simple.push_image(wire, repository, unique=repository)
    image = f"{registry.local}/{repository}:v1"
    stranger = Key.ed25519("Bob <bob@example.com>")
    for key in (stranger, ALICE):
        content = key.message(openpgp.payload(digest, image), int(time.time()))
        assert 201 == simple.attach(wire, repository, digest, content).status
    keys = home / "alice.gpg"
    keys.write_bytes(ALICE.public())
    rule = {"type": "signedBy", "keyType": "GPGKeys", "keyPath": str(keys)}
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"default": [rule]}))
    good(seal("verify", "--record", "--thorough", "--policy-file", policy, image))
    failed, verified = kept(registry, repository)
    assert ["unverified", "verified"] == [one["verification"]["status"] for one in (failed, verified)]
    assert "containers" == failed["verification"]["latest"]["policy"]["language"]
    assert ALICE.fingerprint.lower() == verified["verification"]["latest"]["key"]


def test_an_image_without_signatures_leaves_no_record(registry: Registry, home: Path) -> None:
    assert home.exists()
    digest = simple.push_image(Wire(registry.address), "records/plain")
    image = f"{registry.local}/records/plain@{digest}"
    assert seal("verify", image).code == seal("verify", "--record", image).code == 1
    assert "no signatures" in good(seal("inspect", "--history", image)).out


def test_who_may_not_record_is_told_and_does_not_succeed(
    image: str, registry: Registry, home: Path, tmp_path: Path
) -> None:
    assert home.exists()
    with Guarded(tmp_path / "guarded") as guarded:
        guarded.robot("reader", pull="records/*", push="records/*", sign="records/*")
        token = guarded.token("reader")
        guarded.settle()
        there = image.replace(registry.local, guarded.registry.local)
        account = ("-u", "reader", "-p", token)
        good(seal("login", *account, guarded.registry.local))
        good(seal("copy", image, there))
        good(seal("verify", there))
        ended = seal("verify", "--record", there)
        assert 0 != ended.code
        assert "does not accept the login for this" in ended.err
        assert "the verdict was: accepted" in ended.err
        good(seal("inspect", "--history", there))
        grants.grant(guarded.database, ACTOR, "reader", "records/*", {"audit"})
        guarded.settle()
        good(seal("verify", "--record", there))
        assert "verified as" in good(seal("inspect", "--history", there)).out


def test_other_registries_and_layouts_record_nothing(home: Path, tmp_path: Path, image: str) -> None:
    layout = f"oci:{tmp_path / 'layout'}:v1"
    good(seal("copy", image, layout))
    for arguments in (("verify", "--record", "--scope", repository_scope(image)), ("inspect", "--history")):
        ended = seal(*arguments, layout)
        assert 0 != ended.code
        assert "is in no registry, and records of verifications are kept by registries" in ended.err
    assert home.exists()


def repository_scope(image: str) -> str:
    return image.removesuffix(":v1")


@pytest.mark.peer("docker-registry")
def test_a_registry_that_is_not_ours_is_told(tmp_path: Path, image: str) -> None:
    with DebianRegistry(tmp_path / "debian") as other:
        there = f"{other.address}/{repository_of(image)}:v1"
        good(seal("copy", image, there))
        for arguments in (("verify", "--record"), ("inspect", "--history")):
            ended = seal(*arguments, there)
            assert 0 != ended.code
            assert "does not answer as Sealwright's service does" in ended.err


def test_a_record_is_about_the_digest_that_was_verified(registry: Registry, image: str) -> None:
    digest = Digest.parse(kept(registry, repository_of(image))[0]["subject"])
    good(seal("verify", "--record", f"{image.removesuffix(':v1')}@{digest}"))
    assert "verified" == kept(registry, repository_of(image))[0]["verification"]["status"]


def test_what_could_not_be_found_out_is_not_recorded(registry: Registry, image: str, notation: Path) -> None:
    good(seal("verify", "--record", image))
    store = notation / "truststore" / "x509" / "ca" / "acme"
    store.rename(store.with_name("elsewhere"))
    ended = seal("verify", "--record", image)
    assert 0 != ended.code
    assert "verified" == kept(registry, repository_of(image))[0]["verification"]["status"]
