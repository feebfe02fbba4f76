"""Oracle's APIs: who signs a request, what is refused, and what every answer carries."""

import base64
import json
import re
import time
from collections.abc import Iterator, Mapping
from email.utils import formatdate
from typing import Any

import pytest
from msgspec.structs import replace

from sealwright import limits
from sealwright.service.accounts.actions import accounts
from sealwright.service.accounts.queries import state
from sealwright.service.oracle import signing
from world import oracle
from world.accounts import ACTOR
from world.oracle import Signer
from world.oracle_service import BASE, OracleService
from world.registry import Registry
from world.wire import Answer, Wire

CONFIGURATION = f"{BASE}/configuration"
NOT_AUTHENTICATED = (401, "NotAuthenticated")
_NAMED = 'keyId="a",headers="h",signature="e"'


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OracleService]:
    with OracleService(tmp_path_factory.mktemp("oracle")) as running:
        yield running


@pytest.fixture
def target(service: OracleService) -> str:
    return f"{CONFIGURATION}?compartmentId={service.root}"


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["code"]


def sent(signer: Signer, target: str, headers: Mapping[str, str], method: str = "GET") -> Answer:
    return signer.wire.ask(method, target, None, headers)


def test_a_signed_request_is_answered(service: OracleService) -> None:
    answer = service.admin.got(CONFIGURATION, compartmentId=service.root)
    assert (200, "acme") == (answer.status, answer.json["namespace"])


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        ({}, "no Authorization"),
        ({"authorization": "Bearer token"}, "is not a signature"),
        ({"authorization": 'Signature keyId="a",keyId="b",headers="host",signature="eA=="'}, "stands twice"),
        ({"authorization": f'Signature version="2",algorithm="rsa-sha256",{_NAMED}'}, "of version 1"),
        ({"authorization": f'Signature version="1",algorithm="hmac-sha256",{_NAMED}'}, "by rsa-sha256"),
        (
            {"authorization": 'Signature version="1",algorithm="rsa-sha256",headers="h",signature="e"'},
            "no keyId",
        ),
        ({"authorization": "Signature " + "x" * limits.ORACLE_AUTHORIZATION_LENGTH}, "too long"),
    ],
)
def test_what_is_not_signed_is_refused(
    service: OracleService, target: str, headers: dict[str, str], problem: str
) -> None:
    answer = Wire(service.registry.address).ask("GET", target, headers=headers)
    assert NOT_AUTHENTICATED == refused(answer)
    assert problem in answer.json["message"]


def test_basic_credentials_open_nothing(service: OracleService, target: str) -> None:
    assert NOT_AUTHENTICATED == refused(service.wire.ask("GET", target))


@pytest.mark.parametrize(
    ("listed", "problem"),
    [
        (("date", "host"), "(request-target) is not signed"),
        (("date", "(request-target)"), "host is not signed"),
        (("(request-target)", "host"), "neither date nor x-date"),
        (("date", "(request-target)", "host", "date"), "listed twice"),
    ],
)
def test_what_has_to_be_signed_is_signed(
    service: OracleService, target: str, listed: tuple[str, ...], problem: str
) -> None:
    answer = sent(service.admin, target, service.admin.headers("GET", target, listed=listed))
    assert NOT_AUTHENTICATED == refused(answer)
    assert problem in answer.json["message"]


@pytest.mark.parametrize("missing", ["content-length", "content-type", "x-content-sha256"])
def test_the_head_of_a_body_is_signed(service: OracleService, target: str, missing: str) -> None:
    names = ("date", "(request-target)", "host", "content-length", "content-type", "x-content-sha256")
    listed = tuple(name for name in names if name != missing)
    body = b'{"isRepositoryCreatedOnFirstPush": true}'
    headers = service.admin.headers("PUT", target, body, listed=listed)
    answer = service.admin.wire.ask("PUT", target, body, headers)
    assert NOT_AUTHENTICATED == refused(answer)
    assert f"{missing} is not signed" in answer.json["message"]


def test_a_listed_header_has_to_be_there(service: OracleService, target: str) -> None:
    listed = ("date", "(request-target)", "host", "x-mine")
    headers = service.admin.headers("GET", target, listed=listed, more={"x-mine": "1"})
    assert 200 == sent(service.admin, target, headers).status
    del headers["x-mine"]
    assert NOT_AUTHENTICATED == refused(sent(service.admin, target, headers))


