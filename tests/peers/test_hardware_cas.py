"""CAs whose keys are on a token: certificates, revocation lists and timestamps that openssl takes."""

from pathlib import Path

import pytest

from world.hardware import Owner
from world.home import Home

pytestmark = [pytest.mark.peer("softhsm2-util"), pytest.mark.peer("openssl")]

SUBJECT = "C=US, ST=WA, O=Acme"


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return Owner(tmp_path)


def openssl(home: Home, *arguments: object) -> str:
    done = home.run(["openssl", *map(str, arguments)])
    assert 0 == done.status, done
    return done.out + done.err


@pytest.mark.parametrize("kind", ["EC-384", "RSA-3072"])
def test_a_pki_whose_keys_are_all_on_a_token(kind: str, owner: Owner) -> None:
    home, pin = owner.home, owner.pin
    for name in ("root", "signing", "build"):
        home.must("key", "generate", "--id", f"pkcs11:token=signing;object={name}", "--type", kind, *pin)

    uri = "pkcs11:token=signing;object="
    home.must("pki", "root", "--subject", f"{SUBJECT}, CN=root", "--id", f"{uri}root", *pin)
    home.must("pki", "intermediate", "--subject", f"{SUBJECT}, CN=ca", "--id", f"{uri}signing", *pin)
    home.must("pki", "issue", "build", "--id", f"{uri}build", "--add-key", *pin)
    home.must("pki", "revoke", "build", "--reason", "keyCompromise")
    home.must("pki", "crl", "--pem", *pin)

    folder = home.folder / ".config" / "sealwright" / "pki"
    assert {f"{uri}root\n", f"{uri}signing\n", f"{uri}build\n"} == {
        file.read_text() for file in folder.glob("*.key")
    }
    root, intermediate = folder / "root.pem", folder / "intermediate.pem"
    verified = openssl(
        home, "verify", "-CAfile", root, "-untrusted", intermediate, "-x509_strict", folder / "build.pem"
    )
    assert "build.pem: OK" in verified
    lists = [
        openssl(home, "crl", "-noout", "-text", "-in", file) for file in sorted(folder.glob("*.crl.pem"))
    ]
    assert any("Key Compromise" in shown for shown in lists)
    for file in folder.glob("intermediate*.crl.pem"):
        assert "verify OK" in openssl(home, "crl", "-noout", "-in", file, "-CAfile", intermediate)


def test_a_certificate_of_a_key_on_a_token_is_renewed(owner: Owner) -> None:
    home, pin = owner.home, owner.pin
    home.must("key", "generate", "--id", "pkcs11:token=signing;object=root", *pin)
    home.must("pki", "root", "--subject", SUBJECT, "--id", "pkcs11:token=signing;object=root", *pin)
    file = home.folder / ".config" / "sealwright" / "pki" / "root.pem"
    before = file.read_bytes()

    home.must("pki", "renew", "root", *pin)

    assert before != file.read_bytes()
    assert "OK" in openssl(home, "verify", "-CAfile", file, file)


def test_a_key_elsewhere_is_not_taken_for_a_type_of_key(owner: Owner) -> None:
    done = owner.home.seal("pki", "root", "--subject", SUBJECT, "--id", "build")

    assert 2 == done.status
    assert "[key.elsewhere-uri]" in done.err


def test_a_token_that_is_away_is_told_with_the_file_that_names_it(owner: Owner) -> None:
    home, pin = owner.home, owner.pin
    home.must("key", "generate", "--id", "pkcs11:token=signing;object=root", *pin)
    home.must("pki", "root", "--subject", SUBJECT, "--id", "pkcs11:token=signing;object=root", *pin)
    file = home.folder / ".config" / "sealwright" / "pki" / "root.key"
    file.write_text("pkcs11:token=away;object=root\n")

    done = home.seal("pki", "issue", "build", *pin)

    assert 2 == done.status
    assert "[key.pkcs11-no-token]" in done.err
    assert str(file) in done.err
