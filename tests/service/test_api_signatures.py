"""The API over all signatures: searched, shown, revoked, whatever their format."""

import datetime as dt
import json
import threading
import uuid
from urllib.parse import quote

import pytest

from sealwright import media_types
from sealwright.digest import Digest
from world import images, notary, pki, simple
from world.registry import Registry
from world.wire import Wire

BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
COSIGN = "application/vnd.dev.cosign.artifact.sig.v1+json"
CONFIG = {"mediaType": media_types.EMPTY, "digest": str(Digest.of(b"{}")), "size": 2}
CHAIN = pki.chain("ec256")


@pytest.fixture
def name() -> str:
    return f"ns/{uuid.uuid4()}"


@pytest.fixture
def digest(wire: Wire, name: str) -> Digest:
    return simple.push_image(wire, name, unique=name)


def search(wire: Wire, **filters: object) -> list[dict[str, object]]:
    """Every signature that a search finds, page by page."""
    query = "&".join(f"{key}={quote(str(value))}" for key, value in filters.items())
    path: str | None = f"/api/v1/signatures?{query}"
    found: list[dict[str, object]] = []
    while path is not None:
        answer = wire.ask("GET", path)
        assert 200 == answer.status, answer
        found += answer.json["signatures"]
        link = answer.headers.get("link")
        assert (link is None) == (answer.json["next"] is None)
        path = link and link.partition(">")[0].removeprefix("<")
    return found


def refer(wire: Wire, name: str, subject: Digest, artifact_type: str, **annotations: str) -> Digest:
    members = {
        "artifactType": artifact_type,
        "config": CONFIG,
        "layers": [],
        "subject": {"mediaType": media_types.IMAGE_MANIFEST, "digest": subject, "size": 300},
        "annotations": annotations,
    }
    digest = Digest.of(
        json.dumps({"schemaVersion": 2, "mediaType": media_types.IMAGE_MANIFEST, **members}).encode()
    )
    pushed, _ = wire.push_manifest(name, digest, members)
    return pushed


def attach_notary(registry: Registry, name: str) -> str:
    """A Notary signature of `v1`; gives its manifest's digest."""
    with images.repository_at(f"{registry.local}/{name}") as repository:
        subject = repository.resolve("v1")
        envelope = notary.signed(CHAIN, media_types.NOTARY_COSE, payload=subject)
        return images.attach_signature(
            repository, subject, media_types.NOTARY_COSE, envelope, *CHAIN.certificates
        )


def test_every_format_is_in_one_list(registry: Registry, wire: Wire, name: str, digest: Digest) -> None:
    assert 201 == simple.attach(wire, name, digest).status
    signed = attach_notary(registry, name)
    bundle = refer(wire, name, digest, BUNDLE)
    cosign = refer(wire, name, digest, COSIGN)
    tagged, _ = wire.push_manifest(name, f"sha256-{digest.encoded}.sig", {"config": CONFIG, "layers": []})
    attested, _ = wire.push_manifest(
        name, f"sha256-{digest.encoded}.att", {"config": CONFIG, "layers": [], "annotations": {"a": "b"}}
    )
    refer(wire, name, digest, "application/spdx+json")
    image = wire.ask("GET", f"/api/v1/images?repository={name}&reference=v1").json
    assert (name, digest, ["v1"]) == (image["repository"], image["digest"], image["tags"])
    assert [
        ("simple", "signed", "extension"),
        ("notary", "cose", "referrers"),
        ("bundle", "referrer", "referrers"),
        ("cosign", "referrer", "referrers"),
        ("cosign", "signature", "tag"),
        ("cosign", "attestation", "tag"),
    ] == [(one["format"], one["kind"], one["via"]) for one in image["signatures"]]
    assert [signed, bundle, cosign, tagged, attested] == [one["digest"] for one in image["signatures"][1:]]
    assert all(digest == one["subject"] for one in image["signatures"])


