"""Vaults and keys over HTTP: made, used, rotated, switched off, and what is refused of each."""

import base64
import hashlib
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sealwright.formats.kms.algorithms import ALGORITHMS, IMAGE_ALGORITHMS, verifies
from sealwright.formats.kms.ocid import is_ocid, vault_extension
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.vault import Vault
from world.registry import Registry
from world.vaults import VaultWire, b64
from world.wire import Wire

MESSAGE = b'{"imageDigest":"sha256:00"}'
DAY = 24 * 60 * 60


@pytest.fixture(scope="module")
def vaults(registry: Registry) -> VaultWire:
    made = VaultWire(Wire(registry.address))
    made.vault("shared")
    return made


@pytest.fixture(scope="module")
def rsa_key(vaults: VaultWire) -> Any:
    """A key of RSA, which takes a while to make."""
    return vaults.key("shared", "rsa", "RSA", 2048)


def public_of(vaults: VaultWire, key: str, version: str | int = "current") -> object:
    pem = vaults.told("GET", f"keys/{key}/versions/{version}")["publicKey"]
    return load_pem_public_key(pem.encode())


@pytest.mark.parametrize("name", [name for name in ALGORITHMS if "RSA" in name])
def test_a_key_of_rsa_signs_by_every_algorithm_for_it(vaults: VaultWire, rsa_key: Any, name: str) -> None:
    made = vaults.sign(rsa_key["id"], name, MESSAGE)
    assert (rsa_key["id"], rsa_key["currentVersion"], name) == (
        made["key"],
        made["version"],
        made["algorithm"],
    )
    signature = base64.b64decode(made["signature"])
    assert verifies(public_of(vaults, rsa_key["id"]), ALGORITHMS[name], MESSAGE, signature)
    digest = hashlib.new(ALGORITHMS[name].hash_name, MESSAGE).digest()
    of_digest = vaults.sign(rsa_key["id"], name, digest, digested=True)
    assert verifies(
        public_of(vaults, rsa_key["id"]), ALGORITHMS[name], MESSAGE, base64.b64decode(of_digest["signature"])
    )


@pytest.mark.parametrize("bits", [256, 384, 521])
def test_a_key_of_a_curve_signs_and_verifies(vaults: VaultWire, bits: int) -> None:
    key = vaults.key("shared", f"curve-{bits}", bits=bits)
    for name in ("ECDSA_SHA_256", "ECDSA_SHA_384", "ECDSA_SHA_512"):
        signature = vaults.sign(key["id"], name, MESSAGE)["signature"]
        assert verifies(public_of(vaults, key["id"]), ALGORITHMS[name], MESSAGE, base64.b64decode(signature))
        order = {"message": b64(MESSAGE), "algorithm": name, "signature": signature}
        assert {"valid": True} == vaults.told("POST", f"keys/{key['id']}/verify", order)
        other = order | {"message": b64(MESSAGE + b" ")}
        assert {"valid": False} == vaults.told("POST", f"keys/{key['id']}/verify", other)


@pytest.mark.parametrize(("algorithm", "bits"), [("AES", 256), ("AES", 128), ("ED25519", 256)])
def test_other_keys_can_be_made_and_sign_no_images(vaults: VaultWire, algorithm: str, bits: int) -> None:
    key = vaults.key("shared", f"{algorithm}-{bits}", algorithm, bits)
    for name in IMAGE_ALGORITHMS:
        assert (400, "vault.algorithm-unfit") == vaults.sign_refused(key["id"], name, MESSAGE)
    answer = vaults.ask(
        "POST", f"keys/{key['id']}/sign", {"message": "", "algorithm": "SHA_256_RSA_PKCS_PSS"}
    )
    assert "which is one of" in answer.json["errors"][0]["message"]
    pem = vaults.told("GET", f"keys/{key['id']}/versions/1")["publicKey"]
    assert (algorithm == "AES") == (pem == "")


