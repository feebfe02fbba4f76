import json
import stat
from pathlib import Path

import pytest

from sealwright import limits
from sealwright.errors import DocumentError, KeyUnavailableError, StorageError, UsageError
from sealwright.homes import documents, files
from sealwright.homes.environment import Environment
from sealwright.homes.notation import policy_files, settings, signing_keys, trust_store
from sealwright.homes.notation.folder import config_folder
from sealwright.homes.notation.signing_keys import KeyEntry, SigningKeys
from world import pki

UNREADABLE = Path("/proc/self/mem")
"""A regular file that gives an error when it is read from its start, even to root."""

needs_proc = pytest.mark.skipif(not UNREADABLE.exists(), reason="no /proc on this system")


def pem(kind: str = "ec256", length: int = 2, index: int = -1) -> bytes:
    from cryptography import x509  # noqa: PLC0415  # only here
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415  # only here

    der = pki.chain(kind, length=length).certificates[index]
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"NOTATION_CONFIG": "/etc/notation"}, "/etc/notation"),
        ({"XDG_CONFIG_HOME": "/xdg"}, "/xdg/notation"),
        ({"XDG_CONFIG_HOME": "relative"}, "/home/me/.config/notation"),
        ({}, "/home/me/.config/notation"),
    ],
)
def test_the_folder_of_notation(variables: dict[str, str], expected: str) -> None:
    assert Path(expected) == config_folder(Environment(variables, Path("/home/me")))


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("darwin", {}, "/home/me/Library/Application Support/notation"),
        ("win32", {"APPDATA": "/roaming"}, "/roaming/notation"),
    ],
)
def test_the_folder_of_notation_on_other_platforms(
    platform: str, variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", platform)

    assert Path(expected) == config_folder(Environment(variables, Path("/home/me")))


def test_the_environment_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somewhere")
    assert Path("/somewhere") == Environment.current().home
    monkeypatch.delenv("HOME")
    assert Environment.current().home.is_absolute()


def test_files_are_read_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"content")

    assert b"content" == files.read(file, 7) == files.read_optional(file, 7)
    assert files.read_optional(tmp_path / "gone", 7) is None
    assert files.read_optional(file / "below", 7) is None
    for path, limit, code in (
        (tmp_path / "gone", 7, "file.absent"),
        (file, 6, "file.too-large"),
        (tmp_path, 7, "file.not-regular"),
        (Path("/dev/null"), 7, "file.not-regular"),
    ):
        with pytest.raises(StorageError) as caught:
            files.read(path, limit)
        assert code == caught.value.code
        assert str(path) in str(caught.value)


@needs_proc
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="/proc/self/mem cannot be read: Input/output error"):
        files.read(UNREADABLE, 10)


def test_files_are_written_at_once_with_their_mode(tmp_path: Path) -> None:
    secret = tmp_path / "new" / "secret"
    files.write(secret, b"one", files.PRIVATE)
    files.write(secret, b"two", files.PRIVATE)

    assert b"two" == secret.read_bytes()
    assert (0o600, 0o700) == tuple(stat.S_IMODE(path.stat().st_mode) for path in (secret, secret.parent))
    assert [secret] == list(secret.parent.iterdir())


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "below").write_text("x")

    for path in (folder, tmp_path / "folder" / "below" / "x"):
        with pytest.raises(StorageError, match="cannot be written"):
            files.write(path, b"new")
    assert [folder / "below"] == list(folder.iterdir())
    assert [folder] == list(tmp_path.iterdir())


def test_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)

    files.write(link, b"new")

    assert ("old", b"new", False) == (target.read_text(), link.read_bytes(), link.is_symlink())


