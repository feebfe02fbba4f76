"""The signature extension: what skopeo, podman and OpenShift's manual expect of it, to the letter."""

import base64
import json
import threading
from pathlib import Path

import pytest

from sealwright import limits
from sealwright.digest import Digest
from world import openpgp, simple
from world.registry import Registry
from world.wire import Wire

GPG = Path(__file__).parents[1] / "producers" / "gpg-2.2"
SUPPORTED = "x-registry-supports-signatures"
ABSENT = Digest.of(b"absent")


@pytest.fixture
def digest(wire: Wire, name: str) -> Digest:
    return simple.push_image(wire, name)


def refused(wire: Wire, name: str, digest: str, body: bytes) -> str:
    """What is wrong with a signature; nothing of it may be stored."""
    answer = wire.ask("PUT", simple.path(name, digest), body)
    assert (400, "SIGNATURE_INVALID") == (answer.status, answer.code)
    assert [] == simple.listed(wire, name, digest)
    (error,) = answer.json["errors"]
    problem: str = error["detail"]["problem"]
    assert problem in error["message"]
    return problem


def test_clients_are_told_of_the_extension_by_every_answer(wire: Wire, name: str) -> None:
    for path in ("/v2/", "/v2/_catalog", "/v2/none/manifests/v1", simple.path(name, ABSENT), "/v2/x/y"):
        assert "1" == wire.ask("GET", path).headers[SUPPORTED]


def test_a_signature_comes_back_as_clients_expect_it(wire: Wire, name: str, digest: Digest) -> None:
    content = simple.signed(digest)
    told = simple.name_of(digest)
    answer = simple.attach(wire, name, digest, content, name=told)
    assert (201, b"") == (answer.status, answer.body)
    answer = wire.ask("GET", simple.path(name, digest))
    assert (200, "application/json", "1") == (
        answer.status,
        answer.headers["content-type"],
        answer.headers[SUPPORTED],
    )
    kept = {"schemaVersion": 2, "name": told, "type": "atomic", "content": base64.b64encode(content).decode()}
    assert {"signatures": [kept]} == answer.json
    assert b'"schemaVersion":2' in answer.body


def test_an_image_without_signatures_has_an_empty_list(wire: Wire, name: str, digest: Digest) -> None:
    answer = wire.ask("GET", simple.path(name, digest))
    assert (200, {"signatures": []}) == (answer.status, answer.json)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_an_image_that_is_not_there_is_unknown(wire: Wire, name: str, digest: Digest, method: str) -> None:
    body = simple.encoded(ABSENT, simple.signed(ABSENT)) if method == "PUT" else None
    for repository in (name, f"{name}/never"):
        assert 404 == wire.ask(method, simple.path(repository, ABSENT), body).status
    answer = wire.ask("GET", simple.path(f"{name}/never", digest))
    assert (404, "MANIFEST_UNKNOWN") == (answer.status, answer.code)


def test_the_manual_of_openshift_is_followed_by_curl(wire: Wire, name: str, tmp_path: Path) -> None:
    """The manual says `version`, leaves line breaks to curl, and has it sent as a form."""
    manifest = (GPG / "manifest.json").read_bytes()
    digest = Digest.of(manifest)
    assert 201 == wire.ask("PUT", f"/v2/{name}/manifests/v1", manifest).status
    members = {
        "version": 2,
        "type": "atomic",
        "name": f"{digest}@cddeb7006d914716e2728000746a0b23",
        "content": base64.b64encode((GPG / "inline.signature").read_bytes()).decode(),
    }
    body = json.dumps(members, indent=2).replace("\n", "").encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert 201 == wire.ask("PUT", simple.path(name, digest), body, form).status
    assert [(GPG / "inline.signature").read_bytes()] == simple.listed(wire, name, digest)


@pytest.mark.parametrize("told", [None, ""])
def test_an_empty_type_means_atomic(wire: Wire, name: str, digest: Digest, told: str | None) -> None:
    assert 201 == simple.attach(wire, name, digest, type=told).status
    assert "atomic" == wire.ask("GET", simple.path(name, digest)).json["signatures"][0]["type"]