def test_identifiers_tell_where_the_vault_is(vaults: VaultWire) -> None:
    vault = vaults.vault("identified")
    key = vaults.key("identified", "k")
    for identifier, kind in (
        (vault["id"], "vault"),
        (key["id"], "key"),
        (key["currentVersion"], "keyversion"),
    ):
        assert is_ocid(identifier, kind)
        assert identifier.startswith(f"ocid1.{kind}.oclocal.local-1.")
    assert vault["id"].split(".")[4] == vault_extension(key["id"])
    assert vault["id"] == key["vault"]


def test_a_vault_is_found_by_name_and_by_identifier(vaults: VaultWire) -> None:
    vault = vaults.vault("found here")
    assert vault == vaults.told("GET", f"vaults/{vault['id']}")
    assert vault == vaults.told("GET", "vaults/found%20here")
    assert (404, "vault.unknown") == vaults.refused("GET", "vaults/found")
    assert (409, "vault.name-taken") == vaults.refused("POST", "vaults", {"name": "found here"})


def test_rotation_signs_with_the_new_version_and_keeps_the_old_ones(vaults: VaultWire) -> None:
    key = vaults.key("shared", "rotated")
    first = vaults.sign(key["id"], "ECDSA_SHA_256", MESSAGE)
    new = vaults.told("POST", f"keys/{key['id']}/versions", {})
    assert 2 == new["number"]
    assert new["id"] == vaults.told("GET", f"keys/{key['id']}")["currentVersion"]
    assert new["id"] == vaults.sign(key["id"], "ECDSA_SHA_256", MESSAGE)["version"]
    assert first["version"] == vaults.sign(key["id"], "ECDSA_SHA_256", MESSAGE, version=1)["version"]
    assert (
        first["version"]
        == vaults.sign(key["id"], "ECDSA_SHA_256", MESSAGE, version=first["version"])["version"]
    )
    listed = vaults.told("GET", f"keys/{key['id']}/versions")["items"]
    assert [2, 1] == [one["number"] for one in listed]
    assert listed[0]["publicKey"] != listed[1]["publicKey"]


def test_a_version_of_another_key_is_none_of_this_one(vaults: VaultWire) -> None:
    one, other = vaults.key("shared", "one"), vaults.key("shared", "other")
    assert (404, "vault.unknown") == vaults.sign_refused(
        one["id"], "ECDSA_SHA_256", MESSAGE, version=other["currentVersion"]
    )
    assert (404, "vault.unknown") == vaults.sign_refused(one["id"], "ECDSA_SHA_256", MESSAGE, version=2)


