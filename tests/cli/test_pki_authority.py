"""`seal pki` as a CA at work: what is typed, what is said, and what the files then hold."""

import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from sealwright.workflow.clock import now
from world.registry import free_port
from world.seal import Ended, seal
from world.wire import Answer, Wire

SUBJECT = "C=US, ST=WA, O=Acme"
URL = "http://pki.acme.example"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEALWRIGHT_PASSPHRASE", "only for tests")
    place = tmp_path / "pki"
    good(run(place, "init", "--subject", SUBJECT, "--issue", "build"))
    return place


def run(folder: Path, command: str, *arguments: object) -> Ended:
    return seal("pki", command, *arguments, "--folder", folder)


def good(ended: Ended) -> Ended:
    assert 0 == ended.code, ended.err
    return ended


def serial(folder: Path) -> int:
    return x509.load_pem_x509_certificates((folder / "build.pem").read_bytes())[0].serial_number


def question(folder: Path) -> bytes:
    own, above, *_ = x509.load_pem_x509_certificates((folder / "build.pem").read_bytes())
    builder = ocsp.OCSPRequestBuilder().add_certificate(own, above, hashes.SHA256())
    return builder.build().public_bytes(Encoding.DER)


def stamp_request() -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(b"x").digest()}
    return bytes(tsp.TimeStampReq({"version": "v1", "message_imprint": imprint}).dump())


def test_revoking_says_what_was_done_and_the_list_shows_it(folder: Path) -> None:
    said = good(run(folder, "revoke", "build", "--reason", "KEYCOMPROMISE", "--at", "2026-01-01"))
    expected = (
        f"{serial(folder):x}: CN=build,O=Acme,ST=WA,C=US, revoked since 2026-01-01T00:00:00Z, keyCompromise\n"
    )
    assert expected == said.out
    table = good(run(folder, "list")).out.splitlines()
    assert table[0].split() == ["SERIAL", "NAME", "ROLE", "SUBJECT", "UNTIL", "STATUS"]
    assert table[3].endswith("revoked since 2026-01-01T00:00:00Z (keyCompromise)")
    found = good(run(folder, "list", "--output", "json")).json["certificates"]
    assert ["good", "good", "revoked"] == [one["status"] for one in found]
    assert ("keyCompromise", "2026-01-01T00:00:00Z") == (found[2]["reason"], found[2]["revokedAt"])
    assert [None, None] == [one["reason"] for one in found[:2]]


