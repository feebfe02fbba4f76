"""Keys on a SoftHSM token: made by us and by pkcs11-tool, signing for us, for openssl and for notation."""

import hashlib
import json
import re
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from peers.notation import Notation
from sealwright.client.client import Client
from sealwright.errors import KeyUnavailableError
from sealwright.homes.environment import Environment
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.interfaces import Signer
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.pkcs11.opening import open_key
from sealwright.pki import keys
from world import images, pki
from world.home import Home, statement
from world.modules import children
from world.terminal import at_terminal
from world.tokens import KINDS, MODULE, PIN, SoftHsm

pytestmark = [pytest.mark.peer("softhsm2-util"), pytest.mark.peer("pkcs11-tool")]

_SEAL = (sys.executable, "-m", "sealwright")
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

    signer = open_key(KeyEntry("", id=URI), unattended(home))

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


def test_the_pin_is_nowhere_but_in_the_socket(hsm: SoftHsm, home: Home, tmp_path: Path) -> None:
    chain = pki.chain("ec256")
    hsm.put_chain(tmp_path, "signing", "build", chain)
    pin = "a long and odd PIN"
    hsm.tool("signing", "--change-pin", "--new-pin", pin)
    home.environment |= {"SEALWRIGHT_PIN": pin, "SEALWRIGHT_PASSPHRASE": pin, "SEALWRIGHT_PASSWORD": pin}
    signer = open_key(
        KeyEntry("", id=URI), Passphrases(Environment(home.environment, home.folder), known=pin.encode())
    )

    (process,) = children()

    folder = Path(f"/proc/{process}")
    assert pin.encode() not in (folder / "cmdline").read_bytes()
    assert pin.encode() not in (folder / "environ").read_bytes()
    assert b"SOFTHSM2_CONF" in (folder / "environ").read_bytes()
    limit = next(line for line in (folder / "limits").read_text().splitlines() if "core file" in line)
    assert ["0", "0"] == limit.split()[4:6]
    assert {"/dev/null"} == {str((folder / "fd" / str(number)).readlink()) for number in range(3)}
    signer.sign(b"message", chain.algorithm)
    signer.close()


def test_keys_are_listed_with_what_is_known_of_them(hsm: SoftHsm, home: Home, tmp_path: Path) -> None:
    hsm.put_chain(tmp_path, "signing", "build", pki.chain("ec384"))
    hsm.generate("signing", "second", "RSA-2048", "02")
    hsm.add("empty")

    shown = json.loads(home.must("key", "tokens", "--output", "json"))
    text = home.must("key", "tokens", "--login", "pkcs11:token=signing", "--pin-file", home.folder / "pin")

    (module,) = shown
    assert MODULE == module["module"]
    tokens = {token["label"]: token for token in module["tokens"]}
    assert {"signing", "empty"} == tokens.keys()
    assert [] == tokens["empty"]["keys"]
    assert ["RSA", "EC"] == tokens["signing"]["can_sign"]
    first, second = tokens["signing"]["keys"]
    assert f"{URI};id=%01" == first["uri"]
    assert "CN=Leaf ec384,O=Acme,ST=WA,C=US" == first["certificate"]
    assert ("RSA-2048", "") == (second["type"], second["certificate"])
    assert f"{URI};id=%01" in text


def test_all_modules_of_p11_kit_are_listed_and_a_bad_one_hides_no_good_one(home: Home) -> None:
    home.environment.pop("SEALWRIGHT_PKCS11_MODULE")
    folder = home.root / "etc" / "pkcs11" / "modules"
    folder.mkdir(parents=True)
    (folder / "good.module").write_text(f"module: {MODULE}\n")
    (folder / "bad.module").write_text("module: /etc/passwd\n")

    done = home.seal("key", "tokens")

    assert 2 == done.status
    assert "pkcs11:token=signing;serial=" in done.out
    assert "[key.pkcs11-module]" in done.err
    named = home.seal("key", "tokens", "pkcs11:?module-name=good")
    assert (0, "") == (named.status, named.err)


