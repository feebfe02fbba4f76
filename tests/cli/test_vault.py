"""`seal vault`, and keys of a vault wherever a key is named, against a running service."""

import base64
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from msgspec.structs import replace

from sealwright import limits
from sealwright.client.client import Client
from sealwright.formats.kms.algorithms import ALGORITHMS, verifies
from sealwright.formats.kms.ocid import is_ocid
from sealwright.service.accounts.actions import grants
from sealwright.service.configuration import Configuration, load
from world import images, pki
from world.accounts import ACTOR, Guarded
from world.home import Home, pem, statement
from world.registry import Registry
from world.vault_home import SUBJECT, VaultHome


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with Registry(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory, service: Registry) -> VaultHome:
    """One user for all tests; each has keys of its own."""
    made = VaultHome(tmp_path_factory.mktemp("user"), service)
    made.home.policy(statement())
    return made


@pytest.fixture(scope="module")
def home(user: VaultHome) -> Home:
    return user.home


def image(service: Registry, name: str) -> str:
    return images.push(f"{service.local}/{name}", "v1", name)


def test_vaults_are_made_listed_shown_deleted_and_kept(home: Home) -> None:
    made = home.must("vault", "create", "spare")
    assert re.fullmatch(r"spare: made; ocid1\.vault\.\S+\n", made)
    shown = json.loads(home.must("vault", "show", "spare", "--output", "json"))
    assert ("spare", "ACTIVE", "DEFAULT") == (shown["name"], shown["state"], shown["kind"])
    assert is_ocid(shown["id"], "vault")
    assert {"production", "spare"} <= {
        one["name"] for one in json.loads(home.must("vault", "list", "--output", "json"))
    }
    assert shown["id"] in home.must("vault", "list")
    planned = home.must("vault", "delete", "spare", "--in", "8d")
    assert "pending deletion at 20" in planned
    assert "active" in home.must("vault", "undelete", "spare")
    assert "state:" in home.must("vault", "show", shown["id"])


def test_a_key_goes_through_its_whole_life(home: Home) -> None:
    made = json.loads(home.must("vault", "key", "create", "production/life", "--output", "json"))
    assert ("life", "ECDSA", 256, "ENABLED") == tuple(
        made[name] for name in ("name", "algorithm", "bits", "state")
    )
    for words, state in (
        (("disable",), "disabled"),
        (("enable",), "enabled"),
        (("delete", "--in", "7d"), "pending deletion at "),
        (("undelete",), "enabled"),
    ):
        assert f"life: {state}" in home.must("vault", "key", words[0], "life", *words[1:])
    assert "life@2: signs from now on" in home.must("vault", "key", "rotate", "life")
    table = home.must("vault", "version", "list", "life")
    assert re.search(r"^\* 2 .*enabled.*no", table, re.MULTILINE)
    assert re.search(r"^  1 .*enabled.*no", table, re.MULTILINE)
    shown = home.must("vault", "key", "show", "production/life")
    assert re.search(r"^type: +EC-256$", shown, re.MULTILINE)
    assert table in shown
    assert "pending deletion at " in home.must("vault", "version", "delete", "life@1", "--in", "9d")
    assert "enabled" in home.must("vault", "version", "undelete", "life@1")
    assert "BEGIN PUBLIC KEY" in home.must("vault", "version", "show", "life@1")
    current = home.seal("vault", "version", "delete", "life@2")
    assert 2 == current.status
    assert "[vault.version-current]" in current.err
    assert "production/life" in home.must("vault", "key", "list", "--vault", "production")


def test_vaults_and_keys_get_other_names(home: Home) -> None:
    home.must("vault", "create", "before")
    home.must("vault", "key", "create", "before/old")

    assert "after: was before" in home.must("vault", "rename", "before", "after")
    assert "new: was old" in home.must("vault", "key", "rename", "after/old", "new")

    home.must("vault", "key", "show", "after/new")
    assert "[key.vault-unknown]" in home.seal("vault", "key", "show", "after/old").err
    home.must("vault", "delete", "after")


