"""Modules that crash, hang, lie or print: an error of ours each time, and the next call works."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sealwright import limits
from sealwright.errors import EnvironmentalError, KeyUnavailableError, SealwrightError
from sealwright.keys.pkcs11.opening import TokenSigner
from sealwright.pki import keys
from sealwright.pki.algorithms import BY_NAME
from world import pki
from world.hardware import URI, Owner
from world.home import pem
from world.modules import alive, children
from world.terminal import at_terminal
from world.tokens import PIN, FaultyModule

pytestmark = [pytest.mark.peer("softhsm2-util"), pytest.mark.peer("pkcs11-tool"), pytest.mark.peer("cc")]

ES256 = BY_NAME["ECDSA-SHA-256"]
PS256 = BY_NAME["RSASSA-PSS-SHA-256"]
SECONDS = "[pkcs11]\nseconds = 1\n"
_SEAL = (sys.executable, "-m", "sealwright")
PAD, LOW, FINAL, LOCKED = 0x100, 0x10000, 0x20000, 0x40000
"""CKF_PROTECTED_AUTHENTICATION_PATH, CKF_USER_PIN_COUNT_LOW and its like."""


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return Owner(tmp_path)


@pytest.fixture
def module(owner: Owner) -> FaultyModule:
    return owner.faulty()


def signed(signer: TokenSigner, public_key: object, message: bytes = b"message") -> None:
    signature = signer.sign(message, ES256)
    keys.verify(public_key, signature, message, ES256)


@pytest.mark.parametrize(
    ("what", "code", "words"),
    [
        ("segfault", "key.pkcs11-crashed", "it was ended by SIGSEGV"),
        ("abort", "key.pkcs11-crashed", "it was ended by SIGABRT"),
        ("exit", "key.pkcs11-crashed", "it ended with status 7"),
        ("hang", "key.pkcs11-slow", "did not answer within 1 seconds"),
        ("spin", "key.pkcs11-slow", "did not answer within 1 seconds"),
        ("0x30", "key.pkcs11-failed", "DeviceError"),
        ("0x32", "key.pkcs11-token-gone", "DeviceRemoved"),
    ],
)
@pytest.mark.parametrize(
    ("function", "doing"),
    [
        ("C_Initialize", "loading"),
        ("C_GetSlotList", "looking for tokens"),
        ("C_Login", "logging in"),
        ("C_Sign", "signing"),
    ],
)
def test_a_module_that_breaks_down_is_an_error_and_the_next_call_works(
    function: str, doing: str, what: str, code: str, words: str, owner: Owner, module: FaultyModule
) -> None:
    chain = owner.chain()
    owner.settings(SECONDS)
    file = owner.folder / "message"
    file.write_bytes(b"message")
    module.order(f"{function}={what}")
    before = time.monotonic()

    signer = owner.signer() if function == "C_Sign" else None
    with pytest.raises(SealwrightError) as caught:
        (signer or owner.signer()).sign(b"message", ES256)

    assert time.monotonic() - before < 20
    if what.startswith("0x") and function == "C_Initialize":
        assert "key.pkcs11-module" == caught.value.code
    else:
        assert code == caught.value.code
        assert words in str(caught.value)
        assert doing in str(caught.value)
    assert caught.value.hint
    module.order()
    again = signer or owner.signer()
    signed(again, chain.signer.public_key())
    again.close()


@pytest.mark.parametrize(("what", "status"), [("segfault", 3), ("hang", 3), ("exit", 3)])
def test_seal_says_so_with_an_exit_code_and_a_next_step(
    what: str, status: int, owner: Owner, module: FaultyModule
) -> None:
    owner.chain()
    owner.settings(SECONDS)
    module.order(f"C_Login={what}")

    done = owner.home.seal_alone("key", "add", "build", "--id", URI, *owner.pin)

    assert status == done.status, done
    assert "error: the PKCS #11 module " in done.err
    assert "hint: " in done.err
    assert "Traceback" not in done.err


def test_what_a_module_prints_disturbs_nobody(owner: Owner, module: FaultyModule) -> None:
    chain = owner.chain()
    module.order("C_Sign=print", "C_Initialize=print", "C_Login=print")

    signer = owner.signer()

    signed(signer, chain.signer.public_key())
    signer.close()


@pytest.mark.parametrize("what", ["short", "wrong"])
@pytest.mark.parametrize(("kind", "algorithm"), [("ec256", ES256), ("rsa2048", PS256)])
def test_a_signature_that_is_none_is_not_given_out(
    what: str, kind: str, algorithm: object, owner: Owner, module: FaultyModule
) -> None:
    chain = owner.chain(kind)
    signer = owner.signer()
    module.order(f"C_Sign={what}")

    with pytest.raises(KeyUnavailableError) as caught:
        signer.sign(b"message", chain.algorithm)

    assert algorithm == chain.algorithm
    assert "key.pkcs11-signature" == caught.value.code
    signer.close()


@pytest.mark.parametrize(
    ("orders", "code", "words"),
    [
        (["C_Login=0xA4"], "key.pin-locked", "locked"),
        ([f"flags={LOCKED}"], "key.pin-locked", "locked"),
        (["C_Login=0xA0", f"flags={FINAL}"], "key.pin-last-try", "nobody is here to take it"),
        (["C_Login=0xA0", f"flags={LOW}"], "key.pin-wrong", "few tries are left"),
        (["C_Login=0xA2"], "key.pin-refused", "its length or its characters"),
        (["C_Login=0xA3"], "key.pin-expired", "expired"),
        (["C_OpenSession=0xB1"], "key.pkcs11-sessions", "no room for another session"),
        (["C_FindObjectsInit=0x101"], "key.pkcs11-not-logged-in", "wants somebody to log in"),
        (["C_GetFunctionList=1"], "key.pkcs11-module", "cannot be loaded"),
    ],
)
def test_what_a_token_says_of_itself_is_told(
    orders: list[str], code: str, words: str, owner: Owner, module: FaultyModule
) -> None:
    owner.chain()
    module.order(*orders)

    done = owner.home.seal("key", "add", "build", "--id", URI, *owner.pin)

    assert f"[{code}]" in done.err, done
    assert words in done.err
    assert "hint: " in done.err
    assert PIN not in done.err


def test_a_locked_token_is_not_asked_at_all(owner: Owner, module: FaultyModule) -> None:
    owner.chain()
    module.order(f"flags={LOCKED}", "C_Login=segfault")

    with pytest.raises(KeyUnavailableError) as caught:
        owner.signer()

    assert "key.pin-locked" == caught.value.code


def test_the_last_try_is_taken_by_a_person(owner: Owner, module: FaultyModule) -> None:
    owner.chain()
    module.order(f"flags={FINAL}")
    command = [*_SEAL, "key", "add", "build", "--id", URI]
    environment = {**owner.home.environment, "SEALWRIGHT_PIN": "0000"}

    status, shown = at_terminal(command, environment, ("PIN of the token signing, one try is left: ", PIN))

    assert 0 == status, shown


def test_a_token_with_a_pad_asks_for_the_pin_by_itself(owner: Owner, module: FaultyModule) -> None:
    owner.chain()
    module.order(f"flags={PAD}", f"pad={PIN}")

    good = owner.home.seal("key", "add", "build", "--id", URI)
    module.order(f"flags={PAD}", "pad=0000")
    wrong = owner.home.seal("key", "add", "again", "--id", URI)

    assert 0 == good.status, good
    assert 2 == wrong.status
    assert "[key.pin-wrong]" in wrong.err


def test_where_a_token_only_hashes_by_itself_it_gets_the_message(owner: Owner, module: FaultyModule) -> None:
    chain = owner.chain("rsa2048")
    module.order("hide=0xD")  # CKM_RSA_PKCS_PSS
    signer = owner.signer()

    signature = signer.sign(b"message", PS256)

    keys.verify(chain.signer.public_key(), signature, b"message", PS256)
    signer.close()


@pytest.mark.parametrize(
    ("orders", "code"),
    [
        (["C_GenerateKeyPair=0x31"], "key.pkcs11-full"),
        (["C_GenerateKeyPair=0xE2"], "key.pkcs11-read-only"),
        (["C_GenerateKeyPair=0x70"], "key.pkcs11-mechanism"),
        (["C_OpenSession=0xE2"], "key.pkcs11-read-only"),
    ],
)
def test_a_token_that_takes_no_key_says_why(
    orders: list[str], code: str, owner: Owner, module: FaultyModule
) -> None:
    module.order(*orders)

    done = owner.home.seal("key", "generate", "--id", URI, *owner.pin)

    assert f"[{code}]" in done.err, done
    assert "hint: " in done.err


def test_a_token_that_takes_no_certificate_says_why(owner: Owner, module: FaultyModule) -> None:
    chain = pki.chain("ec256")
    owner.hsm.put_key(owner.folder, "signing", "build", chain)
    file = owner.folder / "chain.pem"
    file.write_bytes(pem(*chain.certificates))
    module.order("C_CreateObject=0x31")

    done = owner.home.seal("key", "import-certificate", "--id", URI, file, *owner.pin)

    assert "[key.pkcs11-full]" in done.err, done


def test_a_process_that_is_killed_while_it_signs_is_an_error_and_the_next_call_works(
    owner: Owner, module: FaultyModule
) -> None:
    chain = owner.chain()
    signer = owner.signer()
    module.order("C_Sign=hang")
    (process,) = children()
    killer = threading.Timer(0.3, os.kill, (process, signal.SIGKILL))
    killer.start()

    with pytest.raises(EnvironmentalError, match="it was ended by SIGKILL") as caught:
        signer.sign(b"message", ES256)

    assert "key.pkcs11-crashed" == caught.value.code
    killer.join()
    module.order()
    signed(signer, chain.signer.public_key())
    signer.close()


@pytest.mark.parametrize("what", ["hang", "spin"])
def test_the_process_ends_with_whoever_started_it_even_while_the_module_hangs(
    what: str, owner: Owner, module: FaultyModule
) -> None:
    owner.chain()
    module.order(f"C_Login={what}")
    command = [*_SEAL, "key", "add", "build", "--id", URI, *map(str, owner.pin)]
    parent = subprocess.Popen(command, env=owner.home.environment, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 20
    while not (found := children(parent.pid)) and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.5)  # until it hangs
    assert found == children(parent.pid)

    parent.kill()
    parent.wait()

    while any(alive(pid) for pid in found) and time.monotonic() < until:
        time.sleep(0.02)
    assert [] == [pid for pid in found if alive(pid)]


def test_with_a_session_limit_of_one_all_threads_share_it(owner: Owner, module: FaultyModule) -> None:
    chain = owner.chain()
    signer = owner.signer()
    module.order("C_OpenSession=0xB1")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: signed(signer, chain.signer.public_key()), range(100)))

    signer.close()


def test_a_slow_token_gets_more_processes_and_no_more_than_the_limit(
    owner: Owner, module: FaultyModule
) -> None:
    chain = owner.chain()
    signer = owner.signer()
    module.order("C_Sign=slow")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: signed(signer, chain.signer.public_key()), range(24)))

    assert limits.PKCS11_PROCESSES == len(signer._opened._open)
    signer.close()
    assert [] == children()