def test_a_signature_under_a_tag_goes_with_its_last_tag(wire: Wire, name: str, digest: Digest) -> None:
    tag = f"sha256-{digest.encoded}.sig"
    signed, _ = wire.push_manifest(name, tag, {"config": CONFIG, "layers": []})
    wire.push_manifest(name, "beside", {"config": CONFIG, "layers": []})
    assert 202 == wire.ask("DELETE", f"/v2/{name}/manifests/{tag}").status
    assert [signed] == [one["digest"] for one in search(wire, repository=name)]
    wire.push_manifest(name, tag, {"config": CONFIG, "layers": []})
    assert 202 == wire.ask("DELETE", f"/v2/{name}/manifests/beside").status
    assert 202 == wire.ask("DELETE", f"/v2/{name}/manifests/{tag}?reason=wrong+key").status
    assert [] == search(wire, repository=name)
    (one,) = search(wire, repository=name, revoked="yes")
    assert ("anonymous", "wrong key") == (one["revoked"]["by"], one["revoked"]["reason"])  # type: ignore[index]  # JSON
    assert 404 == wire.ask("GET", f"/v2/{name}/manifests/{signed}").status


def test_a_notary_signature_tells_what_its_envelope_claims(
    registry: Registry, wire: Wire, name: str, digest: Digest
) -> None:
    signed = attach_notary(registry, name)
    (one,) = search(wire, repository=name)
    key = one["claimed"]["key"]  # type: ignore[index]  # JSON
    assert len(key) == 64
    assert one["claimed"] == {
        "signer": one["claimed"]["signer"],  # type: ignore[index]  # JSON
        "key": key,
        "fingerprint": Digest.of(CHAIN.certificates[0]).encoded,
        "signedAt": notary.SIGNED_AT.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
        "reference": "",
    }
    assert "CN=" in one["claimed"]["signer"]
    assert [signed] == [found["digest"] for found in search(wire, key=key, repository=name)]
    signer = one["claimed"]["signer"]
    assert [signed] == [found["digest"] for found in search(wire, signer=signer, repository=name)]
    content = wire.ask("GET", f"/api/v1/signatures/{one['id']}/content")
    assert (200, signed, "attachment") == (
        content.status,
        Digest.of(content.body),
        content.headers["content-disposition"],
    )
    assert "anonymous" == one["attachedBy"]
    assert digest == one["subject"]


@pytest.mark.parametrize(
    ("layer", "kind"), [(b"junk", "unreadable"), (None, "absent")], ids=["unreadable", "absent"]
)
def test_a_signature_that_cannot_be_read_is_one_all_the_same(
    wire: Wire, name: str, digest: Digest, layer: bytes | None, kind: str
) -> None:
    content = layer or b"never pushed"
    if layer is not None:
        wire.push_blob(name, layer)
    else:
        wire.push_blob(f"{name}/other", content)  # what others hold is not looked at
    members = {
        "artifactType": media_types.NOTARY_SIGNATURE,
        "config": CONFIG,
        "layers": [{"mediaType": media_types.NOTARY_JWS, "digest": Digest.of(content), "size": len(content)}],
        "subject": {"mediaType": media_types.IMAGE_MANIFEST, "digest": digest, "size": 300},
    }
    wire.push_manifest(name, "s", members)
    (one,) = search(wire, repository=name)
    assert ("notary", kind, "") == (one["format"], one["kind"], one["claimed"]["signer"])  # type: ignore[index]  # JSON


def test_a_manifest_that_is_pushed_again_is_no_second_signature(
    wire: Wire, name: str, digest: Digest
) -> None:
    for _ in range(2):
        refer(wire, name, digest, BUNDLE)
    assert 1 == len(search(wire, repository=name))


def test_a_deleted_manifest_is_a_revoked_signature_and_pushed_again_a_new_one(
    wire: Wire, name: str, digest: Digest
) -> None:
    manifest = refer(wire, name, digest, BUNDLE)
    assert 202 == wire.ask("DELETE", f"/v2/{name}/manifests/{manifest}?reason=stolen").status
    assert [] == search(wire, repository=name)
    (one,) = search(wire, repository=name, revoked="yes")
    assert ("revoked", "stolen", "anonymous") == (
        one["status"],
        one["revoked"]["reason"],  # type: ignore[index]  # JSON
        one["revoked"]["by"],  # type: ignore[index]  # JSON
    )
    refer(wire, name, digest, BUNDLE)
    assert ["attached", "revoked"] == [
        found["status"] for found in search(wire, repository=name, revoked="all")
    ]


