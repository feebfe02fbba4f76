"""What CAs of our own give out over HTTP: certificates, lists, OCSP, timestamps."""

import base64
import datetime as dt
import hashlib
import socket
import time
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from asn1crypto import core, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from sealwright import limits
from sealwright.errors import CallerError, SealwrightError
from sealwright.service import checking
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.authority import Authority
from sealwright.service.configuration.bounds import Limits
from sealwright.workflow.authority import cas, lists
from sealwright.workflow.authority.revoking import Why, release, revoke
from world.authority import PASSPHRASES, AuthorityFolder
from world.registry import Registry
from world.wire import Wire

SOON = 8.0


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)  # noqa: TID251  # the server's own clock


def settings(place: Path, made: AuthorityFolder, **changes: Any) -> Configuration:
    table = Authority(
        "acme", str(made.folder), str(made.passphrase_file), ("certificates", "crl", "ocsp", "tsa")
    )
    on = Configuration.on(place)
    return msgspec.structs.replace(on, authority=(msgspec.structs.replace(table, **changes),))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> AuthorityFolder:
    return AuthorityFolder(tmp_path_factory.mktemp("authority") / "pki")


@pytest.fixture(scope="module")
def registry(made: AuthorityFolder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with Registry(settings(tmp_path_factory.mktemp("registry"), made)) as running:
        yield running


@pytest.fixture
def wire(registry: Registry) -> Wire:
    return Wire(registry.address)


def chain(made: AuthorityFolder, name: str = "build") -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(made.file(f"{name}.pem").read_bytes())


def question(made: AuthorityFolder, name: str = "build", nonce: bytes = b"") -> bytes:
    own, above, *_ = chain(made, name)
    builder = ocsp.OCSPRequestBuilder().add_certificate(own, above, hashes.SHA1())  # noqa: S303  # as clients do
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def asked(wire: Wire, content: bytes, path: str = "/pki/acme/ocsp") -> ocsp.OCSPResponse:
    answer = wire.ask("POST", path, content, {"Content-Type": "application/ocsp-request"})
    assert (200, "application/ocsp-response") == (answer.status, answer.headers["content-type"])
    return ocsp.load_der_ocsp_response(answer.body)


def stamp_request(**changes: Any) -> bytes:
    members = {
        "version": "v1",
        "message_imprint": {
            "hash_algorithm": {"algorithm": "sha256"},
            "hashed_message": hashlib.sha256(b"x").digest(),
        },
        "cert_req": True,
        **changes,
    }
    return bytes(tsp.TimeStampReq(members).dump())


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def test_ca_certificates_are_given_by_name_and_by_key(made: AuthorityFolder, wire: Wire) -> None:
    for ca in cas.found(made.folder):
        for name in (ca.stem, ca.key):
            answer = wire.ask("GET", f"/pki/acme/{name}.cer")
            assert (200, "application/pkix-cert") == (answer.status, answer.headers["content-type"])
            assert ca.certificate.der == answer.body
            again = wire.ask(
                "GET", f"/pki/acme/{name}.cer", headers={"If-None-Match": answer.headers["etag"]}
            )
            assert (304, b"") == (again.status, again.body)


def test_lists_are_made_at_the_start_and_given_to_caches(made: AuthorityFolder, wire: Wire) -> None:
    for ca in cas.found(made.folder):
        answer = wire.ask("GET", f"/pki/acme/{ca.key}.crl")
        assert (200, "application/pkix-crl") == (answer.status, answer.headers["content-type"])
        parsed = x509.load_der_x509_crl(answer.body)
        key = ca.certificate.handle.public_key()
        assert parsed.is_signature_valid(key)  # type: ignore[arg-type]  # of a CA
        kept = int(answer.headers["cache-control"].partition("max-age=")[2])
        assert 0 < kept <= limits.CRL_KEPT_SECONDS
        head = wire.ask("HEAD", f"/pki/acme/{ca.stem}.crl")
        assert (200, b"", str(len(answer.body))) == (head.status, head.body, head.headers["content-length"])


def test_ocsp_is_answered_by_post_and_by_get(made: AuthorityFolder, wire: Wire) -> None:
    content = question(made)
    assert ocsp.OCSPCertStatus.GOOD == asked(wire, content).certificate_status
    for text in (base64.b64encode(content).decode(), urllib.parse.quote(base64.b64encode(content), safe="")):
        answer = wire.ask("GET", f"/pki/acme/ocsp/{text}")
        response = ocsp.load_der_ocsp_response(answer.body)
        assert ocsp.OCSPCertStatus.GOOD == response.certificate_status
        kept, *words = answer.headers["cache-control"].split(", ")
        assert ["public", "no-transform", "must-revalidate"] == words
        assert 0 < int(kept.removeprefix("max-age=")) <= 3600
        same = wire.ask("GET", f"/pki/acme/ocsp/{text}", headers={"If-None-Match": answer.headers["etag"]})
        assert 304 == same.status


def test_an_answer_to_a_nonce_is_kept_by_nobody(made: AuthorityFolder, wire: Wire) -> None:
    content = question(made, nonce=b"0123456789abcdef")
    text = base64.b64encode(content).decode()
    answer = wire.ask("GET", f"/pki/acme/ocsp/{urllib.parse.quote(text, safe='')}")
    assert "no-store" == answer.headers["cache-control"]
    response = ocsp.load_der_ocsp_response(answer.body)
    assert b"0123456789abcdef" == response.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce


def test_the_responder_of_the_root_answers_for_the_intermediate(made: AuthorityFolder, wire: Wire) -> None:
    response = asked(wire, question(made, "intermediate"))
    assert ocsp.OCSPCertStatus.GOOD == response.certificate_status
    root = chain(made, "root")[0]
    assert root.subject == response.certificates[0].issuer


def test_a_revocation_is_told_soon_and_taken_back_too(made: AuthorityFolder, wire: Wire) -> None:
    made.pki.issue("held", None, "EC-256", 10)
    until(lambda: ocsp.OCSPCertStatus.GOOD == asked(wire, question(made, "held")).certificate_status)
    serial = chain(made, "held")[0].serial_number

    def listed() -> bool:
        parsed = x509.load_der_x509_crl(wire.ask("GET", "/pki/acme/intermediate.crl").body)
        return parsed.get_revoked_certificate_by_serial_number(serial) is not None

    revoke(made.folder, "held", Why("certificateHold"), now())
    until(lambda: ocsp.OCSPCertStatus.REVOKED == asked(wire, question(made, "held")).certificate_status)
    until(listed)
    assert x509.ReasonFlags.certificate_hold == asked(wire, question(made, "held")).revocation_reason
    release(made.folder, "held", now())
    until(lambda: ocsp.OCSPCertStatus.GOOD == asked(wire, question(made, "held")).certificate_status)
    until(lambda: not listed())


def test_what_was_never_issued_is_unknown(made: AuthorityFolder, wire: Wire) -> None:
    own, above, *_ = chain(made)
    name = hashlib.sha1(above.subject.public_bytes(), usedforsecurity=False).digest()

    def about(key: x509.Certificate) -> ocsp.OCSPResponse:
        bits = x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest
        builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(name, bits, 12345, hashes.SHA1())  # noqa: S303
        return asked(wire, builder.build().public_bytes(Encoding.DER))

    assert ocsp.OCSPCertStatus.UNKNOWN == about(above).certificate_status
    assert ocsp.OCSPResponseStatus.UNAUTHORIZED == about(own).response_status, "no CA of ours has that key"


def test_timestamps_are_given_and_no_serial_comes_twice(wire: Wire) -> None:
    serials = set()
    for _ in range(20):
        answer = wire.ask(
            "POST", "/pki/acme/tsa", stamp_request(), {"Content-Type": "application/timestamp-query"}
        )
        assert (200, "application/timestamp-reply") == (answer.status, answer.headers["content-type"])
        assert "no-store" == answer.headers["cache-control"]
        reply = tsp.TimeStampResp.load(answer.body)
        told = reply["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
        assert abs(told["gen_time"].native - now()) < dt.timedelta(seconds=20)
        assert told["serial_number"].native >= 2**64
        serials.add(told["serial_number"].native)
    assert 20 == len(serials)


@pytest.mark.parametrize(
    ("path", "kind", "body", "status"),
    [
        ("/pki/acme/ocsp", "text/plain", b"x", 415),
        ("/pki/acme/ocsp", "", b"x", 415),
        ("/pki/acme/tsa", "application/ocsp-request", b"x", 415),
        ("/pki/acme/ocsp", "application/ocsp-request", bytes(limits.OCSP_REQUEST_BYTES + 1), 413),
        ("/pki/acme/tsa", "application/timestamp-query", bytes(limits.TIMESTAMP_REQUEST_BYTES + 1), 413),
        ("/pki/nobody/ocsp", "application/ocsp-request", b"x", 404),
        ("/pki/acme/other", "application/ocsp-request", b"x", 404),
        ("/pki/acme/root.crl", "application/ocsp-request", b"x", 405),
        ("/pki/acme/ocsp/MAA=", "application/ocsp-request", b"x", 405),
    ],
)
def test_a_post_that_makes_no_sense_is_refused(
    wire: Wire, path: str, kind: str, body: bytes, status: int
) -> None:
    assert status == wire.ask("POST", path, body, {"Content-Type": kind} if kind else {}).status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/pki/acme/ocsp", 405),
        ("/pki/acme/tsa", 405),
        ("/pki/acme/", 404),
        ("/pki/acme/../../etc/passwd", 404),
        ("/pki/acme/%2e%2e%2froot.key", 404),
        ("/pki/acme/root.key", 404),
        ("/pki/acme/ledger.jsonl", 404),
        ("/pki/acme/build.cer", 404),
        ("/pki/acme/nobody.crl", 404),
        ("/pki/other/root.crl", 404),
        ("/pki/acme/root-delta.crl", 503),
    ],
)
def test_nothing_but_what_is_published_is_given_out(wire: Wire, path: str, status: int) -> None:
    assert status == wire.ask("GET", path).status


