"""Keys of a vault, and a service that lies about them: nothing that it says of a key is believed unseen."""

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap_with_padding
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from sealwright import limits
from sealwright.errors import KeyUnavailableError, RegistryError, SealwrightError
from sealwright.formats.kms import algorithms
from sealwright.homes.environment import Environment
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.interfaces import ApprovableSigner, Signer
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.vault.opening import VaultSigner, open_key
from sealwright.pki import keys
from world import pki
from world.home import Home, pem
from world.hostile_registry import HostileRegistry, Reply, Seen

KINDS = ("rsa2048", "rsa4096", "ec256", "ec384", "ec521")


class Service:
    """What answers in the place of a vault that holds one key; a test changes what it tells.

    Args:
        server: through which it is asked.
        chain: of the key.
    """

    def __init__(self, server: HostileRegistry, chain: pki.Chain) -> None:
        self.chain = chain
        self.key: dict[str, Any] = {
            "id": "k",
            "name": "build",
            "vault": "v",
            "state": "ENABLED",
            "algorithm": "RSA" if isinstance(chain.signer, rsa.RSAPrivateKey) else "ECDSA",
            "bits": chain.signer.key_size,
            "currentVersion": "kv",
        }
        self.version: dict[str, Any] = {
            "id": "kv",
            "number": 1,
            "state": "ENABLED",
            "publicKey": public(chain.signer.public_key()),
            "certificates": pem(*chain.certificates).decode(),
        }
        self.signs_with = chain.signer
        self.address = server.address
        self.server = server
        server.on_match("GET /api/v1/keys/k/versions/.*", lambda _: answer(self.version))
        server.on_match(
            r"GET /api/v1/keys/k/versions\?.*", lambda _: answer({"items": [self.version], "next": None})
        )
        server.on_match(r"GET /api/v1/keys\?.*", lambda _: answer({"items": [self.key], "next": None}))
        server.on_match("POST /api/v1/keys/k/sign", self._sign)

    def _sign(self, seen: Seen) -> Reply:
        order = json.loads(seen.body)
        algorithm = algorithms.ALGORITHMS[order["algorithm"]]
        message = base64.b64decode(order["message"])
        value = algorithms.sign(self.signs_with, algorithm, message, digested=order["digested"])
        signature = base64.b64encode(value).decode()
        return answer({"key": "k", "version": "kv", "algorithm": order["algorithm"], "signature": signature})

    def take(self, wrapping_key: str) -> None:
        """Take keys that are brought in, wrapped for a public key."""
        vault = {"id": "v", "name": "production", "state": "ACTIVE"}
        self.server.on_match("GET /api/v1/vaults", answer({"items": [vault], "next": None}))
        self.server.on_match("GET /api/v1/vaults/v/wrapping-key", answer({"publicKey": wrapping_key}))
        self.server.on_match("POST /api/v1/vaults/v/keys/import", lambda _: answer(self.key))

    def orders(self) -> list[dict[str, Any]]:
        """What it was asked to sign."""
        return [json.loads(seen.body) for seen in self.server.seen if seen.path.endswith("/sign")]


def answer(value: object) -> Reply:
    return Reply(200, json.dumps(value).encode())


def public(key: Any) -> str:
    text: bytes = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return text.decode()


@pytest.fixture
def server() -> Iterator[HostileRegistry]:
    with HostileRegistry() as running:
        yield running


def opened(service: Service, tmp_path: Path, config: Mapping[str, str] = {}) -> VaultSigner:
    entry = KeyEntry("", id=f"vault:{service.address}/build", plugin_config=config)
    return open_key(entry, Passphrases(Environment({}, tmp_path)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, limits.KMS_MESSAGE_BYTES, limits.KMS_MESSAGE_BYTES + 1])
