"""Oracle's key management API on the vaults of a service: models, codes, pages, and what keys do."""

import base64
import datetime as dt
import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from msgspec.structs import replace

from sealwright.formats.kms.algorithms import ALGORITHMS, verifies
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.oracle import Oracle
from sealwright.service.oracle.actions import compartments, tag_definitions
from sealwright.service.oracle.tenancy import opened
from sealwright.workflow import clock
from world.accounts import Guarded
from world.oracle import Signer, new_key
from world.oracle_kms import OracleKms, b64
from world.registry import Registry
from world.wire import Wire

V = "/20180608/vaults"
SIGN, VERIFY = "/20180608/sign", "/20180608/verify"
MESSAGE = b'{"description":"","imageDigest":"sha256:00"}'
NOBODYS = "ocid1.key.oclocal.local-1.abcdefghijklm." + "a" * 60


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    configuration = Configuration.on(tmp_path_factory.mktemp("registry"))
    with Registry(replace(configuration, oracle=Oracle(namespace="acme"))) as running:
        yield running


@pytest.fixture(scope="module")
def kms(registry: Registry) -> OracleKms:
    return OracleKms(registry.address)


@pytest.fixture(scope="module", autouse=True)
def compartment(registry: Registry) -> str:
    """A compartment of the service, which has a namespace of tags, too."""
    with Guarded.opened(registry.folder) as database:
        tag_definitions.add_namespace(database, "test", "Team")
        tag_definitions.add_key(database, "test", "Team", "Cost", "", ())
        realm, region = "oclocal", "local-1"
        return compartments.add(database, opened(database, realm, region, "acme"), "test", "build").id


@pytest.fixture(scope="module")
def vault(kms: OracleKms) -> Any:
    return kms.vault("release")


@pytest.fixture(scope="module")
def at(registry: Registry, vault: Any) -> str:
    """The path of the vault at the service."""
    found: str = vault["managementEndpoint"].removeprefix(f"http://{registry.address}")
    return found


@pytest.fixture(scope="module")
def rsa_key(kms: OracleKms, at: str) -> Any:
    return kms.key(at, "images", "RSA", 256)


@pytest.fixture(scope="module")
def ec_key(kms: OracleKms, at: str) -> Any:
    return kms.key(at, "curve")


def path_of(key: Any) -> str:
    return f"/20180608/keys/{key['id']}"


def sign_order(key: Any, algorithm: str, message: bytes = MESSAGE, **more: object) -> dict[str, object]:
    return {"keyId": key["id"], "message": b64(message), "signingAlgorithm": algorithm, **more}


def test_a_vault_is_told_as_oracle_tells_it(kms: OracleKms, registry: Registry) -> None:
    before = clock.now()
    answer = kms.ask(
        "POST",
        V,
        {
            "compartmentId": kms.root,
            "displayName": "told",
            "vaultType": "VIRTUAL_PRIVATE",
            "freeformTags": {"a": "b"},
            "definedTags": {"Team": {"Cost": 42}},
        },
    )
    vault = answer.json
    extension = vault["id"].split(".")[4]
    assert 200 == answer.status
    assert vault["wrappingkeyId"].startswith(f"ocid1.key.oclocal.local-1.{extension}.")
    assert abs(dt.datetime.fromisoformat(vault["timeCreated"]) - before) < dt.timedelta(seconds=5)
    assert {
        "id": vault["id"],
        "wrappingkeyId": vault["wrappingkeyId"],
        "timeCreated": vault["timeCreated"],
        "compartmentId": kms.root,
        "displayName": "told",
        "vaultType": "VIRTUAL_PRIVATE",
        "freeformTags": {"a": "b"},
        "definedTags": {"Team": {"Cost": 42}},
        "lifecycleState": "ACTIVE",
        "timeOfDeletion": None,
        "isPrimary": True,
        "isVaultReplicable": False,
        "managementEndpoint": f"http://{registry.address}/v/{extension}",
        "cryptoEndpoint": f"http://{registry.address}/v/{extension}",
    } == vault
    again = kms.ask("GET", f"{V}/{vault['id']}")
    assert (vault, answer.headers["etag"]) == (again.json, again.headers["etag"])


