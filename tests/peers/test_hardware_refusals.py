"""Keys in hardware that cannot be used: each a sentence, a reason code, a next step, and no try too many."""

from pathlib import Path

import pytest

from sealwright.errors import KeyUnavailableError, SealwrightError
from sealwright.pki.algorithms import ALGORITHMS
from world import pki
from world.hardware import URI, Owner
from world.home import Done, pem
from world.modules import children

pytestmark = [pytest.mark.peer("softhsm2-util"), pytest.mark.peer("pkcs11-tool")]

ES256 = next(one for one in ALGORITHMS if one.jws == "ES256")


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return Owner(tmp_path)


def refused(done: Done) -> str:
    """The reason code of a command that failed for a reason of the caller's; it says what to do next."""
    assert 2 == done.status, done
    assert "hint: " in done.err, done
    assert "Traceback" not in done.err, done
    return done.err.partition("[")[2].partition("]")[0]


def adding(owner: Owner, uri: str = URI, *flags: object, **variables: str) -> Done:
    return owner.home.seal("key", "add", "build", "--id", uri, *(flags or owner.pin), **variables)


def test_a_wrong_pin_is_tried_once_and_told(owner: Owner) -> None:
    owner.chain()

    done = owner.home.seal("key", "add", "build", "--id", URI, SEALWRIGHT_PIN="9999")

    assert "key.pin-wrong" == refused(done)
    assert "few tries are left" in done.err
    assert "9999" not in done.err


def test_a_passphrase_in_the_environment_is_not_tried_as_a_pin(owner: Owner) -> None:
    owner.chain()

    done = owner.home.seal("key", "add", "build", "--id", URI, SEALWRIGHT_PASSPHRASE="9999")

    assert "key.pin-missing" == refused(done)


def test_a_pin_that_was_refused_is_not_tried_again_by_the_same_signer(owner: Owner) -> None:
    owner.chain()
    signer = owner.signer()
    owner.hsm.tool("signing", "--change-pin", "--new-pin", "4321")
    for process in list(signer._opened._open):
        process.close(kill=True)
    codes = []
    for _ in range(4):
        with pytest.raises(SealwrightError) as caught:
            signer.sign(b"message", ES256)
        codes.append(caught.value.code)

    assert ["key.pkcs11-crashed", "key.pin-wrong", "key.pin-wrong", "key.pin-wrong"] == codes
    signer.close()


def test_a_pin_is_not_given_to_another_token_of_the_same_label(owner: Owner) -> None:
    owner.chain()
    signer = owner.signer()
    owner.hsm.remove("signing")
    owner.hsm.add("signing", "4321")
    for process in list(signer._opened._open):
        process.close(kill=True)
    codes = []
    for _ in range(2):
        with pytest.raises(SealwrightError) as caught:
            signer.sign(b"message", ES256)
        codes.append(caught.value.code)

    assert ["key.pkcs11-crashed", "key.pkcs11-token-gone"] == codes
    assert "few tries left" not in owner.home.must("key", "tokens")


def test_a_signer_that_was_closed_opens_the_token_again(owner: Owner) -> None:
    owner.chain()
    signer = owner.signer()
    signer.close()
    assert [] == children()

    assert 64 == len(signer.sign(b"message", ES256))

    signer.close()
    assert [] == children()


@pytest.mark.parametrize(
    ("uri", "code", "words"),
    [
        ("pkcs11:token=other;object=build", "key.pkcs11-no-token", "token=signing;serial="),
        ("pkcs11:token=signing;object=other", "key.pkcs11-no-key", "it has: object=build;id=%01"),
        ("pkcs11:token=signing;id=%02", "key.pkcs11-no-key", "it has: object=build;id=%01"),
        ("pkcs11:token=signing;object=build;type=cert", "key.pkcs11-type", "type cert"),
        ("pkcs11:token=signing;model=other;object=build", "key.pkcs11-no-token", "model=other"),
        ("pkcs11:library-description=other;object=build", "key.pkcs11-no-token", "library-description=other"),
        ("pkcs11:token=signing;object=build?module-name=other", "key.pkcs11-module-unknown", "'other'"),
        ("pkcs11:token=signing;object=build?module-path=/no/module.so", "key.pkcs11-module", "no such file"),
        ("pkcs11:token=signing;object=build?module-path=/etc/passwd", "key.pkcs11-module", "/etc/passwd"),
        ("pkcs11:token=signing;object=build?pin-value=1234", "key.pkcs11-pin-value", "--pin-file"),
        (
            "pkcs11:token=signing;object=build?pin-source=|cat",
            "key.pkcs11-pin-source",
            "commands are not run",
        ),
    ],
)
def test_what_does_not_lead_to_one_key_is_refused(uri: str, code: str, words: str, owner: Owner) -> None:
    owner.chain()

    done = adding(owner, uri)

    assert code == refused(done)
    assert words in done.err
    assert "pin-value=1234" not in done.err


def test_two_tokens_of_one_label_are_told_apart_by_their_serial(owner: Owner) -> None:
    owner.chain()
    serial = owner.home.must("key", "tokens").partition("serial=")[2][:16]
    owner.hsm.add("signing")

    done = adding(owner)
    exact = adding(owner, f"pkcs11:token=signing;serial={serial};object=build")

    assert "key.pkcs11-tokens" == refused(done)
    assert f"serial={serial}" in done.err
    assert 0 == exact.status, exact


