"""Detached signatures by OpenPGP keys: which keys sign, and which signatures are believed."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealwright.errors import MalformedContentError, MalformedSignatureError
from sealwright.openpgp import detached, packets
from sealwright.openpgp.key_material import public_key, signed
from sealwright.openpgp.packets import Packet
from world.openpgp import new, old, subpacket
from world.openpgp_keys import CERTIFY, SIGN, Key, _number

TEXT = b"what is signed\n"


def key_of(key: Key) -> detached.SigningKey:
    return detached.read_key(detached.reduced(key.public()))


@pytest.fixture(scope="module")
def rsa() -> Key:
    return Key.rsa("Ada <ada@example.com>")


@pytest.mark.parametrize("made", [Key.ed25519, Key.rsa])
@pytest.mark.parametrize("digest", [8, 10])
def test_a_signature_of_the_primary_key_verifies(made: object, digest: int) -> None:
    key = made("Ada <ada@example.com>")  # type: ignore[operator]  # one of two makers
    signature = key.signed(TEXT, digest=digest)
    assert detached.verifies(key_of(key), TEXT, signature)
    assert not detached.verifies(key_of(key), TEXT + b" ", signature)
    assert key.fingerprint.lower() == key_of(key).fingerprint


def test_a_subkey_signs_where_both_say_so(rsa: Key) -> None:
    mother, child, cipher, stranger = Key.ed25519("a"), Key.ed25519("b"), Key.ed25519("c"), Key.ed25519("d")
    mother.add(child)
    mother.add(cipher, flags=4)
    mother.add(stranger, signer=rsa)
    key = key_of(mother)
    assert {mother.fingerprint.lower(), child.fingerprint.lower()} == set(key.signers)
    assert detached.verifies(key, TEXT, child.signed(TEXT))
    assert not detached.verifies(key, TEXT, cipher.signed(TEXT))
    assert not detached.verifies(key, TEXT, stranger.signed(TEXT))
    assert detached.reduced(mother.public()) == detached.reduced(detached.reduced(mother.public()))


def test_the_newest_binding_of_a_subkey_counts() -> None:
    mother, child = Key.ed25519("a"), Key.ed25519("b")
    mother.add(child)
    mother.add(child, flags=4, bound=mother.born + 5)
    assert child.fingerprint.lower() not in key_of(mother).signers
    again = Key.ed25519("a")
    again.add(child, flags=4)
    again.add(child, bound=again.born + 5)
    assert child.fingerprint.lower() in key_of(again).signers


def test_a_binding_without_flags_or_without_the_answer_of_the_subkey_binds_nothing() -> None:
    mother, child = Key.ed25519("a"), Key.ed25519("b")
    mother.add(child, flags=0)
    assert {mother.fingerprint.lower()} == set(key_of(mother).signers)
    other = Key.ed25519("a")
    other.add(child, flags=SIGN | CERTIFY)  # without the back signature, which only plain signers get
    assert {other.fingerprint.lower()} == set(key_of(other).signers)


def test_what_is_revoked_signs_nothing() -> None:
    mother, child = Key.ed25519("a"), Key.ed25519("b")
    mother.add(child)
    mother.revoke_subkey(child)
    assert {mother.fingerprint.lower()} == set(key_of(mother).signers)
    mother.revoke()
    with pytest.raises(MalformedSignatureError, match="revoked"):
        detached.reduced(mother.public())
    with pytest.raises(MalformedSignatureError, match="revoked"):
        detached.read_key(mother.public())


def test_signatures_that_say_more_than_is_known_are_not_believed() -> None:
    key = Key.ed25519("a")
    found = key_of(key)
    for told, good in (
        (subpacket(20, b"\x80\0\0\0\0\1\0\1ab"), True),
        (subpacket(0x80 | 20, b"\x80\0\0\0\0\1\0\1ab"), False),
        (subpacket(0x80 | 99, b"x"), False),
        (subpacket(99, b"x"), True),
        (subpacket(3, (60).to_bytes(4)), False),
    ):
        assert good == detached.verifies(found, TEXT, key.signed(TEXT, told=[told]))


def test_signatures_of_other_kinds_and_hashes_are_not_believed() -> None:
    key = Key.rsa("Ada <ada@example.com>")
    found = key_of(key)
    assert detached.verifies(found, TEXT, key.signed(TEXT))
    for bad in (
        key.signed(TEXT, kind=1),
        key.signed(TEXT, version=3),
        key.signed(TEXT, digest=2),
        key.signed(TEXT) + key.signed(TEXT),
        key.message(TEXT),
        key.public(),
        b"",
        b"\x88",
        b"-----BEGIN PGP SIGNATURE-----\n\nAAAA\n",
        key.signed(TEXT)[:-4],
        key.signed(TEXT)[:-4] + b"\0\0\0\0",
    ):
        assert not detached.verifies(found, TEXT, bad)


def test_a_signature_that_names_another_key_is_not_believed() -> None:
    key, other = Key.ed25519("a"), Key.ed25519("b")
    told = subpacket(33, b"\x04" + bytes.fromhex(other.fingerprint))
    assert not detached.verifies(key_of(key), TEXT, key.signed(TEXT, told=[told]))


def test_a_signature_without_issuer_or_time_is_not_believed() -> None:
    """Made by hand: nothing in the unhashed part, then nothing at all."""
    private = ed25519.Ed25519PrivateKey.generate()
    key = Key(private, b"a")

    def signature(hashed: bytes) -> bytes:
        head = bytes([4, 0, 22, 8]) + len(hashed).to_bytes(2) + hashed
        hashing = hashes.Hash(hashes.SHA256())
        hashing.update(TEXT + head + b"\x04\xff" + len(head).to_bytes(4))
        digest = hashing.finalize()
        value = private.sign(digest)
        numbers = _number(int.from_bytes(value[:32])) + _number(int.from_bytes(value[32:]))
        return new(2, head + b"\0\0" + digest[:2] + numbers)

    time, issuer = subpacket(2, bytes(4)), subpacket(16, bytes.fromhex(key.key_id))
    assert detached.verifies(key_of(key), TEXT, signature(time + issuer))
    assert not detached.verifies(key_of(key), TEXT, signature(time))
    assert not detached.verifies(key_of(key), TEXT, signature(issuer))


def test_keys_that_cannot_be_used_are_refused() -> None:
    two = Key.ed25519("a").public() + Key.ed25519("b").public()
    with pytest.raises(MalformedSignatureError, match="2 keys"):
        detached.reduced(two)
    with pytest.raises(MalformedContentError):
        detached.reduced(Key.ed25519("a").secret())
    for content, why in (
        (Key.ed25519("a").signed(TEXT), "does not begin with a key"),
        (b"", "no key of version 4"),
        (old(6, b"\x06" + bytes(40)), "no key of version 4"),
        (old(6, b"\x04" + bytes(4) + b"\x11" + bytes(40)), "no key in it"),
        (old(6, b"\x04"), "too short"),
    ):
        with pytest.raises(MalformedSignatureError, match=why):
            detached.read_key(content)


def test_packets_of_other_versions_in_a_key_are_passed_over() -> None:
    mother, child = Key.ed25519("a"), Key.ed25519("b")
    content = mother.public() + old(14, b"\x06" + child.body[1:]) + new(2, b"\x06" + bytes(20))
    assert {mother.fingerprint.lower()} == set(detached.read_key(content).signers)
    primary_signs_nothing = old(6, b"\x04" + bytes(4) + b"\x11" + bytes(40)) + old(14, child.body)
    with pytest.raises(MalformedSignatureError, match="no key in it"):
        detached.read_key(primary_signs_nothing)


CURVES = {"2a8648ce3d030107": ec.SECP256R1(), "2b81040022": ec.SECP384R1(), "2b81040023": ec.SECP521R1()}


@pytest.mark.parametrize("name", CURVES)
def test_keys_on_curves_verify(name: str) -> None:
    private = ec.generate_private_key(CURVES[name])
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    oid = bytes.fromhex(name)
    body = b"\x04" + bytes(4) + b"\x13" + bytes([len(oid)]) + oid + _number(int.from_bytes(point))
    public = public_key(body)
    assert private.public_key() == public
    digest = bytes(range(32))
    made = decode_dss_signature(private.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256()))))
    assert signed(public, 19, digest, 8, b"".join(map(_number, made)))
    assert not signed(public, 19, digest[::-1], 8, b"".join(map(_number, made)))
    assert not signed(public, 1, digest, 8, b"".join(map(_number, made)))
    assert not signed(public, 19, digest, 8, b"")


def test_ed25519_in_its_own_format_verifies() -> None:
    private = ed25519.Ed25519PrivateKey.generate()
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    public = public_key(b"\x04" + bytes(4) + b"\x1b" + raw)
    assert private.public_key() == public
    digest = bytes(32)
    assert signed(public, 27, digest, 8, private.sign(digest))
    assert not signed(public, 27, digest, 8, private.sign(digest)[:-1])
    assert not signed(public, 22, digest, 8, _number(2**300) + _number(1))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"\x01" + _number(2**1023) + _number(65537), "1024 bits"),
        (b"\x01" + _number(2**2047), "too short"),
        (b"\x01" + _number(2**2047 + 1) + _number(65537) + b"\0", "more follows"),
        (b"\x13\x08" + bytes.fromhex("2a8648ce3d030107") + _number(4), "holds no key"),
        (b"\x16\x09" + bytes.fromhex("2b06010401da470f01") + _number(4), "holds no key"),
        (b"\x13", "too short"),
        (b"\x1b" + bytes(31), "holds no key"),
    ],
)
def test_numbers_that_are_no_key_are_refused(body: bytes, why: str) -> None:
    with pytest.raises(MalformedSignatureError, match=why):
        public_key(b"\x04" + bytes(4) + body)


def test_other_algorithms_and_curves_verify_nothing() -> None:
    for body in (b"\x10", b"\x13\x01\x00" + _number(1), b"\x16\x01\x00" + _number(1)):
        assert None is public_key(b"\x04" + bytes(4) + body)


def test_a_key_without_version_4_beneath_it_is_left_out() -> None:
    mother = Key.ed25519("a")
    found = detached._taken_apart(mother.public() + packets.framed(Packet(14, b"")))
    assert 1 == len(found[2])
    assert {mother.fingerprint.lower()} == set(
        detached.read_key(mother.public() + packets.framed(Packet(14, b""))).signers
    )
