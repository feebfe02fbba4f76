"""Timestamps from the command line: asked for, shown, and what a signature is worth by them."""

import datetime as dt
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from sealwright import media_types
from sealwright.formats.notary import signing
from sealwright.formats.orders import SigningOrder
from sealwright.repositories.layout import open_directory
from sealwright.workflow.clock import now
from world import images, pki, timestamps
from world.home import Home, pem, statement
from world.hostile_registry import HostileRegistry, Seen
from world.small_layout import small_index
from world.tsa import REPLY, Reply, Tsa

SIGNER = pki.chain("ec256")
STORES = ("ca:acme", "tsa:clock")


@pytest.fixture
def tsa() -> Iterator[Tsa]:
    with Tsa() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, tsa: Tsa) -> Home:
    made = Home(tmp_path / "home")
    made.add_key("build", SIGNER)
    made.trust("acme", SIGNER.root)
    made.trust("clock", tsa.chain.root, kind="tsa")
    made.policy(statement(stores=STORES))
    (made.folder / "root.pem").write_bytes(pem(tsa.chain.root))
    return made


@pytest.fixture
def image(tmp_path: Path) -> str:
    images.make_layout(tmp_path / "layout", "v1")
    return f"oci:{tmp_path / 'layout'}:v1"


def flags(home: Home, tsa: Tsa) -> tuple[str, ...]:
    return ("--timestamp-url", f"{tsa.url}/", "--timestamp-root-cert", str(home.folder / "root.pem"))


def verified(home: Home, image: str, *more: str) -> tuple[int, Any]:
    done = home.seal("verify", "--output", "json", "--scope", "acme.example/app", *more, image)
    return done.status, json.loads(done.out)


def test_a_timestamp_is_shown_to_people(home: Home, tsa: Tsa, image: str) -> None:
    home.must("sign", *flags(home, tsa), image)
    done = home.seal("verify", "--scope", "acme.example/app", image)
    assert "Z (timestamp by CN=Clock ec256,O=Acme,ST=WA,C=US)" in done.out
    shown = home.must("inspect", image)
    assert "timestampSignature" in shown
    assert "CN=Clock ec256,O=Acme,ST=WA,C=US" in shown
    assert tsa.requests[0].hex() not in shown
    (found,) = json.loads(home.must("inspect", "--output", "json", image))["signatures"]
    assert "CN=Clock ec256,O=Acme,ST=WA,C=US" == found["summary"]["timestamp"]["certificates"][0]["subject"]


@pytest.mark.parametrize("envelope", ["jws", "cose"])
def test_a_timestamped_signature_is_accepted_and_its_time_is_proven(
    home: Home, tsa: Tsa, image: str, envelope: str
) -> None:
    home.must("sign", "--signature-format", envelope, *flags(home, tsa), image)
    status, verdict = verified(home, image)
    assert (0, "accepted") == (status, verdict["decision"])
    (report,) = verdict["signatures"]
    assert "timestamp" == report["signingTimes"]["source"]
    assert report["signingTimes"]["earliest"] == report["signingTimes"]["latest"]
    (check,) = [one for one in report["judgements"][0]["checks"] if one["name"] == "timestamp"]
    assert ("passed", "CN=Clock ec256,O=Acme,ST=WA,C=US") == (check["outcome"], check["data"]["authority"])


def test_a_signature_without_a_timestamp_is_refused_where_one_is_asked_for(home: Home, image: str) -> None:
    home.must("sign", image)
    status, verdict = verified(home, image)
    assert (1, "timestamp.missing") == (status, verdict["reason"])


def test_the_settings_name_an_authority_for_every_signature(home: Home, tsa: Tsa, image: str) -> None:
    settings = home.folder / ".config/sealwright"
    settings.mkdir()
    (settings / "root.pem").write_bytes(pem(tsa.chain.root))
    (settings / "config.toml").write_text(f'[timestamp]\nurl = "{tsa.url}/"\nroot_cert = "root.pem"\n')
    home.must("sign", "--no-timestamp", image)
    assert [] == tsa.requests
    home.must("sign", image)
    copied = image.replace("layout:v1", "copy:v1")
    home.must("copy", "--referrers", "none", "--sign-by", "build", image, copied)
    assert 2 == len(set(tsa.nonces))
    assert 0 == verified(home, image)[0]
    assert 0 == verified(home, copied)[0]


def test_the_root_in_the_settings_may_stand_elsewhere(home: Home, tsa: Tsa, image: str) -> None:
    settings = home.folder / ".config/sealwright"
    settings.mkdir()
    root = home.folder / "root.pem"
    (settings / "config.toml").write_text(f'[timestamp]\nurl = "{tsa.url}/"\nroot_cert = "{root}"\n')
    home.must("sign", image)
    assert 1 == len(tsa.requests)


def test_each_manifest_of_an_index_gets_a_timestamp_of_its_own(home: Home, tsa: Tsa, tmp_path: Path) -> None:
    small_index(tmp_path / "index", {"amd64": b"one", "arm64": b"two"})
    index = f"oci:{tmp_path / 'index'}:v1"
    home.must("sign", "--recursive", *flags(home, tsa), index)
    assert 3 == len(set(tsa.nonces))
    assert 0 == home.seal("verify", "--recursive", "--scope", "acme.example/app", index).status