def test_the_same_again_changes_nothing_under_any_name(wire: Wire, name: str, digest: Digest) -> None:
    content = simple.signed(digest)
    for number in (1, 1, 2):
        told = simple.name_of(digest, number)
        assert 201 == simple.attach(wire, name, digest, content, name=told).status
    assert [content] == simple.listed(wire, name, digest)


def test_one_name_is_not_for_two_signatures(wire: Wire, name: str, digest: Digest) -> None:
    first = simple.signed(digest)
    assert 201 == simple.attach(wire, name, digest, first, name=simple.name_of(digest, 1)).status
    answer = simple.attach(wire, name, digest, name=simple.name_of(digest, 1))
    assert (409, "SIGNATURE_EXISTS") == (answer.status, answer.code)
    assert [first] == simple.listed(wire, name, digest)


def test_names_belong_to_their_image(wire: Wire, name: str, digest: Digest) -> None:
    other = simple.push_image(wire, name, "v2", other="yes")
    for one in (digest, other):
        assert 201 == simple.attach(wire, name, one, name=simple.name_of(one, 1)).status
    assert [1, 1] == [len(simple.listed(wire, name, one)) for one in (digest, other)]


def test_two_tags_and_two_signers_on_one_digest_lose_nothing(wire: Wire, name: str, digest: Digest) -> None:
    assert digest == simple.push_image(wire, name, "v2")
    contents = [
        simple.signed(digest, key, f"example/app:{tag}")
        for key in ("AA" * 8, "BB" * 8)
        for tag in ("v1", "v2")
    ]
    for content in contents:
        assert 201 == simple.attach(wire, name, digest, content).status
    assert contents == simple.listed(wire, name, digest)


def test_signers_at_the_same_time_lose_nothing(wire: Wire, name: str, digest: Digest) -> None:
    contents = [simple.signed(digest) for _ in range(24)]
    statuses: list[int] = []

    def put(mine: list[bytes]) -> None:
        statuses.extend(simple.attach(wire, name, digest, content).status for content in mine)

    threads = [threading.Thread(target=put, args=(contents[start::8],)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [201] * 24 == statuses
    assert sorted(contents) == sorted(simple.listed(wire, name, digest))


BAD_NAMES = [
    None,
    "",
    "x",
    "{digest}",
    "{digest}@",
    "{digest}@" + "A" * 32,
    "{digest}@" + "a" * 31,
    "{digest}@" + "a" * 33,
    "{digest}@{digest}@" + "a" * 32,
    "@" + "a" * 32,
]


@pytest.mark.parametrize("told", BAD_NAMES)
def test_a_name_is_the_digest_and_32_digits(wire: Wire, name: str, digest: Digest, told: str | None) -> None:
    told = told and told.format(digest=digest)
    body = simple.encoded(digest, simple.signed(digest), name=told)
    problem = refused(wire, name, digest, body)
    assert problem.startswith("its name is")


def test_name_url_and_payload_must_be_about_one_manifest(wire: Wire, name: str, digest: Digest) -> None:
    other = simple.push_image(wire, name, "v2", other="yes")
    body = simple.encoded(digest, simple.signed(digest), name=simple.name_of(other))
    assert "its name is about" in refused(wire, name, digest, body)
    body = simple.encoded(digest, simple.signed(other))
    assert f"it signs the manifest '{other}', the URL is about {digest}" == refused(wire, name, digest, body)
    body = simple.encoded(digest, simple.signed("nonsense"))
    assert "it signs the manifest 'nonsense'" in refused(wire, name, digest, body)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"schemaVersion": None}, "schemaVersion is missing"),
        ({"schemaVersion": 1}, "only schemaVersion 2 is known"),
        ({"schemaVersion": True}, "only schemaVersion 2 is known"),
        ({"schemaVersion": "2"}, "only schemaVersion 2 is known"),
        ({"version": 3}, "only schemaVersion 2 is known"),
        ({"more": 1}, "nobody knows the member 'more'"),
        ({"type": 1}, "type is not a text"),
        ({"type": "a b"}, "its type is not a word of printable ASCII"),
        ({"type": "x" * 129}, "its type is not a word of printable ASCII"),
        ({"name": 1}, "name is not a text"),
        ({"content": 1}, "content is not a text"),
        ({"content": None}, "its content is empty"),
        ({"content": ""}, "its content is empty"),
        ({"content": "AAA"}, "its content is not base64 with padding"),
        ({"content": "AA-_"}, "its content is not base64 with padding"),
        ({"content": "AAAA AAAA"}, "its content is not base64 with padding"),
        ({"content": "ä"}, "its content is not base64 with padding"),
    ],
)
def test_each_member_is_checked(
    wire: Wire, name: str, digest: Digest, changes: dict[str, object], problem: str
) -> None:
    assert problem == refused(wire, name, digest, simple.encoded(digest, simple.signed(digest), **changes))


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "it is not JSON"),
        (b"[]", "it is not a JSON object"),
        (b"{", "it is not JSON"),
        (b'{"type":"a","type":"b"}', 'the member "type" stands twice'),
        (b"[" * 100_000, "nested deeper"),
    ],
)
def test_what_is_no_json_is_refused(wire: Wire, name: str, digest: Digest, body: bytes, problem: str) -> None:
    assert problem in refused(wire, name, digest, body)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ((GPG / "two.signature").read_bytes(), "several signatures in one message"),
        ((GPG / "detached.signature").read_bytes(), "a signature without the document"),
        ((GPG / "clearsign.signature").read_bytes(), "a clearsigned message"),
        ((GPG / "armored.signature").read_bytes(), "an armored message"),
        ((GPG / "encrypted.signature").read_bytes(), "an encrypted message"),
        ((GPG / "unsigned.signature").read_bytes(), "a document without a signature"),
        ((GPG / "parts.signature").read_bytes(), "the payload of the simple signature cannot be read"),
        (b"\x00sigstore-json\n{}", "a Sigstore signature"),
        (b"<html></html>", "an HTML page"),
        (b"whatever", "no OpenPGP message"),
        (b"\x90\xff", "a damaged OpenPGP message"),
    ],
)
def test_what_no_client_would_take_is_refused(
    wire: Wire, name: str, digest: Digest, content: bytes, problem: str
) -> None:
    assert problem in refused(wire, name, digest, simple.encoded(digest, content))


