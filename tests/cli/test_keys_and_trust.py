import json
import re
import shutil
from pathlib import Path

import pytest

from cli.conftest import SUBJECT, good
from world.seal import seal


def test_keys_are_added_listed_made_default_and_deleted(home: Path, notation: Path) -> None:
    pki = home / ".config/sealwright/pki"
    files = ("--key-file", pki / "build.key", "--cert-file", pki / "build.pem")

    good(seal("key", "add", "second", *files, "--copy"))
    good(seal("key", "default", "second"))
    listed = good(seal("key", "ls")).out
    as_json = good(seal("key", "ls", "--output", "json")).json

    assert "* second" in listed
    assert "  build" in listed
    assert "second" == as_json["default"]
    assert str(notation / "localkeys/second.key") == as_json["keys"][1]["keyPath"]
    assert (pki / "build.key").read_bytes() == (notation / "localkeys/second.key").read_bytes()
    assert 0o600 == (notation / "localkeys/second.key").stat().st_mode & 0o777
    good(seal("key", "delete", "second", "build"))
    assert {"keys": []} == json.loads((notation / "signingkeys.json").read_text())
    assert "[key.no-default]" in seal("sign", "oci:x:v1").err


def test_unknown_members_of_the_key_list_survive(home: Path, notation: Path) -> None:
    file = notation / "signingkeys.json"
    document = json.loads(file.read_text())
    document["comment"] = "ours"
    document["keys"][0]["note"] = "kept"
    file.write_text(json.dumps(document))

    pki = home / ".config/sealwright/pki"
    good(
        seal(
            "key", "add", "b", "--key-file", pki / "build.key", "--cert-file", pki / "build.pem", "--default"
        )
    )

    written = json.loads(file.read_text())
    assert ("ours", "kept", "b") == (written["comment"], written["keys"][0]["note"], written["default"])
    assert 0o600 == file.stat().st_mode & 0o777
    assert '\n    "default"' in file.read_text()


def test_a_key_that_is_not_the_certificates_is_not_added(home: Path) -> None:
    pki = home / ".config/sealwright/pki"

    ended = seal("key", "add", "x", "--key-file", pki / "root.key", "--cert-file", pki / "build.pem")

    assert 2 == ended.code
    assert "[key.certificate-mismatch]" in ended.err
    assert str(pki / "build.pem") in ended.err


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('{"keys": [{"name": "a"}, {"name": "a"}]}', "document.key-name-repeated"),
        ('{"default": "b", "keys": [{"name": "a"}]}', "document.default-key-missing"),
        ('{"keys": [', "document.malformed"),
        ('{"keys": [{"name": 3}]}', "document.malformed"),
        ("[]", "document.malformed"),
    ],
)
def test_a_broken_key_list_is_told_and_not_overwritten(
    notation: Path, home: Path, content: str, code: str
) -> None:
    file = notation / "signingkeys.json"
    file.write_text(content)
    pki = home / ".config/sealwright/pki"

    listed = seal("key", "ls")
    added = seal("key", "add", "x", "--key-file", pki / "build.key", "--cert-file", pki / "build.pem")

    assert (2, 2) == (listed.code, added.code)
    assert f"[{code}]" in listed.err
    assert str(file) in listed.err
    assert content == file.read_text()


def test_keys_out_of_reach_are_named_so(notation: Path, layout: str) -> None:
    plugin = {"name": "kv", "id": "https://vault/key", "pluginName": "azure-kv"}
    other = {"name": "odd", "id": "tpm:key"}
    (notation / "signingkeys.json").write_text(json.dumps({"keys": [plugin, other]}))

    for key, code, words in (("kv", 3, "no plugin 'azure-kv'"), ("odd", 2, "'tpm'")):
        ended = seal("sign", "--key", key, layout)
        assert code == ended.code
        assert words in ended.err


