"""`atomic`: what it prints, how it ends, which files it writes, and what it refuses."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from sealwright.descriptor import Platform
from sealwright.dialects.atomic import program
from sealwright.errors import NotFoundError
from sealwright.repositories.layout import open_directory
from sealwright.workflow.build import build
from world import images, signers
from world.home import Done, Home
from world.hostile_registry import HostileRegistry, Reply
from world.openpgp_keys import Key
from world.registry import Registry, free_port
from world.signers import Signers

AMD64 = Platform("amd64", "linux")
JOE = Key.rsa("Joe <joe@example.com>")
BEGINNING = """\
{
    "default": [
        {
            "type": "insecureAcceptAnything"
        }
    ],
    "transports": {
        "docker-daemon": {
            "": [
                {
                    "type": "insecureAcceptAnything"
                }
            ]
        }
    }
}"""


class Machine:
    """A user on a machine of their own.

    Attributes:
        home: of the user.
        etc: stands for `/etc`.
        policy: the file policy.json.
        stores: the folder registries.d.
    """

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "joe")
        self.etc = self.home.root / "etc"
        self.policy = self.etc / "containers" / "policy.json"
        self.stores = self.etc / "containers" / "registries.d"
        self.stores.mkdir(parents=True)
        self.key = folder / "joe.gpg"
        self.key.write_bytes(JOE.public())
        self.home.environment["COLUMNS"] = "80"

    def __call__(self, *words: object, typed: str = "", **variables: str) -> Done:
        """Run atomic."""
        return self.home.inside(program.run, *words, typed=typed, **variables)

    def says(self, value: object) -> None:
        """Write policy.json."""
        self.policy.write_text(json.dumps(value))

    @property
    def said(self) -> dict[str, object]:
        """What stands in policy.json."""
        found: dict[str, object] = json.loads(self.policy.read_text())
        return found

    def conf(self, **settings: object) -> None:
        """Write atomic.conf."""
        (self.etc / "atomic.conf").write_text(yaml.safe_dump(settings))


@pytest.fixture
def atomic(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with Registry(tmp_path_factory.mktemp("registry")) as running:
        images.push(f"{running.local}/ns/app", "v1", "pulled")
        yield running


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signers]:
    with signers.made(tmp_path_factory.mktemp("people"), "joe") as made:
        yield made


class Refused(NamedTuple):
    """A command line that ends badly, and what is said then."""

    words: str
    said: str
    status: int = 1


REFUSED = (
    Refused(
        "sign localhost:5000/app",
        (
            "No default identity (default_signer) was defined in /etc/atomic.conf and no "
            "--sign-by identity was provided.  You must provide an identity"
        ),
    ),
    Refused(
        "sign --sign-by joe -d /nowhere/at/all localhost:5000/app", "The path /nowhere/at/all does not exist"
    ),
    Refused(
        "sign --sign-by joe localhost:5000/ns/app",
        (
            "Unable to associate localhost:5000/ns/app with configurations in {stores} and no "
            "'default_store' is defined."
        ),
    ),
    Refused("sign --sign-by joe -d / docker.io/UP/x", "repository names are lower case"),
    Refused(
        "push --anonymous localhost:5000/app@sha256:" + "a" * 64, "The image being pushed must have a tag"
    ),
    Refused(
        "push --pulp localhost:5000/app", "Sealwright does not push to Pulp; please push to its registry"
    ),
    Refused("push --satellite localhost:5000/app", "Sealwright does not push to Satellite"),
    Refused("push --pulp --satellite localhost:5000/app", "not allowed with argument --pulp", 2),
    Refused(
        "pull --storage ostree localhost:5000/app",
        "Sealwright does not keep images in ostree; please choose --storage=docker",
    ),
    Refused(
        "pull --storage cellar localhost:5000/app",
        "Destination not known, please choose --storage=docker|containers-storage|oci:FOLDER",
    ),
    Refused("pull --storage oci:x", "the following arguments are required: image", 2),
    Refused("trust add docker.io", "At least one public key must be defined for type 'signedBy'"),
    Refused(
        "trust add docker.io -f /no/key",
        "The public key file /no/key was not found. This file must exist to proceed.",
    ),
    Refused("trust add docker.io -t reject -f {key}", "Public keys are of no use for type 'reject'"),
    Refused(
        "trust add docker.io -f {key} --sigstoretype atomic -s https://s",
        "Sigstore cannot be defined for sigstoretype 'atomic'",
    ),
    Refused("trust add a!b -f {key}", "Invalid registry format"),
    Refused("trust add docker.io/A_B -f {key}", "Invalid repository format"),
    Refused("trust add docker.io -k {empty}", "there is no public key in {empty}"),
    Refused("trust add docker.io -t maybe", "argument -t/--type: invalid choice: 'maybe'", 2),
    Refused("trust add -t reject", "the following arguments are required: registry", 2),
    Refused("trust add docker.io --sigstoretype nope", "argument --sigstoretype: invalid choice: 'nope'", 2),
    Refused("trust delete docker.io", "Could not find trust policy defined for web transport docker.io"),
    Refused(
        "trust delete --sigstoretype local /x", "Could not find trust policy defined for local transport /x"
    ),
    Refused("trust default maybe", "argument default_policy: invalid choice: 'maybe'", 2),
    Refused("trust default", "the following arguments are required: default_policy", 2),
    Refused("trust", "the following arguments are required", 2),
    Refused("trust reload", "invalid choice: 'reload'", 2),
    Refused("--debug", "too few arguments", 2),
    Refused("verify docker.io/centos", "atomic verify compares the versions of an image's layers"),
    Refused(
        "run docker.io/centos",
        "Sealwright does not have the command 'run' of atomic; it has sign, push, pull and trust",
    ),
    Refused("--debug scan x", "Sealwright does not have the command 'scan' of atomic"),
)


@pytest.mark.parametrize("case", REFUSED, ids=[case.words.partition(" /")[0][:60] for case in REFUSED])
def test_what_cannot_be_done_is_said_and_nothing_is_written(case: Refused, atomic: Machine) -> None:
    empty = atomic.home.folder / "empty"
    empty.write_bytes(b"no key\n")
    names = {"key": atomic.key, "stores": atomic.stores, "empty": empty}
    done = atomic(*case.words.format(**names).split())
    assert (case.status, "") == (done.status, done.out)
    assert case.said.format(**names) in done.err
    assert not done.err.startswith("Traceback")
    assert (2 if case.status == 2 else 1) == done.err.count("\n"), done.err
    assert [] == [path for path in atomic.etc.rglob("*") if path.is_file()]


def test_a_command_line_that_cannot_be_read_names_the_help(atomic: Machine) -> None:
    done = atomic("trust", "default", "maybe")
    assert done.err.startswith("atomic: argument default_policy: invalid choice: ")
    assert done.err.endswith("\nTry 'atomic trust default --help' for more information.\n")


@pytest.mark.parametrize("flag", ["-v", "--version"])
def test_the_version_is_that_of_atomic_with_our_own(flag: str, atomic: Machine) -> None:
    assert Done(0, f"{program.VERSION}\n", "") == atomic(flag)
    assert program.VERSION.startswith("1.22.1+sealwright.")


@pytest.mark.parametrize(
    "words", ["", "--help", "sign -h", "push --help", "pull -h", "trust -h", "trust add -h"]
)
def test_help_is_shown(words: str, atomic: Machine) -> None:
    atomic.conf(default_signer="100% joe", default_storage="oci:50%")
    done = atomic(*words.split())
    assert (0, True, "") == (done.status, done.out.startswith("usage: atomic"), done.err)
    if words in ("sign -h", "push --help"):
        assert "100% joe" in done.out


# ---- trust ----


def test_showing_begins_a_policy_that_accepts_everything(atomic: Machine) -> None:
    assert Done(0, f"{'* (default)':<35} {'accept':<6} {'':<29} \n", "") == atomic("trust", "show")
    assert BEGINNING == atomic.policy.read_text()
    assert Done(0, f"{BEGINNING}\n", "") == atomic("trust", "show", "--raw")


@pytest.mark.parametrize(("word", "kind"), [("accept", "insecureAcceptAnything"), ("reject", "reject")])
def test_the_default_is_changed_and_all_else_kept(word: str, kind: str, atomic: Machine) -> None:
    kept = {"docker": {"a.io": [{"type": "new", "more": [1, None]}]}}
    atomic.says({"default": [{"type": "signedBy", "keyPath": "/x"}], "transports": kept, "more": 1})
    assert Done(0, "", "") == atomic("trust", "default", word)
    assert {"default": [{"type": kind}], "transports": kept, "more": 1} == atomic.said


def test_without_a_policy_the_default_is_all_of_it(atomic: Machine) -> None:
    assert Done(0, "", "") == atomic("trust", "default", "reject")
    assert {"default": [{"type": "reject"}]} == atomic.said


def test_keys_are_put_into_the_policy_or_named_by_their_paths(
    atomic: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(atomic.key.parent)
    done = atomic("trust", "add", "a.io/b", "-k", atomic.key, "-f", "joe.gpg", "-s", "https://s.example/x/")
    assert Done(0, "", "") == done
    data = base64.b64encode(JOE.public()).decode()
    assert [
        {"type": "signedBy", "keyType": "GPGKeys", "keyData": data},
        {"type": "signedBy", "keyType": "GPGKeys", "keyPath": str(atomic.key)},
    ] == atomic.said["transports"]["docker"]["a.io/b"]  # type: ignore[index]  # just read
    written = (atomic.stores / "a.io-b.yaml").read_text()
    assert "docker:\n  a.io/b:\n    sigstore: https://s.example/x/\n" == written


def test_all_is_shown_in_columns_and_as_json(atomic: Machine) -> None:
    atomic.says(
        {
            "default": [{"type": "reject"}],
            "transports": {
                "docker": {
                    "b.io": [{"type": "insecureAcceptAnything"}],
                    "a.io/x": [
                        {"type": "signedBy", "keyType": "GPGKeys", "keyPath": str(atomic.key)},
                        {"type": "signedBy", "keyType": "GPGKeys", "keyPath": str(atomic.key)},
                    ],
                },
                "dir": {"/x": [{"type": "reject"}]},
                "oci": {"/hidden": [{"type": "reject"}]},
            },
        }
    )
    (atomic.stores / "a.yaml").write_text(
        "docker: {a.io: {sigstore: 'https://s'}}\ndefault-docker: {sigstore: 'https://not-shown'}\n"
    )
    shown = atomic("trust", "show")
    lines = (
        f"{'* (default)':<35} reject {'':<29} \n"
        f"{'/x':<35} reject {'':<29} \n"
        f"{'a.io/x':<35} signed {'joe@example.com,joe@example.com':<29} https://s\n"
        f"{'b.io':<35} accept {'':<29} \n"
    )
    assert Done(0, lines, "") == shown
    found = json.loads(atomic("trust", "show", "-j").out)
    assert ["* (default)", "/x", "a.io/x", "b.io"] == list(found)
    assert {"type": "reject", "keys": None, "sigstore": ""} == found["* (default)"]
    keys = [str(atomic.key)] * 2
    assert {"type": "signedBy", "keys": keys, "sigstore": "https://s"} == found["a.io/x"]


def test_a_type_that_atomic_does_not_know_is_told(atomic: Machine) -> None:
    atomic.says({"default": [{"type": "sigstoreSigned", "keyPath": "/x"}]})
    assert Done(1, "", "Invalid trust type sigstoreSigned\n") == atomic("trust", "show")


@pytest.mark.parametrize(("answer", "kind"), [("y", "reject"), ("Yes", "reject"), ("n", "new"), ("", "new")])
def test_what_is_there_is_replaced_only_if_that_is_wanted(answer: str, kind: str, atomic: Machine) -> None:
    atomic.says({"default": [{"type": "reject"}], "transports": {"docker": {"a.io": [{"type": "new"}]}}})
    done = atomic("trust", "add", "a.io", "-t", "reject", typed=f"{answer}\n")
    question = "Trust policy already defined for web:a.io\nDo you want to overwrite? (y/N) "
    assert Done(0, question, "") == done
    assert [{"type": kind}] == atomic.said["transports"]["docker"]["a.io"]  # type: ignore[index]  # just read


def test_nobody_is_asked_who_has_said_yes_beforehand(atomic: Machine) -> None:
    atomic.says({"default": [{"type": "reject"}], "transports": {"docker": {"a.io": [{"type": "new"}]}}})
    assert Done(0, "", "") == atomic("-y", "trust", "add", "a.io", "-t", "reject")
    assert {"docker": {"a.io": [{"type": "reject"}]}} == atomic.said["transports"]


@pytest.mark.parametrize(
    ("kind", "transport", "scope"),
    [("web", "docker", "a.io"), ("local", "dir", "/images"), ("atomic", "atomic", "a.io/b")],
)
def test_kinds_of_registries_are_transports(kind: str, transport: str, scope: str, atomic: Machine) -> None:
    assert 0 == atomic("trust", "add", scope, "-t", "reject", "--sigstoretype", kind).status
    assert [{"type": "reject"}] == atomic.said["transports"][transport][scope]  # type: ignore[index]  # just read
    assert Done(0, "", "") == atomic("trust", "delete", scope, "--sigstoretype", kind)
    assert {} == atomic.said["transports"][transport]  # type: ignore[index]  # the same


def test_folders_have_no_store(atomic: Machine) -> None:
    done = atomic("trust", "add", "/x", "-t", "reject", "--sigstoretype", "local", "-s", "https://s")
    assert (0, "") == (done.status, done.out)
    assert "--sigstore is passed over" in done.err
    assert [] == list(atomic.stores.iterdir())


@pytest.mark.parametrize("flags", [(), ("--save-sigstore",)])
def test_deleting_takes_the_store_along_unless_it_shall_stay(flags: tuple[str, ...], atomic: Machine) -> None:
    atomic("trust", "add", "a.io", "-f", atomic.key, "-s", "https://s")
    assert Done(0, "", "") == atomic("trust", "delete", *flags, "a.io")
    assert {} == atomic.said["transports"]["docker"]  # type: ignore[index]  # just read
    assert bool(flags) == (atomic.stores / "a.io.yaml").exists()


@pytest.mark.parametrize("answer", ["y", "n"])
def test_resetting_leaves_the_beginning_and_the_default_store(answer: str, atomic: Machine) -> None:
    (atomic.stores / "default.yaml").write_text("default-docker: {sigstore: 'file:///kept'}\n")
    atomic("trust", "add", "a.io", "-f", atomic.key, "-s", "https://s")
    before = atomic.policy.read_text()
    done = atomic("trust", "reset", typed=f"{answer}\n")
    question = "Are you sure you want to destroy trust policy for this system? This cannot be undone! (y/N) "
    assert Done(0, question, "") == done
    assert (BEGINNING if answer == "y" else before) == atomic.policy.read_text()
    kept = ["default.yaml"] if answer == "y" else ["a.io.yaml", "default.yaml"]
    assert kept == sorted(path.name for path in atomic.stores.iterdir())


def test_another_policy_may_be_named(atomic: Machine, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    assert 0 == atomic("trust", "default", "reject", TRUST_POLICY=str(other)).status
    assert {"default": [{"type": "reject"}]} == json.loads(other.read_text())
    assert not atomic.policy.exists()


def test_a_policy_that_cannot_be_read_is_told_and_kept(atomic: Machine) -> None:
    atomic.policy.write_text("{")
    for words in ("trust show", "trust default reject", "trust add a.io -t reject", "trust delete a.io"):
        done = atomic(*words.split())
        assert (1, "", True) == (done.status, done.out, str(atomic.policy) in done.err), words
    assert "{" == atomic.policy.read_text()


def test_registries_that_cannot_be_read_keep_the_policy_as_it_is(atomic: Machine) -> None:
    (atomic.stores / "a.yaml").write_text("docker: {a.io: {sigstore: x}}\n")
    (atomic.stores / "b.yaml").write_text("docker: {a.io: {sigstore: y}}\n")
    atomic.says({"default": [{"type": "reject"}]})
    done = atomic("trust", "add", "b.io", "-f", atomic.key, "-s", "https://s")
    assert (1, "") == (done.status, done.out)
    assert {"default": [{"type": "reject"}]} == atomic.said


class KeyServer:
    """Gives out Joe's key at one address, and nothing at all others."""

    def __init__(self) -> None:
        self.server = HostileRegistry()
        self.server.on("GET /joe", Reply(200, JOE.public()))
        self.server.on("GET /html", Reply(200, b"<html>not found, said with 200</html>"))

    def url(self, path: str) -> str:
        return f"http://{self.server.address}/{path}"