def test_a_signature_is_raw_and_short_messages_are_sent_as_they_are(
    server: HostileRegistry, tmp_path: Path, kind: str, size: int
) -> None:
    service = Service(server, pki.chain(kind))
    algorithm, message = service.chain.algorithm, b"m" * size

    signer = opened(service, tmp_path)
    signature = signer.sign(message, algorithm)

    assert isinstance(signer, Signer)
    assert isinstance(signer, ApprovableSigner)
    keys.verify(service.chain.signer.public_key(), signature, message, algorithm)
    assert service.chain.certificates == signer.certificates
    (order,) = service.orders()
    assert (size > limits.KMS_MESSAGE_BYTES, "kv") == (order["digested"], order["version"])
    assert order["digested"] or message == base64.b64decode(order["message"])
    assert f"vault:{service.address}/k@kv" == signer.uri
    signer.close()


def test_a_signature_of_another_key_is_not_given_out(server: HostileRegistry, tmp_path: Path) -> None:
    service = Service(server, pki.chain("ec256"))
    signer = opened(service, tmp_path)
    service.signs_with = ec.generate_private_key(ec.SECP256R1())

    with pytest.raises(KeyUnavailableError) as caught:
        signer.sign(b"message", service.chain.algorithm)

    assert "key.vault-signature" == caught.value.code


