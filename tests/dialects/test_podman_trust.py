"""`seal podman image …`: what it prints, how it ends, which files it writes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealwright.dialects.podman import program
from world import images, signers
from world.home import Done, Home
from world.openpgp_keys import Key
from world.registry import Registry, free_port
from world.signers import Signers
from world.trust_policies import POLICIES, policy, write_registries

ALICE, BOB = (Key.rsa(f"{name} <{name.lower()}@example.com>") for name in ("Alice", "Bob"))
HEAD = "TRANSPORT   NAME        TYPE        ID          STORE\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "user")
    (made.root / "etc" / "containers").mkdir(parents=True)
    return made


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with Registry(tmp_path_factory.mktemp("registry")) as running:
        images.push(f"{running.local}/ns/app", "v1")
        yield running


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signers]:
    with signers.made(tmp_path_factory.mktemp("people"), "joe") as made:
        yield made


def podman(home: Home, *words: object, **variables: str) -> Done:
    """Run `podman image …`."""
    return home.inside(program.run, "image", *words, **variables)


def system(home: Home, value: object) -> Path:
    """Write the policy of the machine."""
    path = home.root / "etc" / "containers" / "policy.json"
    path.write_text(json.dumps(value))
    return path


def keys(folder: Path) -> dict[str, str]:
    """Files with keys."""
    made = {"alice": ALICE.public(), "bob": BOB.public(), "both": ALICE.public() + BOB.public()}
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return {**{name: str(folder / name) for name in made}, "data": "AAAA"}


def test_every_requirement_is_a_row_with_keys_and_store(home: Home, tmp_path: Path) -> None:
    value = policy(keys(tmp_path), "several requirements")
    del value["transports"]["docker"]["a.io"][1]
    system(home, value)
    write_registries(home.root / "etc" / "containers" / "registries.d", "scopes")
    rows = (
        "TRANSPORT   NAME        TYPE        ID                                  STORE\n"
        "all         default     signed      alice@example.com                   \n"
        "all         default     signed      bob@example.com                     \n"
        "repository  a.io        signed      alice@example.com, bob@example.com  https://s/1\n"
    )
    assert Done(0, rows, "") == podman(home, "trust", "show")
    assert Done(0, rows.partition("\n")[2], "") == podman(home, "trust", "show", "-n")
    shown = json.loads(podman(home, "trust", "show", "--json").out)
    assert {
        "transport": "repository",
        "name": "a.io",
        "repo_name": "a.io",
        "sigstore": "https://s/1",
        "type": "signed",
        "gpg_id": "alice@example.com, bob@example.com",
    } == shown[-1]
    assert "* (default)" == shown[0]["name"]


def test_keys_of_several_paths_are_shown(home: Home, tmp_path: Path) -> None:
    system(home, policy(keys(tmp_path), "several paths"))
    assert "alice@example.com, bob@example.com" in podman(home, "trust", "show").out


def test_keys_that_cannot_be_read_are_told_and_all_else_shown(home: Home, tmp_path: Path) -> None:
    system(home, policy(keys(tmp_path), "keys that are missing"))
    done = podman(home, "trust", "show")
    row = "all         default     signed                  \n"
    assert (0, HEAD + row + row) == (done.status, done.out)
    assert 2 == done.err.count("Getting key identity: ")


def test_the_raw_policy_is_shown_as_it_is(home: Home) -> None:
    path = system(home, {"default": [{"type": "reject"}], "more": 1})
    assert Done(0, f"{path.read_text()}\n", "") == podman(home, "trust", "show", "--raw")


def test_nothing_to_show_is_a_head_and_null(home: Home) -> None:
    system(home, {})
    assert Done(0, HEAD, "") == podman(home, "trust", "show")
    assert Done(0, "null\n", "") == podman(home, "trust", "show", "-j")


@pytest.mark.parametrize("name", POLICIES)
def test_what_was_said_stays_when_something_is_added(name: str, home: Home, tmp_path: Path) -> None:
    value = policy(keys(tmp_path), name)
    if "default" not in value:
        return
    path = system(home, value)
    assert Done(0, "", "") == podman(home, "trust", "set", "-t", "reject", "new.example/x")
    expected = json.loads(json.dumps(value))
    transports = expected.get("transports") or {}
    expected["transports"] = transports | {
        "docker": {**transports.get("docker", {}), "new.example/x": [{"type": "reject"}]}
    }
    assert expected == json.loads(path.read_text())
    assert not path.read_text().endswith("\n")


def test_a_scope_of_another_transport_is_changed_where_it_is(home: Home) -> None:
    value = {"default": [{"type": "reject"}], "transports": {"atomic": {"a.io/x": [{"type": "reject"}]}}}
    path = system(home, value)
    assert 0 == podman(home, "trust", "set", "-t", "accept", "a.io/x").status
    accept = [{"type": "insecureAcceptAnything"}]
    assert {"atomic": {"a.io/x": accept}} == json.loads(path.read_text())["transports"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "trust set -t bogus default",
            "invalid choice: bogus (choose from 'accept', 'reject', 'signedBy', 'sigstoreSigned')",
        ),
        ("trust set default", "at least one public key must be defined for type 'signedBy'"),
        (
            "trust set -t sigstoreSigned default",
            "at least one public key must be defined for type 'sigstoreSigned'",
        ),
        ("trust set -t accept a.io", "default trust policy must be set"),
        ("trust set -t reject -f k a.io", "1 public keys unexpectedly provided for trust type reject"),
        ("trust set -t reject *.io", "invalid image uri: *.io: %!w(<nil>)"),
        ("trust set", "accepts 1 arg(s), received 0"),
        ("trust set --bogus", "unknown flag: --bogus\nSee 'podman image trust set --help'"),
        ("trust show a b", "accepts at most 1 arg(s), received 2"),
        ("trust show --policypath /no/policy", "open /no/policy: no such file or directory"),
        (
            "trust bogus",
            (
                "unrecognized command `podman image trust bogus`\n"
                "Try 'podman image trust --help' for more information"
            ),
        ),
        ("sign", "requires at least 1 arg(s), only received 0"),
        ("sign x", "please provide an identity"),
        ("sign --sign-by x -d /nope y", "stat /nope: no such file or directory"),
        (
            "sign --sign-by x a/b",
            ('parsing image name: Invalid image name "a/b", expected colon-separated transport:reference'),
        ),
        (
            "sign --sign-by x wat:b",
            'parsing image name: Invalid image name "wat:b", unknown transport "wat"',
        ),
        (
            "sign --sign-by x docker:b",
            "parsing image name: docker: image reference b does not start with //",
        ),
        (
            "sign --sign-by x docker://UP/b:x:y",
            "parsing image name: invalid reference format: repository name must be lowercase",
        ),
        ("sign --sign-by x dir:/b", "cannot determine canonical Docker reference for destination dir:/b"),
    ],
)
def test_what_cannot_be_done_is_said_as_podman_says_it(words: str, said: str, home: Home) -> None:
    assert Done(125, "", f"Error: {said}\n") == podman(home, *words.split())
    assert [] == list((home.root / "etc" / "containers").iterdir())


def test_a_group_by_itself_shows_its_help_and_fails(home: Home) -> None:
    done = podman(home, "trust")
    assert (125, "Error: missing command 'podman image trust COMMAND'\n") == (done.status, done.err)
    assert "Available Commands:\n  set " in done.out
    assert 0 == podman(home, "trust", "set", "--help").status


def test_what_is_not_here_is_said(home: Home) -> None:
    done = home.inside(program.run, "run", "--rm", "alpine")
    assert (125, "", 1) == (done.status, done.out, done.err.count("\n"))
    assert "does not have the command 'run' of podman; it has image trust set" in done.err
    assert home.inside(program.run).out.startswith("Say which images are trusted")
    assert 0 == home.inside(program.run, "--help").status


def test_another_root_may_be_named_before_the_dialect(home: Home, tmp_path: Path) -> None:
    other = tmp_path / "other"
    done = home.seal_alone("--root", other, "podman", "image", "trust", "set", "-t", "reject", "default")
    assert Done(0, "", "") == done
    assert (other / "etc" / "containers" / "policy.json").exists()


def test_podman_is_called_through_seal_and_never_by_a_link(home: Home, tmp_path: Path) -> None:
    assert 125 == home.seal_alone("podman", "image", "trust").status
    refused = home.seal("dialect", "install", "podman", "--folder", tmp_path)
    assert (2, True) == (refused.status, "[dialect.partial]" in refused.err)
    assert not (tmp_path / "podman").exists()


@pytest.mark.parametrize("content", ["{", '{"default": 1, "transports": []}', "[]"])
def test_a_policy_that_cannot_be_read_stays(content: str, home: Home) -> None:
    path = home.root / "etc" / "containers" / "policy.json"
    path.write_text(content)
    assert 125 == podman(home, "trust", "show").status
    done = podman(home, "trust", "set", "-t", "reject", "default")
    assert Done(125, "", "Error: could not read trust policies\n") == done
    assert content == path.read_text()


def test_registries_that_cannot_be_read_are_told(home: Home, tmp_path: Path) -> None:
    system(home, {"default": [{"type": "reject"}]})
    folder = tmp_path / "rd"
    folder.mkdir()
    (folder / "a.yaml").write_text("docker: [")
    done = podman(home, "trust", "show", "--registrypath", folder)
    assert (125, "") == (done.status, done.out)
    assert done.err.startswith("Error: could not show trust policies: could not show trust policies: ")


@pytest.mark.peer("gpg")
def test_signing_writes_beside_the_registry_and_warns_where_nobody_looks_there(
    home: Home, registry: Registry, people: Signers, tmp_path: Path
) -> None:
    image = f"docker://{registry.local}/ns/app:v1"
    done = podman(home, "sign", "--sign-by", "joe@example.com", "-d", tmp_path, image, **people.variables)
    assert (0, "", 1) == (done.status, done.out, done.err.count("\n"))
    assert f"WARN[0000] {registry.local} keeps signatures by itself" in done.err
    (written,) = tmp_path.rglob("signature-1")
    assert written.parent.parent == tmp_path / "ns"
    payload = json.loads(people.gpg("--decrypt", written))
    assert {"docker-reference": f"{registry.local}/ns/app:v1"} == payload["critical"]["identity"]


def test_what_goes_wrong_with_registry_key_or_certificates_is_told(
    home: Home, registry: Registry, tmp_path: Path
) -> None:
    image = f"docker://{registry.local}/ns/app:v1"
    line = ("sign", "--sign-by", "nobody", "-d", tmp_path)
    assert podman(home, *line, image).err.startswith(
        f"Error: storing signature for {registry.local}/ns/app:v1, sha256:"
    )
    assert podman(home, *line, "-a", image).err.startswith(f"Error: storing signature for {registry.local}")
    absent = podman(home, *line, f"docker://localhost:{free_port()}/x")
    assert absent.err.startswith("Error: getting image source: ")
    for name in ("a.crt", "b.crt"):
        (tmp_path / name).write_text("")
    both = podman(home, *line, "--cert-dir", tmp_path, image)
    assert Done(125, "", f"Error: {tmp_path} holds several files *.crt: Sealwright takes one\n") == both
