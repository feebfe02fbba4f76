"""How many OCSP answers and timestamps one core gives, beside openssl and beside the bare signature.

In process: from the bytes of a request to those of its answer, with and without the answer kept, as a
multiple of one signature of the same key with `cryptography` alone. Processor time, the best of many rounds.

Over HTTP: what the server takes of the processor, one request after another; `openssl ocsp` closes each
connection, ours keeps it for those who want. openssl has no server for timestamps, so its `ts -reply` is
started for each, which is most of what it takes.

    python bench/authority.py
"""

import contextlib
import hashlib
import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from sealwright.pki import issuing
from sealwright.pki.issuing.issuers import hash_of
from sealwright.workflow.authority import cas
from sealwright.workflow.authority.responding import Responder
from sealwright.workflow.authority.stamping import Believed, Timestamper
from sealwright.workflow.clock import now
from world.authority import PASSPHRASES, AuthorityFolder
from world.registry import free_port

KINDS = ("EC-256", "EC-384", "RSA-2048", "RSA-3072")
ROUNDS = 40
CALLS = 20
SECONDS = 3.0
TSA = """
[tsa]
default_tsa = t
[t]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
signer_digest = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def question(made: AuthorityFolder, nonce: bytes = b"") -> bytes:
    own, above, *_ = x509.load_pem_x509_certificates(made.file("build.pem").read_bytes())
    builder = ocsp.OCSPRequestBuilder().add_certificate(own, above, hashes.SHA1())  # noqa: S303  # as clients do
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def stamp_request() -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(b"x").digest()}
    members = {"version": "v1", "message_imprint": imprint, "nonce": 2**63 + 1, "cert_req": True}
    return bytes(tsp.TimeStampReq(members).dump())


def signing(signer: issuing.Issuer) -> Callable[[], object]:
    """One bare signature."""
    key, digest, message = signer.private_key, hash_of(signer.private_key), bytes(300)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return lambda: key.sign(message, ec.ECDSA(digest))
    return lambda: key.sign(message, padding.PKCS1v15(), digest)


def best(*runs: Callable[[], object]) -> list[float]:
    """Seconds of one call of each, taken in turns."""
    figures = [float("inf")] * len(runs)
    for _ in range(ROUNDS):
        for index, run in enumerate(runs):
            begun = time.thread_time()
            for _ in range(CALLS):
                run()
            figures[index] = min(figures[index], (time.thread_time() - begun) / CALLS)
    return figures


def in_process(made: AuthorityFolder) -> tuple[float, ...]:
    """Seconds of the bare signature, an answer with a nonce, a kept answer, and a timestamp."""
    at = now()
    ledger = cas.opened(made.folder, at)
    responder = Responder(ledger, PASSPHRASES, at)
    stamper = Timestamper(ledger, PASSPHRASES, Believed())
    fresh, kept, stamp = question(made, b"0123456789abcdef"), question(made), stamp_request()
    assert "good" == responder.answer(fresh, at).said == responder.answer(kept, at).said
    assert stamper.answer(stamp).said == "granted"
    signer = stamper.delegate.signer
    return tuple(
        best(
            signing(signer),
            lambda: responder.answer(fresh, at),
            lambda: responder.answer(kept, at),
            lambda: stamper.answer(stamp),
        )
    )


def processor_seconds(pid: int) -> float:
    """What a process has taken of the processor so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def per_second(pid: int, port: int, kind: str, content: bytes, *, keep: bool = False) -> float:
    """Requests that a server answers in a second of one core; each over its own connection unless kept."""
    headers = {"Content-Type": f"application/{kind}"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    done, begun, end = 0, processor_seconds(pid), time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        connection.request("POST", "/", content, headers)
        answer = connection.getresponse()
        assert answer.status == 200
        assert len(answer.read()) > 200
        done += 1
        if not keep:
            connection.close()
    connection.close()
    return done / (processor_seconds(pid) - begun)


@contextlib.contextmanager
def served(command: list[str]) -> Iterator[int]:
    """A server in a process of its own; gives the number of the process."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "SEALWRIGHT_PASSPHRASE": "only for tests"},
    )
    try:
        time.sleep(3)
        yield process.pid
    finally:
        process.terminate()
        process.wait(10)


def for_openssl(made: AuthorityFolder, folder: Path) -> None:
    """The keys in the clear, an index, and settings, as openssl wants them."""
    at = now()
    ledger = cas.opened(made.folder, at)
    responder = Responder(ledger, PASSPHRASES, at)
    stamper = Timestamper(ledger, PASSPHRASES, Believed())
    ca = cas.of_name(made.folder, "intermediate")
    for name, signer in (("ocsp", responder.delegates[ca.key].signer), ("tsa", stamper.delegate.signer)):
        key = signer.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.key").write_bytes(key)
        (folder / f"{name}.pem").write_bytes(issuing.pem(signer.certificate))
    (folder / "ca.pem").write_bytes(issuing.pem(ca.certificate))
    lines = [
        f"V\t{one.not_after:%y%m%d%H%M%SZ}\t\t{serial:040X}\tunknown\t/CN={serial:x}\n"
        for (key_id, serial), one in ledger.issued.items()
        if key_id == ca.key
    ]
    (folder / "index.txt").write_text("".join(lines))
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(TSA.format(folder=folder))
    (folder / "query.tsq").write_bytes(stamp_request())


def started(command: list[str]) -> float:
    """Seconds of the processor that a program takes from start to end, the least of some runs."""
    figure = float("inf")
    for _ in range(20):
        begun = os.times()
        subprocess.run(command, check=True, capture_output=True)
        ended = os.times()
        taken = ended.children_user + ended.children_system - begun.children_user - begun.children_system
        figure = min(figure, taken)
    return max(figure, 1 / os.sysconf("SC_CLK_TCK"))


def main() -> None:
    print("| key | bare signature µs | OCSP with nonce | OCSP kept | timestamp | OCSP /s | timestamps /s |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="sealwright-bench-") as name:
        made = {kind: AuthorityFolder(Path(name) / kind, key_type=kind) for kind in KINDS}
        for kind in KINDS:
            bare, fresh, kept, stamp = in_process(made[kind])
            print(
                f"| {kind} | {bare * 1e6:.0f} | {fresh / bare:.2f} | {kept / bare:.2f} | {stamp / bare:.2f} "
                f"| {1 / fresh:,.0f} | {1 / stamp:,.0f} |"
            )
        one, folder = made["EC-256"], Path(name)
        for_openssl(one, folder)
        nonce, plain = question(one, b"0123456789abcdef"), question(one)
        port, other = free_port(), free_port()
        seal = [sys.executable, "-m", "sealwright", "pki"]
        place = ["--folder", str(one.folder), "--listen"]
        openssl = [
            *("openssl", "ocsp", "-index", str(folder / "index.txt"), "-CA", str(folder / "ca.pem")),
            *("-rsigner", str(folder / "ocsp.pem"), "-rkey", str(folder / "ocsp.key"), "-ndays", "1"),
        ]
        print("\n| over HTTP, EC-256 | requests in a second of one core | times openssl |\n|---|---:|---:|")
        with served([*openssl, "-port", str(other)]) as pid:
            theirs = per_second(pid, other, "ocsp-request", nonce)
        print(f"| `openssl ocsp -port`, with nonce | {theirs:,.0f} | 1.0 |")
        with served([*seal, "ocsp", *place, f"127.0.0.1:{port}"]) as pid:
            for words, content, keep in (
                ("with nonce", nonce, False),
                ("with nonce, connection kept", nonce, True),
                ("answer kept", plain, False),
                ("answer and connection kept", plain, True),
            ):
                ours = per_second(pid, port, "ocsp-request", content, keep=keep)
                print(f"| `seal pki ocsp --listen`, {words} | {ours:,.0f} | {ours / theirs:.1f} |")
        reply = [
            *("openssl", "ts", "-reply", "-config", str(folder / "tsa.cnf"), "-queryfile"),
            *(str(folder / "query.tsq"), "-signer", str(folder / "tsa.pem")),
            *("-inkey", str(folder / "tsa.key"), "-out", str(folder / "reply.tsr")),
        ]
        theirs = 1 / started(reply)
        print(f"| `openssl ts -reply`, started for each | {theirs:,.0f} | 1.0 |")
        port = free_port()
        with served([*seal, "tsa", *place, f"127.0.0.1:{port}"]) as pid:
            for words, keep in (("", False), (", connection kept", True)):
                ours = per_second(pid, port, "timestamp-query", stamp_request(), keep=keep)
                print(f"| `seal pki tsa --listen`{words} | {ours:,.0f} | {ours / theirs:.1f} |")


if __name__ == "__main__":
    main()
