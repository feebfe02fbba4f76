"""What a signature by a key of a vault costs, beside the bare signature of the same kind of key.

In process: `Vaults.sign`, rows read, state and seals looked at, the use in the audit log and on the disk; as
a multiple of one signature with `cryptography` alone. Processor time, the best of many rounds.

Over HTTP, on `seal serve` with its SQLite: how many signatures one core gives, connections kept, and how long
one call takes when nothing else is going on, of which the flush of the disk is shown by itself.

    python bench/vault.py
"""

import base64
import http.client
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from authority import processor_seconds

from sealwright.formats.kms import algorithms
from sealwright.service.configuration.storage import Storage as StorageSettings
from sealwright.service.configuration.vault import Vault
from sealwright.service.sealing.sealing import Sealing
from sealwright.service.storage import Storage
from sealwright.service.vault.records import KeyShape
from sealwright.service.vault.vaults import Vaults
from sealwright.service.web.caller import EVERYONE
from world.service import Service

KINDS = {
    "RSA-3072": (KeyShape("RSA", 3072), "SHA_256_RSA_PKCS_PSS"),
    "EC-256": (KeyShape("ECDSA", 256), "ECDSA_SHA_256"),
}
MESSAGE = bytes(400)
ROUNDS = 20
CALLS = 20
SECONDS = 4.0
AT_ONCE = 8
ALONE = 200


def bare(kind: str) -> Callable[[], object]:
    """One signature by the library alone."""
    shape, name = KINDS[kind]
    algorithm = algorithms.ALGORITHMS[name]
    if shape.algorithm == "RSA":
        of_rsa = rsa.generate_private_key(65537, shape.bits)
        return lambda: algorithms.sign(of_rsa, algorithm, MESSAGE)
    of_curve = ec.generate_private_key(ec.SECP256R1())
    return lambda: algorithms.sign(of_curve, algorithm, MESSAGE)


def best(run: Callable[[], object]) -> float:
    """Seconds of the processor for one call."""
    figure = float("inf")
    for _ in range(ROUNDS):
        begun = time.thread_time()
        for _ in range(CALLS):
            run()
        figure = min(figure, (time.thread_time() - begun) / CALLS)
    return figure


def in_process(folder: Path, kind: str) -> float:
    """Seconds of `Vaults.sign`."""
    storage = Storage.open(StorageSettings(folder=str(folder)))
    vaults = Vaults(storage.database, Sealing(bytes(32)), None, Vault())
    shape, name = KINDS[kind]
    vaults.create_vault(EVERYONE, "v")
    key = vaults.create_key(EVERYONE, "v", "k", shape).id
    figure = best(lambda: vaults.sign(EVERYONE, key, None, name, MESSAGE))
    storage.close()
    return figure


class Signing:
    """Requests for signatures by one key of a running service."""

    def __init__(self, service: Service, kind: str) -> None:
        shape, name = KINDS[kind]
        order = {"name": kind, "algorithm": shape.algorithm, "bits": shape.bits}
        answer = service.wire.ask("POST", "/api/v1/vaults/v/keys", json.dumps(order).encode())
        assert answer.status == 201, answer
        self.pid = service.process.pid
        self._place = service.wire.place
        self._path = f"/api/v1/keys/{answer.json['id']}/sign"
        order = {"message": base64.b64encode(MESSAGE).decode(), "algorithm": name}
        self._body = json.dumps(order).encode()

    def one(self, connection: http.client.HTTPConnection) -> None:
        connection.request("POST", self._path, self._body)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(*self._place, timeout=30)

    def many(self) -> tuple[float, float]:
        """Signatures a second of the clock, and of one core, with several clients at once."""
        done = [0] * AT_ONCE
        end = time.perf_counter() + SECONDS

        def client(index: int) -> None:
            connection = self.connection()
            while time.perf_counter() < end:
                self.one(connection)
                done[index] += 1
            connection.close()

        before, begun = processor_seconds(self.pid), time.perf_counter()
        threads = [threading.Thread(target=client, args=(index,)) for index in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        taken = time.perf_counter() - begun
        return sum(done) / taken, sum(done) / (processor_seconds(self.pid) - before)

    def alone(self) -> tuple[float, float]:
        """Seconds that one call takes: the median, and that of the slowest of a hundred."""
        connection = self.connection()
        figures = []
        for _ in range(ALONE):
            begun = time.perf_counter()
            self.one(connection)
            figures.append(time.perf_counter() - begun)
        connection.close()
        return statistics.median(figures), statistics.quantiles(figures, n=100)[-1]


def flush(folder: Path) -> float:
    """Seconds that the disk takes for one small write: what every acknowledged change waits for."""
    figures = []
    with (folder / "flushed").open("wb", buffering=0) as file:
        for _ in range(100):
            begun = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            figures.append(time.perf_counter() - begun)
    return statistics.median(figures)


def main() -> None:
    print(
        "| key | bare signature µs | in process | over HTTP | signatures /s of one core | /s of the clock |"
    )
    print("|---|---:|---:|---:|---:|---:|")
    alone = []
    with tempfile.TemporaryDirectory(prefix="sealwright-bench-") as name, Service(Path(name)) as service:
        folder = Path(name)
        assert service.wire.ask("POST", "/api/v1/vaults", b'{"name": "v"}').status == 201
        for kind in KINDS:
            least = best(bare(kind))
            within = in_process(folder / kind, kind)
            signing = Signing(service, kind)
            clock, core = signing.many()
            print(
                f"| {kind} | {least * 1e6:.0f} | {within / least:.2f} | {1 / core / least:.2f} | {core:,.0f} "
                f"| {clock:,.0f} |"
            )
            alone.append((kind, least, *signing.alone()))
        print(f"\nOne flush of this disk takes {flush(folder) * 1e3:.2f} ms.\n")
        print("| one call over HTTP, nothing else going on | median ms | 99 of 100 within ms | bare ms |")
        print("|---|---:|---:|---:|")
        for kind, least, median, most in alone:
            print(f"| {kind} | {median * 1e3:.2f} | {most * 1e3:.2f} | {least * 1e3:.2f} |")


if __name__ == "__main__":
    main()