@pytest.mark.parametrize(
    ("off", "on", "reason"),
    [("disable", "enable", "vault.state"), ("block", "unblock", "vault.key-blocked")],
)
def test_a_key_that_is_switched_off_signs_nothing(vaults: VaultWire, off: str, on: str, reason: str) -> None:
    key = vaults.key("shared", f"switched-{off}")["id"]
    vaults.sign(key, "ECDSA_SHA_256", MESSAGE)
    vaults.told("POST", f"keys/{key}/actions/{off}", {})
    assert (409, reason) == vaults.sign_refused(key, "ECDSA_SHA_256", MESSAGE)
    vaults.told("POST", f"keys/{key}/actions/{on}", {})
    vaults.sign(key, "ECDSA_SHA_256", MESSAGE)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"algorithm": "SHA_1_RSA"}, (400, "vault.algorithm-unknown")),
        ({"algorithm": "SHA_256_RSA_PKCS_PSS"}, (400, "vault.algorithm-unfit")),
        ({"message": b64(bytes(4097))}, (413, "vault.message-too-long")),
        ({"message": b64(bytes(31)), "digested": True}, (400, "vault.digest-length")),
        ({"message": "%%%"}, (400, "vault.order-invalid")),
        ({"message": 1}, (400, "vault.order-invalid")),
        ({"unknown": 1}, (400, "vault.order-invalid")),
        ({"version": 0}, (400, "vault.order-invalid")),
        ({"version": -1}, (400, "vault.order-invalid")),
        ({"version": 10**30}, (400, "vault.order-invalid")),
        ({"version": "no such"}, (404, "vault.unknown")),
        ({"version": "\0"}, (404, "vault.unknown")),
        ({"version": []}, (400, "vault.order-invalid")),
    ],
    ids=repr,
)
def test_what_cannot_be_signed_is_refused(
    vaults: VaultWire, order: dict[str, object], expected: tuple[int, str]
) -> None:
    key = vaults.told("GET", "keys?name=hostile")["items"] or [vaults.key("shared", "hostile")]
    whole = {"message": b64(MESSAGE), "algorithm": "ECDSA_SHA_256", **order}
    assert expected == vaults.refused("POST", f"keys/{key[0]['id']}/sign", whole)


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'{"message":"","message":""}', b"[" * 5000, b'"x"', b"\xff", b'{"message":NaN}'],
    ids=repr,
)
def test_a_body_that_is_no_order_is_refused(vaults: VaultWire, body: bytes) -> None:
    for path in ("keys/ocid1.key.a.b.c.d/sign", "vaults", "vaults/shared/keys"):
        answer = vaults.wire.ask("POST", f"/api/v1/{path}", body)
        assert 400 == answer.status, answer
        assert "vault.order-invalid" == answer.json["errors"][0]["detail"]["reason"]


def test_a_body_that_is_too_large_is_refused(vaults: VaultWire) -> None:
    answer = vaults.wire.ask("POST", "/api/v1/vaults", b" " * (256 * 1024 + 1))
    assert 413 == answer.status


@pytest.mark.parametrize(
    "name", ["", " a", "a ", "a/b", "a*", "a:b", "a@b", "a\n", "ä", "x" * 101, "a\0b"], ids=ascii
)
def test_a_name_that_grants_could_not_tell_apart_is_refused(vaults: VaultWire, name: str) -> None:
    assert (400, "vault.name-invalid") == vaults.refused("POST", "vaults", {"name": name})
    order = {"name": name, "algorithm": "ECDSA"}
    assert (400, "vault.name-invalid") == vaults.refused("POST", "vaults/shared/keys", order)


@pytest.mark.parametrize(
    ("algorithm", "bits"), [("RSA", 1024), ("RSA", 2047), ("ECDSA", 255), ("AES", 64), ("ED25519", 448)]
)
def test_a_shape_that_is_not_offered_is_refused(vaults: VaultWire, algorithm: str, bits: int) -> None:
    order = {"name": "shape", "algorithm": algorithm, "bits": bits}
    assert (400, "vault.shape-unknown") == vaults.refused("POST", "vaults/shared/keys", order)


def test_listings_come_in_pages(vaults: VaultWire) -> None:
    vaults.vault("paged")
    made = [vaults.key("paged", f"key-{index}")["name"] for index in range(5)]
    found: list[str] = []
    last: str | None = ""
    while last is not None:
        page = vaults.told("GET", f"vaults/paged/keys?n=2{f'&last={last}' if last else ''}")
        found += [one["name"] for one in page["items"]]
        last = page["next"]
    assert made == found
    by_name = vaults.told("GET", "vaults/paged/keys?sort=name&order=down")["items"]
    assert sorted(made, reverse=True) == [one["name"] for one in by_name]
    assert ["key-3"] == [one["name"] for one in vaults.told("GET", "keys?name=key-3")["items"]]
    assert [] == vaults.told("GET", "vaults/paged/keys?state=DISABLED")["items"]
    assert [] == vaults.told("GET", "vaults/paged/keys?algorithm=RSA")["items"]
    assert 5 == len(
        vaults.told("GET", "vaults/paged/keys?algorithm=ECDSA&bits=256&protection=SOFTWARE")["items"]
    )


