"""Signed only, by certificates that can be revoked: the service asks, and asks again when an answer ends."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealwright.workflow import clock
from service.test_signed_only import Setting, refused
from world import revocation
from world.authority_host import AuthorityHost
from world.revocation import Revoked


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AuthorityHost]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with AuthorityHost() as running:
        yield running


def soon(seconds: float) -> float:
    """A time as `revocation` counts it, so many seconds from now."""
    return (clock.now() - revocation.START).total_seconds() / 3600 + seconds / 3600


def test_a_revocation_closes_the_way_when_the_answer_before_has_ended(
    host: AuthorityHost, tmp_path: Path
) -> None:
    chain = revocation.chain(crl=[host.url("/crl")])
    setting = Setting(tmp_path)
    try:
        setting.sign(setting.push(), chain=chain)
        host.say("/crl", revocation.crl(chain, until=soon(3)))
        assert [200] * 5 == [setting.pull().status for _ in range(5)]
        assert 1 == host.count("/crl")
        host.say("/crl", revocation.crl(chain, [Revoked()]))
        time.sleep(3.5)
        assert "revocation.revoked" == refused(setting.pull())
        assert 2 == host.count("/crl")
    finally:
        setting.registry.stop()


def test_nobody_who_can_tell_closes_the_way(host: AuthorityHost, tmp_path: Path) -> None:
    chain = revocation.chain(crl=[host.url("/crl")])
    setting = Setting(tmp_path)
    try:
        setting.sign(setting.push(), chain=chain)
        assert "revocation.unknown" == refused(setting.pull())
    finally:
        setting.registry.stop()