@pytest.mark.parametrize("signature", [b"", b"x", b"\x30\x06\x02\x01\x01\x02\x01\x01", b"x" * 10_000])
def test_what_is_no_signature_is_not_given_out(
    server: HostileRegistry, tmp_path: Path, signature: bytes
) -> None:
    service = Service(server, pki.chain("ec256"))
    signer = opened(service, tmp_path)
    told = {"key": "k", "version": "kv", "algorithm": "x", "signature": base64.b64encode(signature).decode()}
    server.on("POST /api/v1/keys/k/sign", answer(told))

    with pytest.raises(KeyUnavailableError) as caught:
        signer.sign(b"message", service.chain.algorithm)

    assert "key.vault-signature" == caught.value.code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"publicKey": ""}, "key.unsupported"),
        ({"publicKey": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"}, None),
        ({"publicKey": "nothing"}, None),
        ({"publicKey": public(ec.generate_private_key(ec.SECP256R1()).public_key())}, "mismatch"),
        ({"publicKey": public(ec.generate_private_key(ec.SECP256K1()).public_key())}, "key.unsupported"),
        ({"certificates": "nothing"}, "certificate.none-in-file"),
        ({"certificates": ""}, "key.vault-no-certificate"),
        ({"certificates": pem(*pki.chain("rsa2048").certificates).decode()}, "mismatch"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_told_of_a_version_is_checked_before_it_signs(
    server: HostileRegistry, tmp_path: Path, changes: dict[str, str], code: str | None
) -> None:
    service = Service(server, pki.chain("ec256"))
    service.version |= changes

    with pytest.raises(SealwrightError) as caught:
        opened(service, tmp_path)

    wanted = {None: "registry.service-absent", "mismatch": "key.certificate-mismatch"}
    assert wanted.get(code, code) == caught.value.code
    assert [] == service.orders()


def test_settings_that_nobody_knows_are_refused(server: HostileRegistry, tmp_path: Path) -> None:
    service = Service(server, pki.chain("ec256"))
    with pytest.raises(KeyUnavailableError) as caught:
        opened(service, tmp_path, {"certificate": "chain.pem"})
    assert "key.vault-setting-unknown" == caught.value.code
    assert [] == server.seen


def test_what_the_plugin_is_told_beside_is_no_fault(server: HostileRegistry, tmp_path: Path) -> None:
    service = Service(server, pki.chain("ec256"))
    signer = opened(service, tmp_path, {"approval_log": str(tmp_path / "log")})
    assert service.chain.certificates == signer.certificates


def test_threads_share_a_key(server: HostileRegistry, tmp_path: Path) -> None:
    service = Service(server, pki.chain("ec256"))
    signer, made = opened(service, tmp_path), dict[int, bytes]()

    def work(number: int) -> None:
        made[number] = signer.sign(b"%d" % number, service.chain.algorithm)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert set(range(8)) == made.keys()
    for number, signature in made.items():
        keys.verify(service.chain.signer.public_key(), signature, b"%d" % number, service.chain.algorithm)


def test_a_key_that_is_brought_in_never_travels_bare(server: HostileRegistry, tmp_path: Path) -> None:
    service = Service(server, pki.chain("ec384"))
    wrapping = pki.chain("rsa2048").signer
    assert isinstance(wrapping, rsa.RSAPrivateKey)
    home = Home(tmp_path / "home")
    home.add_key("own", service.chain, b"open sesame")
    service.take(public(wrapping.public_key()))
    file = home.notation / "localkeys" / "own.key"

    home.must("vault", "key", "import", f"{server.address}/build", file, SEALWRIGHT_PASSPHRASE="open sesame")

    (sent,) = [json.loads(seen.body) for seen in server.seen if seen.path.endswith("/import")]
    assert ("build", "ECDSA", 384, "RSA_OAEP_AES_SHA256") == tuple(
        sent[name] for name in ("name", "algorithm", "bits", "wrappingAlgorithm")
    )
    material = base64.b64decode(sent["keyMaterial"])
    size = wrapping.key_size // 8
    scheme = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    secret = wrapping.decrypt(material[:size], scheme)
    assert 32 == len(secret)
    inside = load_der_private_key(aes_key_unwrap_with_padding(secret, material[size:]), None)
    own = service.chain.signer
    assert inside.public_key() == own.public_key()
    assert isinstance(own, ec.EllipticCurvePrivateKey)
    number = own.private_numbers().private_value.to_bytes(48)
    bare = own.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    for seen in server.seen:
        for secret_bytes in (number, bare, b"open sesame"):
            assert secret_bytes not in seen.body
            assert base64.b64encode(secret_bytes)[:40] not in seen.body


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("nothing", "registry.service-absent"),
        (public(pki.chain("ec256").signer.public_key()), "registry.service-absent"),
        (public(rsa.generate_private_key(65537, 1024).public_key()), "registry.service-absent"),  # noqa: S505  # it is to be refused
    ],
    ids=["no key", "an EC key", "a short key"],
)
def test_a_key_is_wrapped_for_a_decent_key_or_not_at_all(
    server: HostileRegistry, tmp_path: Path, told: str, code: str
) -> None:
    service = Service(server, pki.chain("ec256"))
    home = Home(tmp_path / "home")
    home.add_key("own", service.chain)
    service.take(told)

    done = home.seal("vault", "key", "import", f"{server.address}/build", home.notation / "localkeys/own.key")

    assert f"[{code}]" in done.err
    assert "POST" not in {seen.method for seen in server.seen}


def test_a_key_that_is_another_once_it_is_there_is_told(server: HostileRegistry, tmp_path: Path) -> None:
    service = Service(server, pki.chain("ec256"))
    wrapping = pki.chain("rsa2048").signer
    home = Home(tmp_path / "home")
    home.add_key("own", service.chain)
    service.version["publicKey"] = public(ec.generate_private_key(ec.SECP256R1()).public_key())
    service.take(public(wrapping.public_key()))

    done = home.seal("vault", "key", "import", f"{server.address}/build", home.notation / "localkeys/own.key")

    assert 2 == done.status
    assert "[key.vault-other]" in done.err


def test_an_answer_that_is_not_our_services_is_told(server: HostileRegistry, tmp_path: Path) -> None:
    server.on_match(".*", Reply(404, b"404 page not found"))
    with pytest.raises(RegistryError) as caught:
        open_key(KeyEntry("", id=f"vault:{server.address}/build"), Passphrases(Environment({}, tmp_path)))
    assert "registry.service-absent" == caught.value.code
    assert "seal serve" in caught.value.hint
