"""Timestamps from Python."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import sealwright
from sealwright import Client, EnvironmentalError, Timestamp, UsageError
from world import images, pki
from world.home import Home, pem, statement
from world.tsa import Reply, Tsa

SIGNER = pki.chain("ec256")


@pytest.fixture
def tsa() -> Iterator[Tsa]:
    with Tsa() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, tsa: Tsa, monkeypatch: pytest.MonkeyPatch) -> Home:
    made = Home(tmp_path / "home")
    made.add_key("build", SIGNER)
    made.trust("acme", SIGNER.root)
    made.trust("clock", tsa.chain.root, kind="tsa")
    made.policy(statement(stores=("ca:acme", "tsa:clock")))
    (made.folder / "root.pem").write_bytes(pem(tsa.chain.root))
    images.make_layout(tmp_path / "layout", "v1")
    monkeypatch.setenv("HOME", str(made.folder))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return made


def test_a_signature_is_timestamped_and_its_time_proven(home: Home, tsa: Tsa, tmp_path: Path) -> None:
    image = f"oci:{tmp_path / 'layout'}:v1"
    where = Timestamp(f"{tsa.url}/", str(home.folder / "root.pem"))
    sealwright.sign(image, timestamp=where)
    verdict = sealwright.verify(image, scope="acme.example/app")
    (report,) = verdict.signatures
    assert report.signing_times is not None
    assert "timestamp" == report.signing_times.source
    (found,) = sealwright.inspect(image).signatures
    assert found[1].timestamp is not None
    assert report.signing_times.earliest == found[1].timestamp.earliest


def test_the_settings_count_unless_the_caller_overrules_them(home: Home, tsa: Tsa, tmp_path: Path) -> None:
    image = f"oci:{tmp_path / 'layout'}:v1"
    settings = home.folder / ".config/sealwright"
    settings.mkdir()
    root = home.folder / "root.pem"
    (settings / "config.toml").write_text(f'[timestamp]\nurl = "{tsa.url}/"\nroot_cert = "{root}"\n')
    with Client() as client:
        client.sign(image, timestamp=Timestamp())
        assert [] == tsa.requests
        client.sign_recursively(image)
        assert 1 == len(tsa.requests)


def test_nothing_is_signed_without_the_timestamp_that_was_asked_for(
    home: Home, tsa: Tsa, tmp_path: Path
) -> None:
    image = f"oci:{tmp_path / 'layout'}:v1"
    tsa.answers = lambda _: Reply(500)
    with pytest.raises(EnvironmentalError) as raised:
        sealwright.sign(image, timestamp=Timestamp(f"{tsa.url}/", str(home.folder / "root.pem")))
    assert "timestamp.http-status" == raised.value.code
    with pytest.raises(UsageError):
        sealwright.sign(image, timestamp=Timestamp(f"{tsa.url}/"))
    assert () == sealwright.list_signatures(image).signatures
