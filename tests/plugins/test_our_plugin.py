"""`notation-sealwright`: what it answers on standard output, and the contract's errors on standard error."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sealwright.dialects.plugin_sealwright import program as plugin
from sealwright.formats.notary import plugin_contract as contract
from sealwright.pki import keys
from sealwright.version import __version__
from world import images, pki
from world.home import Done, Home, statement
from world.terminal import at_terminal

PROGRAM = str(Path(sys.executable).with_name("notation-sealwright"))
_MEASURED = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
MESSAGE = b"what is to be signed"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    for kind in pki.KINDS:
        made.add_key(kind, pki.chain(kind))
    return made


def ask(home: Home, command: str, request: object, **variables: str) -> Done:
    """Run the program with a request."""
    content = request if isinstance(request, bytes) else json.dumps(request).encode()
    done = subprocess.run(
        [PROGRAM, command],
        input=content,
        env={**home.environment, **_MEASURED, **variables},
        capture_output=True,
        timeout=60,
        check=False,
        start_new_session=True,  # nobody is at a terminal
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def answer(home: Home, command: str, request: object, **variables: str) -> Any:
    done = ask(home, command, request, **variables)
    assert (0, "") == (done.status, done.err)
    return json.loads(done.out)


def error(home: Home, command: str, request: object, **variables: str) -> Any:
    done = ask(home, command, request, **variables)
    assert (1, "") == (done.status, done.out)
    return json.loads(done.err)


def describing(key: str, **more: object) -> dict[str, object]:
    return {"contractVersion": "1.0", "keyId": key, **more}


def signing(key: str, spec: str, hashed: str, **more: object) -> dict[str, object]:
    payload = base64.b64encode(MESSAGE).decode()
    return describing(key, keySpec=spec, hashAlgorithm=hashed, payload=payload, **more)


def test_it_tells_about_itself_as_the_contract_asks(home: Home) -> None:
    said = ask(home, "get-plugin-metadata", {"pluginConfig": {"a": "b"}})
    found = contract.metadata(said.out.encode(), "sealwright")
    assert (__version__, (contract.RAW,)) == (found.version, found.capabilities)
    assert f"notation-sealwright {__version__}\n" == ask(home, "version", b"").out


@pytest.mark.parametrize("kind", pki.KINDS)
def test_every_kind_of_key_is_described_and_signs(home: Home, kind: str) -> None:
    chain = pki.chain(kind)
    algorithm = chain.algorithm
    assert {"keyId": kind, "keySpec": algorithm.key_spec} == answer(home, "describe-key", describing(kind))
    hashed = f"SHA-{algorithm.hash_name[3:]}"
    found = answer(home, "generate-signature", signing(kind, algorithm.key_spec, hashed))
    assert (kind, algorithm.name) == (found["keyId"], found["signingAlgorithm"])
    assert [base64.b64encode(der).decode() for der in chain.certificates] == found["certificateChain"]
    value = base64.b64decode(found["signature"])
    keys.verify(chain.signer.public_key(), value, MESSAGE, algorithm)


CONTRACT: Mapping[str, tuple[str, object, str, str]] = {
    "no JSON": ("describe-key", b"{", "VALIDATION_ERROR", "Input is not a valid JSON"),
    "nothing": ("describe-key", b"", "VALIDATION_ERROR", "Input is not a valid JSON"),
    "a list": ("get-plugin-metadata", b"[]", "VALIDATION_ERROR", "Input is not a valid JSON"),
    "a member twice": (
        "describe-key",
        b'{"keyId":"a","keyId":"b"}',
        "VALIDATION_ERROR",
        "Input is not a valid JSON",
    ),
    "no version of the contract": (
        "describe-key",
        {"keyId": "ec256"},
        "VALIDATION_ERROR",
        "contractVersion cannot be empty",
    ),
    "another contract": (
        "describe-key",
        {"contractVersion": "2.0", "keyId": "ec256"},
        "UNSUPPORTED_CONTRACT_VERSION",
        '"2.0" is not a supported notary plugin contract version',
    ),
    "no key": ("describe-key", {"contractVersion": "1.0"}, "VALIDATION_ERROR", "keyId cannot be empty"),
    "a number for a key": ("describe-key", describing(7), "VALIDATION_ERROR", "keyId is no text"),  # type: ignore[arg-type]  # that is the point
    "settings that are no texts": (
        "describe-key",
        describing("ec256", pluginConfig={"a": 1}),
        "VALIDATION_ERROR",
        "pluginConfig is no object of texts",
    ),
    "an unknown key": (
        "describe-key",
        describing("nobody"),
        "VALIDATION_ERROR",
        "there is no key named 'nobody'",
    ),
    "a key of gpg": (
        "describe-key",
        describing("gpg:joe"),
        "VALIDATION_ERROR",
        "there is no key named 'gpg:joe'",
    ),
    "a missing file": ("describe-key", describing("file:/nothing"), "ERROR", "/nothing.crt"),
    "no kind of key": (
        "generate-signature",
        signing("ec256", "", "SHA-256"),
        "VALIDATION_ERROR",
        "keySpec cannot be empty",
    ),
    "another kind of key": (
        "generate-signature",
        signing("ec256", "EC-384", "SHA-384"),
        "VALIDATION_ERROR",
        "the key is EC-256 and signs with SHA-256, not EC-384 with SHA-384",
    ),
    "no base64": (
        "generate-signature",
        {**signing("ec256", "EC-256", "SHA-256"), "payload": "*"},
        "VALIDATION_ERROR",
        "payload is not base64",
    ),
    "an unknown command": ("generate-envelope", {}, "VALIDATION_ERROR", "there is no such command"),
}


@pytest.mark.parametrize("what", CONTRACT)
def test_what_it_cannot_do_is_an_error_of_the_contract(home: Home, what: str) -> None:
    command, request, code, message = CONTRACT[what]
    found = error(home, command, request)
    assert code == found["errorCode"]
    assert message in found["errorMessage"]


# secrets


def test_a_passphrase_comes_from_the_environment_or_a_file_of_the_settings(home: Home) -> None:
    home.add_key("locked", pki.chain("ec256"), b"open sesame")
    request = signing("locked", "EC-256", "SHA-256")
    assert "EC-256" == answer(home, "describe-key", describing("locked"))["keySpec"]  # which needs none
    assert "ACCESS_DENIED" == error(home, "generate-signature", request)["errorCode"]
    denied = error(home, "generate-signature", request, SEALWRIGHT_PASSPHRASE="open barley")
    assert ("ACCESS_DENIED", "key.passphrase-wrong") == (
        denied["errorCode"],
        denied["errorMetadata"]["reason"],
    )
    assert (
        "locked" == answer(home, "generate-signature", request, SEALWRIGHT_PASSPHRASE="open sesame")["keyId"]
    )
    file = home.folder / "secret"
    file.write_text("open sesame\n")
    told = {**request, "pluginConfig": {"passphrase_file": str(file)}}
    assert "locked" == answer(home, "generate-signature", told)["keyId"]


def test_a_passphrase_is_asked_at_the_terminal_and_never_on_standard_input(
    home: Home, tmp_path: Path
) -> None:
    """Under our host, which lends the plugin its terminal for as long as it signs."""
    home.add_key("locked", pki.chain("ec256"), b"open sesame")
    home.must("plugin", "install", "sealwright")
    place = home.notation / "plugins"
    (place / "sealwright").rename(place / "other")  # under its own name we would not run it
    program = place / "other" / "notation-other"
    (place / "other" / "notation-sealwright").rename(program)
    home.trust("acme", pki.chain("ec256").root)
    home.policy(statement())
    images.make_layout(tmp_path / "layout", "v1")
    image = f"oci:{tmp_path / 'layout'}:v1"
    text = program.read_text().replace(
        "main()",
        'print(json.dumps({**M, "name": "other"})) if sys.argv[1] == "get-plugin-metadata" else main()',
    )
    text = text.replace(
        "import sys;",
        "import json, sys; from sealwright.dialects.plugin_sealwright.program import METADATA as M;",
    )
    program.write_text(text)
    command = [sys.executable, "-m", "sealwright", "sign", "--plugin", "other", "--id", "locked", image]
    status, shown = at_terminal(command, {**home.environment, **_MEASURED}, ("Passphrase of", "open sesame"))
    assert 0 == status, shown
    assert "signed " in shown
    assert 0 == home.seal("verify", "--scope", "local/x", image).status


# as a program


def test_its_launcher_is_a_file_that_needs_nothing_beside_it(home: Home, tmp_path: Path) -> None:
    home.must("plugin", "install", "sealwright")
    alone = tmp_path / "notation-sealwright"
    shutil.copy(home.notation / "plugins" / "sealwright" / "notation-sealwright", alone)
    (tmp_path / "sealwright.py").write_text("raise SystemExit('not what was meant')")
    done = subprocess.run(
        [alone, "describe-key"],
        input=json.dumps(describing("ec256")).encode(),
        env=home.environment,
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (0, b"") == (done.returncode, done.stderr)
    assert "EC-256" == json.loads(done.stdout)["keySpec"]


def test_who_it_is_is_told_before_anything_is_loaded(home: Home) -> None:
    recorder = (
        "import sys; sys.argv = ['notation-sealwright', 'get-plugin-metadata'];"
        "from sealwright.programs import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", recorder],
        input=b"{}",
        env=home.environment,
        capture_output=True,
        timeout=60,
        check=True,
    )
    loaded = set(done.stderr.decode().split())
    assert set() == {"msgspec", "cryptography", "click", "typing_extensions", "asyncio", "ssl"} & loaded


def test_it_is_the_program_of_that_name_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == plugin.run(["--version"])
    assert f"notation-sealwright {__version__}\n" == capsys.readouterr().out