def test_a_revoked_signature_leaves_referrers_manifests_and_tags(
    wire: Wire, name: str, digest: Digest
) -> None:
    manifest = refer(wire, name, digest, BUNDLE)
    tag = f"sha256-{digest.encoded}.sig"
    wire.push_manifest(name, tag, {"config": CONFIG, "layers": []})
    for one in search(wire, repository=name):
        answer = wire.ask("DELETE", f"/api/v1/signatures/{one['id']}", b'{"reason": "r\xc3\xa9voqu\xc3\xa9"}')
        assert (200, "révoqué") == (answer.status, answer.json["revoked"]["reason"])
    assert [] == wire.ask("GET", f"/v2/{name}/referrers/{digest}").json["manifests"]
    assert ["v1"] == wire.ask("GET", f"/v2/{name}/tags/list").json["tags"]
    for reference in (manifest, tag):
        assert 404 == wire.ask("GET", f"/v2/{name}/manifests/{reference}").status
    assert [] == search(wire, repository=name)
    for one in search(wire, repository=name, revoked="yes"):
        assert 404 == wire.ask("GET", f"/api/v1/signatures/{one['id']}/content").status


def test_what_is_revoked_stays_as_it_was_revoked(wire: Wire, name: str, digest: Digest) -> None:
    assert 201 == simple.attach(wire, name, digest).status
    (one,) = search(wire, repository=name)
    first = wire.ask("DELETE", f"/api/v1/signatures/{one['id']}?reason=first").json
    assert first == wire.ask("DELETE", f"/api/v1/signatures/{one['id']}?reason=second").json
    assert first == wire.ask("GET", f"/api/v1/signatures/{one['id']}").json


def test_many_who_revoke_and_attach_at_once_leave_no_hole(wire: Wire, name: str, digest: Digest) -> None:
    for _ in range(12):
        assert 201 == simple.attach(wire, name, digest).status
    rows = search(wire, repository=name)

    def change(number: int) -> None:
        assert 200 == wire.ask("DELETE", f"/api/v1/signatures/{rows[number]['id']}").status
        assert 201 == simple.attach(wire, name, digest).status

    threads = [threading.Thread(target=change, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    places = [one["place"] for one in search(wire, repository=name)]
    assert list(range(1, 13)) == sorted(places)  # type: ignore[type-var]  # numbers


@pytest.fixture
def known(wire: Wire, name: str) -> dict[str, Digest]:
    """Two images, each with a signature by two keys."""
    found = {tag: simple.push_image(wire, name, tag, unique=f"{name} {tag}") for tag in ("v1", "v2")}
    for one in found.values():
        for key in ("AA" * 8, "BB" * 8):
            content = simple.signed(one, key, f"{name}:x")
            assert 201 == simple.attach(wire, name, one, content).status
    return found


def test_signatures_are_found_by_image_subject_key_and_format(
    wire: Wire, name: str, known: dict[str, Digest]
) -> None:
    v1, v2 = known["v1"], known["v2"]
    assert [v2, v2, v1, v1] == [one["subject"] for one in search(wire, repository=name)]
    assert [v1, v1] == [one["subject"] for one in search(wire, image=f"{name}:v1")]
    assert [v2, v2] == [one["subject"] for one in search(wire, image=f"{name}@{v2}")]
    assert [v2, v2] == [one["subject"] for one in search(wire, subject=v2)]
    assert [v2, v1] == [one["subject"] for one in search(wire, key="bb" * 8, repository=name)]
    assert [v2] == [one["subject"] for one in search(wire, key="0x" + "BB" * 8, image=f"{name}:v2")]
    assert [v2] == [one["subject"] for one in search(wire, key="cc" * 12 + "bb" * 8, subject=v2)]
    assert 4 == len(search(wire, repository=name, format="simple", attached_by="anonymous"))
    for nothing in (
        {"format": "notary"},
        {"attached_by": "nobody"},
        {"signer": "nobody"},
        {"image": f"{name}:v1", "subject": v2},
        {"revoked": "yes"},
    ):
        assert [] == search(wire, **{"repository": name, **nothing})


def test_signatures_are_found_by_the_time_of_their_coming(
    wire: Wire, name: str, known: dict[str, Digest]
) -> None:
    assert len(known) == 2
    times = [str(one["receivedAt"]) for one in search(wire, repository=name)]
    assert sorted(times, reverse=True) == times
    second = times[2]
    assert times[:3] == [one["receivedAt"] for one in search(wire, repository=name, since=second)]
    assert times[3:] == [one["receivedAt"] for one in search(wire, repository=name, until=second)]
    plus = dt.datetime.fromisoformat(second).astimezone(dt.timezone(dt.timedelta(hours=2))).isoformat()
    assert times[:3] == [one["receivedAt"] for one in search(wire, repository=name, since=plus)]
    assert 4 == len(search(wire, repository=name, since="0001-01-01T00:00:00Z"))


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5])
def test_pages_hold_everything_once(wire: Wire, name: str, known: dict[str, Digest], length: int) -> None:
    assert len(known) == 2
    whole = search(wire, repository=name)
    assert whole == search(wire, repository=name, n=length)