def test_a_key_that_may_not_sign_says_why(user: VaultHome, service: Registry) -> None:
    uri = user.key("switched")
    named = image(service, "switched")
    user.home.must("sign", "--key", uri, named)

    user.home.must("vault", "key", "disable", "switched")
    done = user.home.seal("sign", "--key", uri, named)

    assert 2 == done.status
    assert "[vault.state]" in done.err
    assert "DISABLED" in done.err
    user.home.must("vault", "key", "enable", "switched")
    user.home.must("sign", "--key", uri, named)


@pytest.mark.parametrize("kind", ["EC-256", "EC-384", "EC-521", "RSA-2048", "RSA-3072"])
@pytest.mark.parametrize("envelope", ["jws", "cose"])
def test_an_image_is_signed_by_a_key_of_each_kind(
    user: VaultHome, service: Registry, kind: str, envelope: str
) -> None:
    name = f"{envelope}-{kind.lower()}"
    uri = user.key(name, kind)
    named = image(service, name)

    user.home.must("sign", "--key", uri, "--signature-format", envelope, named)

    assert 0 == user.home.seal("verify", named).status


def test_the_key_is_named_in_many_ways(user: VaultHome, service: Registry) -> None:
    user.key("named")
    key = json.loads(user.home.must("vault", "key", "show", "named", "--output", "json"))["key"]
    named = image(service, "named")
    host = user.address
    for uri in (
        "vault:named",
        "vault:production/named",
        f"vault:{host}/named",
        f"vault:{key['id']}",
        f"vault:{host}/{key['vault']}/{key['id']}@{key['currentVersion']}",
        "vault:named@1",
    ):
        user.home.must("sign", "--key", uri, named)
    user.home.must("key", "add", "by-name", "--id", "vault:named")
    user.home.must("sign", "--key", "by-name", named)
    assert 7 == user.home.must("ls", named).count("notary")


def test_other_commands_sign_with_it_too(user: VaultHome, service: Registry, tmp_path: Path) -> None:
    uri = user.key("everywhere")
    images.make_layout(tmp_path / "layout", "v1")
    pushed = f"{service.local}/everywhere:v1"

    user.home.must("push", f"oci:{tmp_path / 'layout'}:v1", pushed, "--sign-by", uri)

    assert 0 == user.home.seal("verify", pushed).status
    file = tmp_path / "release.tar"
    file.write_bytes(b"release")
    user.home.must("blob", "sign", "--key", uri, file)
    assert file.with_name("release.tar.jws.sig").exists()


