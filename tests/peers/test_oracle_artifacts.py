"""The client of Oracle's registry and its SDK for Python, on repositories, images and signatures."""

import base64
import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from peers import programs
from world.oracle_plain_client import PlainOracleClient
from world.oracle_service import OracleService

pytestmark = pytest.mark.peer("oci")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OracleService]:
    with OracleService(tmp_path_factory.mktemp("oracle")) as running:
        yield running


@pytest.fixture(scope="module")
def oci(service: OracleService, tmp_path_factory: pytest.TempPathFactory) -> PlainOracleClient:
    return PlainOracleClient(tmp_path_factory.mktemp("client"), service, "admin")


def test_the_client_works_with_images(service: OracleService, oci: PlainOracleClient) -> None:
    first = service.pushed("images/app", "1", n="1")
    service.push("images/app", "latest", n="1")
    second = service.pushed("images/app", "2", n="2")
    where = ("--compartment-id", service.root, "--repository-name", "images/app")
    listed = oci.good("image", "list", *where)
    assert [second["id"], first["id"]] == [one["id"] for one in listed["items"]]
    paged = oci.good("image", "list", *where, "--all", "--page-size", "1")
    assert [second["id"], first["id"]] == [one["id"] for one in paged["items"]]
    looked = oci.good("image", "lookup", "--image-uri", "acme/images/app:latest")
    assert (first["id"], ["latest", "1"]) == (looked["id"], [one["version"] for one in looked["versions"]])
    tags = json.dumps({"stage": "tést"})
    updated = oci.good("image", "update", "--image-id", first["id"], "--freeform-tags", tags, "--force")
    assert {"stage": "tést"} == updated["freeform-tags"]
    left = oci.good("image", "remove-version", "--image-id", first["id"], "--image-version", "latest")
    assert "images/app:1" == left["display-name"]
    waited = oci.run("image", "delete", "--image-id", first["id"], "--force", "--wait-for-state", "DELETED")
    assert 0 == waited.code, waited
    assert "DELETED" == oci.good("image", "get", "--image-id", first["id"])["lifecycle-state"]
    restored = oci.good("image", "restore", "--image-id", first["id"], "--image-version", "again")
    assert ("AVAILABLE", "images/app:again") == (restored["lifecycle-state"], restored["display-name"])


def test_the_client_works_with_repositories(service: OracleService, oci: PlainOracleClient) -> None:
    root = ("--compartment-id", service.root)
    readme = json.dumps({"content": "# Hello", "format": "TEXT_MARKDOWN"})
    made = oci.good(
        "repository", "create", *root, "--display-name", "made/app", "--is-public", "true", "--readme", readme
    )
    assert ("made/app", True, "# Hello") == (
        made["display-name"],
        made["is-public"],
        made["readme"]["content"],
    )
    again = oci.run("repository", "create", *root, "--display-name", "made/app")
    assert (1, (409, "NotAuthorizedOrResourceAlreadyExists")) == (again.code, again.error)
    listed = oci.good(
        "repository", "list", *root, "--compartment-id-in-subtree", "true", "--is-public", "true"
    )
    assert [made["id"]] == [one["id"] for one in listed["items"]]
    assert {"repository-count", "image-count", "layer-count", "layers-size-in-bytes"} <= listed.keys()
    one = ("--repository-id", made["id"])
    changed = oci.run(
        "repository", "update", *one, "--is-immutable", "true", "--if-match", "another", "--force"
    )
    assert (412, "NoEtagMatch") == changed.error
    assert oci.good("repository", "update", *one, "--is-immutable", "true", "--force")["is-immutable"]
    moved = oci.run("repository", "change-compartment", *one, *root)
    assert 0 == moved.code, moved
    deleted = oci.run("repository", "delete", *one, "--force")
    assert (0, "") == (deleted.code, deleted.out)


def test_the_client_works_with_the_configuration(service: OracleService, oci: PlainOracleClient) -> None:
    root = ("--compartment-id", service.root)
    wanted = {"is-repository-created-on-first-push": True, "namespace": "acme"}
    assert wanted == oci.good("configuration", "get", *root)
    updated = oci.good("configuration", "update", *root, "--is-repository-created-on-first-push", "true")
    assert wanted == updated


def test_the_client_works_with_signatures(service: OracleService, oci: PlainOracleClient) -> None:
    image = service.pushed("signed/app")
    upload = service.upload(image)
    names = {
        "--compartment-id": "compartmentId", "--image-id": "imageId", "--kms-key-id": "kmsKeyId",
        "--kms-key-version-id": "kmsKeyVersionId", "--message": "message", "--signature": "signature",
        "--signing-algorithm": "signingAlgorithm",
    }  # fmt: skip
    words = [word for option, name in names.items() for word in (option, upload[name])]
    made = oci.good("image-signature", "create", *words)
    assert (upload["message"], upload["signature"]) == (made["message"], made["signature"])
    where = ("--compartment-id", service.root, "--image-id", image["id"])
    listed = oci.good("image-signature", "list", *where, "--signing-algorithm", upload["signingAlgorithm"])
    assert [made["id"]] == [one["id"] for one in listed["items"]]
    one = ("--image-signature-id", made["id"])
    assert made == oci.good("image-signature", "get", *one)
    tags = json.dumps({"a": "b"})
    tagged = oci.good("image-signature", "update", *one, "--freeform-tags", tags, "--force")
    assert {"a": "b"} == tagged["freeform-tags"]
    began = time.monotonic()
    refusal = oci.run("image-signature", "create", *words)
    assert (409, "Conflict") == refusal.error
    assert time.monotonic() - began < 20, "the client does not try that again"
    deleted = oci.run("image-signature", "delete", *one, "--force")
    assert 0 == deleted.code, deleted
    assert [] == oci.good("image-signature", "list", *where)["items"]


