"""Plugins and the client: they verify where signatures name them, unless the caller wants none to run."""

import json
from pathlib import Path

import pytest

from sealwright import Client, UsageError, read_policy
from world import images, pki
from world.home import Home, statement
from world.plugins import ENVELOPE, IDENTITY, RAW, Acting

CHAIN = pki.chain("ec256")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    made = Home(tmp_path / "home")
    made.trust("acme", CHAIN.root)
    made.policy(statement())
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def image(home: Home, tmp_path: Path) -> str:
    """An image whose signature names the plugin `acme`."""
    images.make_layout(tmp_path / "layout", "v1")
    name = f"oci:{tmp_path / 'layout'}:v1"
    plugin = Acting(home, "signing", capabilities=[ENVELOPE], chain=CHAIN, envelope={"plugin": "acme"})
    home.must("sign", "--plugin", plugin.name, "--id", "k", name)
    return name


def test_a_client_asks_the_plugin_that_a_signature_names(home: Home, image: str) -> None:
    plugin = Acting(home, capabilities=[IDENTITY])
    with Client() as client:
        assert "accepted" == client.judge(image, scope="local/x").decision
    with Client(trust={"ca:acme": CHAIN.root}) as client:
        assert "accepted" == client.judge(image, scope="local/x").decision
    assert 2 == len(plugin.asked("verify-signature"))


def test_a_policy_has_what_plugins_have_to_be_told(home: Home, image: str) -> None:
    plugin = Acting(home, capabilities=[IDENTITY])
    policy = read_policy(home.notation / "trustpolicy.json", plugin_config={"region": "here"})
    with Client(policy=policy) as client:
        assert "accepted" == client.judge(image, scope="local/x").decision
    assert [{"region": "here"}] * 2 == [request["pluginConfig"] for request in plugin.asked()]
    with pytest.raises(UsageError):
        read_policy({"default": [{"type": "reject"}]}, plugin_config={"a": "b"})


def test_a_client_runs_no_plugin_where_none_may_run(home: Home, image: str) -> None:
    plugin = Acting(home, capabilities=[IDENTITY])
    with Client(plugins=False) as client:
        verdict = client.judge(image, scope="local/x")
    assert ("refused", "plugin.not-run") == (verdict.decision, verdict.reason)
    assert [] == plugin.asked()


def test_a_client_signs_with_a_key_that_a_plugin_reaches(home: Home, tmp_path: Path) -> None:
    Acting(home, capabilities=[RAW], chain=CHAIN)
    keys = {"keys": [{"name": "cloud", "id": "k", "pluginName": "acme"}]}
    (home.notation / "signingkeys.json").write_text(json.dumps(keys))
    images.make_layout(tmp_path / "layout", "v1")
    name = f"oci:{tmp_path / 'layout'}:v1"
    with Client() as client:
        client.sign(name, "cloud")
        assert "accepted" == client.judge(name, scope="local/x").decision


def test_a_verdict_that_a_plugin_had_a_part_in_is_not_used_again(home: Home, image: str) -> None:
    plugin = Acting(home, capabilities=[IDENTITY])
    with Client(verdict_cache=home.folder / "verdicts") as client:
        for _ in range(2):
            assert client.judge(image, scope="local/x").reused_at is None
    assert 2 == len(plugin.asked("verify-signature"))