@pytest.fixture
def keys() -> Iterator[KeyServer]:
    made = KeyServer()
    with made.server:
        yield made


def test_a_key_is_downloaded_after_a_question(atomic: Machine, keys: KeyServer) -> None:
    question = "Are you sure you want to download this public key using insecure 'http' transport? (y/N) "
    no = atomic("trust", "add", "a.io", "-k", keys.url("joe"), typed="n\n")
    aborted = f"Aborting 'trust add' due to insecure download of public key from {keys.url('joe')}.\n"
    assert Done(1, question, aborted) == no
    assert not atomic.policy.exists()
    assert Done(0, question, "") == atomic("trust", "add", "a.io", "-k", keys.url("joe"), typed="y\n")
    assert "joe@example.com" in atomic("trust", "show").out


def test_a_download_that_fails_is_told(atomic: Machine, keys: KeyServer) -> None:
    gone = atomic("-y", "trust", "add", "a.io", "-k", keys.url("none"))
    said = f"Could not download public key from {keys.url('none')}. Status code 404.\n"
    assert Done(1, "", said) == gone
    page = atomic("-y", "trust", "add", "a.io", "-k", keys.url("html"))
    assert (1, True) == (page.status, "there is no public key in" in page.err), page
    assert not atomic.policy.exists()


