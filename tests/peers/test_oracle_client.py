"""Oracle's unmodified client, and its library for Python, on our service: by proxy, by address, by session.

Each call of `oci` takes most of a second, so one setting serves all tests, in their order.
"""

import base64
import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from sealwright.service.accounts.actions import grants
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.oracle import Oracle
from sealwright.service.configuration.tunnel import Tunnel
from sealwright.service.oracle.actions import compartments
from sealwright.service.oracle.tenancy import opened
from world import images
from world.accounts import ACTOR, Guarded, basic
from world.approvals import ApprovalWire
from world.approvers import Person, group, rule, rules_of
from world.oracle_client import OracleClient, Said
from world.oracle_kms import OracleKms, b64
from world.seal import seal
from world.wire import Wire

pytestmark = pytest.mark.peer("oci")

NAME = "project01/acme-web-app"
TAG = "v2.0.test"
ALGORITHMS = [f"SHA_{size}_RSA_PKCS_PSS" for size in (224, 256, 384, 512)]
ALICE = ("-u", "alice", "-p", "wonderland")
DESCRIPTION = 'Ünï "q" café </&>'
METADATA = '{ "b b": [1, 2], "a":"x y" }'


def configured(folder: Path, *, strict: bool = True) -> Configuration:
    whole = Configuration.on(folder)
    return replace(whole, oracle=Oracle(namespace="ansh81vru1zp", strict=strict), tunnel=Tunnel(port=0))


