"""Key material is nowhere but sealed: a search through all that the service writes, says and shows."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding

from sealwright.service.configuration.storage import Storage
from sealwright.service.configuration.vault import Root
from sealwright.service.sealing.roots import master
from sealwright.service.sealing.sealing import Sealing
from sealwright.service.storage import open_database
from sealwright.service.vault.actions.of_keys import Made
from sealwright.service.vault.material import encoded
from world.service import Service
from world.vaults import VaultWire, b64

PASSPHRASE = "correct horse battery staple"
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


def forms(secret: bytes) -> Iterator[bytes]:
    """The ways in which bytes may stand somewhere: as they are, backwards, in hexadecimal, in base64."""
    yield secret
    yield secret[::-1]
    for text in (secret.hex(), secret[::-1].hex(), str(int.from_bytes(secret))):
        yield text.encode()
        yield text.upper().encode()
    for shift in range(3):  # wherever it begins in what is encoded
        cut = secret[shift : shift + (len(secret) - shift) // 3 * 3]
        yield base64.b64encode(cut)
        yield base64.urlsafe_b64encode(cut)


def pem_lines(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> Iterator[bytes]:
    """The lines of each kind of PEM but the first and the last ones, which all keys share."""
    for layout in (serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL):
        pem = key.private_bytes(serialization.Encoding.PEM, layout, serialization.NoEncryption())
        yield from pem.splitlines()[2:-2]


def secrets_of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> Iterator[bytes]:
    """The private numbers of a key."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        yield key.private_numbers().private_value.to_bytes(-(-key.key_size // 8))
        return
    numbers = key.private_numbers()
    for number in (numbers.d, numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp):
        yield number.to_bytes(-(-number.bit_length() // 8))


def wrapped(public_pem: str, material: bytes, algorithm: str) -> dict[str, str]:
    """Material for import, as clients wrap it."""
    public = serialization.load_pem_public_key(public_pem.encode())
    assert isinstance(public, rsa.RSAPublicKey)
    if algorithm == "RSA_OAEP_SHA256":
        content = public.encrypt(material, OAEP)
    else:
        under = os.urandom(32)
        content = public.encrypt(under, OAEP) + aes_key_wrap_with_padding(under, material)
    return {"keyMaterial": b64(content), "wrappingAlgorithm": algorithm}


def content_of(folder: Path, *without: str) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in without
    }


def test_no_form_of_a_private_key_is_anywhere(tmp_path: Path) -> None:
    of_rsa = rsa.generate_private_key(65537, 2048)
    of_curve = ec.generate_private_key(ec.SECP256R1())
    of_aes = os.urandom(32)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)
    settings = f"[vault]\npassphrase_file = {json.dumps(str(passphrase))}\n[log]\nlevel = 'debug'\n"
    places: dict[str, bytes] = {}
    with Service(tmp_path / "service", settings) as service:
        vaults = VaultWire(service.wire)
        vaults.vault("v")
        pem = vaults.told("GET", "vaults/v/wrapping-key")["publicKey"]
        told = []
        for name, algorithm, bits, material, by in (
            ("rsa", "RSA", 2048, encoded(of_rsa), "RSA_OAEP_AES_SHA256"),
            ("curve", "ECDSA", 256, encoded(of_curve), "RSA_OAEP_SHA256"),
            ("aes", "AES", 256, of_aes, "RSA_OAEP_SHA256"),
        ):
            order = {"name": name, "algorithm": algorithm, "bits": bits, **wrapped(pem, material, by)}
            told.append(vaults.ask("POST", "vaults/v/keys/import", order))
        assert [201, 201, 201] == [one.status for one in told]
        rsa_key, curve_key, _ = (one.json["id"] for one in told)
        made = vaults.sign(rsa_key, "SHA_256_RSA_PKCS_PSS", b"message")
        of_rsa.public_key().verify(
            base64.b64decode(made["signature"]),
            b"message",
            padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH),
            hashes.SHA256(),
        )
        vaults.sign(curve_key, "ECDSA_SHA_256", b"message")
        paths = ("vaults", "vaults/v/keys", f"keys/{rsa_key}", f"keys/{rsa_key}/versions", "audit")
        told += [vaults.ask("GET", path) for path in paths]
        told += [
            vaults.ask("GET", f"keys/{rsa_key}/export"),
            vaults.ask("POST", f"keys/{rsa_key}/sign", {"message": "", "algorithm": "ECDSA_SHA_256"}),
            vaults.ask("POST", "vaults/v/keys/import", {"name": "x", "algorithm": "RSA", "bits": 2048}),
            vaults.ask(
                "POST",
                "vaults/v/keys/import",
                {"name": "x", "algorithm": "RSA", "bits": 3072}
                | wrapped(pem, encoded(of_rsa), "RSA_OAEP_AES_SHA256"),
            ),
            vaults.ask("GET", "/metrics"),
        ]
        places |= {f"answer {number}": one.body for number, one in enumerate(told)}
        for name in ("cmdline", "environ"):
            places[name] = Path(f"/proc/{service.process.pid}/{name}").read_bytes()
        backup = tmp_path / "backup"
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "sealwright",
                "admin",
                "backup",
                "--config",
                str(service.settings),
                backup,
            ],
            capture_output=True,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            check=False,
        )
        assert 0 == done.returncode, done
        places["output of the backup"] = done.stdout + done.stderr
    root = Root("file", str(tmp_path / "service/content/root.key"), PASSPHRASE, "", "", "")
    database = open_database(Storage(folder=str(tmp_path / "service/content")))
    master_key = master.opened(database, root, None, lambda *_: None, make=False)
    database.close()
    files = content_of(tmp_path / "service") | content_of(backup)
    assert any(b"vault_seals" in path.encode() for path in files)
    assert any(path.endswith("sealwright.db") for path in files)
    assert [] == [path for path in content_of(backup) if path.endswith("root.key")]
    places |= files

    needles = [
        *(form for key in (of_rsa, of_curve) for secret in secrets_of(key) for form in forms(secret)),
        *(form for secret in (of_aes, master_key) for form in forms(secret)),
        *(line for key in (of_rsa, of_curve) for line in pem_lines(key)),
        encoded(of_rsa),
        encoded(of_curve),
        PASSPHRASE.encode(),
    ]
    assert len(needles) > 100
    # a search that finds nothing must be one that would have found it
    assert [of_aes] == [one for one in forms(of_aes) if one in b"..." + of_aes + b"..."]
    found = [
        (place, needle[:20]) for place, content in places.items() for needle in needles if needle in content
    ]
    assert [] == found