def test_the_export_has_every_public_key(vaults: VaultWire) -> None:
    key = vaults.key("shared", "exported")
    vaults.told("POST", f"keys/{key['id']}/versions", {})
    told = vaults.told("GET", f"keys/{key['id']}/export")
    assert "https://sealwright.dev/schema/vault-keys/1" == told["$schema"]
    assert vaults.wire.address == told["service"]
    (one,) = told["keys"]
    assert (key["id"], "exported", "ENABLED", False) == (one["id"], one["name"], one["state"], one["blocked"])
    listed = vaults.told("GET", f"keys/{key['id']}/versions?order=up")["items"]
    assert [(v["id"], v["number"], v["publicKey"]) for v in listed] == [
        (v["id"], v["number"], v["publicKey"]) for v in one["versions"]
    ]


def test_every_use_and_every_refused_use_is_in_the_audit_log(vaults: VaultWire) -> None:
    key = vaults.key("shared", "audited")["id"]
    vaults.sign(key, "ECDSA_SHA_256", MESSAGE)
    vaults.told("POST", f"keys/{key}/actions/disable", {})
    vaults.sign_refused(key, "ECDSA_SHA_256", MESSAGE)
    entries = vaults.told("GET", f"audit?subject={key}")["entries"]
    assert ["vault-key.sign-refused", "vault-key.disable", "vault-key.sign", "vault-key.create"] == [
        one["action"] for one in entries
    ]
    assert "vault.state" == entries[0]["detail"]["reason"]
    assert f"sha256:{hashlib.sha256(MESSAGE).hexdigest()}" == entries[2]["detail"]["digest"]


def test_names_tags_and_compartments_can_be_changed(vaults: VaultWire) -> None:
    key = vaults.key("shared", "before", tags={"freeform": {"team": "a"}})
    order = {"name": "after", "tags": {"freeform": {"team": "b"}, "defined": {"n": {"k": 1}}}}
    changed = vaults.told("PATCH", f"keys/{key['id']}", order)
    assert ("after", order["tags"], 2) == (changed["name"], changed["tags"], changed["revision"])
    vaults.key("shared", "before")
    assert (409, "vault.name-taken") == vaults.refused("PATCH", f"keys/{key['id']}", {"name": "before"})
    many = {"tags": {"freeform": {"k": "x" * 6000}}}
    assert (400, "vault.tags-too-many") == vaults.refused("PATCH", f"keys/{key['id']}", many)
    vault = vaults.vault("vault before")
    assert "vault after" == vaults.told("PATCH", f"vaults/{vault['id']}", {"name": "vault after"})["name"]
    assert (409, "vault.name-taken") == vaults.refused("PATCH", f"vaults/{vault['id']}", {"name": "shared"})
    vaults.sign(key["id"], "ECDSA_SHA_256", MESSAGE)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "vaults/shared"),
        ("PUT", "vaults"),
        ("GET", "keys/x/sign"),
        ("POST", "keys"),
        ("GET", "vaults/shared/keys/import"),
        ("GET", "keys/x/actions/enable"),
    ],
)
def test_a_method_that_does_nothing_is_refused(vaults: VaultWire, method: str, path: str) -> None:
    assert 405 == vaults.ask(method, path).status


@pytest.mark.parametrize(
    "path", ["vaults/a/b", "keys/a/b", "keys/a/versions/1/x", "keys/a/actions/x", "vaults/"]
)
def test_a_path_that_is_nothing_is_refused(vaults: VaultWire, path: str) -> None:
    assert (404, "service.path-unknown") == vaults.refused("GET", path)


def at(days: float) -> str:
    """A time so many days from now."""
    return datetime.fromtimestamp(time.time() + days * DAY, UTC).isoformat()


