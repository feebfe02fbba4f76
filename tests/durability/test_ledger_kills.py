"""Whoever kills a CA at any moment leaves a ledger that counts, and numbers that go on.

SEALWRIGHT_KILLS and SEALWRIGHT_KILL_SEED say how many times, and which.
"""

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from cryptography import x509

from sealwright.workflow.authority import cas
from sealwright.workflow.authority.ledger import FILE
from world.authority import AuthorityFolder

KILLS = int(os.environ.get("SEALWRIGHT_KILLS", "20"))
SEED = int(os.environ.get("SEALWRIGHT_KILL_SEED", "1"))
AT = dt.datetime(2026, 11, 20, 12, 0, 0, tzinfo=dt.UTC)
WORK = """
import datetime, sys
from pathlib import Path
from world.authority import PASSPHRASES, SUBJECT
from sealwright.events import ignore
from sealwright.workflow.authority import lists
from sealwright.workflow.authority.revoking import Why, release, revoke
from sealwright.workflow.certify import Pki

folder, at = Path(sys.argv[1]), datetime.datetime.fromisoformat(sys.argv[2])
pki = Pki(folder, at, PASSPHRASES, ignore, unencrypted=True)
for number in range(1000):
    name = f"{sys.argv[3]}-{number}"
    pki.issue(name, None, "EC-256", 10)
    print("issued", name, flush=True)
    revoke(folder, name, Why("certificateHold"), at)
    print("revoked", name, flush=True)
    release(folder, name, at)
    print("released", name, flush=True)
    for one in lists.publish(folder, PASSPHRASES, at, 7)[0]:
        print("listed", one.file.name, one.number, flush=True)
"""


def test_a_ca_that_is_killed_forgets_nothing_that_it_has_said(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311  # repeated by its seed
    made = AuthorityFolder(tmp_path / "pki", at=AT)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    numbers: dict[str, int] = {}
    for kill in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", WORK, str(made.folder), AT.isoformat(), f"run{kill}"],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert process.stdout is not None
        with process:
            said = [process.stdout.readline()]
            time.sleep(chance.uniform(0, 0.05))  # anywhere within the next few writes
            process.send_signal(signal.SIGKILL)
            said += process.stdout.readlines()
        _require_kept(made, said, numbers)
    ledger = cas.opened(made.folder, AT)
    assert len(ledger.issued) >= KILLS


def _require_kept(made: AuthorityFolder, said: list[str], numbers: dict[str, int]) -> None:
    """All that was said is in the ledger and in whole files, and no number came twice."""
    ledger = cas.opened(made.folder, AT)
    stems = {ca.stem: ca.key for ca in cas.found(made.folder)}
    by_name = {issued.name: (ca, serial) for (ca, serial), issued in ledger.issued.items()}
    state = {}
    for line in said:
        if not line.endswith("\n"):
            continue
        verb, name, *rest = line.split()
        if verb == "listed":
            assert numbers.get(name, 0) < int(rest[0])
            numbers[name] = int(rest[0])
            assert ledger.next_number(stems[name.removesuffix(".crl")]) > int(rest[0])
        else:
            state[name] = verb
    for name, verb in list(state.items())[:-1]:  # of the last one, more may have been done than said
        ca, serial = by_name[name]
        assert (verb == "revoked") is (serial in ledger.revoked(ca)), (name, verb)
    for name in state:
        assert name in by_name
        assert cas.chain_of(made.file(f"{name}.pem")) is not None
    for file in made.folder.glob("*.crl"):
        x509.load_der_x509_crl(file.read_bytes())
    assert (made.folder / FILE).exists()
