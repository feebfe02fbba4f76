"""`seal trust`: which images are trusted, in our own words."""

import base64
import json
from pathlib import Path

import pytest

from sealwright.openpgp import keyrings
from world import signers
from world.home import Home
from world.openpgp_keys import Key

ALICE, BOB = (Key.rsa(f"{name} <{name.lower()}@example.com>") for name in ("Alice", "Bob"))


class Trust:
    """A user, and the files of their machine."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "user")
        self.containers = self.home.root / "etc" / "containers"
        self.policy = self.containers / "policy.json"
        self.folder = folder
        for name, key in (("alice", ALICE), ("bob", BOB)):
            (folder / f"{name}.gpg").write_bytes(key.public())
        (folder / "empty").write_text("nothing\n")

    def must(self, *words: object) -> str:
        """What `seal trust …` prints, which has to succeed; `{folder}` stands for ours."""
        return self.home.must("trust", *(str(word).format(folder=self.folder) for word in words))

    def fails(self, *words: object) -> str:
        """The reason code of a refusal, which is a usage error."""
        done = self.home.seal("trust", *(str(word).format(folder=self.folder) for word in words))
        assert (2, "") == (done.status, done.out), done
        assert "\nhint: " in done.err
        return done.err.partition("[")[2].partition("]")[0]

    @property
    def said(self) -> dict[str, list[dict[str, object]]]:
        """What the policy says of registries."""
        found: dict[str, list[dict[str, object]]] = json.loads(self.policy.read_text())["transports"][
            "docker"
        ]
        return found


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    made = Trust(tmp_path)
    made.must("default", "reject")
    return made


def test_the_default_is_said_and_shown(trust: Trust) -> None:
    assert f"{trust.policy}: all other images: accept\n" == trust.must("default", "accept")
    assert {"default": [{"type": "insecureAcceptAnything"}]} == json.loads(trust.policy.read_text())
    head, row = trust.must("show").splitlines()
    assert ["TRANSPORT", "SCOPE", "ASKS", "FOR", "KEYS", "STORE"] == head.split()
    assert ["(all", "other)", "accept"] == row.split()


def test_a_registry_is_trusted_with_a_key_and_a_store(trust: Trust) -> None:
    said = trust.must("add", "a.io/team", "--key", "{folder}/alice.gpg", "--store", "https://s.example")
    assert f"{trust.policy}: docker a.io/team: signed\n" == said
    data = base64.b64encode(ALICE.public()).decode()
    assert [{"type": "signedBy", "keyType": "GPGKeys", "keyData": data}] == trust.said["a.io/team"]
    row = trust.must("show").splitlines()[-1].split()
    assert ["docker", "a.io/team", "signed", "alice@example.com", "https://s.example"] == row
    shown = json.loads(trust.must("show", "-o", "json"))
    assert str(trust.policy) == shown["policy"]
    assert [ALICE.fingerprint] == shown["trust"][1]["keys"][0]["fingerprints"]


def test_several_keys_are_any_or_all(trust: Trust) -> None:
    keys = ("--key", "{folder}/alice.gpg", "--key", "{folder}/bob.gpg")
    assert "trust.any-or-all" == trust.fails("add", "a.io", *keys)
    trust.must("add", "a.io", *keys, "--keys", "any")
    (one,) = trust.said["a.io"]
    found = keyrings.read(base64.b64decode(str(one["keyData"])))
    assert [ALICE.fingerprint, BOB.fingerprint] == [key.fingerprint for key in found]
    trust.must("add", "b.io", *keys, "--keys", "all")
    assert 2 == len(trust.said["b.io"])
    paths = ("--key-path", "{folder}/alice.gpg", "--key-path", "{folder}/bob.gpg")
    trust.must("add", "c.io", *paths, "--keys", "any")
    expected = [str(trust.folder / "alice.gpg"), str(trust.folder / "bob.gpg")]
    assert [{"type": "signedBy", "keyType": "GPGKeys", "keyPaths": expected}] == trust.said["c.io"]
    assert "trust.keys-mixed" == trust.fails("add", "d.io", *keys[:2], *paths[:2], "--keys", "any")


def test_the_signed_name_may_be_another(trust: Trust) -> None:
    key = ("--key-path", "{folder}/alice.gpg")
    trust.must("add", "mirror.io/x", *key, "--mirror-of", "a.io")
    remap = {"type": "remapIdentity", "prefix": "mirror.io/x", "signedPrefix": "a.io"}
    assert remap == trust.said["mirror.io/x"][0]["signedIdentity"]
    for match, kind in (("exact", "matchExact"), ("repository", "matchRepository")):
        trust.must("add", "b.io", *key, "--match", match, "--force")
        assert {"type": kind} == trust.said["b.io"][0]["signedIdentity"]
    both = ("--match", "exact", "--mirror-of", "a.io")
    assert "trust.identities-exclude" == trust.fails("add", "c.io", *key, *both)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("add a.io", "trust.key-needed"),
        ("add a.io --type accept --key {folder}/alice.gpg", "trust.key-unwanted"),
        ("add a.io --type reject --match exact", "trust.key-unwanted"),
        ("add a.io --key {folder}/empty", "keyring.no-keys"),
        ("add a.io --key-path {folder}/empty", "keyring.no-keys"),
        ("add a.io --key http://keys.example/a", "trust.key-url-insecure"),
        ("add busybox --type reject", "trust.scope-never-matches"),
        ("add docker://a.io/x --type reject", "trust.scope-never-matches"),
        ("add a.io/x/ --type reject", "trust.scope-never-matches"),
        ("add --transport dir relative --type reject", "trust.scope-invalid"),
        ("add --transport dir /x --type reject --store https://s", "trust.store-unused"),
        ("delete a.io", "trust.absent"),
        ("delete --transport atomic a.io", "trust.absent"),
        ("reset", "trust.reset-unconfirmed"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_next_step(words: str, code: str, trust: Trust) -> None:
    before = trust.policy.read_bytes()
    assert code == trust.fails(*words.split())
    assert before == trust.policy.read_bytes()
    assert not (trust.containers / "registries.d").exists()


def test_a_namespace_of_docker_io_is_no_mistake(trust: Trust) -> None:
    trust.must("add", "docker.io/jjones", "--type", "accept")
    assert [{"type": "insecureAcceptAnything"}] == trust.said["docker.io/jjones"]


def test_what_is_there_is_replaced_only_by_force(trust: Trust) -> None:
    trust.must("add", "a.io", "--type", "accept")
    assert "trust.exists" == trust.fails("add", "a.io", "--type", "reject")
    trust.must("add", "a.io", "--type", "reject", "--force")
    assert [{"type": "reject"}] == trust.said["a.io"]


@pytest.mark.parametrize("keep", [(), ("--keep-store",)])
def test_nothing_is_said_any_more(keep: tuple[str, ...], trust: Trust) -> None:
    trust.must("add", "a.io", "--key", "{folder}/alice.gpg", "--store", "https://s")
    assert "nothing is said any more" in trust.must("delete", "a.io", *keep)
    assert {} == trust.said
    assert bool(keep) == (trust.containers / "registries.d" / "a.io.yaml").exists()


def test_all_is_begun_anew_by_force(trust: Trust) -> None:
    trust.must("add", "a.io", "--key", "{folder}/alice.gpg", "--store", "https://s")
    said = trust.must("reset", "--force")
    assert f"{trust.containers}/registries.d/a.io.yaml: deleted\n" in said
    assert "all images: accept" in said
    assert "insecureAcceptAnything" == json.loads(trust.policy.read_text())["default"][0]["type"]


def test_other_files_may_be_named(trust: Trust) -> None:
    other = trust.folder / "other"
    places = ("--policy-file", other / "p.json", "--registries-d", other / "rd")
    trust.must("default", "reject", *places)
    trust.must("add", "a.io", "--key", "{folder}/alice.gpg", "--store", "https://s", *places)
    assert ["a.io.yaml"] == [path.name for path in (other / "rd").iterdir()]
    assert "a.io" not in trust.must("show")
    assert "a.io" in trust.must("show", *places)


def test_without_a_policy_the_default_comes_first(tmp_path: Path) -> None:
    trust = Trust(tmp_path)
    assert "trust.no-policy" == trust.fails("add", "a.io", "--type", "accept")
    assert "trust.no-policy" == trust.fails("show")


def test_keys_that_cannot_be_read_are_shown_as_such(trust: Trust) -> None:
    trust.policy.write_text(
        json.dumps({"default": [{"type": "signedBy", "keyType": "GPGKeys", "keyPath": "/no/key"}]})
    )
    assert "(there is no file /no/key)" in trust.must("show")


@pytest.mark.peer("gpg")
def test_a_key_comes_from_the_keyring_of_gpg(trust: Trust) -> None:
    with signers.made(trust.folder, "joe") as people:
        done = trust.home.seal("trust", "add", "a.io", "--key", "gpg:joe@example.com", **people.variables)
        assert 0 == done.status, done
        absent = trust.home.seal("trust", "add", "b.io", "--key", "gpg:nobody", **people.variables)
    assert (2, True) == (absent.status, "[key.gpg-unknown-public]" in absent.err)
    assert "joe@example.com" in trust.must("show")