def test_whoever_calls_a_vault_by_our_names_is_told_names(kms: OracleKms, vault: Any) -> None:
    host = "kms.local-1.sealwright.internal"
    told = kms.signer.ask("GET", f"{V}/{vault['id']}", more={"host": host}).json
    extension = vault["id"].split(".")[4]
    tail = "kms.local-1.oci.sealwright.internal"
    assert (f"https://{extension}-management.{tail}", f"https://{extension}-crypto.{tail}") == (
        told["managementEndpoint"],
        told["cryptoEndpoint"],
    )


def test_keys_are_those_of_the_vault_whose_name_is_called(kms: OracleKms, vault: Any, ec_key: Any) -> None:
    other = kms.vault("elsewhere")
    listed = []
    for one in (vault, other):
        for form in ("kms.local-1.oci.sealwright.internal", "kms.local-1.sealwright.internal"):
            host = f"{one['id'].split('.')[4]}-management.{form}"
            target = f"/20180608/keys?compartmentId={kms.root}"
            listed.append([key["id"] for key in kms.signer.ask("GET", target, more={"host": host}).json])
    assert ec_key["id"] in listed[0]
    assert listed[0] == listed[1]
    assert [[], []] == listed[2:]
    host = f"{other['id'].split('.')[4]}-crypto.kms.local-1.oci.sealwright.internal"
    assert 404 == kms.signer.ask("GET", path_of(ec_key), more={"host": host}).status
    order = sign_order(ec_key, "ECDSA_SHA_256")
    assert 404 == kms.signer.ask("POST", SIGN, order, more={"host": host}).status


def test_without_the_address_of_a_vault_no_key_is_made_or_listed(kms: OracleKms) -> None:
    expected = (400, "InvalidParameter")
    assert expected == kms.refused("POST", "/20180608/keys", kms.order("nowhere"))
    assert expected == kms.refused("GET", "/20180608/keys", compartmentId=kms.root)
    assert expected == kms.refused("GET", "/20180608/wrappingKeys")
    assert (404, "NotAuthorizedOrNotFound") == kms.refused(
        "GET", "/v/abcdefghijklm/20180608/keys", compartmentId=kms.root
    )


@pytest.mark.parametrize(
    ("algorithm", "length", "curve"),
    [
        ("RSA", 256, None),
        ("ECDSA", 32, "NIST_P256"),
        ("ECDSA", 48, "NIST_P384"),
        ("ECDSA", 66, "NIST_P521"),
        ("AES", 32, None),
    ],
)
def test_a_key_is_told_as_oracle_tells_it(
    kms: OracleKms, at: str, vault: Any, algorithm: str, length: int, curve: str | None
) -> None:
    name = f"told {algorithm} {length}"
    shape = {"algorithm": algorithm, "length": length} | ({"curveId": curve} if curve else {})
    key = kms.key(at, name, algorithm, length, keyShape=shape, protectionMode="SOFTWARE")
    assert {
        "id": key["id"],
        "currentKeyVersion": key["currentKeyVersion"],
        "timeCreated": key["timeCreated"],
        "compartmentId": kms.root,
        "displayName": name,
        "definedTags": {},
        "freeformTags": {},
        "keyShape": shape,
        "protectionMode": "SOFTWARE",
        "lifecycleState": "ENABLED",
        "timeOfDeletion": None,
        "vaultId": vault["id"],
        "isPrimary": True,
        "isAutoRotationEnabled": False,
    } == key
    [summary] = [
        one
        for one in kms.told(
            "GET", f"{at}/20180608/keys", compartmentId=kms.root, algorithm=algorithm, length=length
        )
        if one["id"] == key["id"]
    ]
    flat = {name: value for name, value in key.items() if name in summary}
    assert {**flat, "algorithm": algorithm} == summary
    assert not {"keyShape", "currentKeyVersion"} & {*summary}
    version = kms.told("GET", f"{path_of(key)}/keyVersions/{key['currentKeyVersion']}")
    assert {
        "id": key["currentKeyVersion"],
        "keyId": key["id"],
        "vaultId": vault["id"],
        "compartmentId": kms.root,
        "lifecycleState": "ENABLED",
        "origin": "INTERNAL",
        "timeCreated": version["timeCreated"],
        "timeOfDeletion": None,
        "isAutoRotated": False,
        "isPrimary": True,
        "publicKey": version["publicKey"],
    } == version
    if algorithm == "AES":
        assert version["publicKey"] is None
    else:
        public = load_pem_public_key(version["publicKey"].encode())
        assert {"RSA": length * 8, "ECDSA": min(length * 8, 521)}[algorithm] == public.key_size  # type: ignore[union-attr]  # of both kinds


