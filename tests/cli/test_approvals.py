"""`seal approval`, and `seal sign` with keys whose use people have to approve, against a running service."""

import base64
import hashlib
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
)
from msgspec.structs import replace

from sealwright import limits
from sealwright.approval import proofs
from sealwright.repositories.layout import open_directory
from sealwright.service.configuration import Configuration
from sealwright.stores import proofs as kept
from world import images
from world.approval_home import ApprovalHome
from world.home import Home, statement
from world.registry import Registry

PEOPLE = ("ada", "bob", "eve")
TWO_OF_THREE = ("--use", "release=2:ada,bob,eve")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with Registry(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory, service: Registry) -> ApprovalHome:
    """One user for all tests, and the people who approve."""
    made = ApprovalHome(tmp_path_factory.mktemp("user"), service, *PEOPLE)
    made.home.policy(statement())
    return made


@pytest.fixture(scope="module")
def home(user: ApprovalHome) -> Home:
    return user.home


@pytest.fixture(scope="module")
def key(user: ApprovalHome) -> str:
    """A key of which two of three have to approve the use."""
    return user.ruled("release", *TWO_OF_THREE)


@pytest.fixture(scope="module")
def rules(user: ApprovalHome, key: str) -> Path:
    return user.home.folder / "release-rules.json"


@pytest.fixture
def image(service: Registry, request: pytest.FixtureRequest) -> str:
    name = f"app-{hashlib.sha256(request.node.name.encode()).hexdigest()[:12]}"
    return images.push(f"{service.local}/{name}", "v1", name)


def saved(home: Home) -> list[Path]:
    return sorted((home.folder / ".local/state/sealwright/pending").glob("*.json"))


def begun(user: ApprovalHome, *arguments: str) -> str:
    """Ask people and do not wait for them; gives the identifier of the request."""
    done = user.home.seal(*arguments, "--no-wait")
    assert 8 == done.status, done
    assert "approval.awaited" in done.err
    identifier: str = user.asked()["id"]
    assert f"seal sign --resume {identifier}" in done.err
    return identifier


def signatures(home: Home, image: str) -> list[Any]:
    found: list[Any] = json.loads(home.must("inspect", "--output", "json", image))["signatures"]
    return found


def test_a_signature_waits_for_its_approvers_and_keeps_the_proof(
    user: ApprovalHome, home: Home, key: str, rules: Path, image: str
) -> None:
    with user.running("sign", "--key", key, image) as signing:
        said = signing.until("0 of 2 from release, 24 hours left")
        request = user.asked()
        assert f"people have to approve the use of release: request {request['id']}" in said
        assert f"image {image}" == request["note"]
        assert 1 == len(saved(home))
        assert 0o600 == saved(home)[0].stat().st_mode & 0o777
        user.approve(request["id"], "ada")
        signing.until("1 of 2 from release")
        assert [] == signatures(home, image)
        user.approve(request["id"], "eve")
        done = signing.done()
    assert 0 == done.status, done
    assert done.err.endswith("approved\n")
    assert ", approval sha256:" in done.out
    assert [] == saved(home)
    assert 0 == home.seal("verify", "--policy", "notation", image).status
    assert f"approved in request {request['id']}" in home.must("ls", image)
    (signature,) = signatures(home, image)
    (told,) = signature["approvals"]
    assert (request["id"], ["ada", "eve"]) == (told["request"], told["people"])
    assert "by: ada, eve" in home.must("inspect", image)
    verified = home.must("approval", "verify", "--rules", str(rules), image)
    assert verified.startswith(f"✓ {signature['location']}")
    assert "approved by  ada, eve: 2 of 2 from release" in verified