@pytest.mark.parametrize("content", [b"", b"junk", b"\x30\x80\x00\x00", b"\x30" * 4096])
def test_bytes_that_are_no_request_are_told_so_in_the_protocol(wire: Wire, content: bytes) -> None:
    assert ocsp.OCSPResponseStatus.MALFORMED_REQUEST == asked(wire, content).response_status
    answer = wire.ask("POST", "/pki/acme/tsa", content, {"Content-Type": "application/timestamp-query"})
    status = tsp.PKIStatusInfo.load(core.Sequence.load(answer.body)[0].dump())
    assert {"bad_data_format"} == status["fail_info"].native


@pytest.mark.parametrize("text", ["!!!!", "MAA", "%00", "A" * 40_000])
def test_a_path_that_is_no_request_is_told_so_too(wire: Wire, text: str) -> None:
    answer = wire.ask("GET", f"/pki/acme/ocsp/{text}")
    assert answer.status in (200, 400, 414, 431)
    if 200 == answer.status:
        response = ocsp.load_der_ocsp_response(answer.body)
        assert ocsp.OCSPResponseStatus.MALFORMED_REQUEST == response.response_status


def test_a_body_that_never_ends_is_given_up(made: AuthorityFolder, tmp_path: Path) -> None:
    on = msgspec.structs.replace(settings(tmp_path, made), limits=Limits(body_seconds=0.2))
    with Registry(on) as registry, socket.create_connection(("127.0.0.1", registry.port), 5) as client:
        client.sendall(
            b"POST /pki/acme/ocsp HTTP/1.1\r\nHost: x\r\nContent-Type: application/ocsp-request\r\n"
            b"Content-Length: 500\r\n\r\n0"
        )
        assert b"408" in client.recv(4096).partition(b"\r\n")[0]