@pytest.mark.parametrize("name", ALGORITHMS)
@pytest.mark.parametrize("message_type", ["RAW", "DIGEST", None])
def test_every_algorithm_signs_and_verifies(
    kms: OracleKms, rsa_key: Any, ec_key: Any, name: str, message_type: str | None
) -> None:
    algorithm = ALGORITHMS[name]
    key = rsa_key if algorithm.family == "RSA" else ec_key
    digest = hashlib.new(algorithm.hash_name, MESSAGE).digest()
    content = digest if message_type == "DIGEST" else MESSAGE
    typed = {} if message_type is None else {"messageType": message_type}
    signed = kms.told("POST", SIGN, sign_order(key, name, content, **typed))
    assert {"keyId", "keyVersionId", "signature", "signingAlgorithm"} == {*signed}
    assert (key["id"], key["currentKeyVersion"], name) == (
        signed["keyId"],
        signed["keyVersionId"],
        signed["signingAlgorithm"],
    )
    order = {**sign_order(key, name, content, **typed), "keyVersionId": signed["keyVersionId"]}
    assert {"isSignatureValid": True} == kms.told("POST", VERIFY, {**order, "signature": signed["signature"]})
    for changed in (
        {"message": b64(bytes([content[0] ^ 1]) + content[1:])},
        {"signature": b64(b"\0" * 256)},
        {"signature": ""},
    ):
        told = kms.told("POST", VERIFY, {**order, "signature": signed["signature"], **changed})
        assert {"isSignatureValid": False} == told