class Setting:
    """A service with an image, a vault and a key in it, and the client of alice, who made them.

    Attributes:
        guarded: the service.
        oci: the client.
        vault, key, image: as the client tells of them.
        management, crypto: the addresses of the vault, as options.
    """

    def __init__(self, folder: Path, *, strict: bool = True) -> None:
        self.guarded = Guarded(configured(folder / "service", strict=strict))
        for pattern in ("vault:*", "ansh81vru1zp/*"):
            grants.grant(self.guarded.database, ACTOR, "alice", pattern, {"admin"})
        self.guarded.settle()
        self.address = self.guarded.registry.local
        self.name = f"{self.address}/ansh81vru1zp/{NAME}"
        layout = folder / "layout"
        self.digest = images.make_layout(layout, TAG)[TAG]
        pushed = seal("push", f"oci:{layout}:{TAG}", f"{self.name}:{TAG}", *ALICE)
        assert 0 == pushed.code, pushed.err
        self.oci = OracleClient(folder / "alice", self.address, *ALICE)
        here = ("--compartment-id", self.oci.root)
        self.here = here
        kms = OracleKms(self.guarded.registry.address, basic("alice", "wonderland"))
        self.kms = kms
        self.vault = kms.vault("release")
        at = f"/v/{self.vault['id'].split('.')[4]}"
        self.key = kms.key(at, "images", "RSA", 256)
        self.plain = ("--endpoint", f"http://{self.guarded.registry.address}{at}")
        self.container = ("artifacts", "container")

    @property
    def image(self) -> Any:
        """The image, as it is listed."""
        return self.kms.told(
            "GET", "/20160918/container/images", compartmentId=self.kms.root, repositoryName=NAME
        )["items"][0]

    def sign(self, algorithm: str, *more: str, key: Any = None, image: str = "", version: str = "") -> Said:
        """`sign-upload`."""
        key = key or self.key
        return self.oci.run(
            *self.container,
            "image-signature",
            "sign-upload",
            *self.here,
            "--kms-key-id",
            key["id"],
            "--kms-key-version-id",
            version or key["currentKeyVersion"],
            "--signing-algorithm",
            algorithm,
            "--image-id",
            image or self.image["id"],
            *more,
        )

    def verify(self, *keys: str, digest: str = "") -> Said:
        """`get-verify`."""
        trusted = [word for key in keys for word in ("--trusted-keys", key)]
        return self.oci.run(
            *self.container,
            "image-signature",
            "get-verify",
            *self.here,
            "--repo-name",
            NAME,
            "--image-digest",
            digest or self.digest,
            "--compartment-id-in-subtree",
            "false",
            *trusted,
        )

    def stop(self) -> None:
        self.guarded.stop()


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    made = Setting(tmp_path_factory.mktemp("setting"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def uploads(setting: Setting) -> list[Said]:
    """The image, signed with each algorithm."""
    more = ("--description", DESCRIPTION, "--metadata", METADATA)
    return [setting.sign(algorithm, *more) for algorithm in ALGORITHMS]


def test_vaults_and_keys_are_managed(setting: Setting) -> None:
    oci, here = setting.oci, setting.here
    vault = oci.told(
        *("kms", "management", "vault", "create"),
        *here,
        "--display-name",
        "second",
        "--vault-type",
        "DEFAULT",
    )
    listed = oci.told("kms", "management", "vault", "list", *here, "--all")
    assert {"release", "second"} <= {one["display-name"] for one in listed}
    at = ("--endpoint", vault["management-endpoint"])
    assert at[1].startswith("https://")
    key = oci.told(
        *("kms", "management", "key", "create"),
        *(*at, *here, "--display-name", "made by the client"),
        *("--key-shape", '{"algorithm": "ECDSA", "length": 32, "curveId": "NIST_P256"}'),
    )
    of = (*at, "--key-id", key["id"])
    assert [key["id"]] == [one["id"] for one in oci.told("kms", "management", "key", "list", *at, *here)]
    second = oci.told("kms", "management", "key-version", "create", *of)
    version = oci.told("kms", "management", "key-version", "get", *of, "--key-version-id", second["id"])
    assert version["public-key"].startswith("-----BEGIN PUBLIC KEY-----\n")
    disabled = oci.told("kms", "management", "key", "disable", *of)
    assert ("DISABLED", second["id"]) == (disabled["lifecycle-state"], disabled["current-key-version"])
    assert "ENABLED" == oci.told("kms", "management", "key", "enable", *of)["lifecycle-state"]
    planned = oci.told("kms", "management", "key", "schedule-deletion", *of)
    assert "PENDING_DELETION" == planned["lifecycle-state"]
    assert "ENABLED" == oci.told("kms", "management", "key", "cancel-deletion", *of)["lifecycle-state"]


def test_keys_sign_and_verify(setting: Setting) -> None:
    oci = setting.oci
    crypto = setting.kms.signer.ask(
        "GET", f"/20180608/vaults/{setting.vault['id']}", more={"host": "kms.local-1.sealwright.internal"}
    ).json["cryptoEndpoint"]
    what = ("--key-id", setting.key["id"], "--message", b64(b"hello"), "--signing-algorithm")
    name = "SHA_256_RSA_PKCS1_V1_5"
    signed = oci.told("kms", "crypto", "signed-data", "sign", "--endpoint", crypto, *what, name)
    assert setting.key["currentKeyVersion"] == signed["key-version-id"]
    told = oci.told(
        *("kms", "crypto", "verified-data", "verify", *setting.plain, *what, name),
        *("--key-version-id", signed["key-version-id"], "--signature", signed["signature"]),
    )
    assert {"is-signature-valid": True} == told
    assert (400, "InvalidParameter") == oci.failed(
        *(
            "kms",
            "crypto",
            "encrypt",
            *setting.plain,
            "--key-id",
            setting.key["id"],
            "--plaintext",
            "aGVsbG8=",
        )
    )


def test_images_are_found_by_proxy_and_by_address(setting: Setting) -> None:
    listing = (*setting.container, "image", "list", *setting.here, "--repository-name", NAME)
    by_proxy = setting.oci.told(*listing)
    by_address = setting.oci.told(*listing, "--endpoint", f"http://{setting.address}")
    assert by_proxy == by_address
    assert [(setting.digest, f"{NAME}:{TAG}")] == [
        (one["digest"], one["display-name"]) for one in by_proxy["items"]
    ]
    alone = setting.oci.told(
        *listing, "--endpoint", f"http://{setting.address}", more={"OCI_CLI_RC_FILE": "/dev/null"}
    )
    assert by_proxy == alone


def test_an_image_is_signed_with_every_algorithm(setting: Setting, uploads: list[Said]) -> None:
    image = setting.image
    for algorithm, said in zip(ALGORITHMS, uploads, strict=True):
        assert (0, "") == (said.status, said.err), said
        data = said.data
        assert (algorithm, image["id"], setting.key["id"], setting.key["currentKeyVersion"]) == (
            data["signing-algorithm"],
            data["image-id"],
            data["kms-key-id"],
            data["kms-key-version-id"],
        )
        lasts = (setting.key["id"], setting.key["currentKeyVersion"], data["id"])
        key, version, own = (one[-10:] for one in lasts)
        assert f"{key}::{version}::{algorithm}::{own}" == data["display-name"]
        assert [
            "Obtaining container image metadata by the image ID",
            "Generating signature",
            f"Signature: {data['signature']}",
            "Uploading signature",
            f"Uploaded signature: {data['signature']}",
            f"Message: {data['message']}",
            f"ID: {data['id']}",
        ] == said.out.splitlines()[:7]


def test_what_the_client_signs_is_kept_byte_by_byte(setting: Setting, uploads: list[Said]) -> None:
    message = base64.b64decode(uploads[1].data["message"]).decode("ascii")
    assert message == (
        '{"description":"\\u00dcn\\u00ef \\"q\\" caf\\u00e9 </&>","imageDigest":"'
        + setting.digest
        + '","kmsKeyId":"'
        + setting.key["id"]
        + '","kmsKeyVersionId":"'
        + setting.key["currentKeyVersion"]
        + '","metadata":"{ \\"b b\\": [1, 2], \\"a\\":\\"x y\\" }","region":"local-1",'
        + '"repositoryName":"project01/acme-web-app","signingAlgorithm":"SHA_256_RSA_PKCS_PSS"}'
    )


@pytest.mark.peer("openssl")
def test_a_signature_verifies_without_the_service(
    setting: Setting, uploads: list[Said], tmp_path: Path
) -> None:
    version = setting.key["currentKeyVersion"]
    told = setting.kms.told("GET", f"/20180608/keys/{setting.key['id']}/keyVersions/{version}")
    (tmp_path / "key.pem").write_text(told["publicKey"])
    for algorithm, said in zip(ALGORITHMS, uploads, strict=True):
        (tmp_path / "message").write_bytes(base64.b64decode(said.data["message"]))
        (tmp_path / "signature").write_bytes(base64.b64decode(said.data["signature"]))
        options = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]
        command = ["openssl", "dgst", f"-sha{algorithm[4:7]}", "-verify", "key.pem", *options]
        done = subprocess.run(
            [*command, "-signature", "signature", "message"], cwd=tmp_path, capture_output=True, check=False
        )
        assert b"Verified OK\n" == done.stdout, done.stderr


def test_a_message_as_go_writes_it_is_taken_as_it_is(setting: Setting) -> None:
    fields = {
        "description": "Ünï <b> & co",
        "imageDigest": setting.digest,
        "kmsKeyId": setting.key["id"],
        "kmsKeyVersionId": setting.key["currentKeyVersion"],
        "metadata": '{"signedBy":"fn CLI"}',
        "region": "local-1",
        "repositoryName": NAME,
        "signingAlgorithm": "SHA_384_RSA_PKCS_PSS",
    }
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    for one in "<>&":
        text = text.replace(one, f"\\u{ord(one):04x}")
    message = b64(text.encode())
    order = {name: fields[name] for name in ("kmsKeyId", "kmsKeyVersionId", "signingAlgorithm")}
    signed = setting.kms.told(
        "POST",
        "/20180608/sign",
        {
            "message": message,
            "keyId": fields["kmsKeyId"],
            "keyVersionId": fields["kmsKeyVersionId"],
            "signingAlgorithm": fields["signingAlgorithm"],
        },
    )
    made = setting.kms.told(
        "POST",
        "/20160918/container/imageSignatures",
        {
            **order,
            "compartmentId": setting.kms.root,
            "imageId": setting.image["id"],
            "message": message,
            "signature": signed["signature"],
        },
    )
    assert message == made["message"]


def test_signatures_of_trusted_keys_are_found_good(setting: Setting, uploads: list[Said]) -> None:
    assert uploads
    other = setting.kms.key(f"/v/{setting.vault['id'].split('.')[4]}", "other", "RSA", 256)
    said = setting.verify(other["id"], setting.key["id"])
    assert (0, {"is-signature-valid": True}) == (said.status, said.data)
    assert [
        "Fetching signatures",
        "Filtered out 0 signatures by the trusted keys",
        "Verifying signature",
    ] == (said.out.splitlines()[:3])
    said = setting.verify(other["id"])
    assert 1 == said.status
    assert "No signature in the image was signed by the supplied trusted keys" in said.err


def test_what_the_client_itself_refuses(setting: Setting) -> None:
    assert 2 == setting.sign("SHA_256_RSA_PKCS1_V1_5").status
    said = setting.sign(ALGORITHMS[0], key={**setting.key, "id": "ocid1.key.oclocal.local-1"})
    assert (1, True) == (said.status, "Failed to split key ocid" in said.err)
    said = setting.sign(ALGORITHMS[0], "--metadata", "{buildnumber: 8447}")
    assert (1, True) == (said.status, "Metadata should be in valid json format" in said.err)


def test_what_stays_refused_is_not_tried_again(setting: Setting) -> None:
    begun = time.monotonic()
    image = setting.image["id"]
    said = setting.sign(ALGORITHMS[1], image=image[:-5] + "aaaaa")
    assert (1, (404, "NotAuthorizedOrNotFound")) == (
        said.status,
        (said.error["status"], said.error["code"]),
    )
    key = setting.kms.key(f"/v/{setting.vault['id'].split('.')[4]}", "off", "RSA", 256)
    setting.kms.act(f"/20180608/keys/{key['id']}", "disable")
    said = setting.sign(ALGORITHMS[1], key=key, image=image)
    assert (1, (409, "Conflict")) == (said.status, (said.error["status"], said.error["code"]))
    assert "the key off is DISABLED" == said.error["message"]
    said = setting.sign(ALGORITHMS[1], image=image, version=key["currentKeyVersion"])
    assert (1, (404, "NotAuthorizedOrNotFound")) == (
        said.status,
        (said.error["status"], said.error["code"]),
    )
    assert time.monotonic() - begun < 20


def test_an_image_is_signed_once_people_have_approved_it(setting: Setting) -> None:
    """The same command three times: refused, refused while they think, signed."""
    people, ada = (
        ApprovalWire(Wire(setting.guarded.registry.address, setting.guarded.admin)),
        Person.p256("ada"),
    )
    rules = rules_of(ada, use=rule(group("release", 1, ada)))
    made = people.key("release", "approved", "RSA", 2048, rules=json.loads(rules.encoded()))
    key = {"id": made["id"], "currentKeyVersion": made["currentVersion"]}
    refused = [setting.sign(ALGORITHMS[2], "--description", "for release", key=key) for _ in range(2)]
    assert [(1, "Conflict")] * 2 == [(one.status, one.error["code"]) for one in refused]
    [request] = people.told("GET", f"approvals?key={key['id']}")["items"]
    assert all(request["id"] in one.error["message"] for one in refused)
    assert b'"description":"for release"' in people.asked(request["id"]).order.message
    people.vote(request["id"], ada)
    said = setting.sign(ALGORITHMS[2], "--description", "for release", key=key)
    assert (0, key["id"]) == (said.status, said.data["kms-key-id"])


def test_a_signature_is_got_tagged_and_deleted(setting: Setting, uploads: list[Said]) -> None:
    identifier = uploads[0].data["id"]
    of = ("--image-signature-id", identifier)
    group = (*setting.container, "image-signature")
    got = setting.oci.told(*group, "get", *of)
    assert uploads[0].data == got
    tagged = setting.oci.told(*group, "update", *of, "--freeform-tags", '{"stage": "UAT"}', "--force")
    assert {**got, "freeform-tags": {"stage": "UAT"}} == tagged
    listed = setting.oci.told(*group, "list", *setting.here, "--kms-key-id", setting.key["id"], "--all")
    assert {one.data["id"] for one in uploads} <= {one["id"] for one in listed["items"]}
    assert {"stage": "UAT"} in [one["freeform-tags"] for one in listed["items"]]
    assert setting.oci.told(*group, "delete", *of, "--force") is None
    assert "DELETED" == setting.oci.told(*group, "get", *of)["lifecycle-state"]
    listed = setting.kms.told(
        "GET", "/20160918/container/imageSignatures", compartmentId=setting.kms.root, imageId=got["image-id"]
    )
    assert identifier not in [one["id"] for one in listed["items"]]


def test_a_disabled_key_verifies_nothing(setting: Setting, uploads: list[Said]) -> None:
    assert uploads
    path = f"/20180608/keys/{setting.key['id']}"
    setting.kms.act(path, "disable")
    said = setting.verify(setting.key["id"])
    setting.kms.act(path, "enable")
    assert (1, "Conflict") == (said.status, said.error["code"])


def test_a_stranger_gets_nothing_by_the_client(setting: Setting, tmp_path: Path) -> None:
    who = setting.guarded.robot("stranger")
    secret = base64.b64decode(who["Authorization"].removeprefix("Basic ")).decode().partition(":")[2]
    setting.guarded.settle()
    stranger = OracleClient(tmp_path / "stranger", setting.address, "-u", "stranger", "-p", secret)
    listed = stranger.told(*setting.container, "image", "list", *setting.here)
    assert [] == listed["items"]
    assert (404, "NotAuthorizedOrNotFound") == stranger.failed(
        *("kms", "crypto", "signed-data", "sign", *setting.plain, "--key-id", setting.key["id"]),
        *("--message", "aGVsbG8=", "--signing-algorithm", ALGORITHMS[0]),
    )


def test_a_session_token_is_enough(setting: Setting, tmp_path: Path) -> None:
    client = OracleClient(tmp_path / "ci", setting.address, *ALICE, "--session-token", "5m")
    assert "security_token" == client.environment["OCI_CLI_AUTH"]
    told = client.told(*setting.container, "configuration", "get", "--compartment-id", client.root)
    assert "ansh81vru1zp" == told["namespace"]


def test_the_exit_code_tells_nothing_of_a_signature_that_is_bad(tmp_path: Path) -> None:
    """Such a signature only gets into a service that is lenient."""
    setting = Setting(tmp_path, strict=False)
    try:
        good = setting.sign(ALGORITHMS[1]).data
        order = {
            "compartmentId": setting.kms.root,
            "imageId": good["image-id"],
            "kmsKeyId": good["kms-key-id"],
            "kmsKeyVersionId": good["kms-key-version-id"],
            "message": good["message"],
            "signature": b64(b"\0" * 256),
            "signingAlgorithm": ALGORITHMS[1],
        }
        setting.kms.told("DELETE", f"/20160918/container/imageSignatures/{good['id']}")
        setting.kms.told("POST", "/20160918/container/imageSignatures", order)
        said = setting.verify(setting.key["id"])
        assert (0, {"is-signature-valid": False}) == (said.status, said.data)
    finally:
        setting.stop()


def test_oracles_library_for_python_works_as_it_is(setting: Setting) -> None:
    with Guarded.opened(setting.guarded.registry.folder) as database:
        tenancy = opened(database, "oclocal", "local-1", "ansh81vru1zp")
        other = compartments.add(database, tenancy, ACTOR, "build").id
    script = (Path(__file__).parent / "oracle_sdk.py").read_text()
    address = f"http://{setting.guarded.registry.address}"
    told = setting.oci.python(script, address, other, setting.image["id"], setting.digest)
    assert {
        "vault": ["ACTIVE", True],
        "vaults": True,
        "keys": ["p256", "p384", "rsa"],
        "curve": "NIST_P384",
        "usage": 3,
        "wrapping": "-----BEGIN PUBLIC KEY-----",
        "disabled": [409, "Conflict"],
        "signed": dict.fromkeys(("SHA_512_RSA_PKCS_PSS", "ECDSA_SHA_256", "ECDSA_SHA_384"), True),
        "versions": [True, False],
        "version": ["PENDING_DELETION", True],
        "renamed": "again",
        "moved": True,
        "scheduled": "PENDING_DELETION",
        "exported": [400, "InvalidParameter"],
        "namespace": "ansh81vru1zp",
        "image": setting.digest,
        "looked up": True,
        "repositories": [NAME, "project01/of-the-library"],
        "repository moved": True,
        "other message": [400, "InvalidParameter"],
        "tags": {"by": "library"},
        "stale": [412, "NoEtagMatch"],
        "signatures": [True],
        "vault at the end": "PENDING_DELETION",
    } == told