def test_whoever_may_not_is_told_that_nothing_is_there(service: OracleService, tmp_path: Path) -> None:
    image = service.pushed("hidden/app")
    service.robot("stranger", pull="acme/other/*")
    service.settle()
    stranger = PlainOracleClient(tmp_path, service, "stranger")
    refusal = stranger.run("image", "get", "--image-id", image["id"])
    assert (1, (404, "NotAuthorizedOrNotFound")) == (refusal.code, refusal.error)


_SDK = """
import json, sys, time, oci
config, address, root, upload = (json.loads(word) for word in sys.argv[1:])
client = oci.artifacts.ArtifactsClient(config, service_endpoint=address)
models = oci.artifacts.models
details = models.CreateContainerImageSignatureDetails(
    compartment_id=upload["compartmentId"], image_id=upload["imageId"], kms_key_id=upload["kmsKeyId"],
    kms_key_version_id=upload["kmsKeyVersionId"], message=upload["message"], signature=upload["signature"],
    signing_algorithm=upload["signingAlgorithm"])
first = client.create_container_image_signature(details, opc_retry_token="sdk-token")
second = client.create_container_image_signature(details, opc_retry_token="sdk-token")
found = oci.pagination.list_call_get_all_results(
    client.list_container_images, root, repository_name="sdk/*", limit=1, sort_by="DISPLAYNAME").data
image = client.get_container_image(upload["imageId"])
etag = image.headers["etag"]
tags = models.UpdateContainerImageDetails(freeform_tags={"by": "sdk"})
moved = client.update_container_image(upload["imageId"], tags, if_match=etag)
time.sleep(1.1)  # a change is taken once, and within a second all signatures of one are the same
codes = []
for call in (
    lambda: client.update_container_image(upload["imageId"], tags, if_match=etag),
    lambda: client.list_container_images(root, compartment_id_in_subtree=True, page="nonsense"),
    lambda: client.get_container_repository("ocid1.containerrepo.oc1..none"),
    lambda: client.restore_container_image(upload["imageId"], models.RestoreContainerImageDetails()),
):
    try:
        call()
    except oci.exceptions.ServiceError as error:
        codes.append([error.status, error.code])
print(json.dumps({
    "same": first.data.id == second.data.id, "names": [one.display_name for one in found.items]
        if hasattr(found, "items") else [one.display_name for one in found],
    "created": image.data.time_created.isoformat(), "layers": len(image.data.layers),
    "tags": moved.data.freeform_tags, "codes": codes,
    "kind": first.data.lifecycle_state, "request": first.headers["opc-request-id"]}))
"""


def test_the_sdk_works(service: OracleService, oci: PlainOracleClient) -> None:
    image = service.pushed("sdk/app", "1", n="1")
    service.pushed("sdk/other", "2", n="2")
    words = [oci.config, oci.address, service.root, service.upload(image)]
    told = oci.script(_SDK, *(json.dumps(word) for word in words))
    assert told["same"]
    assert ["sdk/app:1", "sdk/other:2"] == told["names"]
    assert ("AVAILABLE", {"by": "sdk"}) == (told["kind"], told["tags"])
    wanted = [
        [412, "NoEtagMatch"], [400, "InvalidParameter"], [404, "NotAuthorizedOrNotFound"], [409, "Conflict"]
    ]  # fmt: skip
    assert wanted == told["codes"]
    assert told["created"][:19] == image["timeCreated"][:19]
    assert "/" in told["request"]


@pytest.mark.peer("skopeo")
def test_a_login_by_namespace_and_user_pushes(service: OracleService, tmp_path: Path) -> None:
    skopeo = programs.find("skopeo")
    assert skopeo is not None
    headers = service.robot("pusher", push="acme/*", pull="acme/*")
    token = base64.b64decode(headers["Authorization"].split()[1]).decode().partition(":")[2]
    auth = tmp_path / "auth.json"

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [skopeo, *map(str, words)], capture_output=True, text=True, timeout=60, check=False
        )

    address = service.registry.local
    login = ("login", "--tls-verify=false", "--authfile", auth, "--username", "acme/pusher")
    done = run(*login, "--password", token, address)
    assert 0 == done.returncode, done
    assert 0 != run(*login[:-1], "other/pusher", "--password", token, address).returncode
    service.wire.push_blob("acme/source/app", b"{}")
    service.push("source/app")
    copied = run(
        "copy", "--src-tls-verify=false", "--dest-tls-verify=false", "--authfile", auth,
        f"docker://{address}/acme/source/app:v1", f"docker://{address}/acme/pushed/app:by-skopeo",
    )  # fmt: skip
    assert 0 == copied.returncode, copied
    image = service.admin.ask(
        "POST",
        "/20160918/container/images/actions/lookupImageByUri",
        {"imageUri": "acme/pushed/app:by-skopeo"},
    ).json
    assert service.tenancy.user("pusher") == image["createdBy"]
