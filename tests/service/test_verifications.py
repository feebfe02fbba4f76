"""Records of verifications: kept beside a signature that stays as it is; the last one says how it stands."""

import base64
import json
import re
import sqlite3
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from sealwright import limits, media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import SealwrightError
from sealwright.service.registry.queries import manifests
from sealwright.service.signatures.queries import verifications
from sealwright.service.storage import Storage, backup, open_database
from sealwright.verdict import Check, Judgement, PolicyUsed, SignatureReport, Verdict, VerdictSubject
from sealwright.workflow import clock
from world import openpgp, simple
from world.accounts import Guarded, basic
from world.openpgp_keys import Key
from world.registry import Registry
from world.storages import Storages
from world.wire import Answer, Wire

KEY = "0011223344556677889900112233445566778899"
EXPECTED = "registry.example/app:v1"
VERIFIED = {"result": "verified", "key": KEY, "expected": EXPECTED}
POLICY = Digest.of(b"the policy")
CONFIG = {"mediaType": media_types.EMPTY, "digest": str(Digest.of(b"{}")), "size": 2}
ALICE = Key.ed25519("Alice <alice@example.com>")
BOB = Key.ed25519("Bob <bob@example.com>")
RING = base64.b64encode(ALICE.public()).decode()


class Signed:
    """An image with a signature of it."""

    def __init__(self, wire: Wire, headers: Mapping[str, str] | None = None) -> None:
        self.wire, self.headers = wire, headers
        self.repository = f"ns/{uuid.uuid4()}"
        self.subject = simple.push_image(wire, self.repository, unique=self.repository)
        self.content = simple.signed(self.subject)
        assert 201 == simple.attach(wire, self.repository, self.subject, self.content).status
        (self.id,) = self.ids

    @property
    def ids(self) -> list[str]:
        listed = self.wire.ask("GET", f"/api/v1/signatures?repository={self.repository}").json["signatures"]
        return [one["id"] for one in listed]

    @property
    def path(self) -> str:
        return f"/api/v1/signatures/{self.id}/verifications"

    def record(self, order: object) -> Answer:
        body = order if isinstance(order, bytes) else json.dumps(order).encode()
        return self.wire.ask("POST", self.path, body, self.headers)

    @property
    def stands(self) -> Any:
        return self.wire.ask("GET", f"/api/v1/signatures/{self.id}", headers=self.headers).json[
            "verification"
        ]

    def verdict(self, *, counts: bool = True, **changes: Any) -> dict[str, Any]:
        """A verdict on the signature."""
        failed = Check("identity", "enforce", "passed" if counts else "failed")
        report = SignatureReport(
            "simple",
            "anywhere",
            Digest.of(self.content),
            judgements=(Judgement("policy.json:1", KEY.upper(), (failed,), counts),),
        )
        made = Verdict(
            subject=VerdictSubject(EXPECTED, EXPECTED, "docker", Descriptor("a/b", self.subject, 3)),
            at=clock.now(),
            policy=PolicyUsed("containers", "policy.json", POLICY),
            statement="default",
            decision="accepted" if counts else "refused",
            reason="verdict.accepted" if counts else "verdict.unsigned",
            data={"statement": "default", "signer": KEY, "count": 1},
            signatures=(report,),
        )
        found: dict[str, Any] = msgspec.json.decode(msgspec.structs.replace(made, **changes).to_json())
        return found


@pytest.fixture
def signed(wire: Wire) -> Signed:
    return Signed(wire)


def refused(answer: Answer, status: int = 400) -> str:
    """The reason in words."""
    error = answer.json["errors"][0]
    assert (status, "VERIFICATION_INVALID") == (answer.status, error["code"])
    return str(error["detail"]["problem"])


def test_a_signature_is_unverified_until_somebody_says_otherwise(signed: Signed) -> None:
    assert {"status": "unverified", "latest": None} == signed.stands
    assert {"status": "unverified", "verifications": [], "next": None} == signed.wire.ask(
        "GET", signed.path
    ).json


