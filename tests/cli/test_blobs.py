"""`seal blob`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest
from jsonschema import Draft202012Validator

from world import pki, revocation
from world.authority_host import AuthorityHost, Reply
from world.home import Home, statement

SCHEMA = Draft202012Validator(
    json.loads((Path(__file__).parents[2] / "docs/reference/verdict.schema.json").read_text())
)
VECTORS = Path(__file__).parents[1] / "producers" / "notation-2.0"
GIB = 2**30
MEASURED = """
import resource, sys
from sealwright.cli.program import run
code = run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""
"""Runs `seal` and says how many KiB of memory it took at most."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    chain = pki.chain("ec256")
    made.add_key("build", chain)
    made.trust("acme", chain.root)
    made.must("blob", "policy", "init", "--global", "--trust-store", "ca:acme")
    return made


@pytest.fixture
def blob(tmp_path: Path) -> Path:
    path = tmp_path / "net-monitor.tar"
    path.write_text("net-monitor")
    return path


def alone(home: Home, *arguments: object, stdin: IO[bytes]) -> int:
    """Run `seal` in a process of its own, with a file or pipe on its standard input."""
    command = [sys.executable, "-m", "sealwright", *map(str, arguments)]
    done = subprocess.run(
        command, env=home.environment, capture_output=True, check=False, timeout=60, stdin=stdin
    )
    return done.returncode


def piped(content: str) -> "subprocess.Popen[bytes]":
    """A program that writes a text into a pipe, which is its `stdout`."""
    return subprocess.Popen(["printf", "%s", content], stdout=subprocess.PIPE)


def test_a_file_is_signed_and_verified(home: Home, blob: Path) -> None:
    out = home.must("blob", "sign", "-m", "build=42", "--expiry", "90d", blob)
    assert f"signed {blob}@sha256:" in out
    assert f", signature {blob}.jws.sig\n" in out
    done = home.seal("blob", "verify", "-m", "build=42", "--signature", f"{blob}.jws.sig", blob)
    assert 0 == done.status
    assert "accepted: signed by CN=Leaf ec256,O=Acme,ST=WA,C=US" in done.out
    blob.write_text("net-monitoR")
    done = home.seal("blob", "verify", "--signature", f"{blob}.jws.sig", blob)
    assert 1 == done.status
    assert "refused: the signature is about sha256:" in done.out


def test_the_verdict_has_every_form_that_seal_verify_has(home: Home, blob: Path) -> None:
    home.must("blob", "sign", blob)
    told = json.loads(home.must("blob", "verify", "-o", "json", "-s", f"{blob}.jws.sig", blob))
    SCHEMA.validate(told)
    assert ("accepted", "blob", str(blob)) == (
        told["decision"],
        told["subject"]["transport"],
        told["subject"]["name"],
    )
    line = json.loads(home.must("blob", "verify", "-o", "jsonl", "-s", f"{blob}.jws.sig", blob))
    assert "accepted" == line["verdict"]["decision"]
    for form in ("sarif", "junit"):
        assert str(blob) in home.must("blob", "verify", "-o", form, "-s", f"{blob}.jws.sig", blob)


def test_several_files_are_signed_and_told_as_json(home: Home, tmp_path: Path) -> None:
    names = [tmp_path / "a", tmp_path / "b"]
    for name in names:
        name.write_text(name.name)
    out = home.must("blob", "sign", "--signature-directory", tmp_path / "sigs", "-o", "json", *names)
    told = json.loads(out)
    assert [str(tmp_path / "sigs" / f"{name.name}.jws.sig") for name in names] == [
        one["signature"] for one in told
    ]
    assert ["a.jws.sig", "b.jws.sig"] == sorted(one.name for one in (tmp_path / "sigs").iterdir())


def test_a_signature_is_replaced_only_by_force(home: Home, blob: Path) -> None:
    home.must("blob", "sign", blob)
    before = Path(f"{blob}.jws.sig").read_bytes()
    done = home.seal("blob", "sign", blob)
    assert (2, before) == (done.status, Path(f"{blob}.jws.sig").read_bytes())
    assert "[signing.signature-exists]" in done.err
    home.must("blob", "sign", "--force", blob)
    assert before != Path(f"{blob}.jws.sig").read_bytes()


def test_nothing_is_left_of_a_signature_that_could_not_be_made(home: Home, blob: Path) -> None:
    for arguments in (["--key", "nobody"], ["-m", "io.cncf.notary.x=1"], ["--media-type", "text"]):
        assert 2 == home.seal("blob", "sign", *arguments, blob).status
    assert [blob.name] == [one.name for one in blob.parent.iterdir() if one.is_file()]


def test_standard_input_is_verified_by_itself_and_from_a_pipe(home: Home, blob: Path) -> None:
    home.must("blob", "sign", blob)
    verify = ("blob", "verify", "-s", f"{blob}.jws.sig", "-")
    for content, status in (("net-monitor", 0), ("net-monitoring", 1)):
        with piped(content) as program:
            assert program.stdout is not None
            assert status == alone(home, *verify, stdin=program.stdout)
    with blob.open("rb") as file:
        assert 0 == alone(home, *verify, stdin=file)


def test_the_settings_of_notation_choose_the_envelope(home: Home, blob: Path) -> None:
    (home.notation / "config.json").write_text('{"signatureFormat": "cose"}')
    home.must("blob", "sign", blob)
    assert Path(f"{blob}.cose.sig").exists()
    assert "application/cose" in home.must("blob", "inspect", f"{blob}.cose.sig")


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("absent.jws.sig", 5, "file.absent"),
        ("net-monitor.tar", 2, "usage.signature-name"),
        ("folder.jws.sig", 5, "file.not-regular"),
    ],
)
def test_a_signature_that_is_not_there_is_told(
    home: Home, blob: Path, name: str, status: int, code: str
) -> None:
    (blob.parent / "folder.jws.sig").mkdir()
    for command in (("verify", blob, "-s"), ("inspect",)):
        done = home.seal("blob", *command, blob.with_name(name))
        assert status == done.status
        assert f"[{code}]" in done.err


def test_junk_is_refused_and_not_inspected(home: Home, blob: Path) -> None:
    junk = blob.with_name("junk.jws.sig")
    junk.write_text("{}")
    done = home.seal("blob", "verify", "-s", junk, blob)
    assert 1 == done.status
    assert "unreadable" in done.out
    assert 1 == home.seal("blob", "inspect", junk).status


def test_a_policy_is_needed(home: Home, blob: Path) -> None:
    home.must("blob", "sign", blob)
    (home.notation / "trustpolicy.blob.json").unlink()
    done = home.seal("blob", "verify", "-s", f"{blob}.jws.sig", blob)
    assert 2 == done.status
    assert "[policy.absent-for-blobs]" in done.err


def test_a_gpg_key_signs_no_files(home: Home, blob: Path) -> None:
    done = home.seal("blob", "sign", "--key", "gpg:joe@example.com", blob)
    assert 2 == done.status


def test_policies_are_imported_shown_linted_and_explained(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "policy.json"
    releases = {
        "name": "releases",
        "signatureVerification": {"level": "permissive"},
        "trustStores": ["ca:acme"],
        "trustedIdentities": ["x509.subject: C=US, ST=WA, O=Acme"],
    }
    path.write_text(json.dumps({"version": "1.0", "trustPolicies": [releases]}))
    assert "[policy.exists]" in home.seal("blob", "policy", "import", path).err
    home.must("blob", "policy", "import", "--force", path)
    assert path.read_text() == home.must("blob", "policy", "show")
    assert (home.notation / "trustpolicy.blob.json.bak").exists()
    assert "good, 1 statement(s)" in home.must("blob", "policy", "lint")
    told = json.loads(home.must("blob", "policy", "explain", "--policy-name", "releases", "-o", "json"))
    assert ("releases", "permissive", "log") == (told["statement"], told["level"], told["actions"]["expiry"])
    done = home.seal("blob", "policy", "explain")
    assert 2 == done.status
    assert "[policy.no-global-statement]" in done.err
    releases["globalPolicy"] = "yes"
    path.write_text(json.dumps({"version": "1.0", "trustPolicies": [releases]}))
    assert 2 == home.seal("blob", "policy", "lint", path).status


def test_all_that_is_in_force_is_linted_the_policy_for_files_too(home: Home) -> None:
    path = home.notation / "trustpolicy.blob.json"
    home.policy(statement())
    out = home.must("policy", "lint", "--policy", "notation")
    files = (home.notation / "trustpolicy.json", path)
    assert [f"{file}: good, 1 statement(s)" for file in files] == out.splitlines()
    path.write_text(path.read_text().replace("globalPolicy", "globalpolicy"))
    for arguments in ((), (path,)):
        done = home.seal("policy", "lint", *arguments)
        assert 2 == done.status
        assert 'did you mean "globalPolicy"?' in done.err


def test_a_level_that_skips_is_explained_and_does_not_verify(home: Home, blob: Path) -> None:
    path = home.notation / "trustpolicy.blob.json"
    skip = {"name": "none", "signatureVerification": {"level": "skip"}}
    path.write_text(json.dumps({"version": "1.0", "trustPolicies": [skip]}))
    home.must("blob", "sign", blob)
    assert "no signature is asked for" in home.must("blob", "policy", "explain", "--policy-name", "none")
    done = home.seal("blob", "verify", "--policy-name", "none", "-s", f"{blob}.jws.sig", blob)
    assert 1 == done.status
    assert "allowed, not verified" in done.out


@pytest.mark.parametrize("envelope", ["jws", "cose"])
@pytest.mark.parametrize("kind", ["rsa2048", "ec384"])
def test_what_the_reference_signed_is_accepted_and_what_it_says_is_shown(
    home: Home, kind: str, envelope: str
) -> None:
    certificate = VECTORS / "certs" / f"root-{kind}.crt"
    home.must("cert", "add", "--type", "ca", "--store", "vectors", certificate)
    home.must("blob", "policy", "init", "--force", "--global", "--trust-store", "ca:vectors")
    signature = VECTORS / "blobs" / kind / f"blob.txt.{envelope}.sig"
    done = home.seal(
        "blob",
        "verify",
        "-m",
        "io.example.build=42",
        "-m",
        "text=<a&b>",
        "-s",
        signature,
        VECTORS / "blobs" / "blob.txt",
    )
    assert 0 == done.status, done.out + done.err
    shown = home.must("blob", "inspect", signature)
    assert "text: <a&b>" in shown
    assert f"digest: {'sha384' if kind == 'ec384' else 'sha256'}:" in shown


def test_a_revoked_signer_is_found_out_and_nobody_is_asked_for_a_stranger(home: Home, blob: Path) -> None:
    with AuthorityHost() as host:
        chain = revocation.chain(ocsp=[host.url("/ocsp")])
        home.add_key("revocable", chain)
        home.must("blob", "sign", "--key", "revocable", blob)
        verify = ("blob", "verify", "-o", "json", "-s", f"{blob}.jws.sig", blob)
        for state, status, reason in (
            ("revoked", 1, "revocation.revoked"),
            ("good", 1, "revocation.revoked"),  # what was answered is kept
        ):
            answer = revocation.ocsp(chain, state=state)
            host.answers["/ocsp"] = lambda asked, answer=answer: Reply(answer)  # type: ignore[misc]  # a default
            done = home.seal(*verify)
            assert (status, reason) == (done.status, json.loads(done.out)["reason"])
        home.must("blob", "policy", "init", "--force", "--global", "--trust-store", "ca:other")
        home.trust("other", pki.chain("ec384").root)
        before = len(host.asked)
        assert 1 == home.seal(*verify).status
        assert before == len(host.asked)


def test_a_file_of_some_gigabytes_takes_no_more_memory(home: Home, tmp_path: Path) -> None:
    """Sparse, so that nothing but hashing takes time."""
    small, large = tmp_path / "small", tmp_path / "large"
    for path, size in ((small, 1), (large, 2 * GIB + 1)):
        with path.open("wb") as file:
            file.truncate(size)
    peaks = []
    for path in (small, large):
        done = home.run([sys.executable, "-c", MEASURED, "blob", "sign", str(path)])
        assert 0 == done.status, done.err
        peaks.append(int(done.err))
    assert peaks[1] - peaks[0] < 8 * 1024
    assert 0 == home.seal("blob", "verify", "-s", f"{large}.jws.sig", large).status