@pytest.mark.parametrize("what", ["vault", "key", "version"])
def test_a_deletion_is_planned_within_bounds_and_cancelled(vaults: VaultWire, what: str) -> None:
    vaults.vault(f"going-{what}")
    key = vaults.key(f"going-{what}", "k")["id"]
    vaults.told("POST", f"keys/{key}/versions", {})
    path = {"vault": f"vaults/going-{what}", "key": f"keys/{key}", "version": f"keys/{key}/versions/1"}[what]
    if what == "vault":
        path = f"vaults/{vaults.told('GET', path)['id']}"  # its name is free while it is to be deleted
    planning = f"{path}/actions/schedule-deletion"
    for days in (-1, 0, 6.9, 30.1, 4000):
        order = {"at": at(days)}
        assert (400, "vault.deletion-time") == vaults.refused("POST", planning, order)
    wrongs: tuple[object, ...] = ("tomorrow", 5, "2026-01-01T00:00:00")
    for wrong in wrongs:
        assert (400, "vault.order-invalid") == vaults.refused("POST", planning, {"at": wrong})
    assert (409, "vault.state") == vaults.refused("POST", f"{path}/actions/cancel-deletion", {})
    before = vaults.told("GET", path)
    for order in ({}, {"at": at(7)}, {"at": at(30)}):
        planned = vaults.told("POST", f"{path}/actions/schedule-deletion", order)
        due = datetime.fromisoformat(planned["deletionAt"])
        assert "PENDING_DELETION" == planned["state"]
        expected = datetime.fromisoformat(order.get("at", at(30)))
        assert abs(due - expected) < timedelta(seconds=60)
        assert (409, "vault.state") == vaults.sign_refused(key, "ECDSA_SHA_256", MESSAGE, version=1)
        verifying = {"message": "", "algorithm": "ECDSA_SHA_256", "signature": "", "version": 1}
        assert (409, "vault.state") == vaults.refused("POST", f"keys/{key}/verify", verifying)
        assert (409, "vault.state") == vaults.refused("POST", f"{path}/actions/schedule-deletion", {})
        kept = vaults.told("POST", f"{path}/actions/cancel-deletion", {})
        assert (before["state"], None) == (kept["state"], kept["deletionAt"])
        vaults.sign(key, "ECDSA_SHA_256", MESSAGE, version=1)


def test_a_disabled_key_is_disabled_again_when_its_deletion_is_cancelled(vaults: VaultWire) -> None:
    key = vaults.key("shared", "off and going")["id"]
    vaults.told("POST", f"keys/{key}/actions/disable", {})
    vaults.told("POST", f"keys/{key}/actions/schedule-deletion", {})
    vaults.key("shared", "off and going")
    assert (409, "vault.name-taken") == vaults.refused("POST", f"keys/{key}/actions/cancel-deletion", {})
    other = vaults.told("GET", "vaults/shared/keys?name=off%20and%20going&state=ENABLED")["items"][0]["id"]
    vaults.told("PATCH", f"keys/{other}", {"name": "renamed"})
    kept = vaults.told("POST", f"keys/{key}/actions/cancel-deletion", {})
    assert "DISABLED" == kept["state"]
    assert (409, "vault.state") == vaults.refused("POST", f"keys/{key}/versions", {})


def test_the_current_version_is_not_deleted_alone(vaults: VaultWire) -> None:
    key = vaults.key("shared", "current")["id"]
    path = f"keys/{key}/versions/1/actions/schedule-deletion"
    assert (409, "vault.version-current") == vaults.refused("POST", path, {})


def test_nothing_is_made_in_a_vault_that_is_to_be_deleted(vaults: VaultWire) -> None:
    vault = vaults.vault("closing")["id"]
    key = vaults.key("closing", "k")["id"]
    vaults.told("POST", f"vaults/{vault}/actions/schedule-deletion", {})
    order = {"name": "new", "algorithm": "ECDSA"}
    assert (409, "vault.state") == vaults.refused("POST", f"vaults/{vault}/keys", order)
    assert (409, "vault.state") == vaults.refused("GET", f"vaults/{vault}/wrapping-key")
    assert (409, "vault.state") == vaults.refused("POST", f"keys/{key}/actions/cancel-deletion", {})
    assert "PENDING_DELETION" == vaults.told("GET", f"keys/{key}")["state"]
    vaults.vault("closing")