def test_a_proof_holds_offline_in_a_copy_and_only_for_the_rules_and_key_that_are_named(
    user: ApprovalHome, home: Home, key: str, rules: Path, image: str, tmp_path: Path
) -> None:
    identifier = begun(user, "sign", "--key", key, image)
    user.approve(identifier, "ada", "bob")
    home.must("sign", "--resume", identifier)
    keys, other = tmp_path / "keys.json", tmp_path / "other.json"
    home.must("vault", "key", "export", "release", "--out", keys)
    changed = json.loads(keys.read_text())
    home.must("vault", "key", "create", "production/another")
    foreign = json.loads(home.must("vault", "key", "export", "another"))
    changed["keys"][0]["versions"][0]["publicKey"] = foreign["keys"][0]["versions"][0]["publicKey"]
    other.write_text(json.dumps(changed))
    home.must("copy", image, f"oci:{tmp_path / 'layout'}:v1")
    copied = f"oci:{tmp_path / 'layout'}:v1"
    away = {"SEALWRIGHT_VAULT": "vault.invalid"}  # nobody there can be asked

    def verify(*flags: object) -> tuple[int, Any]:
        done = home.seal("approval", "verify", *flags, "--output", "json", copied, **away)
        return done.status, json.loads(done.out)[0]

    named = ("--rules", rules)
    digest = json.loads(home.must("approval", "who", "release", "--output", "json"))["digest"]
    assert (0, True) == (verify(*named, "--keys", keys)[0], verify(*named, "--keys", keys)[1]["holds"])
    assert 0 == verify("--rules-digest", digest, "--keys", keys)[0]
    wrong: list[tuple[tuple[object, ...], str]] = [
        (("--keys", keys), "approval.rules-unexpected"),
        (("--rules-digest", f"sha256:{'0' * 64}", "--keys", keys), "approval.rules-unexpected"),
        ((*named, "--keys", other), "approval.signing-key-other"),
    ]
    for flags, reason in wrong:
        status, told = verify(*flags)
        assert (1, False, reason) == (status, told["holds"], told["reason"])
    proof = tmp_path / "proof.json"
    home.must("approval", "proof", identifier, "--out", proof)
    assert 0 == home.seal("approval", "verify", "--rules", rules, proof, **away).status
    tampered = proof.read_text().replace('"spentAt":', '"spentAt":1').encode()
    proof.write_bytes(tampered)
    assert 1 == home.seal("approval", "verify", "--rules", rules, proof, **away).status


def test_the_proof_of_one_signature_is_none_of_another(
    user: ApprovalHome, home: Home, key: str, rules: Path, image: str, tmp_path: Path
) -> None:
    one, two = (begun(user, "sign", "--key", key, image, "-m", f"n={number}") for number in range(2))
    user.approve(one, "ada", "bob")
    user.approve(two, "ada", "bob")
    home.must("sign", "--resume", one)
    home.must("sign", "--resume", two)
    told = json.loads(home.must("approval", "verify", "--rules", rules, "--output", "json", image))
    assert {one, two} == {each["request"] for each in told if each["holds"]}
    layout = tmp_path / "layout"
    home.must("copy", image, f"oci:{layout}:v1")
    for carrier in signatures(home, f"oci:{layout}:v1"):
        swap(layout, carrier["location"], home, two if carrier["approvals"][0]["request"] == one else one)
    told = json.loads(
        home.seal("approval", "verify", "--rules", rules, "--output", "json", f"oci:{layout}:v1").out
    )
    assert 2 == len(told)
    assert all(each["holds"] for each in told)  # the right ones are still there
    bare = images.push(f"{image.partition('@')[0]}-bare", "v1", "bare")
    home.must("sign", "--key", user_key(user), bare)
    refused = home.seal("approval", "verify", "--rules", rules, bare)
    assert 1 == refused.status
    assert "approval.unproven-signature" in refused.out
    (location,) = (each["location"] for each in signatures(home, bare))
    folder = tmp_path / "bare"
    home.must("copy", bare, f"oci:{folder}:v1")
    swap(folder, location, home, one)
    refused = home.seal("approval", "verify", "--rules", rules, f"oci:{folder}:v1")
    assert 1 == refused.status
    assert "approval.other-bytes" in refused.out