def test_pages_stay_in_order_while_signatures_come(wire: Wire, name: str, known: dict[str, Digest]) -> None:
    before = search(wire, repository=name)
    first = wire.ask("GET", f"/api/v1/signatures?repository={name}&n=2").json
    assert 201 == simple.attach(wire, name, known["v1"]).status
    rest = search(wire, repository=name, last=first["next"])
    assert before == first["signatures"] + rest


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("n=0", 400),
        ("n=x", 400),
        ("key=xyz", 400),
        ("subject=sha256:abc", 400),
        ("repository=Upper", 400),
        ("image=none", 400),
        ("image=none:v1", 404),
        ("image=a@sha256:b", 400),
        ("format=pgp", 400),
        ("revoked=maybe", 400),
        ("since=yesterday", 400),
        ("since=2026-13-01T00:00:00Z", 400),
        ("since=2026-11-20T12:00:00", 400),
        ("signer=%0a", 400),
        ("last=x", 400),
        ("last=00000000-0000-0000-0000-000000000000", 404),
    ],
)
def test_odd_filters_are_refused(wire: Wire, query: str, status: int) -> None:
    answer = wire.ask("GET", f"/api/v1/signatures?{query}")
    assert status == answer.status, answer
    assert {"code", "message", "detail"} == set(answer.json["errors"][0])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/signatures/x", 400),
        ("GET", f"/api/v1/signatures/{uuid.UUID(int=0)}", 404),
        ("GET", f"/api/v1/signatures/{uuid.UUID(int=0)}/content", 404),
        ("DELETE", f"/api/v1/signatures/{uuid.UUID(int=0)}", 404),
        ("GET", "/api/v1/images?repository=none&reference=v1", 404),
        ("GET", "/api/v1/images?repository=none", 400),
        ("GET", "/api/v1/images", 400),
        ("GET", "/api/v1/none", 404),
        ("GET", "/api/v1/", 404),
        ("POST", "/api/v1/signatures", 405),
        ("PUT", "/api/v1/images", 405),
        ("DELETE", "/api/v1/openapi.json", 405),
        ("GET", "/api/v1/repositories?last=X", 400),
    ],
)
def test_odd_requests_are_refused(wire: Wire, method: str, path: str, status: int) -> None:
    answer = wire.ask(method, path)
    assert status == answer.status, answer
    assert {"code", "message", "detail"} == set(answer.json["errors"][0])


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"reason": 1}', b'{"more": ""}', b"\xff", b"x" * 70_000])
def test_odd_reasons_are_refused(wire: Wire, name: str, digest: Digest, body: bytes) -> None:
    assert 201 == simple.attach(wire, name, digest).status
    (one,) = search(wire, repository=name)
    answer = wire.ask("DELETE", f"/api/v1/signatures/{one['id']}", body)
    assert answer.status in (400, 413)
    assert 1 == len(search(wire, repository=name))


def test_repositories_come_in_pages(wire: Wire, name: str) -> None:
    names = [f"{name}/{number}" for number in range(5)]
    for one in names:
        simple.push_image(wire, one)
    path: str | None = "/api/v1/repositories?n=2"
    found: list[str] = []
    while path is not None:
        answer = wire.ask("GET", path)
        assert len(answer.json["repositories"]) <= 2
        found += [one["name"] for one in answer.json["repositories"]]
        link = answer.headers.get("link")
        path = link and link.partition(">")[0].removeprefix("<")
    assert sorted(found) == found
    assert names == [one for one in found if one.startswith(name)]


def test_pages_in_a_browser_may_change_nothing(wire: Wire, name: str, digest: Digest) -> None:
    assert 201 == simple.attach(wire, name, digest).status
    (one,) = search(wire, repository=name)
    answer = wire.ask("DELETE", f"/api/v1/signatures/{one['id']}", headers={"Origin": "http://evil.example"})
    assert 403 == answer.status
    assert 1 == len(search(wire, repository=name))