def test_certificates_are_kept_with_the_version_of_their_key(vaults: VaultWire) -> None:
    key = vaults.key("shared", "certified")["id"]
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "certified")])
    start = datetime.fromtimestamp(time.time(), UTC)

    def certificate(of: Any) -> str:
        builder = x509.CertificateBuilder(name, name, of, 7, start, start + timedelta(days=1))
        return builder.sign(private, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()

    path = f"keys/{key}/versions/1/certificates"
    right = certificate(public_of(vaults, key))
    kept = vaults.told("PUT", path, {"certificates": right})
    assert right == kept["certificates"] == vaults.told("GET", f"keys/{key}/versions/1")["certificates"]
    for wrong in (certificate(private.public_key()), "", "no certificate", right * 200):
        assert (400, "vault.certificates-unfit") == vaults.refused("PUT", path, {"certificates": wrong})
    assert (404, "vault.unknown") == vaults.refused(
        "PUT", f"keys/{key}/versions/2/certificates", {"certificates": right}
    )


def test_a_key_is_brought_in_and_given_new_versions(vaults: VaultWire) -> None:
    pem = vaults.told("GET", "vaults/shared/wrapping-key")["publicKey"]
    assert pem == vaults.told("GET", "vaults/shared/wrapping-key")["publicKey"]
    wrapping = load_pem_public_key(pem.encode())
    assert isinstance(wrapping, rsa.RSAPublicKey)
    assert 4096 == wrapping.key_size

    def wrapped(private: ec.EllipticCurvePrivateKey) -> dict[str, str]:
        der = private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        under = bytes(range(32))
        oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        content = wrapping.encrypt(under, oaep) + aes_key_wrap_with_padding(under, der)
        return {"keyMaterial": b64(content), "wrappingAlgorithm": "RSA_OAEP_AES_SHA256"}

    first, second = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    order = {"name": "brought in", "algorithm": "ECDSA", "bits": 256, **wrapped(first)}
    key = vaults.told("POST", "vaults/shared/keys/import", order)["id"]
    vaults.told("POST", f"keys/{key}/versions", wrapped(second))
    for number, private in ((1, first), (2, second)):
        made = vaults.sign(key, "ECDSA_SHA_256", MESSAGE, version=number)
        signature = base64.b64decode(made["signature"])
        assert verifies(private.public_key(), ALGORITHMS["ECDSA_SHA_256"], MESSAGE, signature)
    curve = wrapped(ec.generate_private_key(ec.SECP384R1()))
    assert (400, "vault.import-unusable") == vaults.refused("POST", f"keys/{key}/versions", curve)
    broken = curve | {"keyMaterial": b64(bytes(600))}
    assert (400, "vault.import-unwrapped") == vaults.refused("POST", f"keys/{key}/versions", broken)
    missing = {"keyMaterial": b64(b"x")}
    assert (400, "vault.order-invalid") == vaults.refused("POST", f"keys/{key}/versions", missing)


def test_the_settings_may_let_disabled_keys_verify(tmp_path: Path) -> None:
    settings = msgspec.structs.replace(Configuration.on(tmp_path), vault=Vault(verify_disabled=True))
    with Registry(settings) as registry:
        vaults = VaultWire(Wire(registry.address))
        vaults.vault("v")
        key = vaults.key("v", "k")["id"]
        made = vaults.sign(key, "ECDSA_SHA_256", MESSAGE)
        vaults.told("POST", f"keys/{key}/actions/disable", {})
        order = {"message": b64(MESSAGE), "algorithm": "ECDSA_SHA_256", "signature": made["signature"]}
        assert {"valid": True} == vaults.told("POST", f"keys/{key}/verify", order)
        assert (409, "vault.state") == vaults.sign_refused(key, "ECDSA_SHA_256", MESSAGE)