def test_a_header_that_stands_twice_is_refused(service: OracleService, target: str) -> None:
    headers = service.admin.headers("GET", target)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    twice = f"GET {target} HTTP/1.1\r\n{lines}date: {formatdate(usegmt=True)}\r\nconnection: close\r\n\r\n"
    with service.admin.wire.raw() as connection:
        connection.sendall(twice.encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b" 401 " in answer.partition(b"\r\n")[0]
    assert b"there twice" in answer


def test_an_absolute_target_is_verified_by_its_path(service: OracleService, target: str) -> None:
    headers = service.admin.headers("GET", target)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    absolute = f"GET http://{service.registry.address}{target} HTTP/1.1\r\n{lines}connection: close\r\n\r\n"
    with service.admin.wire.raw() as connection:
        connection.sendall(absolute.encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b" 200 " in answer.partition(b"\r\n")[0]


@pytest.mark.parametrize(
    "seconds", [-limits.ORACLE_CLOCK_SKEW_SECONDS - 30, limits.ORACLE_CLOCK_SKEW_SECONDS + 30]
)
def test_a_clock_that_is_off_is_refused(service: OracleService, target: str, seconds: int) -> None:
    answer = sent(service.admin, target, service.admin.headers("GET", target, at=time.time() + seconds))
    assert NOT_AUTHENTICATED == refused(answer)
    assert "clock" in answer.json["message"]
    assert re.fullmatch(r"\w{3}, \d{2} \w{3} \d{4} [\d:]{8} GMT", answer.headers["date"])


@pytest.mark.parametrize(
    "seconds", [-limits.ORACLE_CLOCK_SKEW_SECONDS + 30, limits.ORACLE_CLOCK_SKEW_SECONDS - 30]
)
def test_a_clock_that_is_a_little_off_is_not(service: OracleService, target: str, seconds: int) -> None:
    answer = sent(service.admin, target, service.admin.headers("GET", target, at=time.time() + seconds))
    assert 200 == answer.status


@pytest.mark.parametrize(
    "date", ["today", "Sat, 31 Feb 2026 10:00:00 GMT", "Sat, 28 Now 2026 10:00:00 GMT", ""]
)
def test_a_date_that_is_none_is_refused(service: OracleService, target: str, date: str) -> None:
    headers = service.admin.headers("GET", target, more={"date": date})
    assert NOT_AUTHENTICATED == refused(sent(service.admin, target, headers))


def test_x_date_goes_before_date(service: OracleService, target: str) -> None:
    listed = ("x-date", "date", "(request-target)", "host")
    stale, fresh = formatdate(time.time() - 3600, usegmt=True), formatdate(usegmt=True)
    good = service.admin.headers("GET", target, listed=listed, more={"x-date": fresh, "date": stale})
    assert 200 == sent(service.admin, target, good).status
    bad = service.admin.headers("GET", target, listed=listed, more={"x-date": stale, "date": fresh})
    assert NOT_AUTHENTICATED == refused(sent(service.admin, target, bad))


def test_what_was_signed_cannot_be_changed(service: OracleService, target: str) -> None:
    headers = service.admin.headers("GET", target)
    assert 200 == sent(service.admin, target, headers).status
    assert NOT_AUTHENTICATED == refused(sent(service.admin, f"{target}&limit=1", headers))
    assert NOT_AUTHENTICATED == refused(sent(service.admin, target, headers, "DELETE"))
    host = {**headers, "host": "elsewhere.example"}
    assert NOT_AUTHENTICATED == refused(sent(service.admin, target, host))


def test_an_altered_body_is_refused(service: OracleService, target: str) -> None:
    body = b'{"isRepositoryCreatedOnFirstPush": true}'
    headers = service.admin.headers("PUT", target, body)
    altered = body.replace(b" true", b"false")
    assert len(body) == len(altered)
    answer = service.admin.wire.ask("PUT", target, altered, headers)
    assert NOT_AUTHENTICATED == refused(answer)
    assert "body" in answer.json["message"]


def test_a_body_without_a_length_is_refused(service: OracleService, target: str) -> None:
    body = b'{"isRepositoryCreatedOnFirstPush": true}'
    headers = service.admin.headers("PUT", target, body)
    del headers["content-length"]
    assert NOT_AUTHENTICATED == refused(service.admin.wire.ask("PUT", target, iter([body]), headers))


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_key_that_is_called_otherwise_is_not_known(service: OracleService, target: str, part: int) -> None:
    parts = service.admin.key_id.split("/")
    parts[part] = ("ocid1.tenancy.oc1..aaaa", service.tenancy.user("nobody"), ":".join(["00"] * 16))[part]
    signer = Signer(service.registry.address, "/".join(parts), service.admin.key)
    answer = sent(signer, target, signer.headers("GET", target))
    assert NOT_AUTHENTICATED == refused(answer)
    unknown = Signer(service.registry.address, "nothing", service.admin.key)
    same = sent(unknown, target, unknown.headers("GET", target))
    assert answer.json == same.json, "which part is wrong is not told"


def test_another_key_does_not_verify(service: OracleService, target: str) -> None:
    signer = Signer(service.registry.address, service.admin.key_id, oracle.private_key(99))
    assert NOT_AUTHENTICATED == refused(sent(signer, target, signer.headers("GET", target)))


def test_another_tenancy_is_not_ours(service: OracleService) -> None:
    answer = service.admin.got(CONFIGURATION, compartmentId="ocid1.tenancy.oc1..aaaa")
    assert (404, "NotAuthorizedOrNotFound") == refused(answer)


def test_who_is_disabled_or_gone_signs_no_more(service: OracleService) -> None:
    for name in ("leaving", "going"):
        service.robot(name, pull="acme/*")
    leaving, going = service.signer("leaving"), service.signer("going")
    images = {"compartmentId": service.root}
    assert 200 == leaving.got(f"{BASE}/images", **images).status
    accounts.set_disabled(service.database, ACTOR, "leaving", disabled=True)
    accounts.remove(service.database, ACTOR, "going", "robot")
    for signer in (leaving, going):
        assert NOT_AUTHENTICATED == refused(signer.got(f"{BASE}/images", **images))


def test_a_removed_key_signs_no_more(service: OracleService) -> None:
    headers = service.robot("rotating", pull="acme/*")
    signer = service.signer("rotating")
    assert 200 == signer.got(f"{BASE}/images", compartmentId=service.root).status
    fingerprint = signer.key_id.split("/")[2]
    wire = Wire(service.registry.address, headers)
    assert 204 == wire.ask("DELETE", f"/api/v1/oracle/api-keys/{fingerprint}").status
    assert NOT_AUTHENTICATED == refused(signer.got(f"{BASE}/images", compartmentId=service.root))


def test_a_read_may_be_repeated_and_a_change_may_not(service: OracleService, target: str) -> None:
    headers = service.admin.headers("GET", target)
    assert 200 == sent(service.admin, target, headers).status == sent(service.admin, target, headers).status
    body = b'{"isRepositoryCreatedOnFirstPush": true}'
    once = service.admin.headers("PUT", target, body)
    assert 200 == service.admin.wire.ask("PUT", target, body, once).status
    again = service.admin.wire.ask("PUT", target, body, once)
    assert NOT_AUTHENTICATED == refused(again)
    assert "answered before" in again.json["message"]
    other_token = {**once, "opc-retry-token": "another"}
    assert NOT_AUTHENTICATED == refused(service.admin.wire.ask("PUT", target, body, other_token))


def test_a_change_that_failed_may_be_sent_again(service: OracleService, target: str) -> None:
    body = b'{"isRepositoryCreatedOnFirstPush":  true}'
    headers = service.admin.headers("PUT", target, body, more={"if-match": "another"})
    assert (412, "NoEtagMatch") == refused(service.admin.wire.ask("PUT", target, body, headers))
    assert 200 == service.admin.wire.ask("PUT", target, body, {**headers, "if-match": "*"}).status


def test_the_client_s_identifier_of_a_request_comes_back(service: OracleService, target: str) -> None:
    headers = {**service.admin.headers("GET", target), "opc-request-id": "0123456789ABCDEF"}
    answer = sent(service.admin, target, headers)
    assert f"0123456789ABCDEF/{answer.headers['x-request-id']}" == answer.headers["opc-request-id"]
    failing = sent(service.admin, target, {"opc-request-id": "0123456789ABCDEF"})
    assert failing.headers["opc-request-id"].startswith("0123456789ABCDEF/")
    for hostile in ("a b", "x" * (limits.REQUEST_ID_LENGTH + 1), "é"):
        odd = sent(service.admin, target, {**headers, "opc-request-id": hostile.encode().decode("latin-1")})
        assert odd.headers["x-request-id"] == odd.headers["opc-request-id"]


def test_what_is_no_operation_is_refused(service: OracleService) -> None:
    unknown = service.admin.got(f"{BASE}/nothing")
    assert (404, "NotAuthorizedOrNotFound") == refused(unknown)
    assert "Authorization failed or requested resource not found." == unknown.json["message"]
    assert (405, "MethodNotAllowed") == refused(service.admin.ask("DELETE", CONFIGURATION))
    version = service.admin.got("/20990101/container/images")
    assert 404 == version.status


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "CannotParseRequest"),
        (b"[]", "CannotParseRequest"),
        (b'{"displayName": "a", "displayName": "b"}', "CannotParseRequest"),
        (b"\xff", "CannotParseRequest"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, "CannotParseRequest"),
        (b"{}", "MissingParameter"),
        (b'{"displayName": 7, "compartmentId": "x"}', "InvalidParameter"),
        (b'{"displayName": "a", "compartmentId": "x", "readme": {"content": 1}}', "InvalidParameter"),
        (b'{"displayName": "a", "compartmentId": "x", "readme": {}}', "MissingParameter"),
        (b'{"displayName": "UPPER", "compartmentId": "x"}', "InvalidParameter"),
        (b'{"displayName": "", "compartmentId": "x"}', "InvalidParameter"),
    ],
)
def test_bad_bodies_are_refused(service: OracleService, body: bytes, code: str) -> None:
    path = f"{BASE}/repositories"
    headers = service.admin.headers("POST", path, body)
    assert (400, code) == refused(service.admin.wire.ask("POST", path, body, headers))