def test_a_hold_is_taken_back(folder: Path) -> None:
    good(run(folder, "revoke", "build", "--reason", "certificateHold"))
    assert good(run(folder, "release", "build")).out.endswith("good again\n")
    assert "[pki.not-on-hold]" in run(folder, "release", "build").err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("revoke",), "[usage.command-line]"),
        (("revoke", "nobody"), "[pki.certificate-unknown]"),
        (("revoke", "root"), "[pki.root-not-revocable]"),
        (("revoke", "build", "--reason", "boredom"), "[usage.command-line]"),
        (("revoke", "build", "--at", "tomorrow"), "is no time"),
        (("revoke", "build", "--at", "2999-01-01T00:00:00+01:00"), "[pki.time-in-future]"),
        (("crl", "--days", "0"), "[pki.days-out-of-range]"),
        (("crl", "--delta"), "[pki.no-base-list]"),
        (("crl", "--delta-url", "http://x/one.crl"), "[pki.address-of-one-ca]"),
        (("crl", "--delta-url", "nowhere"), "[pki.address-"),
        (("tsa", "--policy", "none"), "[pki.policy-invalid]"),
        (("tsa", "--accuracy-ms", "0"), "[usage.command-line]"),
        (("ocsp", "--listen", "nowhere"), "is not HOST:PORT"),
        (("ocsp", "--listen", "127.0.0.1:99999"), "is not HOST:PORT"),
        (("ocsp", "--request", "/nonexistent"), "[file.absent]"),
        (("tsa", "--request", "/nonexistent"), "[file.absent]"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    folder: Path, arguments: tuple[str, ...], said: str
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    ended = run(folder, *arguments)
    assert ended.code in (2, 5)
    assert said in ended.err
    assert before == {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_addresses_for_two_cas_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEALWRIGHT_PASSPHRASE", "only for tests")
    ended = run(tmp_path / "pki", "init", "--subject", SUBJECT, "--crl-url", f"{URL}/one.crl")
    assert "[pki.address-of-one-ca]" in ended.err
    assert not (tmp_path / "pki").exists()


def test_lists_are_written_in_der_and_pem(folder: Path) -> None:
    good(run(folder, "revoke", "build"))
    said = good(run(folder, "crl", "--days", "2", "--pem", "--delta-url", f"{URL}/{{ca}}-delta.crl")).out
    der = x509.load_der_x509_crl((folder / "intermediate.crl").read_bytes())
    assert der == x509.load_pem_x509_crl((folder / "intermediate.crl.pem").read_bytes())
    assert [serial(folder)] == [one.serial_number for one in der]
    assert f"{folder}/intermediate.crl: number 1, 1 entries, until " in said
    assert (folder / "intermediate-delta.crl").exists(), "a whole list that names a delta list has one"
    (folder / "root.key").unlink()
    again = good(run(folder, "crl"))
    assert "root: not made" in again.err


def test_certificates_for_answering_are_made_and_found_again(folder: Path) -> None:
    first, again = good(run(folder, "ocsp")).out, good(run(folder, "ocsp")).out
    assert (2, 2) == (first.count(": made, until"), again.count(": good, until"))
    assert ": made, until" in good(run(folder, "tsa")).out
    assert ": good, until" in good(run(folder, "tsa")).out
    for file in ("root.key", "intermediate.key"):
        (folder / file).unlink()
    (folder / "responders/root.pem").unlink()
    half = good(run(folder, "ocsp"))
    assert 1 == half.out.count(": good, until")
    assert "root: nobody answers for it: " in half.err
    (folder / "responders/intermediate.pem").unlink()
    assert "[pki.ca-key-absent]" in run(folder, "ocsp").err


def test_the_responder_of_a_root_may_last_longer(folder: Path) -> None:
    made = good(run(folder, "ocsp", "--days", "200")).out
    year = f"{now() + dt.timedelta(days=200):%Y-%m-%d}"
    assert 2 == made.count(f"until {year}")
    assert year in good(run(folder, "tsa", "--days", "200")).out


def test_one_request_is_answered_from_file_to_file(folder: Path, tmp_path: Path) -> None:
    asked, answer = tmp_path / "asked", tmp_path / "answer"
    asked.write_bytes(question(folder))
    assert "" == good(run(folder, "ocsp", "--request", asked, "--out", answer, "--minutes", "5")).out
    response = ocsp.load_der_ocsp_response(answer.read_bytes())
    assert ocsp.OCSPCertStatus.GOOD == response.certificate_status
    assert response.next_update_utc is not None
    assert dt.timedelta(minutes=5) == response.next_update_utc - response.this_update_utc
    asked.write_bytes(stamp_request())
    good(
        run(folder, "tsa", "--request", asked, "--out", answer, "--policy", "1.2.3.4", "--accuracy-ms", "50")
    )
    token = tsp.TimeStampResp.load(answer.read_bytes())["time_stamp_token"]
    told = token["content"]["encap_content_info"]["content"].parsed
    assert ("1.2.3.4", 50) == (told["policy"].dotted, told["accuracy"]["millis"].native)


def test_a_request_may_come_and_its_answer_may_go_through_pipes(folder: Path) -> None:
    good(run(folder, "tsa"))
    for command, asked in (("ocsp", question(folder)), ("tsa", stamp_request())):
        done = subprocess.run(
            [sys.executable, "-m", "sealwright", "pki", command, "--folder", str(folder), "--request", "-"],
            input=asked,
            capture_output=True,
            check=True,
            timeout=60,
        )
        assert b"\x30" == done.stdout[:1], done.stderr
        assert len(done.stdout) > 300


@pytest.fixture(params=["ocsp", "tsa"])
def listening(request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[str, Wire, Path]]:
    address = f"127.0.0.1:{free_port()}"
    command = ["pki", request.param, "--folder", str(folder), "--listen", address]
    process = subprocess.Popen(
        [sys.executable, "-m", "sealwright", *command], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline() + process.stdout.readline()
        assert f"http://{address}" in said
        assert f"{request.param} for CN=" in said
        yield request.param, Wire(address), folder
    finally:
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(30)
        process.stdout.close()


def ask(kind: str, wire: Wire, folder: Path, path: str = "/") -> Answer:
    content = question(folder) if kind == "ocsp" else stamp_request()
    media_type = {"ocsp": "application/ocsp-request", "tsa": "application/timestamp-query"}[kind]
    return wire.ask("POST", path, content, {"Content-Type": media_type})


def test_a_small_server_answers_one_thing_and_nothing_else(listening: tuple[str, Wire, Path]) -> None:
    kind, wire, folder = listening
    answer = ask(kind, wire, folder)
    assert 200 == answer.status
    if kind == "ocsp":
        status = ocsp.load_der_ocsp_response(answer.body).certificate_status
        assert ocsp.OCSPCertStatus.GOOD == status
        good(run(folder, "revoke", "build"))
        end = time.monotonic() + 8
        while status != ocsp.OCSPCertStatus.REVOKED:
            assert time.monotonic() < end
            status = ocsp.load_der_ocsp_response(ask(kind, wire, folder).body).certificate_status
            time.sleep(0.05)
    else:
        assert "granted" == tsp.TimeStampResp.load(answer.body)["status"]["status"].native
        assert 404 == ask(kind, wire, folder, "/v2/").status
    assert 405 == wire.ask("GET", "/").status
    assert 415 == wire.ask("POST", "/", b"x").status
