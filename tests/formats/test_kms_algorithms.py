"""The algorithms of a vault against OpenSSL: what it signs verifies here, in every one of the eleven."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sealwright.formats.kms import algorithms
from sealwright.formats.kms.algorithms import ALGORITHMS, IMAGE_ALGORITHMS
from world import kms

CURVES = {"ECDSA_SHA_256": "p256.pem", "ECDSA_SHA_384": "p384.pem", "ECDSA_SHA_512": "p521.pem"}


def key_of(name: str) -> object:
    found = algorithms.public_key(kms.made(CURVES.get(name, "rsa.pem")))
    assert found is not None
    return found


def message_of(name: str) -> bytes:
    return kms.made(f"{name if name in IMAGE_ALGORITHMS else kms.ALGORITHM}.message")


@pytest.mark.parametrize("name", ALGORITHMS)
def test_what_openssl_signs_verifies(name: str) -> None:
    algorithm, message, signature = ALGORITHMS[name], message_of(name), kms.made(f"{name}.signature")
    assert algorithms.verifies(key_of(name), algorithm, message, signature)
    assert not algorithms.verifies(key_of(name), algorithm, message + b" ", signature)
    assert not algorithms.verifies(key_of(name), algorithm, message, signature[:-1] + b"\0\0")


@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_digest_stands_for_its_message(name: str) -> None:
    algorithm, message, signature = ALGORITHMS[name], message_of(name), kms.made(f"{name}.signature")
    digest = hashlib.new(algorithm.hash_name, message).digest()
    assert algorithms.verifies(key_of(name), algorithm, digest, signature, digested=True)
    assert not algorithms.verifies(key_of(name), algorithm, digest[:-1], signature, digested=True)
    assert not algorithms.verifies(key_of(name), algorithm, digest, signature)


@pytest.mark.parametrize("salt", ["salt-max", "salt-none"])
def test_a_salt_may_have_any_length(salt: str) -> None:
    name = kms.ALGORITHM
    assert algorithms.verifies(
        key_of(name), ALGORITHMS[name], message_of(name), kms.made(f"{salt}.signature")
    )


@pytest.mark.parametrize("name", ALGORITHMS)
def test_what_is_signed_verifies_under_its_own_algorithm_only(name: str) -> None:
    algorithm = ALGORITHMS[name]
    private = load_pem_private_key(kms.made("rsa.key" if algorithm.family == "RSA" else "p256.key"), None)
    assert isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    digest = hashlib.new(algorithm.hash_name, b"message").digest()
    for signature in (
        algorithms.sign(private, algorithm, b"message"),
        algorithms.sign(private, algorithm, digest, digested=True),
    ):
        fitting = [
            other.name
            for other in ALGORITHMS.values()
            if algorithms.verifies(private.public_key(), other, b"message", signature)
        ]
        assert [name] == fitting


def test_an_algorithm_is_for_keys_of_its_family_only() -> None:
    pss, ecdsa = ALGORITHMS[kms.ALGORITHM], ALGORITHMS["ECDSA_SHA_256"]
    private = load_pem_private_key(kms.made("p256.key"), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    with pytest.raises(TypeError, match=kms.ALGORITHM):
        algorithms.sign(private, pss, b"message")
    edwards = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    for key in (edwards, edwards.public_key(), None, b"no key"):
        assert not algorithms.is_for(pss, key)
        assert not algorithms.is_for(ecdsa, key)
    assert not algorithms.verifies(key_of(kms.ALGORITHM), ecdsa, b"message", b"signature")
    assert not algorithms.verifies(private, ecdsa, b"message", b"signature")  # private keys verify nothing


def test_a_digest_of_another_length_is_refused() -> None:
    private = load_pem_private_key(kms.made("rsa.key"), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    with pytest.raises(ValueError, match="digest"):
        algorithms.sign(private, ALGORITHMS[kms.ALGORITHM], b"short", digested=True)


def test_a_public_key_is_read_from_pem_and_der() -> None:
    pem, der = algorithms.public_key(kms.made("rsa.pem")), algorithms.public_key(kms.made("rsa.der"))
    assert isinstance(pem, rsa.RSAPublicKey)
    assert pem == der
    assert pem == algorithms.public_key(b"\n" + kms.made("rsa.pem"))


@pytest.mark.parametrize(
    "content", [b"", b"\x30\x00", b"-----BEGIN PUBLIC KEY-----\nAAAA\n", kms.made("rsa.key"), b"\xff" * 64]
)
def test_what_is_no_public_key_is_none(content: bytes) -> None:
    assert algorithms.public_key(content) is None


def test_images_are_signed_with_four_of_the_algorithms() -> None:
    assert 11 == len(ALGORITHMS)
    assert [f"SHA_{n}_RSA_PKCS_PSS" for n in (224, 256, 384, 512)] == list(IMAGE_ALGORITHMS)
