"""What an approved signature costs over a plain one by the same key of a vault.

In process, on SQLite: `Vaults.sign` without rules, and with an approval by two people of three, which is
looked at again, spent, and kept with its outcome; and what asking and voting cost before that. The clock of
one thread, in which one flush of the disk is waited for each time, and the time of the processor.

    python bench/approvals.py
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from sealwright.approval.orders import Order
from sealwright.service.approvals.approvals import Approvals
from sealwright.service.configuration.approvals import Approvals as Settings
from sealwright.service.configuration.storage import Storage as StorageSettings
from sealwright.service.configuration.vault import Vault
from sealwright.service.sealing.sealing import Sealing
from sealwright.service.storage import Storage
from sealwright.service.vault.approvable import ApprovableKeys
from sealwright.service.vault.records import KeyShape
from sealwright.service.vault.vaults import Vaults
from sealwright.service.web.caller import EVERYONE
from world.approvers import Person, group, rule, rules_of

T = TypeVar("T")

ALGORITHM = "ECDSA_SHA_256"
MESSAGE = bytes(400)
COUNT = 100
KINDS: dict[str, Callable[[str], Person]] = {
    "Ed25519": Person.ed25519,
    "P-256": Person.p256,
    "RSA-2048": Person.rsa,
    "OpenPGP": Person.openpgp,
}


class Taken:
    """Seconds of the clock and of the processor, of each call of one kind."""

    def __init__(self) -> None:
        self.clock: list[float] = []
        self.processor: list[float] = []

    def time(self, run: Callable[[], T]) -> T:
        """Call it once, and give what it gives."""
        clock, processor = time.perf_counter(), time.thread_time()
        found = run()
        self.clock.append(time.perf_counter() - clock)
        self.processor.append(time.thread_time() - processor)
        return found

    def row(self, name: str, plain: "Taken") -> str:
        """The medians, in milliseconds, and as multiples of the plain signature's."""
        clock, processor = statistics.median(self.clock), statistics.median(self.processor)
        ratios = (clock / statistics.median(plain.clock), processor / statistics.median(plain.processor))
        return f"| {name} | {clock * 1e3:.2f} | {ratios[0]:.1f} | {processor * 1e3:.2f} | {ratios[1]:.1f} |"


def main() -> None:
    """Print the table."""
    print("| EC-256 in the vault | ms | times plain | ms of the processor | times plain |")
    print("|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="sealwright-bench-") as folder:
        storage = Storage.open(StorageSettings(folder=folder))
        sealing = Sealing(bytes(32))
        vaults: Vaults
        approvals = Approvals(
            storage.database,
            sealing,
            Settings(requests_per_key=10**6, requests_per_account=10**6),
            ApprovableKeys(lambda: vaults),
        )
        vaults = Vaults(storage.database, sealing, approvals, Vault())
        vaults.create_vault(EVERYONE, "v")
        shape = KeyShape("ECDSA", 256)
        plain = Taken()
        sign = partial(vaults.sign, EVERYONE, version=None, algorithm_name=ALGORITHM, message=MESSAGE)
        key = vaults.create_key(EVERYONE, "v", "plain", shape).id
        for _ in range(COUNT):
            plain.time(partial(sign, key))
        print(plain.row("signature, plain", plain))
        for kind, make in KINDS.items():
            people = [make(f"{kind}{number}") for number in range(3)]
            rules = rules_of(*people, use=rule(group("all", 2, *people)))
            ruled = vaults.create_key(EVERYONE, "v", f"ruled-{kind}", shape, rules=rules.encoded()).id
            asking, voting, signing = Taken(), Taken(), Taken()
            ask = partial(
                approvals.open_request, EVERYONE, Order("use", ruled, "", ALGORITHM, message=MESSAGE)
            )
            for _ in range(COUNT):
                opened = asking.time(ask)
                name = opened.kept.id
                for vote in [one.vote(opened.request) for one in people[:2]]:
                    voting.time(partial(approvals.vote, EVERYONE, name, vote))
                signing.time(partial(sign, ruled, approval=name))
            if kind == "Ed25519":
                print(asking.row("request", plain))
            print(voting.row(f"vote by {kind}", plain))
            print(signing.row(f"signature, approved by two with {kind}", plain))
        storage.close()


if __name__ == "__main__":
    main()
