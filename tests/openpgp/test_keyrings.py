"""What public keys some bytes hold."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright import limits
from sealwright.errors import MalformedContentError
from sealwright.openpgp import keyrings
from sealwright.openpgp.keyrings import PublicKey
from world.openpgp import new, old
from world.openpgp_keys import Key

GPG = Path(__file__).parents[1] / "producers" / "gpg-2.2" / "keyrings"
SEQUOIA = Path(__file__).parents[1] / "producers" / "pysequoia-0.1.35"
ALICE = Key.rsa("Alice <alice@example.com>")


def problem(content: bytes) -> str:
    with pytest.raises(MalformedContentError) as caught:
        keyrings.read(content, "keys.gpg")
    assert ("keyring.malformed", "keys.gpg") == (caught.value.code, caught.value.data["file"])
    return str(caught.value.data["problem"])


def only(content: bytes) -> PublicKey:
    (found,) = keyrings.read(content)
    return found


def armored(content: bytes, *headers: str, checksum: str | None = None) -> str:
    lines = ["-----BEGIN PGP PUBLIC KEY BLOCK-----", *headers, "", base64.b64encode(content).decode()]
    return "\n".join([*lines, *([checksum] if checksum else []), "-----END PGP PUBLIC KEY BLOCK-----", ""])


def test_a_key_of_gpg_is_read_with_its_subkey() -> None:
    found = only((GPG / "subkey.asc").read_bytes())
    assert (4, "3E6C62538578834253AA834DDD8FE3263FF63F8C") == (found.version, found.fingerprint)
    assert ("DD8FE3263FF63F8C", datetime(2024, 1, 1, tzinfo=UTC)) == (found.key_id, found.created)
    assert ("subkey <subkey@example.com>",) == found.user_ids
    (subkey,) = found.subkeys
    assert ("3559840E74074778A03A764F2D6DF4439849313E", "2D6DF4439849313E") == (
        subkey.fingerprint,
        subkey.key_id,
    )
    assert (found.fingerprint, subkey.fingerprint) == found.fingerprints


def test_several_keys_may_stand_in_one_file_in_either_form() -> None:
    names = [key.user_ids[0] for key in keyrings.read((GPG / "two.gpg").read_bytes())]
    assert ["rsa2048 <rsa2048@example.com>", "ed25519 <ed25519@example.com>"] == names
    text = (
        (GPG / "subkey.asc").read_bytes() + b"\nwords between\n" + (GPG / "revoked-subkey.asc").read_bytes()
    )
    assert 2 == len(keyrings.read(text))


def test_a_key_is_given_out_whole() -> None:
    for key in keyrings.read((GPG / "two.gpg").read_bytes()):
        assert key == only(key.content)


def test_a_key_of_version_6_has_a_longer_fingerprint_and_begins_with_its_id() -> None:
    found = only((SEQUOIA / "v6.gpg").read_bytes())
    assert (6, 64, found.fingerprint[:16]) == (found.version, len(found.fingerprint), found.key_id)


def test_a_key_of_version_5_is_told_apart() -> None:
    found = only(new(6, b"\x05" + bytes(4) + b"\x01rest"))
    assert (5, 64, found.fingerprint[:16]) == (found.version, len(found.fingerprint), found.key_id)


def test_a_key_of_version_3_has_its_id_from_its_number() -> None:
    number = bytes.fromhex("F0" + "11" * 7 + "2233445566778899")
    body = b"\x03" + bytes(4) + bytes(2) + b"\x01" + b"\x00\x80" + number + b"\x00\x11\x01\x00\x01"
    found = only(old(6, body))
    assert (3, "2233445566778899", 32) == (found.version, found.key_id, len(found.fingerprint))
    damaged = "a key packet of version 3 is damaged"
    assert damaged == problem(old(6, body + b"x"))
    assert damaged == problem(old(6, b"\x03" + bytes(20)))


def test_mail_addresses_are_shown_as_podman_does() -> None:
    key = Key.rsa("x", born=1)
    for user_id in ("Alice <alice@example.com> (work)", "bob@example.com", "odd > <", "a <b> <c>"):
        key.user_id = user_id.encode()
        found = keyrings.mails([only(key.public())])
        assert (
            found
            == {
                "Alice <alice@example.com> (work)": ("alice@example.com",),
                "bob@example.com": ("bob@example.com",),
                "odd > <": ("odd > <",),
                "a <b> <c>": ("b",),
            }[user_id]
        )


def test_odd_bytes_in_user_ids_are_replaced_and_long_ones_cut() -> None:
    assert ("O \ufffd\n",) == only(Key.rsa(b"O \xff\n").public()).user_ids
    assert (limits.OPENPGP_USER_ID,) == tuple(map(len, only(Key.rsa("x" * 3000).public()).user_ids))


def test_trust_packets_and_padding_before_the_first_key_are_left_out() -> None:
    assert (
        ALICE.fingerprint
        == only(new(21, b"pad") + new(12, b"\x00") + ALICE.public() + new(12, b"\x06")).fingerprint
    )


@pytest.mark.parametrize(
    "content", [b"", b"<html>no keys</html>", b"\n\n", "ключ".encode("utf-16-be")[:1] + b"text"]
)
def test_text_without_a_block_holds_no_key(content: bytes) -> None:
    assert () == keyrings.read(content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (bytes(limits.OPENPGP_KEYRING_BYTES + 1), f"it has more than {limits.OPENPGP_KEYRING_BYTES} bytes"),
        (
            bytes(8) + b"KBXf" + bytes(20),
            "it is a keybox, which only gpg itself reads; write its keys with gpg --export",
        ),
        (new(5, b"\x04secret"), "it holds a secret key, which has no place there; write the public one"),
        (new(13, b"Alice"), "a packet of the kind 13 stands before any key"),
        (new(6, b"\x04"), "a key packet is too short"),
        (ALICE.public()[:-1], "it ends in the middle of a packet"),
        (b"\xff\xfe junk", "a packet of the kind 63 comes in parts"),
        (
            new(6, b"\x04abcd\x01") * (limits.OPENPGP_KEYS + 1),
            f"it holds more than {limits.OPENPGP_KEYS} keys",
        ),
        (
            new(12, b"") * (limits.OPENPGP_KEYRING_PACKETS + 1),
            f"more than {limits.OPENPGP_KEYRING_PACKETS} packets",
        ),
    ],
)
def test_what_cannot_be_a_keyring_says_why(content: bytes, expected: str) -> None:
    assert expected == problem(content)


def test_armor_may_have_headers_and_a_checksum() -> None:
    assert b"\n=" in (GPG / "subkey.asc").read_bytes()
    content = ALICE.public()
    for text in (
        armored(content),
        armored(content, "Version: 1", "Comment: x"),
        armored(content).replace("\n", "\r\n"),
    ):
        assert ALICE.fingerprint == only(text.encode()).fingerprint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (armored(b"abc").replace("-----END", "----END"), "an armored block does not end"),
        (armored(b"abc").replace("YWJj", "YW*j"), "an armored block is not in base 64"),
        (armored(b"abc", checksum="=AAAA"), "the checksum of an armored block does not fit"),
        (armored(b"abc", checksum="=A*AA"), "an armored block is not in base 64"),
        (armored(b""), None),
    ],
)
def test_damaged_armor_is_refused(text: str, expected: str | None) -> None:
    if expected is None:
        assert () == keyrings.read(text.encode())
    else:
        assert expected == problem(text.encode())


@given(st.data())
def test_a_changed_keyring_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(
        (GPG / "revoked-subkey.asc").read_bytes() if data.draw(st.booleans()) else ALICE.public()
    )
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        keyrings.read(bytes(content))
    except MalformedContentError as error:
        assert "keyring.malformed" == error.code
