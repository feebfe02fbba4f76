"""`seal plugin`, and keys that plugins reach in `seal key` and `seal sign`."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from sealwright.dialects.notation import program as notation
from sealwright.formats.notary import attributes as attribute
from world import images, notary, pki
from world.home import Home, statement
from world.plugins import ENVELOPE, IDENTITY, RAW, Acting, shell_plugin


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.trust("acme", pki.chain("ec256").root)
    made.policy(statement())
    return made


@pytest.fixture
def layout(tmp_path: Path) -> str:
    images.make_layout(tmp_path / "layout", "v1")
    return f"oci:{tmp_path / 'layout'}:v1"


def verified(home: Home, layout: str, *flags: str) -> str:
    """The reason of the verdict."""
    done = home.seal("verify", "--scope", "local/x", "--output", "json", *flags, layout)
    return str(json.loads(done.out)["reason"])


# the list


def test_plugins_are_listed_shown_and_taken_away(home: Home) -> None:
    assert "NAME   VERSION   CAPABILITIES   PINNED   PROBLEM\n" == home.must("plugin", "list")
    plugin = Acting(home, capabilities=[RAW, IDENTITY])
    Acting(home, "broken", tricks={"get-plugin-metadata": "silent"})
    home.must("plugin", "pin", "acme")
    table = home.must("plugin", "list").splitlines()
    assert f"acme     1.2.3     {RAW}, {IDENTITY}   pinned" == table[1]
    assert "it ended with status 7 and said nothing" in table[2]
    acme, broken = json.loads(home.must("plugin", "list", "--output", "json"))["plugins"]
    assert ("acme", True, "") == (acme["name"], acme["pinned"], acme["problem"])
    assert "plugin.ended" == broken["reason"]
    shown = home.must("plugin", "show", "acme").splitlines()
    assert "name:         acme" == shown[0]
    assert f"program:      {plugin.program}" in shown
    assert "pinned:       yes" == shown[-1]
    digest = json.loads(home.must("plugin", "show", "acme", "-o", "json"))["digest"]
    assert f"digest:       {digest}" in shown
    assert "acme: uninstalled\n" == home.must("plugin", "uninstall", "acme", "--yes")
    assert "[plugin.absent]" in home.seal("plugin", "show", "acme").err


def test_installing_tells_of_pins(home: Home, tmp_path: Path) -> None:
    first = shell_plugin(home, "short", "1.0.0", where=tmp_path / "1")
    second = shell_plugin(home, "short", "2.0.0", where=tmp_path / "2")
    assert "short: version 1.0.0 installed, pinned\n" == home.must("plugin", "install", first, "--pin")
    done = home.seal("plugin", "install", second)
    assert "short: version 2.0.0 installed, was 1.0.0\n" == done.out
    assert "[plugin.pinned-to-other]" in done.err
    assert "[plugin.pin-differs]" in home.seal("plugin", "show", "short").err
    assert "short: not pinned any more\n" == home.must("plugin", "pin", "short", "--remove")
    assert "version:      2.0.0" in home.must("plugin", "show", "short")
    assert "[plugin.not-pinned]" in home.seal("plugin", "pin", "short", "--remove").err


def test_a_program_that_was_not_executable_is_told_of(home: Home, tmp_path: Path) -> None:
    program = shell_plugin(home, "short", where=tmp_path / "1")
    program.chmod(0o644)
    done = home.seal("plugin", "install", program)
    assert 0 == done.status
    assert "[plugin.made-executable]" in done.err


# keys


def test_a_key_of_a_plugin_signs_by_its_name_and_by_its_id(home: Home, layout: str) -> None:
    plugin = Acting(home, capabilities=[RAW], chain=pki.chain("ec256"))
    added = home.must("key", "add", "cloud", "--plugin", "acme", "--id", "k", "--plugin-config", "a=b")
    assert "cloud: added, the default key\n" == added
    assert [] == plugin.asked("describe-key")
    home.must("sign", "--plugin-config", "c=d", layout)
    assert {"a": "b", "c": "d"} == plugin.asked("describe-key")[0]["pluginConfig"]
    plugin.forget()
    home.must("sign", "--plugin", "acme", "--id", "k", "--plugin-config", "a=x", layout)
    assert {"a": "x"} == plugin.asked("generate-signature")[0]["pluginConfig"]
    assert "verdict.accepted" == verified(home, layout)


def test_a_key_that_cannot_sign_is_not_added(home: Home) -> None:
    Acting(home, capabilities=[IDENTITY])
    done = home.seal("key", "add", "cloud", "--plugin", "acme", "--id", "k")
    assert "[plugin.cannot-sign]" in done.err
    assert not (home.notation / "signingkeys.json").exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("key", "add", "x", "--plugin", "acme"), "usage.key-incomplete"),
        (("key", "add", "x"), "usage.key-incomplete"),
        (("key", "add", "x", "--key-file", "a", "--cert-file", "b", "--id", "c"), "usage.key-incomplete"),
        (("sign", "--key", "x", "--plugin", "acme", "--id", "c", "oci:x:y"), "usage.key-twice"),
        (("sign", "--plugin", "acme", "oci:x:y"), "usage.plugin-without-id"),
        (("sign", "--plugin", "../acme", "--id", "c", "oci:x:y"), "plugin.name-invalid"),
        (("sign", "--plugin", "none", "--id", "c", "oci:x:y"), "plugin.absent"),
    ],
)
def test_half_a_key_is_refused(home: Home, words: tuple[str, ...], reason: str) -> None:
    done = home.seal(*words)
    assert f"[{reason}]" in done.err


def test_our_own_keys_are_reached_by_their_ids_without_a_plugin(home: Home, layout: str) -> None:
    home.add_key("build", pki.chain("ec256"))
    local = home.notation / "localkeys"
    (local / "build.crt").rename(local / "build.pem")
    home.must("sign", "--id", f"file:{local / 'build.key'}", layout)
    assert "verdict.accepted" == verified(home, layout)
    (local / "build.pem").rename(home.folder / "chain")
    config = f"certificates={home.folder / 'chain'}"
    home.must("sign", "--id", f"file:{local / 'build.key'}", "--plugin-config", config, layout)
    assert "[file.absent]" in home.seal("sign", "--id", f"file:{local / 'build.key'}", layout).err
    assert "[key.unknown]" in home.seal("sign", "--id", "nobody", layout).err


def test_a_key_that_asks_for_itself_is_refused(home: Home, layout: str) -> None:
    keys = {"keys": [{"name": "loop", "id": "loop", "pluginName": "sealwright"}]}
    (home.notation / "signingkeys.json").write_text(json.dumps(keys))
    assert "[key.not-ours]" in home.seal("sign", "--key", "loop", layout).err


# what a plugin gives that is not right

OTHER = pki.chain("ec384")
SIGNS: Mapping[str, tuple[dict[str, Any], str]] = {
    "another key": ({"members": {"describe-key": {"keyId": "x"}}}, "plugin.other-key"),
    "a kind of key that cannot sign": (
        {"members": {"describe-key": {"keySpec": "RSA-1024"}}},
        "key.unsupported",
    ),
    "a key of another kind than its chain": (
        {
            "members": {
                "describe-key": {"keySpec": "EC-384"},
                "generate-signature": {"signingAlgorithm": "ECDSA-SHA-384"},
            }
        },
        "key.algorithm-mismatch",
    ),
    "another algorithm": (
        {"members": {"generate-signature": {"signingAlgorithm": "ECDSA-SHA-512"}}},
        "key.algorithm-mismatch",
    ),
    "a signature by another key": (
        {"members": {"generate-signature": {"signature": "AAAA"}}},
        "key.signature-invalid",
    ),
    "no chain": ({"members": {"generate-signature": {"certificateChain": []}}}, "certificate."),
    "a chain of nonsense": (
        {"members": {"generate-signature": {"certificateChain": ["AAAA"]}}},
        "certificate.",
    ),
    "no base64": ({"members": {"generate-signature": {"signature": "*"}}}, "plugin.answer-malformed"),
    "an error": ({"errors": {"generate-signature": {"errorCode": "THROTTLED"}}}, "plugin.throttled"),
}


@pytest.mark.parametrize("what", SIGNS)
def test_a_signature_that_is_not_right_is_not_kept(home: Home, layout: str, what: str) -> None:
    behaviour, reason = SIGNS[what]
    Acting(home, capabilities=[RAW, ENVELOPE], chain=pki.chain("ec256"), **behaviour)
    done = home.seal("sign", "--plugin", "acme", "--id", "k", layout)
    assert 0 != done.status
    assert f"[{reason}" in done.err
    assert "verdict.unsigned" == verified(home, layout)


ENVELOPES: Mapping[str, tuple[dict[str, Any], str]] = {
    "another image": ({"target": {"digest": f"sha256:{'0' * 64}"}}, "key.envelope-payload"),
    "another size": ({"target": {"size": 1}}, "key.envelope-payload"),
    "changed metadata": ({"added": {"a": "c"}}, "key.envelope-payload"),
    "no metadata": ({"target": {"annotations": {}}}, "key.envelope-payload"),
    "a member that nobody knows": ({"target": {"urls": ["x"]}}, "key.envelope-malformed"),
    "something beside the image": ({"payload": {"more": 1}}, "key.envelope-malformed"),
    "a broken signature": ({"broken": True}, "key.envelope-invalid"),
    "a critical attribute that nobody knows": ({"extended": {"x": 1}}, "key.envelope-invalid"),
    "the other kind of envelope": ({"made": "application/cose"}, "key.envelope-malformed"),
}


@pytest.mark.parametrize("what", ENVELOPES)
def test_an_envelope_that_is_not_right_is_not_kept(home: Home, layout: str, what: str) -> None:
    changes, reason = ENVELOPES[what]
    Acting(home, capabilities=[ENVELOPE], chain=pki.chain("ec256"), envelope=changes)
    done = home.seal("sign", "--plugin", "acme", "--id", "k", "-m", "a=b", layout)
    assert 2 == done.status
    assert f"[{reason}]" in done.err
    assert "verdict.unsigned" == verified(home, layout)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"signatureEnvelopeType": "application/cose"}, "plugin.other-envelope"),
        ({"signatureEnvelope": "AAAA"}, "key.envelope-malformed"),
        ({"signatureEnvelope": 7}, "plugin.answer-malformed"),
        ({"annotations": {"a": 1}}, "plugin.answer-malformed"),
    ],
)
def test_an_answer_that_is_no_envelope_is_refused(
    home: Home, layout: str, members: dict[str, object], reason: str
) -> None:
    Acting(home, capabilities=[ENVELOPE], chain=pki.chain("ec256"), members={"generate-envelope": members})
    assert f"[{reason}]" in home.seal("sign", "--plugin", "acme", "--id", "k", layout).err


def test_annotations_of_a_plugin_are_in_the_manifest_and_take_nothing_away(home: Home, layout: str) -> None:
    noted = {"com.acme.job": "7", "io.cncf.notary.x509chain.thumbprint#S256": "[]"}
    Acting(home, capabilities=[ENVELOPE], chain=pki.chain("ec256"), envelope={"annotations": noted})
    (signed,) = json.loads(home.must("sign", "--plugin", "acme", "--id", "k", "-o", "json", layout))
    algorithm, _, digest = signed["signature"].partition(":")
    folder = Path(layout.split(":")[1])
    manifest = json.loads((folder / "blobs" / algorithm / digest).read_text())
    assert "7" == manifest["annotations"]["com.acme.job"]
    assert "[]" != manifest["annotations"]["io.cncf.notary.x509chain.thumbprint#S256"]


# verification


def test_a_signature_for_a_plugin_counts_only_with_it(home: Home, layout: str) -> None:
    plugin = Acting(
        home,
        capabilities=[ENVELOPE],
        chain=pki.chain("ec256"),
        envelope={"plugin": "acme", "minVersion": "1.2.0"},
    )
    home.must("sign", "--plugin", "acme", "--id", "k", layout)
    plugin.behave(metadata={"capabilities": [IDENTITY]})
    plugin.forget()
    assert "verdict.accepted" == verified(home, layout, "--plugin-config", "a=b")
    assert [{"a": "b"}] * 2 == [request["pluginConfig"] for request in plugin.asked()]
    plugin.behave(results={IDENTITY: {"success": False, "reason": "a stranger"}})
    assert "identity.plugin-refused" == verified(home, layout)
    plugin.behave(tricks={"verify-signature": "killed"})
    assert "plugin.ended" == verified(home, layout)
    plugin.program.unlink()
    assert "plugin.absent" == verified(home, layout)


def test_a_passing_failure_of_a_plugin_may_be_asked_again(home: Home, layout: str) -> None:
    plugin = Acting(home, capabilities=[ENVELOPE], chain=pki.chain("ec256"), envelope={"plugin": "acme"})
    home.must("sign", "--plugin", "acme", "--id", "k", layout)
    plugin.behave(
        metadata={"capabilities": [IDENTITY]}, errors={"verify-signature": {"errorCode": "THROTTLED"}}
    )
    done = home.seal("verify", "--scope", "local/x", layout)
    assert 3 == done.status


def test_settings_for_plugins_need_a_policy_of_notation(home: Home, layout: str) -> None:
    (home.root / "etc" / "containers").mkdir(parents=True)
    (home.root / "etc" / "containers" / "policy.json").write_text('{"default": [{"type": "reject"}]}')
    flags = ("--policy", "containers", "--plugin-config", "a=b")
    done = home.seal("verify", *flags, layout, SEALWRIGHT_ROOT=str(home.root))
    assert "[policy.plugin-config-not-known]" in done.err
    both = home.seal(
        "verify", "--policy", "all", "--plugin-config", "a=b", layout, SEALWRIGHT_ROOT=str(home.root)
    )
    assert "plugin-config" not in both.err


def test_a_run_is_gone_on_with_under_the_same_settings_only(home: Home, layout: str, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    words = ("verify", "--scope", "local/x", "--resume", str(journal), layout)
    home.seal(*words, "--plugin-config", "pin=secret")
    assert "secret" not in journal.read_text()
    assert "[usage.journal-of-another-run]" in home.seal(*words, "--plugin-config", "pin=other").err


def test_signatures_of_files_are_verified_by_plugins_too(home: Home, tmp_path: Path) -> None:
    chain = pki.chain("ec256")
    blob = tmp_path / "file"
    blob.write_text("a file")
    target = {
        "mediaType": "application/octet-stream",
        "digest": f"sha256:{sha256(b'a file').hexdigest()}",
        "size": 6,
    }
    said = notary.attributes(chain, plugin="acme", critical=(attribute.SCHEME, attribute.PLUGIN))
    content = json.dumps({"targetArtifact": target}, separators=(",", ":")).encode()
    signature = tmp_path / "file.jws.sig"
    signature.write_bytes(notary.crafted(chain, signed_attributes=said, target=content))
    document = {**statement(), "globalPolicy": True}
    del document["registryScopes"]
    (home.notation / "trustpolicy.blob.json").write_text(
        json.dumps({"version": "1.0", "trustPolicies": [document]})
    )
    words = ("blob", "verify", blob, "--signature", signature, "--plugin-config", "a=b")
    assert "there is no plugin 'acme'" in home.seal(*words).out
    plugin = Acting(home, capabilities=[IDENTITY])
    home.must(*words)
    spoken = home.inside(
        notation.run, "blob", "verify", "--signature", signature, "--plugin-config", "a=b", blob
    )
    assert (0, "") == (spoken.status, spoken.err)
    assert [{"a": "b"}] * 4 == [request["pluginConfig"] for request in plugin.asked()]
