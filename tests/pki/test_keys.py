from pathlib import Path

import pytest

from sealwright.errors import CheckFailedError, KeyUnavailableError
from sealwright.pki import key_files, keys
from sealwright.pki.algorithms import ALGORITHMS
from world import pki

OPENSSL = Path(__file__).parents[1] / "producers" / "openssl-3.0"
PASSPHRASE = b"correct horse"
KEY_SPECS = dict(zip(pki.KINDS, [algorithm.key_spec for algorithm in ALGORITHMS], strict=True))
MESSAGE = b"to be signed"


@pytest.mark.parametrize("kind", pki.KINDS)
def test_each_kind_of_key_has_its_one_algorithm(kind: str) -> None:
    algorithm = keys.require_algorithm(pki.key(kind).public_key())
    assert KEY_SPECS[kind] == algorithm.key_spec


@pytest.mark.parametrize("kind", pki.KINDS)
def test_what_a_key_signs_it_verifies(kind: str) -> None:
    private_key = pki.key(kind)
    algorithm = keys.require_algorithm(private_key.public_key())
    value = keys.sign(private_key, MESSAGE, algorithm)
    length = 2 * algorithm.coordinate or private_key.key_size // 8
    assert length == len(value)
    keys.verify(private_key.public_key(), value, MESSAGE, algorithm)


@pytest.mark.parametrize("kind", ["rsa2048", "ec256", "ec521"])
@pytest.mark.parametrize("at", [0, -1])
def test_a_changed_signature_is_refused(kind: str, at: int) -> None:
    private_key = pki.key(kind)
    algorithm = keys.require_algorithm(private_key.public_key())
    value = bytearray(keys.sign(private_key, MESSAGE, algorithm))
    value[at] ^= 1
    with pytest.raises(CheckFailedError) as caught:
        keys.verify(private_key.public_key(), bytes(value), MESSAGE, algorithm)
    assert "integrity.signature-invalid" == caught.value.code


@pytest.mark.parametrize("kind", ["rsa2048", "ec256"])
@pytest.mark.parametrize("value", [b"", b"\0", bytes(63), bytes(64), bytes(65), bytes(256), b"\xff" * 64])
def test_no_other_value_passes_for_a_signature(kind: str, value: bytes) -> None:
    public_key = pki.key(kind).public_key()
    with pytest.raises(CheckFailedError) as caught:
        keys.verify(public_key, value, MESSAGE, keys.require_algorithm(public_key))
    assert "integrity.signature-invalid" == caught.value.code


@pytest.mark.parametrize("kind", ["ec384", "rsa2048", "ed25519", "ec256k"])
def test_a_signature_is_verified_with_the_key_s_own_algorithm_only(kind: str) -> None:
    with pytest.raises(CheckFailedError) as caught:
        keys.verify(pki.key(kind).public_key(), bytes(64), MESSAGE, ALGORITHMS[3])
    assert "integrity.algorithm-mismatch" == caught.value.code
    assert str(caught.value)


@pytest.mark.parametrize(
    ("kind", "words"),
    [("rsa1024", "RSA 1024"), ("ec256k", "EC secp256k1"), ("ed25519", "Ed25519")],
)
def test_other_keys_sign_no_images(kind: str, words: str) -> None:
    assert words == keys.describe(pki.key(kind).public_key())
    with pytest.raises(KeyUnavailableError, match=words) as caught:
        keys.require_algorithm(pki.key(kind).public_key())
    assert "key.unsupported" == caught.value.code


def test_a_key_signs_with_no_algorithm_but_its_own() -> None:
    with pytest.raises(KeyUnavailableError) as caught:
        keys.sign(pki.key("ec256"), MESSAGE, ALGORITHMS[0])
    assert "key.algorithm-mismatch" == caught.value.code


@pytest.mark.parametrize("name", ["pkcs8", "sec1", "pkcs1"])
def test_keys_are_read_in_each_form_that_openssl_writes(name: str) -> None:
    content = (OPENSSL / f"{name}.key").read_bytes()
    assert not key_files.is_encrypted(content)
    assert keys.algorithm_of(key_files.load(content, b"not looked at").public_key())


@pytest.mark.parametrize("name", ["pkcs8", "sec1", "pkcs1"])
def test_encrypted_keys_open_with_their_passphrase_alone(name: str) -> None:
    content = (OPENSSL / f"{name}-encrypted.key").read_bytes()
    assert key_files.is_encrypted(content)
    assert keys.algorithm_of(key_files.load(content, PASSPHRASE).public_key())
    for passphrase, code in ((None, "missing"), (b"", "missing"), (b"wrong", "wrong")):
        with pytest.raises(KeyUnavailableError) as caught:
            key_files.load(content, passphrase)
        assert f"key.passphrase-{code}" == caught.value.code


@pytest.mark.parametrize("name", ["rsa1024", "ed25519", "dsa"])
def test_files_with_other_keys_are_refused(name: str) -> None:
    with pytest.raises(KeyUnavailableError) as caught:
        key_files.load((OPENSSL / f"{name}.key").read_bytes())
    assert "key.unsupported" == caught.value.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "key.not-pem"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "key.not-pem"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n", "key.not-pem"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "key.malformed"),
        (b"-----BEGIN RSA PRIVATE KEY-----\n!\n-----END RSA PRIVATE KEY-----\n", "key.malformed"),
    ],
)
def test_what_is_no_key_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(KeyUnavailableError) as caught:
        key_files.load(content)
    assert code == caught.value.code


def test_a_curve_that_the_library_does_not_know_is_refused() -> None:
    # the key of pkcs8.key with its curve's number (1.2.840.10045.3.1.7) changed to 1.2.840.10045.3.1.99
    import base64  # noqa: PLC0415  # for this file only

    lines = (OPENSSL / "pkcs8.key").read_bytes().splitlines()
    der = base64.b64decode(b"".join(lines[1:-1]))
    body = base64.encodebytes(
        der.replace(bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d030163"))
    )
    with pytest.raises(KeyUnavailableError) as caught:
        key_files.load(lines[0] + b"\n" + body + lines[-1] + b"\n")
    assert "key.unsupported" == caught.value.code


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_a_key_is_written_so_that_it_can_be_read(passphrase: bytes | None) -> None:
    private_key = pki.key("ec256")
    content = key_files.serialise(private_key, passphrase)
    assert bool(passphrase) is key_files.is_encrypted(content)
    assert private_key.public_key() == key_files.load(content, passphrase).public_key()
