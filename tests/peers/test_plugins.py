"""Plugins under the real notation and under ours: the same programs, the same outcomes."""

import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from peers import programs
from peers.notation import BOTH, Notation, seal_inspected
from world import images, pki, tokens
from world.home import Home, statement
from world.plugins import ENVELOPE, IDENTITY, RAW, REVOCATION, Acting
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


# verify


def signed_for(home: Home, notation: Notation, image: str, plugin: Acting, **envelope: object) -> None:
    """A signature that names the plugin itself, made by it."""
    plugin.behave(
        metadata={"capabilities": [ENVELOPE]}, envelope={"plugin": "acme", "minVersion": "1.0.0", **envelope}
    )
    home.must("sign", "--plugin", "acme", "--id", "k", image)
    plugin.forget()


BOTH_SAY: Mapping[str, tuple[list[str], dict[str, Any], dict[str, Any], bool]] = {
    "the signer, and agrees": ([IDENTITY], {}, {}, True),
    "revocation, and agrees": ([REVOCATION], {}, {}, True),
    "both, and agrees": ([IDENTITY, REVOCATION], {}, {}, True),
    "the signer, and refuses": (
        [IDENTITY],
        {"results": {IDENTITY: {"success": False, "reason": "no"}}},
        {},
        False,
    ),
    "revocation, and refuses": (
        [REVOCATION],
        {"results": {REVOCATION: {"success": False, "reason": "no"}}},
        {},
        False,
    ),
    "nothing": ([RAW], {}, {}, False),
    "the signer, but of too low a version": ([IDENTITY], {}, {"minVersion": "2.0.0"}, False),
    "the signer, and all attributes": ([IDENTITY], {}, {"extended": {"com.acme.x": "y"}}, True),
    "the signer, and leaves an attribute out": (
        [IDENTITY],
        {"processed": []},
        {"extended": {"com.acme.x": "y"}},
        False,
    ),
    "another capability than asked": (
        [IDENTITY],
        {"answers": {"verify-signature": '{"verificationResults": {}, "processedAttributes": []}'}},
        {},
        False,
    ),
    "nothing, for it fails": (
        [IDENTITY],
        {"errors": {"verify-signature": {"errorCode": "ACCESS_DENIED", "errorMessage": "no"}}},
        {},
        False,
    ),
    "nothing, for it prints no JSON": ([IDENTITY], {"answers": {"verify-signature": "yes"}}, {}, False),
    "nothing, for it has another contract": (
        [IDENTITY],
        {"metadata": {"supportedContractVersions": ["2.0"]}},
        {},
        False,
    ),
}


@pytest.mark.parametrize("what", BOTH_SAY)
@pytest.mark.parametrize("name", BOTH)
def test_one_plugin_verifies_for_both(name: str, what: str, home: Home, registry: str) -> None:
    capabilities, behaviour, envelope, good = BOTH_SAY[what]
    notation = Notation(name, home)
    plugin = Acting(home, chain=pki.chain("ec256"))
    image = images.push(f"{registry}/verified-{list(BOTH_SAY).index(what)}", "v1", what)
    signed_for(home, notation, image, plugin, **envelope)
    said = {"capabilities": capabilities, **behaviour.get("metadata", {})}
    plugin.behave(**{**behaviour, "metadata": said})
    assert good is accepted(home, image, "--plugin-config", "a=b")
    ours = plugin.asked("verify-signature")
    plugin.forget()
    assert good is notation.accepts(image, "--plugin-config", "a=b")
    theirs = plugin.asked("verify-signature")
    for request in theirs:  # a time that no signature has
        assert "0001-01-01T00:00:00Z" == request["signature"]["criticalAttributes"].pop("expiry")
    for request in ours + theirs:
        if request["signature"]["unprocessedAttributes"] is None:
            request["signature"]["unprocessedAttributes"] = []
    assert theirs == ours


@pytest.mark.parametrize("name", BOTH)
def test_only_notation_asks_a_plugin_before_the_signer_is_trusted(
    name: str, home: Home, registry: str
) -> None:
    notation = Notation(name, home)
    plugin = Acting(home, chain=pki.chain("ec256"))
    home.trust("other", pki.chain("ec384").root)
    home.policy(statement(stores=("ca:other",)))
    image = images.push(f"{registry}/stranger-{name}", "v1", "stranger")
    signed_for(home, notation, image, plugin)
    plugin.behave(metadata={"capabilities": [IDENTITY]})
    assert not accepted(home, image)
    assert [] == plugin.asked()
    assert not notation.accepts(image)
    assert 1 == len(plugin.asked("get-plugin-metadata"))


# our plugin