def test_old_new_and_wrapped_messages_are_taken(wire: Wire, name: str, digest: Digest) -> None:
    literal = openpgp.literal(openpgp.payload(digest))
    contents = [
        openpgp.signature_3("AB" * 8, 1_400_000_000) + literal,
        openpgp.message(openpgp.payload(digest), openpgp.new(2, b"\x06whatever")),
        b"\x00simple-signing\n" + simple.signed(digest),
        openpgp.zipped(simple.signed(digest)),
    ]
    for content in contents:
        assert 201 == simple.attach(wire, name, digest, content).status
    assert contents == simple.listed(wire, name, digest)


def test_other_types_are_kept_and_told_apart_and_are_not_in_the_signature_store(
    wire: Wire, name: str, digest: Digest
) -> None:
    assert 201 == simple.attach(wire, name, digest, b"<html>", type="x-other/1").status
    assert 201 == simple.attach(wire, name, digest, simple.signed(digest), type="AtomicImageV1").status
    found = wire.ask("GET", f"/api/v1/images?repository={name}&reference={digest}").json["signatures"]
    assert [("unknown", "html", "x-other/1"), ("unknown", "signed", "AtomicImageV1")] == [
        (one["format"], one["kind"], one["type"]) for one in found
    ]
    assert 404 == wire.ask("GET", f"/lookaside/{name}@sha256={digest.encoded}/signature-1").status
    assert ["x-other/1", "AtomicImageV1"] == [
        one["type"] for one in wire.ask("GET", simple.path(name, digest)).json["signatures"]
    ]


def test_a_signature_has_a_most_size(wire: Wire, name: str, digest: Digest) -> None:
    over = bytes(limits.SIMPLE_SIGNATURE_BYTES + 1)
    assert "has more than 4194304 bytes" in refused(wire, name, digest, simple.encoded(digest, over))
    endless = (b"x" * 65536 for _ in range(200))
    answer = wire.ask("PUT", simple.path(name, digest), endless)
    assert (413, "SIGNATURE_INVALID") == (answer.status, answer.code)


