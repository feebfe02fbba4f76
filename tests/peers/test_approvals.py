"""Keys that people have to approve, under the real notation; and people with keys of gpg and on tokens."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from peers.notation import BOTH, Notation
from world import images
from world.approval_home import ApprovalHome
from world.home import statement
from world.registry import Registry
from world.tokens import PIN, SoftHsm

TWO_OF_THREE = ("--use", "release=2:ada,bob,eve")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with Registry(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory, service: Registry) -> ApprovalHome:
    """A user with a key of which two of three have to approve the use, known to notation as `release`."""
    made = ApprovalHome(tmp_path_factory.mktemp("user"), service, "ada", "bob", "eve")
    made.ruled("release", *TWO_OF_THREE)
    made.home.policy(statement())
    made.home.must("plugin", "install", "sealwright")
    made.home.must("key", "add", "release", "--plugin", "sealwright", "--id", "vault:release")
    return made


@pytest.fixture
def gnupg() -> Iterator[Path]:
    """A folder of gpg with a short path, for the socket of its agent."""
    made = Path(tempfile.mkdtemp(prefix="seal-"))
    yield made
    subprocess.run(["gpgconf", "--homedir", str(made), "--kill", "all"], check=False)
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("envelope", ["jws", "cose"])
def test_notation_waits_says_so_and_signs_what_was_approved(
    name: str, envelope: str, user: ApprovalHome, service: Registry, tmp_path: Path
) -> None:
    notation = Notation(name, user.home)
    image = images.push(f"{service.local}/theirs-{name}-{envelope}", "v1", name)
    command = (notation.program, "sign", "--key", "release", "--signature-format", envelope)
    with user.program(*command, "--force-referrers-tag=false", image) as signing:
        said = signing.until("sealwright: 0 of 2 from release, 24 hours left")
        identifier = user.asked()["id"]
        assert f"sealwright: people have to approve the use of release: request {identifier}" in said
        shown = user.home.must("approval", "show", identifier)
        assert f"a Notary signature ({envelope.upper()})" in shown
        assert image.partition("@")[2] in shown
        user.approve(identifier, "ada")
        signing.until("1 of 2 from release")
        user.approve(identifier, "eve")
        done = signing.done()
    assert 0 == done.status, done
    assert "Successfully signed" in done.out
    assert notation.accepts(image)
    user.home.must("approval", "proof", identifier, "--attach", image)
    rules = user.home.folder / "release-rules.json"
    assert "✓" in user.home.must("approval", "verify", "--rules", rules, image)
    assert notation.accepts(image)


@pytest.mark.peer("notation")
def test_notation_ends_with_a_refusal(user: ApprovalHome, service: Registry) -> None:
    notation = Notation("notation", user.home)
    image = images.push(f"{service.local}/refused", "v1", "refused")
    with user.program(notation.program, "sign", "--key", "release", image) as signing:
        signing.until("0 of 2 from release")
        user.deny(user.asked()["id"], "bob")
        done = signing.done()
    assert 1 == done.status
    assert "bob refused to approve the use of release" in done.err
    assert "no associated signature" in notation.must("list", image)


@pytest.mark.peer("notation")
def test_notation_says_what_is_waited_for_through_a_pipe(user: ApprovalHome, service: Registry) -> None:
    image = images.push(f"{service.local}/piped", "v1", "piped")
    command = [Notation("notation", user.home).program, "sign", "--key", "release", image]
    with subprocess.Popen(command, env=user.home.environment, stderr=subprocess.PIPE, text=True) as signing:
        assert signing.stderr is not None
        told = []
        for line in signing.stderr:
            told.append(line)
            if "0 of 2 from release" in line:
                break
        user.deny(user.asked()["id"], "ada")
        rest = signing.stderr.read()
    assert any("people have to approve" in line for line in told), told
    assert "ada refused" in rest


@pytest.mark.peer("gpg")
def test_somebody_approves_with_a_key_of_gpg(user: ApprovalHome, service: Registry, gnupg: Path) -> None:
    variables = {"GNUPGHOME": str(gnupg)}
    uid = "Zoe <zoe@example.com>"
    make = ["gpg", "--batch", "--passphrase", "", "--quick-generate-key", uid, "ed25519", "sign", "never"]
    subprocess.run(make, env={**os.environ, **variables}, check=True, capture_output=True)
    home = user.home
    home.must("approval", "enrol", "zoe", "--key", "gpg:zoe@example.com", **variables)
    rules = user.rules("of-zoe", "--use", "board=1:zoe")
    home.must("vault", "key", "create", "production/of-zoe", "--rules", rules)
    with user.running("vault", "key", "request", "of-zoe", "--subject", "O=Acme, CN=zoe") as asking:
        asking.until("0 of 1 from board")
        identifier = user.asked()["id"]
        told = home.must(
            "approval", "approve", "--yes", "--key", "gpg:zoe@example.com", identifier, **variables
        )
        assert "approved as zoe; ready: 1 of 1 from board" in told
        assert 0 == asking.done().status


@pytest.mark.peer("softhsm2-util")
def test_somebody_approves_with_a_key_on_a_token(user: ApprovalHome, tmp_path: Path) -> None:
    hsm = SoftHsm(tmp_path / "tokens")
    hsm.add("yan")
    variables = {**hsm.variables, "SEALWRIGHT_PIN": PIN}
    uri = "pkcs11:token=yan;object=approver"
    home = user.home
    home.must("key", "generate", "--id", uri, "--type", "EC-256", **variables)
    home.must("approval", "enrol", "yan", "--key", uri, **variables)
    rules = user.rules("of-yan", "--use", "board=1:yan")
    home.must("vault", "key", "create", "production/of-yan", "--rules", rules)
    with user.running("vault", "key", "request", "of-yan", "--subject", "O=Acme, CN=yan") as asking:
        asking.until("0 of 1 from board")
        identifier = user.asked()["id"]
        told = home.must("approval", "approve", "--yes", "--key", uri, identifier, **variables)
        assert "approved as yan; ready" in told
        assert 0 == asking.done().status
    assert "spent" == json.loads(home.must("approval", "show", identifier, "--output", "json"))["state"]
