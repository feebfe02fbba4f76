"""A server killed between approval and signature: it signs once, and nothing approved is lost."""

import base64
import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sealwright.formats.kms.algorithms import ALGORITHMS, verifies
from world.approvals import ALGORITHM, ApprovalWire
from world.approvers import group, people, rule, rules_of
from world.service import Service
from world.vaults import b64
from world.wire import Wire

KILLS = int(os.environ.get("SEALWRIGHT_KILLS", "8"))
SEED = int(os.environ.get("SEALWRIGHT_SEED", "20261128"))
MESSAGE = b"what people approved"


def test_each_approval_gives_one_signature_however_often_the_server_dies(tmp_path: Path) -> None:
    random = Random(SEED)  # noqa: S311  # a seed repeats it
    ada, bob = people("ada", "bob")
    with Service(tmp_path) as service:
        wire = ApprovalWire(Wire(service.address))
        wire.vault("v")
        key = wire.ruled("v", "k", rules_of(ada, bob, use=rule(group("release", 2, ada, bob))))["id"]
        version = wire.told("GET", f"keys/{key}/versions")["items"][0]
        public = load_pem_public_key(version["publicKey"].encode())

    for _ in range(KILLS):
        order = {"message": b64(MESSAGE), "algorithm": ALGORITHM}
        with Service(tmp_path) as service:
            wire = ApprovalWire(Wire(service.address))
            request = wire.open(key, MESSAGE)["id"]
            wire.vote(request, ada)
            wire.vote(request, bob)
            order["approval"] = request
            first: list[str] = []

            signing = threading.Thread(target=_signs, args=(wire, f"keys/{key}/sign", order, first))
            signing.start()
            time.sleep(random.random() * 0.012)
            service.signal(signal.SIGKILL)
            assert -signal.SIGKILL == service.ended()
            signing.join()
        with Service(tmp_path) as service:
            wire = ApprovalWire(Wire(service.address))
            again = wire.told("POST", f"keys/{key}/sign", order)
            assert first in ([], [again["signature"]]), "what was answered stands"
            signature = base64.b64decode(again["signature"])
            assert verifies(public, ALGORITHMS[ALGORITHM], MESSAGE, signature)
            done = wire.told("GET", "audit?action=vault-key.sign&n=1000")["entries"]
            assert 1 == sum(request in str(one) for one in done), "one use is in the log"
            other = {**order, "message": b64(b"something else")}
            assert (403, "approval.other") == wire.refused("POST", f"keys/{key}/sign", other)


def _signs(wire: ApprovalWire, path: str, order: dict[str, str], told: list[str]) -> None:
    with suppress(OSError, AssertionError):  # of a server that is gone
        told.append(wire.told("POST", path, order)["signature"])