def test_a_huge_body_is_refused(service: OracleService) -> None:
    path, body = f"{BASE}/repositories", b" " * (limits.ORACLE_BODY_BYTES + 1)
    answer = service.admin.wire.ask("POST", path, body, service.admin.headers("POST", path, body))
    assert (413, "PayloadTooLarge") == refused(answer)


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"}, {"limit": "-1"}, {"limit": "many"}, {"limit": "9" * 30},
        {"page": "nonsense"}, {"page": "e30"}, {"page": "x" * 5000},
        {"page": base64.b64encode(b'["a",1,"b"]')}, {"sortBy": "SIZE"}, {"sortOrder": "UP"},
        {"isVersioned": "maybe"}, {"lifecycleState": "GONE"},
        {"displayName": "a\0b"}, {"compartmentIdInSubtree": "yes"},
    ],
)  # fmt: skip
def test_bad_parameters_are_refused(service: OracleService, query: dict[str, Any]) -> None:
    answer = service.admin.got(f"{BASE}/images", compartmentId=service.root, **query)
    assert (400, "InvalidParameter") == refused(answer)


def test_zero_bytes_are_refused(service: OracleService) -> None:
    assert (404, "NotAuthorizedOrNotFound") == refused(service.admin.got(f"{BASE}/images/a%00b"))
    for details in ({"displayName": "a\0b"}, {"freeformTags": {"a\0": "b"}}, {"readme": {"content": "\0"}}):
        order = {"displayName": "zero", "compartmentId": service.root, **details}
        answer = service.admin.ask("POST", f"{BASE}/repositories", order)
        assert (400, "InvalidParameter") == refused(answer)


