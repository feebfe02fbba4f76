"""Whoever waits for an approval does not keep the server from ending."""

import signal
import threading
import time
from pathlib import Path
from typing import Any

from world.approvals import ApprovalWire
from world.approvers import group, people, rule, rules_of
from world.service import Service
from world.wire import Wire


def test_who_waits_is_answered_when_the_server_ends(tmp_path: Path) -> None:
    (ada,) = people("ada")
    with Service(tmp_path, "shutdown_grace_seconds = 20") as service:
        wire = ApprovalWire(Wire(service.address))
        wire.vault("v")
        key = wire.ruled("v", "k", rules_of(ada, use=rule(group("a", 1, ada))))["id"]
        identifier = wire.open(key)["id"]
        told: list[Any] = []
        waits = threading.Thread(target=lambda: told.append(wire.shown(identifier, "?wait=30")))
        waits.start()
        time.sleep(0.5)
        began = time.monotonic()
        service.signal(signal.SIGTERM)
        assert 0 == service.ended()
        assert time.monotonic() - began < 10
        waits.join(10)
        assert ["waiting"] == [one["state"] for one in told]
