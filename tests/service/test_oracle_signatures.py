"""Oracle's Artifacts API: signatures of images."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from sealwright import limits
from sealwright.service.configuration.oracle import Oracle
from world.oracle_service import ALGORITHM, BASE, Key, OracleService

SIGNATURES = f"{BASE}/imageSignatures"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OracleService]:
    with OracleService(tmp_path_factory.mktemp("oracle")) as running:
        yield running


def told(answer: Any, status: int = 200) -> Any:
    assert status == answer.status, answer
    return answer.json


def refused(answer: Any) -> tuple[int, str]:
    return answer.status, answer.json["code"]


def test_a_signature_is_shown_as_it_was_uploaded(service: OracleService) -> None:
    image = service.pushed("shown/app")
    upload = service.upload(image)
    answer = service.create({**upload, "freeformTags": {"stage": "test"}})
    made = told(answer)
    assert {name: made[name] for name in upload} == upload
    assert "AVAILABLE" == made["lifecycleState"]
    assert {"stage": "test"} == made["freeformTags"]
    assert {} == made["definedTags"] == made["systemTags"]
    assert service.tenancy.user("admin") == made["createdBy"]
    last = [made[name][-10:] for name in ("kmsKeyId", "kmsKeyVersionId", "signingAlgorithm", "id")]
    assert f"{last[0]}::{last[1]}::{ALGORITHM}::{last[3]}" == made["displayName"]
    again = service.admin.got(f"{SIGNATURES}/{made['id']}")
    assert made == told(again)
    assert again.headers["etag"] == answer.headers["etag"]
    listed = told(service.admin.got(SIGNATURES, compartmentId=service.root, imageId=image["id"]))
    assert [{name: made[name] for name in made if name != "createdBy"}] == listed["items"]
    assert 0 == listed["remainingItemsCount"]


@pytest.mark.parametrize(
    "algorithm",
    ["SHA_224_RSA_PKCS_PSS", "SHA_256_RSA_PKCS_PSS", "SHA_384_RSA_PKCS_PSS", "SHA_512_RSA_PKCS_PSS"],
)
def test_all_four_algorithms_are_taken(service: OracleService, algorithm: str) -> None:
    image = service.pushed("algorithms/app", algorithm=algorithm)
    assert algorithm == service.sign(image, algorithm=algorithm)["signingAlgorithm"]


def test_a_signature_is_one_of_all_signatures(service: OracleService) -> None:
    image = service.pushed("all/app")
    made = service.sign(image)
    found = service.wire.ask("GET", "/api/v1/signatures?repository=acme/all/app").json["signatures"]
    assert [("kms", "oracle", image["digest"])] == [(s["format"], s["via"], s["subject"]) for s in found]
    content = service.wire.ask("GET", f"/api/v1/signatures/{found[0]['id']}/content")
    assert made["message"] == json.loads(content.body)["message"]
    assert 404 == service.wire.ask("GET", f"/v2/acme/all/app/manifests/{found[0]['digest']}").status
    extension = service.wire.ask("GET", f"/extensions/v2/acme/all/app/signatures/{image['digest']}")
    assert [] == extension.json["signatures"]
    revoked = service.wire.ask("DELETE", f"/api/v1/signatures/{found[0]['id']}?reason=gone")
    assert revoked.status < 300
    listed = told(service.admin.got(SIGNATURES, compartmentId=service.root, imageId=image["id"]))
    assert [] == listed["items"]
    assert "DELETED" == told(service.admin.got(f"{SIGNATURES}/{made['id']}"))["lifecycleState"]


def test_a_deleted_signature_stays_in_the_records(service: OracleService) -> None:
    image = service.pushed("deleted/app")
    made = service.sign(image)
    assert 204 == service.admin.ask("DELETE", f"{SIGNATURES}/{made['id']}").status
    gone = told(service.admin.got(f"{SIGNATURES}/{made['id']}"))
    assert "DELETED" == gone["lifecycleState"]
    refusal = service.admin.ask("PUT", f"{SIGNATURES}/{made['id']}", {"freeformTags": {}})
    assert (404, "NotAuthorizedOrNotFound") == refused(refusal)
    found = service.wire.ask("GET", "/api/v1/signatures?repository=acme/deleted/app&revoked=yes").json
    assert ["admin"] == [one["revoked"]["by"] for one in found["signatures"]]
    listed = told(
        service.admin.got(
            SIGNATURES, compartmentId=service.root, imageId=image["id"], lifecycleState="DELETED"
        )
    )
    assert [made["id"]] == [one["id"] for one in listed["items"]]


def test_an_image_that_is_deleted_and_pushed_again_has_no_signatures(service: OracleService) -> None:
    image = service.pushed("again/app", of="again")
    service.sign(image)
    assert 204 == service.admin.ask("DELETE", f"{BASE}/images/{image['id']}").status
    other = service.pushed("again/app", of="again")
    assert image["digest"] == other["digest"]
    assert image["id"] != other["id"]
    listed = service.admin.got(SIGNATURES, compartmentId=service.root, imageDigest=image["digest"])
    assert [] == told(listed)["items"]
    by_digest = service.wire.ask("GET", f"/api/v1/signatures?subject={image['digest']}").json
    assert [] == by_digest["signatures"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("imageDigest", "sha256:" + "0" * 64),
        ("repositoryName", "fields/other"),
        ("region", "us-ashburn-1"),
        ("kmsKeyId", "ocid1.key.oclocal.local-1.other." + "a" * 60),
        ("kmsKeyVersionId", "ocid1.keyversion.oclocal.local-1.other." + "a" * 60),
        ("signingAlgorithm", "SHA_512_RSA_PKCS_PSS"),
        ("metadata", "{not json"),
    ],
)
def test_a_message_about_something_else_is_refused(service: OracleService, field: str, value: str) -> None:
    image = service.pushed("fields/app")
    refusal = service.create(service.upload(image, **{field: value}))
    assert (400, "InvalidParameter") == refused(refusal)
    assert f"message.{field}" in refusal.json["message"]


def test_a_signature_of_another_image_is_refused(service: OracleService) -> None:
    first, second = service.pushed("replay/app", "a", of="a"), service.pushed("replay/app", "b", of="b")
    upload = service.upload(first)
    replayed = service.create({**upload, "imageId": second["id"]})
    assert (400, "InvalidParameter") == refused(replayed)
    assert "message.imageDigest" in replayed.json["message"]
    elsewhere = service.pushed("replay/elsewhere", "a", of="a")
    assert first["digest"] == elsewhere["digest"]
    assert (400, "InvalidParameter") == refused(service.create({**upload, "imageId": elsewhere["id"]}))


def test_swapped_or_altered_signatures_are_refused(service: OracleService) -> None:
    image = service.pushed("swapped/app")
    upload, other = service.upload(image), service.upload(image, description="other")
    swapped = service.create({**upload, "signature": other["signature"]})
    assert (400, "InvalidParameter") == refused(swapped)
    altered = base64.b64encode(base64.b64decode(upload["message"]).replace(b'""', b'"x"', 1)).decode()
    assert (400, "InvalidParameter") == refused(service.create({**upload, "message": altered}))


def test_keys_that_cannot_be_used_are_refused(service: OracleService) -> None:
    image = service.pushed("keys/app")
    key = service.key("to-be-disabled")
    upload = service.upload(image, key)
    unknown = {**upload, "kmsKeyId": "ocid1.key.oclocal.local-1.nobodys." + "a" * 60}
    assert (404, "NotAuthorizedOrNotFound") == refused(service.create(unknown))
    usual = service.usual_key
    foreign = service.create({**upload, "kmsKeyId": usual.id})
    assert (404, "NotAuthorizedOrNotFound") == refused(foreign)
    swapped = service.create({**upload, "kmsKeyId": usual.id, "kmsKeyVersionId": usual.version})
    assert (400, "InvalidParameter") == refused(swapped)
    service.vaults.told("POST", f"keys/{key.id}/actions/disable", {})
    assert (409, "Conflict") == refused(service.create(upload))
    service.vaults.told("POST", f"keys/{key.id}/actions/enable", {})
    service.vaults.told("POST", f"keys/{key.id}/actions/schedule-deletion", {})
    assert (409, "Conflict") == refused(service.create(upload))


def test_a_key_of_another_kind_is_refused(service: OracleService) -> None:
    image = service.pushed("kinds/app")
    key = service.key("curve", "ECDSA", 256)
    upload = service.upload(image)
    message = json.loads(base64.b64decode(upload["message"]))
    message |= {"kmsKeyId": key.id, "kmsKeyVersionId": key.version}
    encoded = base64.b64encode(json.dumps(message).encode()).decode()
    wrong = {**upload, "message": encoded, "kmsKeyId": key.id, "kmsKeyVersionId": key.version}
    assert (400, "InvalidParameter") == refused(service.create(wrong))
    ecdsa = {**upload, "signingAlgorithm": "ECDSA_SHA_256"}
    assert (400, "InvalidParameter") == refused(service.create(ecdsa))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"message": "not base64!"}, "InvalidParameter"),
        ({"signature": "AAAA\n"}, "InvalidParameter"),
        ({"message": ""}, "InvalidParameter"),
        ({"message": base64.b64encode(b"x" * 5000).decode()}, "InvalidParameter"),
        ({"signature": base64.b64encode(b"x" * limits.KMS_SIGNATURE_BYTES).decode()}, "InvalidParameter"),
        ({"kmsKeyId": "key"}, "InvalidParameter"),
        ({"kmsKeyVersionId": "ocid1.key.oclocal.local-1.v." + "a" * 60}, "InvalidParameter"),
        ({"signingAlgorithm": 7}, "InvalidParameter"),
        ({"imageId": None}, "MissingParameter"),
        ({"freeformTags": {"a": 1}}, "InvalidParameter"),
    ],
)
def test_bad_uploads_are_refused(service: OracleService, change: dict[str, object], code: str) -> None:
    image = service.pushed("bad/app")
    upload: dict[str, object] = {**service.upload(image), **change}
    upload = {name: value for name, value in upload.items() if value is not None}
    assert (400, code) == refused(service.create(upload))


def test_an_image_that_is_not_there_cannot_be_signed(service: OracleService) -> None:
    image = service.pushed("absent/app")
    upload = service.upload(image)
    unknown = service.create({**upload, "imageId": image["id"][:-4] + "aaaa"})
    assert (404, "NotAuthorizedOrNotFound") == refused(unknown)
    elsewhere = {**upload, "compartmentId": "ocid1.compartment.oclocal.." + "a" * 60}
    assert (404, "NotAuthorizedOrNotFound") == refused(service.create(elsewhere))
    service.admin.ask("DELETE", f"{BASE}/images/{image['id']}")
    assert (404, "NotAuthorizedOrNotFound") == refused(service.create(upload))


def test_the_very_same_signature_is_taken_once(service: OracleService) -> None:
    image = service.pushed("once/app")
    upload = service.upload(image)
    told(service.create(upload))
    same = service.create({**upload, "freeformTags": {"a": "b"}})
    assert (409, "Conflict") == refused(same)


def test_tags_are_replaced_if_the_signature_is_as_it_was(service: OracleService) -> None:
    made = service.sign(service.pushed("tags/app"))
    path = f"{SIGNATURES}/{made['id']}"
    etag = service.admin.got(path).headers["etag"]
    first = service.admin.ask("PUT", path, {"freeformTags": {"a": "1", "b": "2"}}, {"if-match": etag})
    assert {"a": "1", "b": "2"} == told(first)["freeformTags"]
    stale = service.admin.ask("PUT", path, {"freeformTags": {"c": "3"}}, {"if-match": etag})
    assert (412, "NoEtagMatch") == refused(stale)
    latest = {"if-match": first.headers["etag"]}
    second = service.admin.ask("PUT", path, {"freeformTags": {"c": "3"}}, latest)
    assert {"c": "3"} == told(second)["freeformTags"]
    kept = service.admin.ask("PUT", path, {}, {"if-match": "*"})
    assert {"c": "3"} == told(kept)["freeformTags"]
    assert (412, "NoEtagMatch") == refused(service.admin.ask("DELETE", path, None, {"if-match": etag}))


def test_filters_find_what_they_name(service: OracleService) -> None:
    image = service.pushed("filters/app", of="filters")
    other = service.key("filters")
    first = service.sign(image)
    second = service.sign(image, other, "SHA_512_RSA_PKCS_PSS")
    elsewhere = service.sign(service.pushed("filters/app-two"), other)

    def found(**query: str) -> list[str]:
        asked = {"compartmentId": service.root, "repositoryName": "filters/*", **query}
        return [one["id"] for one in told(service.admin.got(SIGNATURES, **asked))["items"]]

    assert [elsewhere["id"], second["id"], first["id"]] == found()
    assert [first["id"], second["id"], elsewhere["id"]] == found(sortOrder="ASC")
    assert [second["id"], first["id"]] == found(repositoryName="filters/app")
    assert [second["id"], first["id"]] == found(imageDigest=image["digest"])
    assert [second["id"], first["id"]] == found(repositoryId=image["repositoryId"])
    assert [first["id"]] == found(imageId=image["id"], kmsKeyId=service.usual_key.id)
    assert [elsewhere["id"], second["id"]] == found(kmsKeyId=other.id)
    assert [elsewhere["id"], second["id"]] == found(kmsKeyVersionId=other.version)
    assert [second["id"]] == found(kmsKeyId=other.id, signingAlgorithm="SHA_512_RSA_PKCS_PSS")
    assert [first["id"]] == found(displayName=first["displayName"])
    assert [] == found(displayName="nobody")
    titles = sorted((one["displayName"], one["id"]) for one in (first, second, elsewhere))
    assert [identifier for _, identifier in titles] == found(sortBy="DISPLAYNAME")
    assert [identifier for _, identifier in titles][::-1] == found(sortBy="DISPLAYNAME", sortOrder="DESC")


def test_only_who_may_sign_uploads_and_only_who_may_pull_sees(service: OracleService) -> None:
    image = service.pushed("rights/app")
    service.robot("reader", pull="acme/rights/*")
    service.robot("signing", pull="acme/rights/*", sign="acme/rights/*")
    service.robot("stranger", pull="acme/others/*")
    service.settle()
    upload = service.upload(image)
    reader, signing, stranger = map(service.signer, ("reader", "signing", "stranger"))
    for caller in (reader, stranger):
        assert (404, "NotAuthorizedOrNotFound") == refused(caller.ask("POST", SIGNATURES, upload))
    unseen = signing.ask("POST", SIGNATURES, upload)
    assert (404, "NotAuthorizedOrNotFound") == refused(unseen), "it may not know of the key"
    made = told(service.create(upload))
    for caller, status in ((reader, 200), (signing, 200), (stranger, 404)):
        assert status == caller.got(f"{SIGNATURES}/{made['id']}").status
        listed = told(caller.got(SIGNATURES, compartmentId=service.root, imageId=image["id"]))
        assert (status == 200) == bool(listed["items"])
    assert 404 == reader.ask("DELETE", f"{SIGNATURES}/{made['id']}").status
    assert 204 == signing.ask("DELETE", f"{SIGNATURES}/{made['id']}").status


def test_who_sees_the_key_and_may_sign_uploads(service: OracleService) -> None:
    image = service.pushed("uploader/app")
    service.robot("uploader", sign="acme/uploader/*", pull="vault:images/usual")
    service.settle()
    made = service.signer("uploader").ask("POST", SIGNATURES, service.upload(image))
    assert service.tenancy.user("uploader") == told(made)["createdBy"]


def test_a_verification_is_told_in_the_tags_of_the_system(service: OracleService) -> None:
    made = service.sign(service.pushed("verified/app"))
    found = service.wire.ask("GET", "/api/v1/signatures?repository=acme/verified/app").json["signatures"]
    record = json.dumps({"result": "failed", "reason": "revocation.revoked", "problem": "no more"}).encode()
    headers = {"Content-Type": "application/json"}
    told_of = service.wire.ask("POST", f"/api/v1/signatures/{found[0]['id']}/verifications", record, headers)
    assert 201 == told_of.status, told_of
    shown = told(service.admin.got(f"{SIGNATURES}/{made['id']}"))["systemTags"]["signing"]
    assert "UNVERIFIED" == shown["verification"]


def test_a_lenient_service_tells_what_is_wrong(tmp_path_factory: pytest.TempPathFactory) -> None:
    with OracleService(tmp_path_factory.mktemp("lenient"), Oracle("acme", strict=False)) as lenient:
        image = lenient.pushed("app")
        upload = lenient.upload(image, region="us-ashburn-1")
        made = told(lenient.create(upload))
        assert "region" in made["systemTags"]["signing"]["uploadProblem"]
        unknown = Key("ocid1.key.oc1.phx.elsewhere." + "a" * 60, "ocid1.keyversion.oc1.phx.e." + "b" * 60)
        foreign = {**upload, "kmsKeyId": unknown.id, "kmsKeyVersionId": unknown.version}
        assert "uploadProblem" in told(lenient.create(foreign))["systemTags"]["signing"]