def test_the_python_interface_signs_with_a_key_in_hardware(
    hsm: SoftHsm, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = pki.chain("ec256")
    hsm.put_chain(tmp_path, "signing", "build", chain)
    home.trust("acme", chain.root)
    home.policy(statement())
    digest = images.make_layout(tmp_path / "layout", "v1")["v1"]
    image = f"oci:{tmp_path / 'layout'}@{digest}"
    for name, value in home.environment.items():
        monkeypatch.setenv(name, value)

    with Client() as client:
        signed = client.sign(image, signer=URI, passphrase=PIN)
        verdict = client.judge(image)

    assert signed.location
    assert "accepted" == verdict.decision
    with Client() as client, pytest.raises(KeyUnavailableError) as caught:
        client.sign(image, signer=URI, passphrase="0000")
    assert "key.pin-wrong" == caught.value.code


def test_the_dialect_signs_with_a_key_of_the_plugin_that_we_are(
    hsm: SoftHsm, home: Home, tmp_path: Path
) -> None:
    chain = pki.chain("rsa3072")
    hsm.put_chain(tmp_path, "signing", "build", chain)
    home.trust("acme", chain.root)
    home.policy(statement())
    digest = images.make_layout(tmp_path / "layout", "v1")["v1"]
    image = f"{tmp_path / 'layout'}@{digest}"
    variables = {"SEALWRIGHT_PIN": PIN, "NOTATION_EXPERIMENTAL": "1"}
    added = ["key", "add", "--plugin", "sealwright", "--id", URI, "build"]
    assert 0 == home.run([*_SEAL, "notation", *added], **variables).status

    by_name = home.run([*_SEAL, "notation", "sign", "--key", "build", "--oci-layout", image], **variables)
    by_id = home.run(
        [*_SEAL, "notation", "sign", "--plugin", "sealwright", "--id", URI, "--oci-layout", image],
        **variables,
    )
    wrong = home.run(
        [*_SEAL, "notation", "sign", "--key", "build", "--oci-layout", image],
        **{**variables, "SEALWRIGHT_PIN": "0000"},
    )

    assert (0, 0) == (by_name.status, by_id.status), (by_name, by_id)
    assert 2 == home.must("ls", f"oci:{image}").count("sha256:") - 1
    assert 1 == wrong.status
    assert "the PIN is not that of the token" in wrong.err


def test_a_key_that_wants_the_pin_for_each_signature_gets_it(hsm: SoftHsm, home: Home) -> None:
    words = ("--keypairgen", "--key-type", "EC:prime256v1", "--usage-sign", "--always-auth")
    hsm.tool("signing", *words, "--label", "build", "--id", "01")
    pin = ("--pin-file", home.folder / "pin")

    home.must("pki", "request", "build", "--subject", SUBJECT, "--id", URI, *pin)

    request = x509.load_pem_x509_csr((home.folder / ".config/sealwright/pki/build.csr").read_bytes())
    assert request.is_signature_valid


@pytest.mark.peer("notation")
def test_notation_tells_why_the_plugin_could_not_use_the_token(
    hsm: SoftHsm, home: Home, tmp_path: Path
) -> None:
    chain = pki.chain("ec256")
    hsm.put_chain(tmp_path, "signing", "build", chain)
    notation = Notation("notation", home)
    plugin = home.notation / "plugins" / "sealwright" / "notation-sealwright"
    plugin.parent.mkdir(parents=True)
    start = "import sys; del sys.argv[0]; from sealwright.programs import main; main()"
    plugin.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c \'{start}\' "$0" "$@"\n')
    plugin.chmod(0o755)
    notation.must("key", "add", "--plugin", "sealwright", "--id", URI, "build")
    digest = images.make_layout(tmp_path / "layout", "v1")["v1"]
    where = ("--key", "build", "--oci-layout", f"{tmp_path / 'layout'}@{digest}")

    missing = notation.run("sign", *where)
    home.environment["SEALWRIGHT_PIN"] = "0000"
    wrong = notation.run("sign", *where)
    home.environment["SEALWRIGHT_PIN"] = PIN
    good = notation.run("sign", *where)

    assert (1, 1, 0) == (missing.status, wrong.status, good.status), (missing, wrong, good)
    assert "the PIN of the token signing is needed" in missing.err
    assert "the PIN is not that of the token" in wrong.err
