"""What is trusted, changed in two kinds of files: in which order, and what a failure in between leaves."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sealwright.errors import DocumentError, StorageError, UsageError
from sealwright.homes.environment import Environment
from sealwright.workflow import trust, trust_rows
from sealwright.workflow.trust import TrustFiles

SIGNED = trust.signed_by_file("/key.gpg")


@pytest.fixture
def files(tmp_path: Path) -> TrustFiles:
    """Where everything is accepted."""
    policy = tmp_path / "containers" / "policy.json"
    policy.parent.mkdir()
    policy.write_text(json.dumps({"default": [trust.ACCEPT]}))
    return TrustFiles(policy, tmp_path / "containers" / "registries.d")


def scopes(files: TrustFiles) -> object:
    return json.loads(files.policy.read_text()).get("transports", {}).get("docker")


def test_what_asks_for_more_is_in_force_before_the_store_is_named(files: TrustFiles) -> None:
    files.registries.symlink_to("/proc/nothing/can/be/made/here")
    with pytest.raises(StorageError):
        trust.add(files, "docker", "a.io", [SIGNED], "https://s")
    assert {"a.io": [SIGNED]} == scopes(files)


@pytest.mark.parametrize("change", ["remove", "reset"])
def test_what_asks_for_less_comes_last(change: str, files: TrustFiles) -> None:
    trust.add(files, "docker", "a.io", [SIGNED], "https://s")
    backup = files.policy.with_name("policy.json.bak")
    backup.unlink()
    backup.mkdir()  # so that the policy cannot be written
    changes: dict[str, Callable[[], object]] = {
        "remove": lambda: trust.remove(files, "docker", "a.io"),
        "reset": lambda: trust.reset(files),
    }
    with pytest.raises(StorageError):
        changes[change]()
    assert [] == list(files.registries.iterdir())
    assert {"a.io": [SIGNED]} == scopes(files)


@pytest.mark.parametrize("broken", ["docker: [", "docker: {a.io: {}, a.io: {}}"])
def test_nothing_is_written_while_a_file_cannot_be_read(broken: str, files: TrustFiles) -> None:
    trust.add(files, "docker", "b.io", [SIGNED])
    before = files.policy.read_bytes()
    files.registries.mkdir()
    (files.registries / "a.yaml").write_text(broken)
    with pytest.raises(DocumentError):
        trust.add(files, "docker", "a.io", [SIGNED], "https://s")
    with pytest.raises(DocumentError):
        trust.remove(files, "docker", "b.io")
    assert before == files.policy.read_bytes()


@pytest.mark.parametrize("transports", [[], "x", {"docker": []}])
def test_what_is_no_object_is_not_replaced(transports: object, files: TrustFiles) -> None:
    value = {"default": [trust.ACCEPT], "transports": transports}
    files.policy.write_text(json.dumps(value))
    with pytest.raises(DocumentError, match=r"containers.wrong-type|must be"):
        trust.add(files, "docker", "a.io", [SIGNED])
    if not isinstance(transports, dict):
        with pytest.raises(DocumentError):
            trust.change_default(files, [trust.REJECT], arranged="sorted")
    assert value == json.loads(files.policy.read_text())


def test_without_a_policy_there_is_nothing_to_add_to_or_to_show(files: TrustFiles) -> None:
    files.policy.unlink()
    for change in (
        lambda: trust.add(files, "docker", "a.io", [SIGNED]),
        lambda: list(trust_rows.rows(files, lambda *_: "")),
    ):
        with pytest.raises(UsageError) as caught:
            change()
        assert "trust.no-policy" == caught.value.code
    with pytest.raises(UsageError) as absent:
        trust.remove(files, "docker", "a.io")
    assert "trust.absent" == absent.value.code
    assert not files.policy.exists()


def test_many_at_once_lose_nothing(files: TrustFiles) -> None:
    def add(number: int) -> None:
        trust.add(files, "docker", f"{number}.io", [SIGNED], f"https://s/{number}")

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = scopes(files)
    assert isinstance(found, dict)
    assert {f"{number}.io" for number in range(8)} == set(found)
    assert 8 == len(list(files.registries.iterdir()))


def test_a_link_to_the_policy_stays_one(files: TrustFiles, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(files.policy)
    trust.change_default(TrustFiles(link, files.registries), [trust.REJECT])
    assert link.is_symlink()
    assert {"default": [trust.REJECT]} == json.loads(files.policy.read_text())


@pytest.mark.parametrize(
    ("is_root", "own", "root", "expected"),
    [
        (True, False, "/", "etc"),
        (False, False, "/", "own"),
        (True, True, "/", "own"),
        (False, False, "machine", "etc"),
    ],
)
def test_which_files_are_meant(root: str, expected: str, tmp_path: Path, *, is_root: bool, own: bool) -> None:
    home = tmp_path / "home"
    machine = tmp_path / root if root != "/" else Path("/")
    theirs = home / ".config" / "containers" / "policy.json"
    if own:
        theirs.parent.mkdir(parents=True)
        theirs.write_text("{}")
    elif root == "/" and Path("/etc/containers/policy.json").exists():
        pytest.skip("this machine has a policy")
    found = trust.in_force(Environment({}, home, machine), is_root=is_root)
    assert {"own": theirs, "etc": machine / "etc/containers/policy.json"}[expected] == found.policy


@pytest.mark.parametrize(
    ("scope", "store"),
    [
        ("a.io", "https://a"),
        ("a.io/ns/app", "https://ns"),
        ("a.io/ns/app:v1", "https://ns"),
        ("a.io/ns/app@sha256:" + "a" * 64, "https://ns"),
        ("x.a.io/app", "https://w"),
        ("x.a.io:5000/app", "https://w"),
        ("staged.io/app", "https://d"),
        ("other.example", "https://d"),
        ("a.io:5000/ns/app:v1", "https://port"),
    ],
)
def test_the_store_of_a_scope_is_found_as_clients_find_it(scope: str, store: str, files: TrustFiles) -> None:
    files.registries.mkdir()
    (files.registries / "a.yaml").write_text(
        "docker:\n  a.io: {lookaside: 'https://a'}\n  a.io/ns: {sigstore: 'https://ns'}\n"
        "  '*.a.io': {lookaside: 'https://w'}\n  staged.io: {lookaside-staging: 'file:///x'}\n"
        "  a.io:5000/ns: {sigstore: 'https://port'}\ndefault-docker: {lookaside: 'https://d'}\n"
    )
    configured = trust_rows.registries(files, Environment({}, Path("/nowhere")))
    assert store == trust_rows.store_for(configured, "docker", scope)
    assert "" == trust_rows.store_for(configured, "dir", "/x")