def test_the_list_never_grows_beyond_what_clients_read(wire: Wire, name: str, digest: Digest) -> None:
    def large(size: int) -> bytes:
        return b"".join((openpgp.new(21, bytes(size)), simple.signed(digest)))

    assert 201 == simple.attach(wire, name, digest, large(2_000_000)).status
    answer = simple.attach(wire, name, digest, large(1_500_000))
    assert (413, "SIGNATURE_INVALID", "service.signatures-too-large") == (
        answer.status,
        answer.code,
        answer.json["errors"][0]["detail"]["reason"],
    )
    assert 201 == simple.attach(wire, name, digest, large(900_000)).status
    assert len(wire.ask("GET", simple.path(name, digest)).body) <= limits.SIMPLE_SIGNATURE_LIST_BYTES


def test_an_image_has_as_many_signatures_as_clients_read(wire: Wire, name: str, digest: Digest) -> None:
    for _ in range(limits.SIMPLE_SIGNATURES):
        assert 201 == simple.attach(wire, name, digest).status
    answer = simple.attach(wire, name, digest)
    assert (413, "SIGNATURE_INVALID", "service.signatures-too-many") == (
        answer.status,
        answer.code,
        answer.json["errors"][0]["detail"]["reason"],
    )
    assert limits.SIMPLE_SIGNATURES == len(simple.listed(wire, name, digest))


def test_one_signature_is_found_by_its_name(wire: Wire, name: str, digest: Digest) -> None:
    told = simple.name_of(digest)
    assert 201 == simple.attach(wire, name, digest, name=told).status
    one = simple.path(name, told)
    answer = wire.ask("GET", one)
    assert (200, wire.ask("GET", simple.path(name, digest)).json["signatures"][0]) == (
        answer.status,
        answer.json,
    )
    answer = wire.ask("GET", simple.path(name, simple.name_of(digest)))
    assert (404, "SIGNATURE_UNKNOWN") == (answer.status, answer.code)


def test_head_tells_what_get_would_send(wire: Wire, name: str, digest: Digest) -> None:
    told = simple.name_of(digest)
    assert 201 == simple.attach(wire, name, digest, name=told).status
    for path in (simple.path(name, digest), simple.path(name, told)):
        got, head = wire.ask("GET", path), wire.ask("HEAD", path)
        assert (200, b"", str(len(got.body)), got.headers["etag"]) == (
            head.status,
            head.body,
            head.headers["content-length"],
            head.headers["etag"],
        )


def test_a_list_that_the_client_has_is_not_sent_again(wire: Wire, name: str, digest: Digest) -> None:
    path = simple.path(name, digest)
    empty = wire.ask("GET", path).headers["etag"]
    assert 304 == wire.ask("GET", path, headers={"If-None-Match": empty}).status
    assert 201 == simple.attach(wire, name, digest).status
    answer = wire.ask("GET", path, headers={"If-None-Match": empty})
    assert (200, 1) == (answer.status, len(answer.json["signatures"]))
    assert (304, b"") == wire.ask("GET", path, headers={"If-None-Match": answer.headers["etag"]})[::2]


def test_a_list_comes_in_pages_if_asked_for(wire: Wire, name: str, digest: Digest) -> None:
    contents = [simple.signed(digest) for _ in range(5)]
    for content in contents:
        assert 201 == simple.attach(wire, name, digest, content).status
    path: str | None = simple.path(name, digest) + "?n=2"
    found: list[bytes] = []
    pages = 0
    while path is not None:
        answer = wire.ask("GET", path)
        found += [base64.b64decode(one["content"]) for one in answer.json["signatures"]]
        link = answer.headers.get("link")
        path = link and link.partition(">")[0].removeprefix("<")
        pages += 1
    assert (contents, 3) == (found, pages)
    assert [] == wire.ask("GET", simple.path(name, digest) + "?n=0").json["signatures"]
    assert 400 == wire.ask("GET", simple.path(name, digest) + "?n=x").status


