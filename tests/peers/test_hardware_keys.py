"""Keys on a SoftHSM token: made by us and by pkcs11-tool, signing for us, for openssl and for notation."""

import hashlib
import re
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from peers.notation import Notation
from sealwright.homes.environment import Environment
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.interfaces import Signer
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.providers import open_signer
from sealwright.pki import keys
from world import images, pki
from world.home import Home, statement
from world.terminal import at_terminal
from world.tokens import KINDS, PIN, SoftHsm

pytestmark = [pytest.mark.peer("softhsm2-util"), pytest.mark.peer("pkcs11-tool")]

SUBJECT = "C=US, ST=WA, O=Acme, CN=build"
URI = "pkcs11:token=signing;object=build"


@pytest.fixture
def hsm(tmp_path: Path) -> SoftHsm:
    made = SoftHsm(tmp_path / "hsm")
    made.add("signing")
    return made


@pytest.fixture
def home(tmp_path: Path, hsm: SoftHsm) -> Home:
    """A user whose programs find the token, with its PIN in a file."""
    made = Home(tmp_path / "home")
    made.environment |= hsm.variables
    (made.folder / "pin").write_text(f"{PIN}\n")
    return made


def unattended(home: Home) -> Passphrases:
    return Passphrases(Environment(home.environment, home.folder), home.folder / "pin")


def openssl(home: Home, *arguments: object) -> str:
    done = home.run(["openssl", *map(str, arguments)])
    assert 0 == done.status, done
    return done.out + done.err


@pytest.mark.peer("notation")
@pytest.mark.peer("openssl")
@pytest.mark.parametrize("kind", KINDS)
def test_a_key_of_ours_goes_from_its_making_to_a_signature_that_notation_verifies(
    kind: str, home: Home, tmp_path: Path
) -> None:
    pin = ("--pin-file", home.folder / "pin")
    made = home.must("key", "generate", "--id", URI, "--type", kind, *pin).strip()
    home.must("pki", "init", "--subject", "C=US, ST=WA, O=Acme", "--unencrypted", "--trust-store", "acme")
    home.must("pki", "request", "build", "--subject", SUBJECT, "--id", URI, *pin)
    folder = home.folder / ".config" / "sealwright" / "pki"
    request = folder / "build.csr"
    assert "verify OK" in openssl(home, "req", "-verify", "-noout", "-in", request)
    openssl(home, "req", "-pubkey", "-noout", "-in", request, "-out", home.folder / "build.pub")
    request.rename(home.folder / "build.csr")
    home.must("pki", "issue", "build", "--csr", home.folder / "build.csr")
    home.must("key", "import-certificate", "--id", made, folder / "build.pem", *pin)
    home.must("key", "add", "build", "--id", URI, *pin)
    home.policy(statement(stores=("ca:acme",)))
    digest = images.make_layout(tmp_path / "layout", "v1")["v1"]
    image = f"oci:{tmp_path / 'layout'}@{digest}"

    home.must("sign", "--legacy", "--key", "build", image, *pin)

    assert 0 == home.seal("verify", image).status
    assert Notation("notation", home).accepts(image)


@pytest.mark.parametrize("kind", pki.KINDS)
def test_a_key_that_was_made_elsewhere_signs_for_us(
    kind: str, hsm: SoftHsm, home: Home, tmp_path: Path
) -> None:
    chain = pki.chain(kind)
    hsm.put_chain(tmp_path, "signing", "build", chain)

    signer = open_signer(KeyEntry("", id=URI), unattended(home))

    assert isinstance(signer, Signer)
    assert chain.certificates == signer.certificates
    signature = signer.sign(b"message", chain.algorithm)
    keys.verify(chain.signer.public_key(), signature, b"message", chain.algorithm)


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_that_pkcs11_tool_made_signs_for_us(kind: str, hsm: SoftHsm, home: Home) -> None:
    hsm.generate("signing", "build", kind)
    told = re.sub(r"\s", "", hsm.tool("signing", "--list-objects", "--type", "pubkey"))

    home.must("pki", "request", "build", "--subject", SUBJECT, "--id", URI, "--pin-file", home.folder / "pin")

    request = x509.load_pem_x509_csr((home.folder / ".config/sealwright/pki/build.csr").read_bytes())
    assert request.is_signature_valid
    key = request.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        assert f"{point.hex()}EC_PARAMS" in told
    else:
        assert isinstance(key, rsa.RSAPublicKey)
        assert f"RSA{key.key_size}bits" in told


@pytest.mark.peer("openssl")
def test_a_key_that_we_made_signs_for_pkcs11_tool(hsm: SoftHsm, home: Home) -> None:
    home.must(
        "key", "generate", "--id", f"{URI};id=%0A", "--type", "EC-256", "--pin-file", home.folder / "pin"
    )
    message, hashed, signature, public = (
        home.folder / name for name in ("message", "hashed", "signature", "public")
    )
    message.write_bytes(b"to be signed")
    hashed.write_bytes(hashlib.sha256(b"to be signed").digest())
    words = ("--mechanism", "ECDSA", "--signature-format", "openssl", "-i", str(hashed))

    hsm.tool("signing", "--sign", "--id", "0a", *words, "-o", str(signature))

    hsm.tool("signing", "--read-object", "--type", "pubkey", "--id", "0a", "-o", str(public))
    verified = openssl(
        home, "dgst", "-sha256", "-keyform", "DER", "-verify", public, "-signature", signature, message
    )
    assert "Verified OK" in verified


def test_the_private_key_that_we_made_does_not_leave_the_token(hsm: SoftHsm, home: Home) -> None:
    home.must("key", "generate", "--id", URI, "--type", "RSA-2048", "--pin-file", home.folder / "pin")

    shown = hsm.tool("signing", "--list-objects", "--type", "privkey")

    assert "sensitive, always sensitive, never extractable, local" in shown


def test_the_pin_comes_from_file_variable_uri_or_prompt(hsm: SoftHsm, home: Home, tmp_path: Path) -> None:
    hsm.put_chain(tmp_path, "signing", "build", pki.chain("ec256"))
    named = f"{URI}?pin-source=file:{home.folder / 'pin'}"

    assert 0 == home.seal("key", "add", "one", "--id", URI, "--pin-file", home.folder / "pin").status
    assert 0 == home.seal("key", "add", "two", "--id", URI, SEALWRIGHT_PIN=PIN).status
    assert 0 == home.seal("key", "add", "three", "--id", named).status
    missing = home.seal("key", "add", "four", "--id", URI)

    assert (2, "") == (missing.status, missing.out)
    assert "[key.pin-missing]" in missing.err
    command = [sys.executable, "-m", "sealwright", "key", "add", "five", "--id", URI]
    status, shown = at_terminal(command, home.environment, ("PIN of the token signing: ", PIN))
    assert 0 == status, shown
    assert PIN not in shown