@pytest.mark.peer("gpg")
def test_a_key_of_gpg_may_be_named(atomic: Machine, people: Signers) -> None:
    found = atomic("trust", "add", "a.io", "-k", "joe@example.com", **people.variables)
    assert Done(0, "", "") == found
    assert "joe@example.com" in atomic("trust", "show").out
    absent = atomic("trust", "add", "b.io", "-k", "nobody", **people.variables)
    assert 1 == absent.status
    assert absent.err.startswith(
        "The public key reference 'nobody' was not found as a file or in the user's GPG"
    )


# ---- settings ----


@pytest.mark.parametrize("name", ["default_signer", "DEFAULT_SIGNER"])
def test_settings_are_found_in_either_case(name: str, atomic: Machine) -> None:
    atomic.conf(**{name: "joe@example.com"})
    done = atomic("sign", "-d", "/nowhere", "localhost:5000/app")
    assert Done(1, "", "The path /nowhere does not exist\n") == done


@pytest.mark.parametrize("content", ["{", "- a", "default_signer: [1]", "a: b: c", "\0"])
def test_settings_that_cannot_be_read_are_told(content: str, atomic: Machine, tmp_path: Path) -> None:
    file = tmp_path / "atomic.conf"
    file.write_text(content)
    done = atomic("trust", "show", ATOMIC_CONF=str(file))
    assert (1, "", True) == (done.status, done.out, str(file) in done.err), done


