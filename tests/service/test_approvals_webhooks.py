"""Webhooks: every step is told, signed, again and again until it is taken, and to nobody else."""

import hashlib
import hmac
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from sealwright.errors import DocumentError
from sealwright.service.approvals.delivery import Delivery
from sealwright.service.configuration import Configuration, load
from sealwright.service.configuration.approvals import Approvals, Webhook
from sealwright.service.storage import now, open_database
from world.approvals import ALGORITHM, ApprovalWire
from world.approvers import group, people, rule, rules_of
from world.registry import Registry
from world.webhooks import Came, Receiver
from world.wire import Wire

ADA, BOB = people("ada", "bob")
RULES = rules_of(ADA, BOB, use=rule(group("all", 1, ADA, BOB)))
SECRET = b"a secret of the receiver"


def configured(folder: Path, *urls: str) -> Configuration:
    (folder / "secret").write_bytes(SECRET + b"\nmore\n")
    hooks = tuple(Webhook(url, str(folder / "secret")) for url in urls)
    return replace(Configuration.on(folder / "service"), approvals=Approvals(webhooks=hooks))


def genuine(came: Came) -> bool:
    signed = came.fields["x-sealwright-timestamp"].encode() + b"." + came.body
    made = hmac.new(SECRET, signed, hashlib.sha256).hexdigest()
    return came.fields["x-sealwright-signature"] == f"sha256={made}"


def wired(registry: Registry) -> ApprovalWire:
    wire = ApprovalWire(Wire(registry.address))
    wire.vault("v")
    return wire


def test_every_step_is_told_and_signed(tmp_path: Path) -> None:
    with (
        Receiver() as receiver,
        Registry(configured(tmp_path, f"http://{receiver.address}/hook?x=1")) as registry,
    ):
        wire = wired(registry)
        key = wire.ruled("v", "k", RULES)["id"]
        good, bad = wire.open(key, note="release 1")["id"], wire.open(key)["id"]
        wire.vote(good, ADA)
        wire.sign(key, ALGORITHM, b"m", approval=good)
        wire.vote(bad, BOB, "deny")
        came = receiver.waited_for(7)
    told = [(one.json["event"].removeprefix("approval."), one.json["request"]) for one in came]
    of_good = [(event, good) for event in ("requested", "voted", "ready", "spent")]
    of_bad = [(event, bad) for event in ("requested", "voted", "denied")]
    assert sorted(of_good + of_bad) == sorted(told)
    assert all(genuine(one) and one.path == "/hook?x=1" for one in came)
    assert 7 == len({one.fields["x-sealwright-delivery"] for one in came})
    voted = next(
        one.json for one in came if one.json["event"] == "approval.voted" and one.json["request"] == good
    )
    assert ("ada", "approve", "release 1", key) == (
        voted["person"],
        voted["decision"],
        voted["note"],
        voted["key"],
    )
    assert "1 of 1 from all" == voted["standing"]


def test_time_alone_is_told_too(tmp_path: Path) -> None:
    rules = rules_of(ADA, use=rule(group("all", 1, ADA), time_lock=1, time_out=1, spend_within=1))
    with Receiver() as receiver, Registry(configured(tmp_path, f"http://{receiver.address}/")) as registry:
        wire = wired(registry)
        identifier = wire.open(wire.ruled("v", "k", rules)["id"])["id"]
        wire.vote(identifier, ADA)
        came = receiver.waited_for(4)
    assert ["requested", "voted", "ready", "expired"] == [
        one.json["event"].removeprefix("approval.") for one in came
    ]
    assert ["waiting", "locked", "ready", "expired"] == [one.json["state"] for one in came]


def test_what_is_not_taken_is_told_again(tmp_path: Path) -> None:
    """After a failure, and after a redirect, which is not followed; the same each time."""
    with Receiver() as receiver, Registry(configured(tmp_path, f"http://{receiver.address}/")) as registry:
        receiver.answers += [500, 302]
        wire = wired(registry)
        wire.open(wire.ruled("v", "k", RULES)["id"])
        came = receiver.waited_for(3)
        time.sleep(0.3)
        assert 3 == len(receiver.came)
    assert 1 == len({one.body for one in came})
    assert 1 == len({one.fields["x-sealwright-delivery"] for one in came})
    assert {"/"} == {one.path for one in came}
    assert all(map(genuine, came))