def test_the_python_interface_signs_with_it(
    user: VaultHome, service: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = user.key("python")
    named = image(service, "python")
    for name, value in user.home.environment.items():
        monkeypatch.setenv(name, value)
    with Client() as client:
        client.sign(named, signer=uri)
        assert "accepted" == client.judge(named).decision


def test_the_dialect_signs_with_it(user: VaultHome, service: Registry) -> None:
    uri = user.key("dialect")
    named = image(service, "dialect")
    added = user.home.seal_alone("notation", "key", "add", "--plugin", "sealwright", "--id", uri, "dialect")
    signed = user.home.seal_alone("notation", "sign", "--key", "dialect", named)
    user.home.must("vault", "key", "disable", "dialect")
    disabled = user.home.seal_alone("notation", "sign", "--key", "dialect", named)

    assert (0, 0, 1) == (added.status, signed.status, disabled.status), (added, signed, disabled)
    assert "the key dialect is DISABLED" in disabled.err
    assert 0 == user.home.seal_alone("notation", "verify", named).status


def test_each_version_has_certificates_of_its_own(user: VaultHome, service: Registry) -> None:
    uri = user.key("rotated")
    named = image(service, "rotated")

    user.home.must("vault", "key", "rotate", "rotated")
    uncertified = user.home.seal("sign", "--key", uri, named)

    assert 2 == uncertified.status
    assert "version 2 of the key 'rotated' has no certificate yet" in uncertified.err
    assert "@1" in uncertified.err
    user.home.must("sign", "--key", f"{uri}@1", named)
    user.certify("rotated", "rotated-2")
    user.home.must("sign", "--key", uri, named)
    assert 0 == user.home.seal("verify", named).status
    shown = user.home.must("inspect", named)
    assert 2 + 2 == len(set(re.findall(r"SHA-256: ([0-9a-f]{64})", shown)))  # two leaves, and the CAs


def test_a_key_without_a_certificate_says_what_to_do(user: VaultHome, service: Registry) -> None:
    user.home.must("vault", "key", "create", "production/bare")

    done = user.home.seal("sign", "--key", "vault:bare", image(service, "bare"))

    assert 2 == done.status
    assert "[key.vault-no-certificate]" in done.err
    assert "seal vault key request" in done.err


def test_a_chain_in_a_file_goes_before_the_one_that_is_kept(user: VaultHome, tmp_path: Path) -> None:
    user.home.must("vault", "key", "create", "production/filed")
    request = tmp_path / "filed.csr"
    user.home.must("vault", "key", "request", "filed", "--subject", f"{SUBJECT}, CN=filed", "--out", request)
    user.home.must("pki", "issue", "filed", "--csr", request)
    own = user.pki / "filed.pem"

    user.home.must("key", "add", "filed", "--id", "vault:filed", "--cert-file", own)
    other = user.home.seal(
        "key", "add", "other", "--id", "vault:filed", "--cert-file", user.pki / "intermediate.pem"
    )

    assert 2 == other.status
    assert "[key.certificate-mismatch]" in other.err


def test_a_chain_that_is_not_the_keys_is_not_kept(user: VaultHome, tmp_path: Path) -> None:
    user.home.must("vault", "key", "create", "production/strange")
    chain = pki.chain("ec256")
    file = tmp_path / "strange.pem"
    file.write_bytes(pem(*chain.certificates))

    done = user.home.seal("vault", "key", "import-certificate", "strange", file)

    assert 2 == done.status
    assert "[key.certificate-mismatch]" in done.err


def test_a_ca_may_have_its_key_in_a_vault(user: VaultHome, tmp_path: Path) -> None:
    user.home.must("vault", "key", "create", "production/ca", "--type", "EC-384")
    folder = tmp_path / "pki"
    subject = "C=US, ST=WA, O=Acme, CN=root"

    user.home.must("pki", "root", "--folder", folder, "--subject", subject, "--id", "vault:ca")
    user.home.must("pki", "issue", "leaf", "--folder", folder, "--unencrypted")

    assert "vault:ca\n" == (folder / "root.key").read_text()
    assert "BEGIN CERTIFICATE" in (folder / "leaf.pem").read_text()


@pytest.mark.parametrize("kind", ["rsa2048", "ec256", "ec521"])
def test_a_key_is_brought_in_from_an_encrypted_file(
    user: VaultHome, service: Registry, tmp_path: Path, kind: str
) -> None:
    chain = pki.chain(kind)
    made = Home(tmp_path / "other")
    made.add_key("build", chain, b"open sesame")
    file = made.notation / "localkeys" / "build.key"
    name = f"brought-{kind}"

    denied = user.home.seal("vault", "key", "import", f"production/{name}", file)
    user.home.must("vault", "key", "import", f"production/{name}", file, SEALWRIGHT_PASSPHRASE="open sesame")

    assert 2 == denied.status
    assert "[key.passphrase-missing]" in denied.err
    told = user.home.must("vault", "key", "export", name, "--pem")
    assert chain.signer.public_key() == load_pem_public_key(told.encode())
    version = json.loads(user.home.must("vault", "version", "show", name, "--output", "json"))
    assert "EXTERNAL" == version["origin"]
    certificates = tmp_path / "chain.pem"
    certificates.write_bytes(pem(*chain.certificates))
    user.home.must("vault", "key", "import-certificate", name, certificates)
    user.home.must("sign", "--key", f"vault:{name}", image(service, name))


def test_a_version_is_brought_in(user: VaultHome, tmp_path: Path) -> None:
    chain = pki.chain("ec256")
    made = Home(tmp_path / "other")
    made.add_key("build", chain)
    user.home.must("vault", "key", "create", "production/renewed")
    file = made.notation / "localkeys" / "build.key"

    assert "renewed@2" in user.home.must("vault", "key", "rotate", "renewed", "--import", file)

    told = user.home.must("vault", "key", "export", "renewed", "--pem")
    assert chain.signer.public_key() == load_pem_public_key(told.encode())
    of_another_kind = tmp_path / "other" / "rsa.key"
    made.add_key("rsa", pki.chain("rsa2048"))
    of_another_kind = made.notation / "localkeys" / "rsa.key"
    done = user.home.seal("vault", "key", "rotate", "renewed", "--import", of_another_kind)
    assert 2 == done.status
    assert "[vault.import-unusable]" in done.err


@pytest.mark.parametrize("size", [0, limits.KMS_MESSAGE_BYTES, limits.KMS_MESSAGE_BYTES + 1, 3_000_000])
def test_a_file_of_any_size_is_signed_and_verified(home: Home, tmp_path: Path, size: int) -> None:
    name = f"file-{size}"
    home.must("vault", "key", "create", f"production/{name}")
    file, signature = tmp_path / "file", tmp_path / "file.sig"
    file.write_bytes(b"x" * size)

    told = home.must("vault", "sign", name, file, "--out", signature)
    assert "ECDSA_SHA_256" in told
    good = home.seal("vault", "verify", name, file, "--signature", signature)
    public = load_pem_public_key(home.must("vault", "key", "export", name, "--pem").encode())
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert verifies(public, ALGORITHMS["ECDSA_SHA_256"], file.read_bytes(), signature.read_bytes())
    file.write_bytes(b"x" * size + b"y")
    bad = home.seal("vault", "verify", name, file, "--signature", signature)

    assert (0, 1) == (good.status, bad.status)
    assert "a good signature" in good.out
    assert "not a signature of it" in bad.out


def test_a_digest_is_signed_as_a_script_wants_it(home: Home, tmp_path: Path) -> None:
    home.must("vault", "key", "create", "production/digests", "--type", "RSA-2048")
    digest = "ab" * 48
    words = ("vault", "sign", "digests", "--digest", f"sha384:{digest}", "--output", "json")

    made = json.loads(home.must(*words, "--algorithm", "SHA_384_RSA_PKCS1_V1_5"))

    public = load_pem_public_key(home.must("vault", "key", "export", "digests", "--pem").encode())
    algorithm = ALGORITHMS["SHA_384_RSA_PKCS1_V1_5"]
    signature = base64.b64decode(made["signature"])
    assert verifies(public, algorithm, bytes.fromhex(digest), signature, digested=True)
    file = tmp_path / "signature"
    file.write_text(made["signature"] + "\n")
    named = ("vault", "verify", "digests", "--digest", digest, "--algorithm", algorithm.name)
    told = json.loads(home.must(*named, "--signature", file, "--output", "json"))
    assert told["valid"] is True


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("sign", "usage"), "usage.vault-content"),
        (("sign", "usage", "/etc/hostname", "--digest", "ab"), "usage.vault-content"),
        (("sign", "usage", "--digest", "ab"), "key.vault-digest"),
        (("sign", "usage", "--digest", f"sha512:{'ab' * 32}"), "key.vault-digest"),
        (("sign", "usage", "--digest", "sha256:" + "zz" * 32), "key.vault-digest"),
        (
            ("sign", "usage", "--digest", "ab" * 32, "--algorithm", "SHA_256_RSA_PKCS_PSS"),
            "usage.vault-algorithm",
        ),
        (("sign", "usage", "--digest", "ab" * 32, "--algorithm", "ED25519"), "usage.vault-algorithm"),
        (("sign", "nobody", "--digest", "ab" * 32), "key.vault-unknown"),
        (("sign", "a/b/c", "--digest", "ab" * 32), "key.vault-uri"),
        (("sign", "usage@7", "--digest", "ab" * 32), "vault.unknown"),
        (("show", "nowhere"), "key.vault-unknown"),
        (("key", "create", "nowhere/build"), "key.vault-unknown"),
        (("key", "create", "production/usage"), "vault.name-taken"),
        (("key", "create", "production/a*b"), "vault.name-invalid"),
        (("create", "production"), "vault.name-taken"),
        (("delete", "production", "--in", "1d"), "vault.deletion-time"),
        (("key", "import", "production/usage2", "/nonexistent"), "file.absent"),
    ],
)
def test_what_cannot_be_done_says_why(home: Home, words: tuple[str, ...], reason: str) -> None:
    home.seal("vault", "key", "create", "production/usage")

    done = home.seal("vault", *words)

    assert f"[{reason}]" in done.err, done
    assert "hint: " in done.err
    assert 0 != done.status
    assert "" == done.out