def test_an_empty_file_of_settings_says_nothing(atomic: Machine) -> None:
    (atomic.etc / "atomic.conf").write_text("# nothing\nscanners: {}\n")
    assert 0 == atomic("trust", "show").status


# ---- sign, push, pull ----


STORES = {
    "none fits": (
        "docker: {other.io: {sigstore: 'file:///x'}}",
        "No applicable configuration for {scope} was found in {stores}",
    ),
    "none to write to": (
        "docker: {localhost:PORT: {sigstore: ''}}",
        "No write path for {scope} was found in {stores}",
    ),
    "an address of the web": (
        "docker: {localhost:PORT: {sigstore: 'https://s'}}",
        "Writing to https is not supported. Use a supported scheme ['file'] instead.",
    ),
    "a folder that is missing": (
        "default-docker: {sigstore: 'file:///nowhere'}",
        "The signature path /nowhere does not exist",
    ),
}


@pytest.mark.parametrize("name", STORES)
def test_a_store_that_cannot_be_written_to_is_told(name: str, atomic: Machine, registry: Registry) -> None:
    content, said = STORES[name]
    port = str(registry.port)
    (atomic.stores / "a.yaml").write_text(content.replace("PORT", port))
    done = atomic("sign", "--sign-by", "joe@example.com", f"localhost:{port}/ns/app:v1")
    told = said.format(scope=f"localhost:{port}/ns", stores=atomic.stores)
    assert Done(1, "", f"{told}\n") == done


