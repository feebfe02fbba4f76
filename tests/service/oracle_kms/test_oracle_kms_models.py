"""Vaults, keys and versions as Oracle's key management tells of them: models, codes, pages."""

import datetime as dt
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sealwright.workflow import clock
from world.oracle_kms import NOBODYS, SIGN, VAULTS, OracleKms, path_of, sign_order
from world.registry import Registry


def test_a_vault_is_told_as_oracle_tells_it(kms: OracleKms, registry: Registry) -> None:
    before = clock.now()
    answer = kms.ask(
        "POST",
        VAULTS,
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
    again = kms.ask("GET", f"{VAULTS}/{vault['id']}")
    assert (vault, answer.headers["etag"]) == (again.json, again.headers["etag"])


def test_whoever_calls_a_vault_by_our_names_is_told_names(kms: OracleKms, vault: Any) -> None:
    host = "kms.local-1.sealwright.internal"
    told = kms.signer.ask("GET", f"{VAULTS}/{vault['id']}", more={"host": host}).json
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
    assert "listed" in [one["displayName"] for one in kms.told("GET", VAULTS, compartmentId=kms.root)]
    assert {"keyCount": 0, "keyVersionCount": 0, "softwareKeyCount": 5, "softwareKeyVersionCount": 5} == (
        kms.told("GET", f"{VAULTS}/{vault['id']}/usage")
    )


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
        assert (400, "InvalidParameter") == kms.refused("POST", VAULTS, {**good, **change})
    assert (404, "NotAuthorizedOrNotFound") == kms.refused(
        "POST", VAULTS, {**good, "compartmentId": "nowhere"}
    )
    assert (400, "MissingParameter") == kms.refused("POST", VAULTS, {"compartmentId": kms.root})
    assert (400, "CannotParseRequest") == kms.refused("POST", VAULTS, [])


def test_what_is_not_there_is_told_as_oracle_tells_it(kms: OracleKms, ec_key: Any, at: str) -> None:
    expected = (404, "NotAuthorizedOrNotFound")
    vault = "ocid1.vault.oclocal.local-1.abcdefghijklm." + "a" * 60
    for path in (
        f"{VAULTS}/{vault}",
        f"{VAULTS}/release",
        f"{VAULTS}/{ec_key['id']}",
        f"/20180608/keys/{NOBODYS}",
        f"{at}/20180608/keys/{NOBODYS}",
        f"{path_of(ec_key)}/keyVersions/{ec_key['id']}",
        f"{path_of(ec_key)}/keyVersions/1",
        "/20180608/elsewhere",
        f"{at}/20160918/container/images",
    ):
        assert expected == kms.refused("GET", path)
