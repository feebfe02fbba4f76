"""Vaults and keys, changed by Oracle's key management: states, versions, tags, imports."""

import base64
import datetime as dt
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sealwright.formats.kms.algorithms import ALGORITHMS, verifies
from sealwright.workflow import clock
from world.oracle_kms import MESSAGE, SIGN, VAULTS, OracleKms, b64, path_of, sign_order


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
    move = f"{VAULTS}/{vault['id']}/actions/changeCompartment"
    assert kms.told("POST", move, {"compartmentId": compartment}) is None
    assert compartment == kms.told("GET", f"{VAULTS}/{vault['id']}")["compartmentId"]
    assert (
        "is renamed"
        == kms.told("PUT", f"{VAULTS}/{vault['id']}", {"displayName": "is renamed"})["displayName"]
    )
    assert (409, "NotAuthorizedOrResourceAlreadyExists") == kms.refused(
        "PUT", f"{VAULTS}/{vault['id']}", {"displayName": "release"}
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


def test_a_vault_goes_with_its_keys(kms: OracleKms) -> None:
    vault = kms.vault("going")
    key = kms.key(f"/v/{vault['id'].split('.')[4]}", "inside")
    planned = kms.act(f"{VAULTS}/{vault['id']}", "scheduleDeletion", {})
    assert "PENDING_DELETION" == planned["lifecycleState"]
    assert "PENDING_DELETION" == kms.told("GET", path_of(key))["lifecycleState"]
    assert (409, "Conflict") == kms.refused("POST", SIGN, sign_order(key, "ECDSA_SHA_256"))
    assert "ACTIVE" == kms.act(f"{VAULTS}/{vault['id']}", "cancelDeletion")["lifecycleState"]
    assert kms.told("POST", SIGN, sign_order(key, "ECDSA_SHA_256"))
