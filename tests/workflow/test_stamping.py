"""Timestamps at signing: what is sent to an authority, and which answers are good enough to keep."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import tsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from sealwright import limits
from sealwright.authorities.tsa import TimestampAuthority
from sealwright.errors import (
    EnvironmentalError,
    KeyUnavailableError,
    MalformedContentError,
    SealwrightError,
    UsageError,
)
from sealwright.evidence import Need, Unavailable
from sealwright.homes.sealwright.settings import Timestamp
from sealwright.pki import chain as chains
from sealwright.pki.timestamps import request, structures, token
from sealwright.workflow import stamping
from world import pki, timestamps
from world.home import pem
from world.tsa import QUERY, REPLY, Reply, Tsa, now

CHAIN = pki.chain("ec256")
VALUE = b"the value of a key"
OTHER = timestamps.authority("ec384")
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def tsa() -> Iterator[Tsa]:
    with Tsa() as running:
        yield running


def nobody(needs: frozenset[Need]) -> Mapping[Need, object]:
    """Answers no question, as where nobody may be asked."""
    return {need: Unavailable("revocation.not-asked", retryable=False, data={"url": "x"}) for need in needs}


def stamped(tsa: Tsa, *, root: bytes = b"", policy: str = "", hash_name: str = "sha256") -> bytes:
    source = stamping.Stamping(
        f"{tsa.url}/", TimestampAuthority(f"{tsa.url}/", {}), (root or tsa.chain.root,), policy
    )
    return stamping.stamped(source, VALUE, hash_name, chains.parse(CHAIN.certificates), nobody, now)


def code(call: Callable[[], object]) -> str:
    """The code of an error; of an answer that cannot be used, the code of what is wrong with it."""
    with pytest.raises(SealwrightError) as raised:
        call()
    assert isinstance(raised.value, EnvironmentalError)
    assert str(raised.value)
    assert raised.value.hint
    return str(raised.value.data.get("rule", raised.value.code))


# what is sent


@pytest.mark.parametrize("hash_name", ["sha256", "sha384", "sha512"])
def test_a_request_is_as_rfc_3161_has_it(tsa: Tsa, hash_name: str) -> None:
    content = stamped(tsa, hash_name=hash_name)
    (seen,) = tsa.seen
    assert (QUERY, "POST", "/") == (seen.headers["content-type"], seen.method, seen.path)
    sent = tsp.TimeStampReq.load(seen.body, strict=True)
    assert ("v1", True) == (sent["version"].native, sent["cert_req"].native)
    assert hash_name == sent["message_imprint"]["hash_algorithm"]["algorithm"].native
    assert 0 < sent["nonce"].native < 1 << request.NONCE_BITS
    assert not sent["req_policy"].native
    read = token.read(content)
    read.require_about(VALUE)
    assert sent["nonce"].native == read.info.nonce


def test_no_nonce_is_sent_twice(tsa: Tsa) -> None:
    for _ in range(3):
        stamped(tsa)
    assert 3 == len(set(tsa.nonces))


def test_a_connection_that_breaks_off_is_tried_once_more_with_a_new_nonce(tsa: Tsa) -> None:
    def once(_: bytes) -> Reply:
        tsa.answers = None
        return Reply(drop=True)

    tsa.answers = once
    stamped(tsa)
    assert 2 == len(set(tsa.nonces))
    tsa.answers = lambda _: Reply(drop=True)
    assert "network.connection-lost" == code(lambda: stamped(tsa))
    assert 4 == len(set(tsa.nonces))


def test_a_policy_is_asked_for_and_must_be_followed(tsa: Tsa) -> None:
    stamped(tsa, policy=timestamps.POLICY)
    assert timestamps.POLICY == tsp.TimeStampReq.load(tsa.requests[0])["req_policy"].native
    assert "timestamp.policy-mismatch" == code(lambda: stamped(tsa, policy="1.2.3"))


def test_a_request_with_an_odd_nonce_is_not_made() -> None:
    for hash_name, nonce in (("sha1", 1), ("sha256", -1), ("sha256", 1 << request.NONCE_BITS)):
        with pytest.raises(SealwrightError):
            request.about(VALUE, hash_name, nonce)


# what is kept


GOOD: Mapping[str, Mapping[str, Any]] = {
    "granted with modifications": {"status": 1},
    "an unsorted set": {"certificates": tuple(sorted(timestamps.authority().certificates, reverse=True))},
    "the old name of its certificate": {"naming": "v1"},
}


@pytest.mark.parametrize("changes", GOOD.values(), ids=GOOD)
def test_a_good_token_is_kept_as_it_came(tsa: Tsa, changes: Mapping[str, Any]) -> None:
    tsa.changes = changes
    assert VALUE != stamped(tsa)
    kept = stamped(tsa)
    assert token.read(kept).signed.certificates


def test_a_token_in_ber_is_kept_in_der(tsa: Tsa) -> None:
    tsa.answers = lambda sent: Reply(
        200,
        timestamps.berish(timestamps.reply(tsa.chain, sent, made_at=now())),
        {"Content-Type": REPLY},
    )
    kept = stamped(tsa)
    assert b"\x30\x80" != kept[:2]
    token.read(kept).require_about(VALUE)


WRONG: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "about something else": ({"imprint": bytes(32)}, "timestamp.imprint-mismatch"),
    "hashed otherwise": ({"hash_name": "sha512", "imprint": bytes(64)}, "timestamp.imprint-mismatch"),
    "another nonce": ({"nonce": 7}, "timestamp.nonce-mismatch"),
    "no nonce": ({"nonce": None}, "timestamp.nonce-mismatch"),
    "still to come": (
        {"made_at": now() + dt.timedelta(days=1)},  # of when this was read: a run takes a while
        "timestamp.in-future",
    ),
    "before the signer's certificate": (
        {"accuracy": timestamps.sequence(timestamps.integer(10**9))},
        "timestamp.before-certificate",
    ),
    "no name of its certificate": ({"drop": ("naming",)}, "timestamp.signer-not-named"),
    "the name of another certificate": ({"named": OTHER.certificates[0]}, "timestamp.signer-mismatch"),
    "no certificates": ({"certificates": ()}, "timestamp.signer-missing"),
    "two signers": ({"times": 2}, "timestamp.signers"),
    "SHA-1": ({"digest": "sha1"}, "timestamp.algorithm"),
    "a rejection of no kind": ({"status": 9}, "timestamp.rejected"),
}


@pytest.mark.parametrize("row", WRONG.values(), ids=WRONG)
def test_a_wrong_token_is_not_kept(tsa: Tsa, row: tuple[Mapping[str, Any], str]) -> None:
    tsa.changes, expected = row
    assert expected == code(lambda: stamped(tsa))
    assert 1 == len(tsa.requests)


AUTHORITIES: Mapping[str, tuple[Callable[[], pki.Chain], str]] = {
    "another purpose": (
        lambda: timestamps.authority(leaf={"purposes": (ExtendedKeyUsageOID.CODE_SIGNING,)}),
        "timestamp.chain",
    ),
    "a purpose that is not critical": (
        lambda: timestamps.authority(leaf={"purposes_critical": False}),
        "timestamp.chain",
    ),
    "expired": (
        lambda: timestamps.authority(leaf={"not_after": now() - dt.timedelta(days=1)}),
        "timestamp.authority-not-valid",
    ),
    "nobody to ask whether it is revoked": (
        lambda: timestamps.authority(leaf={"extensions": (pki.OCSP,)}),
        "timestamp.revocation-unknown",
    ),
}


@pytest.mark.parametrize("row", AUTHORITIES.values(), ids=AUTHORITIES)
def test_a_token_of_a_wrong_authority_is_not_kept(row: tuple[Callable[[], pki.Chain], str]) -> None:
    make, expected = row
    with Tsa(make()) as tsa:
        assert expected == code(lambda: stamped(tsa))


def test_an_authority_that_brings_its_own_root_along_is_not_trusted(tsa: Tsa) -> None:
    tsa.changes = {"certificates": tsa.chain.certificates}
    assert "timestamp.untrusted-chain" == code(lambda: stamped(tsa, root=OTHER.root))


# answers of HTTP


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(500, b"no"), "timestamp.http-status"),
        (Reply(404, b"no"), "timestamp.http-status"),
        (Reply(200, b"<html>", {"Content-Type": "text/html"}), "timestamp.content-type"),
        (Reply(200, b"x", {}), "timestamp.content-type"),
        (Reply(200, b"x", {"Content-Type": f"{REPLY}; charset=utf-8"}), "timestamp.content-type"),
        (Reply(200, b"x", {"Content-Type": REPLY}), "timestamp.malformed"),
        (Reply(200, b"", {"Content-Type": REPLY}), "timestamp.malformed"),
        (
            Reply(200, bytes(limits.TIMESTAMP_BYTES + 1), {"Content-Type": REPLY}),
            "network.answer-too-large",
        ),
        (Reply(200, headers={"Content-Type": REPLY}, endless=b"x" * 65536), "network.answer-too-large"),
        (Reply(302, b"", {"Location": "/elsewhere"}), "timestamp.http-status"),
        (Reply(307, b"", {"Location": "/"}), "network.too-many-redirects"),
        (Reply(200, timestamps.rejected(), {"Content-Type": REPLY}), "timestamp.rejected"),
        (
            Reply(
                200, timestamps.sequence(timestamps.sequence(timestamps.integer(0))), {"Content-Type": REPLY}
            ),
            "timestamp.no-token",
        ),
    ],
)
def test_what_is_no_answer_is_told(tsa: Tsa, reply: Reply, expected: str) -> None:
    tsa.answers = lambda _: reply
    assert expected == code(lambda: stamped(tsa))


def test_a_redirect_that_keeps_the_request_is_followed(tsa: Tsa) -> None:
    with Tsa(tsa.chain) as other:
        tsa.answers = lambda _: Reply(307, b"", {"Location": f"{other.url}/"})
        stamped(tsa)
        assert 1 == len(other.requests)


@pytest.mark.parametrize(
    "reply", [Reply(delay=2), Reply(200, bytes(100), {"Content-Type": REPLY}, trickle=0.1)]
)
def test_an_authority_that_takes_too_long_is_given_up(tsa: Tsa, reply: Reply) -> None:
    tsa.answers = lambda _: reply
    ask = TimestampAuthority(f"{tsa.url}/", {}, seconds=0.4)
    assert "network.timed-out" == code(lambda: ask(b"request"))


def test_nobody_at_the_address_is_told(tsa: Tsa) -> None:
    tsa.stop()
    assert "network.refused" == code(lambda: stamped(tsa))


@pytest.mark.parametrize(
    ("status", "failure", "words", "said"),
    [
        (2, 0, "", "rejected): the hash algorithm is unknown or not supported"),
        (2, 2, "", "such a transaction is not permitted"),
        (2, 5, "", "the data has the wrong format"),
        (2, 14, "", "source of time is not available"),
        (2, 15, "not that one", 'the policy asked for is not supported; "not that one"'),
        (2, 16, "", "the extension asked for"),
        (2, 17, "", "the additional information"),
        (2, 25, "", "the authority has failed"),
        (2, 9, "", "failure 9"),
        (2, None, "", "no reason is given"),
        (3, None, "", "not yet processed"),
        (4, None, "", "imminent"),
        (5, None, "", "has occurred"),
        (77, None, "a\nb", 'status 77): "a\\nb"'),
    ],
)
def test_a_rejection_is_told_in_words(
    tsa: Tsa, status: int, failure: int | None, words: str, said: str
) -> None:
    content = timestamps.rejected(status, failure, words)
    tsa.answers = lambda _: Reply(200, content, {"Content-Type": REPLY})
    with pytest.raises(EnvironmentalError) as raised:
        stamped(tsa)
    assert said in str(raised.value)
    assert "nothing was signed" in str(raised.value)


# what is chosen


def chosen(url: str, file: Path | str) -> stamping.Stamping:
    return stamping.chosen(Timestamp(url, str(file)), {})


def test_the_root_is_read_from_a_file_in_pem_or_der(tmp_path: Path) -> None:
    file = tmp_path / "root"
    for content in (OTHER.root, pem(OTHER.root)):
        file.write_bytes(content)
        found = chosen("http://tsa.example", file)
        assert ((OTHER.root,), "http://tsa.example") == (found.roots, found.url)


@pytest.mark.parametrize(
    ("content", "error", "expected"),
    [
        (pem(OTHER.root, CHAIN.root), UsageError, "timestamp.roots"),
        (pem(OTHER.certificates[0]), KeyUnavailableError, "certificate.not-a-root"),
        (pem(OTHER.certificates[1]), KeyUnavailableError, "certificate.not-a-root"),
        (b"", MalformedContentError, "certificate.none-in-file"),
        (b"0nonsense", MalformedContentError, "certificate.malformed"),
    ],
)
def test_a_file_without_just_one_root_is_refused(
    tmp_path: Path, content: bytes, error: type[SealwrightError], expected: str
) -> None:
    file = tmp_path / "root.pem"
    file.write_bytes(content)
    with pytest.raises(error) as raised:
        chosen("http://tsa.example", file)
    assert expected == raised.value.code


@pytest.mark.parametrize(
    ("url", "file", "expected"),
    [
        ("", "root.pem", "timestamp.flags-apart"),
        ("http://tsa.example", "", "timestamp.flags-apart"),
        ("ftp://tsa.example", "root.pem", "timestamp.url-unusable"),
        ("tsa.example", "root.pem", "timestamp.url-unusable"),
        ("http://", "root.pem", "timestamp.url-unusable"),
    ],
)
def test_a_choice_that_cannot_be_used_is_refused(url: str, file: str, expected: str) -> None:
    with pytest.raises(UsageError) as raised:
        chosen(url, file)
    assert expected == raised.value.code
    assert raised.value.hint


def test_a_reply_is_read_with_its_words_and_bits() -> None:
    read = structures.read_reply(timestamps.rejected(2, 25, "x"))
    assert (2, "x", frozenset({25}), b"") == (read.status, read.words, read.failures, read.token)