@pytest.mark.peer("openssl")
def test_a_signature_of_pss_has_a_salt_as_long_as_its_digest(
    kms: OracleKms, rsa_key: Any, tmp_path: Path
) -> None:
    version = kms.told("GET", f"{path_of(rsa_key)}/keyVersions/{rsa_key['currentKeyVersion']}")
    (tmp_path / "key.pem").write_text(version["publicKey"])
    (tmp_path / "message").write_bytes(MESSAGE)
    for name in ("sha224", "sha256", "sha384", "sha512"):
        signed = kms.told("POST", SIGN, sign_order(rsa_key, f"SHA_{name[3:]}_RSA_PKCS_PSS"))
        (tmp_path / "signature").write_bytes(base64.b64decode(signed["signature"]))
        options = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]
        command = ["openssl", "dgst", f"-{name}", "-verify", "key.pem", *options, "-signature", "signature"]
        said = subprocess.run(
            [*command, "message"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert "Verified OK\n" == said.stdout, said.stderr


def test_a_long_message_is_signed_by_its_digest_only(kms: OracleKms, ec_key: Any) -> None:
    name = "ECDSA_SHA_256"
    assert kms.told("POST", SIGN, sign_order(ec_key, name, b"x" * 4096))
    assert (400, "InvalidParameter") == kms.refused("POST", SIGN, sign_order(ec_key, name, b"x" * 4097))
    digest = {"messageType": "DIGEST"}
    assert kms.told("POST", SIGN, sign_order(ec_key, name, hashlib.sha256(b"x" * 4097).digest(), **digest))
    for other in (b"", b"x" * 31, b"x" * 33, b"x" * 64):
        assert (400, "InvalidParameter") == kms.refused(
            "POST", SIGN, sign_order(ec_key, name, other, **digest)
        )


def test_what_cannot_be_signed_is_refused_with_oracles_codes(
    kms: OracleKms, at: str, rsa_key: Any, ec_key: Any
) -> None:
    bad, absent = (400, "InvalidParameter"), (404, "NotAuthorizedOrNotFound")
    good = sign_order(rsa_key, "SHA_256_RSA_PKCS_PSS")
    assert bad == kms.refused("POST", SIGN, {**good, "message": "not base64!"})
    assert bad == kms.refused("POST", SIGN, {**good, "message": b64(MESSAGE) + "\n"})
    assert bad == kms.refused("POST", SIGN, {**good, "signingAlgorithm": "SHA_1_RSA_PKCS_PSS"})
    assert bad == kms.refused("POST", SIGN, {**good, "signingAlgorithm": "ECDSA_SHA_256"})
    assert bad == kms.refused("POST", SIGN, sign_order(ec_key, "SHA_256_RSA_PKCS_PSS"))
    assert bad == kms.refused("POST", SIGN, {**good, "messageType": "raw"})
    aes = kms.key(at, "no signer", "AES", 16)
    assert bad == kms.refused("POST", SIGN, sign_order(aes, "SHA_256_RSA_PKCS_PSS"))
    for identifier in (NOBODYS, "images", rsa_key["vaultId"], "", rsa_key["id"] + "x"):
        assert absent == kms.refused("POST", SIGN, {**good, "keyId": identifier})
    for identifier in (ec_key["currentKeyVersion"], rsa_key["id"], "1", ""):
        assert absent == kms.refused("POST", SIGN, {**good, "keyVersionId": identifier})
    for name in good:
        less = {member: value for member, value in good.items() if member != name}
        assert (400, "MissingParameter") == kms.refused("POST", SIGN, less)
    assert (400, "MissingParameter") == kms.refused("POST", VERIFY, {**good, "signature": ""})


@pytest.mark.parametrize("path", ["encrypt", "decrypt", "generateDataEncryptionKey", "exportKey"])
def test_what_keys_do_not_do_is_said_in_words(kms: OracleKms, at: str, rsa_key: Any, path: str) -> None:
    for base in ("", at):
        answer = kms.ask("POST", f"{base}/20180608/{path}", {"keyId": rsa_key["id"], "plaintext": "aGVsbG8="})
        assert (400, "InvalidParameter") == (answer.status, answer.json["code"])
        assert "is not served" in answer.json["message"]


def test_a_key_that_is_off_signs_nothing_and_clients_do_not_try_again(kms: OracleKms, at: str) -> None:
    key = kms.key(at, "switched")
    order = sign_order(key, "ECDSA_SHA_256")
    signed = kms.told("POST", SIGN, order)
    assert "DISABLED" == kms.act(path_of(key), "disable")["lifecycleState"]
    assert (409, "Conflict") == kms.refused("POST", SIGN, order)
    verify = {**order, "keyVersionId": signed["keyVersionId"], "signature": signed["signature"]}
    assert (409, "Conflict") == kms.refused("POST", VERIFY, verify)
    assert "ENABLED" == kms.act(path_of(key), "enable")["lifecycleState"]
    assert {"isSignatureValid": True} == kms.told("POST", VERIFY, verify)
    planned = kms.act(path_of(key), "scheduleDeletion", {})
    month = clock.now() + dt.timedelta(days=30)
    assert abs(dt.datetime.fromisoformat(planned["timeOfDeletion"]) - month) < dt.timedelta(minutes=1)
    assert "PENDING_DELETION" == planned["lifecycleState"]
    assert (409, "Conflict") == kms.refused("POST", SIGN, order)
    assert (409, "Conflict") == kms.refused("POST", f"{at}{path_of(key)}/actions/enable")
    told = kms.act(path_of(key), "cancelDeletion")
    assert ("ENABLED", None) == (told["lifecycleState"], told["timeOfDeletion"])
    assert kms.told("POST", SIGN, order)


def test_deletions_are_planned_seven_to_thirty_days_ahead(kms: OracleKms, at: str) -> None:
    key = kms.key(at, "leaving")
    path = f"{path_of(key)}/actions/scheduleDeletion"
    now = clock.now()
    for days in (0, 6, 31):
        order = {"timeOfDeletion": (now + dt.timedelta(days=days)).isoformat()}
        assert (400, "InvalidParameter") == kms.refused("POST", path, order)
    for text in ("soon", "2026-01-01", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00"):
        assert (400, "InvalidParameter") == kms.refused("POST", path, {"timeOfDeletion": text})
    at_ten = (now + dt.timedelta(days=10)).replace(microsecond=0)
    told = kms.told("POST", path, {"timeOfDeletion": at_ten.isoformat().replace("+00:00", "Z")})
    assert at_ten == dt.datetime.fromisoformat(told["timeOfDeletion"])


def test_rotating_makes_the_version_that_signs_and_keeps_the_others(kms: OracleKms, at: str) -> None:
    key = kms.key(at, "rotated")
    versions = f"{path_of(key)}/keyVersions"
    first = key["currentKeyVersion"]
    second = kms.told("POST", versions, {})["id"]
    assert second == kms.told("GET", path_of(key))["currentKeyVersion"]
    assert second == kms.told("POST", SIGN, sign_order(key, "ECDSA_SHA_256"))["keyVersionId"]
    old = kms.told("POST", SIGN, sign_order(key, "ECDSA_SHA_256", keyVersionId=first))
    assert first == old["keyVersionId"]
    listed = kms.told("GET", versions)
    assert [second, first] == [one["id"] for one in listed]
    assert "publicKey" not in listed[0]
    assert [first, second] == [one["id"] for one in kms.told("GET", versions, sortOrder="ASC")]
    planned = kms.act(f"{versions}/{first}", "scheduleDeletion", {})
    assert "PENDING_DELETION" == planned["lifecycleState"]
    order = sign_order(key, "ECDSA_SHA_256", keyVersionId=first)
    assert (409, "Conflict") == kms.refused("POST", SIGN, order)
    assert (409, "Conflict") == kms.refused("POST", f"{versions}/{second}/actions/scheduleDeletion", {})
    assert "ENABLED" == kms.act(f"{versions}/{first}", "cancelDeletion")["lifecycleState"]
    assert kms.told("POST", SIGN, order)


def test_a_key_that_was_made_elsewhere_is_brought_in(kms: OracleKms, at: str, vault: Any) -> None:
    wrapping = kms.told("GET", f"{at}/20180608/wrappingKeys")
    assert (vault["wrappingkeyId"], vault["id"], "ENABLED") == (
        wrapping["id"],
        wrapping["vaultId"],
        wrapping["lifecycleState"],
    )
    public = load_pem_public_key(wrapping["publicKey"].encode())
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)

    def wrapped(private: ec.EllipticCurvePrivateKey) -> dict[str, str]:
        content = private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        material = b64(public.encrypt(content, oaep))  # type: ignore[union-attr]  # of RSA
        return {"keyMaterial": material, "wrappingAlgorithm": "RSA_OAEP_SHA256"}

    private, later = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    order = kms.order("from outside", wrappedImportKey=wrapped(private))
    key = kms.told("POST", f"{at}/20180608/keys/import", order)
    signed = kms.told("POST", SIGN, sign_order(key, "ECDSA_SHA_256"))
    value = base64.b64decode(signed["signature"])
    assert verifies(private.public_key(), ALGORITHMS["ECDSA_SHA_256"], MESSAGE, value)
    version = kms.told("GET", f"{path_of(key)}/keyVersions/{key['currentKeyVersion']}")
    assert ("EXTERNAL", private.public_key()) == (
        version["origin"],
        load_pem_public_key(version["publicKey"].encode()),
    )
    rotated = kms.told("POST", f"{path_of(key)}/keyVersions/import", {"wrappedImportKey": wrapped(later)})
    assert ("EXTERNAL", later.public_key()) == (
        rotated["origin"],
        load_pem_public_key(rotated["publicKey"].encode()),
    )
    for wrong in (
        {"keyMaterial": b64(b"x" * 512), "wrappingAlgorithm": "RSA_OAEP_SHA256"},
        {"keyMaterial": "!", "wrappingAlgorithm": "RSA_OAEP_SHA256"},
        {**wrapped(private), "wrappingAlgorithm": "RSA_OAEP_AES_SHA256"},
        {**wrapped(private), "wrappingAlgorithm": "NONE"},
    ):
        order = kms.order("from outside again", wrappedImportKey=wrong)
        assert (400, "InvalidParameter") == kms.refused("POST", f"{at}/20180608/keys/import", order)


def test_lists_are_arrays_page_by_page_in_the_order_that_is_asked_for(kms: OracleKms) -> None:
    vault = kms.vault("listed")
    at = f"/v/{vault['id'].split('.')[4]}"
    made = [kms.key(at, name)["displayName"] for name in ("b", "C", "a", "d", "e")]
    path = f"{at}/20180608/keys"

    def listed(**query: Any) -> list[str]:
        names: list[str] = []
        page: dict[str, str] = {}
        while True:
            answer = kms.ask("GET", path, compartmentId=kms.root, limit=2, **query, **page)
            assert 200 == answer.status, answer
            assert len(answer.json) <= 2
            names += [one["displayName"] for one in answer.json]
            if "opc-next-page" not in answer.headers:
                return names
            page = {"page": answer.headers["opc-next-page"]}

    assert made[::-1] == listed()
    assert made == listed(sortOrder="ASC")
    assert ["C", "a", "b", "d", "e"] == listed(sortBy="DISPLAYNAME")
    assert ["e", "d", "b", "a", "C"] == listed(sortBy="DISPLAYNAME", sortOrder="DESC")
    assert [] == listed(algorithm="RSA")
    assert 5 == len(listed(algorithm="ECDSA", length=32, curveId="NIST_P256", protectionMode="SOFTWARE"))
    assert [] == listed(curveId="NIST_P384")
    bad = (400, "InvalidParameter")
    for query in (
        {"sortBy": "SIZE"},
        {"sortOrder": "up"},
        {"limit": 0},
        {"page": "nonsense"},
        {"algorithm": "DSA"},
        {"length": 7},
        {"protectionMode": "x"},
    ):
        assert bad == kms.refused("GET", path, compartmentId=kms.root, **query)
    assert (400, "MissingParameter") == kms.refused("GET", path)
    for compartment in ("ocid1.compartment.oclocal.." + "a" * 60, "acme", vault["id"]):
        expected = (404, "NotAuthorizedOrNotFound")
        assert expected == kms.refused("GET", path, compartmentId=compartment)
    first = kms.ask("GET", path, compartmentId=kms.root, limit=2).headers["opc-next-page"]
    assert bad == kms.refused("GET", path, compartmentId=kms.root, limit=2, page=first, sortOrder="ASC")
    assert "listed" in [one["displayName"] for one in kms.told("GET", V, compartmentId=kms.root)]
    assert {"keyCount": 0, "keyVersionCount": 0, "softwareKeyCount": 5, "softwareKeyVersionCount": 5} == (
        kms.told("GET", f"{V}/{vault['id']}/usage")
    )


def test_names_and_tags_are_changed_and_moves_are_remembered(
    kms: OracleKms, at: str, compartment: str
) -> None:
    key = kms.key(at, "plain", freeformTags={"kept": "yes"})
    changed = kms.told("PUT", path_of(key), {"displayName": "renamed", "definedTags": {"team": {"cost": 7}}})
    assert ("renamed", {"kept": "yes"}, {"Team": {"Cost": 7}}) == (
        changed["displayName"],
        changed["freeformTags"],
        changed["definedTags"],
    )
    assert {} == kms.told("PUT", path_of(key), {"freeformTags": {}})["freeformTags"]
    bad, many = (400, "InvalidParameter"), (400, "LimitExceeded")
    numbers = map(str, range(11))
    assert many == kms.refused("PUT", path_of(key), {"freeformTags": dict.fromkeys(numbers, "")})
    assert bad == kms.refused("PUT", path_of(key), {"definedTags": {"Unknown": {"Cost": "1"}}})
    assert bad == kms.refused("PUT", path_of(key), {"definedTags": {"Team": {"Unknown": "1"}}})
    assert bad == kms.refused("PUT", path_of(key), {"freeformTags": {"a": "x" * 257}})
    moved = f"{path_of(key)}/actions/changeCompartment"
    assert kms.told("POST", moved, {"compartmentId": compartment}) is None
    assert compartment == kms.told("GET", path_of(key))["compartmentId"]
    listed = kms.told("GET", f"{at}/20180608/keys", compartmentId=compartment)
    assert [key["id"]] == [one["id"] for one in listed]
    assert (404, "NotAuthorizedOrNotFound") == kms.refused("POST", moved, {"compartmentId": "nowhere"})
    vault = kms.vault("to be renamed")
    move = f"{V}/{vault['id']}/actions/changeCompartment"
    assert kms.told("POST", move, {"compartmentId": compartment}) is None
    assert compartment == kms.told("GET", f"{V}/{vault['id']}")["compartmentId"]
    assert "is renamed" == kms.told("PUT", f"{V}/{vault['id']}", {"displayName": "is renamed"})["displayName"]
    assert (409, "NotAuthorizedOrResourceAlreadyExists") == kms.refused(
        "PUT", f"{V}/{vault['id']}", {"displayName": "release"}
    )
    assert (400, "InvalidParameter") == kms.refused("PUT", path_of(key), {"isAutoRotationEnabled": True})


def test_a_change_wants_the_etag_that_it_was_given(kms: OracleKms, at: str) -> None:
    key = kms.key(at, "tagged")
    before = kms.ask("GET", path_of(key)).headers["etag"]
    disabled = kms.signer.ask("POST", f"{path_of(key)}/actions/disable", more={"if-match": before})
    assert 200 == disabled.status
    assert before != disabled.headers["etag"]
    late = kms.signer.ask("POST", f"{path_of(key)}/actions/enable", more={"if-match": before})
    assert (412, "NoEtagMatch") == (late.status, late.json["code"])
    assert "DISABLED" == kms.told("GET", path_of(key))["lifecycleState"]


def test_what_is_asked_for_twice_with_one_retry_token_is_done_once(kms: OracleKms, at: str) -> None:
    token = {"opc-retry-token": "a" * 30}
    order = kms.order("once")
    answers = [kms.signer.ask("POST", f"{at}/20180608/keys", order, more=token) for _ in range(2)]
    assert answers[0].json == answers[1].json
    other = kms.signer.ask("POST", f"{at}/20180608/keys", kms.order("twice"), more=token)
    assert (409, "InvalidatedRetryToken") == (other.status, other.json["code"])


@pytest.mark.parametrize(
    "change",
    [
        {"keyShape": {"algorithm": "RSA", "length": 128}},
        {"keyShape": {"algorithm": "RSA", "length": 2048}},
        {"keyShape": {"algorithm": "DSA", "length": 256}},
        {"keyShape": {"algorithm": "ECDSA", "length": 32, "curveId": "NIST_P384"}},
        {"keyShape": {"algorithm": "RSA", "length": 256, "curveId": "NIST_P256"}},
        {"keyShape": {"algorithm": "ECDSA", "length": "32"}},
        {"displayName": ""},
        {"displayName": "x" * 300},
        {"displayName": "a/b"},
        {"protectionMode": "EXTERNAL"},
        {"protectionMode": "HSM"},
        {"isAutoRotationEnabled": True},
        {"freeformTags": {"a": 1}},
        {"definedTags": {"a": "b"}},
    ],
)
def test_no_key_is_made_of_an_order_that_makes_no_sense(kms: OracleKms, at: str, change: Any) -> None:
    order = {**kms.order("senseless"), **change}
    assert (400, "InvalidParameter") == kms.refused("POST", f"{at}/20180608/keys", order)


def test_no_vault_is_made_of_an_order_that_makes_no_sense(kms: OracleKms) -> None:
    good = {"compartmentId": kms.root, "displayName": "no vault", "vaultType": "DEFAULT"}
    for change in ({"vaultType": "EXTERNAL"}, {"vaultType": "x"}, {"displayName": 7}):
        assert (400, "InvalidParameter") == kms.refused("POST", V, {**good, **change})
    assert (404, "NotAuthorizedOrNotFound") == kms.refused("POST", V, {**good, "compartmentId": "nowhere"})
    assert (400, "MissingParameter") == kms.refused("POST", V, {"compartmentId": kms.root})
    assert (400, "CannotParseRequest") == kms.refused("POST", V, [])


def test_what_is_not_there_is_told_as_oracle_tells_it(kms: OracleKms, ec_key: Any, at: str) -> None:
    expected = (404, "NotAuthorizedOrNotFound")
    vault = "ocid1.vault.oclocal.local-1.abcdefghijklm." + "a" * 60
    for path in (
        f"{V}/{vault}",
        f"{V}/release",
        f"{V}/{ec_key['id']}",
        f"/20180608/keys/{NOBODYS}",
        f"{at}/20180608/keys/{NOBODYS}",
        f"{path_of(ec_key)}/keyVersions/{ec_key['id']}",
        f"{path_of(ec_key)}/keyVersions/1",
        "/20180608/elsewhere",
        f"{at}/20160918/container/images",
    ):
        assert expected == kms.refused("GET", path)


def test_a_vault_goes_with_its_keys(kms: OracleKms) -> None:
    vault = kms.vault("going")
    key = kms.key(f"/v/{vault['id'].split('.')[4]}", "inside")
    planned = kms.act(f"{V}/{vault['id']}", "scheduleDeletion", {})
    assert "PENDING_DELETION" == planned["lifecycleState"]
    assert "PENDING_DELETION" == kms.told("GET", path_of(key))["lifecycleState"]
    assert (409, "Conflict") == kms.refused("POST", SIGN, sign_order(key, "ECDSA_SHA_256"))
    assert "ACTIVE" == kms.act(f"{V}/{vault['id']}", "cancelDeletion")["lifecycleState"]
    assert kms.told("POST", SIGN, sign_order(key, "ECDSA_SHA_256"))


def test_every_use_is_in_the_audit_log(kms: OracleKms, registry: Registry, ec_key: Any) -> None:
    kms.told("POST", SIGN, sign_order(ec_key, "ECDSA_SHA_256", b"for the log"))
    page = Wire(registry.address).ask("GET", f"/api/v1/audit?subject={ec_key['id']}&n=1").json
    assert hashlib.sha256(b"for the log").hexdigest() in str(page)
    assert "key.sign" in str(page)


def test_nobody_signs_without_a_signature_of_the_request(registry: Registry, ec_key: Any) -> None:
    stranger = Signer(registry.address, "ocid1.tenancy.oclocal..x/ocid1.user.oclocal..y/aa:bb", new_key())
    answer = stranger.ask("POST", SIGN, sign_order(ec_key, "ECDSA_SHA_256"))
    assert (401, "NotAuthenticated") == (answer.status, answer.json["code"])