@pytest.mark.peer("gpg")
@pytest.mark.parametrize("layout", ["", "older"])
def test_signing_writes_the_layout_that_skopeo_reads_or_the_older_one(
    layout: str, atomic: Machine, registry: Registry, people: Signers, tmp_path: Path
) -> None:
    store = tmp_path / "sigstore"
    store.mkdir()
    (atomic.stores / "default.yaml").write_text(f"default-docker: {{sigstore: 'file://{store}'}}\n")
    home = str(people.home)
    atomic.conf(default_signer="joe@example.com", gnupg_homedir=home, signature_layout=layout)
    image = f"{registry.local}/ns/app:v1"
    for number in (1, 2):
        done = atomic("sign", image)
        (folder,) = [path.parent for path in store.rglob("signature-1")]
        assert Done(0, f"Created: {folder}/signature-{number}\n", unseen(registry)) == done
        (folder / "signature-1").write_bytes(b"another, which stays")
    name = str(folder.relative_to(store))
    assert name.startswith(f"{registry.local}/ns/app@sha256:" if layout else "ns/app@sha256=")
    document = people.gpg("--decrypt", folder / "signature-2")
    identity = json.loads(document)["critical"]["identity"]
    assert {"docker-reference": image} == identity


@pytest.mark.peer("gpg")
def test_signing_tells_what_is_wrong_with_the_key(
    atomic: Machine, registry: Registry, people: Signers, tmp_path: Path
) -> None:
    image = f"{registry.local}/ns/app:v1"
    done = atomic("sign", "--sign-by", "nobody", "-g", people.home, "-d", tmp_path, image)
    assert (1, "", True) == (done.status, done.out, "'nobody'" in done.err), done
    assert [] == list(tmp_path.rglob("signature-*"))