def user_key(user: ApprovalHome) -> str:
    """A key that nobody has to approve."""
    if "free" not in user.home.must("vault", "key", "list"):
        return user.key("free")
    return f"vault:{user.address}/production/free"


def swap(layout: Path, signature: str, home: Home, request: str) -> None:
    """Put the proof of a request with a signature in a layout."""
    content = proofs.parse(home.must("approval", "proof", request).encode()).encoded()
    with open_directory(str(layout), write=True) as opened:
        kept.add(opened, opened.resolve(signature), content)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_an_interrupted_signature_is_gone_on_with_and_is_the_very_one_that_was_approved(
    user: ApprovalHome, home: Home, key: str, image: str, number: signal.Signals
) -> None:
    with user.running("sign", "--key", key, "-m", "build=42", image) as signing:
        signing.until("0 of 2")
        identifier = user.asked()["id"]
        signing.process.send_signal(number)
        done = signing.done()
    if number == signal.SIGINT:
        assert 130 == done.status
        assert f"the request stands; go on with: seal sign --resume {identifier}" in done.err
    asked = home.must("approval", "show", identifier)
    user.approve(identifier, "bob", "eve")
    told = home.must("sign", "--resume", identifier)
    assert told.startswith(f"signed {image}")
    (signature,) = signatures(home, image)
    assert {"build": "42"} == signature["summary"]["userMetadata"]
    assert signature["summary"]["signedAttributes"]["signingTime"] in asked
    assert [] == saved(home)
    again = home.seal("sign", "--resume", identifier)
    assert 2 == again.status
    assert "signing.resume-unknown" in again.err


def test_a_lost_answer_is_given_again_and_makes_no_second_signature(
    user: ApprovalHome, home: Home, key: str, image: str, tmp_path: Path
) -> None:
    identifier = begun(user, "sign", "--key", key, image)
    (file,) = saved(home)
    shutil.copy(file, tmp_path / "saved.json")
    user.approve(identifier, "ada", "bob")
    first = home.must("sign", "--resume", identifier)
    shutil.copy(tmp_path / "saved.json", file)  # as if the run had been killed before it got the answer
    assert (
        first.partition(", approval")[0]
        == home.must("sign", "--resume", identifier).partition(", approval")[0]
    )
    assert 1 == len(signatures(home, image))


def test_a_run_killed_while_it_asked_finds_its_request_again(
    user: ApprovalHome, home: Home, key: str, image: str
) -> None:
    identifier = begun(user, "sign", "--key", key, image)
    (file,) = saved(home)
    content = json.loads(file.read_text())
    del content["request"]  # as it is saved before people are asked
    file.write_text(json.dumps(content))
    user.approve(identifier, "ada", "bob")
    assert "signed" in home.must("sign", "--resume", file.stem)
    assert "spent" == json.loads(home.must("approval", "show", identifier, "--output", "json"))["state"]


def test_a_refusal_ends_it(user: ApprovalHome, home: Home, key: str, image: str) -> None:
    with user.running("sign", "--key", key, image) as signing:
        signing.until("0 of 2")
        identifier = user.asked()["id"]
        user.approve(identifier, "ada")
        user.deny(identifier, "bob")
        done = signing.done()
    assert 6 == done.status, done
    assert "bob refused to approve the use of release [approval.denied]" in done.err
    assert [] == saved(home)
    assert [] == signatures(home, image)
    closed = home.seal("approval", "approve", "--yes", identifier, **user.of("eve"))
    assert "approval.closed" in closed.err


def test_too_late_is_told_apart(user: ApprovalHome, home: Home) -> None:
    name = "hasty"
    home.must(
        "vault",
        "key",
        "create",
        f"production/{name}",
        "--rules",
        user.rules(name, *TWO_OF_THREE, "--time-out", "2s"),
    )
    made = home.seal(
        "vault", "key", "request", name, "--subject", "O=Acme, CN=hasty", "--out", home.folder / "hasty.csr"
    )
    assert 7 == made.status, made
    assert "0 of 2 from release [approval.expired]" in made.err


