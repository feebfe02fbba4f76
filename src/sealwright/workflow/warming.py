"""Loading what a verification will need while it waits for a registry.

Certificates and signature formats take longer to load than all the rest of the program, and a registry that
is not next door takes about as long for its first answers. So a thread loads them meanwhile.

What is loaded is what the language of the policy will ask for. No module is ever loaded by two threads at
once: whoever needs them waits for that thread first.
"""

import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from threading import Lock, Thread

__all__ = ["begin", "is_under_way", "wait"]

_NOTARY = (
    "sealwright.homes.notation.trust_store",
    "sealwright.formats.notary.signature",
    "sealwright.formats.notary.jws",
    "cryptography.hazmat.backends.openssl.backend",
)
_SIMPLE = (
    "sealwright.stores.simple",
    "sealwright.keys.openpgp.keyring_files",
    "sealwright.formats.simple.signature",
    "sealwright.keys.openpgp.backends",
    "sealwright.keys.openpgp.certificates",
)
_VAULT = (
    "sealwright.stores.kms",
    "sealwright.formats.kms.signature",
    "sealwright.keys.vault.finding",
    "cryptography.hazmat.backends.openssl.backend",
)
_MODULES: Mapping[str, tuple[str, ...]] = {
    "notation": _NOTARY,
    "containers": _SIMPLE,
    "vault": _VAULT,
    "all": _NOTARY + _SIMPLE + _VAULT,
}
"""In the order in which a verification asks for them; what these load makes up the most of it."""
_SWITCH_SECONDS = 0.0005
"""How long the loading may keep an answer waiting that has come; usual is ten times that."""

_lock = Lock()
_threads: list[Thread] = []


def begin(language: str = "notation") -> None:
    """Begin to load, once in a process. Call it when there is something to wait for.

    Args:
        language: of the policy that will decide.
    """
    with _lock:
        if not _threads:
            # ends before the process does: loading that is cut off within a library ends it by abort()
            thread = Thread(target=_load, args=(_MODULES.get(language, ()),), daemon=False)
            _threads.append(thread)
            thread.start()


def is_under_way() -> bool:
    """Whether something is being loaded, so that who waits for it could do other work meanwhile."""
    return any(thread.is_alive() for thread in _threads)


def wait() -> None:
    """Wait until everything is loaded, if that was begun."""
    for thread in _threads:
        thread.join()


def _load(modules: tuple[str, ...]) -> None:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(min(usual, _SWITCH_SECONDS))
    try:
        with suppress(ImportError):  # of an extra that is not installed; who needs it says so
            for name in modules:
                import_module(name)
    finally:
        sys.setswitchinterval(usual)