def unseen(registry: Registry) -> str:
    """What is said of a folder beside a registry that keeps signatures by itself."""
    return (
        f"WARN[0000] {registry.local} keeps signatures by itself, and clients will not look into the folder "
        "that is written\n"
    )


def _image(folder: Path, name: str) -> None:
    layer = folder / "layer"
    layer.mkdir(exist_ok=True)
    (layer / "name").write_text(name)
    with open_directory(str(folder / "images"), write=True) as layout:
        build(layout, [layer], platform=AMD64, tag=name)


@pytest.mark.peer("gpg")
def test_pushing_asks_who_one_is_then_copies_signs_and_tells_each_step(
    atomic: Machine, registry: Registry, people: Signers, tmp_path: Path
) -> None:
    name = f"{registry.local}/joe/hangman:latest"
    _image(tmp_path, name)
    atomic.conf(
        default_signer="joe@example.com",
        gnupg_homedir=str(people.home),
        default_storage=f"oci:{tmp_path}/images",
    )
    done = atomic("push", "-t", "docker", name, typed="joe\nsecret\n")
    assert (0, "") == (done.status, done.err)
    first, *rest = done.out.splitlines()
    assert "Registry Username: Registry Password: " == first
    assert ["Copying blob"] * 2 == [line.partition(" sha256:")[0] for line in rest[:2]]
    assert ["Signing manifest", "Writing manifest to image destination", "Storing signatures"] == rest[2:]
    atomic.policy.write_text(
        json.dumps(
            {"default": [{"type": "signedBy", "keyType": "GPGKeys", "keyPath": str(people.public("joe"))}]}
        )
    )
    atomic.conf(discover_sigstores=False)
    good = atomic("pull", "--storage", f"oci:{tmp_path}/pulled", name)
    assert (0, f"Pulling {name} ...") == (good.status, good.out.splitlines()[0]), good
    assert (tmp_path / "pulled" / "index.json").exists()
    unsigned = atomic("pull", "--storage", f"oci:{tmp_path}/pulled", f"{registry.local}/ns/app:v1")
    told = "FATA[0000] Source image rejected: A signature was required, but no signature exists\n"
    assert Done(1, f"Pulling {registry.local}/ns/app:v1 ...\n", told) == unsigned


@pytest.mark.peer("gpg")
def test_an_image_that_cannot_be_signed_gets_no_tag(
    atomic: Machine, registry: Registry, people: Signers, tmp_path: Path
) -> None:
    name = f"{registry.local}/joe/untagged:latest"
    _image(tmp_path, name)
    atomic.conf(default_storage=f"oci:{tmp_path}/images")
    done = atomic("push", "--anonymous", "--sign-by", "nobody", "-g", people.home, name)
    assert (1, "") == (done.status, done.out)
    fatal, failed = done.err.splitlines()
    assert fatal.startswith("FATA[0000] ")
    assert f"Pushing {name} failed." == failed
    with (
        images.repository_at(f"{registry.local}/joe/untagged") as repository,
        pytest.raises(NotFoundError),
    ):
        repository.resolve("latest")