def test_a_time_lock_is_waited_for_and_a_denial_still_counts(user: ApprovalHome, home: Home) -> None:
    rules = user.rules("slow", *TWO_OF_THREE, "--time-lock", "1h")
    home.must("vault", "key", "create", "production/slow", "--rules", rules)
    request = ("vault", "key", "request", "slow", "--subject", "O=Acme, CN=slow")
    with user.running(*request) as waiting:
        waiting.until("0 of 2")
        identifier = user.asked()["id"]
        user.approve(identifier, "ada", "bob")
        waiting.until("the time lock ends in 60 minutes")
        assert "in its time lock" in home.must("approval", "show", identifier)
        user.deny(identifier, "eve")
        assert 6 == waiting.done().status


def test_a_service_that_goes_away_for_a_while_is_waited_for(tmp_path: Path) -> None:
    usual = Configuration.on(tmp_path / "service")
    hasty = replace(usual, server=replace(usual.server, shutdown_grace_seconds=0.5))
    service = Registry(hasty)
    user = ApprovalHome(tmp_path / "user", service, "ada")
    key, port = user.ruled("release", "--use", "release=1:ada"), service.port
    image = images.push(f"{service.local}/app", "v1", "app")
    with user.running("sign", "--key", key, image) as signing:
        signing.until("0 of 1")
        service.stop()
        signing.until("approval.service-away")
        with Registry(tmp_path / "service", port):
            user.approve(user.asked()["id"], "ada")
            assert 0 == signing.done().status, signing.said