def test_the_passphrase_comes_from_a_file_or_is_asked_for_in_words(
    layout: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEALWRIGHT_PASSPHRASE")
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    right.write_text("open sesame\nrest\n")
    wrong.write_text("open barley")

    missing = seal("sign", layout)
    bad = seal("sign", "--passphrase-file", wrong, layout)

    assert (2, 2) == (missing.code, bad.code)
    assert "[key.passphrase-missing]" in missing.err
    assert "SEALWRIGHT_PASSPHRASE" in missing.err
    assert "[key.passphrase-wrong]" in bad.err
    assert "open barley" not in bad.err
    good(seal("sign", "--passphrase-file", right, layout))


def test_certificates_are_added_listed_shown_and_deleted(home: Path, notation: Path) -> None:
    root = home / ".config/sealwright/pki/root.pem"

    good(seal("cert", "add", "--type", "signingAuthority", "--store", "aws", root))
    listed = good(seal("cert", "ls")).out
    only = good(seal("cert", "ls", "--store", "aws", "--output", "json")).json
    shown = good(seal("cert", "show", "--store", "acme", "root.pem")).out
    as_json = good(seal("cert", "show", "--store", "acme", "root.pem", "--output", "json")).json

    assert 2 == listed.count("CN=Acme root CA")
    assert [("signingAuthority", "aws")] == [(one["type"], one["store"]) for one in only]
    for words in ("subject      CN=Acme root CA", "key          EC secp256r1", "CA           yes", "SHA-256"):
        assert words in shown
    assert as_json["certificates"][0]["fingerprint"] in shown
    good(seal("cert", "delete", "--type", "signingAuthority", "--store", "aws", "root.pem"))
    assert not (notation / "truststore/x509/signingAuthority/aws").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("cert", "add", "--type", "cb", "--store", "x", "FILE"), "truststore.kind-unknown"),
        (("cert", "add", "--store", "../x", "FILE"), "truststore.name-invalid"),
        (("cert", "add", "--store", "acme", "FILE"), "file.exists"),
        (("cert", "add", "--store", "x", "LEAF"), "certificate.not-an-anchor"),
        (("cert", "add", "--store", "x", "KEY"), "certificate.other-block"),
        (("cert", "add", "--store", "x", "GONE"), "file.absent"),
        (("cert", "show", "--store", "acme", "nothing.pem"), "truststore.no-such-file"),
        (("cert", "show", "--store", "nothing", "x.pem"), "truststore.absent"),
        (("cert", "delete", "--store", "acme", "../acme/root.pem"), "truststore.no-such-file"),
    ],
)
def test_certificates_that_do_not_fit_are_refused(
    home: Path, tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    pki = home / ".config/sealwright/pki"
    leaf = tmp_path / "leaf.pem"
    leaf.write_text((pki / "build.pem").read_text().split("-----END")[0] + "-----END CERTIFICATE-----\n")
    real = {"FILE": pki / "root.pem", "LEAF": leaf, "KEY": pki / "root.key", "GONE": tmp_path / "gone"}

    ended = seal(*(real.get(argument, argument) for argument in arguments))

    assert f"[{code}]" in ended.err
    assert ended.code in (2, 5)


def test_a_policy_is_written_checked_shown_and_replaced_with_care(
    home: Path, notation: Path, tmp_path: Path
) -> None:
    shown = good(seal("policy", "show")).out
    kept = seal("policy", "init", "--trust-store", "ca:other")
    newer = tmp_path / "newer.json"
    newer.write_text(shown.replace('"default"', '"newer"'))

    assert shown == (notation / "trustpolicy.json").read_text()
    assert 2 == kept.code
    assert "[policy.exists]" in kept.err
    assert "1 statement(s)" in good(seal("policy", "lint")).out
    good(seal("policy", "import", "--force", newer))
    assert newer.read_text() == (notation / "trustpolicy.json").read_text()
    assert shown == (notation / "trustpolicy.json.bak").read_text()


def test_the_newer_name_of_the_policy_wins_and_is_kept(home: Path, notation: Path, tmp_path: Path) -> None:
    (notation / "trustpolicy.json").rename(notation / "trustpolicy.oci.json")
    good(
        seal("policy", "init", "--force", "--name", "n", "--trust-store", "ca:acme", "--scope", "a.example/b")
    )

    assert ["trustpolicy.oci.json", "trustpolicy.oci.json.bak"] == sorted(
        path.name for path in notation.glob("trustpolicy*")
    )


def test_a_bad_policy_is_not_imported_and_every_problem_is_told(
    home: Path, notation: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"version": "1.0",\n "trustPolicies": [{"nam": "x", "registryScopes": ["*"]}]}')
    before = (notation / "trustpolicy.json").read_text()

    for command in (("import", "--force"), ("lint",)):
        ended = seal("policy", *command, bad)
        assert 2 == ended.code
        assert (
            f'{bad}:2:21: the member "nam" is unknown here; did you mean "name"? [policy.unknown-member]'
            in ended.err
        )
        assert 4 == ended.err.count("error: ")
    assert before == (notation / "trustpolicy.json").read_text()


def test_a_policy_behind_a_link_or_in_a_folder_is_refused(home: Path, notation: Path, layout: str) -> None:
    policy = notation / "trustpolicy.json"
    elsewhere = notation / "elsewhere.json"
    policy.rename(elsewhere)
    policy.symlink_to(elsewhere)
    linked = seal("verify", layout)
    policy.unlink()
    policy.mkdir()
    folder = seal("policy", "show")

    for ended in (linked, folder):
        assert 2 == ended.code
        assert "[policy.not-regular]" in ended.err


def test_without_any_policy_show_and_lint_say_how_to_make_one(home: Path, notation: Path) -> None:
    (notation / "trustpolicy.json").unlink()

    for command in ("show", "lint"):
        assert re.search(r"\[policy\.(absent|none-present)\]", seal("policy", command).err)
    good(seal("policy", "init", "--trust-store", "ca:acme"))


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (shutil.rmtree, "truststore.absent"),
        (lambda store: (store / "root.pem").unlink(), "truststore.empty"),
        (lambda store: (store / "below").mkdir(), "truststore.not-a-file"),
        (lambda store: (store / "link").symlink_to(store / "root.pem"), "truststore.not-a-file"),
        (lambda store: (store / "junk.pem").write_text("junk"), "certificate.none-in-file"),
        (
            lambda store: (store.rename(store.parent / "x"), store.symlink_to(store.parent / "x")),
            "truststore.not-a-folder",
        ),
    ],
)
def test_a_broken_trust_store_fails_the_check_by_name(
    home: Path, notation: Path, layout: str, spoil: object, code: str
) -> None:
    good(seal("sign", layout))
    spoil(notation / "truststore/x509/ca/acme")  # type: ignore[operator]  # a lambda of the table

    ended = seal("verify", "--output", "json", layout)

    assert 1 == ended.code
    checks = {check["name"]: check for check in ended.json["signatures"][0]["judgements"][0]["checks"]}
    assert ("unavailable", code) == (checks["authenticity"]["outcome"], checks["authenticity"]["reason"])


