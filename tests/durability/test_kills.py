"""Whoever kills the service at any moment loses nothing that a client was told of.

SEALWRIGHT_KILLS and SEALWRIGHT_KILL_SEED say how many times on each storage, and which.
"""

import os
import random
import threading
import time
from collections.abc import Sequence

import pytest

from sealwright.service.registry.actions.checking import check
from sealwright.service.storage import Storage
from world.killable import Killable
from world.ledger import Ledger
from world.storages import Storages

KILLS = int(os.environ.get("SEALWRIGHT_KILLS", "20"))
SEED = int(os.environ.get("SEALWRIGHT_KILL_SEED", "1"))
CLIENTS = 4
KILLS_OF_A_CLIENT = 20
"""How many kills a client lives through; each holds the service to all that it knows, after every kill."""
GRACE = 0.3


def run_until_killed(service: Killable, ledgers: Sequence[Ledger], seconds: float) -> None:
    """Let every client ask for things, and kill the service in the middle of it."""
    faults: list[BaseException] = []

    def work(ledger: Ledger) -> None:
        try:
            while ledger.step(service.wire):
                pass
        except AssertionError as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(ledger,)) for ledger in ledgers]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    service.kill()
    for thread in threads:
        thread.join(60)
    assert [] == faults


@pytest.mark.slow
@pytest.mark.parametrize(
    "storage_kind",
    ["folder", pytest.param("shared", marks=pytest.mark.peer("postgres", "versitygw"))],
)
def test_nothing_acknowledged_is_lost(storages: Storages, storage_kind: str) -> None:
    settings = storages.settings(storage_kind)
    chance = random.Random(SEED)  # noqa: S311  # repeated by its seed
    every: list[Ledger] = []
    for number in range(KILLS):
        if number % KILLS_OF_A_CLIENT == 0:
            every += [
                Ledger(f"client-{len(every) + n}", SEED * 10_000 + len(every) + n) for n in range(CLIENTS)
            ]
        ledgers = every[-CLIENTS:]
        service = Killable(settings, GRACE)
        try:
            for ledger in ledgers:
                ledger.verify(service.wire)
        except BaseException:
            service.kill()
            raise
        run_until_killed(service, ledgers, chance.uniform(0.05, 0.7))
    with Killable(settings) as service:
        for ledger in every:
            ledger.verify(service.wire)
        storage = Storage.beside(settings)
        assert [] == check(storage).problems
        storage.close()
    assert min(ledger.acknowledged for ledger in every) > min(KILLS, KILLS_OF_A_CLIENT)
    assert sum(ledger.signed for ledger in every) > KILLS
