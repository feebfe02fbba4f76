"""OpenSSL verifies what a vault's key signs: the message as it is, with a salt as long as the hash."""

import subprocess
from pathlib import Path

import pytest

from peers import programs
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.formats.kms import signing
from sealwright.formats.kms.algorithms import IMAGE_ALGORITHMS
from sealwright.formats.kms.signing import SigningKey
from sealwright.formats.orders import SigningOrder
from sealwright.media_types import IMAGE_MANIFEST, KMS_SIGNATURE
from sealwright.workflow.clock import now
from world import kms

pytestmark = pytest.mark.peer("openssl")


@pytest.mark.parametrize("name", IMAGE_ALGORITHMS)
def test_openssl_verifies_what_is_signed_for_an_image(name: str, tmp_path: Path) -> None:
    order = SigningOrder(Descriptor(IMAGE_MANIFEST, Digest(kms.DIGEST), 5), KMS_SIGNATURE, now())
    key = SigningKey(kms.KEY, kms.VERSION, name)
    message = signing.prepare(order, key, f"ns/{kms.REPOSITORY}", "Ünï", '{"a":"b"}')
    (tmp_path / "message").write_bytes(message)
    (tmp_path / "signature").write_bytes(kms.signed(message, name))
    openssl = programs.find("openssl")
    assert openssl is not None

    def verified(file: Path) -> str:
        command = [
            str(openssl),
            "dgst",
            f"-{IMAGE_ALGORITHMS[name].hash_name}",
            "-verify",
            str(kms.MADE / "rsa.pem"),
            *("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"),
            "-signature",
            str(tmp_path / "signature"),
            str(file),
        ]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    assert "Verified OK" == verified(tmp_path / "message")
    (tmp_path / "other").write_bytes(message + b" ")
    assert "Verification failure" == verified(tmp_path / "other")
