"""`seal policy` on policies about keys of vaults: made, imported, shown, checked, explained."""

import json
from pathlib import Path

import pytest

from world import kms
from world.seal import Ended, seal


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user's policy is; the system has none."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("SEALWRIGHT_ROOT", str(tmp_path / "root"))
    return tmp_path / "home/.config/sealwright/vault-policy.json"


def good(*arguments: object) -> Ended:
    ended = seal("policy", *arguments)
    assert 0 == ended.code, ended
    return ended


def test_a_policy_is_made_of_keys(own: Path) -> None:
    told = good("init", "--key", "prod/release@2", "--key", kms.KEY, "--at-least", 2, "--scope", "r.example")
    assert f"in force: {own}" in told.out
    (statement,) = json.loads(own.read_text())["statements"]
    named = {"key": "release", "vault": "prod", "versions": [2]}
    assert {"atLeast": 2, "of": [named, {"key": kms.KEY}]} == statement["signedBy"]
    assert ["r.example"] == statement["scopes"]
    assert own.read_text() == good("show", "--policy", "vault").out
    assert f"{own}: good, 1 statement(s)" in good("lint").out


def test_one_key_needs_no_list(own: Path) -> None:
    good("init", "--policy", "vault", "--key", f"release@{kms.VERSION}")
    (statement,) = json.loads(own.read_text())["statements"]
    assert {"key": "release", "versions": [kms.VERSION]} == statement["signedBy"]
    assert ["*"] == statement["scopes"]


def test_a_policy_in_place_is_replaced_only_by_force(own: Path) -> None:
    good("init", "--key", "a")
    assert "policy.exists" in seal("policy", "init", "--key", "b").err
    before = own.read_bytes()
    good("init", "--key", "b", "--force")
    assert before == own.with_name("vault-policy.json.bak").read_bytes()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--policy", "vault"), "usage.policy-without-keys"),
        (("--key", "h.example/prod/a"), "usage.policy-key-with-host"),
        (("--key", "a", "--at-least", "2"), "policy.vault-count"),
        (("--key", "a", "--trust-store", "ca:x"), "do not go with"),
        (("--policy", "notation", "--key", "a", "--trust-store", "ca:x"), "go with --policy vault"),
        (("--at-least", "1", "--trust-store", "ca:x"), "go with --policy vault"),
        (("--policy", "notation"), "--trust-store"),
        (("--key", "a", "--scope", "alpine"), "policy.vault-scope"),
    ],
)
def test_what_does_not_go_together_is_refused(own: Path, flags: tuple[str, ...], words: str) -> None:
    ended = seal("policy", "init", *flags)
    assert 2 == ended.code
    assert words in ended.err
    assert not own.exists()


def test_the_key_list_of_a_cluster_becomes_a_policy(own: Path, tmp_path: Path) -> None:
    cluster = tmp_path / "cluster.json"
    config = {"isPolicyEnabled": True, "keyDetails": [{"kmsKeyId": kms.KEY}]}
    cluster.write_text(json.dumps({"imagePolicyConfig": config}))
    good("import", cluster, "--scope", "r.example/ns")
    (statement,) = json.loads(own.read_text())["statements"]
    assert (["r.example/ns"], {"any": [{"key": kms.KEY}]}) == (statement["scopes"], statement["signedBy"])
    cluster.write_text(json.dumps({"imagePolicyConfig": {"isPolicyEnabled": True, "keyDetails": []}}))
    good("import", cluster, "--force")
    assert "lint.vault-no-keys" in good("lint").out
    explained = good("explain", "--offline", "r.example/ns/app:v1").out
    assert "a key of an empty list, which is nobody" in explained


def test_every_problem_is_told_with_its_place(own: Path, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text('{"version": "1.0",\n "statements": [{"name": "a", "scopes": ["*"],\n  "signdBy": {}}]}')
    ended = seal("policy", "lint", file)
    assert 2 == ended.code
    assert f'{file}:3:3: the member "signdBy" is unknown here; did you mean "signedBy"?' in ended.err
    assert f"{file}:2:17: " in ended.err
    assert 2 == seal("policy", "import", file).code
    assert not own.exists()


def test_a_policy_is_explained(own: Path) -> None:
    good("init", "--key", "prod/release", "--key", kms.KEY, "--at-least", 2, "--scope", "r.example/ns")
    told = good("explain", "--offline", "--policy", "vault", "r.example/ns/project/app:v1").out
    assert f"r.example/ns/project/app:v1: decided by {own}" in told
    assert 'with the scope "r.example/ns"' in told
    for line in (
        "  signatures by 2 of these 2 keys (line ",
        "    a signature by the key release of the vault prod (line ",
        "  each about the repository project/app",
    ):
        assert line in told
    shown = good("explain", "--offline", "-o", "json", "r.example/ns/app:v1").json
    assert "default" == shown["explained"]["statement"]
    refused = seal("policy", "explain", "--offline", "other.example/app")
    assert "policy.vault-no-statement" in refused.err


def test_where_there_is_none_that_is_said(own: Path) -> None:
    for arguments in (("show", "--policy", "vault"), ("lint",), ("explain", "--policy", "vault", "a")):
        ended = seal("policy", *arguments)
        assert 2 == ended.code, ended
        assert "policy.absent" in ended.err or "policy.none-present" in ended.err
    assert str(own) in seal("policy", "lint").err
