"""Signatures by a key of a vault, made without one: the keys and messages of `producers/openssl-3.0-kms`."""

import base64
import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sealwright.formats.kms import algorithms
from sealwright.formats.kms import exported as exports
from sealwright.formats.kms.content import Content
from sealwright.formats.kms.message import Message

MADE = Path(__file__).parents[1] / "producers" / "openssl-3.0-kms"
KEY = "ocid1.key.oclocal.local-1.fixturevault.aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffffgggggggg2222"
VERSION = (
    "ocid1.keyversion.oclocal.local-1.fixturevault."
    "222222223333333344444444555555556666666677777777aaaaaaaabbbb"
)
OTHER_KEY = KEY.replace("aaaaaaaa", "zzzzzzzz")
OTHER_VERSION = VERSION.replace("22222222", "77777777")
DIGEST = "sha256:b29814cf0000000000000000000000000000000000000000000000000000c0de"
REPOSITORY = "project01/acme-web-app"
ALGORITHM = "SHA_256_RSA_PKCS_PSS"


def made(name: str) -> bytes:
    """A file of the folder."""
    return (MADE / name).read_bytes()


def message(**changed: str) -> Message:
    """A message about the image of the folder, with other values for some fields."""
    fields = {
        "description": "release",
        "image_digest": DIGEST,
        "kms_key_id": KEY,
        "kms_key_version_id": VERSION,
        "metadata": '{"buildnumber":"8447"}',
        "region": "local-1",
        "repository_name": REPOSITORY,
        "signing_algorithm": ALGORITHM,
    }
    return Message(**{**fields, **changed})


def signed(content: bytes, algorithm: str = ALGORITHM, key: str = "rsa.key") -> bytes:
    """The raw signature of a message by a key of the folder."""
    private = load_pem_private_key(made(key), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    return algorithms.sign(private, algorithms.ALGORITHMS[algorithm], content)


def content(message: bytes, signature: bytes | None = None, **changed: str) -> Content:
    """What is stored for a signed message; signed here unless a signature is given."""
    fields = {
        "key_id": KEY,
        "key_version_id": VERSION,
        "signing_algorithm": ALGORITHM,
        "message": base64.b64encode(message).decode(),
        "signature": base64.b64encode(signed(message) if signature is None else signature).decode(),
    }
    return Content(**{**fields, **changed})


def exported(
    *versions: tuple[str, int, str], exported_at: str = "2026-11-28T01:00:00Z", **changed: object
) -> bytes:
    """A document of one exported key, with one version unless others are given: identifier, number, state."""
    key = {
        "id": KEY,
        "name": "release",
        "vault": "ocid1.vault.oclocal.local-1.fixturevault.aaaa",
        "state": "ENABLED",
        "blocked": False,
        "algorithm": "RSA",
        "versions": [
            {"id": version, "number": number, "state": state, "publicKey": made("rsa.pem").decode()}
            for version, number, state in versions or ((VERSION, 1, "ENABLED"),)
        ],
    }
    document = {
        "$schema": exports.SCHEMA,
        "service": "registry.example:5000",
        "exportedAt": exported_at,
        "keys": [{**key, **changed}],
    }
    return json.dumps(document).encode()