def test_the_last_record_decides_and_all_of_them_stay(signed: Signed) -> None:
    failed = {"result": "failed", "reason": "integrity.key-unknown", "problem": "no such key", "key": KEY}
    orders = [VERIFIED, failed, VERIFIED, {"result": "removed", "problem": "a mistake"}]
    for number, order in enumerate(orders, 1):
        answer = signed.record(order)
        assert (201, f"{signed.path}/{number}") == (answer.status, answer.headers["location"])
        stands = signed.stands
        status = "verified" if order["result"] == "verified" else "unverified"
        assert (status, answer.json) == (stands["status"], stands["latest"])
    page = signed.wire.ask("GET", signed.path).json
    assert [4, 3, 2, 1] == [one["number"] for one in page["verifications"]]
    assert ["removed", "verified", "failed", "verified"] == [one["result"] for one in page["verifications"]]
    assert ("integrity.key-unknown", "no such key") == (
        page["verifications"][2]["reason"],
        page["verifications"][2]["problem"],
    )
    assert "unverified" == page["status"]
    assert [signed.content] == simple.listed(signed.wire, signed.repository, signed.subject)


def test_a_record_says_who_what_and_about_what(signed: Signed) -> None:
    order = {
        **VERIFIED,
        "key": "0x" + KEY.upper(),
        "policy": {"language": "containers", "digest": POLICY},
        "evidence": [Digest.of(b"keys")],
    }
    told = signed.record(order).json
    at = told.pop("at")
    assert at.endswith("Z")
    assert told == {
        "signature": signed.id,
        "number": 1,
        "subject": signed.subject,
        "digest": Digest.of(signed.content),
        "by": "anonymous",
        "maker": "client",
        "result": "verified",
        "key": KEY,
        "expected": EXPECTED,
        "reason": "",
        "problem": "",
        "policy": {"language": "containers", "digest": POLICY},
        "evidence": [Digest.of(b"keys")],
    }
    assert told | {"at": at, "verdict": None} == signed.wire.ask("GET", f"{signed.path}/1").json


def test_a_verdict_is_kept_whole_and_says_the_rest(signed: Signed) -> None:
    verdict = signed.verdict()
    told = signed.record({**VERIFIED, "verdict": verdict}).json
    assert ("", "", {"language": "containers", "digest": POLICY}) == (
        told["reason"],
        told["problem"],
        told["policy"],
    )
    assert verdict == signed.wire.ask("GET", f"{signed.path}/1").json["verdict"]
    failed = signed.record({"result": "failed", "verdict": signed.verdict(counts=False)}).json
    assert ("verdict.unsigned", "the image has no signature") == (failed["reason"], failed["problem"])


def test_a_verdict_must_agree_with_the_record(signed: Signed) -> None:
    good, bad = signed.verdict(), signed.verdict(counts=False)
    other = Signed(signed.wire).verdict()
    assert "does not agree with 'failed'" in refused(signed.record({"result": "failed", "verdict": good}))
    assert "does not agree with 'verified'" in refused(signed.record({**VERIFIED, "verdict": bad}))
    assert "does not agree with 'removed'" in refused(signed.record({"result": "removed", "verdict": bad}))
    assert f"not about {signed.subject}" in refused(signed.record({**VERIFIED, "verdict": other}))
    untold = signed.verdict(signatures=())
    assert "does not tell of the signature" in refused(signed.record({**VERIFIED, "verdict": untold}))
    twice = {**VERIFIED, "verdict": good, "problem": "a"}
    assert "beside a verdict there is no" in refused(signed.record(twice))
    assert "" != refused(signed.record({**VERIFIED, "verdict": {"$schema": "https://example.org"}}))
    odd = signed.verdict(counts=False, reason="no such\0 code", statement="a\0b")
    told = signed.record({"result": "failed", "verdict": odd})
    assert (201, "", True) == (told.status, told.json["reason"], told.json["problem"].isprintable())
    assert "unverified" == signed.stands["status"]


