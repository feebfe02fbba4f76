"""Files signed and verified from Python."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import sealwright
from world import pki
from world.home import Home, pem

STATEMENT = {
    "name": "all",
    "globalPolicy": True,
    "signatureVerification": {"level": "strict"},
    "trustStores": ["ca:acme"],
    "trustedIdentities": ["*"],
}
POLICY = {"version": "1.0", "trustPolicies": [STATEMENT]}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    chain = pki.chain("ec256")
    made.add_key("build", chain)
    made.trust("acme", chain.root)
    (made.notation / "trustpolicy.blob.json").write_text(json.dumps(POLICY))
    return made


@pytest.fixture
def blob(tmp_path: Path) -> Path:
    path = tmp_path / "net-monitor.tar"
    path.write_text("net-monitor")
    return path


def test_a_file_is_signed_and_verified(home: Home, blob: Path) -> None:
    signed = sealwright.sign_blob(
        blob, metadata={"build": "42"}, media_type="text/plain", folder=home.notation
    )
    assert (f"{blob}.jws.sig", "text/plain") == (signed.location, signed.descriptor.media_type)
    assert signed.content == Path(signed.location).read_bytes()
    verdict = sealwright.verify_blob(blob, signed.location, metadata={"build": "42"}, folder=home.notation)
    assert ("accepted", f"{blob}@{signed.descriptor.digest}") == (verdict.decision, verdict.pinned)


def test_what_is_not_accepted_raises_or_is_told(home: Home, blob: Path) -> None:
    signed = sealwright.sign_blob(str(blob), envelope="cose", folder=home.notation)
    blob.write_text("changed")
    verdict = sealwright.judge_blob(blob, signed.location, folder=home.notation)
    assert ("refused", "artifact.payload-mismatch") == (verdict.decision, verdict.reason)
    with pytest.raises(sealwright.RefusedError) as caught:
        sealwright.verify_blob(blob, [signed.location], folder=home.notation)
    assert "artifact.payload-mismatch" == caught.value.verdict.reason


def test_policy_trust_signatures_and_clock_may_all_be_in_memory(tmp_path: Path, blob: Path) -> None:
    chain = pki.chain("ec384")
    signed = sealwright.sign_blob(blob, chain, folder=tmp_path / "nothing", clock=lambda: pki.NOW)
    Path(signed.location).unlink()
    envelope = sealwright.Envelope(signed.content, signed.media_type)
    verdict = sealwright.verify_blob(
        blob,
        envelope,
        policy=json.dumps(POLICY).encode(),
        trust={"ca:acme": pem(chain.root)},
        folder=tmp_path / "nothing",
        clock=lambda: pki.NOW,
    )
    assert (pki.NOW, ["signature 1"]) == (verdict.at, [one.location for one in verdict.signatures])


def test_the_statement_is_chosen_by_name(home: Home, blob: Path) -> None:
    signed = sealwright.sign_blob(blob, "build", folder=home.notation)
    verdict = sealwright.judge_blob(blob, signed.location, policy_name="other", folder=home.notation)
    assert ("refused", "policy.no-named-statement") == (verdict.decision, verdict.reason)


def test_a_signature_is_replaced_only_by_force(home: Home, blob: Path) -> None:
    signed = sealwright.sign_blob(blob, folder=home.notation)
    with pytest.raises(sealwright.UsageError) as caught:
        sealwright.sign_blob(blob, folder=home.notation)
    assert ("signing.signature-exists", signed.content) == (
        caught.value.code,
        Path(signed.location).read_bytes(),
    )
    again = sealwright.sign_blob(blob, force=True, folder=home.notation)
    assert again.content == Path(signed.location).read_bytes()


def test_a_file_called_dash_is_a_file(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-").write_text("net-monitor")
    signed = sealwright.sign_blob("-", folder=home.notation)
    assert "accepted" == sealwright.verify_blob("-", signed.location, folder=home.notation).decision


def no_policy(home: Home, blob: Path) -> None:
    (home.notation / "trustpolicy.blob.json").unlink()
    sealwright.judge_blob(blob, sealwright.Envelope(b"", "application/cose"), folder=home.notation)


def policy_for_images(home: Home, blob: Path) -> None:
    policy = {"version": "1.0", "trustPolicies": [{**STATEMENT, "registryScopes": ["*"]}]}
    sealwright.judge_blob(blob, [], policy=policy, folder=home.notation)


def unnamed_signature(home: Home, blob: Path) -> None:
    sealwright.judge_blob(blob, blob, folder=home.notation)


def gpg_key(home: Home, blob: Path) -> None:
    sealwright.sign_blob(blob, "nobody", folder=home.notation)


def no_media_type(home: Home, blob: Path) -> None:
    sealwright.sign_blob(blob, media_type="text", folder=home.notation)


def missing(home: Home, blob: Path) -> None:
    sealwright.judge_blob(blob.with_name("missing"), [], folder=home.notation)


@pytest.mark.parametrize(
    ("misuse", "code"),
    [
        (no_policy, "policy.absent-for-blobs"),
        (policy_for_images, "policy.unknown-member"),
        (unnamed_signature, "usage.signature-name"),
        (gpg_key, "key.unknown"),
        (no_media_type, "signing.media-type-invalid"),
        (missing, "file.absent"),
    ],
)
def test_misuse_is_told(home: Home, blob: Path, misuse: Callable[[Home, Path], None], code: str) -> None:
    with pytest.raises(sealwright.SealwrightError) as caught:
        misuse(home, blob)
    assert code == caught.value.code


def test_no_signatures_are_refused(home: Home, blob: Path) -> None:
    verdict = sealwright.judge_blob(blob, [], folder=home.notation)
    assert ("refused", "verdict.unsigned") == (verdict.decision, verdict.reason)