def test_a_pki_in_three_commands_and_its_renewal(home: Path, tmp_path: Path) -> None:
    folder = ("--folder", tmp_path / "pki")
    good(seal("pki", "root", "--subject", SUBJECT + ", CN=R", "--trust-store", "three", *folder))
    good(seal("pki", "intermediate", "--subject", SUBJECT + ", CN=I", "--key-type", "ec-384", *folder))
    made = good(seal("pki", "issue", "leaf", "--days", "9999", *folder))
    renewed = good(seal("pki", "renew", "leaf", "--new-key", "EC-521", *folder))
    good(seal("pki", "renew", "intermediate", *folder))
    good(seal("pki", "renew", "root", *folder))

    assert "ends on" in made.err
    assert "[pki.shortened]" in made.err
    assert "leaf.key: private key" in renewed.out
    kept = sorted(path.suffix for path in (tmp_path / "pki").glob("leaf.*.*"))
    assert [".key", ".pem"] == kept
    assert 2 == len(list((tmp_path / "pki").glob("root.*.pem"))) + 1


def test_requests_go_out_and_come_in(home: Path, tmp_path: Path) -> None:
    good(
        seal("pki", "request", "theirs", "--subject", SUBJECT + ", CN=theirs", "--folder", tmp_path / "them")
    )
    request = tmp_path / "them/theirs.csr"

    issued = good(seal("pki", "issue", "theirs", "--csr", request))
    refused = seal("pki", "issue", "again", "--csr", request, "--subject", SUBJECT)

    assert "CN=theirs,O=Acme" in issued.out
    assert "theirs.key" not in issued.out
    assert 2 == refused.code
    junk = tmp_path / "junk.csr"
    junk.write_text("junk")
    assert "[key.request-malformed]" in seal("pki", "issue", "x", "--csr", junk).err


def test_an_intermediate_for_a_request(home: Path, tmp_path: Path) -> None:
    folder = ("--folder", tmp_path / "pki")
    good(seal("pki", "root", "--subject", SUBJECT, *folder))
    good(seal("pki", "request", "sub", "--subject", SUBJECT + ", CN=sub", "--folder", tmp_path / "them"))

    good(seal("pki", "intermediate", "--csr", tmp_path / "them/sub.csr", *folder))
    neither = seal("pki", "intermediate", *folder)

    assert "give either --subject or --csr" in neither.err
    assert not (tmp_path / "pki/intermediate.key").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("root", "--subject", SUBJECT), "file.exists"),
        (("issue", "root"), "pki.name-invalid"),
        (("issue", "a/b"), "pki.name-invalid"),
        (("issue", ".x"), "pki.name-invalid"),
        (("issue", "build"), "file.exists"),
        (("issue", "y", "--days", "0"), "pki.days-out-of-range"),
        (("issue", "y", "--subject", "nonsense"), "identity.name-malformed"),
        (("renew", "nobody"), "pki.no-such-name"),
        (("issue", "y", "--folder", "/nonexistent"), "pki.no-such-name"),
    ],
)
def test_certificates_that_cannot_be_made(home: Path, arguments: tuple[str, ...], code: str) -> None:
    before = sorted((home / ".config/sealwright/pki").iterdir())

    ended = seal("pki", *arguments)

    assert 2 == ended.code
    assert f"[{code}]" in ended.err
    assert before == sorted((home / ".config/sealwright/pki").iterdir())


def test_a_key_in_the_clear_is_made_with_a_warning(home: Path) -> None:
    made = good(seal("pki", "issue", "plain", "--unencrypted"))

    assert "[pki.key-in-clear]" in made.err
    assert "BEGIN PRIVATE KEY" in (home / ".config/sealwright/pki/plain.key").read_text()


def test_without_a_passphrase_no_key_is_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEALWRIGHT_PASSPHRASE")

    ended = seal("pki", "init", "--subject", SUBJECT, "--folder", home / "other")

    assert "[key.passphrase-missing]" in ended.err
    assert [] == list(home.glob("other/*"))