def test_whoever_asks_too_often_is_told_to_wait(made: AuthorityFolder, tmp_path: Path) -> None:
    on = msgspec.structs.replace(
        settings(tmp_path, made), limits=Limits(requests_per_second_per_address=1, burst_seconds=1)
    )
    with Registry(on) as registry:
        wire = Wire(registry.address)
        statuses = [wire.ask("GET", "/pki/acme/root.crl").status for _ in range(5)]
    assert {200, 429} == set(statuses)


def test_a_read_only_service_still_answers(made: AuthorityFolder, tmp_path: Path) -> None:
    on = settings(tmp_path, made)
    on = msgspec.structs.replace(on, server=msgspec.structs.replace(on.server, read_only=True))
    with Registry(on) as registry:
        assert ocsp.OCSPCertStatus.GOOD == asked(Wire(registry.address), question(made)).certificate_status


def test_only_what_is_to_be_published_is(made: AuthorityFolder, tmp_path: Path) -> None:
    with Registry(settings(tmp_path, made, publish=("crl",))) as registry:
        wire = Wire(registry.address)
        assert 200 == wire.ask("GET", "/pki/acme/root.crl").status
        assert 404 == wire.ask("GET", "/pki/acme/root.cer").status
        for path, kind in (("ocsp", "application/ocsp-request"), ("tsa", "application/timestamp-query")):
            assert 404 == wire.ask("POST", f"/pki/acme/{path}", b"x", {"Content-Type": kind}).status


