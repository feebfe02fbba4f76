"""Signing with an exported secret key in a file, without any program."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pysequoia
import pytest

from sealwright.errors import DocumentError, SealwrightError, StorageError
from sealwright.evidence import OpenPgpAnswer, OpenPgpResult
from sealwright.homes.environment import Environment
from sealwright.interfaces import Sealer
from sealwright.keys import providers
from sealwright.keys.openpgp import backends
from sealwright.keys.passphrases import Passphrases
from world.openpgp_keys import CERTIFY, Key

TEXT = b'{"critical":{}}\n'
PRODUCERS = Path(__file__).parents[1] / "producers"


def opened(folder: Path, content: bytes, passphrase: str = "") -> Sealer:
    file = folder / "key.gpg"
    file.write_bytes(content)
    environment = Environment({}, folder)
    passphrases = Passphrases(environment, known=passphrase.encode() or None)
    return providers.open_sealer(f"pgp:{file}", passphrases, environment)


def refusal(folder: Path, content: bytes, passphrase: str = "") -> SealwrightError:
    with pytest.raises(SealwrightError) as caught:
        opened(folder, content, passphrase)
    assert "backtrace" not in str(caught.value)
    return caught.value


def verified(message: bytes, ring: bytes) -> OpenPgpAnswer:
    verifiers = backends.open("sequoia", Environment.current())
    found = verifiers.answer(OpenPgpResult(message, (ring,), datetime.fromtimestamp(2**31, UTC)))
    assert isinstance(found, OpenPgpAnswer)
    return found


@pytest.mark.parametrize("passphrase", ["", "open sesame", "Käse"])
@pytest.mark.parametrize("make", [Key.rsa, Key.ed25519])
def test_the_primary_key_signs(tmp_path: Path, make: type[Key], passphrase: str) -> None:
    key = make("Alice <alice@example.com>")  # type: ignore[call-arg, arg-type]  # a maker of keys
    sealer = opened(tmp_path, key.secret(passphrase), passphrase)
    assert (key.fingerprint, key.fingerprint) == (sealer.fingerprint, sealer.primary)
    found = verified(sealer.seal(TEXT), key.public())
    assert (["good"], TEXT) == ([each.state for each in found.signatures], found.document)


def test_an_armored_file_is_read(tmp_path: Path) -> None:
    key = Key.rsa("Alice <alice@example.com>")
    text = pysequoia.armor(key.secret(), pysequoia.ArmorKind.SecretKey)
    assert key.fingerprint == opened(tmp_path, text.encode()).fingerprint


def test_the_primary_key_signs_also_where_a_subkey_could(tmp_path: Path) -> None:
    key = Key.rsa("Alice <alice@example.com>")
    key.add(Key.rsa("subkey"))
    assert key.fingerprint == opened(tmp_path, key.secret()).fingerprint


def test_a_subkey_signs_where_the_primary_key_may_not(tmp_path: Path) -> None:
    key, subkey = Key.rsa("Root", flags=CERTIFY), Key.rsa("subkey")
    key.add(subkey)
    sealer = opened(tmp_path, key.secret("word"), "word")
    assert (subkey.fingerprint, key.fingerprint) == (sealer.fingerprint, sealer.primary)
    (found,) = verified(sealer.seal(TEXT), key.public()).signatures
    assert ("good", subkey.fingerprint, key.fingerprint) == (found.state, found.fingerprint, found.primary)


def test_each_document_gets_its_own_signature(tmp_path: Path) -> None:
    key = Key.ed25519("Alice <alice@example.com>")
    sealer = opened(tmp_path, key.secret())
    for document in (b"", b"one", bytes(1_000_000)):
        assert document == verified(sealer.seal(document), key.public()).document


def test_a_locked_key_wants_its_passphrase(tmp_path: Path) -> None:
    locked = Key.rsa("Alice <alice@example.com>").secret("open sesame")
    found = refusal(tmp_path, locked, "simsalabim")
    assert isinstance(found, DocumentError)
    assert ("key.passphrase-wrong", str(tmp_path / "key.gpg")) == (found.code, found.file)
    assert "key.passphrase-missing" == refusal(tmp_path, locked).code


def test_a_key_that_cannot_sign_says_why(tmp_path: Path) -> None:
    gone = Key.rsa("Gone")
    gone.revoke()
    for key, problem in (
        (gone, "revoked"),
        (Key.rsa("Short", lasts=5), "expired"),
        (Key.rsa("Root", flags=CERTIFY), "not for signing, or too weak"),
        (Key.rsa("Weak", digest=2), "not for signing, or too weak"),
    ):
        found = refusal(tmp_path, key.secret())
        assert ("key.gpg-unusable", problem) == (found.code, found.data["problem"])


@pytest.mark.parametrize(
    "content", [b"", b"junk", b"\xff\xff", Key.rsa("Alice").public(), Key.rsa("Alice").secret()[:200]]
)
def test_what_is_no_secret_key_is_told(tmp_path: Path, content: bytes) -> None:
    found = refusal(tmp_path, content)
    assert ("key.pgp-file", True) == (found.code, isinstance(found, DocumentError))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    environment = Environment({}, tmp_path)
    with pytest.raises(StorageError):
        providers.open_sealer(f"pgp:{tmp_path}/none", Passphrases(environment), environment)


WITHOUT = """
from pathlib import Path
from sealwright.errors import KeyUnavailableError
from sealwright.evidence import OpenPgpResult
from sealwright.homes.environment import Environment
from sealwright.keys import providers
from sealwright.keys.openpgp import backends
from sealwright.keys.passphrases import Passphrases
from datetime import datetime, UTC
environment = Environment({"PATH": ""}, Path("/"))
need = OpenPgpResult(b"", (), datetime(2026, 1, 1, tzinfo=UTC))
for choice in ("auto", "sequoia", "both"):
    print(choice, backends.open(choice, environment).answer(need))
try:
    providers.open_sealer("pgp:key", Passphrases(environment), environment)
except KeyUnavailableError as error:
    print(error.code, error.hint)
"""


def test_where_the_library_is_missing_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "pysequoia.py").write_text("raise ImportError('not here')\n")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    automatic, alone, both, sealer = done.stdout.splitlines()
    assert "backend='gpg'" in automatic
    assert all("reason='key.sequoia-missing'" in line for line in (alone, both))
    assert "key.sequoia-missing install it with: pip install 'sealwright[pgp]', or use gpg instead" == sealer
