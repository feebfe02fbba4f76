"""Keys at work by Oracle's key management: they sign and verify, or say why not."""

import base64
import datetime as dt
import hashlib
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sealwright.formats.kms.algorithms import ALGORITHMS
from sealwright.workflow import clock
from world.approvals import ApprovalWire
from world.approvers import Person, group, rule, rules_of
from world.oracle import Signer, new_key
from world.oracle_kms import MESSAGE, NOBODYS, SIGN, VERIFY, OracleKms, b64, path_of, sign_order
from world.registry import Registry
from world.wire import Wire


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


def test_every_use_is_in_the_audit_log(kms: OracleKms, registry: Registry, ec_key: Any) -> None:
    kms.told("POST", SIGN, sign_order(ec_key, "ECDSA_SHA_256", b"for the log"))
    page = Wire(registry.address).ask("GET", f"/api/v1/audit?subject={ec_key['id']}&n=1").json
    assert hashlib.sha256(b"for the log").hexdigest() in str(page)
    assert "key.sign" in str(page)


def test_nobody_signs_without_a_signature_of_the_request(registry: Registry, ec_key: Any) -> None:
    stranger = Signer(registry.address, "ocid1.tenancy.oclocal..x/ocid1.user.oclocal..y/aa:bb", new_key())
    answer = stranger.ask("POST", SIGN, sign_order(ec_key, "ECDSA_SHA_256"))
    assert (401, "NotAuthenticated") == (answer.status, answer.json["code"])


def test_a_key_under_rules_signs_what_was_approved_by_name_of_the_request(
    kms: OracleKms, registry: Registry, at: str
) -> None:
    people, ada = ApprovalWire(Wire(registry.address)), Person.ed25519("ada")
    needed = rule(group("release", 1, ada))
    key = people.ruled("release", "under rules", rules_of(ada, use=needed, change=needed))
    order = sign_order(key, "ECDSA_SHA_256")
    waiting = people.open(key["id"], MESSAGE)["id"]
    named = {**order, "loggingContext": {"approval": waiting}}
    assert (409, "Conflict") == kms.refused("POST", SIGN, named)
    people.vote(waiting, ada)
    other = {**sign_order(key, "ECDSA_SHA_256", b"another"), "loggingContext": {"approval": waiting}}
    assert (409, "Conflict") == kms.refused("POST", SIGN, other)
    signed = kms.told("POST", SIGN, named)
    verify = {**order, "keyVersionId": signed["keyVersionId"], "signature": signed["signature"]}
    assert {"isSignatureValid": True} == kms.told("POST", VERIFY, verify)
    assert signed == kms.told("POST", f"{at}{SIGN}", named)


def test_a_client_that_can_name_no_approval_signs_once_its_bytes_are_approved(
    kms: OracleKms, registry: Registry
) -> None:
    people, ada = ApprovalWire(Wire(registry.address)), Person.ed25519("ada")
    key = people.ruled("release", "asks by itself", rules_of(ada, use=rule(group("release", 1, ada))))
    order = sign_order(key, "ECDSA_SHA_256")

    def refused(order: object) -> str:
        """Which request the refusal names."""
        answer = kms.ask("POST", SIGN, order)
        assert (409, "Conflict") == (answer.status, answer.json["code"]), answer
        [named] = [str(one["id"]) for one in listed() if one["id"] in answer.json["message"]]
        return named

    def listed() -> list[Any]:
        found: list[Any] = people.told("GET", f"approvals?key={key['id']}")["items"]
        return found

    first = refused(order)
    assert [first, first] == [refused(order), refused({**order, "keyVersionId": key["currentVersion"]})]
    other = refused(sign_order(key, "ECDSA_SHA_256", b"another"))
    assert {first, other} == {one["id"] for one in listed()}
    assert MESSAGE == people.asked(first).order.message
    people.vote(first, ada)
    signed = kms.told("POST", SIGN, order)
    assert signed == kms.told("POST", SIGN, order)
    verify = {**order, "keyVersionId": signed["keyVersionId"], "signature": signed["signature"]}
    assert {"isSignatureValid": True} == kms.told("POST", VERIFY, verify)
    assert other == refused(sign_order(key, "ECDSA_SHA_256", b"another"))
    people.vote(other, ada, "deny")
    denied = kms.ask("POST", SIGN, sign_order(key, "ECDSA_SHA_256", b"another"))
    assert (409, True) == (denied.status, "ada" in denied.json["message"]), denied.json
    assert 2 == len(listed())