def test_a_parameter_that_is_missing_or_twice_is_refused(service: OracleService) -> None:
    assert (400, "MissingParameter") == refused(service.admin.got(f"{BASE}/images"))
    target = f"{BASE}/images?compartmentId={service.root}&compartmentId={service.root}"
    twice = sent(service.admin, target, service.admin.headers("GET", target))
    assert (400, "InvalidParameter") == refused(twice)


def test_a_page_of_a_browser_changes_nothing(service: OracleService) -> None:
    answer = service.admin.ask("DELETE", f"{BASE}/images/x", None, {"origin": "http://evil.example"})
    assert (404, "NotAuthorizedOrNotFound") == refused(answer)


def test_a_session_token_signs_for_its_account(service: OracleService) -> None:
    headers = service.robot("session", pull="acme/session/*")
    image = service.pushed("session/app")
    key = oracle.private_key(50)
    order = json.dumps({"publicKey": oracle.pem(key), "seconds": 600}).encode()
    wire = Wire(service.registry.address, {**headers, "Content-Type": "application/json"})
    token = wire.ask("POST", "/api/v1/oracle/sessions", order).json["token"]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert {"n", "e", "kty"} <= json.loads(claims["jwk"]).keys()
    assert 590 < claims["exp"] - time.time() < 610
    signer = Signer(service.registry.address, f"ST${token}", key)
    seen = signer.got(f"{BASE}/images", compartmentId=service.root).json["items"]
    assert [image["id"]] == [one["id"] for one in seen]
    others = Signer(service.registry.address, f"ST${token}", oracle.private_key(51))
    assert NOT_AUTHENTICATED == refused(others.got(f"{BASE}/images", compartmentId=service.root))
    head, _, rest = token.partition(".")
    for forged in (f"{head}.{rest[::-1]}", "", "a.b.c", f"{token}x"):
        bad = Signer(service.registry.address, f"ST${forged}", key)
        assert NOT_AUTHENTICATED == refused(bad.got(f"{BASE}/images", compartmentId=service.root))
    accounts.set_disabled(service.database, ACTOR, "session", disabled=True)
    accounts.set_disabled(service.database, ACTOR, "session", disabled=False)
    outdated = signer.got(f"{BASE}/images", compartmentId=service.root)
    assert NOT_AUTHENTICATED == refused(outdated), "whatever was issued before is void"


