"""Status lines of gpg: real ones, and everything that could be there instead."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.evidence import OpenPgpSignature
from sealwright.openpgp import status

REAL = Path(__file__).parents[1] / "producers" / "gpg-2.2" / "status"
KEY = "11223344556677881122334455667788" + "A" * 8
ID = KEY[-16:]
PRIMARY = "B" * 40
VALID = f"VALIDSIG {KEY} 2024-02-01 1706745600 0 4 0 1 10 00 {PRIMARY}"
SIGNED = datetime(2024, 2, 1, tzinfo=UTC)


def said(*lines: str) -> tuple[OpenPgpSignature, ...]:
    return status.signatures("".join(f"[GNUPG:] {line}\n" for line in lines).encode())


def only(*lines: str) -> OpenPgpSignature:
    (found,) = said(*lines)
    return found


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("rsa2048", ["good"]),
        ("ed25519", ["good"]),
        ("nistp256", ["good"]),
        ("subkey", ["good"]),
        ("two", ["good", "good"]),
        ("future", ["good"]),
        ("expired", ["expired"]),
        ("expired-key", ["key-expired"]),
        ("revoked-subkey", ["key-revoked"]),
        ("sha1", ["unsupported"]),
        ("tampered", ["bad"]),
        ("unknown", ["key-unknown"]),
        ("unsigned", []),
    ],
)
def test_what_gpg_wrote_is_understood(name: str, states: list[str]) -> None:
    found = status.signatures((REAL / f"{name}.status").read_bytes())
    assert states == [each.state for each in found]


def test_every_transcript_is_looked_at() -> None:
    assert 13 == len(list(REAL.glob("*.status")))


def test_a_good_signature_tells_key_primary_user_and_times() -> None:
    found = status.signatures((REAL / "subkey.status").read_bytes())
    expected = OpenPgpSignature(
        "good",
        "2D6DF4439849313E",
        "3559840E74074778A03A764F2D6DF4439849313E",
        "3E6C62538578834253AA834DDD8FE3263FF63F8C",
        "subkey <subkey@example.com>",
        SIGNED,
    )
    assert (expected,) == found


def test_an_expired_signature_tells_its_end() -> None:
    (found,) = status.signatures((REAL / "expired.status").read_bytes())
    assert datetime(2024, 2, 8, tzinfo=UTC) == found.expires_at


def test_an_unknown_key_is_named_by_its_id_and_fingerprint() -> None:
    expected = OpenPgpSignature("key-unknown", ID, KEY, made_at=SIGNED)
    assert expected == only(f"ERRSIG {ID} 1 8 00 1706745600 9 {KEY}", f"NO_PUBKEY {ID}")


@pytest.mark.parametrize("code", ["4", "5", "32", "39", "125", "", "x"])
def test_other_errors_are_unsupported(code: str) -> None:
    assert "unsupported" == only(f"ERRSIG {ID} 1 8 00 1706745600 {code}").state


@pytest.mark.parametrize("keyword", ["GOODSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG"])
def test_a_state_without_its_proof_counts_for_nothing(keyword: str) -> None:
    assert "unsupported" == only(f"{keyword} {ID} Alice").state
    assert "unsupported" == only(VALID, f"{keyword} {ID} Alice").state


@pytest.mark.parametrize(
    "proof",
    [
        VALID.replace(KEY, "C" * 40),
        VALID.replace(KEY, "not-hexadecimal"),
        VALID.replace(PRIMARY, "-"),
        VALID.replace(f" {PRIMARY}", ""),
        VALID.replace(" 10 00 ", " 2 00 "),
        VALID.replace(" 10 00 ", " 0 00 "),
        VALID.replace(" 10 00 ", " x 00 "),
        VALID.replace(" 10 00 ", f" {'9' * 5000} 00 "),
        VALID.replace(" 10 00 ", " 10 10 "),
        "VALIDSIG",
    ],
)
def test_a_proof_of_another_key_or_kind_is_none(proof: str) -> None:
    assert "unsupported" == only(f"GOODSIG {ID} Alice", proof).state


def test_a_proof_cannot_make_a_bad_signature_good() -> None:
    assert "bad" == only(f"BADSIG {ID} Alice", VALID).state
    assert "key-unknown" == only(f"ERRSIG {ID} 1 8 00 1706745600 9", VALID).state


def test_a_second_proof_changes_nothing() -> None:
    found = only(f"GOODSIG {ID} Alice", VALID, VALID.replace(PRIMARY, "C" * 40))
    assert ("good", PRIMARY) == (found.state, found.primary)


def test_each_state_is_a_signature_of_its_own() -> None:
    found = said("NEWSIG", f"GOODSIG {ID} Alice", VALID, f"BADSIG {ID} Alice", f"GOODSIG {ID} Alice")
    assert ["good", "bad", "unsupported"] == [each.state for each in found]


def test_the_key_of_a_state_may_be_a_fingerprint_of_any_version() -> None:
    assert "good" == only(f"GOODSIG {KEY} Alice", VALID).state
    long = ID + "D" * 48
    assert ID == only(f"BADSIG {long} Alice").key_id
    assert "good" == only(f"GOODSIG {ID} Alice", VALID.replace(KEY, long)).state


def test_user_ids_are_unescaped_and_stay_in_their_line() -> None:
    found = only(f"GOODSIG {ID} Eve%0A[GNUPG:] GOODSIG {ID} x \u2028 y%25", VALID)
    assert f"Eve\n[GNUPG:] GOODSIG {ID} x \u2028 y%" == found.user_id


def test_times_may_be_written_in_the_compact_form() -> None:
    def made(word: str) -> datetime | None:
        return only(f"GOODSIG {ID} Alice", VALID.replace("1706745600", word)).made_at

    assert SIGNED == made("20240201T000000")
    assert made("20241399T000000") is None
    assert made("0") is None
    assert made("9" * 5000) is None
    assert made("²") is None


def test_what_is_no_status_line_is_passed_over() -> None:
    output = f"GOODSIG {ID}\n[GNUPG] GOODSIG {ID}\n [GNUPG:] GOODSIG {ID}\n[GNUPG:] \n[GNUPG:] NEWSIG\r\n"
    assert () == status.signatures(output.encode())
    assert [("", ()), ("NEWSIG", ())] == status.lines(output.encode())


def test_a_state_without_words_is_a_signature_of_nobody() -> None:
    assert OpenPgpSignature("unsupported") == only("GOODSIG")
    assert OpenPgpSignature("bad") == only("BADSIG")
    assert OpenPgpSignature("unsupported") == only("ERRSIG")


WORDS = st.sampled_from(
    [
        "GOODSIG",
        "BADSIG",
        "ERRSIG",
        "VALIDSIG",
        "EXPSIG",
        "NEWSIG",
        ID,
        KEY,
        PRIMARY,
        "0",
        "9",
        "10",
        "00",
        "%",
        "-",
    ]
)
LINE = st.lists(WORDS | st.text(max_size=8), max_size=12).map(lambda words: " ".join(["[GNUPG:]", *words]))


@given(st.lists(LINE | st.just(f"[GNUPG:] {VALID}"), max_size=8))
def test_any_lines_are_read_and_good_always_has_its_proof(lines: list[str]) -> None:
    for each in status.signatures("\n".join(lines).encode(errors="surrogatepass")):
        if each.state == "good":
            assert each.fingerprint
            assert each.primary
            assert each.fingerprint.endswith(each.key_id)


@given(st.binary(max_size=400))
def test_any_bytes_are_read(output: bytes) -> None:
    assert all(each.state != "good" for each in status.signatures(b"[GNUPG:] GOODSIG " + output))