def test_keys_that_sign_no_images_are_refused_with_the_reason(user: VaultHome, service: Registry) -> None:
    named = image(service, "others")
    for kind in ("AES-256", "ED25519"):
        name = kind.lower()
        user.home.must("vault", "key", "create", f"production/{name}", "--type", kind)
        done = user.home.seal("sign", "--key", f"vault:{name}", named)
        raw = user.home.seal("vault", "sign", name, "--digest", "ab" * 32)
        assert (2, 2) == (done.status, raw.status)
        assert "[key.unsupported]" in done.err
        assert "[key.unsupported]" in raw.err


def test_a_name_that_two_keys_have_is_not_guessed(home: Home) -> None:
    home.must("vault", "create", "staging")
    found = [
        json.loads(home.must("vault", "key", "create", f"{vault}/twice", "--output", "json"))["id"]
        for vault in ("production", "staging")
    ]

    done = home.seal("vault", "key", "show", "twice")
    unnamed = home.seal("vault", "key", "create", "alone")

    assert (2, 2) == (done.status, unnamed.status)
    assert "[key.vault-ambiguous]" in done.err
    assert all(one in done.err for one in found)
    assert "[key.vault-unnamed]" in unnamed.err
    for one in found:
        home.must("vault", "key", "show", one)
    home.must("vault", "key", "show", "staging/twice")
    elsewhere = home.seal("vault", "key", "show", f"staging/{found[0]}")
    assert "[key.vault-unknown]" in elsewhere.err


