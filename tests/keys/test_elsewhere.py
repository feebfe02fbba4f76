"""Private keys that sign elsewhere: they do nothing but sign, and nothing is given out unverified."""

import copy

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sealwright.errors import KeyUnavailableError
from sealwright.keys import elsewhere
from world import pki

PSS = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)


class Held:
    """Signs with a key in memory; `spoil` changes what it gives."""

    wrong = "key.vault-signature"

    def __init__(self, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> None:
        self.key = key
        self.spoil = False

    def rsa(self, message: bytes, hash_name: str, *, pss: bool) -> bytes:
        assert "sha256" == hash_name
        assert isinstance(self.key, rsa.RSAPrivateKey)
        return self._given(self.key.sign(message, PSS if pss else padding.PKCS1v15(), hashes.SHA256()))

    def ecdsa(self, message: bytes, hash_name: str) -> bytes:
        assert "sha256" == hash_name
        assert isinstance(self.key, ec.EllipticCurvePrivateKey)
        return self._given(self.key.sign(message, ec.ECDSA(hashes.SHA256())))

    def _given(self, signature: bytes) -> bytes:
        return signature[:-1] + bytes([signature[-1] ^ self.spoil])


def test_a_key_of_rsa_signs_by_both_paddings_and_is_verified() -> None:
    held = Held(pki.chain("rsa2048").signer)
    key = elsewhere.private_key(held, held.key.public_key())
    assert isinstance(key, rsa.RSAPrivateKey)

    for scheme in (PSS, padding.PKCS1v15()):
        signature = key.sign(b"message", scheme, hashes.SHA256())
        key.public_key().verify(signature, b"message", scheme, hashes.SHA256())
    held.spoil = True

    assert 2048 == key.key_size
    for scheme in (PSS, padding.PKCS1v15()):
        with pytest.raises(KeyUnavailableError) as caught:
            key.sign(b"message", scheme, hashes.SHA256())
        assert "key.vault-signature" == caught.value.code


def test_a_key_of_a_curve_signs_and_is_verified() -> None:
    held = Held(pki.chain("ec256").signer)
    key = elsewhere.private_key(held, held.key.public_key())
    assert isinstance(key, ec.EllipticCurvePrivateKey)

    signature = key.sign(b"message", ec.ECDSA(hashes.SHA256()))
    key.public_key().verify(signature, b"message", ec.ECDSA(hashes.SHA256()))
    held.spoil = True

    assert ("secp256r1", 256) == (key.curve.name, key.key_size)
    with pytest.raises(KeyUnavailableError):
        key.sign(b"message", ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize("kind", ["rsa2048", "ec256"])
def test_a_key_does_nothing_but_sign(kind: str) -> None:
    held = Held(pki.chain(kind).signer)
    key = elsewhere.private_key(held, held.key.public_key())

    assert key is copy.copy(key)
    assert key is copy.deepcopy(key)
    with pytest.raises(TypeError):
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(TypeError):
        key.private_numbers()


def test_a_key_decrypts_nothing_and_agrees_on_nothing() -> None:
    signer = pki.chain("rsa2048").signer
    key = elsewhere.private_key(Held(signer), signer.public_key())
    assert isinstance(key, rsa.RSAPrivateKey)
    with pytest.raises(TypeError):
        key.decrypt(b"", PSS)
    curve = ec.generate_private_key(ec.SECP256R1())
    other = elsewhere.private_key(Held(curve), curve.public_key())
    assert isinstance(other, ec.EllipticCurvePrivateKey)
    with pytest.raises(TypeError):
        other.exchange(ec.ECDH(), curve.public_key())
