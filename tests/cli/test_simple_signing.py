"""GPG signatures from the command line, with keys in files: sign, verify, pull, copy, explain, import."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import sealwright
from world import openpgp, simple
from world.home import Done, Home, statement
from world.openpgp_keys import Key
from world.registry import Registry
from world.small_layout import small_index, small_layout
from world.wire import Wire


class Scene:
    """A user with two keys, an image in a layout, and a registry that keeps signatures."""

    def __init__(self, folder: Path, registry: Registry) -> None:
        self.home = Home(folder / "home")
        self.folder = folder
        self.address = registry.address
        self.image = f"{registry.address}/ns/app:v1"
        self.layout = f"oci:{small_layout(folder / 'layout', b'a layer')}:v1"
        self.keys = {name: Key.ed25519(f"{name} <{name}@example.com>") for name in ("alice", "bob")}
        for name, key in self.keys.items():
            (folder / f"{name}.key").write_bytes(key.secret())
            (folder / f"{name}.gpg").write_bytes(key.public())
        self.system = self.home.root / "etc" / "containers"
        self.system.mkdir(parents=True)

    def key(self, name: str) -> str:
        return f"pgp:{self.folder / name}.key"

    def rule(self, *names: str, **more: object) -> dict[str, object]:
        keys = [str(self.folder / f"{name}.gpg") for name in names]
        return {"type": "signedBy", "keyType": "GPGKeys", "keyPaths": keys, **more}

    def trust(self, *requirements: object, **transports: object) -> Path:
        """Put a policy.json in force."""
        path = self.system / "policy.json"
        path.write_text(json.dumps({"default": list(requirements), "transports": transports}))
        return path

    def seal(self, *arguments: object, status: int = 0, says: str = "", **variables: str) -> Done:
        done = self.home.seal(*arguments, **variables)
        assert status == done.status, done
        assert says in done.out + done.err, done
        return done


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with Registry(tmp_path / "registry") as registry:
        made = Scene(tmp_path, registry)
        made.seal("push", made.layout, made.image)
        yield made


def test_an_image_is_accepted_once_it_is_signed_by_a_key_of_the_ring(scene: Scene) -> None:
    scene.trust(scene.rule("alice"))
    scene.seal("verify", scene.image, status=1, says="the image has no signature")
    scene.seal("sign", "--key", scene.key("bob"), scene.image, says="signed")
    scene.seal("verify", scene.image, status=1, says=scene.keys["bob"].fingerprint)
    scene.seal("sign", "--key", scene.key("alice"), scene.image)

    scene.seal("verify", scene.image, says="✓")
    scene.seal("verify", "--thorough", scene.image, says="does not count")
    both = ("verify", "--require-both-backends", scene.image)
    scene.seal(*both, status=1, says="gpg", PATH="/nonexistent")
    scene.trust(scene.rule("alice"), scene.rule("bob"))
    scene.seal("verify", scene.image)
    scene.trust(scene.rule("alice"), {"type": "reject"})
    scene.seal("verify", scene.image, status=1, says="rejects every image")


def test_push_signs_and_a_sealing_key_takes_no_notary_flags(scene: Scene) -> None:
    other = scene.image.replace(":v1", ":v2")
    scene.seal("push", "--sign-by", scene.key("alice"), scene.layout, other, says="signature sha256:")
    scene.trust(scene.rule("alice"))
    scene.seal("verify", other)

    for flags in (("--expiry", "1d"), ("-m", "a=b"), ("--signature-format", "cose"), ("--legacy",)):
        scene.seal(
            "sign", "--key", scene.key("alice"), *flags, other, status=2, says="[signing.not-for-simple]"
        )


def test_flags_of_simple_signatures_are_refused_with_a_notary_key(scene: Scene, tmp_path: Path) -> None:
    from world import pki  # noqa: PLC0415  # X.509 for this test only

    scene.home.add_key("build", pki.chain("ec256"))
    for flags in (("--sign-identity", scene.image), ("--signature-store", tmp_path / "store")):
        scene.seal("sign", "--key", "build", *flags, scene.image, status=2, says="[signing.only-for-simple]")


def test_a_layout_has_no_place_for_simple_signatures(scene: Scene) -> None:
    scene.seal("sign", "--key", scene.key("alice"), scene.layout, status=2, says="[signing.no-name]")
    named = ("--sign-identity", scene.image)
    scene.seal(
        "sign", "--key", scene.key("alice"), *named, scene.layout, status=2, says="[signing.no-simple-store]"
    )


def test_pull_and_copy_obey_the_policy_of_the_machine(scene: Scene, tmp_path: Path) -> None:
    scene.trust(scene.rule("alice"))
    scene.seal("pull", scene.image, f"oci:{tmp_path}/refused:v1", status=1, says="[verdict.unsigned]")
    scene.seal("copy", scene.image, f"{scene.address}/ns/copy:v1", status=1)
    assert not (tmp_path / "refused").exists()
    scene.seal("sign", "--key", scene.key("alice"), scene.image)

    scene.seal("pull", scene.image, f"oci:{tmp_path}/pulled:v1", says="1 GPG signature(s) stay behind")
    scene.seal("copy", scene.image, f"{scene.address}/ns/copy:v1", says="1 GPG signature(s)")
    scene.seal("verify", f"{scene.address}/ns/copy:v1", status=1, says="asks for")
    scene.seal("pull", "--referrers", "none", scene.image, f"dir:{tmp_path}/bare")
    assert not (tmp_path / "bare" / "signature-1").exists()
    scene.seal("pull", scene.image, f"dir:{tmp_path}/whole")
    assert (tmp_path / "whole" / "signature-1").exists()


def test_what_is_allowed_is_pulled_but_not_verified(scene: Scene, tmp_path: Path) -> None:
    scene.trust({"type": "insecureAcceptAnything"})
    scene.seal("verify", scene.image, status=1, says="allowed, not verified")
    scene.seal("pull", scene.image, f"oci:{tmp_path}/pulled:v1")
    scene.seal("pull", "--verify", scene.image, f"oci:{tmp_path}/not:v1", status=1)


def test_several_policies_want_a_choice(scene: Scene, tmp_path: Path) -> None:
    scene.trust(scene.rule("alice"))
    scene.home.policy(statement(stores=("ca:acme",)))
    scene.seal("sign", "--key", scene.key("alice"), scene.image)

    scene.seal("verify", scene.image, status=2, says="[policy.several-present]")
    scene.seal("verify", "--policy", "containers", scene.image)
    scene.seal("verify", "--policy", "notation", scene.image, status=1)
    scene.seal("verify", "--policy", "all", scene.image, status=1)
    scene.seal("verify", scene.image, SEALWRIGHT_POLICY="containers")
    scene.seal("verify", scene.image, status=2, says="[settings.variable-invalid]", SEALWRIGHT_POLICY="x")
    settings = scene.home.root / "etc" / "sealwright"
    settings.mkdir()
    (settings / "config.toml").write_text('policy = "containers"\n')
    scene.seal("verify", scene.image)
    (settings / "config.toml").write_text("policies = 1\n")
    scene.seal("verify", scene.image, status=2, says="[settings.malformed]")


def test_all_wants_both_formats(scene: Scene) -> None:
    from world import pki  # noqa: PLC0415  # X.509 for this test only

    chain = pki.chain("ec256")
    scene.home.add_key("build", chain)
    scene.home.trust("acme", chain.root)
    scene.home.policy(statement(stores=("ca:acme",)))
    scene.trust(scene.rule("alice"))
    scene.seal("sign", "--key", scene.key("alice"), scene.image)
    scene.seal("verify", "--policy", "all", scene.image, status=1)
    scene.seal("sign", "--key", "build", scene.image)

    scene.seal("verify", "--policy", "all", scene.image)
    scene.seal("verify", "-m", "a=b", "--policy", "containers", scene.image, status=2, says="metadata")
    told = json.loads(scene.seal("ls", "--output", "json", scene.image).out)
    assert {"notary", "simple"} == {one["format"] for one in told["signatures"]}


def test_no_policy_at_all_is_said(scene: Scene) -> None:
    scene.seal("verify", scene.image, status=2, says="[policy.none-present]")
    scene.seal("verify", "--policy", "containers", scene.image, status=2, says="[policy.absent]")


def test_the_root_can_be_given_on_the_command_line(scene: Scene, tmp_path: Path) -> None:
    other = tmp_path / "other" / "etc" / "containers"
    other.mkdir(parents=True)
    scene.trust(scene.rule("alice")).rename(other / "policy.json")
    scene.seal("sign", "--key", scene.key("alice"), scene.image)

    done = scene.home.seal_alone("--root", tmp_path / "other", "verify", scene.image)
    assert 0 == done.status, done


def test_an_index_is_signed_with_everything_in_it(scene: Scene) -> None:
    index = small_index(scene.folder / "index", {"amd64": b"one", "arm64": b"two"})
    image = f"{scene.address}/ns/index:v1"
    scene.seal("push", f"oci:{index}:v1", image)
    scene.trust(scene.rule("alice"))
    scene.seal(
        "verify",
        image,
        status=1,
        says="linux/a",
    )
    told = scene.seal("sign", "--key", scene.key("alice"), image)

    assert 3 == told.out.count("signed ")
    scene.seal("verify", image, says="each of the 2 manifests in the index is accepted")
    scene.seal("verify", "--require-index", image)
    scene.seal("verify", "--platform", "linux/arm64", image)
    scene.seal("verify", "--platform", "linux/mips", image, status=2, says="[usage.no-such-platform]")
    scene.seal("pull", "--platform", "linux/arm64", image, f"dir:{scene.folder}/one")
    assert not list((scene.folder / "one").glob("*.manifest.json"))


def test_a_signature_of_the_index_alone_is_not_enough_for_anybody(scene: Scene) -> None:
    index = small_index(scene.folder / "index", {"amd64": b"one", "arm64": b"two"})
    image = f"{scene.address}/ns/index:v1"
    scene.seal("push", "--digest-file", scene.folder / "digest", f"oci:{index}:v1", image)
    digest = (scene.folder / "digest").read_text().strip()
    content = scene.keys["alice"].message(openpgp.payload(digest, image))
    assert 201 == simple.attach(Wire(scene.address), "ns/index", digest, content).status
    policy = scene.trust(scene.rule("alice"))

    scene.seal("verify", image, status=1, says="linux/amd64")
    with sealwright.Client(plain_http=True) as client:
        assert "refused" == client.judge(image, policy=policy).decision
        (outcome,) = client.judge_all([image], policy=policy)
        assert outcome.verdict is not None
        assert "refused" == outcome.verdict.decision
    scene.seal("sign", "--key", scene.key("alice"), image)
    with sealwright.Client(plain_http=True) as client:
        assert "accepted" == client.judge(image, policy=policy).decision


def test_the_payload_of_a_signature_is_inspected(scene: Scene) -> None:
    scene.seal("sign", "--key", scene.key("alice"), scene.image)

    told = scene.seal("inspect", scene.image).out
    assert scene.image in told
    assert "sealwright" in told


def test_explain_tells_scope_requirement_and_why_each_signature_fails(scene: Scene) -> None:
    scene.trust({"type": "reject"}, docker={f"{scene.address}/ns": [scene.rule("alice")]})
    scene.seal("sign", "--key", scene.key("bob"), scene.image)

    told = scene.seal("policy", "explain", scene.image).out
    assert f'"{scene.address}/ns": line' in told
    assert "alice.gpg" in told
    assert f"key {scene.keys['alice'].fingerprint} alice <alice@example.com>" in told
    assert scene.keys["bob"].fingerprint in told
    offline = scene.seal("policy", "explain", "--offline", "nowhere.example/x:v1").out
    assert "refuse" in offline
    found = json.loads(scene.seal("policy", "explain", "--output", "json", scene.image).out)
    assert "refused" == found["verdict"]["decision"]


def test_signatures_are_written_beside_a_registry_where_that_is_asked_for(
    scene: Scene, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    key = ("--key", scene.key("alice"))
    usual = scene.seal("sign", *key, "--signature-store", store, scene.image).out
    older = scene.seal("sign", *key, "--signature-store", store, "--older-layout", scene.image).out

    (new,) = store.glob("ns/app@sha256=*/signature-1")
    (old,) = store.glob(f"{scene.address}/ns/app@sha256:*/signature-1")
    assert str(new) in usual
    assert str(old) in older
    scene.trust(scene.rule("alice"))
    scene.seal("verify", scene.image, status=1, says="no signature")


def test_older_stores_are_imported(scene: Scene, tmp_path: Path) -> None:
    store = tmp_path / "store"
    scene.seal("sign", "--key", scene.key("alice"), "--signature-store", store, "--older-layout", scene.image)
    scene.trust(scene.rule("alice"))
    told = scene.seal("signature", "import", store)

    assert f"{scene.address}/ns/app, signature sha256:" in told.out
    scene.seal("verify", scene.image)
    scene.seal("signature", "import", store)
    assert 1 == len(json.loads(scene.seal("ls", "-o", "json", scene.image).out)["signatures"])


def test_image_objects_are_imported_and_what_fails_is_told(scene: Scene, tmp_path: Path) -> None:
    import base64  # noqa: PLC0415  # for this test only

    digest = "sha256:" + "ab" * 32
    document = openpgp.payload(digest, f"{scene.address}/ns/gone:v1")
    content = base64.b64encode(scene.keys["alice"].message(document)).decode()
    one = {"metadata": {"name": f"{digest}@x"}, "type": "atomic", "content": content}
    junk = {"metadata": {"name": f"{digest}@y"}, "type": "atomic", "content": "PGh0bWw+"}
    objects = tmp_path / "images.json"
    image = {"kind": "Image", "metadata": {"name": digest}, "signatures": [one, junk]}
    objects.write_text(json.dumps({"kind": "List", "items": [image]}))

    told = scene.seal("signature", "import", objects, status=1)
    assert 2 == told.out.count("✗")
    assert "HTML" in told.out
    moved = scene.seal("signature", "import", "--signature-store", tmp_path / "store", objects, status=1).out
    assert 1 == moved.count("✓")
    assert 1 == len(list(tmp_path.glob("store/ns/gone@sha256=*/signature-1")))
    rows = json.loads(scene.seal("signature", "import", "-o", "json", objects, status=1).out)
    assert 2 == len(rows)
    scene.seal("signature", "import", tmp_path / "nothing", status=5, says="[file.absent]")


def test_notary_signatures_stay_behind_where_an_image_is_alone_and_that_is_said(
    scene: Scene, tmp_path: Path
) -> None:
    from world import pki  # noqa: PLC0415  # X.509 for this test only

    scene.home.add_key("build", pki.chain("ec256"))
    scene.seal("sign", "--key", "build", scene.image)
    scene.trust({"type": "insecureAcceptAnything"})

    scene.seal("pull", scene.image, f"dir:{tmp_path}/out", says="[layout.referrers-left-behind]")
    scene.seal("pull", scene.image, f"docker-archive:{tmp_path}/out.tar:app:v1", says="pulled")
    silent = scene.seal("pull", "--referrers", "none", scene.image, f"dir:{tmp_path}/bare")
    assert "left-behind" not in silent.err


def test_scopes_of_folders_are_compared_with_their_real_paths(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.trust({"type": "insecureAcceptAnything"})
    scene.seal("sign", "--key", scene.key("alice"), scene.image)
    scene.seal("pull", scene.image, f"dir:{tmp_path}/real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    exact = {"signedIdentity": {"type": "exactReference", "dockerReference": scene.image}}
    scene.trust({"type": "reject"}, dir={str(tmp_path / "real"): [scene.rule("alice", **exact)]})
    monkeypatch.chdir(tmp_path)

    for name in ("dir:real", "dir:./link", f"dir:{tmp_path}/real"):
        scene.seal("verify", name, says="✓")
    scene.seal("verify", scene.image, status=1, says="rejects every image")


def test_a_journal_is_bound_to_the_keys_that_a_policy_names(scene: Scene, tmp_path: Path) -> None:
    scene.trust(scene.rule("alice"))
    scene.seal("sign", "--key", scene.key("alice"), scene.image)
    run = ("verify", "--resume", tmp_path / "journal", scene.image)
    scene.seal(*run)
    scene.seal(*run)
    scene.seal(*run[:1], "--lenient", *run[1:], status=2, says="--lenient")
    (scene.folder / "alice.gpg").write_bytes(scene.keys["bob"].public())

    scene.seal(*run, status=2, says="keyrings")
    (scene.folder / "alice.gpg").unlink()
    scene.seal(*run, status=2, says="keyrings")


def test_a_verdict_by_keys_is_not_settled_for_long(scene: Scene) -> None:
    scene.trust(scene.rule("alice"))
    scene.seal("sign", "--key", scene.key("alice"), scene.image)
    found = json.loads(scene.seal("verify", "--output", "json", scene.image).out)

    at, until = (datetime.fromisoformat(found[name]) for name in ("at", "settledUntil"))
    assert timedelta(hours=1) == until - at
