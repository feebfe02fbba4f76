"""Retry tokens of Oracle's APIs: one change, and one answer for a day."""

import concurrent.futures
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from sealwright import limits
from sealwright.service.oracle.queries import answered
from sealwright.service.storage import open_database
from world.oracle import Signer
from world.oracle_service import BASE, OracleService
from world.registry import Registry
from world.storages import Storages
from world.wire import Answer

REPOSITORIES = f"{BASE}/repositories"
_SECOND = 1_000_000


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OracleService]:
    with OracleService(tmp_path_factory.mktemp("oracle")) as running:
        yield running


def create(service: OracleService, name: str, token: str, **details: object) -> Answer:
    order = {"compartmentId": service.root, "displayName": name, **details}
    return service.admin.ask("POST", REPOSITORIES, order, {"opc-retry-token": token})


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["code"]


def test_the_same_request_gets_the_same_answer(service: OracleService) -> None:
    first, second = (create(service, "same/app", "token-1") for _ in range(2))
    assert 200 == first.status
    assert (first.status, first.body, first.headers["etag"]) == (
        second.status,
        second.body,
        second.headers["etag"],
    )
    assert 409 == create(service, "same/app", "token-2").status


def test_another_request_with_that_token_is_refused(service: OracleService) -> None:
    assert 200 == create(service, "token/one", "token-3").status
    assert (409, "InvalidatedRetryToken") == refused(create(service, "token/two", "token-3"))
    elsewhere = service.admin.ask("DELETE", f"{BASE}/images/x", None, {"opc-retry-token": "token-3"})
    assert (409, "InvalidatedRetryToken") == refused(elsewhere)
    assert 200 == create(service, "token/two", "token-4").status


def test_tokens_are_those_of_their_user(service: OracleService) -> None:
    service.robot("another", push="acme/theirs/*", pull="acme/theirs/*")
    service.settle()
    assert 200 == create(service, "mine/app", "token-5").status
    order = {"compartmentId": service.root, "displayName": "theirs/app"}
    theirs = service.signer("another").ask("POST", REPOSITORIES, order, {"opc-retry-token": "token-5"})
    assert 200 == theirs.status


def test_a_request_that_failed_may_be_sent_again(service: OracleService) -> None:
    bad = {"definedTags": {"nobody": {"a": "b"}}}
    assert 400 == create(service, "failed/app", "token-6", **bad).status
    assert 200 == create(service, "failed/app", "token-6").status


@pytest.mark.parametrize("token", ["x" * (limits.ORACLE_RETRY_TOKEN_LENGTH + 1), "a b"])
def test_what_is_no_token_is_refused(service: OracleService, token: str) -> None:
    assert (400, "InvalidParameter") == refused(create(service, "bad/app", token))


def test_an_upload_is_made_once(service: OracleService) -> None:
    image = service.pushed("signed/app")
    upload = service.upload(image)
    path, token = f"{BASE}/imageSignatures", {"opc-retry-token": "token-7"}
    first = service.admin.ask("POST", path, upload, token)
    assert 200 == first.status
    service.admin.ask("DELETE", f"{path}/{first.json['id']}")
    again = service.admin.ask("POST", path, upload, token)
    assert (200, first.json) == (again.status, again.json), "as it was answered, whatever has happened since"
    left = service.admin.got(path, compartmentId=service.root, imageId=image["id"])
    assert [] == left.json["items"]


def test_a_delete_is_made_once(service: OracleService) -> None:
    image = service.pushed("deleted/app")
    deleted = [
        service.admin.ask("DELETE", f"{BASE}/images/{image['id']}", None, {"opc-retry-token": "token-8"})
        for _ in range(2)
    ]
    assert [(204, b"")] * 2 == [(answer.status, answer.body) for answer in deleted]


def test_requests_at_the_same_time_are_one_change(service: OracleService) -> None:
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: create(service, "many/app", "token-9"), range(16)))
    assert {200} == {answer.status for answer in answers}
    assert 1 == len({answer.json["id"] for answer in answers})


def test_a_change_of_a_vault_is_made_once(service: OracleService) -> None:
    order = {"compartmentId": service.root, "displayName": "retried", "vaultType": "DEFAULT"}
    first, second = (
        service.admin.ask("POST", "/20180608/vaults", order, {"opc-retry-token": "token-10"})
        for _ in range(2)
    )
    assert (first.status, first.json) == (second.status, second.json)
    assert first.status < 300
    other = {**order, "displayName": "other"}
    refusal = service.admin.ask("POST", "/20180608/vaults", other, {"opc-retry-token": "token-10"})
    assert (409, "InvalidatedRetryToken") == refused(refusal)


def test_a_claim_of_a_process_that_died_is_taken_over(storages: Storages, storage_kind: str) -> None:
    with closing(open_database(storages.settings(storage_kind))) as database:
        database.migrate()
        at = time.time_ns() // 1000

        def claimed(request: str, when: int) -> bool:
            with database.write() as transaction:
                return answered.claim(transaction, "alice", "token", request, when)

        assert claimed("r", at)
        assert not claimed("r", at + 59 * _SECOND)
        assert claimed("r", at + 61 * _SECOND)
        assert not claimed("other", at + 200 * _SECOND)
        with database.write() as transaction:
            answered.keep(transaction, "alice", "token", 200, "{}", b"body")
        assert not claimed("r", at + 200 * _SECOND)
        kept = answered.find(database, "alice", "token", at + 200 * _SECOND)
        assert kept is not None
        assert ("r", 200, b"body") == (kept.request, kept.status, kept.body)
        day = (limits.ORACLE_RETRY_SECONDS + 100) * _SECOND
        assert answered.find(database, "alice", "token", at + day) is None
        assert claimed("other", at + day)
        with database.write() as transaction:
            assert answered.mark(transaction, "digest", at)
            assert not answered.mark(transaction, "digest", at)
            answered.forget(transaction, at + 3 * day)
            assert answered.mark(transaction, "digest", at)
        assert answered.find(database, "alice", "token", at + day) is None


def test_tokens_outlive_the_server(tmp_path_factory: pytest.TempPathFactory) -> None:
    with OracleService(tmp_path_factory.mktemp("restarted")) as service:
        first = create(service, "app", "token")
        service.restart()
        again: Any = create(service, "app", "token")
        assert first.json == again.json


@pytest.mark.peer("postgres")
@pytest.mark.peer("versitygw")
def test_replicas_know_of_each_other_s_requests(storages: Storages) -> None:
    with OracleService(storages.settings("shared")) as service, Registry(service.settings) as other:
        order = {"compartmentId": service.root, "displayName": "app"}
        signers = (service.admin, Signer(other.address, service.admin.key_id, service.admin.key))

        def asked(number: int) -> Answer:
            return signers[number % 2].ask("POST", REPOSITORIES, order, {"opc-retry-token": "token"})

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(asked, range(8)))
        assert {200} == {answer.status for answer in answers}, answers
        assert 1 == len({answer.json["id"] for answer in answers})
        body = b'{"isRepositoryCreatedOnFirstPush": false}'
        target = f"{BASE}/configuration?compartmentId={service.root}"
        host = {"host": "registry.example"}
        headers = service.admin.headers("PUT", target, body, more=host)
        assert 200 == service.admin.wire.ask("PUT", target, body, headers).status
        replayed = signers[1].wire.ask("PUT", target, body, headers)
        assert (401, "NotAuthenticated") == refused(replayed)
