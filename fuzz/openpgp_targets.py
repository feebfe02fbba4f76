"""What is fuzzed of OpenPGP: what gpg prints, keyrings, and what Sequoia is given to judge."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from target import Target

from sealwright.evidence import OpenPgpAnswer, OpenPgpResult
from sealwright.homes.environment import Environment
from sealwright.keys.openpgp import backends
from sealwright.openpgp import keyrings, listing, status
from world.openpgp_keys import Key

GPG = Path(__file__).parents[1] / "tests" / "producers" / "gpg-2.2"
KEYRINGS = GPG / "keyrings"
DOCUMENT = (GPG / "payload.json").read_bytes()
RINGS = tuple((KEYRINGS / f"{name}.gpg").read_bytes() for name in ("rsa2048", "ed25519", "nistp256"))
AT = datetime(2026, 11, 27, tzinfo=UTC)
SEQUOIA = backends.open("sequoia", Environment({}, Path("/")))


def _status(content: bytes) -> None:
    for found in status.signatures(content):
        msgspec.json.encode(found)
        assert found.state != "good" or (found.primary and found.fingerprint.endswith(found.key_id))


def _listing(content: bytes) -> None:
    for found in listing.read(content):
        msgspec.json.encode(found)
        assert (found.signing is None) == bool(found.problem)


def _keyring(content: bytes) -> None:
    for key in keyrings.read(content):
        (again,) = keyrings.read(key.content)
        assert key == again


def _judged_message(content: bytes) -> None:
    """No change to a message makes another document good."""
    found = SEQUOIA.answer(OpenPgpResult(content, RINGS, AT))
    assert isinstance(found, OpenPgpAnswer)
    if any(each.state == "good" for each in found.signatures):
        assert found.document == DOCUMENT


def _judged_keyring(content: bytes) -> None:
    """Whatever a keyring holds, it is judged; what was tampered with is never good."""
    found = SEQUOIA.answer(OpenPgpResult((KEYRINGS / "tampered.signature").read_bytes(), (content,), AT))
    assert isinstance(found, OpenPgpAnswer)
    assert all(each.state != "good" for each in found.signatures)


def _files(folder: Path, pattern: str) -> Iterator[bytes]:
    for path in sorted(folder.glob(pattern)):
        yield path.read_bytes()


def _statuses() -> Iterator[bytes]:
    yield from _files(GPG / "status", "*.status")
    yield b"[GNUPG:] SIG_CREATED S 22 10 00 1795804082 86467C7B5346C185FFEBB8BE200B6A1063E202F7\n"


def _listings() -> Iterator[bytes]:
    yield (
        b"sec:u:255:22:2225CBB0E38341E0:1795804079:::u:::cSC:::+::ed25519:::0:\n"
        b"fpr:::::::::09AF55B7276B01C3D22335B92225CBB0E38341E0:\n"
        b"uid:u::::1795804079::9829::Ed\\x3a <ed@x>::::::::::0:\n"
        b"ssb:u:255:22:200B6A1063E202F7:1795804079::::::s:::+::ed25519::\n"
        b"fpr:::::::::86467C7B5346C185FFEBB8BE200B6A1063E202F7:\n"
    )


def _rings() -> Iterator[bytes]:
    yield from _files(KEYRINGS, "*.gpg")
    yield from _files(KEYRINGS, "*.asc")
    yield from _files(GPG.parent / "pysequoia-0.1.35", "*.gpg")
    crafted = Key.rsa("Alice <alice@example.com>", lasts=1000)
    crafted.add(Key.rsa("subkey"))
    crafted.revoke_subkey(Key.rsa("subkey"))
    yield crafted.public()


def _messages() -> Iterator[bytes]:
    yield from _files(KEYRINGS, "*.signature")


TARGETS: Mapping[str, Target] = {
    "gpg-status": Target(_status, _statuses, 4096),
    "gpg-listing": Target(_listing, _listings, 4096),
    "keyring": Target(_keyring, _rings, 4096),
    "openpgp-message": Target(_judged_message, _messages, 4096),
    "openpgp-keyring": Target(_judged_keyring, _rings, 4096),
}