def test_a_revoked_signature_is_gone_from_every_view_and_remembered(
    wire: Wire, name: str, digest: Digest
) -> None:
    told = simple.name_of(digest)
    content = simple.signed(digest)
    assert 201 == simple.attach(wire, name, digest, content, name=told).status
    answer = wire.ask("DELETE", simple.path(name, told) + "?reason=key%20lost")
    assert 202 == answer.status
    assert [] == simple.listed(wire, name, digest)
    assert 404 == wire.ask("GET", f"/lookaside/{name}@sha256={digest.encoded}/signature-1").status
    assert [] == wire.ask("GET", f"/api/v1/signatures?repository={name}").json["signatures"]
    (row,) = wire.ask("GET", f"/api/v1/signatures?repository={name}&revoked=yes").json["signatures"]
    assert ("revoked", "anonymous", "key lost") == (
        row["status"],
        row["revoked"]["by"],
        row["revoked"]["reason"],
    )
    assert 404 == wire.ask("DELETE", simple.path(name, told)).status
    assert 201 == simple.attach(wire, name, digest, content, name=told).status
    rows = wire.ask("GET", f"/api/v1/signatures?repository={name}&revoked=all").json["signatures"]
    assert ["attached", "revoked"] == [one["status"] for one in rows]


def test_a_reason_is_plain_text_and_short(wire: Wire, name: str, digest: Digest) -> None:
    told = simple.name_of(digest)
    assert 201 == simple.attach(wire, name, digest, name=told).status
    for reason in ("%00", "x" * (limits.REVOCATION_REASON_LENGTH + 1)):
        answer = wire.ask("DELETE", f"{simple.path(name, told)}?reason={reason}")
        assert (400, "REASON_INVALID") == (answer.status, answer.code)
    assert 1 == len(simple.listed(wire, name, digest))


def test_signatures_stay_when_their_image_goes_and_are_there_when_it_comes_back(
    wire: Wire, name: str, digest: Digest
) -> None:
    assert 201 == simple.attach(wire, name, digest).status
    assert 202 == wire.ask("DELETE", f"/v2/{name}/manifests/{digest}").status
    assert 404 == wire.ask("GET", simple.path(name, digest)).status
    (row,) = wire.ask("GET", f"/api/v1/signatures?repository={name}").json["signatures"]
    assert "subject-missing" == row["status"]
    assert digest == simple.push_image(wire, name)
    assert 1 == len(simple.listed(wire, name, digest))


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/extensions/v2/a/signatures/nonsense", 400, "DIGEST_INVALID"),
        ("GET", "/extensions/v2/a/signatures/sha256:abc", 400, "DIGEST_INVALID"),
        ("GET", f"/extensions/v2/A/signatures/{ABSENT}", 400, "NAME_INVALID"),
        ("GET", f"/extensions/v2/a/../b/signatures/{ABSENT}", 400, "NAME_INVALID"),
        ("GET", f"/extensions/v2/a/signatures/{ABSENT}@xyz", 404, "NAME_UNKNOWN"),
        ("GET", "/extensions/v2/a", 404, "NAME_UNKNOWN"),
        ("GET", f"/extensions/v2/{'a' * 1100}/signatures/{ABSENT}", 414, "SIZE_INVALID"),
        ("POST", f"/extensions/v2/a/signatures/{ABSENT}", 405, "UNSUPPORTED"),
        ("DELETE", f"/extensions/v2/a/signatures/{ABSENT}", 405, "UNSUPPORTED"),
        ("PUT", f"/extensions/v2/a/signatures/{ABSENT}@{'a' * 32}", 405, "UNSUPPORTED"),
    ],
)
def test_odd_requests_are_refused(wire: Wire, method: str, path: str, status: int, code: str) -> None:
    answer = wire.ask(method, path)
    assert (status, code, "1") == (answer.status, answer.code, answer.headers[SUPPORTED])


def test_signatures_outlive_the_server(tmp_path: Path) -> None:
    with Registry(tmp_path) as registry:
        wire = Wire(registry.address)
        digest = simple.push_image(wire, "a")
        content = simple.signed(digest)
        assert 201 == simple.attach(wire, "a", digest, content).status
    with Registry(tmp_path) as registry:
        assert [content] == simple.listed(Wire(registry.address), "a", digest)