def test_pushing_what_is_not_there_fails(atomic: Machine, registry: Registry, tmp_path: Path) -> None:
    _image(tmp_path, "another")
    atomic.conf(default_storage=f"oci:{tmp_path}/images")
    name = f"{registry.local}/joe/absent:latest"
    done = atomic("push", "--anonymous", "--sign-by", "None", name)
    assert (1, "", f"Pushing {name} failed.") == (done.status, done.out, done.err.splitlines()[-1])


def test_pulling_is_refused_by_the_policy_in_the_words_of_skopeo(
    atomic: Machine, registry: Registry, tmp_path: Path
) -> None:
    atomic.says({"default": [{"type": "reject"}]})
    name = f"{registry.local}/ns/app:v1"
    done = atomic("pull", "--storage", f"oci:{tmp_path}/pulled", name)
    told = f"FATA[0000] Source image rejected: Running image docker://{name} is rejected by policy.\n"
    assert Done(1, f"Pulling {name} ...\n", told) == done
    assert not (tmp_path / "pulled").exists()


def test_a_policy_that_skopeo_refuses_stops_a_pull(
    atomic: Machine, registry: Registry, tmp_path: Path
) -> None:
    atomic.policy.write_text('{"default": []}')
    done = atomic("pull", "--storage", f"oci:{tmp_path}/pulled", f"{registry.local}/ns/app:v1")
    told = (
        f'FATA[0000] Error loading trust policy: invalid policy in "{atomic.policy}": '
        "List of verification policy requirements must not be empty\n"
    )
    assert (1, told) == (done.status, done.err)


def test_what_is_not_in_the_registry_cannot_be_pulled(
    atomic: Machine, registry: Registry, tmp_path: Path
) -> None:
    name = f"{registry.local}/ns/absent"
    done = atomic("pull", "--storage", f"oci:{tmp_path}/pulled", name)
    assert (1, f"Pulling {name}:latest ...\n") == (done.status, done.out)
    assert done.err.startswith("Failed: ")


def test_a_registry_that_is_not_there_is_told(atomic: Machine, tmp_path: Path) -> None:
    done = atomic("pull", "--storage", f"oci:{tmp_path}/x", f"localhost:{free_port()}/app")
    assert (1, True) == (done.status, done.err.startswith("Failed: ")), done


def test_a_name_without_a_registry_is_sought_in_those_that_are_configured(
    atomic: Machine, registry: Registry, tmp_path: Path
) -> None:
    where = ("pull", "--storage", f"oci:{tmp_path}/pulled")
    conf = atomic.etc / "containers" / "registries.conf"
    conf.write_text(f'unqualified-search-registries = ["localhost:{free_port()}", "{registry.local}"]\n')
    done = atomic(*where, "ns/app:v1")
    assert (0, f"Pulling {registry.local}/ns/app:v1 ...") == (done.status, done.out.splitlines()[0]), done
    absent = atomic(*where, "ns/nowhere")
    assert (1, "") == (absent.status, absent.out)
    assert absent.err.startswith("Unable to find ns/nowhere in localhost:")
    for name in (f"docker://{registry.local}/ns/app:v1", f"{registry.local}/ns/app:v1"):
        assert 0 == atomic(*where, name).status
    conf.write_text("unqualified-search-registries = 1\n")
    assert str(conf) in atomic(*where, "ns/app:v1").err


# ---- trust on first use ----


def _announce(registry: Registry, keys: KeyServer, where: str, **changes: str) -> None:
    labels = {
        "pubkey-id": "joe@example.com",
        "pubkey-fingerprint": JOE.fingerprint,
        "pubkey-url": keys.url("joe"),
        "sigstore-url": "https://s.example",
        **changes,
    }
    with images.repository_at(f"{registry.local}/{where}") as repository:
        build(repository, [], platform=AMD64, tag="latest", settings={"Labels": labels})


QUESTION = "Do you want to add trust policy for this registry? (y/N) "


