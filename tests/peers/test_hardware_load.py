"""Many signatures by many threads through one signer: all good, and nothing is left over."""

import gc
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sealwright import limits
from sealwright.errors import EnvironmentalError
from sealwright.keys.pkcs11.opening import TokenSigner
from sealwright.pki import keys
from world import pki
from world.hardware import Owner
from world.modules import alive, children

pytestmark = [pytest.mark.peer("softhsm2-util"), pytest.mark.peer("pkcs11-tool")]

THREADS = 8
SIGNATURES = 50_000 if "SEALWRIGHT_SOAK" in os.environ else 1_000
GROWTH = 8 * 1024
"""How many KiB a process may grow from the first quarter of a run to its end."""


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return Owner(tmp_path)


def sign(signer: TokenSigner, chain: pki.Chain, number: int) -> None:
    message = b"message %d" % number
    signature = signer.sign(message, chain.algorithm)
    keys.verify(chain.signer.public_key(), signature, message, chain.algorithm)


def sign_all(signer: TokenSigner, chain: pki.Chain, count: int) -> None:
    """That many signatures by all threads; nothing is kept of any, so that what grows is what leaks."""

    def work(first: int) -> None:
        for number in range(first, count, THREADS):
            sign(signer, chain, number)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))


def descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def resident(pid: int) -> int:
    """KiB in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


@pytest.mark.parametrize("kind", ["ec256", "rsa2048"])
def test_eight_threads_sign_and_nothing_is_left_over(kind: str, owner: Owner) -> None:
    chain = owner.chain(kind)
    signer = owner.signer()
    sign_all(signer, chain, SIGNATURES // 4)
    gc.collect()
    ours = os.getpid()
    working = children()
    before = {pid: (descriptors(pid), resident(pid)) for pid in (ours, *working)}

    sign_all(signer, chain, SIGNATURES)

    gc.collect()
    assert 1 <= len(working) <= limits.PKCS11_PROCESSES
    for pid in working:
        assert before[pid][0] == descriptors(pid)
        assert resident(pid) - before[pid][1] < GROWTH
    more = len(children()) - len(working)
    assert descriptors(ours) - before[ours][0] <= 2 * more
    assert resident(ours) - before[ours][1] < GROWTH
    signer.close()
    assert [] == children()


def test_signers_that_nobody_holds_any_more_leave_nothing(owner: Owner) -> None:
    chain = owner.chain()
    sign(owner.signer(), chain, 0)
    gc.collect()
    before = descriptors(os.getpid())

    for number in range(10):
        sign(owner.signer(), chain, number)

    gc.collect()
    assert before == descriptors(os.getpid())
    assert [] == children()


def test_processes_that_are_killed_while_threads_sign_are_errors_and_are_replaced(owner: Owner) -> None:
    chain = owner.chain()
    signer = owner.signer()
    ended = threading.Event()
    failed: list[EnvironmentalError] = []

    def work(number: int) -> None:
        try:
            sign(signer, chain, number)
        except EnvironmentalError as error:
            failed.append(error)

    def kill() -> None:
        for _ in range(5):
            ended.wait(0.2)
            for pid in children():
                os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(2_000)))
    killer.join()

    assert failed
    assert {"key.pkcs11-crashed"} == {error.code for error in failed}
    assert len(failed) <= 5 * limits.PKCS11_PROCESSES
    sign(signer, chain, 0)
    signer.close()
    assert [] == children()


@pytest.fixture
def forked(owner: Owner) -> Iterator[tuple[TokenSigner, pki.Chain]]:
    chain = owner.chain()
    signer = owner.signer()
    yield signer, chain
    signer.close()


def test_a_process_that_was_forked_signs_with_processes_of_its_own(
    forked: tuple[TokenSigner, pki.Chain],
) -> None:
    signer, chain = forked
    sign(signer, chain, 0)
    (first,) = children()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            sign(signer, chain, 1)
            status = 0 if first not in children() and len(children()) == 1 else 2
            signer.close()
        finally:
            os._exit(status)

    _, status = os.waitpid(child, 0)

    assert 0 == os.waitstatus_to_exitcode(status)
    assert alive(first)
    sign(signer, chain, 2)
