"""Whatever is kept as a simple signature gets its name, and nothing of it does harm."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright import limits
from sealwright.digest import Digest
from sealwright.formats.simple import payload, stored
from sealwright.formats.simple.payload import Payload
from world import openpgp

GPG = Path(__file__).parents[1] / "producers" / "gpg-2.2"
DIGEST = Digest.of((GPG / "manifest.json").read_bytes())
ALICE = "836A5660F51779B1F098DDEABB70F567C9142C5E"
SIGNED = Payload("127.0.0.1:5000/ns/app:v1", DIGEST)
FILES = sorted(path.stem for path in GPG.glob("*.signature"))


def of(name: str) -> stored.Described:
    return stored.describe((GPG / f"{name}.signature").read_bytes())


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("inline", "compressed"),
        ("inline-nocompress", "one-pass"),
        ("zlib", "compressed"),
        ("bzip2", "compressed"),
        ("future", "compressed"),
        ("subkey", "compressed"),
        ("expiring", "compressed"),
        ("textmode", "compressed"),
    ],
)
def test_what_gpg_signs_is_read(name: str, form: str) -> None:
    found = of(name)
    assert ("signed", form, SIGNED, "") == (found.kind, found.form, found.payload, found.problem)


def test_the_signer_is_told_as_the_signature_claims_it() -> None:
    signer = of("inline").signer
    assert signer is not None
    expected = (ALICE[-16:], ALICE, 1_795_213_697, None, "alice@example.com")
    told = (signer.key_id, signer.fingerprint, signer.created, signer.expires_after, signer.user_id)
    assert expected == told
    expiring = of("expiring").signer
    assert expiring is not None
    assert 7 * 24 * 60 * 60 == expiring.expires_after
    subkey = of("subkey").signer
    assert subkey is not None
    assert "2FCF3B18F66029A8" == subkey.key_id


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("two", "several"),
        ("detached", "detached"),
        ("clearsign", "clearsigned"),
        ("armored", "armored"),
        ("encrypted", "encrypted"),
        ("unsigned", "unsigned"),
    ],
)
def test_what_gpg_makes_beside_is_told_apart(name: str, kind: str) -> None:
    assert kind == of(name).kind


def test_a_document_in_parts_is_read_and_is_no_payload() -> None:
    found = of("parts")
    assert ("signed", None) == (found.kind, found.payload)
    assert "not JSON" in found.problem or "cannot be read" in found.problem


def test_a_message_may_be_wrapped() -> None:
    content = (GPG / "inline.signature").read_bytes()
    assert of("inline") == stored.describe(b"\x00simple-signing\n" + content)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (b"\x00simple-signing\n", "unknown"),
        (b"\x00sigstore-json\n{}", "sigstore"),
        (b"<!DOCTYPE html><html></html>", "html"),
        (b"\xef\xbb\xbf\n <html>", "html"),
        (b"{}", "unknown"),
        (b"\x90", "damaged"),
        (b"\xff" * 100, "damaged"),
        (openpgp.new(10, b"PGP"), "unknown"),
        (b"\x90" + bytes(limits.SIMPLE_SIGNATURE_BYTES), "too-large"),
        (openpgp.signature() + openpgp.signature(), "detached"),
    ],
)
def test_everything_else_has_a_name_too(content: bytes, kind: str) -> None:
    assert kind == stored.describe(content).kind


def test_old_and_new_versions_are_read_or_told_apart() -> None:
    content = openpgp.payload(DIGEST)
    old = stored.describe(openpgp.signature_3("0011223344556677", 1_400_000_000) + openpgp.literal(content))
    assert ("signed", "signature-first", "0011223344556677") == (
        old.kind,
        old.form,
        old.signer.key_id if old.signer else "",
    )
    new = stored.describe(openpgp.message(content, openpgp.new(2, b"\x06rest")))
    assert ("unsupported", DIGEST) == (
        new.kind,
        new.payload.docker_manifest_digest if new.payload else "",
    )


@pytest.mark.parametrize("name", FILES)
def test_no_change_of_a_real_signature_does_harm(name: str) -> None:
    content = bytearray((GPG / f"{name}.signature").read_bytes())
    for position in range(0, len(content), 3):
        for change in (0x01, 0x80, 0xFF):
            content[position] ^= change
            assert stored.describe(bytes(content)).kind
            content[position] ^= change
    for end in range(0, len(content), 5):
        assert stored.describe(bytes(content[:end])).kind


@given(st.binary(max_size=400))
def test_no_bytes_do_harm(content: bytes) -> None:
    for start in (b"", b"\xa3\x00", b"\x90", b"\x00simple-signing\n"):
        found = stored.describe(start + content)
        assert found.payload is None or found.kind in ("signed", "unsupported", "several")


def test_payloads_are_of_the_type_that_is_written() -> None:
    assert payload.TYPE.encode() in (GPG / "payload.json").read_bytes()