def test_two_keys_of_one_label_are_told_apart_by_their_id(owner: Owner) -> None:
    owner.chain("ec256", identifier="01")
    owner.hsm.put_key(owner.folder, "signing", "build", pki.chain("ec384"), "02")

    done = adding(owner)
    exact = adding(owner, "pkcs11:token=signing;object=build;id=%01")

    assert "key.pkcs11-keys" == refused(done)
    assert "object=build;id=%01 object=build;id=%02" in done.err
    assert 0 == exact.status, exact


def test_a_key_without_certificate_wants_one(owner: Owner, tmp_path: Path) -> None:
    chain = pki.chain("ec256")
    owner.hsm.put_key(tmp_path, "signing", "build", chain)
    file = tmp_path / "chain.pem"
    file.write_bytes(pem(*chain.certificates))

    assert "key.pkcs11-no-certificate" == refused(adding(owner))
    assert 0 == adding(owner, URI, "--cert-file", file, *owner.pin).status
    assert chain.certificates == owner.signer(URI, {"certificates": str(file)}).certificates


def test_the_certificate_of_another_key_is_refused(owner: Owner, tmp_path: Path) -> None:
    other = pki.chain("ec384")
    owner.hsm.put_key(tmp_path, "signing", "build", pki.chain("ec256"))
    file = tmp_path / "chain.pem"
    file.write_bytes(pem(*other.certificates))

    in_file = adding(owner, URI, "--cert-file", file, *owner.pin)
    owner.hsm.put_certificate(tmp_path, "signing", "build", other.certificates[0], "01")
    on_token = adding(owner)
    imported = owner.home.seal("key", "import-certificate", "--id", URI, file, *owner.pin)

    assert ["key.certificate-mismatch"] * 3 == [refused(one) for one in (in_file, on_token, imported)]
    assert str(file) in in_file.err


def test_a_chain_that_is_not_complete_on_the_token_is_refused(owner: Owner, tmp_path: Path) -> None:
    chain = pki.chain("ec256")
    owner.hsm.put_key(tmp_path, "signing", "build", chain)
    owner.hsm.put_certificate(tmp_path, "signing", "build", chain.certificates[0], "01")

    assert "key.pkcs11-chain-incomplete" == refused(adding(owner))


def test_of_two_certificates_of_a_key_the_later_one_is_taken(owner: Owner, tmp_path: Path) -> None:
    chain = owner.chain()
    file = tmp_path / "renewed.pem"
    home = owner.home
    home.must("pki", "init", "--subject", "C=US, ST=WA, O=Acme", "--unencrypted")
    home.must("pki", "request", "build", "--subject", "C=US, ST=WA, O=Acme", "--id", URI, *owner.pin)
    folder = home.folder / ".config" / "sealwright" / "pki"
    (folder / "build.csr").rename(tmp_path / "csr")
    home.must("pki", "issue", "build", "--csr", tmp_path / "csr")
    (folder / "build.pem").rename(file)
    home.must("key", "import-certificate", "--id", URI, file, *owner.pin)

    certificates = owner.signer().certificates

    assert pem(*certificates) == file.read_bytes()
    assert chain.certificates[0] != certificates[0]


def test_a_key_of_a_kind_that_signs_no_images_is_refused(owner: Owner) -> None:
    owner.hsm.tool("signing", "--keypairgen", "--key-type", "EC:secp256k1", "--label", "build", "--id", "01")

    assert "key.unsupported" == refused(adding(owner))


def test_a_name_that_is_taken_is_not_given_to_a_second_key(owner: Owner) -> None:
    made = owner.home.must("key", "generate", "--id", f"{URI};id=%07", *owner.pin)

    same = owner.home.seal("key", "generate", "--id", URI, *owner.pin)
    same_id = owner.home.seal("key", "generate", "--id", "pkcs11:token=signing;object=new;id=%07", *owner.pin)
    unnamed = owner.home.seal("key", "generate", "--id", "pkcs11:object=new", *owner.pin)

    assert f"{URI};id=%07\n" == made
    assert ["key.pkcs11-exists", "key.pkcs11-exists", "key.pkcs11-unnamed"] == [
        refused(one) for one in (same, same_id, unnamed)
    ]


def test_a_token_without_pin_is_told(owner: Owner) -> None:
    owner.hsm.add_without_pin("fresh")

    assert "key.pin-unset" == refused(adding(owner, "pkcs11:token=fresh;object=build"))


def test_without_a_module_it_is_said_how_to_name_one(owner: Owner) -> None:
    owner.home.environment.pop("SEALWRIGHT_PKCS11_MODULE")

    done = adding(owner)

    assert "key.pkcs11-no-module" == refused(done)
    assert "SEALWRIGHT_PKCS11_MODULE" in done.err


def test_settings_that_a_key_does_not_have_are_refused(owner: Owner) -> None:
    owner.chain()

    with pytest.raises(KeyUnavailableError, match="'certifcates' is no setting"):
        owner.signer(URI, {"certifcates": "x"})


def test_without_its_public_key_a_key_is_used_by_its_certificate(owner: Owner, tmp_path: Path) -> None:
    chain = pki.chain("ec256")
    request = ("pki", "request", "build", "--subject", "C=US, ST=WA, O=Acme", "--id", URI, *owner.pin)
    owner.hsm.put_key(tmp_path, "signing", "build", chain)
    owner.hsm.tool("signing", "--delete-object", "--type", "pubkey", "--id", "01")

    unknown = owner.home.seal(*request)
    owner.hsm.put_certificate(tmp_path, "signing", "build", chain.certificates[0], "01")
    certified = owner.home.seal(*request)

    assert "key.pkcs11-no-public-key" == refused(unknown)
    assert 0 == certified.status, certified
