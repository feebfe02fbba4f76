"""Oracle's API at its bounds: long lists, many keys, many signatures, sessions without an account."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sealwright import limits
from sealwright.errors import UsageError
from sealwright.service.accounts.actions import accounts
from sealwright.service.oracle import noting, pushes
from sealwright.service.oracle.actions import api_keys
from sealwright.service.oracle.queries import images
from sealwright.service.signatures.actions import changing
from world import kms, oracle
from world.accounts import ACTOR
from world.oracle import Signer
from world.oracle_service import BASE, OracleService
from world.wire import Wire

IMAGES = f"{BASE}/images"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OracleService]:
    with OracleService(tmp_path_factory.mktemp("oracle")) as running:
        yield running


def copied(service: OracleService, image: images.Image, many: int) -> None:
    """As many images more, which were pushed after one."""
    with service.database.write() as transaction:
        for number in range(many):
            identifier = service.tenancy.made("containerimage", "0", "acme")
            digest = f"sha256:{number:064x}"
            title = f"{image.name}:unknown@{digest}"
            at = image.created + 1 + number
            images.add(
                transaction,
                images.Added(
                    identifier, image.row, image.home, "", image.name, title, digest, "somebody", at
                ),
            )


def test_a_list_of_what_may_not_be_seen_goes_on(service: OracleService) -> None:
    seen = service.pushed("seen/app")
    hidden = images.find(service.database, service.pushed("hidden/app")["id"])
    assert hidden is not None
    copied(service, hidden, limits.ORACLE_SCANNED + 500)
    service.robot("looking", pull="acme/seen/*")
    service.settle()
    looking = service.signer("looking")
    first = looking.got(IMAGES, compartmentId=service.root)
    assert ([], 200) == (first.json["items"], first.status)
    second = looking.got(IMAGES, compartmentId=service.root, page=first.headers["opc-next-page"])
    assert [seen["id"]] == [one["id"] for one in second.json["items"]]
    assert "opc-next-page" not in second.headers


def test_what_remains_is_counted_up_to_a_bound(service: OracleService) -> None:
    image = images.find(service.database, service.pushed("counted/app")["id"])
    assert image is not None
    copied(service, image, limits.ORACLE_COUNTED + 50)
    query = {"compartmentId": service.root, "repositoryName": "counted/app"}
    page = service.admin.got(IMAGES, **query, limit="10")
    assert limits.ORACLE_COUNTED == page.json["remainingItemsCount"]
    most = service.admin.got(IMAGES, **query, limit="100000")
    assert (limits.ORACLE_COUNTED + 51, 0) == (len(most.json["items"]), most.json["remainingItemsCount"])
    usual = service.admin.got(IMAGES, **query)
    assert limits.ORACLE_PAGE == len(usual.json["items"])


def test_an_image_has_only_so_many_signatures(service: OracleService) -> None:
    shown = service.pushed("many/app")
    image = images.find(service.database, shown["id"])
    assert image is not None
    with service.database.write() as transaction:
        for number in range(limits.ORACLE_SIGNATURES):
            content = kms.content(b"message", b"%d" % number)
            new = pushes.new_signature(image.digest, content.encoded())
            row = changing.attach(transaction, image.full, new, "somebody")
            assert row is not None
            noting.note(transaction, service.tenancy, image, row, content, "somebody")
    refusal = service.create(service.upload(shown))
    assert (400, "LimitExceeded") == (refusal.status, refusal.json["code"])


def test_an_account_has_only_so_many_keys(service: OracleService) -> None:
    accounts.add_robot(service.database, ACTOR, "collector")
    for number in range(limits.ORACLE_API_KEYS):
        api_keys.add(service.database, ACTOR, "collector", oracle.pem(oracle.private_key(200 + number)))
    with pytest.raises(UsageError, match="all that one account may have"):
        api_keys.add(service.database, ACTOR, "collector", oracle.pem(oracle.private_key(199)))


def test_without_accounts_a_session_speaks_for_everyone(tmp_path_factory: pytest.TempPathFactory) -> None:
    with OracleService(tmp_path_factory.mktemp("open"), guarded=False) as service:
        key = oracle.private_key(60)
        order = json.dumps({"publicKey": oracle.pem(key)}).encode()
        wire = Wire(service.registry.address, {"Content-Type": "application/json"})
        answer: Any = wire.ask("POST", "/api/v1/oracle/sessions", order)
        signer = Signer(service.registry.address, f"ST${answer.json['token']}", key)
        service.push("app")
        assert 1 == len(signer.got(IMAGES, compartmentId=service.root).json["items"])
