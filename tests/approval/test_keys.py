"""Keys of approvers: every kind, as people have them, and what is refused."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealwright import limits
from sealwright.approval.keys import ApproverKey
from sealwright.errors import KeyUnavailableError
from world.approvers import Person
from world.openpgp_keys import Key

KINDS = {
    "ed25519": Person.ed25519("ada"),
    "p256": Person.p256("ada"),
    "rsa": Person.rsa("ada"),
    "openpgp": Person.openpgp("ada"),
}
SAID = b"sealwright approval 1\napprove\nsha256:0\n"


def armored(content: bytes, kind: str = "PUBLIC KEY BLOCK") -> bytes:
    body = base64.encodebytes(content).decode()
    return f"-----BEGIN PGP {kind}-----\n\n{body}-----END PGP {kind}-----\n".encode()


def refused(content: bytes) -> str:
    with pytest.raises(KeyUnavailableError) as raised:
        ApproverKey.of(content)
    assert "approval.key-unusable" == raised.value.code
    return str(raised.value)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_key_verifies_what_it_signed_and_nothing_else(kind: str) -> None:
    person, other = KINDS[kind], Person.openpgp("eve") if kind == "openpgp" else Person.ed25519("eve")
    signature = person.sign(SAID)
    assert kind == person.key.kind
    assert person.key.verifies(SAID, signature)
    assert not person.key.verifies(SAID + b"\n", signature)
    assert not person.key.verifies(SAID, signature[:-1] + bytes([signature[-1] ^ 1]))
    assert not person.key.verifies(SAID, b"")
    assert not other.key.verifies(SAID, signature)
    person.key.require_sound()


def test_a_key_is_the_same_in_pem_in_der_and_armored() -> None:
    for kind in ("ed25519", "p256", "rsa"):
        key = KINDS[kind].key
        assert key == ApproverKey.of(key.public)
        assert hashlib.sha256(key.public).hexdigest() == key.fingerprint
    key = KINDS["openpgp"].key
    assert key == ApproverKey.of(armored(KINDS["openpgp"].public))
    assert key == ApproverKey.of(key.public)


def test_rsa_signs_by_either_padding_with_sha_256_alone() -> None:
    plain = Person.rsa("ada", padding.PKCS1v15())
    assert plain.key.verifies(SAID, plain.sign(SAID))
    longest = Person.rsa("ada", padding.PSS(padding.MGF1(SHA256()), padding.PSS.MAX_LENGTH))
    assert longest.key.verifies(SAID, longest.sign(SAID))
    private = rsa.generate_private_key(65537, 2048)
    key = ApproverKey.of(private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    assert not key.verifies(SAID, private.sign(SAID, padding.PKCS1v15(), SHA512()))


def test_an_openpgp_signature_may_be_armored() -> None:
    person = KINDS["openpgp"]
    assert person.key.verifies(SAID, armored(person.sign(SAID), "SIGNATURE"))


def test_weak_and_foreign_keys_are_refused() -> None:
    spki = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for public in (
        rsa.generate_private_key(65537, 1024).public_key(),
        ec.generate_private_key(ec.SECP384R1()).public_key(),
        dsa.generate_private_key(2048).public_key(),
    ):
        assert "Ed25519, P-256" in refused(public.public_bytes(*spki))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"ssh-ed25519 AAAA",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        b"\x30\x03\x02\x01\x01",
    ],
)
def test_what_is_no_key_is_refused(content: bytes) -> None:
    assert "no public key" in refused(content)


def test_a_key_that_is_too_large_is_refused() -> None:
    assert str(limits.APPROVAL_PUBLIC_KEY_BYTES) in refused(bytes(limits.APPROVAL_PUBLIC_KEY_BYTES + 1))


def test_an_openpgp_key_that_is_none_is_refused() -> None:
    assert "0 keys" in refused(b"-----BEGIN PGP MESSAGE-----\n\n-----END PGP MESSAGE-----\n")
    assert "begin as packets do" in refused(b"\x99\x00\x00") or "short" in refused(b"\x99\x00\x00")


def test_the_same_key_is_known_however_it_is_written() -> None:
    """Ada's key in an OpenPGP key is Ada's key; so is her modulus with another exponent."""
    numbers = rsa.generate_private_key(65537, 2048).public_key().public_numbers()
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    one, other = (
        ApproverKey.of(rsa.RSAPublicNumbers(e, numbers.n).public_key().public_bytes(*spki))
        for e in (65537, 3)
    )
    assert one.fingerprint != other.fingerprint
    assert one.identities == other.identities
    private = ed25519.Ed25519PrivateKey.generate()
    plain = ApproverKey.of(private.public_key().public_bytes(*spki))
    primary = Key.rsa("Ada <ada@example.com>")
    primary.add(Key(private, b""))
    assert plain.identities < ApproverKey.of(primary.public()).identities
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    whole = point.public_bytes(*spki)
    assert 1 == len(ApproverKey.of(whole).identities)