@pytest.mark.parametrize(
    ("content", "words"),
    [("[]", "no JSON object"), ('{"a":', "expecting value"), ('{"a":1,"a":2}', "stands twice")],
)
def test_broken_documents_are_placed(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "config.json"
    file.write_text(content)

    with pytest.raises(DocumentError, match=words) as caught:
        documents.members(file)

    assert str(caught.value).startswith(f"{file}:1:")


def test_the_settings_of_notation(tmp_path: Path) -> None:
    assert settings.Settings() == settings.read(tmp_path)
    members = {"insecureRegistries": ["a:5000"], "credsStore": None, "signatureFormat": "cose", "more": 1}
    (tmp_path / "config.json").write_text(json.dumps(members))

    found = settings.read(tmp_path)

    assert (("a:5000",), "", "cose") == (found.insecure_registries, found.creds_store, found.signature_format)


@pytest.mark.parametrize("members", [{"signatureFormat": "pgp"}, {"insecureRegistries": "a"}])
def test_settings_that_cannot_be_used(tmp_path: Path, members: object) -> None:
    (tmp_path / "config.json").write_text(json.dumps(members))

    with pytest.raises(DocumentError, match="the file cannot be used"):
        settings.read(tmp_path)


def test_keys_are_values_that_change_by_being_made_anew() -> None:
    one, two = KeyEntry("one"), KeyEntry("two")
    keys = SigningKeys().with_key(one, default=True).with_key(two, default=False)

    assert (one, two) == (keys.entry(), keys.entry("two"))
    assert "two" == keys.with_default("two").default
    assert SigningKeys(None, (two,)) == keys.without_key("one")
    assert "one" == keys.without_key("two").default
    for fault, code in (
        (lambda: keys.with_key(one, default=False), "key.name-taken"),
        (lambda: keys.entry("three"), "key.unknown"),
        (lambda: SigningKeys().entry(), "key.no-default"),
        (lambda: SigningKeys().entry("x"), "key.unknown"),
    ):
        with pytest.raises(KeyUnavailableError) as caught:
            fault()
        assert code == caught.value.code


def test_a_key_list_of_null_is_empty(tmp_path: Path) -> None:
    (tmp_path / "signingkeys.json").write_text('{"default": null, "keys": null}')

    assert SigningKeys() == signing_keys.read(tmp_path)
    signing_keys.write(tmp_path, SigningKeys("a", (KeyEntry("a"),)))
    assert "a" == signing_keys.read(tmp_path).default


def test_trust_stores_are_read_in_order_whatever_the_files_are_called(tmp_path: Path) -> None:
    store = tmp_path / "truststore/x509/ca/acme"
    store.mkdir(parents=True)
    (store / "b").write_bytes(pem() + pem("ec384"))
    (store / "a.der").write_bytes(pki.chain("ec521", length=2).certificates[-1])

    found = trust_store.read(tmp_path, "ca", "acme")

    assert ["a.der", "b"] == [file.path.name for file in found]
    assert [1, 2] == [len(file.certificates) for file in found]
    assert [("ca", "acme")] == list(trust_store.listed(tmp_path))


def test_trust_stores_have_a_limit_of_files(tmp_path: Path) -> None:
    store = tmp_path / "truststore/x509/ca/acme"
    store.mkdir(parents=True)
    for number in range(limits.TRUST_STORE_FILES + 1):
        (store / str(number)).touch()

    with pytest.raises(DocumentError, match="more than 1024 files"):
        trust_store.read(tmp_path, "ca", "acme")


def test_a_store_for_timestamps_takes_only_roots(tmp_path: Path) -> None:
    leaf, intermediate, root = (tmp_path / name for name in ("leaf", "intermediate", "root"))
    for path, index in ((leaf, 0), (intermediate, 1), (root, 2)):
        path.write_bytes(pem(length=3, index=index))

    trust_store.add(tmp_path, "tsa", "time", root)
    trust_store.add(tmp_path, "ca", "pinned", intermediate)
    for kind, path, code in (
        ("tsa", intermediate, "certificate.not-a-root"),
        ("ca", leaf, "certificate.not-an-anchor"),
    ):
        with pytest.raises(DocumentError) as caught:
            trust_store.add(tmp_path, kind, "x", path)
        assert (code, str(path)) == (caught.value.code, caught.value.file)


def test_a_certificate_that_cannot_be_deleted_is_told(tmp_path: Path) -> None:
    store = tmp_path / "truststore/x509/ca/acme"
    (store / "folder").mkdir(parents=True)

    with pytest.raises(StorageError, match="cannot be written"):
        trust_store.delete(tmp_path, "ca", "acme", "folder")
    with pytest.raises(UsageError):
        trust_store.delete(tmp_path, "ca", "acme", "gone")


def test_the_newer_policy_file_wins(tmp_path: Path) -> None:
    assert policy_files.find(tmp_path) is None
    assert tmp_path / "trustpolicy.json" == policy_files.write(tmp_path, b"one")
    (tmp_path / "trustpolicy.oci.json").write_bytes(b"newer")

    found = policy_files.find(tmp_path)

    assert found is not None
    assert (tmp_path / "trustpolicy.oci.json", b"newer") == found


@pytest.mark.parametrize("make", ["link", "dangling", "folder"])
def test_a_policy_that_is_no_regular_file(tmp_path: Path, make: str) -> None:
    policy = tmp_path / "trustpolicy.json"
    if make == "folder":
        policy.mkdir()
    else:
        target = tmp_path / "target"
        policy.symlink_to(target)
        if make == "link":
            target.write_text("{}")

    for act in (lambda: policy_files.find(tmp_path), lambda: policy_files.write(tmp_path, b"x")):
        with pytest.raises(DocumentError, match="is not a regular file"):
            act()