def test_a_key_made_anew_under_the_name_of_one_that_goes_is_the_one_that_is_meant(home: Home) -> None:
    old = json.loads(home.must("vault", "key", "create", "production/again", "--output", "json"))["id"]
    home.must("vault", "key", "delete", "again")
    new = json.loads(home.must("vault", "key", "create", "production/again", "--output", "json"))["id"]

    assert new == json.loads(home.must("vault", "key", "show", "again", "--output", "json"))["key"]["id"]
    assert old != new
    kept = home.seal("vault", "key", "undelete", old)
    assert "[vault.name-taken]" in kept.err


def test_without_a_service_in_settings_or_name_nothing_is_asked(tmp_path: Path, service: Registry) -> None:
    home = Home(tmp_path / "home")

    done = home.seal("vault", "list")

    assert 2 == done.status
    assert "[key.vault-no-service]" in done.err
    home.must("vault", "list", "--service", service.local)
    settings = home.folder / ".config" / "sealwright"
    settings.mkdir()
    (settings / "config.toml").write_text(f'[vault]\nservice = "{service.local}"\n')
    home.must("vault", "list")
    wrong = home.seal("vault", "list", SEALWRIGHT_VAULT="https://vault.example/")
    assert "[key.vault-uri]" in wrong.err


def test_public_keys_are_exported_as_a_document(home: Home, tmp_path: Path) -> None:
    home.must("vault", "key", "create", "production/shown")
    home.must("vault", "key", "rotate", "shown")
    file = tmp_path / "keys.json"

    home.must("vault", "key", "export", "shown", "--out", file)

    document = json.loads(file.read_bytes())
    assert "https://sealwright.dev/schema/vault-keys/1" == document["$schema"]
    (key,) = document["keys"]
    assert {1, 2} == {one["number"] for one in key["versions"]}
    assert all("BEGIN PUBLIC KEY" in one["publicKey"] for one in key["versions"])


def test_one_login_serves_registry_and_vault_and_rights_are_held_for_keys(tmp_path: Path) -> None:
    with Guarded(tmp_path / "service") as guarded:
        owner = VaultHome(tmp_path / "owner", guarded.registry, ("admin", "adminadmin"))
        uri = owner.key("build")
        owner.key("release")
        images.make_layout(tmp_path / "layout", "v1")
        named = f"{owner.address}/app:v1"
        owner.home.must("push", f"oci:{tmp_path / 'layout'}:v1", named)
        alice = Home(tmp_path / "alice")
        stranger = alice.seal("vault", "list", "--service", owner.address)
        alice.must("login", "--username", "alice", "--password", "wonderland", owner.address)

        unknown = alice.seal("sign", "--key", uri, named)
        for right, pattern in (("pull", "app"), ("sign", "app"), ("pull", "vault:production/build")):
            grants.grant(guarded.database, ACTOR, "alice", pattern, grants.rights_of([right]))
        guarded.settle()
        reader = alice.seal("sign", "--key", uri, named)
        grants.grant(guarded.database, ACTOR, "alice", "vault:production/build", grants.rights_of(["sign"]))
        guarded.settle()

        assert (4, "") == (stranger.status, stranger.out)
        assert 2 == unknown.status, unknown
        assert "[key.vault-unknown]" in unknown.err
        assert 4 == reader.status, reader
        alice.must("sign", "--key", uri, named)
        assert 0 != alice.seal("sign", "--key", uri.replace("build", "release"), named).status
        assert 4 == alice.seal("vault", "key", "disable", uri).status
        assert ["build"] == names(alice, owner.address)
        grants.grant(
            guarded.database, ACTOR, "anonymous", "vault:production/release", grants.rights_of(["pull"])
        )
        guarded.settle()
        assert ["build", "release"] == names(alice, owner.address)
        assert ["release"] == names(Home(tmp_path / "nobody"), owner.address)