@pytest.mark.parametrize("name", BOTH)
def test_notation_installs_our_program_itself(name: str, home: Home, registry: str) -> None:
    notation = Notation(name, home)
    program = Path(sys.executable).with_name("notation-sealwright")
    assert "Successfully installed plugin sealwright" in notation.must("plugin", "install", "--file", program)
    assert "SIGNATURE_GENERATOR.RAW" in notation.must("plugin", "ls")
    key, chain = home.folder / "k.key", pki.chain("ec384")
    home.add_key("k", chain)
    (home.notation / "localkeys" / "k.key").rename(key)
    (home.notation / "localkeys" / "k.crt").rename(key.with_suffix(".crt"))
    (home.notation / "signingkeys.json").unlink()
    image = images.push(f"{registry}/by-file-{name}", "v1", "by file")
    notation.sign(image, "--plugin", "sealwright", "--id", f"file:{key}")
    assert accepted(home, image)


@pytest.mark.parametrize("name", BOTH)
def test_our_plugin_opens_an_encrypted_key_by_the_file_that_its_settings_name(
    name: str, home: Home, registry: str
) -> None:
    notation = Notation(name, home)
    home.add_key("locked", pki.chain("ec256"), b"open sesame")
    home.must("plugin", "install", "sealwright")
    secret = home.folder / "secret"
    image = images.push(f"{registry}/locked-{name}", "v1", "locked")
    by_plugin = ("--force-referrers-tag=false", "--plugin", "sealwright", "--id", "locked")
    secret.write_text("open barley\n")
    denied = notation.run("sign", *by_plugin, "--plugin-config", f"passphrase_file={secret}", image)
    assert 1 == denied.status
    assert "the passphrase does not open the private key" in denied.err
    secret.write_text("open sesame\n")
    notation.sign(image, *by_plugin[1:], "--plugin-config", f"passphrase_file={secret}")
    assert accepted(home, image)


# a plugin in Go


@pytest.mark.peer("go-plugin")
@pytest.mark.parametrize("name", BOTH)
def test_a_plugin_of_the_framework_in_go_signs_and_verifies_for_both(
    name: str, home: Home, registry: str
) -> None:
    notation = Notation(name, home)
    program = programs.find("go-plugin")
    assert program is not None
    folder = home.folder / "new"
    folder.mkdir()
    shutil.copy(program, folder / "notation-go-plugin")
    home.must("plugin", "install", folder)
    assert "go-plugin   made with the framework" in notation.must("plugin", "ls")
    home.add_key("k", pki.chain("ec256"))
    local = home.notation / "localkeys" / "k"
    settings = [f"key={local}.key", f"chain={local}.crt"]
    config = [word for pair in settings for word in ("--plugin-config", pair)]
    ours = images.push(f"{registry}/go-ours-{name}", "v1", "ours")
    theirs = images.push(f"{registry}/go-theirs-{name}", "v1", "theirs")
    home.must("sign", "--plugin", "go-plugin", "--id", "k", *config, ours)
    notation.sign(theirs, "--plugin", "go-plugin", "--id", "k", *config)
    for image in (ours, theirs):
        assert notation.accepts(image)
        assert accepted(home, image)
    # it verifies what names it
    plugin = Acting(home, chain=pki.chain("ec256"), capabilities=[ENVELOPE])
    plugin.behave(envelope={"plugin": "go-plugin", "minVersion": "1.0.0", "extended": {"com.acme.x": "y"}})
    named = images.push(f"{registry}/go-named-{name}", "v1", "named")
    home.must("sign", "--plugin", "acme", "--id", "k", named)
    for flags, good in (((), True), (("--plugin-config", "refuse=yes"), False)):
        assert good is accepted(home, named, *flags)
        assert good is notation.accepts(named, *flags)
    # and its errors have the contract's codes
    wrong = home.seal("sign", "--plugin", "go-plugin", "--id", "other", *config, ours)
    assert "[plugin.request-refused]" in wrong.err


# our plugin and keys in hardware


@pytest.mark.peer("softhsm2-util")
@pytest.mark.peer("pkcs11-tool")
@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("kind", ["rsa2048", "rsa3072", "ec256", "ec384"])
@pytest.mark.parametrize("name", BOTH)
def test_notation_signs_with_a_key_in_hardware_through_our_plugin(
    name: str, kind: str, envelope: str, home: Home, registry: str, tmp_path: Path
) -> None:
    hsm = tokens.SoftHsm(tmp_path / "hsm")
    hsm.add("signing")
    chain = pki.chain(kind)
    hsm.put_chain(tmp_path, "signing", "build", chain)
    home.environment |= hsm.variables
    notation = Notation(name, home)
    uri = "pkcs11:token=signing;object=build"
    home.must("plugin", "install", "sealwright")
    notation.must("key", "add", "--plugin", "sealwright", "--id", uri, "build")
    image = images.push(f"{registry}/hardware-{kind}-{envelope}-{name}", "v1", "hardware")
    flags = ("--force-referrers-tag=false", "--key", "build", "--signature-format", envelope)
    denied = notation.run("sign", *flags, image)
    assert 1 == denied.status
    assert "PIN" in denied.err
    home.environment["SEALWRIGHT_PIN"] = tokens.PIN
    notation.must("sign", *flags, image)
    assert notation.accepts(image)
    assert accepted(home, image)
