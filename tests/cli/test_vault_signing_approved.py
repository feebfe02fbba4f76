"""`seal sign --format kms` by keys whose use people have to approve: waited for, refused, gone on with."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from world import images
from world.approval_home import ApprovalHome
from world.registry import Registry

KEY = "vault:production/images"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with Registry(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory, service: Registry) -> ApprovalHome:
    """A user of a key of RSA, which two people have to let sign."""
    made = ApprovalHome(tmp_path_factory.mktemp("user"), service, "ada", "bob")
    rules = made.rules("images", "--use", "release=2:ada,bob")
    made.home.must("vault", "key", "create", "production/images", "--type", "RSA-2048", "--rules", rules)
    made.home.must("policy", "init", "--key", "production/images")
    return made


def pushed(service: Registry, name: str) -> str:
    return images.push(f"{service.local}/ns/{name}", "v1", name)


def sign(image: str, *flags: str) -> tuple[str, ...]:
    return ("sign", "--key", KEY, "--format", "kms", *flags, image)


def test_a_signature_waits_for_people_and_keeps_the_proof(user: ApprovalHome, service: Registry) -> None:
    image = pushed(service, "waits")
    with user.running(*sign(image)) as signing:
        signing.until("0 of 2 from release")
        request = user.asked()["id"]
        user.approve(request, "ada", "bob")
        done = signing.done()
    assert 0 == done.status, done
    assert ", approval sha256:" in done.out
    assert 0 == user.home.seal("verify", "--policy", "vault", image).status
    told = json.loads(user.home.must("inspect", "--output", "json", image))
    (signature,) = told["signatures"]
    (approval,) = signature["approvals"]
    assert (request, ["ada", "bob"]) == (approval["request"], approval["people"])


def test_the_proof_of_a_signature_is_verified_with_it(user: ApprovalHome, service: Registry) -> None:
    image, other = pushed(service, "proven"), pushed(service, "unproven")
    assert 8 == user.home.seal(*sign(image, "--no-wait")).status
    user.approve(user.asked()["id"], "ada", "bob")
    user.home.must(*sign(image))
    keys = user.home.folder / "keys.json"
    keys.write_text(user.home.must("vault", "key", "export", "production/images"))
    rules = user.rules("images", "--use", "release=2:ada,bob")
    others = user.rules("others", "--use", "release=1:ada,bob")
    verified = ("approval", "verify", "--keys", keys, "--rules")
    assert 0 == user.home.seal(*verified, rules, image).status
    refused = user.home.seal(*verified, others, image)
    assert (1, True) == (refused.status, "approval.rules-unexpected" in refused.out + refused.err), refused
    assert (1, "no signatures\n") == (user.home.seal(*verified, rules, other)[0:2])


def test_whoever_was_interrupted_signs_again_and_finds_the_request(
    user: ApprovalHome, service: Registry
) -> None:
    image = pushed(service, "interrupted")
    first = user.home.seal(*sign(image, "--no-wait"))
    assert 8 == first.status, first
    request: Any = user.asked()["id"]
    assert 8 == user.home.seal(*sign(image, "--no-wait")).status
    assert request == user.asked()["id"]
    user.approve(request, "ada", "bob")
    assert 0 == user.home.seal(*sign(image)).status
    assert 0 == user.home.seal("verify", "--policy", "vault", image).status


def test_what_people_deny_is_not_signed(user: ApprovalHome, service: Registry, tmp_path: Path) -> None:
    assert tmp_path.exists()
    image = pushed(service, "denied")
    with user.running(*sign(image)) as signing:
        signing.until("0 of 2 from release")
        user.deny(user.asked()["id"], "bob")
        done = signing.done()
    assert "approval.denied" in done.err
    assert done.status
    assert 1 == user.home.seal("verify", "--policy", "vault", image).status


def test_a_copy_takes_the_proof_along(user: ApprovalHome, service: Registry, tmp_path: Path) -> None:
    image = pushed(service, "copied")
    assert 8 == user.home.seal(*sign(image, "--no-wait")).status
    user.approve(user.asked()["id"], "ada", "bob")
    user.home.must(*sign(image))
    keys = tmp_path / "keys.json"
    keys.write_text(user.home.must("vault", "key", "export", "production/images"))
    rules = user.rules("images", "--use", "release=2:ada,bob")
    with Registry(tmp_path / "mirror") as mirror:
        copy = f"{mirror.local}/ns/copied:v1"
        for _ in range(2):  # the second time everything is there
            user.home.must("copy", image, copy)
        assert 0 == user.home.seal("approval", "verify", "--keys", keys, "--rules", rules, copy).status
        (signature,) = json.loads(user.home.must("inspect", "--output", "json", copy))["signatures"]
        (approval,) = signature["approvals"]
        assert ["ada", "bob"] == approval["people"]