def test_nothing_is_signed_where_the_timestamp_cannot_be_had(home: Home, tsa: Tsa, image: str) -> None:
    for answer in (Reply(503), Reply(200, b"x", {"Content-Type": "text/html"})):
        tsa.answers = lambda _, answer=answer: answer
        done = home.seal("sign", *flags(home, tsa), image)
        assert 0 != done.status
        assert tsa.url in done.err
        assert "hint: " in done.err
    tsa.answers = None
    tsa.changes = {"imprint": bytes(32)}
    done = home.seal("sign", *flags(home, tsa), image)
    assert "nothing was signed: the timestamp is about something else" in done.err
    assert "verdict.unsigned" == verified(home, image)[1]["reason"]


@pytest.mark.parametrize("given", [0, 1])
def test_the_flags_go_together(home: Home, tsa: Tsa, image: str, given: int) -> None:
    both = flags(home, tsa)
    done = home.seal("sign", *(both[:2] if given else both[2:]), image)
    assert 2 == done.status
    assert f"the {'root' if given else 'address'} is missing" in done.err


def test_an_expired_chain_is_accepted_by_its_timestamp(
    home: Home, tsa: Tsa, image: str, tmp_path: Path
) -> None:
    ended = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    old = pki.chain("ec384", leaf={"not_after": ended})
    home.trust("acme", old.root)
    with open_directory(str(tmp_path / "layout"), write=True) as layout:
        descriptor = layout.resolve("v1")
        order = SigningOrder(descriptor, media_types.NOTARY_JWS, ended - dt.timedelta(days=9))
        prepared = signing.prepare(order, old.certificates)
        value = old.sign(prepared.message, old.algorithm)
        made = timestamps.token(tsa.chain, value, made_at=ended - dt.timedelta(days=8))
        content = signing.assemble(prepared, value, made)
        images.attach_signature(layout, descriptor, media_types.NOTARY_JWS, content)
    home.policy(statement(stores=STORES, verifyTimestamp="afterCertExpiry"))
    assert 0 == verified(home, image)[0]
    home.policy(statement(stores=("ca:acme",)))
    status, verdict = verified(home, image)
    assert (1, "timestamp.certificate-expired") == (status, verdict["reason"])


def _responder(url: str) -> tuple[x509.ExtensionType, bool]:
    """The extension that names a responder."""
    place = x509.UniformResourceIdentifier(url)
    access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)
    return x509.AuthorityInformationAccess([access]), False


def test_a_revoked_authority_gives_no_timestamp(home: Home, image: str) -> None:
    """Its responder is asked at signing, and again at verification."""
    with HostileRegistry() as responder:
        aia = _responder(f"{responder.url}/ocsp")
        with Tsa(timestamps.authority("ec521", leaf={"extensions": (aia,)})) as tsa:
            (home.folder / "root.pem").write_bytes(pem(tsa.chain.root))
            home.trust("clock", tsa.chain.root, kind="tsa")
            revoked_at: dt.datetime | None = None

            def answer(_: Seen) -> Reply:
                content = timestamps.ocsp(tsa.chain, now(), revoked_at)
                return Reply(200, content, {"Content-Type": "application/ocsp-response"})

            responder.on_match(r"(GET|POST) /ocsp.*", answer)
            home.must("sign", *flags(home, tsa), image)
            assert responder.seen
            assert 0 == verified(home, image)[0]
            revoked_at = now().replace(microsecond=0) - dt.timedelta(hours=2)
            shutil.rmtree(home.folder / ".cache", ignore_errors=True)
            done = home.seal("sign", *flags(home, tsa), image)
            assert "is revoked" in done.err
            assert 0 != done.status
            status, verdict = verified(home, image)
            assert (1, "timestamp.revoked") == (status, verdict["reason"])


def test_our_own_authority_stamps_what_we_sign(home: Home, tsa: Tsa, image: str, tmp_path: Path) -> None:
    ca = tmp_path / "ca"
    where = ("--folder", str(ca))
    secret = {"SEALWRIGHT_PASSPHRASE": "open sesame"}
    assert 0 == home.seal("pki", "init", "--subject", "C=US, ST=WA, O=Acme", *where, **secret).status
    home.must("cert", "add", "--type", "tsa", "--store", "clock", ca / "root.pem")
    sent, answer = tmp_path / "request", tmp_path / "answer"

    def stamp(request: bytes) -> Reply:
        sent.write_bytes(request)
        files = ("--request", str(sent), "--out", str(answer))
        done = home.run([sys.executable, "-m", "sealwright", "pki", "tsa", *where, *files], **secret)
        assert 0 == done.status, done
        return Reply(200, answer.read_bytes(), {"Content-Type": REPLY})

    tsa.answers = stamp
    (home.folder / "root.pem").write_bytes((ca / "root.pem").read_bytes())
    for envelope in ("jws", "cose"):
        home.must("sign", "--signature-format", envelope, *flags(home, tsa), image)
    status, verdict = verified(home, image, "--thorough")
    assert (0, 2) == (status, len(verdict["signatures"]))
    for report in verdict["signatures"]:
        assert "timestamp" == report["signingTimes"]["source"]
        assert report["signingTimes"]["earliest"] < report["signingTimes"]["latest"]