def test_figures_tell_what_was_given_and_how_long_it_holds(wire: Wire, made: AuthorityFolder) -> None:
    asked(wire, question(made))
    text = wire.ask("GET", "/metrics").body.decode()
    figures = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(figures["sealwright_ocsp_answers"]) >= 1
    assert 0 < float(figures["sealwright_revocation_list_seconds_left"]) <= 7 * 86400
    assert 0 < float(figures["sealwright_authority_certificate_seconds_left"]) <= 30 * 86400
    assert 'route="pki"' in text


def test_without_the_keys_of_the_cas_delegates_and_files_serve(tmp_path: Path) -> None:
    offline = AuthorityFolder(tmp_path / "pki")
    lists.publish(offline.folder, PASSPHRASES, now(), 0.5)
    with Registry(settings(tmp_path / "first", offline)):
        pass  # makes the certificates of its delegates
    for name in ("root", "intermediate"):
        offline.file(f"{name}.key").unlink()
    before = offline.file("intermediate.crl").read_bytes()
    with Registry(settings(tmp_path / "second", offline)) as registry:
        wire = Wire(registry.address)
        revoke(offline.folder, "build", Why("keyCompromise"), now())
        until(lambda: ocsp.OCSPCertStatus.REVOKED == asked(wire, question(offline)).certificate_status)
        assert before == wire.ask("GET", "/pki/acme/intermediate.crl").body
        answer = wire.ask(
            "POST", "/pki/acme/tsa", stamp_request(), {"Content-Type": "application/timestamp-query"}
        )
        assert 200 == answer.status
        text = wire.ask("GET", "/metrics").body.decode()
        (left,) = [line for line in text.splitlines() if line.startswith("sealwright_revocation_list")]
        assert float(left.split()[1]) < 43_200


def test_a_list_is_renewed_before_it_ends(tmp_path: Path) -> None:
    made = AuthorityFolder(tmp_path / "pki")
    with Registry(settings(tmp_path / "registry", made, crl_days=4 / 86400)) as registry:
        wire = Wire(registry.address)

        def number() -> int:
            parsed = x509.load_der_x509_crl(wire.ask("GET", "/pki/acme/root.crl").body)
            return parsed.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number

        first = number()
        until(lambda: number() > first)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"folder": "/nonexistent"}, "pki.no-such-name"),
        ({"passphrase_file": "/nonexistent"}, "file.absent"),
    ],
)
def test_a_service_that_could_not_answer_does_not_start(
    made: AuthorityFolder, tmp_path: Path, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(SealwrightError) as caught:
        Registry(settings(tmp_path, made, **changes))
    assert code == caught.value.code


def test_two_of_one_name_are_refused_and_the_check_says_so(made: AuthorityFolder, tmp_path: Path) -> None:
    on = settings(tmp_path, made)
    on = msgspec.structs.replace(on, authority=on.authority * 2)
    with pytest.raises(CallerError) as caught:
        Registry(on)
    assert "service.setting-invalid" == caught.value.code
    told: list[str] = []
    assert ["service.setting-invalid"] == [one.code for one in checking.problems(on, told.append)]
    assert [] == checking.problems(settings(tmp_path, made), told.append)
    assert "authority: 1 table(s)" in told


@pytest.mark.parametrize("name", ["", "A", "a/b", "../x", "x" * 65])
def test_a_name_that_no_path_can_have_is_refused(name: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"name": name, "folder": "/x"}, Authority)