def test_what_holds_secrets_in_memory_never_shows_them() -> None:
    secret = b"very secret bytes of ours, 32 B."
    for thing in (Sealing(secret), Made(secret, "public"), AESGCM(secret)):
        assert "secret bytes" not in f"{thing!r} {thing}"


@pytest.mark.parametrize("algorithm", ["RSA_OAEP_SHA256", "RSA_OAEP_AES_SHA256"])
def test_what_was_wrapped_for_nobody_here_is_refused(tmp_path: Path, algorithm: str) -> None:
    with Service(tmp_path / "service") as service:
        vaults = VaultWire(service.wire)
        vaults.vault("v")
        vaults.told("GET", "vaults/v/wrapping-key")
        other = rsa.generate_private_key(65537, 2048)
        pem = other.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        good = {"name": "k", "algorithm": "AES", "bits": 256}
        order = good | wrapped(pem.decode(), bytes(32), algorithm)
        assert (400, "vault.import-unwrapped") == vaults.refused("POST", "vaults/v/keys/import", order)
        right = vaults.told("GET", "vaults/v/wrapping-key")["publicKey"]
        refused = "vault.import-unusable"
        for material, shape in (
            (bytes(31), {"algorithm": "AES", "bits": 256}),
            (bytes(32), {"algorithm": "AES", "bits": 128}),
            (b"no key", {"algorithm": "RSA", "bits": 2048}),
            (encoded(ec.generate_private_key(ec.SECP256R1())), {"algorithm": "ECDSA", "bits": 384}),
            (encoded(ec.generate_private_key(ec.SECP256K1())), {"algorithm": "ECDSA", "bits": 256}),
            (encoded(ec.generate_private_key(ec.SECP256R1())), {"algorithm": "RSA", "bits": 2048}),
        ):
            order = {"name": "k", **shape, **wrapped(right, material, algorithm)}
            assert (400, refused) == vaults.refused("POST", "vaults/v/keys/import", order)
        if algorithm == "RSA_OAEP_AES_SHA256":
            weak = rsa.generate_private_key(3, 2048)
            order = {
                "name": "k",
                "algorithm": "RSA",
                "bits": 2048,
                **wrapped(right, encoded(weak), algorithm),
            }
            assert (400, refused) == vaults.refused("POST", "vaults/v/keys/import", order)
        order = good | wrapped(right, bytes(range(32)), algorithm)
        key = vaults.told("POST", "vaults/v/keys/import", order)
        assert "AES" == key["algorithm"]
        version = vaults.told(
            "POST", f"keys/{key['id']}/versions", wrapped(right, bytes(range(1, 33)), algorithm)
        )
        assert ("EXTERNAL", 2) == (version["origin"], version["number"])
