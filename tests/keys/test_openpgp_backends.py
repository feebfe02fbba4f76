"""What gpg and Sequoia make of messages, one by one and together: they must say the same."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sealwright.errors import UsageError
from sealwright.evidence import OpenPgpAnswer, OpenPgpResult
from sealwright.homes.environment import Environment
from sealwright.keys.openpgp import backends, certificates
from sealwright.keys.openpgp.backends import OpenPgpVerifiers
from world.openpgp import literal, new, old, signature, subpacket, zipped
from world.openpgp_keys import BORN, CERTIFY, SIGN, Key

PRODUCERS = Path(__file__).parents[1] / "producers"
GPG = PRODUCERS / "gpg-2.2"
TEXT = b'{"critical":{}}\n'
NOW = datetime.fromtimestamp(int(time.time()), UTC)
ALICE = Key.rsa("Alice <alice@example.com>")
BOB = Key.ed25519("Bob <bob@example.com>")
SUBKEY = Key.rsa("subkey")
FORGER = Key.rsa("forger")

BACKENDS = [
    pytest.param("gpg", marks=pytest.mark.peer("gpg")),
    "sequoia",
    pytest.param("both", marks=pytest.mark.peer("gpg")),
]


@pytest.fixture(params=BACKENDS)
def verifiers(request: pytest.FixtureRequest) -> Iterator[OpenPgpVerifiers]:
    made = backends.open(request.param, Environment.current())
    yield made
    made.close()


def answered(verifiers: OpenPgpVerifiers, message: bytes, *keys: bytes, at: datetime = NOW) -> OpenPgpAnswer:
    found = verifiers.answer(OpenPgpResult(message, keys, at))
    assert isinstance(found, OpenPgpAnswer), found
    return found


def states(answer: OpenPgpAnswer) -> list[str]:
    assert "" == answer.disagreement
    return [each.state for each in answer.signatures]


def owner(**told: int) -> Key:
    """A key with a signing subkey."""
    made = Key.rsa("Carol <carol@example.com>", **told)
    made.add(SUBKEY)
    return made


def revoked(reason: int, *, subkey: bool) -> Key:
    made = owner()
    if subkey:
        made.revoke_subkey(SUBKEY, reason, BORN + 2000)
    else:
        made.revoke(reason, BORN + 2000)
    return made


def ending(*, extended_by: Key | None = None) -> Key:
    """A key whose subkey ends, and whose end someone has put off."""
    made = Key.rsa("Carol <carol@example.com>")
    made.add(SUBKEY, lasts=5000)
    if extended_by is not None:
        made.add(SUBKEY, bound=BORN + 100, signer=extended_by)
    return made


def taken_back_by_a_forger() -> Key:
    made = owner()
    both = b"".join(b"\x99" + len(key.body).to_bytes(2) + key.body for key in (made, SUBKEY))
    made._after.insert(1, made.certified(0x28, both, [], BORN + 50, signer=FORGER))
    return made


CAROL = Key.rsa("Carol <carol@example.com>")
SHORT = Key.rsa("Short <short@example.com>", lasts=5000)
CASES = {
    "an RSA signature": (ALICE, ALICE.message(TEXT), "good"),
    "an Ed25519 signature": (BOB, BOB.message(TEXT), "good"),
    "a compressed one": (ALICE, zipped(ALICE.message(TEXT)), "good"),
    "the signature first": (ALICE, ALICE.signed(TEXT) + literal(TEXT), "good"),
    "one of version 3": (ALICE, ALICE.message(TEXT, version=3), "good"),
    "one of version 3 that stands first": (ALICE, ALICE.signed(TEXT, version=3) + literal(TEXT), "good"),
    "over SHA-512": (ALICE, ALICE.message(TEXT, digest=10), "good"),
    "over SHA-1": (ALICE, ALICE.message(TEXT, digest=2), "unsupported"),
    "over MD5": (ALICE, ALICE.message(TEXT, digest=1), "unsupported"),
    "of another kind": (ALICE, ALICE.message(TEXT, kind=2), "unsupported"),
    "that no one-pass packet announces": (
        ALICE,
        ALICE.message(TEXT).replace(bytes.fromhex(ALICE.key_id), bytes(8), 1),
        "unsupported",
    ),
    "that a one-pass packet hashes otherwise": (
        ALICE,
        b"\xc4\x0d\x03\x00\x0a" + ALICE.message(TEXT)[5:],
        "unsupported",
    ),
    "announced twice": (ALICE, ALICE.message(TEXT)[:15] + ALICE.message(TEXT), "unsupported"),
    "of version 6": (ALICE, literal(TEXT) + signature(6), "unsupported"),
    "of an unknown key": (ALICE, BOB.message(TEXT), "key-unknown"),
    "tampered with": (ALICE, ALICE.message(TEXT).replace(b"{}", b"[]"), "bad"),
    "expired": (ALICE, ALICE.message(TEXT, lasts=60), "expired"),
    "not yet expired": (ALICE, ALICE.message(TEXT, lasts=2**31), "good"),
    "older than its key": (ALICE, ALICE.message(TEXT, BORN - 1000), "unsupported"),
    "a few minutes ahead": (ALICE, ALICE.message(TEXT, int(NOW.timestamp()) + 600), "good"),
    "of a key that ended later": (SHORT, SHORT.message(TEXT), "key-expired"),
    "of a key that had ended": (SHORT, SHORT.message(TEXT, BORN + 6000), "key-expired"),
    "of a subkey": (owner(), SUBKEY.message(TEXT), "good"),
    "of a subkey that ended later": (ending(), SUBKEY.message(TEXT), "key-expired"),
    "of a subkey that had ended": (ending(), SUBKEY.message(TEXT, BORN + 6000), "key-expired"),
    "of a subkey whose end was put off": (ending(extended_by=CAROL), SUBKEY.message(TEXT), "good"),
    "whose end a forger put off": (ending(extended_by=FORGER), SUBKEY.message(TEXT), "key-expired"),
    "of a subkey whose primary key ended": (owner(lasts=5000), SUBKEY.message(TEXT), "key-expired"),
    "of a subkey that a forger took back": (taken_back_by_a_forger(), SUBKEY.message(TEXT), "good"),
    "of a key that may only certify": (
        Key.rsa("Root", flags=CERTIFY),
        Key.rsa("Root", flags=CERTIFY).message(TEXT),
        "unsupported",
    ),
    "with odd bytes in the user id": (
        Key.rsa(b"O \xff\n[GNUPG:] BADSIG"),
        Key.rsa(b"O \xff\n[GNUPG:] BADSIG").message(TEXT),
        "good",
    ),
    **{
        f"of a revoked {'subkey' if subkey else 'key'}, reason {reason}": (
            revoked(reason, subkey=subkey),
            (SUBKEY if subkey else CAROL).message(TEXT),
            "key-revoked",
        )
        for reason in (0, 1, 2, 3)
        for subkey in (True, False)
    },
    "of a subkey whose primary key was revoked": (
        revoked(0, subkey=False),
        SUBKEY.message(TEXT),
        "key-revoked",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_backend_says_the_same_of(verifiers: OpenPgpVerifiers, name: str) -> None:
    key, message, state = CASES[name]
    found = answered(verifiers, message, key.public())
    assert [state] == states(found)
    assert TEXT == found.document or state == "bad"


def test_a_good_signature_tells_who_and_when(verifiers: OpenPgpVerifiers) -> None:
    key = owner()
    (found,) = answered(verifiers, SUBKEY.message(TEXT, lasts=2**31), key.public()).signatures
    made = datetime.fromtimestamp(BORN + 1000, UTC)
    assert (SUBKEY.key_id, SUBKEY.fingerprint, key.fingerprint) == (
        found.key_id,
        found.fingerprint,
        found.primary,
    )
    assert "Carol <carol@example.com>" == found.user_id
    assert (made, made + timedelta(seconds=2**31)) == (found.made_at, found.expires_at)


def test_an_unknown_key_is_named(verifiers: OpenPgpVerifiers) -> None:
    (found,) = answered(verifiers, BOB.message(TEXT), ALICE.public()).signatures
    assert (BOB.key_id, BOB.fingerprint, "") == (found.key_id, found.fingerprint, found.primary)
    assert datetime.fromtimestamp(BORN + 1000, UTC) == found.made_at


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("rsa2048", "good"),
        ("ed25519", "good"),
        ("nistp256", "good"),
        ("subkey", "good"),
        ("expired", "expired"),
        ("expired-key", "key-expired"),
        ("revoked-subkey", "key-revoked"),
        ("sha1", "unsupported"),
        ("tampered", "bad"),
        ("unknown", "key-unknown"),
    ],
)
def test_messages_that_gpg_made(verifiers: OpenPgpVerifiers, name: str, state: str) -> None:
    (ring,) = [*(GPG / "keyrings").glob(f"{name}.gpg"), *(GPG / "keyrings").glob(f"{name}.asc")]
    message = (GPG / "keyrings" / f"{name}.signature").read_bytes()
    found = answered(verifiers, message, ring.read_bytes())
    assert [state] == states(found)
    assert state == "bad" or (GPG / "payload.json").read_bytes() == found.document


@pytest.mark.parametrize(("name", "state"), [("v4", "good"), ("v6", "unsupported")])
def test_messages_that_sequoia_made(verifiers: OpenPgpVerifiers, name: str, state: str) -> None:
    folder = PRODUCERS / "pysequoia-0.1.35"
    found = answered(
        verifiers, (folder / f"{name}.signature").read_bytes(), (folder / f"{name}.gpg").read_bytes()
    )
    assert [state] == states(found)


def test_two_signatures_are_two_entries(verifiers: OpenPgpVerifiers) -> None:
    message, ring = (GPG / "keyrings" / f"two.{end}" for end in ("signature", "gpg"))
    assert ["good", "good"] == states(answered(verifiers, message.read_bytes(), ring.read_bytes()))
    one = (GPG / "keyrings" / "rsa2048.gpg").read_bytes()
    assert ["good", "key-unknown"] == states(answered(verifiers, message.read_bytes(), one))


def test_a_signature_dated_ahead_tells_its_time_and_is_good_at_most_to_gpg(
    verifiers: OpenPgpVerifiers,
) -> None:
    ahead = int(NOW.timestamp()) + 100_000
    found = answered(verifiers, ALICE.message(TEXT, ahead), ALICE.public())
    assert ["good" if found.backend == "gpg" else "unsupported"] == states(found)
    assert datetime.fromtimestamp(ahead, UTC) == found.signatures[0].made_at


def test_keys_may_be_spread_over_files_and_come_twice(verifiers: OpenPgpVerifiers) -> None:
    rings = (
        BOB.public(),
        (GPG / "keyrings" / "subkey.asc").read_bytes(),
        b"junk",
        ALICE.public(),
        ALICE.public(),
    )
    assert ["good"] == states(answered(verifiers, ALICE.message(TEXT), *rings))
    assert ["good"] == states(answered(verifiers, BOB.message(TEXT), *rings))


def test_a_revocation_counts_wherever_it_stands(verifiers: OpenPgpVerifiers) -> None:
    bare = Key.rsa("Carol <carol@example.com>")
    rings = (bare.public(), revoked(0, subkey=False).public())
    for order in (rings, rings[::-1]):
        assert ["key-revoked"] == states(answered(verifiers, bare.message(TEXT), *order))


def test_no_keys_means_that_every_key_is_unknown(verifiers: OpenPgpVerifiers) -> None:
    assert ["key-unknown"] == states(answered(verifiers, ALICE.message(TEXT)))
    assert ["key-unknown"] == states(answered(verifiers, ALICE.message(TEXT), b"", b"<html>", b"\xff\xff"))


@pytest.mark.parametrize(
    "message",
    [
        literal(TEXT),
        ALICE.signed(TEXT),
        new(1, b"key") + new(18, b"data"),
        b"",
        b"<html>",
        b"\xff\xff\xff",
        (GPG / "armored.signature").read_bytes(),
        (GPG / "clearsign.signature").read_bytes(),
        (GPG / "unsigned.signature").read_bytes(),
        (GPG / "detached.signature").read_bytes(),
        (GPG / "encrypted.signature").read_bytes(),
    ],
)
def test_what_is_no_binary_signed_message_has_no_signature(
    verifiers: OpenPgpVerifiers, message: bytes
) -> None:
    found = answered(verifiers, message, ALICE.public())
    assert ((), b"", "") == (found.signatures, found.document, found.disagreement)


def test_the_time_that_is_asked_about_decides(verifiers: OpenPgpVerifiers) -> None:
    def at(seconds: int, message: bytes, key: Key) -> list[str]:
        return states(
            answered(verifiers, message, key.public(), at=datetime.fromtimestamp(BORN + seconds, UTC))
        )

    assert ["good"] == at(2000, SHORT.message(TEXT), SHORT)
    assert ["key-expired"] == at(5001, SHORT.message(TEXT), SHORT)
    lasting = ALICE.message(TEXT, lasts=2**31 - 2000)
    assert ["expired"] == at(2**31, lasting, ALICE)


def test_text_comes_as_it_stands_in_the_message(verifiers: OpenPgpVerifiers) -> None:
    found = answered(verifiers, ALICE.message(b"a\nb\n", kind=1), ALICE.public())
    assert (["good"], b"a\r\nb\r\n") == (states(found), found.document)


def test_many_threads_may_ask_at_once(verifiers: OpenPgpVerifiers) -> None:
    def ask(number: int) -> list[str]:
        key = (ALICE, BOB, SHORT)[number % 3]
        return states(answered(verifiers, key.message(TEXT), key.public()))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(48)))
    assert [["good"], ["good"], ["key-expired"]] * 16 == found


class Passing(Key):
    """A key whose own signatures end."""

    def _usage(self, flags: int, lasts: int) -> list[bytes]:
        return [*super()._usage(flags, lasts), subpacket(3, (5000).to_bytes(4))]


def loosely_bound(flags: int = SIGN, lasts: int = 0, binding_lasts: int = 0) -> Key:
    made = Key.rsa("Carol <carol@example.com>")
    made.add(SUBKEY, flags=flags, lasts=lasts, binding_lasts=binding_lasts)
    return made


WEAK = Key.rsa("Weak <weak@example.com>", digest=2)
UNMARKED = Key.rsa("Unmarked", flags=0)
PASSING = Passing.rsa("Passing")
ONLY_TO_GPG = {
    "is bound by SHA-1": (WEAK, WEAK.message(TEXT)),
    "does not say what it is for": (UNMARKED, UNMARKED.message(TEXT)),
    "has a subkey that does not": (loosely_bound(flags=0), SUBKEY.message(TEXT)),
    "is bound by nothing any more": (PASSING, PASSING.message(TEXT)),
}


@pytest.mark.parametrize("name", ONLY_TO_GPG)
def test_sequoia_believes_less_and_never_calls_good_what_it_does_not(name: str) -> None:
    key, message = ONLY_TO_GPG[name]
    alone = backends.open("sequoia", Environment.current())
    assert ["unsupported"] == states(answered(alone, message, key.public()))


@pytest.mark.peer("gpg")
@pytest.mark.parametrize("name", ONLY_TO_GPG)
def test_a_disagreement_is_told_in_words_and_the_refusal_is_kept(name: str) -> None:
    key, message = ONLY_TO_GPG[name]
    both = backends.open("both", Environment.current())
    found = answered(both, message, key.public())
    both.close()
    assert "signature 1 is good to gpg and unsupported to Sequoia" == found.disagreement
    assert ["unsupported"] == [each.state for each in found.signatures]
    assert "gpg+sequoia" == found.backend


@pytest.mark.parametrize("key", [loosely_bound(flags=0, lasts=5000), loosely_bound(binding_lasts=5000)])
def test_a_subkey_whose_binding_is_odd_or_over_is_good_to_nobody(
    verifiers: OpenPgpVerifiers, key: Key
) -> None:
    found = answered(verifiers, SUBKEY.message(TEXT), key.public())
    assert "good" not in states(found)


def test_a_subkey_may_come_in_a_second_file(verifiers: OpenPgpVerifiers) -> None:
    rings = (Key.rsa("Carol <carol@example.com>").public(), owner().public())
    for order in (rings, rings[::-1]):
        assert ["good"] == states(answered(verifiers, SUBKEY.message(TEXT), *order))


@pytest.mark.parametrize("tag", [40, 47, 61])
def test_packets_that_nobody_knows_do_not_hide_a_key(verifiers: OpenPgpVerifiers, tag: int) -> None:
    ring = ALICE.public() + new(tag, b"something")
    assert ["good"] == states(answered(verifiers, ALICE.message(TEXT), ring))


class PanicException(BaseException):  # as pyo3 calls what a failed assertion in Rust becomes
    """Stands for the one of pyo3, whose class cannot be named."""


def failing(error: BaseException) -> object:
    def fail() -> object:
        raise error

    return certificates.quietly(fail)


def test_a_panic_in_rust_is_no_answer_and_an_interrupt_is_no_panic() -> None:
    assert failing(PanicException()) is None
    assert failing(RuntimeError()) is None
    with pytest.raises(KeyboardInterrupt):
        failing(KeyboardInterrupt())


def test_by_default_sequoia_answers_where_it_is_installed() -> None:
    verifiers = backends.open("auto", Environment.current())
    assert "sequoia" == answered(verifiers, ALICE.message(TEXT), ALICE.public()).backend


def test_other_backends_are_refused_by_name() -> None:
    with pytest.raises(UsageError) as caught:
        backends.open("pgpy", Environment.current())
    assert "key.backend-unknown" == caught.value.code


def test_old_packets_with_a_length_of_two_bytes_are_read(verifiers: OpenPgpVerifiers) -> None:
    message = old(11, b"b\x00" + bytes(4) + TEXT, 2)
    assert ["good"] == states(answered(verifiers, ALICE.signed(TEXT) + message, ALICE.public()))