def names(home: Home, service: str) -> list[str]:
    """The keys that somebody sees."""
    listed = home.must("vault", "key", "list", "--service", service, "--output", "json")
    return sorted(one["name"] for one in json.loads(listed))


def test_the_root_key_is_looked_at_and_changed_where_the_service_is(tmp_path: Path) -> None:
    with Registry(tmp_path / "service") as running:
        user = VaultHome(tmp_path / "user", running)
        uri = user.key("build")
        folder = running.folder
    home = user.home
    settings = tmp_path / "serve.toml"
    former = f"""former_root = 'file'\nformer_root_file = '{folder / "root.key"}'\n"""
    settings.write_text(f"[storage]\nfolder = '{folder}'\n")
    where = ("--config", settings)

    told = json.loads(home.must("vault", "root", "status", *where, "--output", "json"))
    assert {"kind": "file", "made": True, "opens": True, "changing": False} == told
    settings.write_text(
        f"[storage]\nfolder = '{folder}'\n[vault]\nroot_file = '{tmp_path / 'new-root.key'}'\n"
    )
    wrong = home.seal("vault", "root", "status", *where)
    settings.write_text(settings.read_text() + former)
    assert "file: is the root key from now on" in home.must("vault", "root", "change", *where)
    assert "file: was the root key already" in home.must("vault", "root", "change", *where)

    assert 2 == wrong.status
    assert "[vault.root-missing]" in wrong.err
    (folder / "root.key").unlink()
    assert "opens the vaults: yes" in re.sub(" +", " ", home.must("vault", "root", "status", *where))
    assert "root.change" in home.must("admin", "audit", *where)
    configuration = load(settings, {})
    with Registry(replace(configuration, server=Configuration.on(folder).server)) as again:
        here = uri.replace(user.address, again.local)
        home.must("sign", "--key", here, image(again, "changed"))


def test_a_service_without_vaults_has_no_root_key_yet(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")

    told = json.loads(
        home.must("vault", "root", "status", "--folder", tmp_path / "service", "--output", "json")
    )

    assert {"kind": "file", "made": False, "opens": False, "changing": False} == told


def test_scripts_get_json_and_pipes(home: Home, tmp_path: Path) -> None:
    made = json.loads(home.must("vault", "key", "create", "production/scripts", "--output", "json"))

    listed = json.loads(home.must("vault", "key", "list", "--output", "json"))
    versions = json.loads(home.must("vault", "version", "list", "scripts", "--output", "json"))
    piped = home.run([sys.executable, "-m", "sealwright", "vault", "sign", "scripts", "-"])

    assert made["id"] in {one["id"] for one in listed}
    assert [1] == [one["number"] for one in versions]
    public = load_pem_public_key(home.must("vault", "key", "export", "scripts", "--pem").encode())
    assert verifies(public, ALGORITHMS["ECDSA_SHA_256"], b"", base64.b64decode(piped.out))
    missing = home.seal("vault", "sign", "scripts", tmp_path / "missing")
    assert (5, "") == (missing.status, missing.out)
    assert "[file.unreadable]" in missing.err
    assert 2 == home.seal("vault", "key", "create", "production/new@1").status
    printed = home.must("vault", "key", "request", "scripts", "--subject", f"{SUBJECT}, CN=scripts")
    assert printed.startswith("-----BEGIN CERTIFICATE REQUEST-----")
