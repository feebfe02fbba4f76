"""What the plugin answers about a key: its kind, and signatures.

Nothing is asked on standard input, which holds the request. A passphrase or PIN comes from a file that the
plugin's settings name, from the environment, from the key's own URI, or from whoever sits at the controlling
terminal.
"""

import base64
import binascii
import os
from collections.abc import Mapping

from sealwright.dialects.plugin_sealwright.program import CONTRACT, Refused
from sealwright.errors import AccessDeniedError, CallerError, SealwrightError
from sealwright.homes.environment import Environment
from sealwright.interfaces import ApprovableSigner, Asking, Signer
from sealwright.keys import by_id
from sealwright.keys.passphrases import Passphrases, Prompt
from sealwright.pki.algorithms import Algorithm

__all__ = ["describe", "generate"]

LOG = "approval_log"
"""The setting that names a file for what is waited for, see `telling`."""

_DENIED = ("key.passphrase-missing", "key.passphrase-wrong", "key.pin-")
"""Reasons, or how they begin, for which the contract has ACCESS_DENIED."""

_LATE = "approval.expired"
"""People were too slow: for whoever asks that is a time-out."""


def describe(request: Mapping[str, object]) -> Mapping[str, object]:
    """The answer to `describe-key`: the kind of the key.

    Raises:
        Refused: the request or the key cannot be used.
    """
    key_id, config = _key(request)
    try:
        algorithm, _ = by_id.described(key_id, _of_keys(config), _passphrases())
    except SealwrightError as error:
        raise _refused(error) from None
    return {"keyId": key_id, "keySpec": algorithm.key_spec}


def generate(request: Mapping[str, object]) -> Mapping[str, object]:
    """The answer to `generate-signature`: a raw signature, and the certificates of the key.

    Raises:
        Refused: the request or the key cannot be used.
    """
    key_id, config = _key(request)
    spec, hashed, payload = (_text(request, name) for name in ("keySpec", "hashAlgorithm", "payload"))
    try:
        message = binascii.a2b_base64(payload, strict_mode=True)
    except ValueError:
        raise Refused("VALIDATION_ERROR", "payload is not base64") from None
    try:
        algorithm, opens = by_id.described(key_id, _of_keys(config), _passphrases())
        fitting = (algorithm.key_spec, f"SHA-{algorithm.hash_name.removeprefix('sha')}")
        if (spec, hashed) != fitting:
            problem = f"the key is {fitting[0]} and signs with {fitting[1]}, not {spec} with {hashed}"
            raise Refused("VALIDATION_ERROR", problem)
        key = opens()
        value, chain = _signed(key, message, algorithm, config), key.certificates
    except SealwrightError as error:
        raise _refused(error) from None
    return {
        "keyId": key_id,
        "signature": base64.b64encode(value).decode(),
        "signingAlgorithm": algorithm.name,
        "certificateChain": [base64.b64encode(der).decode() for der in chain],
    }


def _of_keys(config: Mapping[str, str]) -> Mapping[str, str]:
    """The settings without those of the plugin itself."""
    return {name: value for name, value in config.items() if name != LOG}


def _signed(key: Signer, message: bytes, algorithm: Algorithm, config: Mapping[str, str]) -> bytes:
    """The raw signature of a message, once people have approved it where that is asked for."""
    if not isinstance(key, ApprovableSigner):
        return key.sign(message, algorithm)
    from sealwright.dialects.plugin_sealwright import telling  # noqa: PLC0415  # only for such keys

    log = config.get(LOG) or Environment.current().get(telling.VARIABLE)
    asking = Asking(events=telling.Telling(log))
    return key.sign_when_approved(message, algorithm, asking).value


def _key(request: Mapping[str, object]) -> tuple[str, Mapping[str, str]]:
    """Id and settings of the key that a request is about."""
    version = _text(request, "contractVersion")
    if version != CONTRACT:
        raise Refused(
            "UNSUPPORTED_CONTRACT_VERSION",
            f'"{version}" is not a supported notary plugin contract version',
        )
    key_id, config = _text(request, "keyId"), request.get("pluginConfig")
    if config is None:
        return key_id, {}
    if not isinstance(config, dict) or not all(isinstance(value, str) for value in config.values()):
        raise Refused("VALIDATION_ERROR", "pluginConfig is no object of texts")
    return key_id, config


def _text(request: Mapping[str, object], name: str) -> str:
    value = request.get(name, "")
    if not isinstance(value, str):
        raise Refused("VALIDATION_ERROR", f"{name} is no text")
    if not value:
        raise Refused("VALIDATION_ERROR", f"{name} cannot be empty")
    return value


def _refused(error: SealwrightError) -> Refused:
    """One of our errors as one of the contract's."""
    if error.code == _LATE:
        code = "TIMEOUT"
    elif isinstance(error, AccessDeniedError) or error.code.startswith(_DENIED):
        code = "ACCESS_DENIED"
    elif error.retryable:
        code = "TIMEOUT"
    else:
        code = "VALIDATION_ERROR" if isinstance(error, CallerError) else "ERROR"
    return Refused(code, f"{error}; {error.hint}" if error.hint else str(error), reason=error.code)


def _passphrases() -> Passphrases:
    return Passphrases(Environment.current(), prompt=_terminal())


def _terminal() -> Prompt | None:
    """Asks at the controlling terminal, if there is one."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return None

    def ask(purpose: str) -> str:
        from getpass import getpass  # noqa: PLC0415  # only when somebody is asked

        return getpass(f"{purpose}: ")

    return ask