@pytest.mark.parametrize(
    ("order", "problem"),
    [
        (b"", ""),
        (b"[]", "Expected `object`"),
        (b"\xff", ""),
        (b'{"result": "failed", "result": "verified"}', "result"),
        (b'{"result": "failed"} more', ""),
        ({}, "missing required field `result`"),
        ({"result": "good"}, "Invalid enum value"),
        ({**VERIFIED, "by": "somebody else"}, "unknown field `by`"),
        ({**VERIFIED, "maker": "service"}, "unknown field `maker`"),
        ({**VERIFIED, "key": "xyz"}, "key is not 16, 40 or 64 hexadecimal digits"),
        ({**VERIFIED, "key": ""}, "has a key and an expected identity"),
        ({**VERIFIED, "expected": ""}, "has a key and an expected identity"),
        ({**VERIFIED, "expected": "a\0b"}, "expected is not a line"),
        ({**VERIFIED, "expected": "x" * 1025}, "expected is not a line"),
        ({"result": "failed", "problem": "a\nb"}, "problem is not a line"),
        ({"result": "failed", "reason": "Because"}, "reason is no reason code"),
        ({"result": "failed", "policy": {"language": "Rego!", "digest": POLICY}}, "no name of one"),
        ({"result": "failed", "policy": {"language": "rego", "digest": "x"}}, "digest"),
        ({"result": "failed", "evidence": ["x"]}, "digest"),
        ({"result": "failed", "evidence": [POLICY] * 101}, "more than 100 pieces"),
        ({"result": "failed", "verdict": []}, "Expected `object | null`"),
    ],
)
def test_odd_records_are_refused(signed: Signed, order: object, problem: str) -> None:
    assert problem in refused(signed.record(order))
    assert [] == signed.wire.ask("GET", signed.path).json["verifications"]


def test_a_record_has_its_bounds(signed: Signed) -> None:
    answer = signed.record(b" " * (limits.VERIFICATION_BYTES + 1))
    assert (413, "SIZE_INVALID") == (answer.status, answer.code)


@pytest.mark.parametrize(
    ("path", "status"), [("/x", 400), ("/0", 400), ("/2", 404), ("?last=x", 400), ("?n=0", 400)]
)
def test_odd_questions_are_refused(signed: Signed, path: str, status: int) -> None:
    assert 201 == signed.record(VERIFIED).status
    assert status == signed.wire.ask("GET", signed.path + path).status


def test_history_comes_in_pages(signed: Signed) -> None:
    for _ in range(5):
        assert 201 == signed.record(VERIFIED).status
    path: str | None = f"{signed.path}?n=2"
    found: list[int] = []
    while path is not None:
        answer = signed.wire.ask("GET", path)
        assert "verified" == answer.json["status"]
        assert len(answer.json["verifications"]) <= 2
        found += [one["number"] for one in answer.json["verifications"]]
        link = answer.headers.get("link")
        assert (link is None) == (answer.json["next"] is None)
        path = link and link.partition(">")[0].removeprefix("<")
    assert [5, 4, 3, 2, 1] == found


def test_records_that_come_at_once_are_all_kept(signed: Signed) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: signed.record(VERIFIED), range(24)))
    assert {201} == {answer.status for answer in answers}
    assert list(range(1, 25)) == sorted(answer.json["number"] for answer in answers)


def test_every_listing_tells_how_signatures_stand(signed: Signed) -> None:
    second = simple.signed(signed.subject)
    assert 201 == simple.attach(signed.wire, signed.repository, signed.subject, second).status
    assert 201 == signed.record(VERIFIED).status
    image = f"/api/v1/images?repository={signed.repository}&reference=v1"
    for path, wanted in (
        (f"/api/v1/signatures?repository={signed.repository}", ["unverified", "verified"]),
        (image, ["verified", "unverified"]),
    ):
        listed = signed.wire.ask("GET", path).json["signatures"]
        assert wanted == [one["verification"]["status"] for one in listed]
    (held,) = signed.wire.ask("GET", f"/api/v1/images/{signed.subject}").json["images"]
    assert signed.wire.ask("GET", image).json == held


def test_many_signatures_are_told_how_they_stand(wire: Wire) -> None:
    signed = Signed(wire)
    for _ in range(120):
        content = simple.signed(signed.subject)
        assert 201 == simple.attach(wire, signed.repository, signed.subject, content).status
    verified = signed.ids[::3]
    for one in verified:
        answer = wire.ask("POST", f"/api/v1/signatures/{one}/verifications", msgspec.json.encode(VERIFIED))
        assert 201 == answer.status
    listed = wire.ask("GET", f"/api/v1/signatures?repository={signed.repository}").json["signatures"]
    assert verified == [one["id"] for one in listed if one["verification"]["status"] == "verified"]


