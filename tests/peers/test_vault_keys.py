"""Keys of a vault under the real notation, openssl and ours: who signs, and who verifies it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from peers.notation import BOTH, Notation
from world import images
from world.accounts import Guarded
from world.home import statement
from world.registry import Registry
from world.vault_home import VaultHome

KINDS = ("RSA-2048", "EC-256")
ENVELOPES = ("jws", "cose")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with Registry(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory, service: Registry) -> VaultHome:
    """A user with one key of each kind, who trusts the CA that certified them."""
    made = VaultHome(tmp_path_factory.mktemp("user"), service)
    for kind in KINDS:
        made.key(kind.lower(), kind)
    made.home.policy(statement())
    made.home.must("plugin", "install", "sealwright")
    return made


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", BOTH)
def test_notation_verifies_what_a_vaults_key_signed(
    name: str, kind: str, envelope: str, user: VaultHome, service: Registry
) -> None:
    notation = Notation(name, user.home)
    image = images.push(f"{service.local}/ours-{kind.lower()}-{envelope}-{name}", "v1", name)

    user.home.must("sign", "--key", f"vault:{kind.lower()}", "--signature-format", envelope, image)

    assert notation.accepts(image)


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", BOTH)
def test_notation_signs_with_a_vaults_key_through_our_plugin(
    name: str, kind: str, envelope: str, user: VaultHome, service: Registry
) -> None:
    notation = Notation(name, user.home)
    key, uri = f"{kind}-{envelope}-{name}", f"vault:{service.local}/production/{kind.lower()}"
    notation.must("key", "add", "--plugin", "sealwright", "--id", uri, key)
    image = images.push(f"{service.local}/theirs-{key.lower()}", "v1", name)

    notation.sign(image, "--key", key, "--signature-format", envelope)

    assert notation.accepts(image)
    assert 0 == user.home.seal("verify", image).status


@pytest.mark.peer("notation")
def test_notation_says_why_a_vaults_key_does_not_sign(user: VaultHome, service: Registry) -> None:
    notation = Notation("notation", user.home)
    user.key("switched-off")
    notation.must("key", "add", "--plugin", "sealwright", "--id", "vault:switched-off", "switched-off")
    image = images.push(f"{service.local}/switched-off", "v1", "switched-off")
    user.home.must("vault", "key", "disable", "switched-off")

    disabled = notation.run("sign", "--force-referrers-tag=false", "--key", "switched-off", image)
    user.home.must("vault", "key", "enable", "switched-off")
    user.home.must("vault", "key", "rotate", "switched-off")
    rotated = notation.run("sign", "--force-referrers-tag=false", "--key", "switched-off", image)
    user.certify("switched-off", "switched-on")

    assert (1, 1) == (disabled.status, rotated.status)
    assert "the key switched-off is DISABLED" in disabled.err
    assert "version 2 of the key 'switched-off' has no certificate yet" in rotated.err
    notation.sign(image, "--key", "switched-off")
    assert notation.accepts(image)


@pytest.mark.peer("notation")
def test_notation_signs_with_the_login_of_its_registry(tmp_path: Path) -> None:
    with Guarded(tmp_path / "service") as guarded:
        user = VaultHome(tmp_path / "user", guarded.registry, ("admin", "adminadmin"))
        uri = user.key("build")
        user.home.policy(statement())
        user.home.must("plugin", "install", "sealwright")
        notation = Notation("notation", user.home)
        notation.must("key", "add", "--plugin", "sealwright", "--id", uri, "build")
        images.make_layout(tmp_path / "layout", "v1")
        image = f"{user.address}/app:v1"
        user.home.must("push", f"oci:{tmp_path / 'layout'}:v1", image)

        notation.sign(image, "--key", "build")

        assert notation.accepts(image)
        user.home.must("logout", user.address)
        denied = notation.run("sign", "--force-referrers-tag=false", "--key", "build", image)
        assert 1 == denied.status


@pytest.mark.peer("openssl")
@pytest.mark.parametrize("kind", KINDS)
def test_openssl_verifies_a_raw_signature_of_a_vaults_key(kind: str, user: VaultHome, tmp_path: Path) -> None:
    file, signature, public = (tmp_path / name for name in ("file", "signature", "public"))
    file.write_bytes(b"release" * 10_000)
    user.home.must("vault", "sign", kind.lower(), file, "--out", signature)
    user.home.must("vault", "key", "export", kind.lower(), "--pem", "--out", public)
    pss = ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest")

    command = ("openssl", "dgst", "-sha256", "-verify", str(public), "-signature", str(signature))
    more = pss if kind.startswith("RSA") else ()
    done = subprocess.run([*command, *more, str(file)], capture_output=True, check=False)

    assert (0, b"Verified OK\n") == (done.returncode, done.stdout), done


@pytest.mark.peer("openssl")
@pytest.mark.parametrize("kind", ["RSA", "EC"])
def test_a_key_that_openssl_made_and_encrypted_is_brought_in(
    kind: str, user: VaultHome, tmp_path: Path
) -> None:
    option = "rsa_keygen_bits:2048" if kind == "RSA" else "ec_paramgen_curve:P-256"
    key, public = tmp_path / "key", tmp_path / "public"
    make = ["openssl", "genpkey", "-algorithm", kind, "-pkeyopt", option, "-aes256", "-pass", "pass:sesame"]
    subprocess.run([*make, "-out", str(key)], check=True, capture_output=True)
    told = ["openssl", "pkey", "-in", str(key), "-passin", "pass:sesame", "-pubout", "-out", str(public)]
    subprocess.run(told, check=True, capture_output=True)
    name = f"openssl-{kind.lower()}"

    user.home.must("vault", "key", "import", f"production/{name}", key, SEALWRIGHT_PASSPHRASE="sesame")

    assert public.read_text() == user.home.must("vault", "key", "export", name, "--pem")