def test_nothing_is_lost_by_a_restart_or_a_receiver_that_is_away(tmp_path: Path) -> None:
    with Receiver() as away:
        port, url = away.port, f"http://{away.address}/"
    settings = configured(tmp_path, url)
    with Registry(settings) as registry:
        wire = wired(registry)
        identifier = wire.open(wire.ruled("v", "k", RULES)["id"])["id"]
        wire.vote(identifier, ADA)
    with Receiver(port) as receiver, Registry(settings):
        came = receiver.waited_for(3)
    assert {identifier} == {one.json["request"] for one in came}
    assert {"approval.requested", "approval.voted", "approval.ready"} == {one.json["event"] for one in came}


def test_each_webhook_is_told_by_itself(tmp_path: Path) -> None:
    """One that takes a connection and never answers keeps none from the other."""
    with (
        Receiver() as good,
        Receiver() as bad,
        Registry(configured(tmp_path, f"http://{bad.address}/", f"http://{good.address}/")) as registry,
    ):
        bad.pause = 60
        wire = wired(registry)
        key = wire.ruled("v", "k", RULES)["id"]
        for _ in range(3):
            wire.open(key)
        assert 3 == len(good.waited_for(3))
        bad.go_on()


def test_a_notice_is_given_up_after_days_or_kept_while_its_secret_is_away(tmp_path: Path) -> None:
    with Receiver() as receiver:
        settings = configured(tmp_path, f"http://{receiver.address}/")
        with Registry(settings) as registry:
            wire = wired(registry)
            wire.open(wire.ruled("v", "k", RULES)["id"])
            receiver.waited_for(1)
            end = time.monotonic() + 10
            database = open_database(settings.storage)
            while database.rows("SELECT id FROM approval_notices"):
                assert time.monotonic() < end
        delivery = Delivery(database, settings.approvals.webhooks)
        put = """
            INSERT INTO approval_notices (id, hook, event, body, created, tries, next_at)
            VALUES (:id, :hook, 'voted', :body, :created, 0, 0)
        """
        url, other = f"http://{receiver.address}/", "http://127.0.0.1:1/"
        with database.write() as transaction:
            transaction.run(put, id="old", hook=other, body=b"{}", created=0)
            transaction.run(put, id="new", hook=other, body=b"{}", created=now())
        assert 0 == delivery.send_due(url)
        delivery.give_up()
        assert ["new"] == [row[0] for row in database.rows("SELECT id FROM approval_notices")]
        (tmp_path / "secret").write_bytes(b"\n")
        with database.write() as transaction:
            transaction.run(put, id="waits", hook=url, body=b"{}", created=now())
        delivery.send_due(url)
        (tmp_path / "secret").unlink()
        delivery.send_due(url)
        assert ["new", "waits"] == [
            row[0] for row in database.rows("SELECT id FROM approval_notices ORDER BY id")
        ]
        assert 1 == len(receiver.came)
        delivery.close()
        database.close()


@pytest.mark.parametrize(
    "hook",
    [
        'url = "http://hooks.example/"\nsecret_file = "s"',
        'url = "https://user:word@hooks.example/"\nsecret_file = "s"',
        'url = "file:///etc/passwd"\nsecret_file = "s"',
        'url = "https://hooks.example/a b"\nsecret_file = "s"',
        'url = "http://127.0.0.1@hooks.example/"\nsecret_file = "s"',
        'url = "https://hooks.example/"\nsecret_file = ""',
        'url = "https://hooks.example/"',
    ],
)
def test_a_webhook_in_the_clear_or_without_a_secret_is_refused(tmp_path: Path, hook: str) -> None:
    file = tmp_path / "serve.toml"
    file.write_text(f"[[approvals.webhooks]]\n{hook}\n")
    with pytest.raises(DocumentError):
        load(file, {})
    file.write_text('[[approvals.webhooks]]\nurl = "https://hooks.example:8443/a?b"\nsecret_file = "s"\n')
    assert str(tmp_path / "s") == load(file, {}).approvals.webhooks[0].secret_file