def test_an_image_is_found_everywhere_by_its_digest(wire: Wire) -> None:
    names = [f"ns/{uuid.uuid4()}" for _ in range(5)]
    unique = uuid.uuid4().hex
    (digest,) = {simple.push_image(wire, name, unique=unique) for name in names}
    path: str | None = f"/api/v1/images/{digest}?n=2"
    found: list[str] = []
    while path is not None:
        answer = wire.ask("GET", path)
        assert len(answer.json["images"]) <= 2
        found += [one["repository"] for one in answer.json["images"]]
        link = answer.headers.get("link")
        path = link and link.partition(">")[0].removeprefix("<")
    assert names == found
    assert [] == wire.ask("GET", f"/api/v1/images/{Digest.of(unique.encode())}").json["images"]
    assert 400 == wire.ask("GET", "/api/v1/images/v1").status


def test_a_revoked_signature_takes_no_record_and_keeps_those_it_has(signed: Signed) -> None:
    assert 201 == signed.record(VERIFIED).status
    assert 200 == signed.wire.ask("DELETE", f"/api/v1/signatures/{signed.id}?reason=lost").status
    answer = signed.record(VERIFIED)
    assert (409, "SIGNATURE_REVOKED") == (answer.status, answer.code)
    assert 1 == len(signed.wire.ask("GET", signed.path).json["verifications"])


def test_the_right_to_audit_is_needed_to_record_and_to_pull_is_enough_to_read(tmp_path: Path) -> None:
    with Guarded(tmp_path) as guarded:
        writer = guarded.robot("writer", pull="ns/*", push="ns/*", sign="ns/*")
        auditor = guarded.robot("auditor", pull="ns/*", audit="ns/*")
        stranger = guarded.robot("stranger", pull="other/*")
        guarded.settle()
        signed = Signed(Wire(guarded.registry.address, writer), writer)
        denied = signed.record(VERIFIED)
        assert (403, "DENIED") == (denied.status, denied.code)
        assert 404 == guarded.wire.ask("POST", signed.path, b"{}", stranger).status
        assert 404 == guarded.wire.ask("GET", signed.path, headers=stranger).status
        assert 401 == guarded.wire.ask("GET", signed.path).status
        told = guarded.wire.ask("POST", signed.path, msgspec.json.encode(VERIFIED), auditor)
        assert (201, "auditor") == (told.status, told.json["by"])
        assert "verified" == signed.stands["status"]
        everywhere = f"/api/v1/images/{signed.subject}"
        assert [] == guarded.wire.ask("GET", everywhere, headers=stranger).json["images"]
        assert 1 == len(guarded.wire.ask("GET", everywhere, headers=auditor).json["images"])
        log = guarded.wire.ask("GET", "/api/v1/audit?action=verification.record", headers=guarded.admin)
        (entry,) = log.json["entries"]
        assert ("auditor", signed.repository, signed.subject) == (
            entry["actor"],
            entry["repository"],
            entry["subject"],
        )
        assert (signed.id, 1, "verified", KEY, EXPECTED) == tuple(
            entry["detail"][name] for name in ("signature", "number", "result", "key", "expected")
        )


def test_every_storage_keeps_records_and_their_backup(
    storages: Storages, storage_kind: str, tmp_path: Path
) -> None:
    before, after = storages.settings(storage_kind), storages.settings(storage_kind)
    with Registry(before) as registry:
        signed = Signed(Wire(registry.address))
        for order in (VERIFIED, {**VERIFIED, "verdict": signed.verdict()}, {"result": "removed"}):
            assert 201 == signed.record(order).status
        assert "unverified" == signed.stands["status"]
        pages = [
            signed.wire.ask("GET", f"{signed.path}{path}").json for path in ("", "?n=2&last=3", "/1", "/2")
        ]
        (held,) = signed.wire.ask("GET", f"/api/v1/images/{signed.subject}").json["images"]
    storage = Storage.open(before)
    try:
        backup.save(storage, tmp_path / "backup")
    finally:
        storage.close()
    storage = Storage.open(after)
    try:
        backup.restore(storage, tmp_path / "backup")
    finally:
        storage.close()
    with Registry(after) as registry:
        signed.wire = Wire(registry.address)
        assert pages == [
            signed.wire.ask("GET", f"{signed.path}{path}").json for path in ("", "?n=2&last=3", "/1", "/2")
        ]
        assert [held] == signed.wire.ask("GET", f"/api/v1/images/{signed.subject}").json["images"]
        assert 4 == signed.record(VERIFIED).json["number"]