def test_a_bearer_token_is_no_session_token(service: OracleService) -> None:
    answer = service.wire.ask("GET", "/token?service=sealwright&scope=registry:catalog:*")
    key = oracle.private_key(50)
    signer = Signer(service.registry.address, f"ST${answer.json['token']}", key)
    assert NOT_AUTHENTICATED == refused(signer.got(f"{BASE}/images", compartmentId=service.root))


def test_without_accounts_a_key_of_the_service_may_do_everything(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with OracleService(tmp_path_factory.mktemp("open"), guarded=False) as service:
        image = service.pushed("app")
        assert service.tenancy.user("anonymous") == image["createdBy"]
        assert 204 == service.admin.ask("DELETE", f"{BASE}/images/{image['id']}").status
        unsigned = service.wire.ask("GET", f"{BASE}/images?compartmentId={service.root}")
        assert NOT_AUTHENTICATED == refused(unsigned)
        service.robot("first", admin="*")
        with service.database.write() as transaction:
            state.put_in_force(transaction)
            state.changed(transaction)
        service.settle()
        left = service.admin.got(f"{BASE}/repositories", compartmentId=service.root)
        assert [] == left.json["items"], "it is nobody in particular from now on"


def test_the_identifiers_of_users_are_stable(service: OracleService) -> None:
    assert service.tenancy.user("alice") == service.tenancy.user("alice")
    assert service.tenancy.user("alice") != service.tenancy.user("bob")
    assert re.fullmatch(r"ocid1\.user\.oclocal\.\.[a-z2-7]{60}", service.tenancy.user("alice"))
    assert re.fullmatch(r"ocid1\.tenancy\.oclocal\.\.[a-z2-7]{60}", service.tenancy.id)


def test_the_example_of_the_specification_verifies() -> None:
    key = oracle.private_key()
    signer = Signer("127.0.0.1:1", "a/b/c", key)
    at = 1_389_980_000
    headers = signer.headers("GET", "/20160918/x?y=%2F", at=at)
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    signed = signing.read("GET", b"/20160918/x?y=%2F", pairs, at)
    assert ("a/b/c", at, "") == (signed.key_id, signed.at, signed.body_digest)
    assert signing.verifies(signed, key.public_key())
    assert not signing.verifies(signed, oracle.private_key(1).public_key())


def test_what_is_refused_before_anybody_looks_is_told_in_the_same_form(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with OracleService(tmp_path_factory.mktemp("read-only")) as service:
        image = service.pushed("app")
        service.registry.stop()
        server = replace(service.settings.server, read_only=True, port=service.registry.port)
        service.registry = Registry(replace(service.settings, server=server))
        assert 200 == service.admin.got(f"{BASE}/images/{image['id']}").status
        refusal = service.admin.ask("DELETE", f"{BASE}/images/{image['id']}")
        assert (405, "MethodNotAllowed") == refused(refusal)
        assert refusal.headers["x-request-id"] == refusal.headers["opc-request-id"]
        assert 405 == service.wire.ask("DELETE", f"/v2/acme/app/manifests/{image['digest']}").status