@pytest.mark.parametrize("answer", ["y", "n"])
def test_what_a_namespace_announces_is_trusted_if_the_user_says_so(
    answer: str, atomic: Machine, registry: Registry, keys: KeyServer, tmp_path: Path
) -> None:
    images.push(f"{registry.local}/told{answer}/app", "latest")
    _announce(registry, keys, f"told{answer}/sigstore")
    name = f"{registry.local}/told{answer}/app:latest"
    done = atomic("pull", "--storage", f"oci:{tmp_path}/pulled", name, typed=f"{answer}\n{answer}\n")
    shown = (
        f"ID: joe@example.com\nFingerprint: {JOE.fingerprint}\n"
        f"Public key download URL: {keys.url('joe')}\n{QUESTION}"
    )
    assert done.out.startswith(shown)
    if answer == "n":
        assert (0, False) == (done.status, atomic.policy.exists()), done
        return
    assert 1 == done.status
    assert "A signature was required, but no signature exists" in done.err
    scopes = atomic.said["transports"]["docker"]  # type: ignore[index]  # just read
    assert [f"{registry.local}/told{answer}"] == list(scopes)
    again = atomic("pull", "--storage", f"oci:{tmp_path}/pulled", name)
    assert again.out.startswith("Pulling ")


def test_a_key_that_is_another_than_announced_is_not_trusted(
    atomic: Machine, registry: Registry, keys: KeyServer, tmp_path: Path
) -> None:
    _announce(registry, keys, "liar/sigstore", **{"pubkey-fingerprint": "AB" * 20, "pubkey-id": "\x1b[2J"})
    images.push(f"{registry.local}/liar/app", "latest")
    done = atomic("-y", "pull", "--storage", f"oci:{tmp_path}/pulled", f"{registry.local}/liar/app")
    assert (1, False) == (done.status, atomic.policy.exists())
    assert f"has the fingerprint {JOE.fingerprint}, not {'AB' * 20} as announced" in done.err
    assert "\x1b" not in done.out


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("pubkey-url", "/etc/passwd", "/etc/passwd is not an address of the web"),
        ("pubkey-url", "joe@example.com", "joe@example.com is not an address of the web"),
        ("pubkey-url", "file:///etc/passwd", "file:///etc/passwd is not an address of the web"),
        ("sigstore-type", "local", "Invalid sigstore type local"),
        ("sigstore-type", "\x1b[2J", "Invalid sigstore type ?[2J"),
        ("sigstore-type", "atomic", "Sigstore cannot be defined for sigstoretype 'atomic'"),
    ],
)
def test_what_is_announced_and_makes_no_sense_is_not_trusted(
    name: str, value: str, said: str, atomic: Machine, registry: Registry, keys: KeyServer, tmp_path: Path
) -> None:
    _announce(registry, keys, "odd/sigstore", **{name: value})
    images.push(f"{registry.local}/odd/app", "latest")
    done = atomic("-y", "pull", "--storage", f"oci:{tmp_path}/pulled", f"{registry.local}/odd/app")
    assert (1, f"{said}\n", False) == (done.status, done.err, atomic.policy.exists())


@pytest.mark.parametrize("settings", [{"discover_sigstores": False}, {"sigstore_metadata_image": "other"}])
def test_nothing_is_asked_where_nothing_is_sought(
    settings: dict[str, object], atomic: Machine, registry: Registry, keys: KeyServer, tmp_path: Path
) -> None:
    _announce(registry, keys, "quiet/sigstore")
    images.push(f"{registry.local}/quiet/app", "latest")
    atomic.conf(**settings)
    done = atomic("pull", "--storage", f"oci:{tmp_path}/pulled", f"{registry.local}/quiet/app")
    assert (0, True) == (done.status, done.out.startswith("Pulling ")), done


def test_an_announcement_that_lacks_something_is_none(
    atomic: Machine, registry: Registry, keys: KeyServer, tmp_path: Path
) -> None:
    _announce(registry, keys, "part/sigstore", **{"sigstore-url": ""})
    images.push(f"{registry.local}/part/app", "latest")
    done = atomic("pull", "--storage", f"oci:{tmp_path}/pulled", f"{registry.local}/part/app")
    assert (0, True) == (done.status, done.out.startswith("Pulling ")), done