def test_no_storage_lets_a_record_be_changed_or_deleted(storages: Storages, storage_kind: str) -> None:
    settings = storages.settings(storage_kind)
    with Registry(settings) as registry:
        signed = Signed(Wire(registry.address))
        assert 201 == signed.record(VERIFIED).status
    database = open_database(settings)
    try:
        for sql in (
            "UPDATE verifications SET result = 'failed'",
            "DELETE FROM verifications",
            "INSERT INTO verifications SELECT * FROM verifications WHERE 1 = 1",
        ):
            with (
                pytest.raises((SealwrightError, sqlite3.Error, psycopg.Error), match="verifications"),
                database.write() as transaction,
            ):
                transaction.run(sql)
        assert [("verified",)] == [tuple(row) for row in database.rows("SELECT result FROM verifications")]
    finally:
        database.close()


def test_what_is_read_does_not_grow_with_the_records(tmp_path: Path) -> None:
    """Steps of SQLite, with ten records of a signature and with ten thousand."""
    with Registry(tmp_path) as registry:
        signed = Signed(Wire(registry.address))
        assert 201 == signed.record(VERIFIED).status
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    taken: dict[str, list[int]] = {}
    with sqlite3.connect(tmp_path / "sealwright.db") as connection:
        for most in (10, 10_000):
            for number in range(most // 10, most):
                columns = "subject, digest, at, made_by, maker, result, key, expected, reason, problem, "
                columns += "language, policy, evidence, verdict"
                copied = f"SELECT signature, {number + 1}, {columns} FROM verifications WHERE number = 1"  # noqa: S608  # our own words
                connection.execute(f"INSERT OR IGNORE INTO verifications {copied}")
            for name in ("_LATEST", "_LATEST_OF_FEW", "_HISTORY", "_FIND", "_ADD"):
                sql = getattr(verifications, name)
                values: dict[str, object] = dict.fromkeys(re.findall(r":([a-z_]+)", sql), signed.id)
                values |= {"before": 2**62, "most": 5, "number": 3}
                steps = 0
                connection.set_progress_handler(step, 1)
                assert connection.execute(sql, values).fetchall()
                connection.set_progress_handler(None, 0)
                taken.setdefault(name, []).append(steps)
    assert {name for name, (few, many) in taken.items() if many <= 1.1 * few} == taken.keys(), taken


def test_an_image_everywhere_goes_by_an_index(tmp_path: Path) -> None:
    with Registry(tmp_path) as registry:
        simple.push_image(Wire(registry.address), "app")
    with sqlite3.connect(tmp_path / "sealwright.db") as connection:
        values = {"digest": "", "last": "", "most": 1}
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {manifests._HOLDERS}", values)]
    assert any("manifests_by_digest" in line for line in plan), plan
    assert not any(line.startswith("SCAN") or "TEMP B-TREE" in line for line in plan), plan


def test_somebody_without_an_account_records_nothing(tmp_path: Path) -> None:
    with Guarded(tmp_path) as guarded:
        signed = Signed(Wire(guarded.registry.address, basic("admin", guarded.token("admin"))))
        assert 401 == guarded.wire.ask("POST", signed.path, msgspec.json.encode(VERIFIED)).status


class Sealed(Signed):
    """An image with a real signature."""

    def __init__(self, wire: Wire, key: Key, reference: str = EXPECTED) -> None:
        super().__init__(wire)
        content = key.message(openpgp.payload(self.subject, reference), int(time.time()))
        assert 201 == simple.attach(wire, self.repository, self.subject, content).status
        self.id = next(one for one in self.ids if one != self.id)
        self.content = content

    def verify(self, keys: str, expected: str = EXPECTED) -> Answer:
        body = json.dumps({"keys": keys, "expected": expected}).encode()
        return self.wire.ask("POST", f"/api/v1/signatures/{self.id}/verify", body)


def test_the_service_verifies_by_itself(wire: Wire) -> None:
    sealed = Sealed(wire, ALICE)
    answer = sealed.verify(RING)
    assert (201, f"{sealed.path}/1") == (answer.status, answer.headers["location"])
    told = answer.json
    assert ("verified", "service", ALICE.fingerprint.lower(), EXPECTED, "containers") == (
        told["result"],
        told["maker"],
        told["key"],
        told["expected"],
        told["policy"]["language"],
    )
    assert [Digest.of(ALICE.public())] == told["evidence"]
    verdict = wire.ask("GET", f"{sealed.path}/1").json["verdict"]
    assert ("accepted", sealed.subject) == (verdict["decision"], verdict["subject"]["descriptor"]["digest"])
    assert "verified" == sealed.stands["status"]


@pytest.mark.parametrize(
    ("key", "signed_as", "expected", "reason"),
    [
        (BOB, EXPECTED, EXPECTED, "integrity.key-unknown"),
        (ALICE, EXPECTED, "registry.example/app:v2", "identity.other-name"),
        (ALICE, "registry.example/other:v1", EXPECTED, "identity.other-name"),
        (ALICE, "registry.example/app", EXPECTED, "identity.signed-name-without-tag"),
    ],
)
def test_what_the_service_does_not_confirm_is_recorded_as_failed(
    wire: Wire, key: Key, signed_as: str, expected: str, reason: str
) -> None:
    sealed = Sealed(wire, key, signed_as)
    told = sealed.verify(RING, expected).json
    assert ("failed", "service", reason) == (told["result"], told["maker"], told["reason"])
    assert told["problem"]
    assert "unverified" == sealed.stands["status"]


@pytest.mark.parametrize(
    ("keys", "expected", "problem"),
    [
        ("???", EXPECTED, "neither an armored key nor base64"),
        ("", EXPECTED, "no public key"),
        (base64.b64encode(b"no key").decode(), EXPECTED, ""),
        ("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n", EXPECTED, ""),
        (RING, "not a name", ""),
        (RING, "x" * 2000, "expected is not a line"),
    ],
)
def test_what_cannot_be_asked_of_the_service_is_refused(
    wire: Wire, keys: str, expected: str, problem: str
) -> None:
    sealed = Sealed(wire, ALICE)
    assert problem in refused(sealed.verify(keys, expected))
    assert "unverified" == sealed.stands["status"]


def test_the_service_verifies_only_what_keys_decide_on(wire: Wire) -> None:
    sealed = Sealed(wire, ALICE)
    members: dict[str, object] = {"config": CONFIG, "layers": []}
    wire.push_manifest(sealed.repository, f"sha256-{sealed.subject.encoded}.sig", members)
    (cosign,) = wire.ask("GET", f"/api/v1/signatures?repository={sealed.repository}&format=cosign").json[
        "signatures"
    ]
    sealed.id = cosign["id"]
    assert "only GPG signatures" in refused(sealed.verify(RING))


def test_the_service_verifies_nothing_that_is_gone(wire: Wire) -> None:
    sealed = Sealed(wire, ALICE)
    assert 202 == wire.ask("DELETE", f"/v2/{sealed.repository}/manifests/{sealed.subject}").status
    assert (404, "MANIFEST_UNKNOWN") == ((answer := sealed.verify(RING)).status, answer.code)
    assert 200 == wire.ask("DELETE", f"/api/v1/signatures/{sealed.id}").status
    assert sealed.verify(RING).status in (404, 409)
    assert 400 == wire.ask("POST", "/api/v1/signatures/x/verify", b"{}").status
    assert 405 == wire.ask("GET", f"/api/v1/signatures/{sealed.id}/verify").status


def test_the_right_to_audit_is_needed_to_have_it_verified(tmp_path: Path) -> None:
    with Guarded(tmp_path) as guarded:
        writer = guarded.robot("writer", pull="ns/*", push="ns/*", sign="ns/*")
        guarded.settle()
        sealed = Sealed(Wire(guarded.registry.address, writer), ALICE)
        assert 403 == sealed.verify(RING).status
        assert "unverified" == sealed.stands["status"]


def test_what_the_service_cannot_find_out_is_not_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Registry(tmp_path) as registry:
        sealed = Sealed(Wire(registry.address), ALICE)
        monkeypatch.setenv("SEALWRIGHT_OPENPGP", "gpg")
        monkeypatch.setenv("PATH", "/nowhere")
        answer = sealed.verify(RING)
        assert (503, "UNAVAILABLE", "10") == (answer.status, answer.code, answer.headers["retry-after"])
        assert [] == sealed.wire.ask("GET", sealed.path).json["verifications"]
        monkeypatch.setenv("SEALWRIGHT_OPENPGP", "auto")
        assert "verified" == sealed.verify(RING).json["result"]
