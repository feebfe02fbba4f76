"""`seal admin`: API keys, compartments and tags of Oracle's APIs, beside a server that runs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import good
from world import oracle
from world.oracle import Signer
from world.oracle_service import BASE, OracleService
from world.seal import Ended, seal


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OracleService]:
    with OracleService(tmp_path_factory.mktemp("service")) as running:
        yield running


def admin(service: OracleService, *words: object) -> Ended:
    return seal("admin", *words, "--folder", service.settings.storage.folder)


def test_an_api_key_signs_until_it_is_removed(service: OracleService, tmp_path: Path) -> None:
    service.robot("ci", pull="acme/*")
    key = oracle.private_key(70)
    file = tmp_path / "ci.pem"
    file.write_text(oracle.pem(key))
    made = good(
        admin(service, "api-key", "add", file, "--user", "ci", "--note", "builds", "--output", "json")
    ).json
    listed = good(admin(service, "api-key", "list", "--output", "json")).json
    (mine,) = [one for one in listed["keys"] if one["fingerprint"] == made["fingerprint"]]
    assert (service.tenancy.id, service.tenancy.user("ci"), "builds") == (
        listed["tenancy"], mine["user"], mine["note"]
    )  # fmt: skip
    signer = Signer(
        service.registry.address, f"{listed['tenancy']}/{mine['user']}/{mine['fingerprint']}", key
    )
    assert 200 == signer.got(f"{BASE}/images", compartmentId=service.root).status
    again = admin(service, "api-key", "add", file, "--user", "ci")
    assert "already" in again.err
    text = good(admin(service, "api-key", "list")).out
    assert made["fingerprint"] in text
    good(admin(service, "api-key", "remove", made["fingerprint"], "--user", "ci"))
    assert 401 == signer.got(f"{BASE}/images", compartmentId=service.root).status
    assert "no API key" in admin(service, "api-key", "remove", made["fingerprint"], "--user", "ci").err


@pytest.mark.parametrize(
    "content", ["", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "\xff"]
)
def test_what_is_no_key_is_refused(service: OracleService, tmp_path: Path, content: str) -> None:
    file = tmp_path / "bad.pem"
    file.write_text(content, encoding="latin-1")
    ended = admin(service, "api-key", "add", file)
    assert 0 != ended.code
    assert "cannot sign requests" in ended.err


def test_small_keys_and_keys_of_nobody_are_refused(service: OracleService, tmp_path: Path) -> None:
    file = tmp_path / "small.pem"
    file.write_text(oracle.pem(oracle.new_key(1024)))
    assert "1024 bits" in admin(service, "api-key", "add", file).err
    file.write_text(oracle.pem(oracle.private_key(70)))
    assert "nobody" in admin(service, "api-key", "add", file, "--user", "nobody").err


def test_compartments_are_made_and_renamed(service: OracleService) -> None:
    teams = good(admin(service, "compartment", "add", "teams")).out.strip()
    web = good(
        admin(service, "compartment", "add", "web", "--parent", "teams", "--description", "sites")
    ).out.strip()
    assert re.fullmatch(r"ocid1\.compartment\.oclocal\.\.[a-z2-7]{60}", web)
    assert 200 == service.admin.got(f"{BASE}/images", compartmentId=web).status
    good(admin(service, "compartment", "rename", "teams/web", "site"))
    listed = good(admin(service, "compartment", "list", "--output", "json")).json["compartments"]
    assert [("/", service.root), ("/teams", teams), ("/teams/site", web)] == [
        (one["path"], one["id"]) for one in listed
    ]
    assert "/teams/site" in good(admin(service, "compartment", "list")).out
    assert "already" in admin(service, "compartment", "add", "teams").err
    assert "no compartment" in admin(service, "compartment", "add", "x", "--parent", "nothing").err


def test_tags_are_defined(service: OracleService) -> None:
    good(admin(service, "tag-namespace", "add", "Finance"))
    assert "Finance" in good(admin(service, "tag-namespace", "list")).out
    words = ("tag-namespace", "add-key", "finance", "Center", "--value", "a", "--value", "b")
    good(admin(service, *words, "--description", "who pays"))
    image = service.pushed("tagged/app")
    path = f"{BASE}/images/{image['id']}"
    tagged = service.admin.ask("PUT", path, {"definedTags": {"finance": {"center": "a"}}})
    assert {"Finance": {"Center": "a"}} == tagged.json["definedTags"]
    assert 400 == service.admin.ask("PUT", path, {"definedTags": {"finance": {"center": "c"}}}).status
    (listed,) = good(admin(service, "tag-namespace", "list", "--output", "json")).json["namespaces"]
    assert ("Finance", ["a", "b"]) == (listed["name"], listed["keys"][0]["choices"])
    assert "Finance.Center" in good(admin(service, "tag-namespace", "list")).out
    good(admin(service, "tag-namespace", "remove-key", "Finance", "center"))
    good(admin(service, "tag-namespace", "remove", "Finance"))
    assert "not defined" in admin(service, "tag-namespace", "remove", "Finance").err
