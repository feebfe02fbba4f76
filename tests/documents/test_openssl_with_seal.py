"""openssl and `seal` on each other's keys, requests and certificates."""

from pathlib import Path

import pytest

from world import images
from world.home import Home

pytestmark = pytest.mark.peer("openssl")

EXTENSIONS = Path(__file__).parent / "openssl" / "intermediate.openssl.cnf"
PASSPHRASE = "correct horse"
SUBJECT = "/C=GB/ST=Cheshire/O=Acme Observatory/CN=signer"
FORMS = {
    "BEGIN ENCRYPTED PRIVATE KEY": ("openssl", "rsa", "-aes256"),
    "Proc-Type: 4,ENCRYPTED": ("openssl", "rsa", "-traditional", "-aes256"),
}
KEY_TYPES = {
    "RSA-2048": ("2048 bit", "sha256WithRSAEncryption"),
    "RSA-3072": ("3072 bit", "sha384WithRSAEncryption"),
    "EC-256": ("P-256", "ecdsa-with-SHA256"),
    "EC-384": ("P-384", "ecdsa-with-SHA384"),
    "EC-521": ("P-521", "ecdsa-with-SHA512"),
}


def openssl(home: Home, *arguments: str, **variables: str) -> str:
    """What openssl prints; the passphrase of keys is in the variable PASSPHRASE."""
    done = home.run(["openssl", *arguments], PASSPHRASE=PASSPHRASE, **variables)
    assert 0 == done.status, done
    return done.out + done.err


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A user with a PKI made by `seal pki`, whose root is trusted."""
    made = Home(tmp_path_factory.mktemp("user") / "home")
    made.must(
        *("pki", "init", "--subject", "C=GB, ST=Cheshire, O=Acme Observatory", "--trust-store", "acme"),
        "--unencrypted",
    )
    made.must("policy", "init", "--trust-store", "ca:acme")
    return made


@pytest.fixture(scope="module")
def pki(home: Home) -> Path:
    return home.folder / ".config" / "sealwright" / "pki"


@pytest.fixture(scope="module")
def encrypted(home: Home, pki: Path) -> Path:
    """A key of `openssl genrsa -aes256`, certified by `seal pki` as `signer.pem`."""
    key, request = home.folder / "signer.key", home.folder / "signer.csr"
    openssl(home, "genrsa", "-aes256", "-passout", "env:PASSPHRASE", "-out", str(key), "2048")
    openssl(
        *(home, "req", "-new", "-key", str(key), "-passin", "env:PASSPHRASE", "-subj", SUBJECT),
        *("-out", str(request)),
    )
    home.must("pki", "issue", "signer", "--csr", request)
    assert (pki / "signer.pem").exists()
    return key


@pytest.fixture
def image(tmp_path: Path) -> str:
    images.make_layout(tmp_path / "layout", "v1")
    return f"oci:{tmp_path / 'layout'}:v1"


def verified(home: Home, image: str) -> bool:
    return 0 == home.seal("verify", "--scope", "local/layout", image).status


@pytest.mark.parametrize("form", FORMS)
def test_a_key_that_openssl_encrypted_signs_with_its_passphrase_from_anywhere(
    form: str, home: Home, pki: Path, encrypted: Path, image: str, tmp_path: Path
) -> None:
    key, secret = tmp_path / "signer.key", tmp_path / "passphrase"
    convert = (*FORMS[form], "-in", str(encrypted), "-out", str(key))
    openssl(home, *convert[1:], "-passin", "env:PASSPHRASE", "-passout", "env:PASSPHRASE")
    assert form in key.read_text()
    secret.write_text(f"{PASSPHRASE}\n")
    name = f"key-{list(FORMS).index(form)}"
    from_file = ("--passphrase-file", secret)
    home.must("key", "add", name, "--key-file", key, "--cert-file", pki / "signer.pem", *from_file)
    assert not verified(home, image)
    home.must("sign", "--key", name, *from_file, image)
    home.must("sign", "--key", name, image, SEALWRIGHT_PASSPHRASE=PASSPHRASE)
    assert 2 == home.must("ls", image).count("notary sha256:")
    assert verified(home, image)


def test_an_encrypted_key_does_not_open_with_another_passphrase_or_none(
    home: Home, pki: Path, encrypted: Path, image: str
) -> None:
    adding = ("key", "add", "closed", "--key-file", encrypted, "--cert-file", pki / "signer.pem")
    for variables, code in (
        ({}, "key.passphrase-missing"),
        ({"SEALWRIGHT_PASSPHRASE": "wrong horse"}, "key.passphrase-wrong"),
    ):
        refused = home.seal(*adding, **variables)
        assert (2, True) == (refused.status, f"[{code}]" in refused.err), refused
    assert 2 == home.seal("sign", "--key", "closed", image).status


def test_openssl_certifies_a_request_of_seal(home: Home, pki: Path, image: str, tmp_path: Path) -> None:
    home.must(
        *("pki", "request", "outside", "--subject", "C=GB, ST=Cheshire, O=Acme Observatory, CN=outside"),
        "--unencrypted",
    )
    assert "verify OK" in openssl(home, "req", "-in", str(pki / "outside.csr"), "-noout", "-verify")
    made = tmp_path / "outside.pem"
    openssl(
        *(home, "x509", "-req", "-in", str(pki / "outside.csr"), "-days", "30", "-sha256"),
        *("-CA", str(pki / "intermediate.pem"), "-CAkey", str(pki / "intermediate.key"), "-CAcreateserial"),
        *("-extfile", str(EXTENSIONS), "-extensions", "v3_signer", "-out", str(made)),
    )
    chain = tmp_path / "chain.pem"
    chain.write_text(made.read_text() + (pki / "intermediate.pem").read_text())
    home.must("key", "add", "outside", "--key-file", pki / "outside.key", "--cert-file", chain)
    home.must("sign", "--key", "outside", image)
    assert verified(home, image)


def test_seal_certifies_a_request_of_openssl_and_takes_no_extension_from_it(
    home: Home, pki: Path, tmp_path: Path
) -> None:
    key, request = str(tmp_path / "inside.key"), str(tmp_path / "inside.csr")
    openssl(home, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
    wishes = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
    openssl(home, "req", "-new", "-key", key, "-subj", SUBJECT, *wishes, "-out", request)
    assert "CA:TRUE" in openssl(home, "req", "-in", request, "-noout", "-text")
    home.must("pki", "issue", "inside", "--csr", request)
    shown = openssl(home, "x509", "-in", str(pki / "inside.pem"), "-noout", "-text")
    assert "CA:FALSE" in shown
    assert "CA:TRUE" not in shown
    assert "Certificate Sign" not in shown
    assert "Subject: C = GB, ST = Cheshire, O = Acme Observatory, CN = signer" in shown


@pytest.mark.parametrize("kind", KEY_TYPES)
def test_openssl_accepts_and_shows_what_seal_pki_makes(kind: str, tmp_path: Path) -> None:
    home = Home(tmp_path / "user")
    home.must(
        *("pki", "init", "--subject", "C=GB, ST=Cheshire, O=Acme", "--issue", "build", "--key-type", kind),
        "--unencrypted",
    )
    folder = home.folder / ".config" / "sealwright" / "pki"
    root, intermediate, leaf = (str(folder / f"{name}.pem") for name in ("root", "intermediate", "build"))
    strictly = ("verify", "-x509_strict", "-check_ss_sig", "-CAfile", root)
    assert f"{leaf}: OK\n" == openssl(home, *strictly, "-untrusted", intermediate, leaf)
    size, algorithm = KEY_TYPES[kind]
    shown = [openssl(home, "x509", "-in", file, "-noout", "-text") for file in (root, intermediate, leaf)]
    for text in shown:
        assert size in text
        assert f"Signature Algorithm: {algorithm}" in text
        assert "X509v3 Subject Key Identifier" in text
        assert "X509v3 Authority Key Identifier" in text
    for text, constraints, usage in zip(
        shown,
        ("CA:TRUE\n", "CA:TRUE, pathlen:0\n", "CA:FALSE\n"),
        ("Certificate Sign, CRL Sign\n", "Certificate Sign, CRL Sign\n", "Digital Signature\n"),
        strict=True,
    ):
        assert f"X509v3 Basic Constraints: critical\n                {constraints}" in text
        assert f"X509v3 Key Usage: critical\n                {usage}" in text
    assert "X509v3 Extended Key Usage: \n                Code Signing\n" in shown[2]
    assert ["Extended" in text for text in shown] == [False, False, True]
