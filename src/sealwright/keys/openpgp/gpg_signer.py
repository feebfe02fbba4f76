"""Signing with a key that gpg holds: in the user's keyring, in a running agent, on a card."""

from collections.abc import Mapping

from sealwright import limits
from sealwright.errors import KeyUnavailableError
from sealwright.homes.environment import Environment
from sealwright.keys.openpgp import gpg_keys, produced, program
from sealwright.keys.openpgp.program import Ran
from sealwright.keys.passphrases import Passphrases
from sealwright.openpgp import status
from sealwright.openpgp.listing import ListedKey

__all__ = ["GpgSealer", "open_key"]

_SIGN = (
    *("--batch", "--no-tty", "--no-armor", "--no-textmode", "--yes", "--output", "-"),
    *("--personal-digest-preferences", "SHA512 SHA384 SHA256"),
)
_LOOPBACK = ("--pinentry-mode", "loopback")

_REASONS: Mapping[int, str] = {
    11: "key.passphrase-wrong",
    17: "key.gpg-gone",
    54: "key.gpg-gone",
    62: "key.gpg-cancelled",
    77: "key.gpg-no-agent",
    78: "key.gpg-no-agent",
    85: "key.gpg-no-pinentry",
    86: "key.gpg-no-pinentry",
    99: "key.gpg-cancelled",
    108: "key.gpg-card",
    109: "key.gpg-card",
    110: "key.gpg-card",
    111: "key.gpg-card",
    112: "key.gpg-card",
    177: "key.passphrase-missing",
    198: "key.gpg-cancelled",
    16383: "key.gpg-no-pinentry",
    32870: "key.gpg-no-pinentry",
}
"""Codes of libgpg-error (err-codes.h) to our reasons; 16383: pinentry has ended, 32870: no terminal."""


class GpgSealer:
    """One key of gpg; each signature is one run of it.

    Args:
        environment: its GNUPGHOME says whose keyring it is, else HOME.
        key: the key, of which something can sign.
        exact: the fingerprint of the one that must sign, or its end; empty: the best.
        passphrase: what unlocks it; None: the agent asks, if it does not know it already.
    """

    def __init__(
        self, environment: Environment, key: ListedKey, exact: str = "", passphrase: bytes | None = None
    ) -> None:
        signing = key.exactly(exact) if exact else key.signing
        if signing is None or not signing.can_sign:
            problem = key.problem if signing is None else signing.problem or "not for signing"
            raise KeyUnavailableError("key.gpg-unusable", key=_shown(key), problem=problem or "not there")
        self.fingerprint = signing.fingerprint
        self.primary = key.primary.fingerprint
        self._environment = environment
        self._shown = _shown(key)
        self._passphrase = passphrase

    def seal(self, document: bytes) -> bytes:
        """A signed message that holds `document`; see `interfaces.Sealer`.

        Raises:
            KeyUnavailableError: a `key.` code.
            EnvironmentalError: `key.gpg-slow`.
        """
        made = self._made("--sign", document)
        produced.require(made, document, self.fingerprint, "gpg")
        return made

    def detach(self, document: bytes) -> bytes:
        """A signature packet over `document`, without it; raises as `seal`."""
        return self._made("--detach-sign", document)

    def _made(self, command: str, document: bytes) -> bytes:
        loopback = _LOOPBACK if self._passphrase is not None else ()
        ran = program.run(
            self._environment,
            [*_SIGN, *loopback, "--local-user", f"{self.fingerprint}!", command],
            content=document,
            passphrase=self._passphrase,
            seconds=limits.GPG_SIGNING_SECONDS,
        )
        created = [words for keyword, words in status.lines(ran.status) if keyword == "SIG_CREATED"]
        if len(created) != 1 or created[0][-1].upper() != self.fingerprint:
            raise self._failure(ran)
        return ran.output

    def _failure(self, ran: Ran) -> KeyUnavailableError:
        """What gpg says kept it from signing: the code of its last `FAILURE`."""
        codes = [
            words[1] for keyword, words in status.lines(ran.status) if keyword == "FAILURE" and len(words) > 1
        ]
        code = int(codes[-1][:12]) & 0xFFFF if codes and codes[-1].isascii() and codes[-1].isdigit() else 0
        reason = _REASONS.get(code, "key.gpg-failed")
        return KeyUnavailableError(reason, key=self._shown, problem=program.said(ran))


def open_key(name: str, passphrases: Passphrases, environment: Environment) -> GpgSealer:
    """A sealer for the one key pair that a name stands for.

    Args:
        name: a fingerprint, key id, mail address or part of a user id, as gpg takes them; with `!` at the end
            of a fingerprint or key id, it is the very key that is to sign.
        passphrases: where the passphrase comes from, if it is told; a person is asked by gpg's own pinentry.
        environment: its GNUPGHOME says whose keyring it is, else HOME.

    Raises:
        KeyUnavailableError: `key.gpg-unknown`, `key.gpg-ambiguous`, `key.gpg-unusable`, `key.gpg-missing`,
            `key.gpg-failed`.
        EnvironmentalError: `key.gpg-slow`.
        StorageError: the file of the passphrase cannot be read.
    """
    found = gpg_keys.secret_keys(environment, name)
    if not found:
        raise KeyUnavailableError("key.gpg-unknown", key=name)
    able = [key for key in found if key.signing is not None] or list(found)
    if len(able) > 1:
        raise KeyUnavailableError("key.gpg-ambiguous", key=name, found="; ".join(map(_shown, able)))
    exact = name[:-1].removeprefix("0x").upper() if name.endswith("!") else ""
    return GpgSealer(environment, able[0], exact, passphrases.told())


def _shown(key: ListedKey) -> str:
    return f"{key.primary.fingerprint} {next(iter(key.user_ids), '')}".rstrip()