def test_images_in_layouts_wait_and_are_found_again_from_anywhere(
    user: ApprovalHome,
    home: Home,
    key: str,
    rules: Path,
    image: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    home.must("copy", image, "oci:./here:v1")
    identifier = begun(user, "sign", "--key", key, "oci:./here:v1")
    user.approve(identifier, "ada", "bob")
    monkeypatch.chdir("/")
    told = home.must("sign", "--resume", identifier, "--output", "json")
    assert json.loads(told)[0]["approval"].startswith("sha256:")
    assert 0 == home.seal("approval", "verify", "--rules", rules, f"oci:{tmp_path}/here:v1").status


def test_files_wait_and_have_their_proof_beside_them(
    user: ApprovalHome, home: Home, key: str, rules: Path, tmp_path: Path
) -> None:
    file, signature = tmp_path / "app.tar", tmp_path / "app.tar.jws.sig"
    file.write_bytes(b"an application")
    with user.running("blob", "sign", "--key", key, str(file)) as signing:
        signing.until("0 of 2")
        request = user.asked()
        assert f"file {file}" == request["note"]
        signing.process.kill()
        signing.done()
    user.approve(request["id"], "ada", "bob")
    assert f"signature {signature}" in home.must("sign", "--resume", request["id"])
    proof = tmp_path / "app.tar.jws.sig.approval.json"
    assert proof.is_file()
    assert 0 == home.seal("approval", "verify", "--rules", rules, signature).status
    proof.unlink()
    assert 1 == home.seal("approval", "verify", "--rules", rules, signature).status
    assert [] == saved(home)


def test_resume_takes_no_images(home: Home) -> None:
    done = home.seal("sign", "--resume", "x", "localhost:1/app:v1")
    assert (2, True) == (done.status, "signing.resume-with-images" in done.err)
    assert 2 == home.seal("sign").status


def test_what_was_saved_and_altered_is_refused(user: ApprovalHome, home: Home, key: str, image: str) -> None:
    identifier = begun(user, "sign", "--key", key, image)
    (file,) = saved(home)
    file.write_text("{}")
    done = home.seal("sign", "--resume", identifier)
    assert (2, True) == (done.status, "signing.resume-malformed" in done.err)
    file.unlink()
    user.deny(identifier, "ada")


def test_only_so_much_is_saved(user: ApprovalHome, home: Home, key: str, image: str) -> None:
    folder = home.folder / ".local/state/sealwright/pending"
    for number in range(limits.PENDING_SIGNATURES):
        (folder / f"{number:032x}.json").write_text("{}")
    done = home.seal("sign", "--key", key, image)
    for file in saved(home):
        file.unlink()
    assert (5, True) == (done.status, "signing.pending-full" in done.err)
    assert [] == [
        one for one in json.loads(home.must("approval", "list", "--output", "json")) if image in one["note"]
    ]


def test_our_notation_waits_and_says_so(user: ApprovalHome, home: Home, key: str, image: str) -> None:
    home.must("key", "add", "approved", "--plugin", "sealwright", "--id", key)
    with user.running("notation", "sign", "--key", "approved", image) as signing:
        signing.until("0 of 2 from release, 24 hours left")
        user.approve(user.asked()["id"], "ada", "bob")
        done = signing.done()
    assert 0 == done.status, done
    assert f"Successfully signed {image}" in done.out
    with user.running("notation", "sign", "--key", "approved", image) as signing:
        signing.until("0 of 2 from release")
        user.deny(user.asked()["id"], "eve")
        done = signing.done()
    assert 1 == done.status
    assert "Error: eve refused to approve the use of release; " in done.err


def test_people_enrol_before_there_is_any_vault(tmp_path: Path) -> None:
    with Registry(tmp_path / "service") as service:
        home = Home(tmp_path / "home")
        home.environment["SEALWRIGHT_VAULT"] = service.local
        assert "ada: enrolled with ed25519" in home.must("approval", "enrol", "--unencrypted", "ada")
        assert "ada" in home.must("approval", "people")
        home.must("approval", "remove", "ada")
        assert "ada" not in home.must("approval", "people")


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_keys_in_pem_approve_encrypted_or_not(
    user: ApprovalHome, home: Home, kind: str, tmp_path: Path
) -> None:
    made = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
    file = tmp_path / "approver.pem"
    file.write_bytes(
        made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open sesame"))
    )
    secret = {"SEALWRIGHT_PASSPHRASE": "open sesame"}
    home.must("approval", "enrol", "--key", file, kind, **secret)
    rules = user.rules(f"of-{kind}", "--use", f"board=1:{kind}")
    home.must("vault", "key", "create", f"production/of-{kind}", "--rules", rules)
    begun = home.seal("vault", "key", "request", f"of-{kind}", "--subject", "O=Acme, CN=x", "--no-wait")
    assert 8 == begun.status, begun
    identifier = user.asked()["id"]
    wrong = home.seal(
        "approval", "approve", "--yes", "--key", file, identifier, SEALWRIGHT_PASSPHRASE="wrong"
    )
    assert (2, True) == (wrong.status, "key.passphrase-wrong" in wrong.err)
    told = home.must("approval", "approve", "--yes", "--key", file, identifier, **secret)
    assert "ready: 1 of 1 from board" in told


def test_what_is_wrong_with_a_decision_is_told(
    user: ApprovalHome, home: Home, key: str, image: str, tmp_path: Path
) -> None:
    identifier = begun(user, "sign", "--key", key, image)

    def refused(*flags: str, **variables: str) -> tuple[int, str]:
        done = home.seal("approval", "approve", *flags, identifier, **variables)
        return done.status, done.err.rpartition("[")[2].partition("]")[0]

    assert (2, "approval.not-agreed") == refused(**user.of("ada"))
    assert (2, "approval.other-artifact") == refused(
        "--artifact", f"sha256:{'0' * 64}", "--yes", **user.of("ada")
    )
    assert (2, "approval.key-absent") == refused("--yes", XDG_CONFIG_HOME=str(tmp_path))
    home.must("approval", "enrol", "--unencrypted", "mallory", **user.of("mallory"))
    assert (2, "approval.key-no-say") == refused("--yes", **user.of("mallory"))
    user.deny(identifier, "ada")
    unknown = home.seal("approval", "show", "0" * 40)
    assert "approval.unknown" in unknown.err
    assert 0 != unknown.status


def test_rules_are_made_from_a_file_looked_through_and_shown(
    user: ApprovalHome, home: Home, tmp_path: Path
) -> None:
    plan, made = tmp_path / "rules.toml", tmp_path / "rules.json"
    public = ed25519.Ed25519PrivateKey.generate().public_key()
    (tmp_path / "dan.pub").write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    plan.write_text(
        """
        time_out = "2d"
        [people]
        dan = ["dan.pub"]
        [use]
        time_lock = "10m"
        alternatives = [["release=2:ada,bob,eve", "security=1:dan"], ["board=1:eve"]]
        [block]
        alternatives = [["anybody=1:ada,dan"]]
        """
    )
    home.must("approval", "rules", "make", "--from", plan, "--out", made)
    shown = home.must("approval", "rules", "show", made)
    assert (
        "use: 2 from release (ada, bob, eve), and 1 from security (dan)\n     or 1 from board (eve)\n"
        in shown
    )
    assert "     within 2 days, then a time lock of 10 minutes, then to be used within 24 hours\n" in shown
    assert "unblock: needs no approval" in shown
    linted = home.seal("approval", "rules", "lint", made)
    assert (1, True) == (linted.status, "approval.change-closed" in linted.err)
    for words, reason in (
        ("release=3:ada,bob", "approval.quorum-unreachable"),
        ("release=x", "approval.group-malformed"),
        ("release=1:nobody-enrolled", "approval.approver-unknown"),
    ):
        done = home.seal("approval", "rules", "make", "--use", words)
        assert reason in done.err, done
        assert 0 != done.status
    plan.write_text("[use]\nalternatives = 3")
    assert "approval.plan-malformed" in home.seal("approval", "rules", "make", "--from", plan).err
    assert 2 == home.seal("approval", "rules", "make").status


def test_the_plugin_answers_a_refusal_and_lateness_in_the_words_of_its_contract(
    user: ApprovalHome, home: Home, tmp_path: Path
) -> None:
    key = user.ruled("quick", "--use", "release=1:ada", "--time-out", "8s")
    log = tmp_path / "told.log"
    request = {
        "contractVersion": "1.0",
        "keyId": key,
        "keySpec": "EC-256",
        "hashAlgorithm": "SHA-256",
        "payload": base64.b64encode(b"what is signed").decode(),
        "pluginConfig": {"approval_log": str(log)},
    }
    program = (
        "import sys; sys.argv[:1] = ['notation-sealwright']; from sealwright.programs import main; main()"
    )
    command = [sys.executable, "-c", program, "generate-signature"]

    def ask(payload: bytes) -> subprocess.Popen[bytes]:
        asked = request | {"payload": base64.b64encode(payload).decode()}
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, env=home.environment, stdin=pipe, stdout=pipe, stderr=pipe)
        assert process.stdin is not None
        process.stdin.write(json.dumps(asked).encode())
        process.stdin.close()
        process.stdin = None
        end = time.monotonic() + 20
        while not log.exists() or "left" not in log.read_text():
            assert time.monotonic() < end
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        return process

    def answered(process: subprocess.Popen[bytes]) -> tuple[int, Any]:
        out, err = process.communicate(timeout=30)
        return process.returncode, json.loads(err or out)  # nothing but JSON, although it was told before

    refused = ask(b"refused")
    user.deny(user.asked()["id"], "ada")
    status, error = answered(refused)
    assert (1, "ACCESS_DENIED", "approval.denied") == (
        status,
        error["errorCode"],
        error["errorMetadata"]["reason"],
    )
    assert "sealwright: 0 of 1 from release" in log.read_text()
    log.unlink()
    status, error = answered(ask(b"late"))
    assert (1, "TIMEOUT", "approval.expired") == (
        status,
        error["errorCode"],
        error["errorMetadata"]["reason"],
    )
    log.unlink()
    signing = ask(b"signed")
    user.approve(user.asked()["id"], "ada")
    status, answer = answered(signing)
    assert (0, "ECDSA-SHA-256") == (status, answer["signingAlgorithm"])
