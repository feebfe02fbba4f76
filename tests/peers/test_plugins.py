"""Plugins under the real notation and under ours: the same programs, the same outcomes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from peers.notation import BOTH, Notation, seal_inspected
from world import images, pki
from world.home import Home, statement
from world.plugins import ENVELOPE, RAW, Acting
from world.registry import Registry

ENVELOPES = ("jws", "cose")


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    started = Registry(tmp_path_factory.mktemp("registry"))
    yield started.local
    started.stop()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    for kind in pki.KINDS:
        made.trust("acme", pki.chain(kind).root)
    made.policy(statement())
    return made


def accepted(home: Home, image: str, *flags: str) -> bool:
    done = home.seal("verify", *flags, image)
    assert done.status in (0, 1), done
    return 0 == done.status


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("kind", pki.KINDS)
@pytest.mark.parametrize("name", BOTH)
def test_one_plugin_signs_bytes_for_both(
    name: str, kind: str, envelope: str, home: Home, registry: str
) -> None:
    notation = Notation(name, home)
    plugin = Acting(home, capabilities=[RAW], chain=pki.chain(kind))
    key = ("--plugin", "acme", "--id", "the key", "--signature-format", envelope)
    ours = images.push(f"{registry}/ours-{kind}-{envelope}", "v1", "ours")
    theirs = images.push(f"{registry}/theirs-{kind}-{envelope}", "v1", "theirs")
    home.must("sign", *key, "--plugin-config", "a=b", ours)
    ours_asked = plugin.asked()
    plugin.forget()
    notation.sign(theirs, *key, "--plugin-config", "a=b")
    theirs_asked = plugin.asked()
    for asked in (ours_asked, theirs_asked):
        asked[2].pop("payload")
    assert theirs_asked == ours_asked
    for image in (ours, theirs):
        assert notation.accepts(image)
        assert accepted(home, image)
    (attributes,) = seal_inspected(home, ours).values()
    assert attributes.agent.endswith(" acme/1.2.3")


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("name", BOTH)
def test_one_plugin_makes_envelopes_for_both(name: str, envelope: str, home: Home, registry: str) -> None:
    notation = Notation(name, home)
    plugin = Acting(
        home,
        capabilities=[ENVELOPE],
        chain=pki.chain("ec256"),
        envelope={"added": {"by": "acting"}, "annotations": {"example": "noted"}},
    )
    key = ("--plugin", "acme", "--id", "k", "--signature-format", envelope, "--expiry", "2h", "-m", "a=b")
    ours = images.push(f"{registry}/whole-ours-{envelope}", "v1", "ours")
    theirs = images.push(f"{registry}/whole-theirs-{envelope}", "v1", "theirs")
    home.must("sign", *key, ours)
    ours_asked = plugin.asked()
    plugin.forget()
    notation.sign(theirs, *key)
    theirs_asked = plugin.asked()
    for asked in (ours_asked, theirs_asked):
        asked[1].pop("payload")
    assert theirs_asked == ours_asked
    for image in (ours, theirs):
        assert notation.accepts(image, "-m", "a=b")
        assert accepted(home, image, "-m", "by=acting")


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("kind", pki.KINDS)
@pytest.mark.parametrize("name", BOTH)
def test_notation_signs_with_our_keys_through_our_plugin(
    name: str, kind: str, envelope: str, home: Home, registry: str
) -> None:
    notation = Notation(name, home)
    home.add_key("build", pki.chain(kind))
    home.must("plugin", "install", "sealwright")
    notation.must("key", "add", "--plugin", "sealwright", "--id", "build", "by-plugin")
    image = images.push(f"{registry}/by-us-{kind}-{envelope}", "v1", "by us")
    notation.sign(image, "--key", "by-plugin", "--signature-format", envelope)
    assert notation.accepts(image)
    assert accepted(home, image)
