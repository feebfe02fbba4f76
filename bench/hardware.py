"""Keys in hardware: signatures each second through the process of the module, beside the library alone.

    python bench/hardware.py [--signatures N]

The token is SoftHSM, which computes in microseconds what a card takes a tenth of a second for: so this is
what the process, hashing and verifying cost at worst. "Alone" is python-pkcs11 in one process, hashing and
signing, nothing verified. The latency is that of whole commands that sign an image in a layout.
"""

import argparse
import hashlib
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import pkcs11
from machine import machine

from world import images, pki
from world.hardware import Owner
from world.tokens import MODULE, PIN

KINDS = ("ec256", "ec521", "rsa2048", "rsa4096")
THREADS = 8


def each_second(count: int, since: float) -> float:
    return count / (time.perf_counter() - since)


def alone(chain: pki.Chain, owner: Owner, count: int) -> float:
    """Signatures each second of the library, in a process that was forked for it."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.environ.update(owner.hsm.variables)
        session = pkcs11.lib(MODULE).get_token(token_label="signing").open(user_pin=PIN)  # noqa: S106  # of a test
        key: Any = session.get_key(pkcs11.ObjectClass.PRIVATE_KEY, label=chain.algorithm.key_spec)
        hash_name, size = chain.algorithm.hash_name, chain.algorithm.hash_name.removeprefix("sha")
        mechanism, parameters = pkcs11.Mechanism.ECDSA, None
        if not chain.algorithm.coordinate:
            mechanism = pkcs11.Mechanism.RSA_PKCS_PSS
            parameters = (pkcs11.Mechanism[f"SHA{size}"], pkcs11.MGF[f"SHA{size}"], int(size) // 8)
        began = time.perf_counter()
        for number in range(count):
            digest = hashlib.new(hash_name, b"message %d" % number).digest()
            key.sign(digest, mechanism=mechanism, mechanism_param=parameters)
        os.write(writer, str(each_second(count, began)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        found = float(told.read())
    os.wait()
    return found


def through(chain: pki.Chain, owner: Owner, count: int) -> tuple[float, float]:
    """Signatures each second of our signer, by one thread and by eight."""
    signer = owner.signer(f"pkcs11:token=signing;object={chain.algorithm.key_spec}")
    signer.sign(b"first", chain.algorithm)
    began = time.perf_counter()
    for number in range(count):
        signer.sign(b"message %d" % number, chain.algorithm)
    one = each_second(count, began)
    with ThreadPoolExecutor(THREADS) as pool:
        began = time.perf_counter()
        list(pool.map(lambda number: signer.sign(b"%d" % number, chain.algorithm), range(count)))
        many = each_second(count, began)
    signer.close()
    return one, many


def opening(owner: Owner, rounds: int) -> float:
    """Milliseconds from a URI to a signer that is logged in and has its chain."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        owner.signer("pkcs11:token=signing;object=EC-256").close()
        taken.append(time.perf_counter() - began)
    return 1000 * statistics.median(taken)


def commands(owner: Owner, folder: Path, rounds: int) -> tuple[float, float]:
    """Milliseconds of `seal sign` with the key in a file, and on the token."""
    home = owner.home
    home.add_key("file", pki.chain("ec256"))
    digest = images.make_layout(folder / "layout", "v1")["v1"]
    image = f"oci:{folder / 'layout'}@{digest}"
    found = []
    for key in ("file", "pkcs11:token=signing;object=EC-256"):
        taken = []
        for _ in range(rounds):
            began = time.perf_counter()
            done = home.seal_alone("sign", "--key", key, image, *owner.pin)
            taken.append(time.perf_counter() - began)
            assert done.status == 0, done
        found.append(1000 * statistics.median(taken))
    return found[0], found[1]


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure keys in hardware.")
    parser.add_argument("--signatures", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    print(f"{machine()}\n")
    with tempfile.TemporaryDirectory(prefix="sealwright-bench-") as name:
        folder = Path(name)
        owner = Owner(folder)
        print("| key | library alone /s | signer /s | of it | 8 threads /s |\n|---|---|---|---|---|")
        for kind in KINDS:
            chain = pki.chain(kind)
            owner.hsm.put_chain(folder, "signing", chain.algorithm.key_spec, chain, f"0{KINDS.index(kind)}")
            bare = alone(chain, owner, given.signatures)
            one, many = through(chain, owner, given.signatures)
            print(f"| {chain.algorithm.key_spec} | {bare:.0f} | {one:.0f} | {one / bare:.2f} | {many:.0f} |")
        print(f"\nFrom a URI to an open signer: {opening(owner, given.rounds):.0f} ms.")
        in_file, on_token = commands(owner, folder, given.rounds)
        words = f"{in_file:.0f} ms with a key in a file, {on_token:.0f} ms on the token"
        print(f"`seal sign`, an image in a layout: {words}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
